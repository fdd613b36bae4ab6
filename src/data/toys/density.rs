//! Toy densities in the plane: a sampler, the exact mass of any rectangle, modes and a plotting window.
//!
//! Every density here is one of two kinds. A **mixture** of isotropic Gaussians with a common sigma: a
//! handful of centres (ring, grid, pair, blobs), or a curve or point cloud with noise, which is the
//! same thing with many centres. Or a **tiling** of uniform squares (checkerboard). Both have exact
//! rectangle masses, so a divergence needs no second histogram of real samples.

use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal, StandardUniform};

use crate::choice::choices;

choices! {
    /// Which density.
    DensityKind {
        /// Two Gaussians.
        GaussianPair = "gaussian-pair", "Two Gaussians";
        /// Eight Gaussians at angles 2 pi k / 8.
        Ring8 = "ring8", "Ring of 8 Gaussians";
        /// Twenty-five Gaussians on a 5 by 5 grid.
        Grid25 = "grid25", "Grid of 25 Gaussians";
        /// A noisy spiral.
        SwissRoll = "swiss-roll", "Swiss roll";
        /// Two noisy half circles.
        TwoMoons = "two-moons", "Two moons";
        /// Eight filled squares of a 4 by 4 board.
        Checkerboard = "checkerboard", "Checkerboard";
        /// Three distant blobs of unequal weight.
        DisjointBlobs = "disjoint-blobs", "Disjoint blobs";
        /// Points that the user drew.
        Drawn = "drawn", "Drawn by you";
        /// Points that the user pasted.
        Pasted = "pasted", "Pasted as CSV";
    }
}

impl DensityKind {
    /// One sentence for the catalog.
    pub fn summary(self) -> &'static str {
        match self {
            Self::GaussianPair => "Two isotropic Gaussians at (-radius, 0) and (radius, 0).",
            Self::Ring8 => "Eight Gaussians on a circle. Paper values: radius 1.414, sigma 0.014.",
            Self::Grid25 => {
                "Twenty-five Gaussians on a square grid whose outermost columns are at the radius. Paper values: 1.414, 0.018."
            }
            Self::SwissRoll => {
                "(t cos t, t sin t) for t from 1.5 pi to 4.5 pi, scaled so that the outer end is at the radius. Paper values: 1.885, 0.033."
            }
            Self::TwoMoons => "Two interleaved half circles with Gaussian noise.",
            Self::Checkerboard => {
                "Uniform on eight squares of a 4 by 4 board of half-width radius."
            }
            Self::DisjointBlobs => {
                "Three Gaussians far apart, with weights 1/2, 1/3 and 1/6: supports that hardly overlap."
            }
            Self::Drawn => "Your strokes, as points with a little noise.",
            Self::Pasted => "Your points, scaled to fit, with a little noise.",
        }
    }

    /// Default `(radius, sigma)`.
    pub fn defaults(self) -> (f64, f64) {
        match self {
            Self::GaussianPair => (1.0, 0.2),
            Self::Ring8 => (1.414, 0.1),
            Self::Grid25 => (1.414, 0.05),
            Self::SwissRoll => (1.885, 0.033),
            Self::TwoMoons => (1.4, 0.08),
            Self::Checkerboard => (1.4, 0.0),
            Self::DisjointBlobs => (1.4, 0.08),
            Self::Drawn | Self::Pasted => (1.5, 0.03),
        }
    }

    /// Whether the density comes from the user's points.
    pub fn needs_points(self) -> bool {
        matches!(self, Self::Drawn | Self::Pasted)
    }

    /// The controls that shape it.
    pub fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Checkerboard => &["radius"],
            Self::Drawn | Self::Pasted => &["sigma"],
            _ => &["radius", "sigma"],
        }
    }
}

/// A density in the plane.
#[derive(Clone, Debug)]
pub struct Density {
    shape: Shape,
    /// Centres of the modes, where the density has countable modes; else empty.
    pub modes: Vec<[f64; 2]>,
    /// Standard deviation of a mode.
    pub sigma: f64,
    /// `[x_min, x_max, y_min, y_max]`, square.
    pub window: [f64; 4],
}

#[derive(Clone, Debug)]
enum Shape {
    /// Gaussians at `centres`, chosen with cumulative weights.
    Mixture {
        centres: Vec<[f64; 2]>,
        cumulative: Vec<f64>,
    },
    /// Uniform on the dark squares of a 4 by 4 board of this half-width.
    Checkerboard { half_width: f64 },
}

/// Centres that represent a curve: so many that neighbours are far closer than sigma.
const CURVE_CENTRES: usize = 2000;

