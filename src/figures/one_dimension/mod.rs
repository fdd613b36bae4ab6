//! The picture of a GAN on the line (Goodfellow et al. 2014, figure 1): p_data, p_g, D, and arrows from z to x = G(z).
//!
//! `D* = p_data / (p_data + p_g)`; when `p_g = p_data`, D is 1/2 everywhere and both losses are at their equilibrium.

mod row;

pub use row::ROW;

use burn::tensor::{Device, Tensor};
use serde_json::{Value as Json, json};

use crate::choice::choices;
use crate::figures::figure::{Figure, curve, host, known, middles, network, rates, take};
use crate::figures::two_gaussians::normal_density;
use crate::models::mlp::{Activation, MlpConfig, matrix};
use crate::objectives::adversarial::Objective;
use crate::races::arena::{Arena, ArenaConfig, Batch, Engine, Knobs, Number, Own};
use crate::rng::{self, Latent, Purpose};
use crate::runs::optimiser::OptimiserKind;
use crate::runs::settings::Settings;

choices! {
    /// Real densities on the line.
    Line {
        /// N(1, 0.5^2).
        One = "one", "One Gaussian";
        /// Half N(-1.5, 0.4^2), half N(1.5, 0.4^2).
        Two = "two", "Two Gaussians";
        /// N(0, 0.15^2).
        Narrow = "narrow", "Narrow Gaussian";
    }
}

impl Line {
    /// `(mean, sigma)` of equally likely parts.
    fn parts(self) -> &'static [(f64, f64)] {
        match self {
            Self::One => &[(1.0, 0.5)],
            Self::Two => &[(-1.5, 0.4), (1.5, 0.4)],
            Self::Narrow => &[(0.0, 0.15)],
        }
    }

    fn density(self, x: f64) -> f64 {
        let parts = self.parts();
        let sum: f64 = parts.iter().map(|&(m, s)| normal_density(x, m, s)).sum();
        sum / parts.len() as f64
    }

    fn sample(self, rng: &mut rand_chacha::ChaCha8Rng, n: usize) -> Vec<f32> {
        let parts = self.parts();
        let which = rng::uniform(rng, n);
        let noise = rng::normal(rng, n);
        let point = |(u, e): (f32, f32)| {
            let (mean, sigma) = parts[(u * parts.len() as f32) as usize];
            (mean + sigma * f64::from(e)) as f32
        };
        which.into_iter().zip(noise).map(point).collect()
    }
}

/// Half-width of the drawn part of the line.
const HALF: f64 = 4.0;
/// Places at which curves are drawn.
const PLACES: usize = 320;
/// Generated points behind the curve of p_g, and in W1.
const SAMPLES: usize = 4_096;
/// Standard deviation of the kernel that smooths p_g, in data units.
const BANDWIDTH: f64 = 0.08;
/// Arrows from z to x.
const ARROWS: usize = 33;
/// Heights of the lines on which z and x lie.
const Z_LINE: f64 = -0.5;
const X_LINE: f64 = -0.12;

/// A GAN on the line.
pub struct OneDimension {
    seed: u64,
    device: Device,
    line: Line,
    latent: Latent,
    arena: Arena<Own>,
    /// Losses of the last step: discriminator, generator.
    losses: [f32; 2],
}

/// On the CPU every loss is known.
fn at_once(loss: Number<Vec<f32>>) -> f32 {
    match loss {
        Number::Known(value) => value,
        Number::Awaited(numbers) => numbers[0],
    }
}

/// A smooth density from points: counts in the cells of the grid, convolved with a Gaussian.
fn smooth_density(points: &[f32]) -> Vec<f64> {
    let cell = 2.0 * HALF / PLACES as f64;
    let mut shares = vec![0.0; PLACES];
    for &x in points {
        let at = (f64::from(x) + HALF) / cell;
        if (0.0..PLACES as f64).contains(&at) {
            shares[at as usize] += 1.0 / points.len() as f64;
        }
    }
    let reach = (4.0 * BANDWIDTH / cell) as usize;
    let kernel = |k: usize| normal_density(k as f64 * cell, 0.0, BANDWIDTH);
    let kernel: Vec<f64> = (0..=reach).map(kernel).collect();
    let at = |i: usize| {
        let near = i.saturating_sub(reach)..(i + reach + 1).min(PLACES);
        near.map(|j| shares[j] * kernel[i.abs_diff(j)]).sum()
    };
    (0..PLACES).map(at).collect()
}

