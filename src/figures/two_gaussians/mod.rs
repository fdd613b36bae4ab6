//! Optimal discriminator against critic on two Gaussians on the line (Arjovsky et al. 2017, figure 2).
//!
//! Real `p = N(-gap/2, sigma^2)`, generated `q = N(gap/2, sigma^2)`, both fixed. A discriminator maximises
//! `V = E_p log D + E_q log(1 - D)`, whose optimum is `D* = p / (p + q)` with `V = 2 JS - log 4`; a critic maximises
//! `E_p f - E_q f` over functions of slope at most 1, whose optimum is `f* = -x` with `W = gap`. Integrals are sums over a fine
//! grid, so they carry no noise of sampling.

mod row;

pub use row::ROW;

use burn::tensor::{Device, activation};
use serde_json::{Value as Json, json};

use crate::choice::choices;
use crate::figures::figure::{Figure, along, curve, host, middles, network, rates};
use crate::models::mlp::matrix;
use crate::objectives::adversarial::Objective;
use crate::rng::{self, Purpose};
use crate::runs::learner::{Game, Learner};
use crate::runs::optimiser::OptimiserKind;
use crate::runs::settings::Settings;

choices! {
    /// What keeps the critic's slope bounded.
    Constraint {
        /// Gradient penalty.
        Penalty = "penalty", "Gradient penalty";
        /// Weights clipped after each update.
        Clip = "clip", "Weight clipping";
    }
}

/// Half-width of the drawn part of the line.
const HALF: f64 = 8.0;
/// Places of the grid on which integrals are summed.
const PLACES: usize = 400;

/// A discriminator and a critic between two fixed densities.
pub struct TwoGaussians {
    seed: u64,
    device: Device,
    /// Discriminator, critic.
    learners: [Learner; 2],
}

/// Density of `N(mean, sigma^2)`.
pub(crate) fn normal_density(x: f64, mean: f64, sigma: f64) -> f64 {
    let z = (x - mean) / sigma;
    libm::exp(-0.5 * z * z) / (sigma * std::f64::consts::TAU.sqrt())
}

/// Real and generated density on the grid.
struct Pair {
    xs: Vec<f64>,
    p: Vec<f64>,
    q: Vec<f64>,
    gap: f64,
}

impl Pair {
    fn new(gap: f64, sigma: f64) -> Self {
        let xs = middles(-HALF, HALF, PLACES);
        let density = |mean: f64| xs.iter().map(|&x| normal_density(x, mean, sigma)).collect();
        Self {
            p: density(-gap / 2.0),
            q: density(gap / 2.0),
            xs,
            gap,
        }
    }

    fn of(settings: &Settings) -> Self {
        Self::new(settings.float("gap", 0), settings.float("sigma", 0))
    }

    /// `p / (p + q)` at place `i`.
    fn best(&self, i: usize) -> f64 {
        self.p[i] / (self.p[i] + self.q[i])
    }

    fn integral(&self, f: impl Fn(usize) -> f64) -> f64 {
        (0..PLACES).map(f).sum::<f64>() * 2.0 * HALF / PLACES as f64
    }

    /// `E_p log D + E_q log(1 - D)` in nats, of a discriminator's log-odds.
    fn value(&self, log_odds: impl Fn(usize) -> f64) -> f64 {
        let log_sigmoid = |f: f64| f.min(0.0) - libm::log1p(libm::exp(-f.abs()));
        self.integral(|i| {
            let f = log_odds(i);
            self.p[i] * log_sigmoid(f) + self.q[i] * log_sigmoid(-f)
        })
    }

    /// The most that [`Self::value`] can be.
    fn best_value(&self) -> f64 {
        self.value(|i| {
            libm::log(self.p[i].max(f64::MIN_POSITIVE) / self.q[i].max(f64::MIN_POSITIVE))
        })
    }
}

/// A critic scaled to slope 1: values, slopes, and its `E_p f - E_q f`, a lower bound of W.
struct Scaled {
    values: Vec<f64>,
    slopes: Vec<f64>,
    gap: f64,
}

