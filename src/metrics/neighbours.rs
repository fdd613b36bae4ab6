//! Measures from nearest neighbours, by comparing every pair.
//!
//! Precision and recall (Kynkaanniemi et al. 2019): each example of a set has a ball that reaches to its k-th
//! nearest neighbour in that set. Precision is the share of fake examples inside some ball of the real set, recall the
//! share of real examples inside some ball of the fake set.
//!
//! Whether samples are copies: the median distance of samples to their nearest training image, beside the same of
//! held-out real images. Copies lie nearer than real images do.

use crate::metrics::features::Features;

/// Precision and recall of `fake` against `real`, each in [0, 1], by `k` neighbours (the paper: 3). Both sets have the
/// same columns and more than `k` rows; the figures depend on the number of rows, so compare like with like.
pub fn precision_recall(real: &Features, fake: &Features, k: usize) -> (f64, f64) {
    (covered(fake, real, k), covered(real, fake, k))
}

/// The share of `points` inside some ball of `set`.
fn covered(points: &Features, set: &Features, k: usize) -> f64 {
    assert_eq!(points.columns, set.columns, "the same features");
    assert!(k > 0 && set.rows > k, "more than k rows");
    let squared_radius = |i: usize| {
        let others = (0..set.rows).filter(|&j| j != i);
        let mut distances: Vec<f32> = others.map(|j| squared(set.row(i), set.row(j))).collect();
        *distances.select_nth_unstable_by(k - 1, f32::total_cmp).1
    };
    let radii: Vec<f32> = (0..set.rows).map(squared_radius).collect();
    let inside = |point: &&[f32]| {
        set.iter()
            .zip(&radii)
            .any(|(row, &r)| squared(point, row) <= r)
    };
    points.iter().filter(inside).count() as f64 / points.rows as f64
}

/// The row of `set` nearest to `query`, and the root mean square difference over its columns; infinite where `query`
/// is not finite.
pub fn nearest(query: &[f32], set: &Features) -> (usize, f64) {
    const PART: usize = 512;
    assert_eq!(query.len(), set.columns, "the same columns");
    assert!(set.rows > 0, "at least one row");
    let mut best = (0, f64::INFINITY);
    for (i, row) in set.iter().enumerate() {
        let mut sum = 0.0;
        for (a, b) in query.chunks(PART).zip(row.chunks(PART)) {
            sum += f64::from(squared(a, b));
            if sum >= best.1 {
                break;
            }
        }
        if sum < best.1 {
            best = (i, sum);
        }
    }
    (best.0, (best.1 / set.columns as f64).sqrt())
}

/// The median over `queries` of the distance to the [`nearest`] row of `set`; NaN without queries.
pub fn median_nearest(queries: &Features, set: &Features) -> f64 {
    let mut distances: Vec<f64> = queries.iter().map(|query| nearest(query, set).1).collect();
    distances.sort_by(f64::total_cmp);
    match distances.len() {
        0 => f64::NAN,
        n => (distances[(n - 1) / 2] + distances[n / 2]) / 2.0,
    }
}

/// Squared Euclidean distance, summed in lanes that the compiler can keep in vector registers.
fn squared(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 16;
    let (a, b) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [0.0; LANES];
    for (a, b) in a.0.iter().zip(b.0) {
        for lane in 0..LANES {
            sums[lane] += (a[lane] - b[lane]) * (a[lane] - b[lane]);
        }
    }
    let rest: f32 = a.1.iter().zip(b.1).map(|(a, b)| (a - b) * (a - b)).sum();
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{self, Purpose, stream};

    fn gaussian(index: u64, rows: usize, columns: usize, mean: f32) -> Features {
        let noise = rng::normal(&mut stream(3, Purpose::Measure, index), rows * columns);
        Features::new(columns, noise.into_iter().map(|v| v + mean).collect())
    }

    #[test]
    fn points_on_a_line_read_what_a_hand_counts() {
        let real = Features::new(1, vec![0.0, 1.0, 3.0, 10.0]);
        let fake = Features::new(1, vec![-1.5, 2.0, 16.9, 17.5, 40.0]);
        // k = 1: real radii 1, 1, 2, 7, so balls [-1, 1], [0, 2], [1, 5], [3, 17] hold 2 and 16.9. Fake radii 3.5, 3.5,
        // 0.6, 0.6, 22.5, so [-5, 2], [-1.5, 5.5], [16.3, 17.5], [16.9, 18.1], [17.5, 62.5] hold 0, 1 and 3.
        assert_eq!(precision_recall(&real, &fake, 1), (0.4, 0.75));
        // k = 2: real radii 3, 2, 3, 9, so [-3, 3], [-1, 3], [0, 6], [1, 19] hold all but 40. The first fake radius is
        // 18.4, so [-19.9, 16.9] holds all.
        assert_eq!(precision_recall(&real, &fake, 2), (0.8, 1.0));
    }

    #[test]
    fn equal_sets_read_one_and_far_sets_zero() {
        let a = gaussian(0, 300, 20, 0.0);
        assert_eq!(precision_recall(&a, &a, 3), (1.0, 1.0));
        assert_eq!(
            precision_recall(&a, &gaussian(1, 300, 20, 50.0), 3),
            (0.0, 0.0)
        );
        let (precision, recall) = precision_recall(&a, &gaussian(1, 300, 20, 0.0), 3);
        assert!(precision > 0.5 && recall > 0.5, "{precision}, {recall}");
    }

    #[test]
    fn a_subset_is_precise_and_lacks_recall() {
        let real = Features::new(
            2,
            [
                gaussian(0, 200, 2, 0.0).values,
                gaussian(1, 200, 2, 50.0).values,
            ]
            .concat(),
        );
        let fake = Features::new(2, real.values[..400].to_vec());
        assert_eq!(precision_recall(&real, &fake, 3), (1.0, 0.5));
    }

    #[test]
    fn lanes_and_parts_add_up_to_the_plain_sum() {
        for columns in [1, 15, 16, 17, 511, 512, 1030] {
            let set = gaussian(0, 40, columns, 0.0);
            let query = gaussian(1, 1, columns, 0.0);
            let plain = |row: &[f32]| {
                let square = |(a, b): (&f32, &f32)| f64::from(a - b).powi(2);
                (row.iter().zip(&query.values).map(square).sum::<f64>() / columns as f64).sqrt()
            };
            let distances: Vec<f64> = set.iter().map(plain).collect();
            let (i, distance) = nearest(&query.values, &set);
            assert!(distances.iter().all(|&d| d >= distances[i]));
            assert!((distance - distances[i]).abs() < 1e-5);
        }
    }

    #[test]
    fn copies_lie_nearer_than_held_out_examples() {
        let train = gaussian(0, 100, 30, 0.0);
        let copies = Features::new(30, train.values[..300].iter().map(|v| v + 0.01).collect());
        let held_out = gaussian(1, 100, 30, 0.0);
        assert!((median_nearest(&copies, &train) - 0.01).abs() < 1e-5);
        assert!(median_nearest(&held_out, &train) > 0.5);
        assert_eq!(nearest(copies.row(7), &train).0, 7);
        assert!(median_nearest(&Features::new(30, vec![]), &train).is_nan());
        assert!(nearest(&[f32::NAN; 30], &train).1.is_infinite());
    }
}
