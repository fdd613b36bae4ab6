//! A variational autoencoder in the plane (Kingma and Welling 2014), with a Gaussian posterior and with one that an inverse
//! autoregressive flow bends (Kingma et al. 2016).
//!
//! `p(z) = N(0, I)` in two dimensions, `p(x|z) = N(x; decoder(z), noise^2 I)`. Both runs maximise
//! `ELBO = E_q [log p(x|z) - beta (log q(z|x) - log p(z))] <= log p(x)`, whose gap is `KL(q(z|x) | p(z|x))`. The latent plane is small
//! enough for a grid, so `log p(x)` and the true posterior are exact up to its cells. `log q - log p` is a sum over latent
//! coordinates; where a coordinate's share is 0 it carries nothing: it has collapsed to its prior.

mod row;

pub use row::ROW;

use std::f64::consts::TAU;

use burn::tensor::{Device, Tensor};

use crate::data::toys::density::Density;
use crate::figures::figure::{Draws, Figure, density, host, mean, network, rates, square_grid};
use crate::models::iaf::{Iaf, IafConfig};
use crate::models::mlp::{Activation, Mlp, MlpConfig, matrix};
use crate::rng::Purpose;
use crate::runs::learner::Learner;
use crate::runs::settings::Settings;

const LATENT: usize = 2;
/// Features that the encoder hands to the flow.
const CONTEXT: usize = 8;
/// Half-width of the drawn part of the latent plane.
pub(crate) const DRAWN: f64 = 3.0;
/// Half-width and side of the grid on which `p(x)` is summed.
const REACH: f64 = 4.5;
const SUM_SIDE: usize = 96;
/// Points whose bound is measured, and noise draws for each.
const MEASURED: usize = 64;
const DRAWS: usize = 16;
/// Data that are drawn.
const SHOWN: usize = 400;
/// The decoded grid of latents reaches to this many standard deviations, with so many lines.
const GRID_REACH: f64 = 2.4;
const GRID_SIDE: usize = 21;

/// Two autoencoders on the same data, from the same weights.
pub struct Posterior {
    draws: Draws,
    density: Density,
    /// Gaussian, bent.
    models: [Model; 2],
}

struct Model {
    encoder: Learner,
    decoder: Learner,
    flow: Vec<Learner>,
}

/// Networks as they act.
struct Networks {
    encoder: Mlp,
    decoder: Mlp,
    flow: Iaf,
}

/// The encoder's output for points: `[batch, LATENT]`, the context `[batch, CONTEXT]`.
struct Encoded {
    mean: Tensor<2>,
    log_std: Tensor<2>,
    context: Tensor<2>,
}

impl Model {
    fn networks(&self) -> Networks {
        Networks {
            encoder: self.encoder.network.clone(),
            decoder: self.decoder.network.clone(),
            flow: Iaf {
                steps: self.flow.iter().map(|l| l.network.clone()).collect(),
            },
        }
    }

    fn learners(&mut self) -> impl Iterator<Item = &mut Learner> {
        [&mut self.encoder, &mut self.decoder]
            .into_iter()
            .chain(&mut self.flow)
    }
}

impl Networks {
    fn tracked(&self) -> Self {
        Self {
            encoder: self.encoder.tracked(),
            decoder: self.decoder.tracked(),
            flow: self.flow.tracked(),
        }
    }

    /// In the order of [`Model::learners`].
    fn all(&self) -> impl Iterator<Item = &Mlp> {
        [&self.encoder, &self.decoder]
            .into_iter()
            .chain(&self.flow.steps)
    }

    fn encode(&self, x: Tensor<2>) -> Encoded {
        let out = self.encoder.forward(x);
        Encoded {
            mean: out.clone().narrow(1, 0, LATENT),
            log_std: out.clone().narrow(1, LATENT, LATENT),
            context: out.narrow(1, 2 * LATENT, CONTEXT),
        }
    }

    /// `log p(x|z)`, `[batch, 1]`, and `log q(z|x) - log p(z)` of every coordinate, `[batch, LATENT]`, of the z that `eps` makes.
    fn terms(&self, x: Tensor<2>, eps: Tensor<2>, noise: f64) -> (Tensor<2>, Tensor<2>) {
        let q = self.encode(x.clone());
        let z0 = q.mean + q.log_std.clone().exp() * eps.clone();
        let flowed = self.flow.forward(z0, &q.context);
        // The constants log(2 pi) / 2 of both densities cancel.
        let ratio = (flowed.z.clone().square() - eps.square()) * 0.5 - q.log_std - flowed.log_scale;
        let error = (self.decoder.forward(flowed.z) - x).square().sum_dim(1);
        let log_likelihood = error * (-0.5 / (noise * noise)) - libm::log(TAU * noise * noise);
        (log_likelihood, ratio)
    }

