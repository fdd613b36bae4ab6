//! Training of GANs with labels: Adam 5e-4 with beta1 0.5, which falls from half of the updates on; fading noise on what the discriminator
//! sees (Sonderby et al. 2017, section 4), images that count as real by 0.9, and an average of the generator to sample from.
//! Generated pictures have the labels of the batch.

use burn::tensor::{Device, Tensor, activation};

use super::data::{self, Data};
use super::evaluate::{BATCH, Evaluation, Settings};
use super::files::Shipped;
use super::judge::Judge;
use super::pair::Pair;
use super::recipe::Recipe;
use super::{Start, Task, Train, samples, scalar};
use crate::data::images::ImageSet;
use crate::models::cgan::{CganModel, Role, Verdict};
use crate::models::labels::one_hot;
use crate::models::network::{Forward, State, images};
use crate::objectives::labelled::{discriminator_loss, generator_loss};
use crate::rng::{self, Purpose, stream};
use crate::runs::optimiser::Rates;
use crate::weights::ModelConfig;

const LR: f64 = 5e-4;
/// Share of the updates after which the learning rate falls, in a straight line to a tenth.
const FADE: f64 = 0.5;
/// Standard deviation of the noise on what the discriminator sees: at first, share of the updates over which it halves, and at least.
const INSTANCE_NOISE: (f64, f64, f64) = (0.1, 0.15, 0.03);
/// How real a real image counts.
pub const REAL: f64 = 0.9;
/// Weight of the classifier's loss.
const LAMBDA: f64 = 1.0;
/// Batches over which the averaged generator's statistics are measured.
const STATISTICS_BATCHES: u64 = 16;
const PREVIEW: usize = 8;

/// Hyperparameters of a GAN with labels.
#[derive(Clone, Copy, Debug)]
pub struct CganTraining {
    /// What the discriminator makes of a label.
    pub role: Role,
    /// Size of z.
    pub latent: usize,
    /// Base channels of the generator.
    pub generator: usize,
    /// Base channels of the discriminator.
    pub discriminator: usize,
}

impl Train for CganTraining {
    fn config(&self, recipe: &Recipe, data: &ImageSet) -> Result<ModelConfig, String> {
        recipe.check_halvings(2, data)?;
        let &Self {
            role,
            latent,
            generator,
            discriminator,
        } = self;
        let model = CganModel {
            role,
            latent,
            labels: recipe.labels(true, data)?,
            generator,
            discriminator,
            colours: data.channels,
            side: data.height,
        };
        Ok(model.into())
    }

    fn task(&self, start: &Start) -> Box<dyn Task> {
        let (seed, device) = (start.seed, start.device);
        Box::new(CganTask::new(*start.model(), start.steps, seed, device))
    }

    fn judged(&self, _data: &ImageSet) -> bool {
        true
    }

    fn measure(
        &self,
        shipped: &Shipped,
        data: &Data,
        settings: &Settings,
    ) -> Result<Evaluation, String> {
        let model = shipped.open::<CganModel>(&settings.device)?;
        let name = shipped.card.data.name.as_str();
        let mut out = Evaluation::default();
        let seen = samples::measure(&mut out, &model, (name, true), data, settings)?;
        let seen = seen.expect("what the classifier saw").categories;
        let asked = (0..seen.len()).map(|i| i % BATCH % model.model.labels);
        let mut add = |name: &str, right: Vec<bool>, what: &str| {
            let share = right.iter().filter(|r| **r).count() as f64 / right.len() as f64;
            let how = format!("{} {what}, by the project's classifier", right.len());
            out.add(name, share, "share", how);
        };
        let right = seen.iter().zip(asked).map(|(row, label)| row[0] == label);
        add("class right", right.collect(), "samples");
        let judge = Judge::load(name, data, settings)?;
        let known = data.images.labels.as_ref().expect("labels");
        let right = data.validation.chunks(BATCH).flat_map(|part| {
            let (_, seen) = judge.look(data.tensor(part, &settings.device));
            let is = |(row, &i): (Vec<usize>, &usize)| row[0] == usize::from(known[i]);
            seen.into_iter().zip(part).map(is).collect::<Vec<_>>()
        });
        let held_out = match data.is_test() {
            true => data.called(),
            false => "held-out images",
        };
        add("class right, real", right.collect(), held_out);
        Ok(out)
    }

    fn sample(
        &self,
        shipped: &Shipped,
        n: usize,
        seed: u64,
        device: &Device,
    ) -> Result<Tensor<4>, String> {
        let model = shipped.open::<CganModel>(device)?;
        Ok(samples::sheet(&model, n, seed, device))
    }
}

/// A GAN with labels in training.
pub struct CganTask {
    device: Device,
    seed: u64,
    steps: u64,
    config: CganModel,
    pair: Pair,
}

impl CganTask {
    /// Fresh weights, whose rates follow `steps` updates.
    pub fn new(config: CganModel, steps: u64, seed: u64, device: &Device) -> Self {
        Self {
            device: device.clone(),
            seed,
            steps,
            config,
            pair: Pair::new([config.generator(), config.discriminator()], seed, device),
        }
    }

    /// Latents with labels, as the generator takes them.
    fn input(&self, purpose: Purpose, index: u64, label: &Tensor<4>) -> Tensor<4> {
        let (n, latent) = (label.dims()[0], self.config.latent);
        let z = rng::normal(&mut stream(self.seed, purpose, index), n * latent);
        let z = images(z, [latent, 1, 1], &self.device);
        Tensor::cat(vec![z, label.clone()], 1)
    }

