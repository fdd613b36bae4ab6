//! Training of DCGAN (Radford et al. 2016, section 4): Adam 2e-4 with beta1 0.5, batches of 64, non-saturating loss.
//!
//! These images are flat colours, so a discriminator that may look closely tells any trace of texture from them and then teaches
//! nothing. Three known remedies: fading Gaussian noise on everything that it sees (Sonderby et al. 2017, section 4), real images that
//! count as real by 0.9 only (Salimans et al. 2016, section 3.4), and images moved by some pixels (Zhao et al. 2020, section 3.2), so that
//! no pattern can be bound to the grid of strides in which generator and discriminator compute.
//!
//! Adam's 2e-4 holds for the first updates and then fades, so that the last ones settle.
//!
//! Samples come from an exponential moving average of the generator, whose running statistics are measured
//! anew when it is shipped.

use burn::tensor::{Device, Tensor, activation};

use super::data::{self, Data};
use super::evaluate::{Evaluation, Settings};
use super::files::Shipped;
use super::pair::Pair;
use super::recipe::Recipe;
use super::{Start, Task, Train, column, directions, samples, scalar};
use crate::data::images::ImageSet;
use crate::models::dcgan::{DcganModel, DiscriminatorConfig, GeneratorConfig, SIDE};
use crate::models::network::{Forward, State, images};
use crate::objectives::adversarial::Objective;
use crate::rng::{self, Purpose, between, stream};
use crate::runs::optimiser::Rates;
use crate::weights::ModelConfig;

const LR: f64 = 2e-4;
/// Updates until the learning rate begins to fade, and updates over which it then falls to half.
const FADE: (f64, f64) = (6_500.0, 2_500.0);
const OBJECTIVE: Objective = Objective::NonSaturating;
/// Standard deviation of the noise on what the discriminator sees: at first, updates over which it halves, and at least.
const INSTANCE_NOISE: (f64, f64, f64) = (0.2, 1_500.0, 0.03);
/// Farthest that what it sees is moved, in pixels along each side; what leaves at one edge comes in at the other.
const MOVE: f32 = 4.0;
/// How real a real image counts.
pub const REAL: f64 = 0.9;
/// Batches over which the averaged generator's statistics are measured.
const STATISTICS_BATCHES: u64 = 16;
const PREVIEW: usize = 64;

/// DCGAN in training.
pub struct DcganTask {
    device: Device,
    seed: u64,
    config: GeneratorConfig,
    pair: Pair,
}

/// Hyperparameters of a DCGAN.
#[derive(Clone, Copy, Debug)]
pub struct DcganTraining {
    /// Size of z.
    pub latent: usize,
    /// Base channels of the generator.
    pub generator: usize,
    /// Base channels of the discriminator, where most of the arithmetic is.
    pub discriminator: usize,
}

impl Train for DcganTraining {
    fn config(&self, recipe: &Recipe, data: &ImageSet) -> Result<ModelConfig, String> {
        let (colours, side) = (data.channels, data.height);
        if side != SIDE {
            return Err(format!(
                "{} needs images of {SIDE} by {SIDE} pixels; these are {side} by {side}.",
                recipe.id
            ));
        }
        let generator = GeneratorConfig {
            latent: self.latent,
            channels: self.generator,
            colours,
        };
        let discriminator = DiscriminatorConfig {
            channels: self.discriminator,
            colours,
        };
        let model = DcganModel {
            generator,
            discriminator,
        };
        Ok(model.into())
    }

    fn task(&self, start: &Start) -> Box<dyn Task> {
        let model: &DcganModel = start.model();
        let (generator, discriminator) = (model.generator, model.discriminator);
        let task = DcganTask::new(generator, discriminator, start.seed, start.device);
        Box::new(task)
    }

    fn measure(
        &self,
        shipped: &Shipped,
        data: &Data,
        settings: &Settings,
    ) -> Result<Evaluation, String> {
        let model = shipped.open::<DcganModel>(&settings.device)?;
        let judge = (shipped.card.data.name.as_str(), self.judged(&data.images));
        directions::measure(&model, judge, data, settings, |z| z)
    }

    fn sample(
        &self,
        shipped: &Shipped,
        n: usize,
        seed: u64,
        device: &Device,
    ) -> Result<Tensor<4>, String> {
        let model = shipped.open::<DcganModel>(device)?;
        Ok(samples::sheet(&model, n, seed, device))
    }
}

impl DcganTask {
    /// A DCGAN with fresh weights.
    pub fn new(
        generator: GeneratorConfig,
        discriminator: DiscriminatorConfig,
        seed: u64,
        device: &Device,
    ) -> Self {
        let nets = [generator.architecture(), discriminator.architecture()];
        Self {
            device: device.clone(),
            seed,
            config: generator,
            pair: Pair::new(nets, seed, device),
        }
    }

