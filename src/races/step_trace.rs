//! A training step taken apart: the tensors of the next step of an arena, stage by stage, without taking it.

use super::arena::{Arena, Batch, Engine};
use super::race::Race;
use crate::models::mlp::matrix;
use crate::runs::read;
use crate::schema::{Panel, Range, Role, Shape, X, Z, mark, plane};
use burn::tensor::Tensor;

/// One stage of a step.
pub struct Stage {
    /// Title shown to the user.
    pub title: &'static str,
    /// What happens, in a sentence or two.
    pub caption: &'static str,
    /// Names of the numbers that belong to it.
    pub values: &'static [&'static str],
    /// Its picture.
    pub panel: Panel,
}

/// Values of f at which the losses of single points are drawn.
const PLACES: usize = 81;
/// Bins of a histogram.
const BINS: usize = 24;
/// Points and arrows drawn of a batch.
const SHOWN: usize = 128;
/// The longest arrow, as a share of the window.
const ARROW: f32 = 0.12;

/// Axes of a square of cells, which say nothing.
const CELLS: [&str; 2] = ["", ""];
const UNIT: Range = Range::Fixed(0.0, 1.0);

/// The stages, first to last.
pub const STAGES: &[Stage] = &[
    Stage {
        title: "Sample z",
        caption: "A batch of latents is drawn. The picture has their first two dimensions.",
        values: &[],
        panel: plane(
            "z",
            Z,
            Range::Fixed(-3.5, 3.5),
            &[mark(Shape::Points, Role::Fake, "z")],
        ),
    },
    Stage {
        title: "Generate",
        caption: "The generator turns every z into a point. Its parameters rest until the end of the step.",
        values: &[],
        panel: plane(
            "G(z)",
            X,
            Range::Window,
            &[mark(Shape::Points, Role::Fake, "G(z)")],
        ),
    },
    Stage {
        title: "Judge the real points",
        caption: "A batch of real points goes through the discriminator or critic: the higher f, the more real they look to it.",
        values: &["mean f of real points"],
        panel: plane(
            "f(x), real",
            ["f", "share"],
            Range::Fit,
            &[mark(Shape::Area, Role::Real, "real")],
        ),
    },
    Stage {
        title: "Judge the generated points",
        caption: "The generated points go through the same network.",
        values: &["mean f of generated points"],
        panel: plane(
            "f(G(z)), generated",
            ["f", "share"],
            Range::Fit,
            &[
                mark(Shape::Area, Role::Real, "real"),
                mark(Shape::Area, Role::Fake, "generated"),
            ],
        ),
    },
    Stage {
        title: "The loss of D",
        caption: "Every point adds its share to the loss: real ones want a high f, generated ones a low one. Where a curve is flat, a point teaches nothing.",
        values: &["loss of D"],
        panel: plane(
            "Loss of a point at f",
            ["f", "loss"],
            Range::Fit,
            &[
                mark(Shape::Line, Role::Real, "of a real point"),
                mark(Shape::Line, Role::Fake, "of a generated point"),
                mark(Shape::Points, Role::Real, ""),
                mark(Shape::Points, Role::Fake, ""),
            ],
        ),
    },
    Stage {
        title: "The gradient of D",
        caption: "Backwards through the network: how the loss changes with each parameter. A cell is a parameter, layer by layer from below.",
        values: &["length of the gradient of D"],
        panel: plane(
            "|∂L/∂θ| of D",
            CELLS,
            UNIT,
            &[mark(Shape::Heat, Role::Real, "")],
        ),
    },
    Stage {
        title: "Update D",
        caption: "The optimiser makes a step of the gradient. Adam evens it out: small gradients move almost as far as large ones.",
        values: &["distance moved by D"],
        panel: plane(
            "|Δθ| of D",
            CELLS,
            UNIT,
            &[mark(Shape::Heat, Role::Real, "")],
        ),
    },
    Stage {
        title: "The push",
        caption: "Now the generator's turn, with fresh latents: through the discriminator as it is now, or as it will be where it is unrolled, every generated point learns where the loss falls.",
        values: &["loss of G"],
        panel: plane(
            "−∂L/∂x at G(z)",
            X,
            Range::Window,
            &[
                mark(Shape::Points, Role::Fake, "G(z)"),
                mark(Shape::Arrows, Role::A, "push"),
            ],
        ),
    },
    Stage {
        title: "The gradient of G",
        caption: "The pushes of all points, backwards through the generator.",
        values: &["length of the gradient of G"],
        panel: plane(
            "|∂L/∂θ| of G",
            CELLS,
            UNIT,
            &[mark(Shape::Heat, Role::Real, "")],
        ),
    },
    Stage {
        title: "Update G",
        caption: "The same latents after the update: the points have moved, not each along its own push, since all share one set of parameters. The move is drawn ten times as long.",
        values: &["distance moved by G"],
        panel: plane(
            "G(z) after the update",
            X,
            Range::Window,
            &[
                mark(Shape::Points, Role::Fake, "G(z)"),
                mark(Shape::Arrows, Role::B, "its move, × 10"),
            ],
        ),
    },
];