impl TwoGaussians {
    fn scaled(&self, pair: &Pair) -> Scaled {
        let (values, slopes) = along(&self.learners[1].network, &pair.xs, &self.device);
        let steepest = slopes.iter().fold(1e-12, |most: f64, s| most.max(s.abs()));
        let middle = (values[PLACES / 2 - 1] + values[PLACES / 2]) / 2.0;
        let values: Vec<f64> = values.iter().map(|v| (v - middle) / steepest).collect();
        Scaled {
            gap: pair.integral(|i| values[i] * (pair.p[i] - pair.q[i])),
            values,
            slopes: slopes.iter().map(|s| s / steepest).collect(),
        }
    }

    fn update(&mut self, which: usize, settings: &Settings) {
        let batch = settings.int("batch", 0);
        let (gap, sigma) = (settings.float("gap", 0), settings.float("sigma", 0));
        let n = self.learners[which].optimiser.time;
        let mut stream = rng::stream(self.seed, Purpose::Data, n);
        let mut points = |mean: f64| {
            let noise = rng::normal(&mut stream, batch);
            let at = noise
                .into_iter()
                .map(|e| (mean + sigma * f64::from(e)) as f32);
            matrix(at.collect(), 1, &self.device)
        };
        let (real, fake) = (points(-gap / 2.0), points(gap / 2.0));
        let clips = settings.choice("constraint", 0, Constraint::from_id) == Constraint::Clip;
        let objective = match (which, clips) {
            (0, _) => Objective::Minimax,
            (_, true) => Objective::WassersteinClip,
            _ => Objective::WassersteinGp,
        };
        let game = Game {
            objective,
            rates: rates(settings, "lr-d"),
            lambda: settings.float("lambda", 0),
            clip: settings.float("clip", 0),
            seed: self.seed,
        };
        self.learners[which].oppose(&game, real, fake);
    }
}

