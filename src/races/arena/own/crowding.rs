//! How crowded a batch is around its points, and the derivatives of that: [`crate::objectives::adversarial::closeness`] of a batch to itself,
//! `c_i = log mean_j exp(-norm_1(x_i - x_j) / s)`.
//!
//! `x_i` moves its own `c_i`, and those of all others, so with slopes `b_i` of the `c_i`
//! `dL/dx_i = -1/s sum_j sign(x_i - x_j) (b_i p_ij + b_j p_ji)`, `p_ij = exp(-norm_1(x_i - x_j) / s) / (n exp(c_i))`.

use crate::models::toy::lanes::{self, LANES};
use crate::models::toy::product::total;

/// Fills `close` with the `c_i`.
///
/// # Shapes
/// - x: `[n, dims]`; close: `[n]`
pub fn closeness(x: &[f32], dims: usize, scale: f32, close: &mut Vec<f32>) {
    let n = x.len() / dims;
    close.resize(n, 0.0);
    for (own, close) in x.chunks_exact(dims).zip(close) {
        let mut sums = [0.0; LANES];
        for others in x.chunks(LANES * dims) {
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

/// A batch with what [`closeness`] found.
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
                for ((out, x), y) in out.iter_mut().zip(own).zip(other) {
                    if x > y {
                        *out -= weight;
                    } else if x < y {
                        *out += weight;
                    }
                }
            }
        }
    }
}
