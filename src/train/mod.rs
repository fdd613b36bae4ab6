//! Native training: recipes, the loop with its checkpoints, and the measures that go on a card.
//!
//! Every draw is addressed by seed, purpose and step, so a run that was killed continues with the same batches and noise.

pub mod cgan;
mod channels;
pub mod checkpoint;
pub mod classifier;
pub mod data;
pub mod dcgan;
mod directions;
pub mod evaluate;
pub mod files;
mod floor;
mod judge;
mod metrics;
mod pair;
pub mod pix2pix;
pub mod pixelcnn;
pub mod recipe;
pub mod recipes;
pub mod report;
pub mod run;
pub mod samples;
pub mod sheet;
pub mod source;
pub mod stylegan;
pub mod vae;
pub mod whole;

use std::fmt::Debug;

use burn::tensor::{Device, FloatDType, Tensor};
use rand_chacha::rand_core::Rng;

use self::data::Data;
use self::evaluate::{Evaluation, Settings};
use self::files::Shipped;
use self::recipe::Recipe;
use crate::data::images::ImageSet;
use crate::models::family::Family;
use crate::models::network::{Network, State};
use crate::rng::{Purpose, stream};
use crate::runs::optimiser::{Optimiser, Rates};
use crate::weights::ModelConfig;

/// How models of one family are trained, measured and shown. Implemented by the family's hyperparameters, which rows of
/// [`recipes::RECIPES`] hold; their [`Debug`] text tells a checkpoint of other hyperparameters apart.
pub trait Train: Debug + Sync {
    /// The model that these images need; they are square.
    ///
    /// # Errors
    /// A sentence when the images or their labels do not fit.
    fn config(&self, recipe: &Recipe, data: &ImageSet) -> Result<ModelConfig, String>;

    /// A model with fresh weights.
    ///
    /// # Panics
    /// If the start's model is not one of [`Train::config`].
    fn task(&self, start: &Start) -> Box<dyn Task>;

    /// Whether [`Train::measure`] needs the classifier for the same data: where the data have what one learns.
    fn judged(&self, data: &ImageSet) -> bool {
        data.attributes.is_some() || data.labels.is_some()
    }

    /// Measures weights.
    ///
    /// # Errors
    /// A sentence when the classifier's weights are missing or the data do not fit.
    fn measure(
        &self,
        shipped: &Shipped,
        data: &Data,
        settings: &Settings,
    ) -> Result<Evaluation, String>;

    /// `n` samples of a seed for a sheet in rows of eight, `[images, channels, height, width]` in [0, 1].
    ///
    /// # Errors
    /// A sentence when there is nothing to draw.
    fn sample(
        &self,
        shipped: &Shipped,
        n: usize,
        seed: u64,
        device: &Device,
    ) -> Result<Tensor<4>, String>;

    /// Whether it takes the images at half their size.
    fn halved(&self) -> bool {
        false
    }

    /// Whether its layers can compute in bfloat16: batch normalisation and small latents want single precision.
    fn takes_bf16(&self) -> bool {
        false
    }

    /// Whether it makes the classifier by which others are measured.
    fn judges(&self) -> bool {
        false
    }
}

/// What a training starts from.
pub struct Start<'a> {
    /// The model.
    pub config: &'a ModelConfig,
    /// Updates of the recipe, which rates may follow.
    pub steps: u64,
    /// In what layers compute, for those that [`Train::takes_bf16`].
    pub arithmetic: FloatDType,
    /// Seed of weights, batches and noise.
    pub seed: u64,
    /// Where to compute.
    pub device: &'a Device,
}

impl Start<'_> {
    /// The model, of the family that trains it.
    fn model<F: Family>(&self) -> &F {
        let model = self.config.of();
        model.expect("a model of the recipe's family")
    }
}

/// One model in training.
pub trait Task {
    /// Names of what [`Task::step`] returns.
    fn losses(&self) -> &'static [&'static str];
    /// One optimiser update of every network on a batch of images.
    fn step(&mut self, step: u64, data: &ImageSet, batch: &[usize]) -> Vec<f64>;
    /// Everything that a later step depends on.
    fn state(&self) -> Vec<Vec<f32>>;
    /// Continues from [`Task::state`] after so many steps.
    fn restore(&mut self, state: Vec<Vec<f32>>, steps: u64);
    /// Pictures that show how far it is: `[n, channels, height, width]` in [0, 1], and how many stand in a row.
    fn preview(&self, data: &ImageSet, validation: &[usize]) -> (Tensor<4>, usize);
    /// The networks to ship, in the order of the card's parts.
    fn weights(&self) -> Vec<State>;
}

