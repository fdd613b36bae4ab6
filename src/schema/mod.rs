//! The parts of a demo's row: controls, presets, charts, panels, claims. Plain data that knows no demo.

mod chart;
mod claim;
mod control;
mod link;
mod panel;
mod preset;

pub use chart::Chart;
pub use claim::{Claim, NO_LEAST, NO_MOST, Reading, at, unrest};
pub use control::{Control, Kind, Scope, Value, arena, live, restart, shared};
pub use link::{Accepts, LAB_VIEW, QUERY_MAX_BYTES, SHORT_KEY, VIEW_KEYS, ViewKey, is_of_page};
pub use panel::{Mark, Panel, Range, Role, Shape, X, Z, mark, plane};
pub use preset::{Preset, preset};