impl OneDimension {
    fn drawn(&self, purpose: Purpose, index: u64, n: usize) -> Vec<f32> {
        rng::latent(&mut rng::stream(self.seed, purpose, index), self.latent, n)
    }

    fn latents(&self, purpose: Purpose, index: u64, n: usize) -> Tensor<2> {
        matrix(self.drawn(purpose, index, n), 1, &self.device)
    }

    fn generated(&self, purpose: Purpose, index: u64) -> Vec<f32> {
        host(
            self.arena
                .engine
                .view()
                .generate(self.latents(purpose, index, SAMPLES)),
        )
    }

    /// D at places.
    fn discriminate(&self, xs: Vec<f32>) -> Vec<f64> {
        let out = self.arena.engine.view().field(matrix(xs, 1, &self.device));
        host(out).into_iter().map(f64::from).collect()
    }

    fn knobs(settings: &Settings) -> Knobs {
        Knobs {
            generator: rates(settings, "lr-g"),
            discriminator: rates(settings, "lr-d"),
            critic_steps: settings.int("critic-steps", 0) as u64,
            clip: 0.0,
            lambda: 0.0,
            gamma: 0.0,
            unroll: 0,
            unroll_rate: 0.0,
            diversity: 0.0,
            balance_rate: 0.0,
        }
    }
}

