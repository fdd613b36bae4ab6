//! Sketches as strokes: their raster, the edges of an image, hands that tremble, and doodles of a seed.

pub mod doodle;
#[cfg(feature = "cli")]
pub mod edges;
pub mod hand;
pub mod sketch;
