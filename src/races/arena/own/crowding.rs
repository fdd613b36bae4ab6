//! How crowded a batch is around points, and the derivatives of that: [`crate::objectives::adversarial::closeness`],
//! `c_i = log mean_j exp(-norm_1(x_i - y_j) / s)`.
//!
//! In the closeness of a batch to itself `x_i` moves its own `c_i`, and those of all others, so with slopes `b_i` of the `c_i`
//! `dL/dx_i = -1/s sum_j sign(x_i - x_j) (b_i p_ij + b_j p_ji)`, `p_ij = exp(-norm_1(x_i - x_j) / s) / (n exp(c_i))`.

use crate::models::toy::lanes::{self, LANES};
use crate::models::toy::product::total;

/// Fills `close` with the `c_i` of points in a crowd.
///
/// # Shapes
/// - x: `[n, dims]`; crowd: `[m, dims]`; close: `[n]`
pub fn closeness(x: &[f32], crowd: &[f32], dims: usize, scale: f32, close: &mut Vec<f32>) {
    let n = crowd.len() / dims;
    close.resize(x.len() / dims, 0.0);
    for (own, close) in x.chunks_exact(dims).zip(close) {
        let mut sums = [0.0; LANES];
        for others in crowd.chunks(LANES * dims) {
            for (sum, other) in sums.iter_mut().zip(others.chunks_exact(dims)) {
                *sum += near(own, other, scale);
            }
        }
        *close = libm::logf(total(&sums) / n as f32);
    }
}

/// `exp(-norm_1(x - y) / scale)`.
#[inline(always)]
fn near(x: &[f32], y: &[f32], scale: f32) -> f32 {
    let distance: f32 = x.iter().zip(y).map(|(x, y)| (x - y).abs()).sum();
    lanes::exp(distance / -scale)
}

/// How `c` of one point in a crowd that stays where it is changes with its coordinates: adds `weight` times that.
///
/// # Shapes
/// - x, out: `[dims]`; crowd: `[m, dims]`
pub fn lean(x: &[f32], crowd: &[f32], scale: f32, close: f32, weight: f32, out: &mut [f32]) {
    let dims = x.len();
    let share = weight * dims as f32 / (crowd.len() as f32 * libm::expf(close) * scale);
    for other in crowd.chunks_exact(dims) {
        let weight = near(x, other, scale) * share;
        away(x, other, weight, out);
    }
}

/// Subtracts `weight` times the signs of `x - y`.
fn away(x: &[f32], y: &[f32], weight: f32, out: &mut [f32]) {
    for ((out, x), y) in out.iter_mut().zip(x).zip(y) {
        if x > y {
            *out -= weight;
        } else if x < y {
            *out += weight;
        }
    }
}

/// A batch with what [`closeness`] of it to itself found.
pub struct Crowd<'a> {
    /// `[n, dims]`
    pub x: &'a [f32],
    /// Coordinates of a point.
    pub dims: usize,
    /// `s`
    pub scale: f32,
    /// `[n]`
    pub close: &'a [f32],
}

impl Crowd<'_> {
    /// Adds the derivatives with respect to the points, given those with respect to the closeness.
    ///
    /// # Shapes
    /// - of_close: `[n]`; of_points: `[n, dims]`
    pub fn back(&self, of_close: &[f32], of_points: &mut [f32]) {
        let n = of_close.len() as f32;
        let share = |i: usize| of_close[i] / (n * libm::expf(self.close[i]));
        for (i, out) in of_points.chunks_exact_mut(self.dims).enumerate() {
            let own = &self.x[i * self.dims..][..self.dims];
            let share_i = share(i);
            for (j, other) in self.x.chunks_exact(self.dims).enumerate() {
                let weight = near(own, other, self.scale) * (share_i + share(j)) / self.scale;
                away(own, other, weight, out);
            }
        }
    }
}
