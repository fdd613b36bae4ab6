//! Networks, one family per file. `forward` is pure: noise and parameters come in, tensors go out.

pub mod mlp;
