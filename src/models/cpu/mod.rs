//! Networks on the host, without a tensor library: whole images, and one pixel at a time.

pub mod inference;
pub mod kernel;
pub mod sampler;
