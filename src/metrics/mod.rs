//! Measures of generated points and images. They see host values only and are independent of how these were made.

pub mod divergence;
pub mod features;
#[cfg(feature = "cli")]
pub mod frechet;
pub mod modes;
pub mod neighbours;
pub mod similarity;
pub mod spread;
pub mod transport;
