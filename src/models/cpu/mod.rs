//! Networks on the host, without a tensor library: whole images, and one pixel at a time.

pub mod convolution;
pub mod inference;
pub mod kernel;
pub mod map;
pub mod pointwise;
pub mod sampler;
pub mod spatial;
