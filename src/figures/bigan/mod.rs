//! Adversarially learned inference (Dumoulin et al. 2017) and BiGAN (Donahue et al. 2017) in the plane: generator and encoder learned in
//! one game.
//!
//! The discriminator sees pairs: `(x, E(x))` of data and `(G(z), z)` of latents. It minimises
//! `-E log D(x, E(x)) - E log(1 - D(G(z), z))`; generator and encoder minimise `-E log D(G(z), z) - E log(1 - D(x, E(x)))`. Where both
//! joint distributions agree, E undoes G: `E(G(z)) = z` and `G(E(x)) = x`, although no loss ever compares them.

mod row;

pub use row::ROW;

use burn::tensor::Tensor;
use serde_json::{Value as Json, json};

use crate::choice::{Choice, choices};
use crate::data::toys::density::Density;
use crate::figures::figure::{
    Draws, Figure, arrows, by_direction, density, host, mean_distance, network, rates, square_grid,
};
use crate::metrics::transport;
use crate::models::mlp::{Mlp, matrix};
use crate::objectives::adversarial::Objective;
use crate::rng::Purpose;
use crate::runs::learner::{Game, Learner};
use crate::runs::settings::Settings;

choices! {
    /// What the encoder gives for a point.
    Inference {
        /// One latent: BiGAN.
        Fixed = "fixed", "A point (BiGAN)";
        /// A Gaussian: ALI.
        Gaussian = "gaussian", "A Gaussian (ALI)";
    }
}

const LATENT: usize = 2;
/// Half-width of the drawn part of the latent plane, and of the grid in it.
pub(crate) const DRAWN: f64 = 3.0;
const GRID_REACH: f64 = 2.0;
const GRID_SIDE: usize = 21;
/// Points in measures, and in pictures.
const MEASURED: usize = 512;
const MATCHED: usize = 256;
const SHOWN: usize = 300;
/// The games that are offered: of the papers, and of critics.
pub(crate) const OBJECTIVES: [Choice; 2] = [
    Objective::CHOICES[Objective::NonSaturating as usize],
    Objective::CHOICES[Objective::WassersteinGp as usize],
];

/// A generator, an encoder, and a discriminator of pairs.
pub struct Bigan {
    draws: Draws,
    density: Density,
    inference: Inference,
    objective: Objective,
    generator: Learner,
    encoder: Learner,
    discriminator: Learner,
}

impl Bigan {
    fn data(&self, purpose: Purpose, index: u64, n: usize) -> Tensor<2> {
        self.draws.points(&self.density, purpose, index, n)
    }

    fn latents(&self, purpose: Purpose, index: u64, n: usize) -> Tensor<2> {
        self.draws.normal(purpose, index, n, LATENT)
    }

    /// Where the encoder puts points, or the middle of where.
    fn encode(&self, x: Tensor<2>) -> Tensor<2> {
        self.encoder.network.forward(x).narrow(1, 0, LATENT)
    }

    fn decode(&self, z: Tensor<2>) -> Tensor<2> {
        self.generator.network.forward(z)
    }

    /// `(x, E(x))` of data and `(G(z), z)` of latents, `[batch, 4]` each; `eps` is the encoder's noise.
    fn pairs(
        &self,
        [generator, encoder]: [&Mlp; 2],
        x: Tensor<2>,
        z: Tensor<2>,
        eps: Tensor<2>,
    ) -> [Tensor<2>; 2] {
        let out = encoder.forward(x.clone());
        let mean = out.clone().narrow(1, 0, LATENT);
        let latent = match self.inference {
            Inference::Fixed => mean,
            Inference::Gaussian => mean + out.narrow(1, LATENT, LATENT).exp() * eps,
        };
        let generated = generator.forward(z.clone());
        [
            Tensor::cat(vec![x, latent], 1),
            Tensor::cat(vec![generated, z], 1),
        ]
    }

    /// What update `n` of the discriminator, or of the others, sees: data, latents, and the encoder's noise.
    fn batch(&self, settings: &Settings, noise: Purpose, n: u64) -> [Tensor<2>; 3] {
        let batch = settings.int("batch", 0);
        let index = 2 * n + u64::from(noise == Purpose::NoiseGenerator);
        [
            self.data(Purpose::Data, index, batch),
            self.latents(noise, n, batch),
            self.latents(Purpose::NoisePosterior, index, batch),
        ]
    }
}

