//! Weight clipping against the gradient penalty (Gulrajani et al. 2017, figure 1).
//!
//! Four critics between data and a fixed generator, `G = x + N(0, I)`: one with penalty, three with weights clipped to `[-c, c]`. All
//! maximise `E f(x) - E f(G)`. What is drawn: their values, each over a range of its own; the norm of `df/dh` at the input `h` of
//! every layer, which clipping makes explode or vanish exponentially with depth; and their weights, which it drives to its bounds.

mod row;

pub use row::ROW;

use burn::tensor::Tensor;
use serde_json::{Value as Json, json};

use crate::data::toys::density::Density;
use crate::figures::figure::{
    Draws, Figure, curve, density, host, mean, middles, network, rates, square_grid,
};
use crate::metrics::transport;
use crate::models::mlp::{Mlp, MlpConfig, matrix};
use crate::objectives::adversarial::{self, Objective};
use crate::rng::{self, Purpose};
use crate::runs::learner::{Game, Learner};
use crate::runs::optimiser::Rates;
use crate::runs::settings::Settings;

/// The bound of each critic; none for the one with penalty.
const CLIPS: [Option<f64>; 4] = [None, Some(0.1), Some(0.01), Some(0.001)];
/// Half-width of the drawn square.
pub(crate) const HALF: f64 = 3.0;
/// Points of each side in measures.
const MEASURED: usize = 256;
/// Points of the gradient norms, of each side.
const PROBED: usize = 24;
/// Data that are drawn.
const SHOWN: usize = 250;
/// Cells of the weight histogram.
const BINS: usize = 40;
/// Points along each side of a surface, at most: there are four.
const SIDE: usize = 64;
/// Standard deviation of the places around a point that are compared with it.
const NEAR: f64 = 0.25;
/// Values that differ by less than this share of themselves differ by rounding.
const FLAT: f32 = 2e-6;

/// Critics between fixed densities.
pub struct Clipping {
    draws: Draws,
    density: Density,
    critics: Vec<Learner>,
    /// Optimal transport between real and generated points.
    distance: f64,
}

/// A critic's output at the measured points.
struct Reading {
    /// Mean norm on lines between real and generated points.
    norm: f64,
    /// `E f(x) - E f(G)` over the steepest slope: a lower bound of W1, up to the slope between the places looked at.
    gap: f64,
    /// How much higher data lie than the places around them, over what a cone of the steepest slope on every point would have.
    peaks: f64,
}

/// Norm of every row; in double precision, where the square of a gradient that vanishes is still a number.
fn norms(rows: Tensor<2>) -> Vec<f64> {
    let [_, columns] = rows.dims();
    let norm = |row: &[f32]| {
        row.iter()
            .map(|&v| f64::from(v).powi(2))
            .sum::<f64>()
            .sqrt()
    };
    host(rows).chunks(columns).map(norm).collect()
}

/// All weights of a network without its biases, over `c`, or over the largest where there is no bound.
fn relative_weights(network: &Mlp, c: Option<f64>) -> Vec<f64> {
    let layers = network.layers.iter().map(|layer| layer.weight.clone());
    let weights: Vec<f32> = layers.flat_map(host).collect();
    let largest = weights.iter().fold(1e-12f32, |most, w| most.max(w.abs()));
    let bound = c.unwrap_or(f64::from(largest));
    weights.into_iter().map(|w| f64::from(w) / bound).collect()
}

impl Clipping {
    /// Real and generated points.
    fn points(&self, purpose: Purpose, index: u64, n: usize) -> [Tensor<2>; 2] {
        let draw = |number| {
            self.draws
                .points(&self.density, purpose, 3 * index + number, n)
        };
        let noise = self.draws.normal(purpose, 3 * index + 2, n, 2);
        [draw(0), draw(1) + noise]
    }