impl Density {
    /// The density `kind` with its outermost structure at `radius` and noise `sigma`; `points` are used by the
    /// kinds that need them.
    pub fn new(kind: DensityKind, radius: f64, sigma: f64, points: &[[f32; 2]]) -> Self {
        use std::f64::consts::{PI, TAU};
        let curve = |f: &dyn Fn(f64) -> [f64; 2]| -> Vec<[f64; 2]> {
            (0..CURVE_CENTRES)
                .map(|i| f((i as f64 + 0.5) / CURVE_CENTRES as f64))
                .collect()
        };
        let polar = |r: f64, angle: f64| [r * libm::cos(angle), r * libm::sin(angle)];
        let (centres, weights, has_modes): (Vec<[f64; 2]>, Option<Vec<f64>>, bool) = match kind {
            DensityKind::GaussianPair => (vec![[-radius, 0.0], [radius, 0.0]], None, true),
            DensityKind::Ring8 => {
                let ring = (0..8).map(|k| polar(radius, TAU * f64::from(k) / 8.0));
                (ring.collect(), None, true)
            }
            DensityKind::Grid25 => {
                let at = |k: i32| radius * f64::from(k) / 2.0;
                let grid = (-2..=2).flat_map(|i| (-2..=2).map(move |j| [at(i), at(j)]));
                (grid.collect(), None, true)
            }
            DensityKind::SwissRoll => {
                let outer = 4.5 * PI;
                let roll = |u: f64| {
                    let t = 1.5 * PI * (1.0 + 2.0 * u);
                    polar(radius * t / outer, t)
                };
                (curve(&roll), None, false)
            }
            DensityKind::TwoMoons => {
                // Unit half circles centred at (0, 0) and (1, 1/2), recentred and scaled.
                let moons = |u: f64| {
                    let (x, y) = if u < 0.5 {
                        (libm::cos(TAU * u), libm::sin(TAU * u))
                    } else {
                        let angle = TAU * (u - 0.5);
                        (1.0 - libm::cos(angle), 0.5 - libm::sin(angle))
                    };
                    [(x - 0.5) * radius / 1.5, (y - 0.25) * radius / 1.5]
                };
                (curve(&moons), None, false)
            }
            DensityKind::DisjointBlobs => {
                let blobs = [0.25, 0.25 + 1.0 / 3.0, 0.25 + 2.0 / 3.0];
                let centres = blobs.iter().map(|turn| polar(radius, TAU * turn)).collect();
                (centres, Some(vec![3.0, 2.0, 1.0]), true)
            }
            DensityKind::Checkerboard => {
                return Self {
                    shape: Shape::Checkerboard { half_width: radius },
                    modes: vec![],
                    sigma: 0.0,
                    window: square(1.3 * radius),
                };
            }
            DensityKind::Drawn | DensityKind::Pasted => {
                let own = points.iter().map(|p| p.map(f64::from)).collect();
                (own, None, false)
            }
        };
        let weights = weights.unwrap_or_else(|| vec![1.0; centres.len()]);
        let total: f64 = weights.iter().sum();
        let cumulative = weights
            .iter()
            .scan(0.0, |sum, w| {
                *sum += w / total;
                Some(*sum)
            })
            .collect();
        let extent = extent(&centres);
        Self {
            modes: if has_modes { centres.clone() } else { vec![] },
            shape: Shape::Mixture {
                centres,
                cumulative,
            },
            sigma,
            window: square(1.3 * extent + 3.0 * sigma),
        }
    }

    /// The furthest coordinate of its structure, without noise.
    pub fn extent(&self) -> f64 {
        match &self.shape {
            Shape::Mixture { centres, .. } => extent(centres),
            Shape::Checkerboard { half_width } => *half_width,
        }
    }

    /// Probability of each of [`Self::modes`].
    pub fn mode_weights(&self) -> Vec<f64> {
        match &self.shape {
            Shape::Mixture { cumulative, .. } if !self.modes.is_empty() => cumulative
                .iter()
                .scan(0.0, |before, upto| {
                    Some(upto - std::mem::replace(before, *upto))
                })
                .collect(),
            _ => vec![],
        }
    }

    /// `n` points as interleaved x, y.
    pub fn sample(&self, rng: &mut ChaCha8Rng, n: usize) -> Vec<f32> {
        let mut points = vec![0.0; 2 * n];
        self.fill(rng, &mut points);
        points
    }

    /// The same into a buffer.
    pub fn fill(&self, rng: &mut ChaCha8Rng, points: &mut [f32]) {
        for point in points.chunks_exact_mut(2) {
            let u: f64 = StandardUniform.sample(rng);
            let [x, y] = match &self.shape {
                Shape::Mixture {
                    centres,
                    cumulative,
                } => {
                    let i = cumulative
                        .partition_point(|&c| c <= u)
                        .min(centres.len() - 1);
                    let noise: [f64; 2] = [StandardNormal.sample(rng), StandardNormal.sample(rng)];
                    [0, 1].map(|axis| centres[i][axis] + self.sigma * noise[axis])
                }
                Shape::Checkerboard { half_width } => {
                    let square = (u * 8.0) as usize;
                    let (row, column) = (square / 2, 2 * (square % 2) + (square / 2) % 2);
                    let within: [f64; 2] =
                        [StandardUniform.sample(rng), StandardUniform.sample(rng)];
                    [column as f64 + within[0], row as f64 + within[1]]
                        .map(|cells| (cells / 2.0 - 1.0) * half_width)
                }
            };
            point.copy_from_slice(&[x as f32, y as f32]);
        }
    }

