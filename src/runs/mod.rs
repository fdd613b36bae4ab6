//! Runs: models, optimisers and data of one demo that trains, advanced by steps; its settings, changes and snapshots.

pub mod demo;
pub mod events;
pub mod learner;
pub mod optimiser;
pub mod player;
pub mod settings;
pub mod snapshot;

use std::future::Future;
use std::pin::Pin;

use burn::tensor::{Device, Tensor, Transaction};
use serde::Deserialize;
use serde_json::Value as Json;

use self::settings::Settings;

/// A future that stays on its thread.
pub type LocalFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Starts a demo on a device.
pub type Open = fn(Settings, Device) -> Box<dyn Session>;

/// How far [`Session::advance`] may go.
#[derive(Clone, Copy)]
pub struct Budget {
    /// Most steps.
    pub steps: u64,
    /// Most milliseconds.
    pub millis: f64,
    /// A clock in milliseconds; only differences count.
    pub clock: fn() -> f64,
}

/// The numbers that a picture needs. Zero leaves a view out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct FrameRequest {
    /// Points along each side of the field of the discriminator or critic.
    pub field: usize,
    /// Generated points.
    pub fakes: usize,
    /// Points along each side of the generator's image of a latent grid.
    pub manifold: usize,
    /// Generated points with the direction in which they are pushed.
    pub arrows: usize,
    /// Arenas to draw.
    pub arenas: Vec<usize>,
    /// The arena whose next step is taken apart, as the lab shows it.
    pub anatomy: Option<usize>,
    /// Whether the measures of exactly this step are wanted, for values beside a picture at rest.
    pub now: bool,
}

/// Largest side of a field or manifold.
pub const FRAME_SIDE_MAX: usize = 128;
/// Most points or arrows.
pub const FRAME_POINTS_MAX: usize = 4_096;

/// Pictures of one arena; interleaved coordinates, empty where not asked for.
#[derive(Clone, Debug, Default)]
pub struct ArenaFrame {
    /// `[n * n]`, row-major from the lowest y: probability for probabilistic discriminators, else the raw output.
    pub field: Vec<f32>,
    /// `[n * 2]`
    pub fakes: Vec<f32>,
    /// `[n * n * 2]`, row-major from the lowest second latent coordinate.
    pub manifold: Vec<f32>,
    /// `[n * 4]`: x, y, dx, dy.
    pub arrows: Vec<f32>,
}

/// Measures of one arena at a step, in the order of the demo's columns; NaN where there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Arena index.
    pub arena: usize,
    /// Generator steps done.
    pub step: u64,
    /// One value per column.
    pub values: Vec<f64>,
}

/// A picture of a session.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// Generator steps done.
    pub step: u64,
    /// Rows measured since the last frame.
    pub rows: Vec<Row>,
    /// Measures of this step, where asked for and known; they are no part of the run's record.
    pub now: Vec<Row>,
    /// One per requested arena.
    pub arenas: Vec<ArenaFrame>,
    /// Numbers of every mark of a small figure, in the order of its panels; or of a step taken apart.
    pub marks: Vec<Vec<f32>>,
}

/// One running demo. Every error is a sentence for the user.
pub trait Session {
    /// What the page needs to know to draw: window, arenas, settings.
    fn describe(&self) -> Json;
    /// What real data, or theory, gives for each measure. None while a part of it is still to be worked out: each call does one, as all
    /// together take longer than a step may.
    fn references(&mut self) -> Option<Json>;
    /// Steps done.
    fn step(&self) -> u64;
    /// The link of this run so far.
    fn query(&self) -> String;
    /// Trains within the budget; returns the steps done. Stops early at a fault.
    fn advance(&mut self, budget: Budget) -> LocalFuture<'_, Result<u64, String>>;
    /// What stopped the training, if something did.
    fn fault(&self) -> Option<&str>;
    /// A single update of one network: "D" or "G".
    fn update<'a>(&'a mut self, network: &'a str) -> LocalFuture<'a, Result<(), String>>;
    /// Changes a live setting; returns the value it then has.
    fn set(&mut self, key: &str, value: &str) -> Result<String, String>;
    /// A picture.
    fn frame(&mut self, request: FrameRequest) -> LocalFuture<'_, Result<Frame, String>>;
    /// Everything needed to continue, as bytes.
    fn snapshot(&mut self) -> LocalFuture<'_, Result<Vec<u8>, String>>;
    /// Continues from [`Self::snapshot`] of a session with the same settings.
    fn restore(&mut self, bytes: &[u8]) -> Result<(), String>;
    /// The trained weights as a safetensors file.
    fn weights(&mut self) -> LocalFuture<'_, Result<Vec<u8>, String>> {
        Box::pin(async { Err("This demo has no weights to take away.".to_string()) })
    }
    /// The run so far as a PyTorch program.
    fn program(&self) -> Result<String, String> {
        Err("There is no PyTorch program of this demo.".into())
    }
    /// 16 hexadecimal digits over parameters, optimiser state and counters.
    fn hash(&mut self) -> LocalFuture<'_, Result<String, String>>;
}

/// Host values of several vectors, read from the device in one transaction.
///
/// # Errors
/// A sentence when the device does not answer.
pub async fn read(tensors: Vec<Tensor<1>>) -> Result<Vec<Vec<f32>>, String> {
    // The backend's message is a dump of its own queues; the user is told what happened only.
    let lost = || "The device did not return its results; it may have been lost.".to_string();
    tensors
        .into_iter()
        .fold(Transaction::default(), Transaction::register)
        .execute_async()
        .await
        .map_err(|_| lost())?
        .into_iter()
        .map(|data| data.try_to_vec::<f32>().map_err(|_| lost()))
        .collect()
}
