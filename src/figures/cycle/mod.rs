//! CycleGAN between two densities in the plane (Zhu et al. 2017), with and without the cycle loss.
//!
//! `F: A -> B` and `G: B -> A` each play a least-squares GAN against a discriminator of their target, on unpaired points. One run adds
//! `lambda (E |G(F(a)) - a|_1 + E |F(G(b)) - b|_1)` (its equation 2). Both learn to match the marginals; only the cycle loss decides which point is mapped
//! where, so that the second map inverts the first.

mod row;

pub use row::ROW;

use burn::tensor::Tensor;
use serde_json::{Value as Json, json};

use crate::data::toys::density::{Density, DensityKind};
use crate::figures::figure::{
    Draws, Figure, arrows, by_direction, host, mean_distance, network, rates,
};
use crate::metrics::transport;
use crate::objectives::adversarial::Objective;
use crate::rng::Purpose;
use crate::runs::learner::{Game, Learner};
use crate::runs::settings::Settings;

/// Half-width of the drawn square.
pub(crate) const HALF: f64 = 2.4;
/// Points in measures, and in pictures.
const MEASURED: usize = 256;
const SHOWN: usize = 350;
const OBJECTIVE: Objective = Objective::LeastSquares;

/// Two pairs of maps between the same densities.
pub struct Cycle {
    draws: Draws,
    densities: [Density; 2],
    /// With the cycle loss, without.
    runs: [Maps; 2],
}

/// Learners of one run; index 0 maps from A, or judges points that are mapped to A.
struct Maps {
    maps: [Learner; 2],
    judges: [Learner; 2],
}

impl Maps {
    /// Points of the density `side`, mapped to the other.
    fn there(&self, side: usize, x: Tensor<2>) -> Tensor<2> {
        self.maps[side].network.forward(x)
    }

    /// The same, mapped back.
    fn back(&self, side: usize, x: Tensor<2>) -> Tensor<2> {
        self.there(1 - side, self.there(side, x))
    }
}

impl Cycle {
    /// Points of both densities.
    fn points(&self, purpose: Purpose, index: u64, n: usize) -> [Tensor<2>; 2] {
        [0, 1].map(|side| {
            // Unpaired: the two have streams of their own.
            self.draws
                .points(&self.densities[side], purpose, 2 * index + side as u64, n)
        })
    }
}

impl Figure for Cycle {
    const COLUMNS: &'static [&'static str] = &["cycle", "w1_there", "w1_back"];
    const RUNS: &'static [&'static str] = &["with cycle loss", "without"];
    /// Optimal transport costs as much as several steps.
    const MEASURE_EVERY: u64 = 20;

    fn new(settings: &Settings) -> Self {
        let draws = Draws::new(settings);
        let width = settings.int("width", 0);
        let learner =
            |outputs, purpose, number| draws.learner(network(2, outputs, width), purpose, number);
        let maps = || Maps {
            maps: [0, 1].map(|side| learner(2, Purpose::InitGenerator, side)),
            judges: [0, 1].map(|side| learner(1, Purpose::InitDiscriminator, side)),
        };
        let density = |key| {
            let kind = settings.choice(key, 0, DensityKind::from_id);
            let (radius, sigma) = kind.defaults();
            Density::new(kind, radius, sigma, &[])
        };
        Self {
            densities: ["from", "to"].map(density),
            runs: [maps(), maps()],
            draws,
        }
    }

    fn step(&mut self, settings: &Settings) {
        let batch = settings.int("batch", 0);
        let n = self.runs[0].maps[0].optimiser.time;
        let judged = self.points(Purpose::Data, 2 * n, batch);
        let moved = self.points(Purpose::Data, 2 * n + 1, batch);
        let game = Game {
            objective: OBJECTIVE,
            rates: rates(settings, "lr-d"),
            lambda: 0.0,
            clip: f64::INFINITY,
            seed: self.draws.seed,
        };
        for (run, weight) in self.runs.iter_mut().zip([settings.float("lambda", 0), 0.0]) {
            for side in [0, 1] {
                let fake = run.there(1 - side, judged[1 - side].clone());
                run.judges[side].oppose(&game, judged[side].clone(), fake);
            }
            let maps = run.maps.each_ref().map(|map| map.network.tracked());
            let loss = |side: usize| {
                let there = maps[side].forward(moved[side].clone());
                let judge = &run.judges[1 - side].network;
                let loss = OBJECTIVE.generator_loss(judge.forward(there.clone()));
                if weight == 0.0 {
                    return loss;
                }
                let back = maps[1 - side].forward(there) - moved[side].clone();
                loss + back.abs().sum_dim(1).mean() * weight
            };
            let mut gradients = (loss(0) + loss(1)).backward();
            for (learner, map) in run.maps.iter_mut().zip(&maps) {
                let gradient = map.take_gradients(&mut gradients);
                learner.step(rates(settings, "lr-g"), gradient, None);
            }
        }
    }

    fn measure(&self, _: &Settings) -> Vec<Vec<f64>> {
        let points = self.points(Purpose::Measure, 0, MEASURED);
        let row = |run: &Maps| {
            let read = |side: usize| {
                let x = points[side].clone();
                let there = host(run.there(side, x.clone()));
                let back = host(run.back(side, x.clone()));
                let w1 = transport::wasserstein1(&host(points[1 - side].clone()), &there);
                (mean_distance(&host(x), &back), w1.unwrap_or(f64::NAN))
            };
            let [(a, there), (b, back)] = [0, 1].map(read);
            vec![(a + b) / 2.0, there, back]
        };
        self.runs.iter().map(row).collect()
    }

    fn references(&self, _: &Settings) -> Json {
        json!({ "cycle": 0.0 })
    }

    fn draw(&self, _: &Settings, _: usize) -> Vec<Vec<f32>> {
        let [a, b] = self.points(Purpose::View, 0, SHOWN);
        let (from, target) = (host(a.clone()), host(b));
        let mut marks = vec![];
        for run in &self.runs {
            let there = host(run.there(0, a.clone()));
            let back = host(run.back(0, a.clone()));
            marks.extend([
                target.clone(),
                by_direction(&there, &from),
                arrows(&from, &back),
                by_direction(&from, &from),
            ]);
        }
        marks
    }

    fn parts(&mut self) -> (Vec<&mut Learner>, Vec<&mut f32>) {
        let learners = self.runs.iter_mut();
        let learners = learners.flat_map(|run| run.maps.iter_mut().chain(&mut run.judges));
        (learners.collect(), vec![])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_match_the_marginals_and_only_one_finds_the_way_back() {
        let demo = &crate::figures::figure("cycle").unwrap().demo;
        for preset in demo.presets {
            let settings = Settings::resolve(demo, &format!("preset={}", preset.id));
            let mut figure = Cycle::new(&settings);
            let before = figure.measure(&settings);
            (0..1_500).for_each(|_| figure.step(&settings));
            let after = figure.measure(&settings);
            for (before, after) in before.iter().zip(&after) {
                let matched = [1, 2].map(|column| after[column] < 0.75 * before[column]);
                assert_eq!(matched, [true; 2], "{}: {before:?} {after:?}", preset.id);
            }
            let [with, without] = [after[0][0], after[1][0]];
            assert!(with < 0.3 * without, "{}: {with} {without}", preset.id);
        }
    }
}
