//! Why Wasserstein: two parallel lines (Arjovsky et al. 2017, example 1).
//!
//! Real points are `(0, u)`, generated ones `g_theta(u) = (theta, u)`, `u ~ U[0, 1]`. For `theta != 0` the supports are disjoint, so
//! `JS = log 2` and `KL = infinity` whatever theta is, while `W = |theta|`. Two copies of theta start at the same place: one
//! follows the generator loss `E log(1 - D)` of a discriminator, one that of a critic with gradient penalty. Both networks are
//! learned, and the distances are also computed from samples.

mod row;

pub use row::ROW;

use std::f64::consts::LN_2;

use burn::tensor::{Device, Tensor};

use crate::figures::figure::{Figure, curve, host, network, rates};
use crate::metrics::{divergence, transport};
use crate::models::mlp::matrix;
use crate::objectives::adversarial::Objective;
use crate::rng::{self, Purpose};
use crate::runs::learner::{Game, Learner};
use crate::runs::optimiser::{OptimiserKind, Rates};
use crate::runs::settings::Settings;

/// What each of the two runs plays.
const OBJECTIVES: [Objective; 2] = [Objective::Minimax, Objective::WassersteinGp];
/// Real and generated points per update.
const BATCH: usize = 64;
/// Points of each line from which distances are computed.
const SAMPLES: usize = 128;
/// Points of each line that are drawn.
const SHOWN: usize = 48;
/// Cells along a line in which samples are counted.
const CELLS: usize = 8;
/// Cells across the lines are this wide, in data units.
const ACROSS: f64 = 1e-3;
/// Weight of the gradient penalty. The slope at its optimum is 1 + W / (2 lambda).
const LAMBDA: f64 = 10.0;
/// Arrows are this long for a gradient of 1.
const ARROW: f64 = 0.35;
const THETA_MAX: f64 = 1.5;

/// Two copies of theta, each with its opponent.
pub struct ParallelLines {
    seed: u64,
    device: Device,
    theta: [f32; 2],
    /// What each theta received last: dL/dtheta.
    gradient: [f32; 2],
    /// Each opponent's own estimate of its distance, over its last batch.
    estimate: [f32; 2],
    opponents: [Learner; 2],
    /// Distances from samples at places of theta: JS and W, interleaved theta and value.
    measured: [Vec<f32>; 2],
}

/// JS and KL(real || generated) in nats, and W1, of samples from the lines at 0 and theta.
///
/// Samples are counted in cells of 0.001 by 1/8, so a smaller theta reads as none.
fn distances(theta: f64, seed: u64) -> [f64; 3] {
    let uniform = |index| rng::uniform(&mut rng::stream(seed, Purpose::Measure, index), SAMPLES);
    let (real, fake) = (uniform(0), uniform(1));
    let line =
        |x: f64, ys: &[f32]| -> Vec<f32> { ys.iter().flat_map(|&y| [x as f32, y]).collect() };
    let shares = |ys: &[f32], column: usize| {
        let mut shares = vec![0.0; 2 * CELLS];
        for y in ys {
            let cell = ((y * CELLS as f32) as usize).min(CELLS - 1);
            shares[column * CELLS + cell] += 1.0 / SAMPLES as f64;
        }
        shares
    };
    let apart = libm::round(theta / ACROSS) != 0.0;
    let (p, q) = (shares(&real, 0), shares(&fake, usize::from(apart)));
    let kl = p.iter().zip(&q).filter(|(p, _)| **p > 0.0);
    let kl = kl.map(|(p, q)| p * libm::log(p / q)).sum();
    let w = transport::wasserstein1(&line(0.0, &real), &line(theta, &fake));
    [
        divergence::jensen_shannon(&p, &q),
        kl,
        w.unwrap_or(f64::NAN),
    ]
}

/// The exact JS in nats.
fn exact_js(theta: f64) -> f64 {
    if theta == 0.0 { 0.0 } else { LN_2 }
}

impl ParallelLines {
    fn line(&self, run: usize, purpose: Purpose, index: u64, n: usize) -> (Tensor<2>, Tensor<2>) {
        let mut stream = rng::stream(self.seed, purpose, index);
        let mut points = |x: f32| {
            let ys = rng::uniform(&mut stream, n);
            matrix(
                ys.into_iter().flat_map(|y| [x, y]).collect(),
                2,
                &self.device,
            )
        };
        (points(0.0), points(self.theta[run]))
    }

