//! genzoo: generative models that train and sample in a web page.
//!
//! Dimensions in shapes: `batch` or `n` examples, `latent` size of z, `parameters` of one network.
//!
//! Layers, each using only those below it:
//! - [`web`]: what JavaScript sees
//! - [`catalog`], [`lab`], [`gallery`], [`settings`], [`runfile`]: the tables of demos, links as settings, runs as files
//! - [`sessions`]: a running demo, with optimisers and data
//! - [`models`], [`objectives`], [`data`], [`metrics`]: networks, losses, densities and measures, without I/O
//! - [`weights`]: trained networks as files, and their cards
//! - [`rng`], [`device`], [`json`], `choice`: seeded streams, the device, JSON from outside, enums with ids

pub mod cases;
pub mod catalog;
pub mod choice;
pub mod data;
pub mod device;
pub mod failures;
pub mod gallery;
pub mod json;
pub mod lab;
pub mod members;
pub mod metrics;
pub mod models;
pub mod objectives;
pub mod rng;
pub mod runfile;
pub mod sessions;
pub mod settings;
#[cfg(feature = "cli")]
pub mod train;
pub mod web;
pub mod weights;
