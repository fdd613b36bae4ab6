//! Structural similarity of two images (SSIM, Wang et al. 2004): the mean over all windows of
//! `(2 m_a m_b + c_1)(2 s_ab + c_2) / ((m_a^2 + m_b^2 + c_1)(s_a^2 + s_b^2 + c_2))`, with means `m`, variances `s^2` and
//! covariance `s_ab` under an 11 by 11 Gaussian of standard deviation 1.5, `c_1 = 0.01^2`, `c_2 = 0.03^2` for values in
//! [0, 1]. As in the paper's program, windows lie wholly inside the image.

/// Side of the window, and the least side of an image.
pub const WINDOW: usize = 11;

const SIGMA: f64 = 1.5;
const C1: f64 = 0.01 * 0.01;
const C2: f64 = 0.03 * 0.03;

/// Similarity in [-1, 1], 1 for equal images; the mean over channels.
///
/// # Shapes
/// `a`, `b`: `[channels, height, width]` in [0, 1], sides at least [`WINDOW`]
pub fn ssim(a: &[f32], b: &[f32], [channels, height, width]: [usize; 3]) -> f64 {
    assert!(
        channels > 0 && height >= WINDOW && width >= WINDOW,
        "room for a window"
    );
    assert_eq!(
        [a.len(), b.len()],
        [channels * height * width; 2],
        "the stated size"
    );
    let planes = a.chunks(height * width).zip(b.chunks(height * width));
    planes.map(|(a, b)| plane(a, b, width)).sum::<f64>() / channels as f64
}

fn plane(a: &[f32], b: &[f32], width: usize) -> f64 {
    let weights = weights();
    let mean = |value: fn(f64, f64) -> f64| {
        let product = a
            .iter()
            .zip(b)
            .map(|(&a, &b)| value(f64::from(a), f64::from(b)));
        blur(&product.collect::<Vec<_>>(), width, &weights)
    };
    let [mean_a, mean_b] = [mean(|a, _| a), mean(|_, b| b)];
    let [square_a, square_b, cross] = [mean(|a, _| a * a), mean(|_, b| b * b), mean(|a, b| a * b)];
    let similarity = |i: usize| {
        let (a, b) = (mean_a[i], mean_b[i]);
        let variances = square_a[i] - a * a + square_b[i] - b * b;
        let covariance = cross[i] - a * b;
        (2.0 * a * b + C1) * (2.0 * covariance + C2) / ((a * a + b * b + C1) * (variances + C2))
    };
    (0..mean_a.len()).map(similarity).sum::<f64>() / mean_a.len() as f64
}

/// One axis of the window, of sum 1.
fn weights() -> [f64; WINDOW] {
    let bell =
        |i: usize| libm::exp(-0.5 * libm::pow((i as f64 - (WINDOW / 2) as f64) / SIGMA, 2.0));
    let bells: [f64; WINDOW] = std::array::from_fn(bell);
    bells.map(|v| v / bells.iter().sum::<f64>())
}

/// The weighted mean of each window, along rows and then along columns.
fn blur(plane: &[f64], width: usize, weights: &[f64; WINDOW]) -> Vec<f64> {
    let mean = |(window, weights): (&[f64], &[f64; WINDOW])| -> f64 {
        window.iter().zip(weights).map(|(v, w)| v * w).sum()
    };
    let rows: Vec<f64> = plane
        .chunks(width)
        .flat_map(|row| row.windows(WINDOW).map(|window| mean((window, weights))))
        .collect();
    let inner = width + 1 - WINDOW;
    let below = |i: usize| (0..WINDOW).map(|k| rows[i + k * inner] * weights[k]).sum();
    (0..rows.len() - (WINDOW - 1) * inner).map(below).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{self, Purpose, stream};

    fn noise(index: u64, n: usize) -> Vec<f32> {
        rng::uniform(&mut stream(3, Purpose::Measure, index), n)
    }

    /// The definition, one window at a time with two-dimensional weights and centred moments.
    fn by_definition(a: &[f32], b: &[f32], height: usize, width: usize) -> f64 {
        let mut weights = vec![];
        for (y, x) in (0..WINDOW * WINDOW).map(|i| (i / WINDOW, i % WINDOW)) {
            let square = (y as f64 - 5.0).powi(2) + (x as f64 - 5.0).powi(2);
            weights.push((-square / (2.0 * SIGMA * SIGMA)).exp());
        }
        let total: f64 = weights.iter().sum();
        let (mut sum, mut windows) = (0.0, 0.0);
        for (top, left) in
            (0..=height - WINDOW).flat_map(|y| (0..=width - WINDOW).map(move |x| (y, x)))
        {
            let mean = |value: &dyn Fn(f64, f64) -> f64| {
                let at = |i: usize| (top + i / WINDOW) * width + left + i % WINDOW;
                let term =
                    |(i, w): (usize, &f64)| w * value(f64::from(a[at(i)]), f64::from(b[at(i)]));
                weights.iter().enumerate().map(term).sum::<f64>() / total
            };
            let (m_a, m_b) = (mean(&|a, _| a), mean(&|_, b| b));
            let (v_a, v_b) = (
                mean(&|a, _| (a - m_a).powi(2)),
                mean(&|_, b| (b - m_b).powi(2)),
            );
            let c = mean(&|a, b| (a - m_a) * (b - m_b));
            sum += (2.0 * m_a * m_b + 1e-4) * (2.0 * c + 9e-4)
                / ((m_a * m_a + m_b * m_b + 1e-4) * (v_a + v_b + 9e-4));
            windows += 1.0;
        }
        sum / windows
    }

    #[test]
    fn separable_windows_equal_the_definition() {
        let (a, b) = (noise(0, 2 * 13 * 17), noise(1, 2 * 13 * 17));
        let mixed: Vec<f32> = a.iter().zip(&b).map(|(a, b)| 0.8 * a + 0.2 * b).collect();
        let half = 13 * 17;
        for other in [&b, &mixed] {
            let expected = 0.5 * by_definition(&a[..half], &other[..half], 13, 17)
                + 0.5 * by_definition(&a[half..], &other[half..], 13, 17);
            assert!((ssim(&a, other, [2, 13, 17]) - expected).abs() < 1e-9);
        }
    }

    #[test]
    fn equal_images_read_one_and_constants_the_closed_form() {
        let a = noise(0, 3 * 16 * 16);
        assert!((ssim(&a, &a, [3, 16, 16]) - 1.0).abs() < 1e-12);
        let found = ssim(&[0.25; 121], &[0.75; 121], [1, 11, 11]);
        let expected = (2.0 * 0.25 * 0.75 + C1) / (0.25 * 0.25 + 0.75 * 0.75 + C1);
        assert!((found - expected).abs() < 1e-9, "{found}");
    }

    #[test]
    fn similarity_is_symmetric_falls_with_noise_and_is_negative_for_a_negative() {
        let size = [1, 24, 24];
        let (a, b) = (noise(0, 576), noise(1, 576));
        let noisy = |share: f32| -> Vec<f32> {
            a.iter()
                .zip(&b)
                .map(|(a, b)| (1.0 - share) * a + share * b)
                .collect()
        };
        let readings = [0.0, 0.2, 0.5, 1.0].map(|share| ssim(&a, &noisy(share), size));
        assert!(readings.is_sorted_by(|x, y| x > y), "{readings:?}");
        assert_eq!(ssim(&a, &b, size), ssim(&b, &a, size));
        let negative: Vec<f32> = a.iter().map(|v| 1.0 - v).collect();
        assert!(ssim(&a, &negative, size) < -0.5);
    }
}
