//! Jensen-Shannon divergence of generated points to an exact density, on a grid.
//!
//! `JS(P, Q) = 1/2 KL(P, M) + 1/2 KL(Q, M)`, `M = (P + Q) / 2`, in nats: 0 for equal distributions, log 2 for disjoint ones.
//! P is exact cell masses, Q the cell shares of the points. Finite samples make even a perfect generator read
//! more than 0, so the reading is given beside its noise floor: the same measure of as many real samples.

use crate::data::toys::density::Density;

/// Cells along each side of the grid over the density's window.
pub const CELLS: usize = 50;
/// How many points the measure is defined on.
pub const SAMPLES: usize = 10_000;

/// The exact side of the comparison, computed once per density.
#[derive(Clone, Debug)]
pub struct JsMeter {
    window: [f64; 4],
    masses: Vec<f64>,
}

impl JsMeter {
    /// A meter for this density.
    pub fn new(density: &Density) -> Self {
        Self {
            window: density.window,
            masses: density.cell_masses(CELLS),
        }
    }

    /// Divergence in nats, in [0, log 2], of `points` (interleaved x, y) to the density.
    pub fn read(&self, points: &[f32]) -> f64 {
        let n = (points.len() / 2) as f64;
        let shares: Vec<f64> = histogram(points, self.window, CELLS)
            .into_iter()
            .map(|c| c as f64 / n)
            .collect();
        jensen_shannon(&self.masses, &shares)
    }
}

/// Counts of `points` in each cell of a `cells` by `cells` grid over `window`, row-major from the lowest y, then the
/// count outside; NaN counts as outside.
pub fn histogram(points: &[f32], window: [f64; 4], cells: usize) -> Vec<usize> {
    let [x0, x1, y0, y1] = window;
    let index = |v: f32, from: f64, to: f64| {
        let i = (f64::from(v) - from) / (to - from) * cells as f64;
        (i >= 0.0 && i < cells as f64).then_some(i as usize)
    };
    let mut counts = vec![0; cells * cells + 1];
    for p in points.chunks_exact(2) {
        let cell = match (index(p[0], x0, x1), index(p[1], y0, y1)) {
            (Some(column), Some(row)) => row * cells + column,
            _ => cells * cells,
        };
        counts[cell] += 1;
    }
    counts
}

/// Jensen-Shannon divergence in nats of two discrete distributions over the same cells.
pub fn jensen_shannon(p: &[f64], q: &[f64]) -> f64 {
    assert_eq!(p.len(), q.len(), "the same cells");
    let part = |a: f64, b: f64| {
        if a > 0.0 {
            a * libm::log(2.0 * a / (a + b))
        } else {
            0.0
        }
    };
    let sum: f64 = p
        .iter()
        .zip(q)
        .map(|(&a, &b)| part(a, b) + part(b, a))
        .sum();
    (0.5 * sum).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::toys::density::DensityKind;
    use crate::rng::{Purpose, stream};

    #[test]
    fn divergence_is_zero_to_itself_and_log_two_when_disjoint() {
        let p = [0.25, 0.75, 0.0];
        assert_eq!(jensen_shannon(&p, &p), 0.0);
        let disjoint = jensen_shannon(&[1.0, 0.0], &[0.0, 1.0]);
        assert!((disjoint - std::f64::consts::LN_2).abs() < 1e-12);
    }

    #[test]
    fn real_samples_read_the_floor_and_far_points_read_log_two() {
        for &kind in DensityKind::ALL {
            let (radius, sigma) = kind.defaults();
            let density = Density::new(kind, radius, sigma, &[[0.2, 0.4], [-0.5, 0.9]]);
            let meter = JsMeter::new(&density);
            let sample = |i| density.sample(&mut stream(4, Purpose::Measure, i), SAMPLES);
            let (floor, again) = (meter.read(&sample(0)), meter.read(&sample(1)));
            // The floor is small, and a second set of real samples reads the same within a fifth of it.
            assert!(floor < 0.05, "{kind:?}: floor {floor}");
            assert!(
                (again - floor).abs() < 0.2 * floor,
                "{kind:?}: {floor} and {again}"
            );
            let far = meter.read(&[50.0f32, 50.0].repeat(SAMPLES));
            assert!(
                (far - std::f64::consts::LN_2).abs() < 0.01,
                "{kind:?}: {far}"
            );
        }
    }

    #[test]
    fn points_that_are_not_numbers_count_as_outside() {
        assert_eq!(
            histogram(&[f32::NAN, 0.0, 0.5, 0.5], [0.0, 1.0, 0.0, 1.0], 1),
            [1, 1]
        );
    }
}
