//! Frechet distance of two sets of features, each taken as a Gaussian (Dowson and Landau 1982; Heusel et al. 2017):
//! `|m_a - m_b|^2 + tr(C_a + C_b - 2 (C_a^{1/2} C_b C_a^{1/2})^{1/2})`, with means `m` and unbiased covariances `C`.
//!
//! It is a squared distance, in squared units of the features. Finite sets make even equal distributions read more
//! than 0, so a reading is given beside that of two sets of real examples of the same sizes.

use nalgebra::{DMatrix, RowDVector};

use crate::metrics::features::Features;

/// The distance of two sets with the same columns and at least two rows each; NaN where a feature is not finite.
pub fn frechet_distance(a: &Features, b: &Features) -> f64 {
    assert_eq!(a.columns, b.columns, "the same features");
    assert!(a.rows > 1 && b.rows > 1, "at least two rows");
    // The iteration for eigenvalues need not end on numbers that are not finite.
    if !a.values.iter().chain(&b.values).all(|v| v.is_finite()) {
        return f64::NAN;
    }
    let [(mean_a, covariance_a), (mean_b, covariance_b)] = [moments(a), moments(b)];
    let root = square_root(&covariance_a);
    let cross: f64 = (&root * &covariance_b * &root)
        .symmetric_eigenvalues()
        .iter()
        .map(|v| v.max(0.0).sqrt())
        .sum();
    let means = (mean_a - mean_b).norm_squared();
    (means + covariance_a.trace() + covariance_b.trace() - 2.0 * cross).max(0.0)
}

/// Mean and unbiased covariance of the rows.
fn moments(set: &Features) -> (RowDVector<f64>, DMatrix<f64>) {
    let values = set.values.iter().map(|&v| f64::from(v));
    let mut rows = DMatrix::from_row_iterator(set.rows, set.columns, values);
    let mean = rows.row_mean();
    for mut row in rows.row_iter_mut() {
        row -= &mean;
    }
    let covariance = rows.transpose() * rows / (set.rows - 1) as f64;
    (mean, covariance)
}

