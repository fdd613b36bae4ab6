//! What JavaScript sees. No logic here: strings become types, promises become futures, results become typed arrays.
//!
//! A module holds the surfaces of its features: the start page's only that of the race, so that it stays small.

#[cfg(feature = "images")]
mod images;
#[cfg(any(feature = "toys", feature = "lab"))]
mod toys;

use std::cell::RefCell;

use burn::tensor::Device;
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

thread_local! {
    static DEVICE: RefCell<Option<Device>> = const { RefCell::new(None) };
}

fn device() -> Device {
    DEVICE.with_borrow(|d| d.clone().unwrap_or_else(crate::device::cpu))
}

fn error(sentence: String) -> JsValue {
    js_sys::Error::new(&sentence).into()
}

#[wasm_bindgen(start)]
fn start() {
    console_error_panic_hook::set_once();
}

/// The catalog as JSON: what the pages of this module need of it.
#[wasm_bindgen]
pub fn catalog() -> String {
    #[cfg(feature = "toys")]
    let json = crate::catalog::to_json();
    // A table of demos leads to the code that trains them.
    #[cfg(all(feature = "lab", not(feature = "toys")))]
    let json = crate::lab::to_json();
    #[cfg(not(any(feature = "toys", feature = "lab")))]
    let json = crate::gallery::to_json();
    json.to_string()
}

/// Opens the WebGPU device for all sessions that follow.
#[cfg(feature = "gpu")]
#[wasm_bindgen(js_name = openDevice)]
pub async fn open_device() -> Result<String, JsValue> {
    let device = crate::device::open_webgpu().await.map_err(error)?;
    let name = format!("{device:?}");
    DEVICE.set(Some(device));
    Ok(name)
}

fn object(fields: &[(&str, JsValue)]) -> Result<JsValue, JsValue> {
    let out = Object::new();
    for (key, value) in fields {
        Reflect::set(&out, &JsValue::from_str(key), value)?;
    }
    Ok(out.into())
}
