//! Toy densities, the points that users bring, images to train on, and sketches.

pub mod attributes;
pub mod density;
pub mod doodle;
#[cfg(feature = "cli")]
pub mod edges;
#[cfg(feature = "cli")]
pub mod folder;
pub mod hand;
#[cfg(feature = "cli")]
pub mod idx;
pub mod images;
#[cfg(feature = "cli")]
pub mod pairs;
pub mod points;
pub mod sketch;
#[cfg(feature = "cli")]
pub mod warp;
