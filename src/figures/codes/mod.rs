//! A conditional GAN (Mirza and Osindero 2014), AC-GAN (Odena et al. 2017) and InfoGAN (Chen
//! et al. 2016), from the same latents and codes.
//!
//! All generators take `(z, c)`, `c` uniform. The conditional discriminator sees the label beside the point. AC-GAN's classifies too:
//! `L_C = E log Q(y|x) + E log Q(c|G(z, c))` is maximised by both sides. InfoGAN's never sees a label: both sides maximise the second term,
//! and `L_I = H(c) + E log Q(c|G(z, c)) <= I(c; G(z, c)) <= H(c)` is the bound of the mutual information (its equation 5).

mod row;

pub use row::ROW;

use burn::tensor::{Tensor, activation};
use serde_json::{Value as Json, json};

use crate::data::toys::density::{Density, DensityKind};
use crate::figures::figure::{Draws, Figure, host, mean, network, rates};
use crate::metrics::modes;
use crate::models::mlp::{Mlp, matrix};
use crate::objectives::adversarial::Objective;
use crate::rng::{self, Purpose};
use crate::runs::learner::Learner;
use crate::runs::settings::Settings;

const LATENT: usize = 2;
const RADIUS: f64 = 1.414;
/// Generated points that are drawn, and data.
const SHOWN: usize = 400;
/// A code's number is drawn this many times as far out as its points.
const BESIDE: f32 = 1.28;
const OBJECTIVE: Objective = Objective::NonSaturating;

/// How a discriminator uses labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// The label is one of its inputs.
    Told,
    /// It learns to name the label of data and of generated points.
    Names,
    /// It learns to name the code of generated points alone.
    Guesses,
}

const USES: [Use; 3] = [Use::Told, Use::Names, Use::Guesses];

/// Three GANs on labelled points.
pub struct Codes {
    draws: Draws,
    density: Density,
    /// Number of labels and codes.
    codes: usize,
    players: Vec<Player>,
}

struct Player {
    knows: Use,
    generator: Learner,
    discriminator: Learner,
}

/// Points with their labels.
struct Labelled {
    /// `[n, 2]` data, or `[n, LATENT]` latents.
    at: Tensor<2>,
    labels: Vec<usize>,
    /// `[n, codes]`
    one_hot: Tensor<2>,
}

impl Use {
    /// Raw outputs `[n, 1]` that a point is real, and `[n, codes]` of its label where the discriminator names one.
    fn judge(
        self,
        network: &Mlp,
        x: Tensor<2>,
        one_hot: &Tensor<2>,
    ) -> (Tensor<2>, Option<Tensor<2>>) {
        if self == Self::Told {
            let out = network.forward(Tensor::cat(vec![x, one_hot.clone()], 1));
            return (out, None);
        }
        let out = network.forward(x);
        let codes = one_hot.dims()[1];
        (out.clone().narrow(1, 0, 1), Some(out.narrow(1, 1, codes)))
    }
}

/// `E log Q(c|x)` in nats, `[1]`.
fn log_likelihood(logits: Tensor<2>, one_hot: &Tensor<2>) -> Tensor<1> {
    (activation::log_softmax(logits, 1) * one_hot.clone())
        .sum_dim(1)
        .mean()
}

/// Mutual information in nats of pairs of `(code, mode)`, from their counts.
fn mutual_information(pairs: &[(usize, usize)], codes: usize, modes: usize) -> f64 {
    let share = 1.0 / pairs.len() as f64;
    let mut joint = vec![vec![0.0; modes]; codes];
    for &(code, mode) in pairs {
        joint[code][mode] += share;
    }
    let of_code: Vec<f64> = joint.iter().map(|row| row.iter().sum()).collect();
    let of_mode = |mode: usize| joint.iter().map(|row| row[mode]).sum::<f64>();
    let of_mode: Vec<f64> = (0..modes).map(of_mode).collect();
    let mut information = 0.0;
    for (row, p_code) in joint.iter().zip(&of_code) {
        for (p, p_mode) in row.iter().zip(&of_mode).filter(|(p, _)| **p > 0.0) {
            information += p * libm::log(p / (p_code * p_mode));
        }
    }
    information
}

impl Player {
    fn generate(&self, network: &Mlp, z: &Labelled) -> Tensor<2> {
        network.forward(Tensor::cat(vec![z.at.clone(), z.one_hot.clone()], 1))
    }