/// The order in which a run sees its images: a new permutation every epoch, the incomplete last batch left out.
pub struct Batches {
    indices: Vec<usize>,
    batch: usize,
    seed: u64,
    epoch: Option<(u64, Vec<usize>)>,
}

impl Batches {
    /// Batches of `batch` images, fewer when there are not as many.
    ///
    /// # Panics
    /// If there is no image.
    pub fn new(indices: Vec<usize>, batch: usize, seed: u64) -> Self {
        assert!(!indices.is_empty(), "at least one image");
        let batch = batch.clamp(1, indices.len());
        Self {
            indices,
            batch,
            seed,
            epoch: None,
        }
    }

    /// Updates in an epoch.
    pub fn per_epoch(&self) -> u64 {
        (self.indices.len() / self.batch) as u64
    }

    /// The images of an update.
    pub fn at(&mut self, step: u64) -> &[usize] {
        let epoch = step / self.per_epoch();
        if self.epoch.as_ref().is_none_or(|(e, _)| *e != epoch) {
            let mut order = self.indices.clone();
            let mut rng = stream(self.seed, Purpose::Data, epoch);
            order.sort_by_cached_key(|_| rng.next_u64());
            self.epoch = Some((epoch, order));
        }
        let (_, order) = self.epoch.as_ref().expect("an order of this epoch");
        let at = (step % self.per_epoch()) as usize * self.batch;
        &order[at..at + self.batch]
    }
}

/// Values of a tensor on the host. Native devices may block.
pub fn host<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor
        .into_data()
        .convert::<f32>()
        .try_to_vec()
        .expect("numbers of this type")
}

/// `[batch, 1, 1, 1]` logits as the objectives take them, `[batch, 1]`.
fn column(logits: Tensor<4>) -> Tensor<2> {
    let [batch, ..] = logits.dims();
    logits.reshape([batch, 1])
}

/// The one value of a tensor.
fn scalar(tensor: Tensor<1>) -> f64 {
    f64::from(host(tensor)[0])
}

/// A network in training: parameters, running statistics, optimiser.
struct Trained {
    parameters: Tensor<1>,
    statistics: Tensor<1>,
    optimiser: Optimiser,
}

/// Share of a batch in the running statistics (the default of the public frameworks).
const MOMENTUM: f64 = 0.1;

impl Trained {
    fn new(state: &State, device: &Device) -> Self {
        use crate::runs::optimiser::OptimiserKind::Adam;
        let [parameters, statistics] = state.to_device(device);
        Self {
            optimiser: Optimiser::new(Adam, state.parameters.len(), device),
            parameters,
            statistics,
        }
    }

    fn update_statistics(&mut self, batch: Vec<Tensor<1>>) {
        if !batch.is_empty() {
            let batch = Tensor::cat(batch, 0);
            self.statistics = self.statistics.clone() * (1.0 - MOMENTUM) + batch * MOMENTUM;
        }
    }

    /// One update of the parameters by a loss of the tracked `network`.
    fn update(&mut self, rates: Rates, network: &Network, loss: Tensor<1>) {
        let gradient = network.gradients(&mut loss.backward());
        self.descend(rates, gradient);
    }

    /// One update of the parameters by their gradient.
    fn descend(&mut self, rates: Rates, gradient: Tensor<1>) {
        self.parameters = self
            .optimiser
            .step(rates, self.parameters.clone(), gradient);
    }

    fn host(&self) -> State {
        State {
            parameters: host(self.parameters.clone()),
            statistics: host(self.statistics.clone()),
        }
    }

    /// Parameters, statistics, optimiser state.
    fn vectors(&self) -> Vec<Vec<f32>> {
        let State {
            parameters,
            statistics,
        } = self.host();
        let slots = self.optimiser.slots.iter().map(|s| host(s.clone()));
        [parameters, statistics].into_iter().chain(slots).collect()
    }

    fn restore(&mut self, vectors: &mut impl Iterator<Item = Vec<f32>>, steps: u64) {
        let device = self.parameters.device();
        let mut next = || {
            let values = vectors.next().expect("a checkpoint of the same recipe");
            crate::models::network::vector(values, &device)
        };
        self.parameters = next();
        self.statistics = next();
        for slot in &mut self.optimiser.slots {
            *slot = next();
        }
        self.optimiser.time = steps;
    }
}
