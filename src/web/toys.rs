//! Demos that train.

use js_sys::{Array, Float32Array, Float64Array, Object, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::WorkerGlobalScope;

use super::{device, error};
use crate::catalog::runfile;
use crate::data::toys::points;
use crate::runs::demo::Demo;
use crate::runs::settings::Settings;
use crate::runs::{ArenaFrame, Budget, Frame, Row};

/// The demos of this module, the default first.
fn demos() -> Vec<&'static Demo> {
    // A table of demos leads to the code that trains them, so a module names no other's.
    let mut demos = vec![];
    #[cfg(all(feature = "toys", not(feature = "gpu")))]
    demos.push(&crate::races::playground::RACE);
    #[cfg(all(feature = "toys", feature = "gpu"))]
    demos.push(&crate::races::playground::RACE_ELSEWHERE);
    #[cfg(feature = "lab")]
    demos.extend(crate::catalog::figures_and_cases());
    demos
}

/// The demo with this id, or the default one.
fn demo(id: &str) -> &'static Demo {
    let demos = demos();
    demos.iter().find(|d| d.id == id).unwrap_or(&demos[0])
}

/// Milliseconds since this worker began. Node, where tests load the module too, has the same clock on its global object.
fn clock() -> f64 {
    let global: WorkerGlobalScope = js_sys::global().unchecked_into();
    global.performance().expect("a clock").now()
}

/// Settings of a link: `{settings, query, notes, step}` as JSON.
#[wasm_bindgen]
pub fn resolve(demo_id: &str, query: &str) -> String {
    let settings = Settings::resolve(demo(demo_id), query);
    serde_json::json!({
        "settings": settings.to_json(),
        "query": settings.query(settings.step, &settings.events),
        "notes": settings.notes,
        "step": settings.step,
    })
    .to_string()
}

/// The `points` value of a link for points in [-1.5, 1.5], interleaved x, y.
#[wasm_bindgen(js_name = encodePoints)]
pub fn encode_points(values: &[f32]) -> String {
    points::encode(values.as_chunks::<2>().0)
}

fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("plain data")
}

/// What a page needs of a run file to replay it: `{query, step, stops, device}` as JSON.
#[wasm_bindgen(js_name = readRun)]
pub fn read_run(text: &str) -> Result<String, JsValue> {
    let run = runfile::parse(text, &demos()).map_err(error)?;
    let query = format!("demo={}&{}", run.demo, run.query());
    Ok(to_json(&serde_json::json!({
        "query": query, "step": run.step, "stops": run.stops(), "device": run.device,
    })))
}

/// How one run file agrees with another, as JSON.
#[wasm_bindgen(js_name = compareRuns)]
pub fn compare_runs(text: &str, replay: &str) -> Result<String, JsValue> {
    let (run, replay) = (
        runfile::parse(text, &demos()),
        runfile::parse(replay, &demos()),
    );
    Ok(to_json(
        &run.map_err(error)?
            .compare(&replay.map_err(error)?, &demos()),
    ))
}

/// A running demo.
#[wasm_bindgen]
pub struct Session(Box<dyn crate::runs::Session>);

#[wasm_bindgen]
impl Session {
    /// Starts the demo of a link.
    pub async fn open(demo_id: String, query: String) -> Session {
        let demo = demo(&demo_id);
        Session((demo.open)(Settings::resolve(demo, &query), device()))
    }

    /// What the page needs to know to draw, as JSON.
    pub fn describe(&self) -> String {
        self.0.describe().to_string()
    }

    /// What real data, or theory, gives for each measure, as JSON; nothing while a part of it is left for the next call.
    pub fn references(&mut self) -> Option<String> {
        self.0.references().map(|found| found.to_string())
    }

    /// Steps done.
    pub fn step(&self) -> f64 {
        self.0.step() as f64
    }

    /// The link of this run so far.
    pub fn query(&self) -> String {
        self.0.query()
    }

    /// Trains for at most so many steps and milliseconds; returns the steps done.
    pub async fn advance(&mut self, steps: u32, millis: f64) -> Result<f64, JsValue> {
        let budget = Budget {
            steps: steps.into(),
            millis,
            clock,
        };
        self.0
            .advance(budget)
            .await
            .map(|n| n as f64)
            .map_err(error)
    }

    /// What stopped the training, if something did.
    pub fn fault(&self) -> Option<String> {
        self.0.fault().map(str::to_string)
    }

    /// One discriminator update in every arena.
    #[wasm_bindgen(js_name = stepDiscriminator)]
    pub async fn step_discriminator(&mut self) -> Result<(), JsValue> {
        self.0.update("D").await.map_err(error)
    }

