//! Training of StyleGAN (Karras, Laine and Aila 2019): non-saturating loss with R1 (Mescheder et al. 2018, equation 9) at every eighth
//! update of the discriminator and eight times as strong (Karras et al. 2020, appendix B); Adam 2e-3 with beta 0 and 0.99, and a hundredth of it
//! for the mapping network; most pictures mix the styles of two latents (section 3.1); samples come from an average of the generator.

use burn::tensor::{Device, Tensor, activation};

use super::data::{self, Data};
use super::evaluate::{Evaluation, Settings};
use super::files::Shipped;
use super::recipe::Recipe;
use super::{Start, Task, Train, Trained, column, directions, host, samples, scalar};
use crate::data::images::ImageSet;
use crate::models::family::FromLatents;
use crate::models::mlp::matrix;
use crate::models::network::{Architecture, Forward, Init, Network, State, images, vector};
use crate::models::stylegan::{Stylegan, StyleganModel, inputs};
use crate::objectives::adversarial::Objective;
use crate::rng::{self, Purpose, chance, pick, stream};
use crate::runs::optimiser::Rates;
use crate::weights::ModelConfig;

const RATES: Rates = Rates {
    lr: 2e-3,
    beta1: 0.0,
    beta2: 0.99,
};
/// Learning rate of the mapping network, as a share.
const MAPPING: f64 = 0.01;
/// Weight of R1.
const GAMMA: f64 = 0.3;
/// Updates from one R1 to the next.
const EVERY: u64 = 8;
/// Share of pictures that mix styles.
const MIXED: f32 = 0.9;
/// Updates over which the average forgets half: at most, and as a share of those so far.
const HALF_LIFE: (f64, f64) = (300.0, 1.0 / 6.0);
const OBJECTIVE: Objective = Objective::NonSaturating;
const PREVIEW: usize = 64;

/// Hyperparameters of a StyleGAN.
#[derive(Clone, Copy, Debug)]
pub struct StyleganTraining {
    /// Size of z and w.
    pub latent: usize,
    /// Layers of the mapping network.
    pub mapping: usize,
    /// Channels at each resolution, from 4 by 4 pixels up.
    pub channels: &'static [usize],
}

impl StyleganTraining {
    /// For images of 64 by 64 pixels.
    pub const SIDE_64: Self = Self {
        latent: 64,
        mapping: 4,
        channels: &[96, 96, 64, 48, 24],
    };
}

impl Train for StyleganTraining {
    fn config(&self, recipe: &Recipe, data: &ImageSet) -> Result<ModelConfig, String> {
        let model = StyleganModel {
            latent: self.latent,
            mapping: self.mapping,
            channels: self.channels.to_vec(),
            colours: data.channels,
        };
        if model.side() == data.height {
            return Ok(model.into());
        }
        Err(format!(
            "{} draws {1} by {1} pixels; these images have {2} by {2}.",
            recipe.id,
            model.side(),
            data.height
        ))
    }

    fn task(&self, start: &Start) -> Box<dyn Task> {
        let model: &StyleganModel = start.model();
        Box::new(StyleganTask::new(model.clone(), start.seed, start.device))
    }

    fn measure(
        &self,
        shipped: &Shipped,
        data: &Data,
        settings: &Settings,
    ) -> Result<Evaluation, String> {
        let model = shipped.open::<StyleganModel>(&settings.device)?;
        let judge = (shipped.card.data.name.as_str(), self.judged(&data.images));
        directions::measure(&model, judge, data, settings, |z| {
            styles(&model, &z, &settings.device)
        })
    }

    fn sample(
        &self,
        shipped: &Shipped,
        n: usize,
        seed: u64,
        device: &Device,
    ) -> Result<Tensor<4>, String> {
        let model = shipped.open::<StyleganModel>(device)?;
        Ok(samples::sheet(&model, n, seed, device))
    }
}

/// The `w` of each latent, one after the other.
fn styles(model: &Stylegan<Network>, z: &[f32], device: &Device) -> Vec<f32> {
    let z = matrix(z.to_vec(), model.latent(), device);
    let [n, latent] = z.dims();
    host(model.mapping.forward(z.reshape([n, latent, 1, 1])))
}

/// A StyleGAN in training.
pub struct StyleganTask {
    device: Device,
    seed: u64,
    model: StyleganModel,
    /// Mapping, synthesis and discriminator.
    nets: [Architecture; 3],
    trained: [Trained; 3],
    /// Of mapping and synthesis.
    averages: [Tensor<1>; 2],
}