    /// Every label in turn.
    fn labels(&self, n: usize) -> Tensor<4> {
        let labels = self.config.labels;
        one_hot((0..n).map(|i| i % labels), labels, &self.device)
    }

    fn instance_noise(&self, step: u64, like: &Tensor<4>) -> [Tensor<4>; 2] {
        let (first, halving, least) = INSTANCE_NOISE;
        let progress = step as f64 / self.steps as f64;
        let std = (first * 0.5f64.powf(progress / halving)).max(least);
        let [n, c, h, w] = like.dims();
        [0, 1].map(|side| {
            let mut rng = stream(self.seed, Purpose::NoiseInstance, 2 * step + side);
            let values = rng::normal(&mut rng, n * c * h * w);
            images(values, [c, h, w], &self.device) * std
        })
    }

    fn rates(&self, step: u64) -> Rates {
        let faded = (step as f64 / self.steps as f64 - FADE).max(0.0) / (1.0 - FADE);
        Rates {
            lr: LR * (1.0 - 0.9 * faded.min(1.0)),
            beta1: 0.5,
            beta2: 0.999,
        }
    }

    /// Inputs by which the averaged generator's running statistics are measured.
    fn measured(&self) -> Vec<Tensor<4>> {
        let label = self.labels(BATCH);
        (0..STATISTICS_BATCHES)
            .map(|i| self.input(Purpose::Measure, i, &label))
            .collect()
    }
}

impl Task for CganTask {
    fn losses(&self) -> &'static [&'static str] {
        &["discriminator", "generator", "D(x)", "D(G(z))"]
    }

    fn step(&mut self, step: u64, data: &ImageSet, batch: &[usize]) -> Vec<f64> {
        let (config, rates) = (self.config, self.rates(step));
        let real = data::tensor(data, batch, &self.device) * 2.0 - 1.0;
        let known = data.labels.as_ref().expect("the recipe asks for labels");
        let labels = batch.iter().map(|&i| usize::from(known[i]));
        let label = one_hot(labels, config.labels, &self.device);
        let [on_x, on_g] = self.instance_noise(step, &real);
        let input = self.input(Purpose::NoiseGenerator, step, &label);
        let label = label.reshape([batch.len(), config.labels]).autodiff();

        let [g, d] = self.pair.tracked();
        let (fake, g_statistics) = g.forward_training(input.autodiff());
        let (x, d_statistics) = d.forward_training((real + on_x).autodiff());
        let (f, _) = d.forward_training((fake.clone().inner() + on_g.clone()).autodiff());
        let [x, f] = [x, f].map(|outputs| config.verdict(outputs, label.clone()));
        let said = [&x, &f].map(|v: &Verdict| v.real.clone().inner());
        let d_loss = discriminator_loss(x, f, &label, REAL, LAMBDA);
        let trained = &mut self.pair.discriminator;
        trained.update(rates, &d, d_loss.clone());
        trained.update_statistics(d_statistics);

        let d = self.pair.discriminator();
        let (again, _) = d.forward_training(fake + on_g.autodiff());
        let again = config.verdict(again, label.clone());
        let g_loss = generator_loss(again, &label, LAMBDA);
        let trained = &mut self.pair.generator;
        trained.update(rates, &g, g_loss.clone());
        trained.update_statistics(g_statistics);
        self.pair.average(step);

        let [x, f] = said.map(|logits| scalar(activation::sigmoid(logits).mean()));
        vec![scalar(d_loss.inner()), scalar(g_loss.inner()), x, f]
    }

    fn state(&self) -> Vec<Vec<f32>> {
        self.pair.state()
    }

    fn restore(&mut self, state: Vec<Vec<f32>>, steps: u64) {
        self.pair.restore(state, steps);
    }

    /// Rows of one latent each, columns of one label each.
    fn preview(&self, _data: &ImageSet, _validation: &[usize]) -> (Tensor<4>, usize) {
        let labels = self.config.labels;
        let network = self.pair.averaged(&self.measured());
        let (n, latent) = (PREVIEW * labels, self.config.latent);
        let z = self.input(Purpose::View, 0, &self.labels(PREVIEW));
        let z = z.narrow(1, 0, latent).repeat_dim(2, labels);
        let z = z.swap_dims(1, 2).reshape([n, latent, 1, 1]);
        let x = Tensor::cat(vec![z, self.labels(n)], 1);
        (network.forward(x) * 0.5 + 0.5, labels)
    }

    fn weights(&self) -> Vec<State> {
        self.pair.weights(&self.measured())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_discriminators_loss_of_a_tiny_one_falls() {
        let model = CganModel {
            role: Role::Auxiliary,
            latent: 2,
            labels: 2,
            generator: 4,
            discriminator: 4,
            colours: 1,
            side: 8,
        };
        let data = ImageSet {
            count: 16,
            height: 8,
            width: 8,
            channels: 1,
            pixels: (0..16 * 64)
                .map(|at| 40 + 180 * (at / 64 % 2) as u8)
                .collect(),
            labels: Some((0..16).map(|i| i % 2).collect()),
            attributes: None,
        };
        let mut task = CganTask::new(model, 60, 1, &Device::flex());
        let batch: Vec<usize> = (0..16).collect();
        let mut loss = |step| task.step(step, &data, &batch)[0];
        let (first, last) = (loss(0), (1..60).map(&mut loss).last().unwrap());
        assert!(last < first, "{first} to {last}");
    }
}