impl<E: Engine> Race<E> {
    /// The numbers of every mark of [`STAGES`] for the next step of an arena, and last the numbers that they name.
    // The start page's module does without.
    #[cfg_attr(not(feature = "lab"), allow(dead_code))]
    pub(super) async fn anatomy(&self, arena: usize) -> Result<Vec<Vec<f32>>, String> {
        let before = &self.arenas[arena];
        let [
            z,
            fake,
            f_real,
            f_fake,
            d_loss,
            d_gradient,
            d_moved,
            shown,
            push,
            g_loss,
            g_gradient,
            g_moved,
            moved,
        ] = self.taken_apart(before).await?;
        let (low, high) = span(f_real.iter().chain(&f_fake));
        let places: Vec<f32> = (0..PLACES)
            .map(|i| low + (high - low) * i as f32 / (PLACES - 1) as f32)
            .collect();
        let heights = self.heights(before, [&places, &f_real, &f_fake]).await?;
        let latents: Vec<f32> = z
            .chunks(self.latent_dim)
            .take(SHOWN)
            .flat_map(|z| [z[0], *z.get(1).unwrap_or(&0.0)])
            .collect();
        let [x0, x1, ..] = self.density.window;
        let pushes = fitted(&push, ARROW * (x1 - x0) as f32);
        let moves: Vec<f32> = moved
            .iter()
            .zip(&shown)
            .map(|(b, a)| 10.0 * (b - a))
            .collect();
        let numbers = vec![
            mean(&f_real),
            mean(&f_fake),
            d_loss[0],
            length(&d_gradient),
            length(&d_moved),
            g_loss[0],
            length(&g_gradient),
            length(&g_moved),
        ];
        Ok(vec![
            latents,
            some(&fake),
            histogram(&f_real, low, high),
            histogram(&f_real, low, high),
            histogram(&f_fake, low, high),
            over(&places, &heights[0], PLACES),
            over(&places, &heights[1], PLACES),
            over(&f_real, &heights[2], SHOWN),
            over(&f_fake, &heights[3], SHOWN),
            cells(&d_gradient),
            cells(&d_moved),
            some(&shown),
            arrows(&shown, &pushes),
            cells(&g_gradient),
            some(&moved),
            arrows(&shown, &moves),
            numbers,
        ])
    }

