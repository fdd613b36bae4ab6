//! The interface to JavaScript. No logic here: strings become types, promises become futures, results become typed arrays.
//!
//! A module holds the surfaces of its features: the start page's only that of the race, so that it stays small.

#[cfg(feature = "images")]
mod images;
#[cfg(feature = "lab")]
mod table;
#[cfg(any(feature = "toys", feature = "lab"))]
mod toys;

use std::cell::RefCell;

use burn::tensor::Device;
use js_sys::Function;
#[cfg(feature = "images")]
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

/// The parts of the catalogue that the pages of this module need, as JSON.
#[wasm_bindgen]
pub fn catalog() -> String {
    #[allow(unused_mut)]
    let mut json = serde_json::json!({"limits": crate::catalog::json::limits()});
    // A table of demos leads to the code that trains them, so a module names its own tables alone.
    #[cfg(feature = "lab")]
    add(&mut json, crate::catalog::json::lab());
    #[cfg(feature = "images")]
    add(&mut json, crate::catalog::json::exhibits());
    #[cfg(feature = "toys")]
    add(&mut json, crate::catalog::json::start());
    json.to_string()
}

/// Adds the fields of one table to the catalog.
fn add(json: &mut serde_json::Value, table: serde_json::Value) {
    if let (Some(all), serde_json::Value::Object(fields)) = (json.as_object_mut(), table) {
        all.extend(fields);
    }
}

thread_local! {
    // A plain function cannot hold it.
    static WORK: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Calls `tell` during long work, with about how many multiply-adds follow before the next call.
#[wasm_bindgen(js_name = tellWork)]
pub fn tell_work(tell: Function) {
    WORK.set(Some(tell));
    crate::pulse::tell(|macs| {
        WORK.with_borrow(|tell| {
            if let Some(tell) = tell {
                let _ = tell.call1(&JsValue::NULL, &macs.into());
            }
        });
    });
}

#[cfg(feature = "gpu")]
thread_local! {
    // The device's callback must be `Send`, which a JavaScript function is not.
    static LOST: RefCell<Option<Function>> = const { RefCell::new(None) };
}

/// Opens the WebGPU device for all sessions that follow; `lost` is called with the browser's message if it is lost.
#[cfg(feature = "gpu")]
#[wasm_bindgen(js_name = openDevice)]
pub async fn open_device(lost: Option<Function>) -> Result<String, JsValue> {
    LOST.set(lost);
    let tell = |message: String| {
        LOST.with_borrow(|lost| {
            if let Some(lost) = lost {
                let _ = lost.call1(&JsValue::NULL, &message.into());
            }
        });
    };
    let device = crate::device::open_webgpu(tell).await.map_err(error)?;
    let name = format!("{device:?}");
    DEVICE.set(Some(device));
    Ok(name)
}

#[cfg(feature = "images")]
fn object(fields: &[(&str, JsValue)]) -> Result<JsValue, JsValue> {
    let out = Object::new();
    for (key, value) in fields {
        Reflect::set(&out, &JsValue::from_str(key), value)?;
    }
    Ok(out.into())
}
