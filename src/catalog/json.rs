//! The catalogue as pages read it.

use serde_json::{Value as Json, json};

use super::claims;
use super::runfile::RUN_MAX_BYTES;
use crate::data::toys::density::DensityKind;
use crate::exhibits::EXHIBITS;
use crate::exhibits::exhibit::{Arrangement, Draws, Exhibit, Input, Output, Setting, View};
use crate::figures::{FIGURES, FigureRow};
use crate::limits::{CSV_MAX_BYTES, LINK_MAX_POINTS, LINK_RANGE};
use crate::objectives::adversarial::Objective;
use crate::races::cases::{CASES, Cases};
use crate::races::playground::RACE;
use crate::races::step_trace::{STAGES, Stage};
use crate::runs::demo::Demo;
use crate::runs::settings::{ARENAS_MAX, STEP_MAX};
use crate::schema::{Claim, Control, Kind, Mark, Panel, Range, Scope};

/// Limits that pages keep to, each from where it is defined. Sizes are in bytes.
pub fn limits() -> Json {
    json!({
        "arenas": ARENAS_MAX,
        "steps": STEP_MAX,
        "csv_bytes": CSV_MAX_BYTES,
        "link_points": LINK_MAX_POINTS,
        "link_range": LINK_RANGE,
        "run_bytes": RUN_MAX_BYTES,
    })
}

/// For the start page.
pub fn start() -> Json {
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "columns": RACE.columns,
        "demos": [demo(&RACE, &[])],
    })
}

/// For the lab's page.
pub fn lab() -> Json {
    let rows = FIGURES
        .iter()
        .map(figure)
        .chain(CASES.iter().map(demo_of_cases));
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "demos": rows.collect::<Vec<_>>(),
    })
}

/// For the pages of finished models.
pub fn exhibits() -> Json {
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "exhibits": EXHIBITS.iter().map(exhibit).collect::<Vec<_>>(),
    })
}

/// A control as JSON.
fn control(c: &Control) -> Json {
    let mut out = json!({
        "key": c.key, "label": c.label, "group": c.group, "unit": c.unit, "help": c.help, "live": c.live,
        "scope": if c.scope == Scope::Arena { "arena" } else { "shared" },
    });
    let kind = match c.kind {
        Kind::Choice(choices, default) => {
            json!({"kind": "choice", "choices": choices, "default": default})
        }
        Kind::Int(min, max, default, log) => {
            json!({"kind": "int", "min": min, "max": max, "default": default, "log": log, "step": 1})
        }
        Kind::Float(min, max, default, log) => {
            json!({"kind": "float", "min": min, "max": max, "default": default, "log": log})
        }
        Kind::Flag(default) => json!({"kind": "flag", "default": default}),
    };
    let fields = out.as_object_mut().expect("an object");
    fields.extend(kind.as_object().expect("an object").clone());
    out
}