impl Figure for Bigan {
    const COLUMNS: &'static [&'static str] = &["d_loss", "reconstruction", "latent", "w1"];
    const RUNS: &'static [&'static str] = &[""];
    /// Optimal transport costs as much as several steps.
    const MEASURE_EVERY: u64 = 20;

    fn new(settings: &Settings) -> Self {
        let draws = Draws::new(settings);
        let width = settings.int("width", 0);
        let learner = |inputs, outputs, purpose, number| {
            draws.learner(network(inputs, outputs, width), purpose, number)
        };
        Self {
            density: density(settings),
            objective: settings.choice("objective", 0, Objective::from_id),
            inference: settings.choice("encoder", 0, Inference::from_id),
            generator: learner(LATENT, 2, Purpose::InitGenerator, 0),
            encoder: learner(2, 2 * LATENT, Purpose::InitGenerator, 1),
            discriminator: learner(2 + LATENT, 1, Purpose::InitDiscriminator, 0),
            draws,
        }
    }

    fn step(&mut self, settings: &Settings) {
        let game = Game {
            objective: self.objective,
            rates: rates(settings, "lr-d"),
            lambda: settings.float("lambda", 0),
            clip: f64::INFINITY,
            seed: self.draws.seed,
        };
        for _ in 0..settings.int("critic-steps", 0) {
            let n = self.discriminator.optimiser.time;
            let [x, z, eps] = self.batch(settings, Purpose::NoiseDiscriminator, n);
            let networks = [&self.generator.network, &self.encoder.network];
            let [real, fake] = self.pairs(networks, x, z, eps);
            self.discriminator.oppose(&game, real, fake);
        }
        let n = self.generator.optimiser.time;
        let [x, z, eps] = self.batch(settings, Purpose::NoiseGenerator, n);
        let generator = self.generator.network.tracked();
        let encoder = self.encoder.network.tracked();
        let [real, fake] = self.pairs([&generator, &encoder], x, z, eps);
        let judge = &self.discriminator.network;
        // Each side wants to be taken for the other; -log(1 - D) is the loss of the negated output.
        let loss = self.objective.generator_loss(judge.forward(fake))
            + self.objective.generator_loss(judge.forward(real).neg());
        let mut gradients = loss.backward();
        let rates = rates(settings, "lr-g");
        let parts = [
            (&mut self.generator, generator),
            (&mut self.encoder, encoder),
        ];
        for (learner, network) in parts {
            learner.step(rates, network.take_gradients(&mut gradients), None);
        }
    }

    fn measure(&self, _: &Settings) -> Vec<Vec<f64>> {
        let x = self.data(Purpose::Measure, 0, MEASURED);
        let z = self.latents(Purpose::Measure, 1, MEASURED);
        let eps = self.latents(Purpose::Measure, 2, MEASURED);
        let networks = [&self.generator.network, &self.encoder.network];
        let judged = self
            .pairs(networks, x.clone(), z.clone(), eps)
            .map(|pairs| self.discriminator.network.forward(pairs));
        let [real, fake] = judged;
        let d_loss = host(self.objective.discriminator_loss(real, fake))[0];
        let generated = self.decode(z.clone());
        let there = host(self.decode(self.encode(x.clone())));
        let back = host(self.encode(generated.clone()));
        let (x, generated) = (host(x), host(generated));
        let matched = 2 * MATCHED;
        let w1 = transport::wasserstein1(&x[..matched], &generated[..matched]);
        vec![vec![
            d_loss.into(),
            mean_distance(&x, &there),
            mean_distance(&host(z), &back),
            w1.unwrap_or(f64::NAN),
        ]]
    }

    fn references(&self, _: &Settings) -> Json {
        json!({ "d_loss": self.objective.equilibrium().0, "reconstruction": 0.0, "latent": 0.0 })
    }

    fn window(&self) -> Option<[f64; 4]> {
        Some(self.density.window)
    }

    fn draw(&self, _: &Settings, _: usize) -> Vec<Vec<f32>> {
        let x = self.data(Purpose::View, 0, SHOWN);
        let z = self.latents(Purpose::View, 1, SHOWN);
        let grid = square_grid(-GRID_REACH, GRID_REACH, GRID_SIDE);
        let decoded = self.decode(matrix(grid, LATENT, &self.draws.device));
        let encoded = self.encode(x.clone());
        let there = host(self.decode(encoded.clone()));
        let data = host(x);
        vec![
            host(decoded.clone()),
            data.clone(),
            host(self.decode(z.clone())),
            host(z),
            by_direction(&host(encoded), &data),
            arrows(&data, &there),
            by_direction(&data, &data),
            host(self.encode(decoded)),
        ]
    }

    fn parts(&mut self) -> (Vec<&mut Learner>, Vec<&mut f32>) {
        let all = vec![
            &mut self.generator,
            &mut self.encoder,
            &mut self.discriminator,
        ];
        (all, vec![])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trained(query: &str, steps: usize) -> [Vec<f64>; 2] {
        let demo = &crate::figures::figure("bigan").unwrap().demo;
        let settings = Settings::resolve(demo, query);
        assert!(settings.notes.is_empty(), "{:?}", settings.notes);
        let mut figure = Bigan::new(&settings);
        let before = figure.measure(&settings).remove(0);
        (0..steps).for_each(|_| figure.step(&settings));
        let after = figure.measure(&settings).remove(0);
        [before, after]
    }

    #[test]
    fn encoder_and_generator_become_inverses_though_no_loss_compares_them() {
        for query in ["", "preset=identity"] {
            let [before, after] = trained(query, 1_500);
            for column in [1, 2, 3] {
                let falls = after[column] < 0.65 * before[column];
                assert!(falls, "{query}: {before:?} {after:?}");
            }
        }
    }
}