impl StyleganTask {
    /// A StyleGAN with fresh weights.
    pub fn new(model: StyleganModel, seed: u64, device: &Device) -> Self {
        let nets = [model.mapping(), model.synthesis(), model.discriminator()];
        let fresh = |net: &Architecture, purpose, index| {
            Trained::new(
                &net.init(Init::Normal, &mut stream(seed, purpose, index)),
                device,
            )
        };
        let trained = [
            fresh(&nets[0], Purpose::InitGenerator, 0),
            fresh(&nets[1], Purpose::InitGenerator, 1),
            fresh(&nets[2], Purpose::InitDiscriminator, 0),
        ];
        Self {
            device: device.clone(),
            seed,
            model,
            averages: [0, 1].map(|i| trained[i].parameters.clone()),
            nets,
            trained,
        }
    }

    fn network(&self, nth: usize) -> Network {
        let Trained {
            parameters,
            statistics,
            ..
        } = &self.trained[nth];
        self.nets[nth].with(parameters, statistics)
    }

    /// The averaged generator.
    fn averaged(&self) -> Stylegan<Network> {
        let part = |i: usize| self.nets[i].with(&self.averages[i], &self.trained[i].statistics);
        Stylegan {
            model: self.model.clone(),
            mapping: part(0),
            synthesis: part(1),
            discriminator: self.network(2),
        }
    }

    fn latents(&self, purpose: Purpose, index: u64, n: usize) -> Tensor<4> {
        let latent = self.model.latent;
        let z = rng::normal(&mut stream(self.seed, purpose, index), n * latent);
        images(z, [latent, 1, 1], &self.device)
    }

    /// Noise of every layer.
    fn noise(&self, step: u64, n: usize) -> Vec<Tensor<4>> {
        let shapes = self.model.noise_shapes();
        let mut rng = stream(self.seed, Purpose::NoiseLayers, step);
        let mut layer = |shape: [usize; 3]| {
            let values = rng::normal(&mut rng, n * shape.iter().product::<usize>());
            images(values, shape, &self.device)
        };
        shapes.into_iter().map(&mut layer).collect()
    }

    /// 1 where a picture's layer takes the style of its second latent, else 0: `[n, layers * latent, 1, 1]`.
    fn second(&self, step: u64, n: usize) -> Tensor<4> {
        let (layers, latent) = (self.model.layers(), self.model.latent);
        let mut rng = stream(self.seed, Purpose::Mixing, step);
        let cuts: Vec<usize> = (1..layers).collect();
        let mut mask = Vec::with_capacity(n * layers * latent);
        for _ in 0..n {
            let mixed = chance(&mut rng, MIXED);
            let cut = *pick(&mut rng, &cuts);
            let from = if mixed { cut } else { layers };
            mask.extend((0..layers * latent).map(|at| f32::from(u8::from(at / latent >= from))));
        }
        images(mask, [layers * latent, 1, 1], &self.device)
    }

    /// Weight of R1 at this update.
    fn weight(step: u64) -> f64 {
        if step.is_multiple_of(EVERY) {
            GAMMA / 2.0 * EVERY as f64
        } else {
            0.0
        }
    }
}

/// The mean over pictures of the squared length of the discriminator's gradient with respect to each.
fn r1(discriminator: &Network, real: Tensor<4>) -> Tensor<1> {
    let [n, ..] = real.dims();
    discriminator.input_gradient(real).square().sum() / n as f64
}