    /// `q(z|x)` of one point at places z.
    fn posterior(&self, x: Tensor<2>, z: Tensor<2>) -> Vec<f32> {
        let [places, _] = z.dims();
        let q = self.encode(x);
        let back = self.flow.inverse(z, &q.context.repeat_dim(0, places));
        let eps = (back.z - q.mean) / q.log_std.clone().exp();
        let log_q = eps.square() * -0.5 - back.log_scale - q.log_std - 0.5 * TAU.ln();
        host(log_q.sum_dim(1).exp())
    }

    /// `log p(z) p(x|z)` at the places of a grid of the latent plane, for one point after the other.
    fn log_joint(
        &self,
        points: &[f32],
        grid: &[f32],
        noise: f64,
        device: &Device,
    ) -> Vec<Vec<f64>> {
        let decoded = host(self.decoder.forward(matrix(grid.to_vec(), LATENT, device)));
        let log_prior: Vec<f64> = grid
            .chunks(LATENT)
            .map(|z| -0.5 * z.iter().map(|v| f64::from(v * v)).sum::<f64>() - TAU.ln())
            .collect();
        let constant = libm::log(TAU * noise * noise);
        let joint = |x: &[f32]| {
            let at = |(mean, prior): (&[f32], &f64)| {
                let error: f32 = mean.iter().zip(x).map(|(m, x)| (m - x) * (m - x)).sum();
                prior - f64::from(error) / (2.0 * noise * noise) - constant
            };
            decoded.chunks(2).zip(&log_prior).map(at).collect()
        };
        points.chunks(2).map(joint).collect()
    }

    /// `log p(x)` in nats of every point.
    fn log_evidence(&self, points: &[f32], noise: f64, device: &Device) -> Vec<f64> {
        let grid = square_grid(-REACH, REACH, SUM_SIDE);
        let cell = 2.0 * REACH / SUM_SIDE as f64;
        let sum = |joint: Vec<f64>| {
            let most = joint.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = joint.iter().map(|l| libm::exp(l - most)).sum();
            most + libm::log(sum * cell * cell)
        };
        let joints = self.log_joint(points, &grid, noise, device);
        joints.into_iter().map(sum).collect()
    }
}

impl Posterior {
    fn eps(&self, purpose: Purpose, index: u64, n: usize) -> Tensor<2> {
        self.draws.normal(purpose, index, n, LATENT)
    }

    fn data(&self, purpose: Purpose, index: u64, n: usize) -> Tensor<2> {
        self.draws.points(&self.density, purpose, index, n)
    }
}