impl Figure for OneDimension {
    const COLUMNS: &'static [&'static str] = &["d_loss", "g_loss", "d_real", "d_fake", "w1"];
    const RUNS: &'static [&'static str] = &[""];

    fn new(settings: &Settings) -> Self {
        let device = crate::device::cpu();
        let seed = settings.int("seed", 0) as u64;
        let network = |width: &str| MlpConfig {
            activation: Activation::Tanh,
            ..network(1, 1, settings.int(width, 0))
        };
        let saturates = settings.flag("saturating", 0);
        let config = ArenaConfig {
            objective: if saturates {
                Objective::Minimax
            } else {
                Objective::NonSaturating
            },
            generator: network("g-width"),
            discriminator: network("d-width"),
            optimiser: OptimiserKind::Adam,
            spectral_norm: false,
            latent: settings.choice("latent", 0, Latent::from_id),
            near: 1.0,
        };
        Self {
            seed,
            line: settings.choice("line", 0, Line::from_id),
            latent: settings.choice("latent", 0, Latent::from_id),
            arena: Arena::new(config, Self::knobs(settings), seed, &device),
            losses: [f32::NAN; 2],
            device,
        }
    }

    fn step(&mut self, settings: &Settings) {
        let batch = settings.int("batch", 0);
        for _ in 0..self.arena.knobs.critic_steps {
            let n = self.arena.discriminator_updates;
            let mut stream = rng::stream(self.seed, Purpose::Data, n);
            let seen = Batch {
                real: self.line.sample(&mut stream, batch),
                z: self.drawn(Purpose::NoiseDiscriminator, n, batch),
                eps: vec![],
            };
            let losses = self.arena.update_discriminator(&seen);
            self.losses[0] = at_once(losses.loss);
        }
        let n = self.arena.generator_updates;
        let seen = Batch {
            z: self.drawn(Purpose::NoiseGenerator, n, batch),
            ..Batch::default()
        };
        self.losses[1] = at_once(self.arena.update_generator(&seen));
    }

    fn changed(&mut self, _: &str, settings: &Settings) {
        self.arena.knobs = Self::knobs(settings);
    }

    fn measure(&self, _: &Settings) -> Vec<Vec<f64>> {
        let mut fake = self.generated(Purpose::Measure, 1);
        let mut stream = rng::stream(self.seed, Purpose::Measure, 0);
        let mut real = self.line.sample(&mut stream, SAMPLES);
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / SAMPLES as f64;
        let [d_real, d_fake] = [&real, &fake].map(|x| mean(self.discriminate(x.clone())));
        // On the line the best matching is the one in order.
        fake.sort_by(f32::total_cmp);
        real.sort_by(f32::total_cmp);
        let apart = |(a, b): (&f32, &f32)| f64::from((a - b).abs());
        let w1 = mean(real.iter().zip(&fake).map(apart).collect());
        let [d_loss, g_loss] = self.losses.map(f64::from);
        vec![vec![d_loss, g_loss, d_real, d_fake, w1]]
    }

    fn references(&self, _: &Settings) -> Json {
        let (d_loss, g_loss) = self.arena.config.objective.equilibrium();
        json!({ "d_loss": d_loss, "g_loss": g_loss, "d_real": 0.5, "d_fake": 0.5 })
    }

    fn draw(&self, _: &Settings, _: usize) -> Vec<Vec<f32>> {
        let xs = middles(-HALF, HALF, PLACES);
        let fakes = smooth_density(&self.generated(Purpose::View, 0));
        let real: Vec<f64> = xs.iter().map(|&x| self.line.density(x)).collect();
        let d = self.discriminate(xs.iter().map(|&x| x as f32).collect());
        let best = |i: usize| {
            let sum = real[i] + fakes[i];
            // Where both densities are nearly 0, the best discriminator is undefined.
            if sum > 1e-3 { real[i] / sum } else { f64::NAN }
        };
        let reach = match self.latent {
            Latent::Normal => 2.5,
            Latent::Uniform => 1.0,
        };
        let z: Vec<f32> = (0..ARROWS)
            .map(|k| (reach * (2.0 * k as f64 / (ARROWS - 1) as f64 - 1.0)) as f32)
            .collect();
        let x = host(
            self.arena
                .engine
                .view()
                .generate(matrix(z.clone(), 1, &self.device)),
        );
        // The latent line is drawn as wide as the figure.
        let spread = (0.9 * HALF / reach) as f32;
        let arrow = |(z, x): (&f32, &f32)| {
            let from = z * spread;
            let to = x.clamp(-HALF as f32, HALF as f32);
            [from, Z_LINE as f32, to - from, (X_LINE - Z_LINE) as f32]
        };
        let level = |y: f64| vec![-HALF as f32, y as f32, HALF as f32, y as f32];
        vec![
            curve(&xs, |i| real[i]),
            curve(&xs, |i| fakes[i]),
            curve(&xs, best),
            curve(&xs, |i| d[i]),
            z.iter().zip(&x).flat_map(arrow).collect(),
            level(Z_LINE),
            level(X_LINE),
        ]
    }

    fn state(&mut self) -> Vec<Vec<f32>> {
        let updates = [
            self.arena.discriminator_updates,
            self.arena.generator_updates,
        ];
        let updates = updates.map(|n| n as f32).to_vec();
        let mut state = vec![updates, self.losses.map(known).to_vec()];
        state.extend(self.arena.engine.state());
        state
    }

    fn restore(&mut self, vectors: &mut dyn Iterator<Item = Vec<f32>>) -> Result<(), String> {
        let updates = take(vectors, 2)?;
        self.losses.copy_from_slice(&take(vectors, 2)?);
        let updates = [updates[0] as u64, updates[1] as u64];
        self.arena.restore(vectors, updates)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn densities_on_the_line_integrate_to_one() {
        let xs = middles(-HALF, HALF, PLACES);
        for &line in Line::ALL {
            let sum: f64 = xs.iter().map(|&x| line.density(x)).sum();
            assert!(
                (sum * 2.0 * HALF / PLACES as f64 - 1.0).abs() < 1e-6,
                "{line:?}"
            );
            let mut stream = rng::stream(1, Purpose::Data, 0);
            let smooth = smooth_density(&line.sample(&mut stream, 20_000));
            let sum: f64 = smooth.iter().sum();
            assert!(
                (sum * 2.0 * HALF / PLACES as f64 - 1.0).abs() < 0.01,
                "{line:?}"
            );
        }
    }

    #[test]
    fn training_brings_the_generator_to_the_data_and_d_to_one_half() {
        let demo = &crate::figures::figure("one-dimension").unwrap().demo;
        let settings = Settings::resolve(demo, "");
        let mut figure = OneDimension::new(&settings);
        let before = figure.measure(&settings)[0].clone();
        (0..600).for_each(|_| figure.step(&settings));
        let after = figure.measure(&settings)[0].clone();
        assert!(
            after[4] < 0.3 * before[4] && after[4] < 0.3,
            "W1 {} to {}",
            before[4],
            after[4]
        );
        assert!(
            (after[2] - 0.5).abs() < 0.1 && (after[3] - 0.5).abs() < 0.1,
            "D {after:?}"
        );
    }
}
