//! Floors: what real images score against other real images, as the mean over several draws of the two sets, with its spread.

use rand_chacha::rand_core::Rng;

use super::evaluate::{Evaluation, SEED};
use crate::metrics::features::Features;
use crate::metrics::spread::mean_and_deviation;
use crate::rng::{Purpose, stream};

/// Draws that a floor is the mean of.
const DRAWS: u64 = 8;

/// What `read` finds between two sets of so many rows each, over several draws of them from `pool`, which holds as many.
pub(super) fn readings<const N: usize>(
    pool: &Features,
    sizes: [usize; 2],
    read: impl Fn(&Features, &Features) -> [f64; N],
) -> Vec<[f64; N]> {
    (0..DRAWS)
        .map(|index| {
            let [a, b] = draw(pool, sizes, index);
            read(&a, &b)
        })
        .collect()
}

/// Two disjoint sets of rows.
fn draw(pool: &Features, sizes: [usize; 2], index: u64) -> [Features; 2] {
    // The first index of this purpose splits the data.
    let mut rng = stream(SEED, Purpose::Split, 1 + index);
    let mut rows: Vec<usize> = (0..pool.rows).collect();
    rows.sort_by_cached_key(|_| rng.next_u64());
    let mut rows = rows.into_iter();
    sizes.map(|n| {
        let some = rows.by_ref().take(n).flat_map(|i| pool.row(i));
        Features::new(pool.columns, some.copied().collect())
    })
}

/// Adds the mean of readings, and says how far they spread.
pub(super) fn add(out: &mut Evaluation, name: &str, values: &[f64], unit: &str, how: &str) {
    let (mean, deviation) = mean_and_deviation(values);
    let deviation = (deviation * 1e4).round() / 1e4;
    let draws = values.len();
    let how = format!("{how}; mean of {draws} draws, standard deviation {deviation}");
    out.add(name, mean, unit, how);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_disjoint_and_others_each_time() {
        let pool = Features::new(1, (0..10u8).map(f32::from).collect());
        let found = readings(&pool, [6, 4], |a, b| {
            assert_eq!((a.rows, b.rows), (6, 4));
            let mut both = [&a.values[..], &b.values].concat();
            both.sort_by(f32::total_cmp);
            assert_eq!(both, pool.values);
            [b.values.iter().sum::<f32>().into()]
        });
        assert_eq!(found.len(), DRAWS as usize);
        assert!(found.iter().any(|sum| *sum != found[0]), "{found:?}");
    }

    #[test]
    fn a_floor_says_its_mean_and_its_spread() {
        let mut out = Evaluation::default();
        add(&mut out, "floor", &[1.0, 2.0, 6.0], "u", "three");
        let said = &out.measures[0];
        assert_eq!((said.value, said.unit.as_str()), (3.0, "u"));
        // Squares 4, 1 and 9 over two.
        assert_eq!(
            said.how,
            "three; mean of 3 draws, standard deviation 2.6458"
        );
    }
}