    fn update_opponent(&mut self, run: usize, settings: &Settings) {
        let n = self.opponents[run].optimiser.time;
        let (real, fake) = self.line(run, Purpose::Data, n, BATCH);
        let game = Game {
            objective: OBJECTIVES[run],
            rates: Rates {
                beta1: [0.5, 0.0][run],
                ..rates(settings, "lr-d")
            },
            lambda: LAMBDA,
            clip: f64::INFINITY,
            seed: self.seed,
        };
        let own = host(self.opponents[run].oppose(&game, real, fake))[0];
        // E log D + E log(1 - D) = 2 JS - log 4 at the best D; E f(x) - E f(G z) = W at the best f.
        self.estimate[run] = [LN_2 as f32 - 0.5 * own, -own][run];
    }

    /// Moves theta along minus the gradient of its generator loss.
    fn update_theta(&mut self, run: usize, settings: &Settings) {
        let n = self.opponents[run].optimiser.time;
        let (_, fake) = self.line(run, Purpose::NoiseGenerator, n, BATCH);
        let network = &self.opponents[run].network;
        let push = OBJECTIVES[run].push(network.forward(fake.clone()));
        let pushes = host(network.input_gradient(fake) * push);
        let mean = pushes.iter().step_by(2).sum::<f32>() / BATCH as f32;
        self.gradient[run] = -mean;
        let most = THETA_MAX as f32;
        let theta = self.theta[run] + settings.float("lr-g", 0) as f32 * mean;
        self.theta[run] = theta.clamp(-most, most);
    }
}

