//! Toy densities, the points that users bring, images to train on, and sketches.

pub mod images;
pub mod sketches;
pub mod toys;