    /// One generator update in every arena.
    #[wasm_bindgen(js_name = stepGenerator)]
    pub async fn step_generator(&mut self) -> Result<(), JsValue> {
        self.0.update("G").await.map_err(error)
    }

    /// Changes a live setting; returns the value it then has.
    pub fn set(&mut self, key: &str, value: &str) -> Result<String, JsValue> {
        self.0.set(key, value).map_err(error)
    }

    /// A picture for a request in JSON.
    pub async fn frame(&mut self, request: String) -> Result<FrameObject, JsValue> {
        let request = serde_json::from_str(&request)
            .map_err(|e| error(format!("The picture request cannot be read: {e}.")))?;
        let frame = self.0.frame(request).await.map_err(error)?;
        Ok(frame.into())
    }

    /// Everything needed to continue.
    pub async fn snapshot(&mut self) -> Result<Uint8Array, JsValue> {
        let bytes = self.0.snapshot().await.map_err(error)?;
        Ok(Uint8Array::from(bytes.as_slice()))
    }

    /// Continues from a snapshot.
    pub async fn restore(&mut self, bytes: Vec<u8>) -> Result<(), JsValue> {
        self.0.restore(&bytes).map_err(error)
    }

    /// The trained weights as a safetensors file.
    pub async fn weights(&mut self) -> Result<Uint8Array, JsValue> {
        let bytes = self.0.weights().await.map_err(error)?;
        Ok(Uint8Array::from(bytes.as_slice()))
    }

    /// The run so far as a PyTorch program.
    pub fn program(&self) -> Result<String, JsValue> {
        self.0.program().map_err(error)
    }

    /// 16 hexadecimal digits over the whole state.
    pub async fn hash(&mut self) -> Result<String, JsValue> {
        self.0.hash().await.map_err(error)
    }
}

#[wasm_bindgen]
extern "C" {
    /// A [`Frame`] as the plain object that a page receives.
    pub type FrameObject;
    #[wasm_bindgen(method, setter)]
    fn set_step(this: &FrameObject, step: f64);
    #[wasm_bindgen(method, setter)]
    fn set_rows(this: &FrameObject, rows: &Array);
    #[wasm_bindgen(method, setter)]
    fn set_now(this: &FrameObject, now: &Array);
    #[wasm_bindgen(method, setter)]
    fn set_arenas(this: &FrameObject, arenas: &Array);
    #[wasm_bindgen(method, setter)]
    fn set_marks(this: &FrameObject, marks: &Array);

    /// A [`Row`] of measures.
    type RowObject;
    #[wasm_bindgen(method, setter)]
    fn set_arena(this: &RowObject, arena: f64);
    #[wasm_bindgen(method, setter)]
    fn set_step(this: &RowObject, step: f64);
    #[wasm_bindgen(method, setter)]
    fn set_values(this: &RowObject, values: Float64Array);

    /// An [`ArenaFrame`].
    type ArenaObject;
    #[wasm_bindgen(method, setter)]
    fn set_field(this: &ArenaObject, field: Float32Array);
    #[wasm_bindgen(method, setter)]
    fn set_fakes(this: &ArenaObject, fakes: Float32Array);
    #[wasm_bindgen(method, setter)]
    fn set_manifold(this: &ArenaObject, manifold: Float32Array);
    #[wasm_bindgen(method, setter)]
    fn set_arrows(this: &ArenaObject, arrows: Float32Array);
}

/// Copies the numbers, because views over wasm memory die when it grows.
impl From<Frame> for FrameObject {
    fn from(frame: Frame) -> Self {
        let floats = |values: &[f32]| Float32Array::from(values);
        let row = |row: &Row| {
            let out: RowObject = Object::new().unchecked_into();
            out.set_arena(row.arena as f64);
            out.set_step(row.step as f64);
            out.set_values(row.values.as_slice().into());
            JsValue::from(out)
        };
        let arena = |arena: &ArenaFrame| {
            let out: ArenaObject = Object::new().unchecked_into();
            out.set_field(floats(&arena.field));
            out.set_fakes(floats(&arena.fakes));
            out.set_manifold(floats(&arena.manifold));
            out.set_arrows(floats(&arena.arrows));
            JsValue::from(out)
        };
        let out: FrameObject = Object::new().unchecked_into();
        out.set_step(frame.step as f64);
        out.set_rows(&frame.rows.iter().map(row).collect());
        out.set_now(&frame.now.iter().map(row).collect());
        out.set_arenas(&frame.arenas.iter().map(arena).collect());
        out.set_marks(&frame.marks.iter().map(|m| floats(m)).collect());
        out
    }
}