impl Figure for ParallelLines {
    const COLUMNS: &'static [&'static str] =
        &["theta", "gradient", "js", "kl", "w", "estimate", "exact"];
    const RUNS: &'static [&'static str] = &["JS", "Wasserstein"];

    fn new(settings: &Settings) -> Self {
        let device = crate::device::cpu();
        let seed = settings.int("seed", 0) as u64;
        let config = network(2, 1, 24);
        let learner = || {
            let adam = OptimiserKind::Adam;
            Learner::new(config, adam, seed, Purpose::InitDiscriminator, &device)
        };
        let thetas: Vec<f64> = (-30..=30)
            .map(|k| f64::from(k) * THETA_MAX / 30.0)
            .collect();
        let read: Vec<[f64; 3]> = thetas.iter().map(|&t| distances(t, seed)).collect();
        Self {
            seed,
            theta: [settings.float("theta", 0) as f32; 2],
            gradient: [0.0; 2],
            estimate: [f32::NAN; 2],
            opponents: [learner(), learner()],
            measured: [0, 2].map(|which| curve(&thetas, |i| read[i][which])),
            device,
        }
    }

    fn step(&mut self, settings: &Settings) {
        let updates = settings.int("critic-steps", 0);
        for run in 0..2 {
            let first = self.opponents[run].optimiser.time == 0;
            let head_start = if first {
                settings.int("head-start", 0)
            } else {
                0
            };
            for _ in 0..updates + head_start {
                self.update_opponent(run, settings);
            }
            self.update_theta(run, settings);
        }
    }

    fn changed(&mut self, key: &str, settings: &Settings) {
        if key == "theta" {
            self.theta = [settings.float("theta", 0) as f32; 2];
        }
    }

    fn measure(&self, _: &Settings) -> Vec<Vec<f64>> {
        let row = |run: usize| {
            let theta = f64::from(self.theta[run]);
            let [js, kl, w] = distances(theta, self.seed);
            let exact = [exact_js(theta), theta.abs()][run];
            let own = [self.gradient[run], self.estimate[run]].map(f64::from);
            let trained = self.opponents[run].optimiser.time > 0;
            let [gradient, estimate] = own.map(|v| if trained { v } else { f64::NAN });
            vec![theta, gradient, js, kl, w, estimate, exact]
        };
        vec![row(0), row(1)]
    }

    fn draw(&self, _: &Settings, _: usize) -> Vec<Vec<f32>> {
        let shown = |x: f32, index: u64| {
            let ys = rng::uniform(&mut rng::stream(self.seed, Purpose::View, index), SHOWN);
            ys.into_iter().flat_map(|y| [x, y]).collect::<Vec<f32>>()
        };
        let arrows = |run: usize| {
            let length = -self.gradient[run] * ARROW as f32;
            // Both runs may have the same theta: their arrows alternate.
            let at = |k: usize| {
                [
                    self.theta[run],
                    0.1 + 0.2 * k as f32 + 0.1 * run as f32,
                    length,
                    0.0,
                ]
            };
            (0..5).flat_map(at).collect::<Vec<f32>>()
        };
        let here = |f: &dyn Fn(usize) -> f32| [0, 1].map(|run| vec![self.theta[run], f(run)]);
        let [js, w] = here(&|run| {
            let theta = f64::from(self.theta[run]);
            [exact_js(theta), theta.abs()][run] as f32
        });
        let [js_gradient, w_gradient] = here(&|run| self.gradient[run]);
        let most = THETA_MAX as f32;
        let ln2 = LN_2 as f32;
        vec![
            shown(0.0, 0),
            shown(self.theta[0], 1),
            shown(self.theta[1], 2),
            arrows(0),
            arrows(1),
            vec![
                -most,
                ln2,
                0.0,
                ln2,
                f32::NAN,
                f32::NAN,
                0.0,
                0.0,
                f32::NAN,
                f32::NAN,
                0.0,
                ln2,
                most,
                ln2,
            ],
            vec![-most, most, 0.0, 0.0, most, most],
            self.measured[0].clone(),
            self.measured[1].clone(),
            js,
            w,
            vec![-most, 0.0, most, 0.0],
            vec![
                -most,
                -1.0,
                0.0,
                -1.0,
                f32::NAN,
                f32::NAN,
                0.0,
                1.0,
                most,
                1.0,
            ],
            js_gradient,
            w_gradient,
        ]
    }

    fn parts(&mut self) -> (Vec<&mut Learner>, Vec<&mut f32>) {
        let numbers = self.theta.iter_mut().chain(&mut self.gradient);
        let numbers = numbers.chain(&mut self.estimate).collect();
        (self.opponents.iter_mut().collect(), numbers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_read_log_two_infinity_and_the_shift_except_at_zero() {
        for theta in [-1.5, -0.4, 0.01, 0.3, 1.0] {
            let [js, kl, w] = distances(theta, 1);
            assert!((js - LN_2).abs() < 1e-12, "JS {js} at {theta}");
            assert_eq!(kl, f64::INFINITY);
            // Matching along the lines costs a little when they are close.
            assert!((w - theta.abs()).abs() < 0.06, "W {w} at {theta}");
        }
        let [js, kl, w] = distances(0.0, 1);
        assert!(js < 0.03 && kl < 0.1 && w < 0.06, "{js} {kl} {w}");
    }

    #[test]
    fn under_w_theta_comes_home_and_under_js_it_stays() {
        let demo = &crate::figures::figure("parallel-lines").unwrap().demo;
        for theta in ["1", "-0.8"] {
            let settings = Settings::resolve(demo, &format!("theta={theta}"));
            let mut lines = ParallelLines::new(&settings);
            (0..300).for_each(|_| lines.step(&settings));
            let start: f32 = theta.parse().unwrap();
            assert!(lines.theta[1].abs() < 0.15, "W: {}", lines.theta[1]);
            assert!(lines.theta[0] / start > 0.8, "JS: {}", lines.theta[0]);
        }
    }

    #[test]
    fn the_gradient_is_one_under_w_and_vanishes_under_js() {
        let demo = &crate::figures::figure("parallel-lines").unwrap().demo;
        // Theta is held, so that the opponents reach their optimum.
        let settings = Settings::resolve(demo, "theta=1&lr-g=0&head-start=600");
        let mut lines = ParallelLines::new(&settings);
        lines.step(&settings);
        let [js, w] = lines.gradient;
        assert!(js.abs() < 0.02, "JS: {js}");
        assert!((w - 1.0).abs() < 0.25, "W: {w}");
        let [js, w] = lines.estimate.map(f64::from);
        assert!((js - LN_2).abs() < 0.02, "the discriminator reads {js}");
        assert!((w - 1.0).abs() < 0.25, "the critic reads {w}");
    }
}
