//! Networks, one family per file. `forward` is pure: noise and parameters come in, tensors go out.

pub mod cgan;
pub mod classifier;
pub mod cpu;
pub mod dcgan;
pub mod family;
pub mod iaf;
pub mod labels;
pub mod masks;
pub mod mlp;
pub mod network;
pub mod pix2pix;
pub mod pixelcnn;
pub mod realnvp;
pub mod stylegan;
pub mod toy;
pub mod vae;