    fn reading(&self, critic: &Mlp) -> Reading {
        let [real, fake] = self.points(Purpose::Measure, 0, MEASURED);
        let mut stream = rng::stream(self.draws.seed, Purpose::Penalty, u64::MAX);
        let eps = matrix(rng::uniform(&mut stream, MEASURED), 1, &self.draws.device);
        let nudge = self.draws.normal(Purpose::View, 1, MEASURED, 2) * NEAR;
        let between = adversarial::interpolate(real.clone(), fake.clone(), eps);
        let slopes = |x| norms(critic.input_gradient(x));
        let between = slopes(between);
        let all = [slopes(real.clone()), slopes(fake.clone())].concat();
        let steepest = all.iter().chain(&between).copied().fold(0.0, f64::max);
        let value = |x| mean(&host(critic.forward(x)));
        let [here, near] = [real.clone(), real + nudge.clone()].map(value);
        let far = norms(nudge);
        Reading {
            norm: between.iter().sum::<f64>() / MEASURED as f64,
            gap: (here - value(fake)) / steepest,
            peaks: (here - near) * MEASURED as f64 / (steepest * far.iter().sum::<f64>()),
        }
    }

    /// Mean norm of the gradient at the input of every hidden layer, first to last.
    fn layer_norms(&self, critic: &Mlp) -> Vec<f64> {
        let x = Tensor::cat(self.points(Purpose::Measure, 0, PROBED).to_vec(), 0);
        let mean_norm = |g| norms(g).iter().sum::<f64>() / (2 * PROBED) as f64;
        critic
            .layer_gradients(x)
            .into_iter()
            .map(mean_norm)
            .collect()
    }

    /// Values of a critic over the drawn square, centred and scaled to a range of 1; 0 where they hardly differ.
    fn surface(&self, critic: &Mlp, side: usize) -> Vec<f32> {
        let at = matrix(square_grid(-HALF, HALF, side), 2, &self.draws.device);
        let values = host(critic.forward(at));
        let least = values.iter().copied().fold(f32::INFINITY, f32::min);
        let most = values.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let (range, middle) = (most - least, (most + least) / 2.0);
        let scale = if range > FLAT * middle.abs() {
            1.0 / range
        } else {
            0.0
        };
        values.into_iter().map(|v| (v - middle) * scale).collect()
    }
}

/// Share of the weights in each cell of [-1, 1], drawn at their middles.
fn histogram(weights: &[f64]) -> Vec<f32> {
    let mut shares = [0.0; BINS];
    for w in weights {
        let cell = ((w + 1.0) / 2.0 * BINS as f64) as usize;
        shares[cell.min(BINS - 1)] += 1.0 / weights.len() as f64;
    }
    curve(&middles(-1.0, 1.0, BINS), |i| shares[i])
}