    /// Exact probability of each cell of a `cells` by `cells` grid over the window, row-major from the lowest y,
    /// followed by the probability of everything outside the window. Sums to 1.
    pub fn cell_masses(&self, cells: usize) -> Vec<f64> {
        let [x0, x1, y0, y1] = self.window;
        let edge = |from: f64, to: f64, i: usize| from + (to - from) * i as f64 / cells as f64;
        let mut masses = vec![0.0; cells * cells + 1];
        let mut add = |columns: &[f64], rows: &[f64], weight: f64| {
            for (r, row) in rows.iter().enumerate().filter(|(_, m)| **m > 0.0) {
                for (c, column) in columns.iter().enumerate() {
                    masses[r * cells + c] += weight * row * column;
                }
            }
        };
        match &self.shape {
            Shape::Mixture {
                centres,
                cumulative,
            } => {
                let along = |from: f64, to: f64, centre: f64| -> Vec<f64> {
                    let below: Vec<f64> = (0..=cells)
                        .map(|i| normal_cdf((edge(from, to, i) - centre) / self.sigma))
                        .collect();
                    below.windows(2).map(|w| w[1] - w[0]).collect()
                };
                let mut before = 0.0;
                for (centre, &upto) in centres.iter().zip(cumulative) {
                    add(
                        &along(x0, x1, centre[0]),
                        &along(y0, y1, centre[1]),
                        upto - before,
                    );
                    before = upto;
                }
            }
            Shape::Checkerboard { half_width } => {
                // Length of each cell inside tile k of the board, as a share of the tile.
                let along = |from: f64, to: f64, tile: usize| -> Vec<f64> {
                    let side = half_width / 2.0;
                    let (low, high) = (
                        tile as f64 * side - half_width,
                        (tile + 1) as f64 * side - half_width,
                    );
                    (0..cells)
                        .map(|i| {
                            let overlap =
                                edge(from, to, i + 1).min(high) - edge(from, to, i).max(low);
                            overlap.max(0.0) / side
                        })
                        .collect()
                };
                for row in 0..4 {
                    for column in (row % 2..4).step_by(2) {
                        add(&along(x0, x1, column), &along(y0, y1, row), 1.0 / 8.0);
                    }
                }
            }
        }
        let inside: f64 = masses.iter().sum();
        masses[cells * cells] = (1.0 - inside).max(0.0);
        masses
    }
}

fn extent(centres: &[[f64; 2]]) -> f64 {
    centres.iter().flatten().fold(0.0, |m, c| m.max(c.abs()))
}

fn square(half: f64) -> [f64; 4] {
    [-half, half, -half, half]
}

fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, stream};

    fn every_density() -> impl Iterator<Item = (DensityKind, Density)> {
        let own = [[0.5f32, 0.5], [-0.7, 0.1], [0.0, -1.0]];
        DensityKind::ALL.iter().map(move |&kind| {
            let (radius, sigma) = kind.defaults();
            (kind, Density::new(kind, radius, sigma, &own))
        })
    }

    #[test]
    fn masses_sum_to_one_and_the_window_holds_nearly_all() {
        for (kind, density) in every_density() {
            let masses = density.cell_masses(40);
            let total: f64 = masses.iter().sum();
            assert!((total - 1.0).abs() < 1e-9, "{kind:?}: {total}");
            assert!(
                masses[40 * 40] < 0.01,
                "{kind:?}: {} outside",
                masses[40 * 40]
            );
        }
    }

    #[test]
    fn samples_follow_the_cell_masses() {
        const CELLS: usize = 10;
        const N: usize = 40_000;
        for (kind, density) in every_density() {
            let masses = density.cell_masses(CELLS);
            let points = density.sample(&mut stream(2, Purpose::Data, 0), N);
            let counts = crate::metrics::divergence::histogram(&points, density.window, CELLS);
            for (i, (&p, &n)) in masses.iter().zip(&counts).enumerate() {
                let (expected, n) = (p * N as f64, n as f64);
                // Six standard deviations of a binomial count, and one for luck in empty cells.
                let slack = 6.0 * (expected * (1.0 - p)).sqrt() + 1.0;
                assert!(
                    (n - expected).abs() <= slack,
                    "{kind:?} cell {i}: {n} for {expected}"
                );
            }
        }
    }

    #[test]
    fn the_ring_has_eight_distinct_modes_at_its_radius() {
        let ring = Density::new(DensityKind::Ring8, 1.414, 0.1, &[]);
        for (i, a) in ring.modes.iter().enumerate() {
            assert!((a[0].hypot(a[1]) - 1.414).abs() < 1e-12);
            for b in &ring.modes[..i] {
                assert!((a[0] - b[0]).hypot(a[1] - b[1]) > 1.0);
            }
        }
        assert_eq!(ring.modes.len(), 8);
    }
}
