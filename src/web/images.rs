//! Finished models.

use js_sys::{Array, Float32Array, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use super::{device, error, object};
use crate::exhibits::exhibit::Exhibit;
use crate::exhibits::explore::{Ask, Content, Explore, Pictures};
use crate::exhibits::latents::{self, Answer, floats};
use crate::exhibits::{EXHIBITS, exhibit};
use crate::models::masks::Masks;
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

    /// What the page needs to know, as JSON.
    pub fn describe(&self) -> String {
        self.model.describe().to_string()
    }

    /// 16 hexadecimal digits over what is shown, where that has a history.
    pub fn hash(&self) -> Option<String> {
        self.model.hash()
    }

    /// What an output of a view shows, for the settings of a link and the pixels of a picture that a person made.
    pub async fn answer(
        &mut self,
        view: String,
        output: usize,
        part: usize,
        query: String,
        image: Vec<f32>,
    ) -> Result<JsValue, JsValue> {
        let found = self.row.views.iter().find(|v| v.id == view);
        let row = found.ok_or_else(|| error(format!("There is no view \"{view}\".")))?;
        let values = self.row.values(&self.row.resolve(&query));
        let ask = Ask {
            view: row.id,
            output,
            part,
            values: &values,
            image: &image,
        };
        shown(self.model.answer(ask).await.map_err(error)?)
    }

    /// Answers a request of a custom view in JSON; numbers come beside it. One at a time.
    pub async fn run(&mut self, request: String, values: Vec<f32>) -> Result<JsValue, JsValue> {
        named(self.model.run(&request, values).await.map_err(error)?)
    }
}

/// What a stack of masked convolutions depends on, for masks in JSON: `masks [n, kernel, kernel]` and which of their cells are
/// `open` to a change, `sight [side, side]` (0 unseen, 1 seen, 2 blind, 3 a leak), `paths [side, side]`, and the channels of
/// the pixel itself that it sees, `own [channels]`.
#[wasm_bindgen(js_name = maskField)]
pub fn mask_field(masks: String) -> Result<JsValue, JsValue> {
    let masks: Masks = serde_json::from_str(&masks)
        .map_err(|e| error(format!("The masks cannot be read: {e}.")))?;
    let found = masks.dependency().map_err(error)?;
    let shape = [masks.count(), masks.kernel, masks.kernel];
    let image = [masks.side, masks.side];
    let flags = |name: &str, shape: &[usize], flags: Vec<bool>| {
        let values = flags.into_iter().map(|on| f32::from(u8::from(on)));
        floats(name, shape, values.collect())
    };
    let sight = found.sight.into_iter().map(f32::from).collect();
    let paths = found.paths.into_iter().map(|n| n as f32).collect();
    named(vec![
        flags("masks", &shape, masks.cells()),
        flags("open", &shape, masks.open()),
        floats("sight", &image, sight),
        floats("paths", &image, paths),
        flags("own", &[found.own.len()], found.own),
    ])
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

/// What an output shows, as an object with its `kind`.
fn shown(content: Content) -> Result<JsValue, JsValue> {
    let kind = |name: &str| ("kind", JsValue::from_str(name));
    match content {
        Content::Pictures(p) => pictures(&p),
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
        Content::Tokens(tokens) => {
            let token = |(text, value): (String, f64)| {
                object(&[("text", text.into()), ("value", value.into())])
            };
            let tokens = tokens
                .into_iter()
                .map(token)
                .collect::<Result<Array, _>>()?;
            object(&[kind("tokens"), ("tokens", tokens.into())])
        }
        Content::Text(text) => object(&[kind("text"), ("text", text.into())]),
    }
}

/// Pictures as an object.
fn pictures(p: &Pictures) -> Result<JsValue, JsValue> {
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
    object(&[
        ("kind", "pictures".into()),
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
        ("facts", facts.into()),
        ("over", over),
        ("weights", texts(&p.weights)),
    ])
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