impl Task for StyleganTask {
    fn losses(&self) -> &'static [&'static str] {
        &["discriminator", "generator", "R1", "D(x)", "D(G(z))"]
    }

    fn step(&mut self, step: u64, data: &ImageSet, batch: &[usize]) -> Vec<f64> {
        let n = batch.len();
        let real = (data::tensor(data, batch, &self.device) * 2.0 - 1.0).autodiff();
        let z = self.latents(Purpose::NoiseGenerator, step, 2 * n);
        let noise: Vec<_> = self
            .noise(step, n)
            .into_iter()
            .map(Tensor::autodiff)
            .collect();
        let second = self.second(step, n).autodiff();

        let [mapping, synthesis, d] = [0, 1, 2].map(|i| self.network(i).tracked());
        let w = mapping
            .forward(z.autodiff())
            .repeat_dim(1, self.model.layers());
        let (first, other) = (w.clone().narrow(0, 0, n), w.narrow(0, n, n));
        let mixed = first.clone() + (other - first) * second;
        let fake = synthesis.forward_with(inputs(mixed, &noise));

        let on_real = column(d.forward(real.clone()));
        let on_fake = column(d.forward(fake.clone().inner().autodiff()));
        let mut d_loss = OBJECTIVE.discriminator_loss(on_real.clone(), on_fake.clone());
        let told = scalar(d_loss.clone().inner());
        let weight = Self::weight(step);
        let mut penalty = f64::NAN;
        if weight > 0.0 {
            let r1 = r1(&d, real);
            penalty = scalar(r1.clone().inner());
            d_loss = d_loss + r1 * weight;
        }
        self.trained[2].update(RATES, &d, d_loss);

        let on_fake_again = column(self.network(2).forward(fake));
        let g_loss = OBJECTIVE.generator_loss(on_fake_again);
        let mut gradients = g_loss.backward();
        let slow = Rates {
            lr: RATES.lr * MAPPING,
            ..RATES
        };
        for (i, (network, rates)) in [(mapping, slow), (synthesis, RATES)].iter().enumerate() {
            let gradient = network.gradients(&mut gradients);
            self.trained[i].descend(*rates, gradient);
        }
        let keep = 0.5f64.powf(1.0 / (step as f64 * HALF_LIFE.1 + 1.0).min(HALF_LIFE.0));
        for (average, trained) in self.averages.iter_mut().zip(&self.trained) {
            *average = average.clone() * keep + trained.parameters.clone() * (1.0 - keep);
        }

        let probability = |logits: Tensor<2>| scalar(activation::sigmoid(logits.inner()).mean());
        vec![
            told,
            scalar(g_loss.inner()),
            penalty,
            probability(on_real),
            probability(on_fake),
        ]
    }

    fn state(&self) -> Vec<Vec<f32>> {
        let trained = self.trained.iter().flat_map(Trained::vectors);
        trained
            .chain(self.averages.iter().map(|average| host(average.clone())))
            .collect()
    }

    fn restore(&mut self, state: Vec<Vec<f32>>, steps: u64) {
        let mut state = state.into_iter();
        for trained in &mut self.trained {
            trained.restore(&mut state, steps);
        }
        for average in &mut self.averages {
            let values = state.next().expect("a checkpoint of the same recipe");
            *average = vector(values, &self.device);
        }
    }

    fn preview(&self, _data: &ImageSet, _validation: &[usize]) -> (Tensor<4>, usize) {
        let latent = self.model.latent;
        let z = self
            .latents(Purpose::View, 0, PREVIEW)
            .reshape([PREVIEW, latent]);
        (self.averaged().pictures(z, None), 8)
    }

    fn weights(&self) -> Vec<State> {
        let averaged = |i: usize| State {
            parameters: host(self.averages[i].clone()),
            statistics: vec![],
        };
        vec![averaged(0), averaged(1), self.trained[2].host()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tiny() -> StyleganTask {
        let model = StyleganModel {
            latent: 2,
            mapping: 1,
            channels: vec![4, 4],
            colours: 1,
        };
        StyleganTask::new(model, 1, &Device::flex())
    }

    fn data() -> ImageSet {
        ImageSet {
            count: 8,
            height: 8,
            width: 8,
            channels: 1,
            pixels: (0..8 * 64).map(|at| 200 + (at / 64) as u8).collect(),
            labels: None,
            attributes: None,
        }
    }

    #[test]
    fn a_tiny_one_learns_how_bright_its_images_are() {
        let (mut task, data) = (tiny(), data());
        let batch: Vec<usize> = (0..8).collect();
        let mean = |task: &StyleganTask| f64::from(host(task.preview(&data, &[]).0.mean())[0]);
        let wanted = data
            .pixels
            .iter()
            .map(|&p| f64::from(p) / 255.0)
            .sum::<f64>()
            / 512.0;
        let before = (mean(&task) - wanted).abs();
        for step in 0..200 {
            let losses = task.step(step, &data, &batch);
            assert_eq!(losses[2].is_nan(), !step.is_multiple_of(EVERY));
        }
        let after = (mean(&task) - wanted).abs();
        assert!(after < 0.5 * before, "{before} to {after}");
    }

    #[test]
    fn a_restored_one_goes_on_alike() {
        let data = data();
        let batch: Vec<usize> = (0..8).collect();
        let mut one = tiny();
        for step in 0..3 {
            one.step(step, &data, &batch);
        }
        let mut two = tiny();
        two.restore(one.state(), 3);
        let [a, b] = [&mut one, &mut two].map(|task| {
            task.step(3, &data, &batch);
            task.state()
        });
        assert_eq!(a, b);
    }

    #[test]
    fn styles_are_mixed_from_a_layer_on() {
        let task = tiny();
        let mask = host(task.second(0, 200));
        let rows: Vec<&[f32]> = mask.chunks_exact(8).collect();
        assert!(rows.iter().all(|row| row[0] == 0.0 && row.is_sorted()));
        let mixed = rows.iter().filter(|row| row[7] == 1.0).count();
        assert!((160..=195).contains(&mixed), "{mixed}");
    }
}
