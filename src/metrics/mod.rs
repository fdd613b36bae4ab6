//! Measures of generated points. They see host values only and are independent of how the points were made.

pub mod divergence;
pub mod modes;
pub mod transport;