impl Figure for Posterior {
    const COLUMNS: &'static [&'static str] = &["elbo", "log_p", "gap", "kl_1", "kl_2"];
    const RUNS: &'static [&'static str] = &["Gaussian", "flow"];
    /// The sum over the grid costs as much as several steps.
    const MEASURE_EVERY: u64 = 50;

    fn new(settings: &Settings) -> Self {
        let draws = Draws::new(settings);
        let width = settings.int("width", 0);
        let smooth = |inputs, outputs| MlpConfig {
            activation: Activation::Tanh,
            ..network(inputs, outputs, width)
        };
        let flow = IafConfig {
            latent: LATENT,
            context: CONTEXT,
            width,
        };
        let model = |steps: u64| Model {
            encoder: draws.learner(
                smooth(2, 2 * LATENT + CONTEXT),
                Purpose::InitDiscriminator,
                0,
            ),
            decoder: draws.learner(smooth(LATENT, 2), Purpose::InitGenerator, 0),
            flow: (1..=steps)
                .map(|k| draws.learner(flow.step(), Purpose::InitGenerator, k))
                .collect(),
        };
        Self {
            density: density(settings),
            models: [model(0), model(settings.int("flow-steps", 0) as u64)],
            draws,
        }
    }

    fn step(&mut self, settings: &Settings) {
        let batch = settings.int("batch", 0);
        let n = self.models[0].decoder.optimiser.time;
        let x = self.data(Purpose::Data, n, batch);
        let eps = self.eps(Purpose::NoisePosterior, n, batch);
        for model in &mut self.models {
            let leaves = model.networks().tracked();
            let (log_likelihood, ratio) =
                leaves.terms(x.clone(), eps.clone(), settings.float("noise", 0));
            let divergence = ratio.sum_dim(1) * settings.float("beta", 0);
            let mut gradients = (divergence - log_likelihood).mean().backward();
            for (learner, network) in model.learners().zip(leaves.all()) {
                let gradient = network.take_gradients(&mut gradients);
                learner.step(rates(settings, "lr"), gradient, None);
            }
        }
    }

    fn measure(&self, settings: &Settings) -> Vec<Vec<f64>> {
        let noise = settings.float("noise", 0);
        let points = self.data(Purpose::Measure, 0, MEASURED);
        let x = points.clone().repeat_dim(0, DRAWS);
        let points = host(points);
        let eps = self.eps(Purpose::Measure, 1, MEASURED * DRAWS);
        let row = |model: &Model| {
            let networks = model.networks();
            let (log_likelihood, ratio) = networks.terms(x.clone(), eps.clone(), noise);
            let kl = host(ratio.mean_dim(0));
            let kl: Vec<f64> = kl.into_iter().map(f64::from).collect();
            let elbo = mean(&host(log_likelihood)) - kl.iter().sum::<f64>();
            let evidence = networks.log_evidence(&points, noise, &self.draws.device);
            let log_p = evidence.iter().sum::<f64>() / evidence.len() as f64;
            vec![elbo, log_p, log_p - elbo, kl[0], kl[1]]
        };
        self.models.iter().map(row).collect()
    }

    fn window(&self) -> Option<[f64; 4]> {
        Some(self.density.window)
    }

    fn draw(&self, settings: &Settings, side: usize) -> Vec<Vec<f32>> {
        let data = host(self.data(Purpose::View, 0, SHOWN));
        let here = ["x1", "x2"]
            .map(|key| settings.float(key, 0) as f32)
            .to_vec();
        let x = matrix(here.clone(), 2, &self.draws.device);
        let grid = square_grid(-GRID_REACH, GRID_REACH, GRID_SIDE);
        let grid = matrix(grid, LATENT, &self.draws.device);
        let places = square_grid(-DRAWN, DRAWN, side);
        let z = matrix(places.clone(), LATENT, &self.draws.device);
        let mut marks = vec![];
        for model in &self.models {
            let networks = model.networks();
            let noise = settings.float("noise", 0);
            let joint = networks
                .log_joint(&here, &places, noise, &self.draws.device)
                .remove(0);
            let most = joint.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            marks.extend([
                host(networks.decoder.forward(grid.clone())),
                data.clone(),
                here.clone(),
                joint.iter().map(|l| libm::exp(l - most) as f32).collect(),
                networks.posterior(x.clone(), z.clone()),
            ]);
        }
        marks
    }

    fn parts(&mut self) -> (Vec<&mut Learner>, Vec<&mut f32>) {
        let learners = self.models.iter_mut().flat_map(Model::learners);
        (learners.collect(), vec![])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trained(query: &str, steps: usize) -> (Posterior, Settings) {
        let demo = &crate::figures::figure("posterior").unwrap().demo;
        let settings = Settings::resolve(demo, query);
        assert!(settings.notes.is_empty(), "{:?}", settings.notes);
        let mut figure = Posterior::new(&settings);
        (0..steps).for_each(|_| figure.step(&settings));
        (figure, settings)
    }

    #[test]
    fn posteriors_integrate_to_one() {
        let (figure, _) = trained("", 200);
        let (half, side) = (6.0, 500);
        let places = square_grid(-half, half, side);
        for model in &figure.models {
            let x = matrix(vec![0.5, -0.3], 2, &figure.draws.device);
            let z = matrix(places.clone(), LATENT, &figure.draws.device);
            let sum: f64 = model
                .networks()
                .posterior(x, z)
                .into_iter()
                .map(f64::from)
                .sum();
            let mass = sum * (2.0 * half / side as f64).powi(2);
            assert!((mass - 1.0).abs() < 0.01, "{mass}");
        }
    }

    #[test]
    fn the_evidence_is_that_of_importance_sampling() {
        let (figure, settings) = trained("", 300);
        let noise = settings.float("noise", 0);
        let point = host(figure.data(Purpose::Measure, 0, 1));
        let n = 20_000;
        for model in &figure.models {
            let networks = model.networks();
            let x = matrix(point.repeat(n), 2, &figure.draws.device);
            let eps = figure.eps(Purpose::View, 0, n);
            let (log_likelihood, ratio) = networks.terms(x, eps, noise);
            let log_w = host(log_likelihood - ratio.sum_dim(1));
            let found = crate::objectives::variational::log_mean_exp(
                &log_w.iter().map(|w| vec![*w]).collect::<Vec<_>>(),
            )[0];
            let exact = networks.log_evidence(&point, noise, &figure.draws.device)[0];
            assert!((found - exact).abs() < 0.03, "{found} and {exact}");
        }
    }

    #[test]
    fn the_bound_holds_and_the_flow_comes_nearer_to_it() {
        let (figure, settings) = trained("", 800);
        let rows = figure.measure(&settings);
        let gaps: Vec<f64> = rows.iter().map(|row| row[2]).collect();
        // A bound from 1,024 draws may be off by a little.
        assert!(gaps.iter().all(|gap| *gap > -0.02), "{gaps:?}");
        assert!(gaps[1] < 0.7 * gaps[0], "{gaps:?}");
    }

    #[test]
    fn under_a_noisy_decoder_a_latent_collapses() {
        let latents = |query: &str| {
            let (figure, settings) = trained(query, 1_000);
            let row = figure.measure(&settings).remove(0);
            [row[3].min(row[4]), row[3].max(row[4])]
        };
        let [less, more] = latents("preset=collapse");
        assert!(less < 0.05 && more > 0.3, "{less} {more}");
        let [less, more] = latents("preset=both");
        assert!(less > 0.3 && more > 0.3, "{less} {more}");
    }
}