    fn update_discriminator(&mut self, settings: &Settings, real: &Labelled, z: &Labelled) {
        let fake = self.generate(&self.generator.network, z);
        let leaves = self.discriminator.network.tracked();
        let (real_out, real_labels) = self.knows.judge(&leaves, real.at.clone(), &real.one_hot);
        let (fake_out, fake_labels) = self.knows.judge(&leaves, fake, &z.one_hot);
        let mut loss = OBJECTIVE.discriminator_loss(real_out, fake_out);
        let weight = settings.float("lambda", 0);
        if let Some(logits) = fake_labels {
            loss = loss - log_likelihood(logits, &z.one_hot) * weight;
        }
        if let Some(logits) = real_labels.filter(|_| self.knows == Use::Names) {
            loss = loss - log_likelihood(logits, &real.one_hot) * weight;
        }
        let gradient = leaves.gradients(&loss);
        self.discriminator
            .step(rates(settings, "lr-d"), gradient, None);
    }

    fn update_generator(&mut self, settings: &Settings, z: &Labelled) {
        let leaves = self.generator.network.tracked();
        let fake = self.generate(&leaves, z);
        let (out, labels) = self
            .knows
            .judge(&self.discriminator.network, fake, &z.one_hot);
        let mut loss = OBJECTIVE.generator_loss(out);
        if let Some(logits) = labels {
            loss = loss - log_likelihood(logits, &z.one_hot) * settings.float("lambda", 0);
        }
        let gradient = leaves.gradients(&loss);
        self.generator.step(rates(settings, "lr-g"), gradient, None);
    }
}

impl Codes {
    fn labelled(&self, at: Tensor<2>, labels: Vec<usize>) -> Labelled {
        let mut one_hot = vec![0.0; labels.len() * self.codes];
        for (row, label) in labels.iter().enumerate() {
            one_hot[row * self.codes + label] = 1.0;
        }
        Labelled {
            at,
            one_hot: matrix(one_hot, self.codes, &self.draws.device),
            labels,
        }
    }

    /// The label of a mode: neighbours share one where there are fewer labels than modes.
    fn label(&self, mode: usize) -> usize {
        mode * self.codes / self.density.modes.len()
    }

    fn data(&self, purpose: Purpose, index: u64, n: usize) -> Labelled {
        let modes = &self.density.modes;
        let mut stream = rng::stream(self.draws.seed, purpose, index);
        let pick = |u: f32| ((u * modes.len() as f32) as usize).min(modes.len() - 1);
        let which: Vec<usize> = rng::uniform(&mut stream, n).into_iter().map(pick).collect();
        let noise = rng::normal(&mut stream, 2 * n);
        let point = |(k, e): (&usize, &[f32])| {
            [0, 1].map(|axis| (modes[*k][axis] + self.density.sigma * f64::from(e[axis])) as f32)
        };
        let at = which.iter().zip(noise.chunks(2)).flat_map(point);
        let at = matrix(at.collect(), 2, &self.draws.device);
        self.labelled(at, which.into_iter().map(|k| self.label(k)).collect())
    }

    /// Latents with codes, which take turns, so that each is equally frequent.
    fn latents(&self, purpose: Purpose, index: u64, n: usize) -> Labelled {
        let at = self.draws.normal(purpose, index, n, LATENT);
        self.labelled(at, (0..n).map(|k| k % self.codes).collect())
    }

    fn nearest_mode(&self, point: &[f32]) -> usize {
        let distance =
            |m: &[f64; 2]| (f64::from(point[0]) - m[0]).hypot(f64::from(point[1]) - m[1]);
        let all = self.density.modes.iter().map(distance).enumerate();
        all.min_by(|a, b| a.1.total_cmp(&b.1)).expect("modes").0
    }

    /// `H(c)` in nats.
    fn entropy(&self) -> f64 {
        libm::log(self.codes as f64)
    }
}

