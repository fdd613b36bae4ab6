//! Latents: drawn, joined by paths, averaged, and moved along directions.

use std::collections::BTreeMap;

use rand_distr::{Distribution, StandardNormal};
use serde::Deserialize;

use super::answer::{Answer, floats, within};
use super::{COUNT_MAX, Explorer};
use crate::rng::{Purpose, stream};

/// Most rows and columns of a grid.
const SIDE_MAX: usize = 32;
/// Most redraws of a truncated latent value.
const REDRAWS_MAX: usize = 1_000;

/// How to get from one latent to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Path {
    /// `(1 - t) a + t b`.
    Linear,
    /// Along the great circle (White 2016, section 2.1): keeps the length that Gaussian latents have.
    #[default]
    Spherical,
}

impl Path {
    /// The latent at `t` in [0, 1] from `a` to `b`.
    pub(in crate::exhibits) fn between(self, a: &[f32], b: &[f32], t: f32) -> Vec<f32> {
        let mix = |wa: f32, wb: f32| a.iter().zip(b).map(|(a, b)| wa * a + wb * b).collect();
        let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f32>();
        let lengths = (dot(a, a) * dot(b, b)).sqrt();
        let angle = libm::acosf((dot(a, b) / lengths).clamp(-1.0, 1.0));
        let sine = libm::sinf(angle);
        // Nearly parallel or opposite, or no direction at all: the great circle is not defined.
        if self == Self::Linear || !sine.is_finite() || sine < 1e-4 || t == 0.0 || t == 1.0 {
            return mix(1.0 - t, t);
        }
        mix(
            libm::sinf((1.0 - t) * angle) / sine,
            libm::sinf(t * angle) / sine,
        )
    }
}

/// `i` of `n` on [0, 1], ends included.
pub(super) fn fraction(i: usize, n: usize) -> f32 {
    if n < 2 {
        0.5
    } else {
        i as f32 / (n - 1) as f32
    }
}

impl Explorer {
    /// Latents of a seed, of which each has its own stream, so a longer wall begins with the shorter one.
    pub(super) fn drawn_latents(
        &self,
        seed: u64,
        start: u64,
        count: usize,
        truncation: f32,
    ) -> Result<Answer, String> {
        within("number of latents", count, COUNT_MAX)?;
        let each = (start..start.saturating_add(count as u64))
            .flat_map(|i| self.latent_of(seed, i, truncation));
        self.latents(each.collect())
    }

    /// Latent `index` of a seed; each has its own stream, so a longer wall begins with the shorter one.
    pub(in crate::exhibits) fn latent_of(
        &self,
        seed: u64,
        index: u64,
        truncation: f32,
    ) -> Vec<f32> {
        let mut rng = stream(seed, Purpose::View, index);
        let draw = |_| {
            let mut value: f32 = StandardNormal.sample(&mut rng);
            for _ in 0..REDRAWS_MAX {
                if truncation <= 0.0 || value.abs() <= truncation {
                    return value;
                }
                value = StandardNormal.sample(&mut rng);
            }
            value.clamp(-truncation, truncation)
        };
        (0..self.latent).map(draw).collect()
    }

    /// Steps from the first latent to the second.
    pub(super) fn path(&self, kind: Path, steps: usize, values: &[f32]) -> Result<Answer, String> {
        within("number of steps", steps, COUNT_MAX)?;
        let rows = self.exactly(values, 2)?;
        let each = (0..steps).flat_map(|i| kind.between(rows[0], rows[1], fraction(i, steps)));
        self.latents(each.collect())
    }

    /// Between four latents at the corners.
    pub(super) fn grid(
        &self,
        kind: Path,
        rows: usize,
        columns: usize,
        values: &[f32],
    ) -> Result<Answer, String> {
        within("number of rows", rows, SIDE_MAX)?;
        within("number of columns", columns, SIDE_MAX)?;
        let corner = self.exactly(values, 4)?;
        let mut z = vec![];
        for row in 0..rows {
            let down = fraction(row, rows);
            let left = kind.between(corner[0], corner[2], down);
            let right = kind.between(corner[1], corner[3], down);
            for column in 0..columns {
                z.extend(kind.between(&left, &right, fraction(column, columns)));
            }
        }
        self.latents(z)
    }

    /// Means of three sets of latents, and the first without the second and with the third.
    pub(super) fn combine(&self, counts: [usize; 3], values: &[f32]) -> Result<Answer, String> {
        let total = counts.iter().try_fold(0usize, |sum, n| sum.checked_add(*n));
        let total = total.filter(|n| (1..=COUNT_MAX).contains(n));
        let total = total.ok_or("The sets hold no latents, or too many.")?;
        self.exactly(values, total)?;
        let mut rest = values;
        let means = counts.map(|n| {
            let (part, after) = rest.split_at(n * self.latent);
            rest = after;
            let mut mean = vec![0.0; self.latent];
            for row in part.chunks_exact(self.latent) {
                for (m, v) in mean.iter_mut().zip(row) {
                    *m += v / n as f32;
                }
            }
            mean
        });
        let z = (0..self.latent)
            .map(|i| means[0][i] - means[1][i] + means[2][i])
            .collect();
        Ok(vec![
            floats("z", &[1, self.latent], z),
            floats("means", &[3, self.latent], means.concat()),
        ])
    }

    /// Latents moved along directions.
    pub(super) fn shift(
        &self,
        amounts: BTreeMap<String, f32>,
        values: Vec<f32>,
    ) -> Result<Answer, String> {
        let mut z = self.rows(values, COUNT_MAX)?;
        for (id, amount) in amounts {
            let direction = self.card.directions.iter().find(|d| d.id == id);
            let direction = direction.ok_or_else(|| format!("There is no direction \"{id}\"."))?;
            for row in z.chunks_exact_mut(self.latent) {
                for (value, d) in row.iter_mut().zip(&direction.vector) {
                    *value += amount * d;
                }
            }
        }
        self.latents(z)
    }

    /// A point of an endless smooth path through the latents of a seed.
    pub(super) fn walk(&self, seed: u64, time: f64, truncation: f32) -> Result<Answer, String> {
        let time = if time.is_finite() { time.max(0.0) } else { 0.0 };
        let (index, t) = (time.floor() as u64, time.fract() as f32);
        let [a, b] = [index, index.saturating_add(1)].map(|i| self.latent_of(seed, i, truncation));
        // Slow at each latent, fast between: the speed is continuous.
        let eased = t * t * (3.0 - 2.0 * t);
        self.latents(Path::Spherical.between(&a, &b, eased))
    }

    fn latents(&self, z: Vec<f32>) -> Result<Answer, String> {
        Ok(vec![floats("z", &[z.len() / self.latent, self.latent], z)])
    }

    /// The latents of a request.
    pub(super) fn rows(&self, values: Vec<f32>, most: usize) -> Result<Vec<f32>, String> {
        if values.is_empty() || !values.len().is_multiple_of(self.latent) {
            return Err(format!(
                "{} numbers are not latents of {} each.",
                values.len(),
                self.latent
            ));
        }
        within("number of latents", values.len() / self.latent, most)?;
        Ok(values)
    }

    pub(super) fn exactly<'v>(
        &self,
        values: &'v [f32],
        n: usize,
    ) -> Result<Vec<&'v [f32]>, String> {
        if values.len() == n * self.latent {
            Ok(values.chunks_exact(self.latent).collect())
        } else {
            Err(format!(
                "{} numbers are not {n} latents of {} each.",
                values.len(),
                self.latent
            ))
        }
    }
}
