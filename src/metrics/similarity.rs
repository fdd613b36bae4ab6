//! Structural similarity (Wang, Bovik, Sheikh and Simoncelli 2004) of two images: 1 for the same, less for less alike.
//!
//! In a window around each pixel, with means `m`, variances `v` and covariance `c`,
//! `SSIM = (2 ma mb + C1)(2 c + C2) / ((ma^2 + mb^2 + C1)(va + vb + C2))`, `C1 = 0.01^2` and `C2 = 0.03^2` for values in [0, 1]. The window is
//! their Gaussian of standard deviation 1.5 over 11 by 11 pixels, where it fits in the image; the mean is over places and channels.

const WINDOW: usize = 11;
const DEVIATION: f64 = 1.5;
const C1: f64 = 0.01 * 0.01;
const C2: f64 = 0.03 * 0.03;

/// Mean structural similarity of two images with values in [0, 1].
///
/// # Shapes
/// - a, b: `[channels, side, side]`
///
/// # Panics
/// If the image is smaller than the window, or the lengths differ.
pub fn ssim(a: &[f32], b: &[f32], side: usize) -> f64 {
    assert!(side >= WINDOW, "an image as large as the window");
    assert_eq!(a.len(), b.len(), "images of one size");
    let weights = window();
    let planes = a.chunks_exact(side * side).zip(b.chunks_exact(side * side));
    let (mut sum, mut count) = (0.0, 0);
    for (a, b) in planes {
        let product = |f: &dyn Fn(f64, f64) -> f64| {
            let values = a
                .iter()
                .zip(b)
                .map(|(a, b)| f(f64::from(*a), f64::from(*b)));
            blurred(&values.collect::<Vec<_>>(), side, &weights)
        };
        let (ma, mb) = (product(&|a, _| a), product(&|_, b| b));
        let (aa, bb) = (product(&|a, _| a * a), product(&|_, b| b * b));
        let ab = product(&|a, b| a * b);
        for i in 0..ma.len() {
            let (m, n) = (ma[i], mb[i]);
            let (va, vb, c) = (aa[i] - m * m, bb[i] - n * n, ab[i] - m * n);
            sum += (2.0 * m * n + C1) * (2.0 * c + C2) / ((m * m + n * n + C1) * (va + vb + C2));
        }
        count += ma.len();
    }
    sum / count as f64
}

/// How much `n` images differ: the standard deviation of each value over them, meaned over channels.
///
/// # Shapes
/// - images: `[n, channels, plane]`
/// - returns: `[plane]`
pub fn deviation(images: &[f32], n: usize, channels: usize) -> Vec<f32> {
    let size = images.len() / n;
    let plane = size / channels;
    let mut out = vec![0.0; plane];
    for at in 0..size {
        let values = images[at..].iter().step_by(size);
        let mean = values.clone().sum::<f32>() / n as f32;
        let variance = values.map(|v| (v - mean) * (v - mean)).sum::<f32>() / n as f32;
        out[at % plane] += variance.sqrt() / channels as f32;
    }
    out
}

fn window() -> [f64; WINDOW] {
    let middle = (WINDOW / 2) as f64;
    let mut weights = [0.0; WINDOW];
    for (i, w) in weights.iter_mut().enumerate() {
        *w = (-((i as f64 - middle) / DEVIATION).powi(2) / 2.0).exp();
    }
    let total: f64 = weights.iter().sum();
    weights.map(|w| w / total)
}

/// Weighted means where the window fits: `[side - 10, side - 10]`.
fn blurred(values: &[f64], side: usize, weights: &[f64; WINDOW]) -> Vec<f64> {
    let fits = side - WINDOW + 1;
    let mean = |part: &[f64], step: usize| -> f64 {
        weights
            .iter()
            .zip(part.iter().step_by(step))
            .map(|(w, v)| w * v)
            .sum()
    };
    let rows = values.chunks_exact(side);
    let across: Vec<f64> = rows
        .flat_map(|row| (0..fits).map(move |x| &row[x..]))
        .map(|part| mean(part, 1))
        .collect();
    (0..fits * fits)
        .map(|at| mean(&across[at..], fits))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, stream, uniform};

    fn noise(index: u64, side: usize) -> Vec<f32> {
        uniform(&mut stream(1, Purpose::Measure, index), 3 * side * side)
    }

    #[test]
    fn images_deviate_as_computed_by_hand() {
        // Two channels of two pixels; three images.
        let images = [
            0.0, 1.0, 0.5, 0.5, //
            0.6, 1.0, 0.5, 0.2, //
            0.3, 1.0, 0.5, 0.8,
        ];
        let found = deviation(&images, 3, 2);
        let third = (2.0_f32 * 0.09 / 3.0).sqrt();
        for (found, expected) in found.iter().zip([third / 2.0, third / 2.0]) {
            assert!((found - expected).abs() < 1e-6, "{found} and {expected}");
        }
        assert_eq!(deviation(&images[..4], 1, 2), [0.0; 2]);
    }

    /// Straight from the definition, one window at a time.
    fn slow(a: &[f32], b: &[f32], side: usize) -> f64 {
        let mut all = vec![];
        for plane in 0..a.len() / (side * side) {
            for y in 5..side - 5 {
                for x in 5..side - 5 {
                    let mut total = 0.0;
                    let mut sums = [0.0; 5];
                    for dy in -5i32..=5 {
                        for dx in -5i32..=5 {
                            let w = (-f64::from(dx * dx + dy * dy) / (2.0 * 1.5 * 1.5)).exp();
                            let at = plane * side * side
                                + (y as i32 + dy) as usize * side
                                + (x as i32 + dx) as usize;
                            let (a, b) = (f64::from(a[at]), f64::from(b[at]));
                            total += w;
                            for (sum, v) in sums.iter_mut().zip([a, b, a * a, b * b, a * b]) {
                                *sum += w * v;
                            }
                        }
                    }
                    let [m, n, aa, bb, ab] = sums.map(|s| s / total);
                    let (va, vb, c) = (aa - m * m, bb - n * n, ab - m * n);
                    all.push(
                        ((2.0 * m * n + 1e-4) / (m * m + n * n + 1e-4))
                            * ((2.0 * c + 9e-4) / (va + vb + 9e-4)),
                    );
                }
            }
        }
        all.iter().sum::<f64>() / all.len() as f64
    }

    #[test]
    fn it_is_its_definition() {
        let (a, b) = (noise(0, 20), noise(1, 20));
        let mixed: Vec<f32> = a.iter().zip(&b).map(|(a, b)| 0.7 * a + 0.3 * b).collect();
        for other in [&b, &mixed] {
            let (fast, slow) = (ssim(&a, other, 20), slow(&a, other, 20));
            assert!((fast - slow).abs() < 1e-9, "{fast} against {slow}");
        }
        assert!(ssim(&a, &mixed, 20) > ssim(&a, &b, 20));
    }

    #[test]
    fn the_same_image_reads_one_and_flat_ones_the_closed_form() {
        let a = noise(0, 16);
        assert!((ssim(&a, &a, 16) - 1.0).abs() < 1e-9);
        let flat = |v: f32| vec![v; 3 * 121];
        let expected = (2.0 * 0.25 * 0.75 + C1) / (0.25 * 0.25 + 0.75 * 0.75 + C1);
        assert!((ssim(&flat(0.25), &flat(0.75), 11) - expected).abs() < 1e-6);
        assert!((ssim(&a, &noise(1, 16), 16) - ssim(&noise(1, 16), &a, 16)).abs() < 1e-12);
    }
}
