//! Finished models.

use js_sys::{Array, Float32Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use super::{device, error, object};
use crate::exhibits::exhibit::Exhibit;
use crate::exhibits::explore::{Ask, Content, Explore, Pictures, Spread, Spreads};
use crate::exhibits::grids::{Sight, Switches};
use crate::exhibits::latents::{self, Answer};
use crate::exhibits::table::{Cell, Peer, Row, Table};
use crate::exhibits::{EXHIBITS, exhibit};
use crate::weights;

/// Settings of a link to finished models: `{values, query, notes}` as JSON.
#[wasm_bindgen(js_name = resolveExhibit)]
pub fn resolve_exhibit(id: &str, query: &str) -> String {
    let row = exhibit(id).unwrap_or(&EXHIBITS[0]);
    let found = row.resolve(query);
    serde_json::json!({
        "values": row.values(&found).to_json(),
        "query": found.query(),
        "notes": found.notes,
    })
    .to_string()
}

/// A finished model.
#[wasm_bindgen]
pub struct Explorer {
    row: &'static Exhibit,
    model: Box<dyn Explore>,
}

#[wasm_bindgen]
impl Explorer {
    /// Opens weights of an exhibit with their card.
    pub async fn open(id: String, card: String, weights: Vec<u8>) -> Result<Explorer, JsValue> {
        let row = exhibit(&id).ok_or_else(|| error(format!("There is no page \"{id}\".")))?;
        let model = row.explorer(&card, &weights, device()).map_err(error)?;
        Ok(Explorer { row, model })
    }

    /// Opens further weights beside them.
    pub async fn add(&mut self, card: String, weights: Vec<u8>) -> Result<(), JsValue> {
        let (card, states) = weights::open(&card, &weights).map_err(error)?;
        self.model.add(card, states).map_err(error)
    }

    /// What the page needs to know, with the ids of the views that suit, as JSON.
    pub fn describe(&self) -> String {
        let mut described = self.model.describe();
        described["views"] = self.row.views_for(self.model.as_ref()).into();
        described.to_string()
    }

    /// 16 hexadecimal digits over what is shown, where that has a history.
    pub fn hash(&self) -> Option<String> {
        self.model.hash()
    }

    /// What an output of a view shows, for the settings of a link, the pixels of a picture that a person made, and all weights of the
    /// page as JSON, where the view asks for them: `[{card, rates}]`.
    pub async fn answer(
        &mut self,
        view: String,
        output: usize,
        part: usize,
        query: String,
        image: Vec<f32>,
        peers: String,
    ) -> Result<JsValue, JsValue> {
        let found = self.row.views.iter().find(|v| v.id == view);
        let row = found.ok_or_else(|| error(format!("There is no view \"{view}\".")))?;
        let values = self.row.values(&self.row.resolve(&query));
        let peers = Peer::list(&peers).map_err(error)?;
        let ask = Ask {
            view: row.id,
            output,
            part,
            values: &values,
            image: &image,
            peers: &peers,
        };
        shown(self.model.answer(ask).await.map_err(error)?)
    }

    /// Does the work of a trial once; returns how many units of it that was.
    pub async fn work(&mut self, trial: String) -> Result<f64, JsValue> {
        self.model.work(&trial).await.map_err(error)
    }

    /// Answers a request of a custom view in JSON; numbers come beside it. One at a time.
    pub async fn run(&mut self, request: String, values: Vec<f32>) -> Result<JsValue, JsValue> {
        named(self.model.run(&request, values).await.map_err(error)?)
    }
}

fn texts(list: &[String]) -> JsValue {
    list.iter()
        .map(|text| JsValue::from_str(text))
        .collect::<Array>()
        .into()
}

/// `[n, height, width, 4]` bytes with their shape.
fn tensor(shape: &[usize], data: JsValue) -> Result<JsValue, JsValue> {
    let shape: Array = shape.iter().map(|n| JsValue::from(*n as f64)).collect();
    object(&[("shape", shape.into()), ("data", data)])
}

fn kind(name: &str) -> (&'static str, JsValue) {
    ("kind", JsValue::from_str(name))
}

/// What an output shows, as an object with its `kind`.
fn shown(content: Content) -> Result<JsValue, JsValue> {
    match content {
        Content::Pictures(pictures) => shown_pictures(&pictures),
        Content::Spreads(spreads) => shown_spreads(spreads),
        Content::Table(table) => shown_table(table),
        Content::Panel(marks) => {
            let marks: Array = marks
                .iter()
                .map(|values| Float32Array::from(values.as_slice()))
                .collect();
            object(&[kind("panel"), ("marks", marks.into())])
        }
        Content::Bars { bars, range } => {
            let bar = |(label, value, text): (String, f64, String)| {
                object(&[
                    ("label", label.into()),
                    ("value", value.into()),
                    ("text", text.into()),
                ])
            };
            let bars = bars.into_iter().map(bar).collect::<Result<Array, _>>()?;
            let [least, most] = range;
            object(&[
                kind("bars"),
                ("bars", bars.into()),
                ("least", least.into()),
                ("most", most.into()),
            ])
        }
        Content::Numbers(numbers) => {
            let number = |(label, value, unit): (String, f64, &str)| {
                object(&[
                    ("label", label.into()),
                    ("value", value.into()),
                    ("unit", unit.into()),
                ])
            };
            let numbers = numbers
                .into_iter()
                .map(number)
                .collect::<Result<Array, _>>()?;
            object(&[kind("numbers"), ("numbers", numbers.into())])
        }
        Content::Text(text) => object(&[kind("text"), ("text", text.into())]),
        Content::Switches(grids) => {
            let grids = grids.iter().map(switches);
            let grids = grids.collect::<Result<Array, _>>()?;
            object(&[kind("switches"), ("grids", grids.into())])
        }
        Content::Sight(Sight {
            size,
            kinds,
            amounts,
            ring,
            says,
        }) => object(&[
            kind("sight"),
            ("kinds", numbers(&size, &kinds)?),
            ("amounts", numbers(&size, &amounts)?),
            ("ring", ring.into()),
            ("says", says.into()),
        ]),
    }
}

/// Pictures as an object.
fn shown_pictures(p: &Pictures) -> Result<JsValue, JsValue> {
    let [height, width] = p.size;
    let n = p.rgba.len() / (4 * height * width).max(1);
    let data = Uint8Array::from(p.rgba.as_slice());
    let latent = p.z.len() / n.max(1);
    let z = Float32Array::from(p.z.as_slice());
    let over = match &p.over {
        Some((shares, [rows, columns])) => {
            let shares = Float32Array::from(shares.as_slice());
            tensor(&[n, *rows, *columns], shares.into())?
        }
        None => JsValue::NULL,
    };
    let fact = |(name, value): &(String, f64)| {
        object(&[("name", name.into()), ("value", (*value).into())])
    };
    let facts = p.facts.iter();
    let facts = facts
        .map(|own| own.iter().map(fact).collect::<Result<Array, _>>())
        .collect::<Result<Array, _>>()?;
    let picks: Vec<String> = (p.picks.iter())
        .map(|pick| format!("{}:{}", pick.seed, pick.index))
        .collect();
    let codes = match &p.codes {
        Some(codes) => object(&[
            ("points", Float32Array::from(codes.points.as_slice()).into()),
            ("labels", Uint8Array::from(codes.labels.as_slice()).into()),
            ("names", texts(&p.classes)),
        ])?,
        None => JsValue::UNDEFINED,
    };
    let ellipse = match &p.ellipse {
        Some([mean, std]) => object(&[
            ("mean", Float32Array::from(&mean[..]).into()),
            ("std", Float32Array::from(&std[..]).into()),
        ])?,
        None => JsValue::UNDEFINED,
    };
    object(&[
        kind("pictures"),
        ("parts", p.parts.into()),
        ("first", p.first.into()),
        ("total", p.total.into()),
        ("images", tensor(&[n, height, width, 4], data.into())?),
        ("captions", texts(&p.captions)),
        ("scores", Float32Array::from(p.scores.as_slice()).into()),
        ("marks", texts(&p.marks)),
        ("columns", p.columns.into()),
        ("rows", texts(&p.rows)),
        ("heads", texts(&p.heads)),
        ("picks", texts(&picks)),
        ("z", tensor(&[n, latent], z.into())?),
        ("extent", p.extent.into()),
        ("codes", codes),
        ("prior", p.prior.into()),
        ("ellipse", ellipse),
        ("facts", facts.into()),
        ("over", over),
        ("weights", texts(&p.weights)),
    ])
}

fn shown_spreads(spreads: Spreads) -> Result<JsValue, JsValue> {
    let row = |row: Spread| {
        object(&[
            ("name", row.name.into()),
            ("mean", row.mean.into()),
            ("std", row.std.into()),
            ("more", row.more.into()),
            ("says", row.says.into()),
        ])
    };
    let rows = spreads.rows.into_iter().map(row);
    let ends = |ends: [f64; 2]| JsValue::from(Array::from_iter(ends.map(JsValue::from)));
    object(&[
        kind("spreads"),
        ("rows", rows.collect::<Result<Array, _>>()?.into()),
        ("range", ends(spreads.range)),
        ("band", spreads.band.map_or(JsValue::NULL, ends)),
        ("help", spreads.help.into()),
    ])
}

/// A table as an object; a cell is a text, `{value, decimals}`, `{value, digits}` or null.
fn shown_table(table: Table) -> Result<JsValue, JsValue> {
    let number = |value: f64, kind, n: usize| object(&[("value", value.into()), (kind, n.into())]);
    let cell = |cell: Cell| match cell {
        Cell::Text(text) => Ok(text.into()),
        Cell::Number(value, decimals) => number(value, "decimals", decimals),
        Cell::Digits(value, digits) => number(value, "digits", digits),
        Cell::Nothing => Ok(JsValue::NULL),
    };
    let row = |row: Row| {
        let cells = row.cells.into_iter().map(cell);
        object(&[
            ("name", row.name.into()),
            ("weights", row.weights.into()),
            ("view", row.view.into()),
            ("current", row.current.into()),
            ("cells", cells.collect::<Result<Array, _>>()?.into()),
        ])
    };
    let rows = table.rows.into_iter().map(row);
    object(&[
        kind("table"),
        ("heads", texts(&table.heads)),
        ("rows", rows.collect::<Result<Array, _>>()?.into()),
    ])
}

/// A grid of cells as an object, `on` and `open` as 0 and 1.
fn switches(grid: &Switches) -> Result<JsValue, JsValue> {
    let flags = |flags: &[bool]| {
        let flags: Vec<f32> = flags.iter().map(|on| f32::from(u8::from(*on))).collect();
        numbers(&grid.size, &flags)
    };
    object(&[
        ("title", grid.title.into()),
        ("on", flags(&grid.on)?),
        ("open", flags(&grid.open)?),
        ("names", texts(&grid.names)),
        ("ring", grid.ring.into()),
    ])
}

/// Numbers with their shape.
fn numbers(shape: &[usize], values: &[f32]) -> Result<JsValue, JsValue> {
    tensor(shape, Float32Array::from(values).into())
}

/// An answer as an object of `{shape, data}` by name.
fn named(answer: Answer) -> Result<JsValue, JsValue> {
    let out = Object::new();
    for (name, shape, content) in answer {
        let data = match content {
            latents::Content::Floats(values) => {
                JsValue::from(Float32Array::from(values.as_slice()))
            }
            latents::Content::Bytes(bytes) => JsValue::from(Uint8Array::from(bytes.as_slice())),
        };
        Reflect::set(&out, &JsValue::from_str(&name), &tensor(&shape, data)?)?;
    }
    Ok(out.into())
}
