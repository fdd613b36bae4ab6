//! Training of PixelCNN: Adam on the exact negative log-likelihood, which holds its learning rate and then fades.
//!
//! What is shipped, measured and shown is an exponential moving average of the parameters.

use std::time::Instant;

use burn::tensor::{Device, FloatDType, Tensor};

use super::data::Data;
use super::evaluate::{Evaluation, Settings};
use super::files::Shipped;
use super::recipe::Recipe;
use super::{Start, Task, Train, Trained, host, scalar};
use crate::data::images::ImageSet;
use crate::models::cpu::sampler::Sampler;
use crate::models::network::{Architecture, State, images, vector};
use crate::models::pixelcnn::{Input, Kind, PixelCnn, PixelCnnConfig, PixelCnnModel};
use crate::rng::{Purpose, stream};
use crate::runs::optimiser::Rates;
use crate::weights::ModelConfig;

/// Share of the recipe's updates before the learning rate begins to fade, and over which it then falls to half.
const FADE: (f64, f64) = (0.5, 0.1);
/// Share of the past in the average, per update.
const EMA: f64 = 0.999;
const PREVIEW: usize = 8;
/// Hidden units of the heads.
const HIDDEN: usize = 64;
/// Images that are measured at once; the network keeps every layer of each.
const BATCH: usize = 20;

/// Hyperparameters of a PixelCNN or PixelRNN.
#[derive(Clone, Copy, Debug)]
pub struct PixelCnnTraining {
    /// Which network.
    pub kind: Kind,
    /// Channels of each stack.
    pub channels: usize,
    /// Layers after the first.
    pub layers: usize,
    /// Side of their kernels.
    pub kernel: usize,
    /// Levels of each channel.
    pub levels: usize,
    /// Whether it sees labels.
    pub conditional: bool,
    /// Whether the images are halved first.
    pub halved: bool,
    /// Learning rate, before it fades.
    pub rate: f64,
}

impl Train for PixelCnnTraining {
    fn config(&self, recipe: &Recipe, data: &ImageSet) -> Result<ModelConfig, String> {
        let network = PixelCnnConfig {
            kind: self.kind,
            channels: self.channels,
            layers: self.layers,
            kernel: self.kernel,
            features: HIDDEN,
            colours: data.channels,
            side: data.height,
            levels: self.levels,
            labels: recipe.labels(self.conditional, data)?,
        };
        Ok(PixelCnnModel { network }.into())
    }

    fn task(&self, start: &Start) -> Box<dyn Task> {
        let PixelCnnModel { network } = *start.model();
        let Start {
            steps,
            arithmetic,
            seed,
            device,
            ..
        } = *start;
        let task = PixelCnnTask::new(network, self.rate, steps, arithmetic, seed, device);
        Box::new(task)
    }

    fn judged(&self, _data: &ImageSet) -> bool {
        false
    }

    fn measure(
        &self,
        shipped: &Shipped,
        data: &Data,
        settings: &Settings,
    ) -> Result<Evaluation, String> {
        let model = shipped.open::<PixelCnnModel>(&settings.device)?;
        let mut out = Evaluation::default();
        likelihood(&mut out, &model, data, &settings.device);
        Ok(out)
    }

    fn sample(
        &self,
        shipped: &Shipped,
        n: usize,
        seed: u64,
        device: &Device,
    ) -> Result<Tensor<4>, String> {
        let model = shipped.open::<PixelCnnModel>(device)?;
        let sampler = Sampler::new(model.config, &shipped.states[0]);
        Ok(timed_samples(&model, &sampler, n, seed, device))
    }

    fn halved(&self) -> bool {
        self.halved
    }

    fn takes_bf16(&self) -> bool {
        true
    }
}

/// A PixelCNN in training.
pub struct PixelCnnTask {
    device: Device,
    config: PixelCnnConfig,
    rate: f64,
    steps: u64,
    arithmetic: FloatDType,
    net: Architecture,
    trained: Trained,
    ema: Tensor<1>,
}

impl PixelCnnTask {
    /// A PixelCNN with fresh weights; `rate` is the learning rate before it fades, over `steps` updates in all. Its layers compute in `arithmetic`, its
    /// weights, their gradients and the loss are in single precision.
    pub fn new(
        config: PixelCnnConfig,
        rate: f64,
        steps: u64,
        arithmetic: FloatDType,
        seed: u64,
        device: &Device,
    ) -> Self {
        let net = config.architecture();
        let state = config.init(&mut stream(seed, Purpose::InitGenerator, 0));
        let trained = Trained::new(&state, device);
        Self {
            device: device.clone(),
            config,
            rate,
            steps,
            arithmetic,
            net,
            ema: trained.parameters.clone(),
            trained,
        }
    }

    fn rates(&self, step: u64) -> Rates {
        let fading = (step as f64 / self.steps as f64 - FADE.0).max(0.0);
        Rates {
            lr: self.rate * 0.5f64.powf(fading / FADE.1),
            beta1: 0.9,
            beta2: 0.999,
        }
    }
}

