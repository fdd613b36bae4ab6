//! A normalising flow on the toy densities: RealNVP trained by maximum likelihood, with its density and the grid that it bends.

mod row;

pub use row::ROW;

use burn::tensor::Tensor;
use serde_json::{Value as Json, json};

use crate::data::toys::density::Density;
use crate::figures::figure::{Draws, Figure, density, host, square_grid};
use crate::models::mlp::matrix;
use crate::models::realnvp::{RealNvp, RealNvpConfig};
use crate::rng::Purpose;
use crate::runs::learner::Learner;
use crate::runs::optimiser::Rates;
use crate::runs::settings::Settings;

/// Points that are drawn, of each side.
const SHOWN: usize = 400;
/// Points of the likelihood.
const MEASURED: usize = 1_000;
/// Points along each side of the grid on which the density is summed.
const SUM_SIDE: usize = 96;
/// The sum reaches this many windows to each side.
const SUM_REACH: f64 = 2.0;
/// The drawn grid of latents reaches to this many standard deviations.
const GRID_REACH: f64 = 2.4;
/// Its lines in each direction.
const GRID_SIDE: usize = 24;

/// A flow in training.
pub struct Flow {
    draws: Draws,
    density: Density,
    couplings: Vec<Learner>,
}

impl Flow {
    fn network(&self) -> RealNvp {
        RealNvp {
            couplings: self.couplings.iter().map(|c| c.network.clone()).collect(),
        }
    }

    /// `p(x)` at the middles of a square grid over `[-half, half]^2`, row-major from the lowest y.
    fn density_on(&self, half: f64, side: usize) -> Vec<f32> {
        let x = matrix(square_grid(-half, half, side), 2, &self.draws.device);
        host(self.network().encode(x).log_density().exp())
    }

    /// Mean of `-log p` in nats over points.
    fn nll(&self, x: Tensor<2>) -> f64 {
        -f64::from(host(self.network().encode(x).log_density().mean())[0])
    }

    fn sample(&self, purpose: Purpose, index: u64, n: usize) -> Tensor<2> {
        self.draws.points(&self.density, purpose, index, n)
    }
}

impl Figure for Flow {
    const COLUMNS: &'static [&'static str] = &["nll", "mass"];
    const RUNS: &'static [&'static str] = &[""];
    /// The sum over the grid costs as much as several steps.
    const MEASURE_EVERY: u64 = 50;

    fn new(settings: &Settings) -> Self {
        let draws = Draws::new(settings);
        let config = RealNvpConfig {
            couplings: settings.int("couplings", 0),
            width: settings.int("width", 0),
        };
        let coupling = |k| draws.learner(config.coupling(), Purpose::InitGenerator, k);
        Self {
            density: density(settings),
            couplings: (0..config.couplings as u64).map(coupling).collect(),
            draws,
        }
    }

    fn step(&mut self, settings: &Settings) {
        let n = self.couplings[0].optimiser.time;
        let points = self.sample(Purpose::Data, n, settings.int("batch", 0));
        let flow = self.network().tracked();
        let encoded = flow.encode(points);
        let loss = encoded.log_density().mean().neg();
        let mut gradients = loss.backward();
        let rates = Rates {
            lr: settings.float("lr", 0),
            beta1: 0.9,
            beta2: 0.99,
        };
        for (learner, leaves) in self.couplings.iter_mut().zip(&flow.couplings) {
            learner.step(rates, leaves.take_gradients(&mut gradients), None);
        }
    }

    fn measure(&self, _: &Settings) -> Vec<Vec<f64>> {
        let half = SUM_REACH * self.density.window[1];
        let cell = 2.0 * half / SUM_SIDE as f64;
        let sum: f64 = self
            .density_on(half, SUM_SIDE)
            .into_iter()
            .map(f64::from)
            .sum();
        let fresh = self.sample(Purpose::Measure, u64::MAX, MEASURED);
        vec![vec![self.nll(fresh), sum * cell * cell]]
    }

    fn references(&self, _: &Settings) -> Json {
        json!({ "mass": 1.0 })
    }

    fn window(&self) -> Option<[f64; 4]> {
        Some(self.density.window)
    }

    fn draw(&self, _: &Settings, side: usize) -> Vec<Vec<f32>> {
        let latents = self.draws.normal(Purpose::View, 1, SHOWN, 2);
        let flow = self.network();
        let grid = square_grid(-GRID_REACH, GRID_REACH, GRID_SIDE);
        let real = self.sample(Purpose::View, 0, SHOWN);
        let grid = matrix(grid, 2, &self.draws.device);
        let decode = |z| host(flow.decode(z));
        vec![
            self.density_on(self.density.window[1], side),
            host(real.clone()),
            decode(grid),
            decode(latents),
            host(flow.encode(real).z),
        ]
    }

    fn parts(&mut self) -> (Vec<&mut Learner>, Vec<&mut f32>) {
        (self.couplings.iter_mut().collect(), vec![])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_density_integrates_to_one_before_and_after_training() {
        let demo = &crate::figures::figure("flow").unwrap().demo;
        for density in ["two-moons", "gaussian-pair"] {
            let settings =
                Settings::resolve(demo, &format!("density={density}&couplings=6&width=16"));
            let mut flow = Flow::new(&settings);
            for steps in [0, 300] {
                (0..steps).for_each(|_| flow.step(&settings));
                // Finer and further than the page's own sum.
                let (half, side) = (8.0, 800);
                let cell = 2.0 * half / side as f64;
                let sum: f64 = flow.density_on(half, side).into_iter().map(f64::from).sum();
                let mass = sum * cell * cell;
                assert!((mass - 1.0).abs() < 0.01, "{density} after {steps}: {mass}");
            }
        }
    }

    #[test]
    fn likelihood_is_bounded_by_the_entropy_and_comes_near_it() {
        let demo = &crate::figures::figure("flow").unwrap().demo;
        let settings = Settings::resolve(demo, "density=gaussian-pair&radius=1&sigma=0.3");
        let mut flow = Flow::new(&settings);
        (0..600).for_each(|_| flow.step(&settings));
        let nll = flow.measure(&settings)[0][0];
        // Two far Gaussians: log 2 more than one, 1 + log(2 pi sigma^2).
        let entropy = 2f64.ln() + 1.0 + (std::f64::consts::TAU * 0.09).ln();
        assert!(
            nll > entropy - 0.1 && nll < entropy + 0.15,
            "{nll} and {entropy}"
        );
    }
}