impl Figure for TwoGaussians {
    const COLUMNS: &'static [&'static str] = &["v", "v_exact", "w", "w_exact", "d_error", "push"];
    const RUNS: &'static [&'static str] = &["discriminator", "critic"];

    fn new(settings: &Settings) -> Self {
        let device = crate::device::cpu();
        let seed = settings.int("seed", 0) as u64;
        let config = network(1, 1, settings.int("width", 0));
        let learner = || {
            let adam = OptimiserKind::Adam;
            Learner::new(config, adam, seed, Purpose::InitDiscriminator, &device)
        };
        Self {
            seed,
            learners: [learner(), learner()],
            device,
        }
    }

    fn step(&mut self, settings: &Settings) {
        self.update(0, settings);
        self.update(1, settings);
    }

    fn measure(&self, settings: &Settings) -> Vec<Vec<f64>> {
        let pair = Pair::of(settings);
        let (f, slopes) = along(&self.learners[0].network, &pair.xs, &self.device);
        let sigmoid = |f: f64| 1.0 / (1.0 + libm::exp(-f));
        let value = pair.value(|i| f[i]);
        let error = |i: usize| 0.5 * (pair.p[i] + pair.q[i]) * (sigmoid(f[i]) - pair.best(i)).abs();
        let critic = self.scaled(&pair);
        let none = f64::NAN;
        // The mean size of what generated points receive: of log(1 - D), and of a critic of slope 1.
        let push = pair.integral(|i| pair.q[i] * (sigmoid(f[i]) * slopes[i]).abs());
        let critic_push = pair.integral(|i| pair.q[i] * critic.slopes[i].abs());
        vec![
            vec![
                value,
                pair.best_value(),
                none,
                none,
                pair.integral(error),
                push,
            ],
            vec![none, none, critic.gap, pair.gap, none, critic_push],
        ]
    }

    fn references(&self, _: &Settings) -> Json {
        json!({ "v": -2.0 * std::f64::consts::LN_2 })
    }

    fn draw(&self, settings: &Settings, _: usize) -> Vec<Vec<f32>> {
        let pair = Pair::of(settings);
        let xs = &pair.xs;
        let places = xs.iter().map(|&x| x as f32).collect();
        let x = matrix(places, 1, &self.device);
        let d = host(activation::sigmoid(self.learners[0].network.forward(x)));
        let (_, slopes) = along(&self.learners[0].network, xs, &self.device);
        let critic = self.scaled(&pair);
        let ideal = if pair.gap > 0.0 { 1.0 } else { f64::NAN };
        let d = |i: usize| f64::from(d[i]);
        vec![
            curve(xs, |i| pair.p[i]),
            curve(xs, |i| pair.q[i]),
            curve(xs, |i| pair.best(i)),
            curve(xs, d),
            curve(xs, |i| -xs[i] * ideal),
            curve(xs, |i| critic.values[i]),
            curve(xs, |i| (d(i) * slopes[i]).abs()),
            curve(xs, |i| ((1.0 - d(i)) * slopes[i]).abs()),
            curve(xs, |i| critic.slopes[i].abs()),
            curve(xs, |i| pair.q[i]),
        ]
    }

    fn parts(&mut self) -> (Vec<&mut Learner>, Vec<&mut f32>) {
        (self.learners.iter_mut().collect(), vec![])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trained(query: &str, steps: usize) -> (TwoGaussians, Settings) {
        let demo = &crate::figures::figure("two-gaussians").unwrap().demo;
        let settings = Settings::resolve(demo, query);
        assert!(settings.notes.is_empty(), "{:?}", settings.notes);
        let mut figure = TwoGaussians::new(&settings);
        (0..steps).for_each(|_| figure.step(&settings));
        (figure, settings)
    }

    #[test]
    fn densities_integrate_to_one_and_v_is_minus_log_four_where_they_agree() {
        let pair = Pair::new(0.0, 1.0);
        assert!((pair.integral(|i| pair.p[i]) - 1.0).abs() < 1e-9);
        assert!((pair.best_value() + 4f64.ln()).abs() < 1e-9);
        assert!((0..PLACES).all(|i| pair.best(i) == 0.5));
        // Far apart nothing is left to win: V = 0.
        assert!(Pair::new(8.0, 0.4).best_value().abs() < 1e-9);
    }

    #[test]
    fn the_best_critic_has_slope_minus_one_and_reads_the_gap() {
        let pair = Pair::new(3.0, 1.0);
        let w = pair.integral(|i| -pair.xs[i] * (pair.p[i] - pair.q[i]));
        assert!((w - 3.0).abs() < 1e-6, "{w}");
    }

    #[test]
    fn both_networks_reach_their_optimum() {
        let (figure, settings) = trained("gap=3", 1_500);
        let rows = figure.measure(&settings);
        let (v, best, error) = (rows[0][0], rows[0][1], rows[0][4]);
        assert!(v <= best + 1e-9 && v > best - 0.02, "V {v} of {best}");
        assert!(error < 0.02, "D is off by {error}");
        let (w, gap) = (rows[1][2], rows[1][3]);
        assert!(w <= gap + 1e-6 && w > 0.8 * gap, "W {w} of {gap}");
    }

    #[test]
    fn where_they_agree_the_discriminator_cannot_tell() {
        let (figure, settings) = trained("gap=0", 1_500);
        let v = figure.measure(&settings)[0][0];
        assert!(v <= -(4f64.ln()) + 1e-9 && v > -(4f64.ln()) - 0.02, "{v}");
    }

    #[test]
    fn a_saturated_discriminator_pushes_nobody_and_the_critic_still_does() {
        let (figure, settings) = trained("gap=6", 1_500);
        let rows = figure.measure(&settings);
        assert!(rows[0][5] < 0.05, "discriminator {}", rows[0][5]);
        assert!(rows[1][5] > 0.5, "critic {}", rows[1][5]);
    }
}