/// The symmetric square root of a covariance; eigenvalues below 0 come from rounding and count as 0.
fn square_root(covariance: &DMatrix<f64>) -> DMatrix<f64> {
    let eigen = covariance.clone().symmetric_eigen();
    let roots = eigen.eigenvalues.map(|v| v.max(0.0).sqrt());
    let vectors = eigen.eigenvectors;
    &vectors * DMatrix::from_diagonal(&roots) * vectors.transpose()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{self, Purpose, stream};

    const COLUMNS: usize = 6;

    /// Gaussian rows of the given mean and standard deviation in each column.
    fn gaussian(index: u64, rows: usize, mean: f32, deviations: [f32; COLUMNS]) -> Features {
        let noise = rng::normal(&mut stream(3, Purpose::Measure, index), rows * COLUMNS);
        let value = |(i, v): (usize, f32)| mean + v * deviations[i % COLUMNS];
        Features::new(COLUMNS, noise.into_iter().enumerate().map(value).collect())
    }

    /// The rows times an orthogonal matrix of reflections (Householder), which mixes every column.
    fn rotated(set: &Features) -> Features {
        let axis: Vec<f64> = (0..COLUMNS).map(|i| 1.0 + i as f64).collect();
        let norm: f64 = axis.iter().map(|v| v * v).sum();
        let reflect = |row: &[f32]| {
            let dot: f64 = row.iter().zip(&axis).map(|(&v, a)| f64::from(v) * a).sum();
            let image = |(&v, a): (&f32, &f64)| (f64::from(v) - 2.0 * dot / norm * a) as f32;
            row.iter().zip(&axis).map(image).collect::<Vec<_>>()
        };
        Features::new(COLUMNS, set.iter().flat_map(reflect).collect())
    }

    const NARROW: [f32; COLUMNS] = [0.5, 1.0, 0.2, 0.7, 1.0, 0.0];
    const WIDE: [f32; COLUMNS] = [1.0, 2.0, 0.1, 0.7, 1.5, 0.0];

    #[test]
    fn gaussians_of_known_spread_read_the_closed_form() {
        let rows = 50_000;
        let (a, b) = (gaussian(0, rows, 0.0, NARROW), gaussian(1, rows, 0.5, WIDE));
        let spread = |(a, b): (&f32, &f32)| f64::from((a - b) * (a - b));
        let expected = 0.25 * COLUMNS as f64 + NARROW.iter().zip(&WIDE).map(spread).sum::<f64>();
        let found = frechet_distance(&a, &b);
        assert!(
            (found - expected).abs() < 0.02 * expected,
            "{found}, {expected}"
        );
    }

    #[test]
    fn commuting_covariances_read_the_sum_over_columns() {
        // All sign patterns of each column: covariances are exactly diagonal.
        let signs = |mean: f32, deviations: [f32; COLUMNS]| {
            let value = |i: usize, j: usize| {
                mean + deviations[j] * if i >> j & 1 == 0 { 1.0 } else { -1.0 }
            };
            Features::new(
                COLUMNS,
                (0..64)
                    .flat_map(|i| (0..COLUMNS).map(move |j| value(i, j)))
                    .collect(),
            )
        };
        let (a, b) = (signs(0.0, NARROW), signs(2.0, WIDE));
        let unbiased = 64.0 / 63.0;
        let spread = |(&a, &b): (&f32, &f32)| unbiased * (f64::from(a) - f64::from(b)).powi(2);
        let expected = 4.0 * COLUMNS as f64 + NARROW.iter().zip(&WIDE).map(spread).sum::<f64>();
        for (a, b) in [(&a, &b), (&b, &a), (&rotated(&a), &rotated(&b))] {
            let found = frechet_distance(a, b);
            assert!((found - expected).abs() < 1e-5, "{found}, {expected}");
        }
    }

    #[test]
    fn two_columns_read_the_closed_form_whether_or_not_covariances_commute() {
        // The root of a 2 by 2 matrix M has trace sqrt(tr M + 2 sqrt(det M)); C_a C_b has that of the symmetric product.
        let pair = |index| {
            let rows = gaussian(index, 40, index as f32, WIDE);
            let two = |row: &[f32]| [row[0] + row[1], row[0] - (index as f32) * row[2]];
            Features::new(2, rows.iter().flat_map(two).collect())
        };
        let (a, b) = (pair(1), pair(2));
        let [(mean_a, a_moments), (mean_b, b_moments)] = [moments(&a), moments(&b)];
        let product = &a_moments * &b_moments;
        assert!(
            (&product - product.transpose()).norm() > 0.1,
            "they do not commute"
        );
        let cross = (product.trace() + 2.0 * product.determinant().sqrt()).sqrt();
        let expected =
            (mean_a - mean_b).norm_squared() + a_moments.trace() + b_moments.trace() - 2.0 * cross;
        let found = frechet_distance(&a, &b);
        assert!((found - expected).abs() < 1e-9, "{found}, {expected}");
    }

    #[test]
    fn the_distance_is_symmetric_and_zero_to_itself_even_without_full_rank() {
        let (a, b) = (
            gaussian(0, 500, 0.0, NARROW),
            rotated(&gaussian(1, 400, 0.1, WIDE)),
        );
        let (forth, back) = (frechet_distance(&a, &b), frechet_distance(&b, &a));
        assert!((forth - back).abs() < 1e-6 * forth, "{forth} and {back}");
        assert!(frechet_distance(&a, &a) < 1e-6);
        let few = gaussian(2, 3, 0.0, WIDE);
        assert!(frechet_distance(&few, &few) < 1e-6);
    }

    #[test]
    fn numbers_that_are_not_finite_read_as_no_number() {
        let mut a = gaussian(0, 10, 0.0, NARROW);
        let b = a.clone();
        a.values[7] = f32::INFINITY;
        assert!(frechet_distance(&a, &b).is_nan() && frechet_distance(&b, &a).is_nan());
    }
}
