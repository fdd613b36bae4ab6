//! Training of PixelCNN: Adam on the exact negative log-likelihood, which holds its learning rate and then fades.
//!
//! What is shipped, measured and shown is an exponential moving average of the parameters.

use burn::tensor::{Device, FloatDType, Tensor};

use super::{Task, Trained, host, scalar};
use crate::data::images::ImageSet;
use crate::models::cpu::sampler::Sampler;
use crate::models::network::{Architecture, State, images, vector};
use crate::models::pixelcnn::{Input, PixelCnn, PixelCnnConfig};
use crate::rng::{Purpose, stream};
use crate::runs::optimiser::Rates;

/// Share of the recipe's updates before the learning rate begins to fade, and over which it then falls to half.
const FADE: (f64, f64) = (0.5, 0.1);
/// Share of the past in the average, per update.
const EMA: f64 = 0.999;
const PREVIEW: usize = 8;

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
