//! Toy densities, the points that users bring, and images to train on.

pub mod attributes;
pub mod density;
#[cfg(feature = "cli")]
pub mod folder;
#[cfg(feature = "cli")]
pub mod idx;
pub mod images;
pub mod points;