impl Figure for Codes {
    const COLUMNS: &'static [&'static str] =
        &["bound", "information", "agree", "modes", "high_quality"];
    const RUNS: &'static [&'static str] = &["conditional", "AC-GAN", "InfoGAN"];

    fn new(settings: &Settings) -> Self {
        let draws = Draws::new(settings);
        let codes = settings.int("codes", 0);
        let width = settings.int("width", 0);
        let learner = |config, purpose| draws.learner(config, purpose, 0);
        let player = |knows| Player {
            knows,
            generator: learner(network(LATENT + codes, 2, width), Purpose::InitGenerator),
            discriminator: learner(
                match knows {
                    Use::Told => network(2 + codes, 1, width),
                    _ => network(2, 1 + codes, width),
                },
                Purpose::InitDiscriminator,
            ),
        };
        Self {
            density: Density::new(DensityKind::Ring8, RADIUS, settings.float("sigma", 0), &[]),
            codes,
            players: USES.map(player).into(),
            draws,
        }
    }

    fn step(&mut self, settings: &Settings) {
        let batch = settings.int("batch", 0);
        let n = self.players[0].generator.optimiser.time;
        let real = self.data(Purpose::Data, n, batch);
        let judged = self.latents(Purpose::NoiseDiscriminator, n, batch);
        let z = self.latents(Purpose::NoiseGenerator, n, batch);
        for player in &mut self.players {
            player.update_discriminator(settings, &real, &judged);
            player.update_generator(settings, &z);
        }
    }

    fn measure(&self, _: &Settings) -> Vec<Vec<f64>> {
        let z = self.latents(Purpose::Measure, 0, modes::SAMPLES);
        let row = |player: &Player| {
            let fake = player.generate(&player.generator.network, &z);
            let named = player
                .knows
                .judge(&player.discriminator.network, fake.clone(), &z.one_hot)
                .1;
            let bound = named.map_or(f64::NAN, |logits| {
                self.entropy() + f64::from(host(log_likelihood(logits, &z.one_hot))[0])
            });
            let points = host(fake);
            let nearest: Vec<usize> = points.chunks(2).map(|p| self.nearest_mode(p)).collect();
            let pairs: Vec<_> = z.labels.iter().copied().zip(nearest).collect();
            let agree = |&&(code, mode): &&(usize, usize)| self.label(mode) == code;
            let agree = pairs.iter().filter(agree).count() as f64 / pairs.len() as f64;
            let coverage = modes::coverage(&self.density, &points).expect("a ring has modes");
            vec![
                bound,
                mutual_information(&pairs, self.codes, self.density.modes.len()),
                // InfoGAN never sees labels, so its codes have no label to agree with.
                if player.knows == Use::Guesses {
                    f64::NAN
                } else {
                    agree
                },
                coverage.strict as f64,
                coverage.high_quality,
            ]
        };
        self.players.iter().map(row).collect()
    }

    fn references(&self, _: &Settings) -> Json {
        json!({ "bound": self.entropy(), "agree": 1.0, "modes": self.density.modes.len() })
    }

    fn window(&self) -> Option<[f64; 4]> {
        Some(self.density.window)
    }

    fn draw(&self, _: &Settings, _: usize) -> Vec<Vec<f32>> {
        let real = host(self.data(Purpose::View, 0, SHOWN).at);
        let z = self.latents(Purpose::View, 1, SHOWN);
        let mut marks = vec![];
        for player in &self.players {
            let points = host(player.generate(&player.generator.network, &z));
            let hue = |code: usize| code as f32 / self.codes as f32;
            let coloured = points.chunks(2).zip(&z.labels);
            let centre = |code: usize| {
                let own = points.chunks(2).zip(&z.labels).filter(|(_, c)| **c == code);
                let (xs, ys): (Vec<f32>, Vec<f32>) = own.map(|(p, _)| (p[0], p[1])).unzip();
                [
                    BESIDE * mean(&xs) as f32,
                    BESIDE * mean(&ys) as f32,
                    (code + 1) as f32,
                ]
            };
            marks.extend([
                real.clone(),
                coloured.flat_map(|(p, c)| [p[0], p[1], hue(*c)]).collect(),
                (0..self.codes).flat_map(centre).collect(),
            ]);
        }
        marks
    }

    fn parts(&mut self) -> (Vec<&mut Learner>, Vec<&mut f32>) {
        let learners = self.players.iter_mut();
        let learners = learners.flat_map(|p| [&mut p.generator, &mut p.discriminator]);
        (learners.collect(), vec![])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trained(query: &str, steps: usize) -> (Codes, Vec<Vec<f64>>) {
        let demo = &crate::figures::figure("codes").unwrap().demo;
        let settings = Settings::resolve(demo, query);
        assert!(settings.notes.is_empty(), "{:?}", settings.notes);
        let mut figure = Codes::new(&settings);
        for _ in 0..steps {
            figure.step(&settings);
        }
        let rows = figure.measure(&settings);
        (figure, rows)
    }

    #[test]
    fn mutual_information_is_the_entropy_of_a_bijection_and_none_of_chance() {
        let same: Vec<_> = (0..80).map(|k| (k % 8, (3 * k) % 8)).collect();
        assert!((mutual_information(&same, 8, 8) - 8f64.ln()).abs() < 1e-12);
        let chance: Vec<_> = (0..64).map(|k| (k % 8, k / 8)).collect();
        assert!(mutual_information(&chance, 8, 8).abs() < 1e-12);
    }

    /// `H(c) + E log Q(c|x)` in double precision from the numbers that a discriminator gives for generated points, and the mutual
    /// information of codes and of the cells of a grid, in which no discriminator has a part.
    fn bound_and_information(figure: &Codes, player: &Player) -> (f64, f64) {
        const SIDE: usize = 24;
        let z = figure.latents(Purpose::View, 9, 20_000);
        let fake = player.generate(&player.generator.network, &z);
        let points = host(fake.clone());
        let outputs = host(player.discriminator.network.forward(fake));
        let log_q = |(row, &code): (&[f32], &usize)| {
            let logits: Vec<f64> = row[1..].iter().map(|&v| f64::from(v)).collect();
            logits[code] - logits.iter().map(|v| v.exp()).sum::<f64>().ln()
        };
        let rows = outputs.chunks(1 + figure.codes).zip(&z.labels);
        let mean = rows.map(log_q).sum::<f64>() / z.labels.len() as f64;
        let cell = |p: &[f32]| {
            let at = |v: f32| ((f64::from(v) / 2.5 + 1.0) * 0.5 * SIDE as f64).max(0.0) as usize;
            at(p[0]).min(SIDE - 1) * SIDE + at(p[1]).min(SIDE - 1)
        };
        let cells = points.chunks(2).map(cell);
        let pairs: Vec<_> = z.labels.iter().copied().zip(cells).collect();
        let information = mutual_information(&pairs, figure.codes, SIDE * SIDE);
        ((figure.codes as f64).ln() + mean, information)
    }

    #[test]
    fn the_bound_rises_from_nothing_and_stays_below_the_information() {
        let (mut figure, fresh) = trained("", 0);
        let settings = Settings::resolve(&crate::figures::figure("codes").unwrap().demo, "");
        let guesses = |rows: &[Vec<f64>]| rows[2][0];
        // Logits of fresh weights say next to nothing about the code: it costs up to its whole entropy.
        assert!(guesses(&fresh) < 0.05, "{fresh:?}");
        let mut last = guesses(&fresh);
        for steps in [50, 150, 400] {
            for _ in 0..steps {
                figure.step(&settings);
            }
            let rows = figure.measure(&settings);
            assert!(guesses(&rows) > last, "{last}, then {rows:?}");
            last = guesses(&rows);
            for (player, row) in figure.players.iter().zip(&rows).skip(1) {
                let (bound, information) = bound_and_information(&figure, player);
                assert!((bound - row[0]).abs() < 0.1, "{bound}, {row:?}");
                assert!(bound < information + 0.02, "{bound}, {information}");
            }
        }
    }

    #[test]
    fn without_information_in_the_codes_the_bound_is_below_zero() {
        let (figure, rows) = trained("lambda=0", 300);
        let (bound, _) = bound_and_information(&figure, &figure.players[2]);
        assert!(
            rows[2][0] < 0.0 && (bound - rows[2][0]).abs() < 0.1,
            "{bound}, {rows:?}"
        );
    }

    #[test]
    fn data_lie_at_the_mode_of_their_label() {
        let (figure, _) = trained("codes=4", 0);
        let data = figure.data(Purpose::Data, 0, 500);
        for (point, label) in host(data.at).chunks(2).zip(&data.labels) {
            assert_eq!(figure.label(figure.nearest_mode(point)), *label);
        }
        assert_eq!(figure.label(7), 3);
    }

    #[test]
    fn told_and_named_labels_are_obeyed_and_codes_find_modes_of_their_own() {
        for seed in 1..=2 {
            let (figure, rows) = trained(&format!("seed={seed}"), 800);
            let most = figure.entropy();
            assert!(rows[0][2] > 0.9 && rows[1][2] > 0.9, "{rows:?}");
            let [bound, information] = [rows[2][0], rows[2][1]];
            assert!(bound > 0.75 * most && information > 0.75 * most, "{rows:?}");
        }
    }
}
