//! Tables of the user's own points. The lab's module reads them for every page, so that the start page's stays small.

use js_sys::{Float32Array, Object};
use wasm_bindgen::prelude::*;

use super::error;
use crate::data::toys::table;

/// Points of a table as [`table::read`] takes it, and what it says: `{points, about}`, the points interleaved x, y, and
/// `{columns, axes, notes}` as JSON. The axes are chosen where both are given.
#[wasm_bindgen(js_name = readTable)]
pub fn read_table(
    bytes: &[u8],
    x: Option<usize>,
    y: Option<usize>,
    reach: Option<f64>,
) -> Result<TableObject, JsValue> {
    let axes = x.zip(y).map(|(x, y)| [x, y]);
    let reading = table::read(bytes, axes, reach).map_err(error)?;
    let about = serde_json::json!({
        "columns": reading.columns.iter().map(|c| &c.name).collect::<Vec<_>>(),
        "axes": reading.axes, "notes": reading.notes,
    });
    let out: TableObject = Object::new().unchecked_into();
    out.set_points(Float32Array::from(reading.points.as_flattened()));
    out.set_about(&about.to_string());
    Ok(out)
}

#[wasm_bindgen]
extern "C" {
    /// Points of a table.
    pub type TableObject;
    #[wasm_bindgen(method, setter)]
    fn set_points(this: &TableObject, points: Float32Array);
    #[wasm_bindgen(method, setter)]
    fn set_about(this: &TableObject, about: &str);
}
