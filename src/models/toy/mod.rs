//! The multilayer perceptron of the toy models by hand: forward, backward and second order, without a tensor library or a recorded graph.
//!
//! [`crate::models::mlp`] is the same network for any device, with recorded graphs; tests compare the two. This one is for the
//! steps of training on the CPU. Three things make it what it is:
//!
//! - **The same bits everywhere.** Every sum has one order, nothing is fused, and exponentials are the polynomials of [`lanes`].
//! - **Blocks.** [`product::ROWS`] examples pass through the whole network and back at a time, so that their numbers stay in the
//!   cache, and memory does not depend on the batch.
//! - **Buffers are kept.** A step allocates nothing.
//!
//! Second order is a derivative in one direction of what the backward pass computes ([`second`]): a penalty on the input gradient needs
//! the direction in the input, a step of an unrolled discriminator the one in the parameters. By the symmetry of second derivatives
//! both are exact.

pub mod activate;
pub mod lanes;
pub mod network;
pub mod pass;
pub mod product;
pub mod second;
pub mod spectral;
#[cfg(test)]
mod tests;

pub use self::network::{Gradient, Network};
pub use self::pass::Pass;
pub use self::spectral::Spectral;
