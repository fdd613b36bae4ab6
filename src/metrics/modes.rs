//! Modes captured and high-quality share (Srivastava et al. 2017; Lin et al. 2018).
//!
//! A point is of high quality if it lies within three sigma of its nearest mode. A mode is captured if at least
//! one high-quality point has it as its nearest; strictly captured if it has at least 20 % of its
//! expected share of all points.

use crate::data::toys::density::Density;
use crate::metrics::divergence;

/// How many points the measure is defined on.
pub const SAMPLES: usize = 2_500;

const QUALITY_SIGMAS: f64 = 3.0;
const STRICT_SHARE: f64 = 0.2;

/// What [`coverage`] finds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coverage {
    /// Modes with at least one high-quality point.
    pub captured: usize,
    /// Modes with at least 20 % of their expected share in high-quality points.
    pub strict: usize,
    /// Share of high-quality points, in [0, 1].
    pub high_quality: f64,
    /// Jensen-Shannon divergence in nats between the mode histogram of all points (nearest mode) and the true weights.
    pub histogram_jsd: f64,
}

/// Coverage of the density's modes by `points` (interleaved x, y), or `None` where it has no countable modes.
pub fn coverage(density: &Density, points: &[f32]) -> Option<Coverage> {
    let modes = &density.modes;
    if modes.is_empty() || points.is_empty() {
        return None;
    }
    let n = points.len() / 2;
    let mut nearest_counts = vec![0usize; modes.len()];
    let mut quality_counts = vec![0usize; modes.len()];
    for p in points.chunks_exact(2) {
        let distance = |m: &[f64; 2]| (f64::from(p[0]) - m[0]).hypot(f64::from(p[1]) - m[1]);
        let (nearest, d) = modes
            .iter()
            .map(distance)
            .enumerate()
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .expect("at least one mode");
        nearest_counts[nearest] += 1;
        if d <= QUALITY_SIGMAS * density.sigma {
            quality_counts[nearest] += 1;
        }
    }
    let weights = density.mode_weights();
    let share = |count: usize| count as f64 / n as f64;
    let nearest: Vec<f64> = nearest_counts.iter().map(|&c| share(c)).collect();
    Some(Coverage {
        captured: quality_counts.iter().filter(|&&c| c > 0).count(),
        strict: quality_counts
            .iter()
            .zip(&weights)
            .filter(|&(&c, w)| share(c) >= STRICT_SHARE * w)
            .count(),
        high_quality: share(quality_counts.iter().sum()),
        histogram_jsd: divergence::jensen_shannon(&nearest, &weights),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::toys::density::DensityKind;
    use crate::rng::{Purpose, stream};

    #[test]
    fn real_samples_capture_every_mode() {
        let ring = Density::new(DensityKind::Ring8, 1.414, 0.1, &[]);
        let points = ring.sample(&mut stream(1, Purpose::Measure, 0), SAMPLES);
        let c = coverage(&ring, &points).unwrap();
        assert_eq!((c.captured, c.strict), (8, 8));
        // Within 3 sigma of a 2-D Gaussian: 1 - exp(-9/2).
        assert!((c.high_quality - (1.0 - (-4.5f64).exp())).abs() < 0.01);
        assert!(c.histogram_jsd < 0.01);
    }

    #[test]
    fn one_perfect_mode_is_one_mode_of_full_quality() {
        let ring = Density::new(DensityKind::Ring8, 1.414, 0.1, &[]);
        let points: Vec<f32> = [1.414f32, 0.0].repeat(SAMPLES);
        let c = coverage(&ring, &points).unwrap();
        assert_eq!((c.captured, c.strict), (1, 1));
        assert_eq!(c.high_quality, 1.0);
        // JSD of a point mass against 8 equal weights, by hand.
        let m = 0.5 * (1.0 + 0.125);
        let expected =
            0.5 * (1.0f64 / m).ln() + 0.5 * (0.125 * (0.125f64 / m).ln() + 0.875 * 2f64.ln());
        assert!((c.histogram_jsd - expected).abs() < 1e-12);
    }

    #[test]
    fn strict_capture_starts_at_a_fifth_of_the_expected_share() {
        let pair = Density::new(DensityKind::GaussianPair, 1.0, 0.1, &[]);
        let strict = |second: usize| {
            let mut points = [-1.0f32, 0.0].repeat(1000 - second);
            points.extend([1.0f32, 0.0].repeat(second));
            coverage(&pair, &points).unwrap().strict
        };
        assert_eq!(strict(99), 1);
        assert_eq!(strict(100), 2);
    }

    #[test]
    fn curves_have_no_modes_to_count() {
        let roll = Density::new(DensityKind::SwissRoll, 1.885, 0.033, &[]);
        assert_eq!(coverage(&roll, &[0.0, 0.0]), None);
    }
}