/// A demo as JSON; `readouts` are the names that a figure has for its measures.
fn demo(d: &Demo, readouts: &[(&'static str, &'static str)]) -> Json {
    // A demo without a choice of densities has none of their parameters either.
    let densities = match d.control("density") {
        Some(_) => DensityKind::ALL,
        None => &[],
    };
    // Nor has one without an objective the settings that only this objective reads.
    let is_read = |c: &&Control| {
        let mut owners = Objective::ALL
            .iter()
            .filter(|o| o.own_settings().contains(&c.key))
            .peekable();
        owners.peek().is_none() || owners.any(|o| d.objectives.contains(o))
    };
    json!({
        "id": d.id, "title": d.title, "summary": d.summary,
        "presets": d.presets.iter().map(|p| json!({
            "id": p.id, "title": p.title, "summary": p.summary, "claims": p.claims.iter().map(|c| claim(d, readouts, c)).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "controls": d.controls.iter().filter(is_read).map(control).collect::<Vec<_>>(),
        "columns": d.columns,
        "charts": d.charts.iter().map(|c| json!({"id": c.id, "title": c.title, "unit": c.unit, "help": c.help, "columns": c.columns})).collect::<Vec<_>>(),
        "objectives": d.objectives.iter().map(|o| {
            let [formula_d, formula_g, source] = o.formulas();
            json!({"id": o.id(), "title": o.title(), "critic": o.is_critic(), "formula_d": formula_d, "formula_g": formula_g, "source": source})
        }).collect::<Vec<_>>(),
        "densities": densities.iter().map(|k| json!({"id": k.id(), "title": k.title(), "summary": k.summary(), "keys": k.keys(), "needs_points": k.needs_points()})).collect::<Vec<_>>(),
    })
}

/// A figure as JSON.
fn figure(row: &FigureRow) -> Json {
    let mut out = demo(&row.demo, row.readouts);
    out["look"] = row.look.into();
    out["equation"] = row.equation.into();
    out["panels"] = row.panels.iter().map(panel).collect();
    out["readouts"] = json!(row.readouts);
    out
}

/// A demo of cases as JSON.
fn demo_of_cases(cases: &Cases) -> Json {
    let mut out = demo(cases.demo, &[]);
    let presets = out["presets"].as_array_mut().expect("a list");
    for (preset, case) in presets.iter_mut().zip(cases.rows) {
        preset["see"] = case.see.into();
        preset["why"] = case.why.into();
        preset["equation"] = case.equation.into();
    }
    let stage = |s: &Stage| json!({"title": s.title, "caption": s.caption, "values": s.values, "panel": panel(&s.panel)});
    out["stages"] = STAGES.iter().map(stage).collect();
    out
}

fn claim(demo: &Demo, readouts: &[(&'static str, &'static str)], c: &Claim) -> Json {
    json!({
        "arena": c.arena, "column": c.column, "steps": c.reading.steps(),
        "measure": claims::measure(demo, readouts, c), "when": c.when(), "said": c.said(),
        // Infinite bounds become null.
        "least": c.within.0, "most": c.within.1,
    })
}

fn panel(panel: &Panel) -> Json {
    let axis = |(title, range): (&str, Range)| {
        let range = match range {
            Range::Fixed(low, high) => json!([low, high]),
            Range::Fit => json!("fit"),
            Range::Window => json!("window"),
        };
        json!({"title": title, "range": range})
    };
    let mark = |m: &Mark| {
        let name = |debug: String| debug.to_lowercase();
        json!({"shape": name(format!("{:?}", m.shape)), "role": name(format!("{:?}", m.role)), "title": m.title})
    };
    json!({
        "title": panel.title, "x": axis(panel.x), "y": axis(panel.y),
        // Where both axes span the same, a length is as long in every direction.
        "square": panel.x.1 == panel.y.1 && panel.x.1 != Range::Fit,
        "marks": panel.marks.iter().map(mark).collect::<Vec<_>>(),
    })
}

/// A row of finished models as JSON.
fn exhibit(row: &Exhibit) -> Json {
    let setting = |setting: Setting| match setting {
        Setting::Control(c) => control(c),
        Setting::Text(t) => {
            json!({"key": t.key, "label": t.label, "help": t.help, "kind": "text", "max": t.max, "default": ""})
        }
    };
    let sources = row.sources.iter();
    json!({
        "id": row.id, "title": row.title, "summary": row.summary,
        "look": row.look, "equation": row.equation,
        "sources": sources.map(|s| json!({"text": s.text, "url": s.url})).collect::<Vec<_>>(),
        "weights": row.weights,
        "settings": row.settings().into_iter().map(setting).collect::<Vec<_>>(),
        "views": row.views.iter().map(view).collect::<Vec<_>>(),
    })
}

fn view(v: &'static View) -> Json {
    json!({
        "id": v.id, "title": v.title, "says": v.says,
        "weights": v.weights, "companions": v.companions, "custom": v.custom,
        "inputs": v.inputs.iter().map(input).collect::<Vec<_>>(),
        "outputs": v.outputs.iter().map(output).collect::<Vec<_>>(),
    })
}

fn input(i: &'static Input) -> Json {
    let keys: Vec<&str> = i.settings().into_iter().map(Setting::key).collect();
    let mut out = json!({"kind": i.kind(), "keys": keys});
    match i {
        Input::Picks {
            letters,
            many,
            default,
            counts,
            ..
        } => {
            out["letters"] = (*letters).into();
            out["many"] = (*many).into();
            out["default"] = (*default).into();
            out["counts"] = json!(counts);
        }
        Input::Sketch(b) => {
            let [strokes, points] = b.most;
            out["board"] = json!({
                "radii": b.radii, "range": b.range, "colours": b.colours, "colour": b.colour, "examples": b.examples,
                "strokes": strokes, "points": points, "file": b.file, "undo": b.undo,
            });
        }
        Input::Beside { weights, .. } => out["weights"] = json!(weights),
        _ => {}
    }
    if let Input::Peers { label, trials } = i {
        out["label"] = (*label).into();
        out["trials"] = json!(trials);
    }
    out
}

fn output(o: &Output) -> Json {
    let kind = match &o.draws {
        Draws::Pictures(_) => "pictures",
        Draws::Panel(_) => "panel",
        Draws::Bars => "bars",
        Draws::Spreads => "spreads",
        Draws::Numbers => "numbers",
        Draws::Table => "table",
        Draws::Text => "text",
        Draws::Note => "note",
        Draws::Start => "start",
        Draws::Switches { .. } => "switches",
        Draws::Sight => "sight",
    };
    let mut out = json!({"kind": kind, "title": o.title, "reads": o.reads, "image": o.image});
    match &o.draws {
        Draws::Pictures(arrangement) => out["shape"] = shape(*arrangement).into(),
        Draws::Panel(p) => out["panel"] = panel(p),
        Draws::Switches {
            writes,
            clears,
            again,
        } => {
            out["writes"] = (*writes).into();
            out["clears"] = json!(clears);
            out["again"] = (*again).into();
        }
        _ => {}
    }
    out
}

fn shape(arrangement: Arrangement) -> &'static str {
    match arrangement {
        Arrangement::Wall => "wall",
        Arrangement::Strip => "strip",
        Arrangement::Grid => "grid",
        Arrangement::Pair => "pair",
        Arrangement::Lineup => "lineup",
        Arrangement::Rows => "rows",
        Arrangement::Large => "large",
        Arrangement::Plane => "plane",
        Arrangement::Equation => "equation",
    }
}
