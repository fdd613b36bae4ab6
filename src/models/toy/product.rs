//! Products of a block of rows with a matrix, and of two blocks: what a layer is made of.
//!
//! Numbers lie in panels: sixteen neighbouring columns of all rows, one row after the other, then the next sixteen. A tile of the
//! result stays in registers while the terms of its sums pass. Every sum has one order: terms by ascending index (in
//! [`dots`] sixteen sums, by index modulo sixteen, that are then added in pairs), whatever a register holds.

use super::lanes::{LANES, Lanes};

/// Rows of a block. One passes through a whole network at a time, so that its numbers stay in the cache.
pub const ROWS: usize = 64;

/// So few columns are worked out by [`dots`] alone.
pub const FEW: usize = 4;

/// Rows of a tile of [`times`], columns of one of [`outer`].
const TILE: usize = 2;

/// Panels of so many columns.
pub fn panels(columns: usize) -> usize {
    columns.div_ceil(LANES)
}

#[inline(always)]
fn add<const M: usize>(sums: &mut [Lanes; M], x: [f32; M], w: &Lanes) {
    for (sums, x) in sums.iter_mut().zip(x) {
        for (sum, w) in sums.iter_mut().zip(w) {
            *sum += x * w;
        }
    }
}

/// `out = x w + bias` for the first rows.
///
/// # Shapes
/// - x: panels of `terms` columns; w: for each panel of `out`, `terms` rows of it; bias: a row for each panel of `out`
pub fn times(
    x: &[Lanes],
    terms: usize,
    w: &[Lanes],
    bias: &[Lanes],
    rows: usize,
    out: &mut [Lanes],
) {
    let tiles = rows.div_ceil(TILE);
    for ((w, bias), out) in w
        .chunks_exact(terms)
        .zip(bias)
        .zip(out.chunks_exact_mut(ROWS))
    {
        for (tile, out) in out.as_chunks_mut::<TILE>().0[..tiles]
            .iter_mut()
            .enumerate()
        {
            let mut sums = [*bias; TILE];
            for (x, w) in x.chunks_exact(ROWS).zip(w.chunks(LANES)) {
                let [a, b] = &x.as_chunks::<TILE>().0[tile];
                for ((w, a), b) in w.iter().zip(a).zip(b) {
                    add(&mut sums, [*a, *b], w);
                }
            }
            *out = sums;
        }
    }
}

/// Adds `x^T d`, summed over the first rows, to `w`.
///
/// # Shapes
/// - x: panels of `terms` columns; w: for each panel of `d`, `terms` rows of it
pub fn outer(x: &[Lanes], terms: usize, d: &[Lanes], rows: usize, w: &mut [Lanes]) {
    for (w, d) in w.chunks_exact_mut(terms).zip(d.chunks_exact(ROWS)) {
        for (w, x) in w.chunks_mut(LANES).zip(x.chunks_exact(ROWS)) {
            let (tiles, rest) = w.as_chunks_mut::<TILE>();
            for (t, sums) in tiles.iter_mut().enumerate() {
                let first = (TILE * t) % LANES;
                *sums = sum(*sums, first, &x[..rows], &d[..rows]);
            }
            for sums in rest {
                [*sums] = sum([*sums], (terms - 1) % LANES, &x[..rows], &d[..rows]);
            }
        }
    }
}

#[inline(always)]
fn sum<const M: usize>(mut sums: [Lanes; M], first: usize, x: &[Lanes], d: &[Lanes]) -> [Lanes; M] {
    for (x, d) in x.iter().zip(d) {
        add(
            &mut sums,
            std::array::from_fn(|m| x[(first + m) % LANES]),
            d,
        );
    }
    sums
}

/// `out = x w + bias` where `out` has few columns.
///
/// # Shapes
/// - x: panels; w: for each panel of `x`, `columns` rows: the transposed matrix
pub fn dots(
    x: &[Lanes],
    w: &[Lanes],
    columns: usize,
    bias: &Lanes,
    rows: usize,
    out: &mut [Lanes],
) {
    for (row, out) in out[..rows].iter_mut().enumerate() {
        for (column, out) in out.iter_mut().enumerate().take(columns) {
            let mut sums = [0.0; LANES];
            for (x, w) in x.chunks_exact(ROWS).zip(w.chunks_exact(columns)) {
                for ((sum, x), w) in sums.iter_mut().zip(&x[row]).zip(&w[column]) {
                    *sum += x * w;
                }
            }
            *out = bias[column] + total(&sums);
        }
    }
}

/// The sum of sixteen numbers, in pairs.
#[inline(always)]
pub fn total(x: &Lanes) -> f32 {
    let mut x = *x;
    for half in [8, 4, 2, 1] {
        for i in 0..half {
            x[i] += x[i + half];
        }
    }
    x[0]
}

/// Adds the sums of the columns over the first rows.
pub fn column_sums(d: &[Lanes], rows: usize, sums: &mut [Lanes]) {
    for (sums, d) in sums.iter_mut().zip(d.chunks_exact(ROWS)) {
        let mut s = *sums;
        for d in &d[..rows] {
            for (s, d) in s.iter_mut().zip(d) {
                *s += d;
            }
        }
        *sums = s;
    }
}
