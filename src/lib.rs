//! genzoo: generative models that train and sample in a web page.
//!
//! Dimensions in shapes: `batch` or `n` examples, `latent` size of z, `parameters` of one network.
//!
//! Layers, each using only those below it:
//! - [`web`]: what JavaScript sees
//! - [`catalog`]: the list of everything, as JSON, Markdown and run files
//! - [`races`], [`figures`], [`exhibits`], `train`: demos that train, finished models, and how these were trained
//! - [`runs`]: a running demo: settings, optimisers, snapshots
//! - [`weights`]: trained networks as files, and their cards
//! - [`schema`]: controls, presets, charts, panels and claims, as plain data
//! - [`models`], [`objectives`], [`metrics`], [`data`]: networks, losses, measures and densities, without I/O
//! - [`rng`], [`device`], [`limits`], `choice`: seeded streams, the device, limits of text from outside, enums with ids

pub mod catalog;
pub mod choice;
pub mod data;
pub mod device;
pub mod exhibits;
pub mod figures;
pub mod limits;
pub mod metrics;
pub mod models;
pub mod objectives;
mod pulse;
pub mod races;
pub mod rng;
pub mod runs;
pub mod schema;
#[cfg(feature = "cli")]
pub mod train;
pub mod web;
pub mod weights;
