//! Finished models that a page explores.

pub mod gallery;
pub mod latents;
pub mod painter;
pub mod pixels;
