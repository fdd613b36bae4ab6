//! Wasserstein-1 distance between two point sets of equal size: the mean length of the optimal matching, found by shortest augmenting paths
//! (Jonker and Volgenant 1987, as Crouse 2016 has it).

/// How many points of each side are matched.
pub const SAMPLES: usize = 512;

/// `W_1` in data units between two sets of points (interleaved x, y) of the same size.
///
/// # Errors
/// A sentence when sizes differ, a set is empty, or a coordinate is not finite.
pub fn wasserstein1(a: &[f32], b: &[f32]) -> Result<f64, String> {
    let n = a.len() / 2;
    if n == 0 || a.len() != b.len() {
        return Err("Optimal transport needs two point sets of the same size.".into());
    }
    if !a.iter().chain(b).all(|v| v.is_finite()) {
        return Err("Optimal transport needs finite points.".into());
    }
    let length = |i: usize, j: usize| {
        let (dx, dy) = (a[2 * i] - b[2 * j], a[2 * i + 1] - b[2 * j + 1]);
        f64::from(dx).hypot(f64::from(dy))
    };
    let pairs = (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
    let mut costs: Vec<f64> = pairs.map(|(i, j)| length(i, j)).collect();
    reduce(&mut costs, n);
    // Points that lie together have many matchings that are nearly as good.
    crate::pulse::beat(10.0 * (n as f64).powi(3));
    let matching = lsap::solve(n, n, &costs, false);
    let (rows, columns) = matching.map_err(|e| format!("Optimal transport failed: {e}."))?;
    let lengths = rows.iter().zip(&columns).map(|(&i, &j)| length(i, j));
    Ok(lengths.sum::<f64>() / n as f64)
}

/// Subtracts the least of each column, then of each row. Every matching loses the same, so the best stays the best, and is found sooner.
fn reduce(costs: &mut [f64], n: usize) {
    let mut least = vec![f64::INFINITY; n];
    for row in costs.chunks_exact(n) {
        for (least, cost) in least.iter_mut().zip(row) {
            *least = least.min(*cost);
        }
    }
    for row in costs.chunks_exact_mut(n) {
        for (cost, least) in row.iter_mut().zip(&least) {
            *cost -= least;
        }
        let least = row.iter().copied().fold(f64::INFINITY, f64::min);
        row.iter_mut().for_each(|cost| *cost -= least);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::toys::density::{Density, DensityKind};
    use crate::rng::{self, Purpose, stream};

    fn shifted(points: &[f32], dx: f32, dy: f32) -> Vec<f32> {
        points
            .chunks(2)
            .flat_map(|p| [p[0] + dx, p[1] + dy])
            .collect()
    }

    #[test]
    fn a_shift_by_d_reads_d() {
        let ring = Density::new(DensityKind::Ring8, 1.414, 0.1, &[]);
        let points = ring.sample(&mut stream(1, Purpose::Measure, 0), SAMPLES);
        for (dx, dy) in [(0.0f32, 0.0f32), (0.3, 0.4), (-3.0, 4.0)] {
            let w = wasserstein1(&points, &shifted(&points, dx, dy)).unwrap();
            assert!((w - f64::from(dx).hypot(f64::from(dy))).abs() < 1e-5, "{w}");
        }
    }

    #[test]
    fn matching_is_optimal_among_all_permutations() {
        fn best(costs: &dyn Fn(usize, usize) -> f64, used: &mut Vec<usize>, n: usize) -> f64 {
            if used.len() == n {
                return 0.0;
            }
            let row = used.len();
            let mut least = f64::INFINITY;
            for column in 0..n {
                if !used.contains(&column) {
                    used.push(column);
                    least = least.min(costs(row, column) + best(costs, used, n));
                    used.pop();
                }
            }
            least
        }
        for seed in 0..20 {
            let a = rng::normal(&mut stream(seed, Purpose::Measure, 0), 12);
            let b = rng::normal(&mut stream(seed, Purpose::Measure, 1), 12);
            let cost = |i: usize, j: usize| {
                f64::from(a[2 * i] - b[2 * j]).hypot(f64::from(a[2 * i + 1] - b[2 * j + 1]))
            };
            let expected = best(&cost, &mut vec![], 6) / 6.0;
            assert!((wasserstein1(&a, &b).unwrap() - expected).abs() < 1e-5);
        }
    }

    #[test]
    fn collapsed_points_are_matched_too() {
        let ring = Density::new(DensityKind::Ring8, 1.0, 0.0, &[]);
        let points = ring.sample(&mut stream(1, Purpose::Measure, 0), SAMPLES);
        let w = wasserstein1(&points, &[0.0; 2 * SAMPLES]).unwrap();
        assert!((w - 1.0).abs() < 1e-5, "{w}");
    }

    #[test]
    fn bad_points_are_refused_with_a_sentence() {
        assert!(wasserstein1(&[], &[]).is_err());
        assert!(wasserstein1(&[0.0, 0.0], &[0.0; 4]).is_err());
        assert!(wasserstein1(&[f32::NAN, 0.0], &[0.0, 0.0]).is_err());
    }
}
