//! Toy densities and the points that users bring.

pub mod density;
pub mod points;