    fn noise(&self, purpose: Purpose, index: u64, n: usize) -> Tensor<4> {
        let latent = self.config.latent;
        let z = rng::normal(&mut stream(self.seed, purpose, index), n * latent);
        images(z, [latent, 1, 1], &self.device)
    }

    /// What keeps the discriminator from looking too closely: noise for real and for generated images.
    fn instance_noise(&self, step: u64, n: usize) -> [Tensor<4>; 2] {
        let shape = [self.config.colours, SIDE, SIDE];
        let (first, halving, least) = INSTANCE_NOISE;
        let std = (first * 0.5f64.powf(step as f64 / halving)).max(least);
        [0, 1].map(|side| {
            let mut rng = stream(self.seed, Purpose::NoiseInstance, 2 * step + side);
            let values = rng::normal(&mut rng, n * shape.iter().product::<usize>());
            images(values, shape, &self.device) * std
        })
    }

    /// What also keeps it from that: moves of the real batch, of the generated one, and of the one that the generator learns from.
    fn moves(&self, step: u64) -> [[i32; 2]; 3] {
        let mut rng = stream(self.seed, Purpose::Augment, step);
        let mut pixels = || between(&mut rng, -MOVE - 0.5, MOVE + 0.5).round() as i32;
        [0, 1, 2].map(|_| [pixels(), pixels()])
    }

    /// Latents by which the averaged generator's running statistics are measured.
    fn measured(&self) -> Vec<Tensor<4>> {
        (0..STATISTICS_BATCHES)
            .map(|i| self.noise(Purpose::Measure, i, PREVIEW))
            .collect()
    }
}

fn rates(step: u64) -> Rates {
    let fading = (step as f64 - FADE.0).max(0.0);
    Rates {
        lr: LR * 0.5f64.powf(fading / FADE.1),
        beta1: 0.5,
        beta2: 0.999,
    }
}

/// `[batch, channels, height, width]` moved down and to the right.
fn moved(images: Tensor<4>, by: [i32; 2]) -> Tensor<4> {
    images.roll(&by, &[2, 3])
}

impl Task for DcganTask {
    fn losses(&self) -> &'static [&'static str] {
        &["discriminator", "generator", "D(x)", "D(G(z))"]
    }

    fn step(&mut self, step: u64, data: &ImageSet, batch: &[usize]) -> Vec<f64> {
        let rates = rates(step);
        let real = data::tensor(data, batch, &self.device) * 2.0 - 1.0;
        let [on_x, on_gz] = self.instance_noise(step, batch.len());
        let [by_x, by_gz, by_g] = self.moves(step);
        let z = self.noise(Purpose::NoiseGenerator, step, batch.len());

        let [g, d] = self.pair.tracked();
        let (fake, g_statistics) = g.forward_training(z.autodiff());

        // Real and generated images are normalised apart (ibid., section 3).
        let (on_real, d_statistics) = d.forward_training(moved(real + on_x, by_x).autodiff());
        let seen = moved(fake.clone().inner() + on_gz.clone(), by_gz);
        let (on_fake, _) = d.forward_training(seen.autodiff());
        let (on_real, on_fake) = (column(on_real), column(on_fake));
        // A share 1 - REAL of each real image counts as generated.
        let smoothed = activation::log_sigmoid(on_real.clone().neg())
            - activation::log_sigmoid(on_real.clone());
        let d_loss = OBJECTIVE.discriminator_loss(on_real.clone(), on_fake.clone())
            - smoothed.mean() * (1.0 - REAL);
        let trained = &mut self.pair.discriminator;
        trained.update(rates, &d, d_loss.clone());
        trained.update_statistics(d_statistics);

        let d = self.pair.discriminator();
        let (on_fake_again, _) = d.forward_training(moved(fake + on_gz.autodiff(), by_g));
        let g_loss = OBJECTIVE.generator_loss(column(on_fake_again));
        let trained = &mut self.pair.generator;
        trained.update(rates, &g, g_loss.clone());
        trained.update_statistics(g_statistics);
        self.pair.average(step);

        let probability = |logits: Tensor<2>| scalar(activation::sigmoid(logits.inner()).mean());
        vec![
            scalar(d_loss.inner()),
            scalar(g_loss.inner()),
            probability(on_real),
            probability(on_fake),
        ]
    }

    fn state(&self) -> Vec<Vec<f32>> {
        self.pair.state()
    }

    fn restore(&mut self, state: Vec<Vec<f32>>, steps: u64) {
        self.pair.restore(state, steps);
    }

    fn preview(&self, _data: &ImageSet, _validation: &[usize]) -> (Tensor<4>, usize) {
        let z = self.noise(Purpose::View, 0, PREVIEW);
        let network = self.pair.averaged(&self.measured());
        (network.forward(z) * 0.5 + 0.5, 8)
    }

    fn weights(&self) -> Vec<State> {
        self.pair.weights(&self.measured())
    }
}
