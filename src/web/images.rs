//! Trained weights.

use js_sys::{Array, Float32Array, Object, Reflect, Uint8Array};
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;

use super::{device, error, object};
use crate::exhibits::gallery::{GALLERIES, gallery};
use crate::exhibits::latents::{Answer, Content, Explorer, floats};
use crate::exhibits::{painter, pixels};
use crate::models::masks::Masks;

/// Settings of a link to trained weights: `{values, query, notes}` as JSON.
#[wasm_bindgen(js_name = resolveImages)]
pub fn resolve_images(demo_id: &str, query: &str) -> String {
    let gallery = gallery(demo_id).unwrap_or(&GALLERIES[0]);
    let found = gallery.resolve(query);
    serde_json::json!({
        "values": found.complete(gallery),
        "query": found.query(),
        "notes": found.notes,
    })
    .to_string()
}

/// A trained model.
#[wasm_bindgen]
pub struct Model(Explorer);

#[wasm_bindgen]
impl Model {
    /// Opens weights with their card.
    pub async fn open(card: String, weights: Vec<u8>) -> Result<Model, JsValue> {
        Explorer::open(&card, &weights, device())
            .map(Model)
            .map_err(error)
    }

    /// What the page needs to know, as JSON.
    pub fn describe(&self) -> String {
        self.0.describe().to_string()
    }

    /// Answers a request in JSON; latents or images come beside it.
    pub async fn run(&self, request: String, values: Vec<f32>) -> Result<JsValue, JsValue> {
        named(self.0.run(asked(&request)?, values).await.map_err(error)?)
    }
}

/// A trained PixelCNN with its boards.
#[wasm_bindgen]
pub struct Pixels(pixels::Pixels);

#[wasm_bindgen]
impl Pixels {
    /// Opens weights with their card.
    pub async fn open(card: String, weights: Vec<u8>) -> Result<Pixels, JsValue> {
        pixels::Pixels::open(&card, &weights, device())
            .map(Pixels)
            .map_err(error)
    }

    /// What the page needs to know, as JSON.
    pub fn describe(&self) -> String {
        self.0.describe().to_string()
    }

    /// 16 hexadecimal digits over the levels of all boards.
    pub fn hash(&self) -> String {
        self.0.hash()
    }

    /// Answers a request in JSON; forced values or an image come beside it. One at a time.
    pub async fn run(&mut self, request: String, values: Vec<f32>) -> Result<JsValue, JsValue> {
        named(self.0.run(asked(&request)?, values).await.map_err(error)?)
    }
}

/// A trained pix2pix.
#[wasm_bindgen]
pub struct Painter(painter::Painter);

#[wasm_bindgen]
impl Painter {
    /// Opens weights with their card.
    pub async fn open(card: String, weights: Vec<u8>) -> Result<Painter, JsValue> {
        painter::Painter::open(&card, &weights, device())
            .map(Painter)
            .map_err(error)
    }

    /// What the page needs to know, as JSON.
    pub fn describe(&self) -> String {
        self.0.describe().to_string()
    }

    /// Answers a request in JSON; a sketch comes beside it.
    pub async fn run(&self, request: String, values: Vec<f32>) -> Result<JsValue, JsValue> {
        named(self.0.run(asked(&request)?, values).await.map_err(error)?)
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

/// A request in JSON.
fn asked<T: DeserializeOwned>(request: &str) -> Result<T, JsValue> {
    serde_json::from_str(request).map_err(|e| error(format!("The request cannot be read: {e}.")))
}

/// An answer as an object of `{shape, data}` by name.
fn named(answer: Answer) -> Result<JsValue, JsValue> {
    let out = Object::new();
    for (name, shape, content) in answer {
        let shape: Array = shape.iter().map(|n| JsValue::from(*n as f64)).collect();
        let data = match content {
            Content::Floats(values) => JsValue::from(Float32Array::from(values.as_slice())),
            Content::Bytes(bytes) => JsValue::from(Uint8Array::from(bytes.as_slice())),
        };
        let entry = object(&[("shape", shape.into()), ("data", data)])?;
        Reflect::set(&out, &JsValue::from_str(&name), &entry)?;
    }
    Ok(out.into())
}