impl Figure for Clipping {
    const COLUMNS: &'static [&'static str] = &["peaks", "w", "norm", "factor", "at_bound"];
    const RUNS: &'static [&'static str] = &["penalty", "c = 0.1", "c = 0.01", "c = 0.001"];
    /// Norms and distances cost as much as several steps.
    const MEASURE_EVERY: u64 = 20;

    fn new(settings: &Settings) -> Self {
        let draws = Draws::new(settings);
        let config = MlpConfig {
            depth: settings.int("depth", 0),
            ..network(2, 1, settings.int("width", 0))
        };
        let critic = |_| draws.learner(config, Purpose::InitDiscriminator, 0);
        let mut figure = Self {
            density: density(settings),
            critics: CLIPS.map(critic).into(),
            distance: f64::NAN,
            draws,
        };
        let [real, fake] = figure.points(Purpose::Measure, 0, MEASURED).map(host);
        figure.distance = transport::wasserstein1(&real, &fake).unwrap_or(f64::NAN);
        figure
    }

    fn step(&mut self, settings: &Settings) {
        let n = self.critics[0].optimiser.time;
        let [real, fake] = self.points(Purpose::Data, n, settings.int("batch", 0));
        for (critic, clip) in self.critics.iter_mut().zip(CLIPS) {
            let game = Game {
                objective: match clip {
                    Some(_) => Objective::WassersteinClip,
                    None => Objective::WassersteinGp,
                },
                rates: match clip {
                    // A share of the bound, so that all clipped critics cross their boxes equally fast.
                    Some(c) => Rates {
                        lr: c * settings.float("lr-clip", 0),
                        ..rates(settings, "lr-d")
                    },
                    None => rates(settings, "lr-d"),
                },
                lambda: settings.float("lambda", 0),
                clip: clip.unwrap_or(f64::INFINITY),
                seed: self.draws.seed,
            };
            critic.oppose(&game, real.clone(), fake.clone());
        }
    }

    fn measure(&self, _: &Settings) -> Vec<Vec<f64>> {
        let row = |(critic, clip): (&Learner, Option<f64>)| {
            let reading = self.reading(&critic.network);
            let norms = self.layer_norms(&critic.network);
            let (first, last) = (norms[0], norms[norms.len() - 1]);
            let layers = (norms.len() - 1) as f64;
            let weights = relative_weights(&critic.network, clip);
            let at_bound = weights.iter().filter(|w| w.abs() > 0.99).count();
            vec![
                reading.peaks,
                reading.gap,
                reading.norm,
                libm::pow(first / last, 1.0 / layers),
                clip.map_or(f64::NAN, |_| at_bound as f64 / weights.len() as f64),
            ]
        };
        self.critics.iter().zip(CLIPS).map(row).collect()
    }

    fn references(&self, _: &Settings) -> Json {
        json!({ "w": self.distance, "factor": 1.0 })
    }

    fn draw(&self, _: &Settings, side: usize) -> Vec<Vec<f32>> {
        let data = host(self.draws.points(&self.density, Purpose::View, 0, SHOWN));
        let mut marks = vec![];
        for critic in &self.critics {
            marks.push(self.surface(&critic.network, side.min(SIDE)));
            marks.push(data.clone());
        }
        for critic in &self.critics {
            let norms = self.layer_norms(&critic.network);
            let layers: Vec<f64> = (0..norms.len()).map(|l| l as f64).collect();
            // A gradient of 0 has no logarithm.
            marks.push(curve(&layers, |l| match norms[l] {
                0.0 => f64::NAN,
                norm => libm::log10(norm),
            }));
        }
        for (critic, clip) in self.critics.iter().zip(CLIPS) {
            marks.push(histogram(&relative_weights(&critic.network, clip)));
        }
        marks
    }

    fn parts(&mut self) -> (Vec<&mut Learner>, Vec<&mut f32>) {
        (self.critics.iter_mut().collect(), vec![])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trained(query: &str, steps: usize) -> (Clipping, Vec<Vec<f64>>) {
        let demo = &crate::figures::figure("clipping").unwrap().demo;
        let settings = Settings::resolve(demo, query);
        assert!(settings.notes.is_empty(), "{:?}", settings.notes);
        let mut figure = Clipping::new(&settings);
        (0..steps).for_each(|_| figure.step(&settings));
        let rows = figure.measure(&settings);
        (figure, rows)
    }

    #[test]
    fn the_penalised_critic_rises_towards_the_data_and_clipped_ones_hardly() {
        for (preset, steps, times) in [("ring", 600, 2.0), ("swiss-roll", 800, 1.0)] {
            let (figure, rows) = trained(&format!("preset={preset}"), steps);
            let peaks: Vec<f64> = rows.iter().map(|row| row[0]).collect();
            let clipped = peaks[1..].iter().copied().fold(0.0, f64::max);
            assert!(peaks[0] > times * clipped, "{preset}: {peaks:?}");
            let seen = rows[0][1] / figure.distance;
            assert!(seen > 0.5 && seen < 1.1, "{preset}: {seen} of W1");
        }
    }

    #[test]
    fn through_twelve_layers_gradients_vanish_or_explode_under_clipping_and_not_under_the_penalty()
    {
        let (_, rows) = trained("preset=deep", 300);
        let factors: Vec<f64> = rows.iter().map(|row| row[3]).collect();
        assert!((factors[0] - 1.0).abs() < 0.25, "penalty {factors:?}");
        assert!(factors[3] < 0.1 && factors[2] < 0.1, "vanish: {factors:?}");
        assert!(factors[1] > 1.25, "explodes: {factors:?}");
    }

    #[test]
    fn clipping_drives_weights_to_their_bounds() {
        let (figure, rows) = trained("", 300);
        for (critic, clip) in figure.critics.iter().zip(CLIPS).skip(1) {
            let largest = host(critic.parameters.clone().abs().max())[0];
            assert!(f64::from(largest) <= clip.unwrap() * (1.0 + 1e-6));
        }
        assert!(rows[1..].iter().all(|row| row[4] > 0.3), "{rows:?}");
        let sum: f32 = histogram(&relative_weights(&figure.critics[0].network, None))
            .chunks(2)
            .map(|bin| bin[1])
            .sum();
        assert!((sum - 1.0).abs() < 1e-4, "{sum}");
    }
}