    /// The numbers of an arena's next step, which is taken on a copy: z, G(z), f(x), f(G(z)), loss, gradient and move of D; then G(z) of the
    /// generator's half, the push on it, loss, gradient and move of G, and G(z) after the update.
    #[cfg_attr(not(feature = "lab"), allow(dead_code))]
    async fn taken_apart(&self, before: &Arena<E>) -> Result<[Vec<f32>; 13], String> {
        let mut after = before.clone();
        let mut batch = Batch::default();
        let tensor = |values: &[f32], columns| matrix(values.to_vec(), columns, &self.device);
        self.draw_discriminators(before, &mut batch);
        let view = before.engine.view();
        let (real, z) = (tensor(&batch.real, 2), tensor(&batch.z, self.latent_dim));
        let fake = view.generate(z.clone());
        let [f_real, f_fake] = [&real, &fake].map(|x| view.judge_batch(x.clone()));
        let d_loss = after.discriminator_gradient(&batch).loss.now::<E>().await?;
        let d_gradient = after.engine.discriminators_gradient();
        after.step_discriminator();
        let [_, d_after] = after.engine.parameters();
        for _ in 1..before.knobs.critic_steps {
            self.draw_discriminators(&after, &mut batch);
            after.update_discriminator(&batch);
        }
        self.draw_generators(&after, &mut batch);
        let view = after.engine.view();
        let g_z = tensor(&batch.z, self.latent_dim);
        let shown = view.generate(g_z.clone());
        let ahead = (!batch.real.is_empty()).then(|| tensor(&batch.real, 2));
        let push = view.batch_push(&after.knobs, shown.clone(), ahead);
        let g_loss = after.generator_gradient(&batch).now::<E>().await?;
        let g_gradient = after.engine.generators_gradient();
        after.step_generator();
        let [g_after, _] = after.engine.parameters();
        let moved = after.engine.view().generate(g_z);
        let [g_before, d_before] = before.engine.parameters();
        let numbers = vec![d_gradient, d_before, d_after, g_gradient, g_before, g_after];
        let mut numbers = E::read(numbers).await?.into_iter();
        let mut gradient_and_move = || {
            let [gradient, before, after] = std::array::from_fn(|_| numbers.next().expect("six"));
            let moved = after.iter().zip(&before).map(|(a, b)| a - b).collect();
            [gradient, moved]
        };
        let [d_gradient, d_moved] = gradient_and_move();
        let [g_gradient, g_moved] = gradient_and_move();
        let points = [z, fake, f_real, f_fake, shown, push, moved].map(flat);
        let points: [Vec<f32>; 7] = read(points.to_vec()).await?.try_into().expect("seven");
        let [z, fake, f_real, f_fake, shown, push, moved] = points;
        Ok([
            z,
            fake,
            f_real,
            f_fake,
            vec![d_loss],
            d_gradient,
            d_moved,
            shown,
            push,
            vec![g_loss],
            g_gradient,
            g_moved,
            moved,
        ])
    }

    /// Losses of single points: of real and generated ones at `places`, of real ones at `f_real`, of generated ones at `f_fake`.
    #[cfg_attr(not(feature = "lab"), allow(dead_code))]
    async fn heights(
        &self,
        arena: &Arena<E>,
        [places, f_real, f_fake]: [&[f32]; 3],
    ) -> Result<Vec<Vec<f32>>, String> {
        let terms = |f: &[f32]| {
            let column = matrix(f.to_vec(), 1, &self.device);
            let objective = arena.config.objective;
            objective.discriminator_terms(column.clone(), column)
        };
        let [curve_real, curve_fake] = terms(places);
        let [points_real, _] = terms(f_real);
        let [_, points_fake] = terms(f_fake);
        read(
            [curve_real, curve_fake, points_real, points_fake]
                .map(flat)
                .to_vec(),
        )
        .await
    }
}

fn flat(tensor: Tensor<2>) -> Tensor<1> {
    tensor.reshape([-1])
}

/// The first `n` points of a curve, interleaved.
fn over(x: &[f32], y: &[f32], n: usize) -> Vec<f32> {
    let pairs = x.iter().zip(y).take(n);
    pairs.flat_map(|(x, y)| [*x, *y]).collect()
}

/// The points that are shown, interleaved.
fn some(points: &[f32]) -> Vec<f32> {
    points[..points.len().min(2 * SHOWN)].to_vec()
}

