//! Races: up to four GANs side by side; the start page's race, and the cases of the lab.

pub mod arena;
pub mod cases;
pub mod failures;
pub mod members;
pub mod playground;
mod presets;
pub mod pytorch;
pub mod race;
pub mod step_trace;
