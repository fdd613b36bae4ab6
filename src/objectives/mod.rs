//! Training objectives: pure functions of network outputs, each with its equation, sign and reduction.

pub mod adversarial;
pub mod conditional;
pub mod labelled;
pub mod points;
pub mod variational;