fn mean(values: &[f32]) -> f32 {
    values.iter().sum::<f32>() / values.len() as f32
}

/// Vectors x, y on one scale, the longest of them `most` long.
fn fitted(vectors: &[f32], most: f32) -> Vec<f32> {
    let longest = vectors
        .chunks(2)
        .map(|p| p[0].hypot(p[1]))
        .fold(1e-12, f32::max);
    let scale = most / longest;
    vectors.iter().map(|p| p * scale).collect()
}

/// Least and most, a little apart where they are one.
fn span<'a>(values: impl Iterator<Item = &'a f32>) -> (f32, f32) {
    let (low, high) = values.fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), &v| {
        (low.min(v), high.max(v))
    });
    let pad = 0.05 * (high - low) + 1e-3;
    (low - pad, high + pad)
}

fn length(values: &[f32]) -> f32 {
    values.iter().map(|v| v * v).sum::<f32>().sqrt()
}

/// Shares of values in equal bins, as an interleaved curve of steps.
fn histogram(values: &[f32], low: f32, high: f32) -> Vec<f32> {
    let width = (high - low) / BINS as f32;
    let mut shares = [0.0; BINS];
    for v in values {
        let bin = ((v - low) / width) as usize;
        shares[bin.min(BINS - 1)] += 1.0 / values.len() as f32;
    }
    let step = |(i, share): (usize, &f32)| {
        let from = low + width * i as f32;
        [from, *share, from + width, *share]
    };
    shares.iter().enumerate().flat_map(step).collect()
}

/// Sizes of the values as a square of cells, on an even scale: their square roots; cells left over are 0.
fn cells(values: &[f32]) -> Vec<f32> {
    let side = (values.len() as f64).sqrt().ceil() as usize;
    let mut cells: Vec<f32> = values.iter().map(|v| v.abs().sqrt()).collect();
    cells.resize(side * side, 0.0);
    cells
}

/// Interleaved x, y, dx, dy of the first points.
fn arrows(from: &[f32], by: &[f32]) -> Vec<f32> {
    let pairs = from.chunks(2).zip(by.chunks(2)).take(SHOWN);
    pairs.flat_map(|(a, d)| [a[0], a[1], d[0], d[1]]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::races::arena::Own;
    use crate::races::playground::RACE;
    use crate::runs::settings::Settings;
    use crate::runs::{Budget, Session};
    use pollster::block_on;

    /// A linear generator's last bias moves all points alike, so its gradient is minus the mean of their pushes.
    #[test]
    fn the_push_is_the_one_that_moves_the_generator() {
        let common =
            "g-output=linear&g-width=8&d-width=8&batch=16&latent-dim=2&unroll=3&unroll-rate=0.5";
        for objectives in [
            "unrolled,minibatch,began,non-saturating",
            "minimax,wasserstein-gp,least-squares,r1",
        ] {
            let query = format!("arenas={objectives}&{common}&spectral-norm.3=true");
            let settings = Settings::resolve(&RACE, &query);
            let mut race = Race::<Own>::new(settings, crate::device::cpu());
            let budget = Budget {
                steps: 5,
                millis: f64::INFINITY,
                clock: || 0.0,
            };
            block_on(race.advance(budget)).unwrap();
            for arena in &race.arenas {
                let traced = block_on(race.taken_apart(arena)).unwrap();
                let [push, gradient] = [&traced[8], &traced[10]];
                for axis in 0..2 {
                    let pushes: Vec<f32> = push.iter().skip(axis).step_by(2).copied().collect();
                    let bias = gradient[gradient.len() - 2 + axis];
                    let name = arena.config.objective;
                    assert!(
                        (mean(&pushes) + bias).abs() < 1e-5 * bias.abs().max(1.0),
                        "{name:?}, axis {axis}: {} against {bias}",
                        mean(&pushes)
                    );
                }
            }
        }
    }
}