/// Images of a set by index, as a network reads them.
pub fn input(
    config: &PixelCnnConfig,
    data: &ImageSet,
    indices: &[usize],
    device: &Device,
) -> Input {
    let mut levels = Vec::with_capacity(indices.len() * config.size());
    let mut labels = vec![];
    for &i in indices {
        for channel in 0..config.colours {
            let plane = data.image(i)[channel..].iter().step_by(config.colours);
            levels.extend(plane.map(|&byte| config.level(byte)));
        }
        labels.extend(data.labels.as_ref().map(|l| l[i]));
    }
    config.input(&levels, &labels, device)
}

/// So many images, of each label in turn and of one seed after the other.
///
/// # Shapes
/// - returns: `[count, colours, side, side]` in [0, 1]
pub fn samples(sampler: &Sampler, count: usize, seed: u64, device: &Device) -> Tensor<4> {
    let config = &sampler.config;
    let drawn = (0..count).flat_map(|i| {
        let mut canvas = sampler.canvas(i % config.labels.max(1));
        sampler.finish(&mut canvas, seed + i as u64, 1.0);
        sampler.image(&canvas)
    });
    images(
        drawn.collect(),
        [config.colours, config.side, config.side],
        device,
    )
}

impl Task for PixelCnnTask {
    fn losses(&self) -> &'static [&'static str] {
        &["nll"]
    }

    fn step(&mut self, step: u64, data: &ImageSet, batch: &[usize]) -> Vec<f64> {
        let input = input(&self.config, data, batch, &self.device).cast(self.arithmetic);
        let input = input.autodiff();
        let trained = &self.trained;
        let network = self.net.with(&trained.parameters, &trained.statistics);
        let network = network.tracked();
        let model = PixelCnn {
            config: self.config,
            network: network.cast(self.arithmetic),
        };
        let loss = model.nll(&input).mean();
        // Gradients per value, so that Adam's epsilon means the same for every size of image.
        let mut grads = (loss.clone() / self.config.size() as f64).backward();
        let gradient = network.gradients(&mut grads);
        let rates = self.rates(step);
        let trained = &mut self.trained;
        trained.parameters = trained
            .optimiser
            .step(rates, trained.parameters.clone(), gradient);
        // Early on the average must forget the first weights sooner.
        let keep = EMA.min((1.0 + step as f64) / (10.0 + step as f64));
        self.ema = self.ema.clone() * keep + trained.parameters.clone() * (1.0 - keep);
        vec![scalar(loss.inner())]
    }

    fn state(&self) -> Vec<Vec<f32>> {
        let mut vectors = self.trained.vectors();
        vectors.push(host(self.ema.clone()));
        vectors
    }

    fn restore(&mut self, state: Vec<Vec<f32>>, steps: u64) {
        let mut state = state.into_iter();
        self.trained.restore(&mut state, steps);
        let ema = state.next().expect("a checkpoint of the same recipe");
        self.ema = vector(ema, &self.device);
    }

    fn preview(&self, data: &ImageSet, validation: &[usize]) -> (Tensor<4>, usize) {
        let shown = &validation[..PREVIEW.min(validation.len())];
        let x = input(&self.config, data, shown, &self.device).x * 0.5 + 0.5;
        let sampler = Sampler::new(self.config, &self.weights()[0]);
        let samples = samples(&sampler, PREVIEW, 0, &self.device);
        (Tensor::cat(vec![x, samples], 0), PREVIEW)
    }

    fn weights(&self) -> Vec<State> {
        vec![State {
            parameters: host(self.ema.clone()),
            statistics: vec![],
        }]
    }
}

/// The exact likelihood.
fn likelihood(out: &mut Evaluation, model: &PixelCnn, data: &Data, device: &Device) {
    let mut sum = 0.0;
    for part in data.validation.chunks(BATCH) {
        let input = input(&model.config, &data.images, part, device);
        sum += host(model.nll(&input))
            .iter()
            .map(|v| f64::from(*v))
            .sum::<f64>();
    }
    let n = data.validation.len();
    let how = format!(
        "exact, mean over {n} {} of {} levels",
        data.called(),
        model.config.levels
    );
    let nats = sum / n as f64;
    let bits = nats / std::f64::consts::LN_2 / model.config.size() as f64;
    out.add("NLL", nats, "nats per image", how.as_str());
    out.add(
        "bits per dimension",
        bits,
        "bits per pixel and channel",
        how,
    );
}

/// Samples pixel by pixel. Says how fast that is beside a pass over the whole image for every pixel.
fn timed_samples(
    model: &PixelCnn,
    sampler: &Sampler,
    n: usize,
    seed: u64,
    device: &Device,
) -> Tensor<4> {
    const PASSES: usize = 5;
    let config = &model.config;
    let start = Instant::now();
    let images = samples(sampler, n, seed, device);
    let cached = (n * config.side.pow(2)) as f64 / start.elapsed().as_secs_f64();
    let input = config.input(&vec![0; config.size()], &[0], device);
    model.forward(&input).into_data();
    let start = Instant::now();
    for _ in 0..PASSES * config.colours {
        model.forward(&input).into_data();
    }
    let naive = PASSES as f64 / start.elapsed().as_secs_f64();
    eprintln!(
        "{cached:.0} pixels a second; {naive:.1} by passes over the whole image, {:.0} times fewer",
        cached / naive
    );
    images
}
