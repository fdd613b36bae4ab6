//! Activations of a block, with their first and second derivatives.

use super::lanes::{self, Lanes};
use super::product::ROWS;
use crate::models::mlp::{Activation, LEAKY_SLOPE};

impl Activation {
    /// `a` becomes `act(a)`, and `m`, where it is smooth, `act'(a)`.
    pub(super) fn block(self, a: &mut [Lanes], m: &mut [Lanes], rows: usize) {
        match self {
            Self::Relu => each(a, rows, |a| if a < 0.0 { 0.0 } else { a }),
            Self::LeakyRelu => each(a, rows, |a| if a < 0.0 { LEAKY_SLOPE * a } else { a }),
            Self::Tanh => each_two(a, m, rows, |a| {
                let h = lanes::tanh(a);
                [h, 1.0 - h * h]
            }),
            Self::Elu => each_two(a, m, rows, |a| {
                let below = lanes::exp_m1(if a < 0.0 { a } else { 0.0 * a });
                if a > 0.0 {
                    [a, 1.0]
                } else {
                    [below, below + 1.0]
                }
            }),
            Self::Softplus => each_two(a, m, rows, |a| {
                let y = lanes::exp(-a.abs());
                let above = 1.0 / (1.0 + y);
                if a < 0.0 {
                    [lanes::ln_1p(y), y * above]
                } else {
                    [a + lanes::ln_1p(y), above]
                }
            }),
        }
    }

    /// `out = s act'(a)`, given `h = act(a)` and what [`Self::block`] left in `m`.
    pub(super) fn bent(
        self,
        s: &[Lanes],
        h: &[Lanes],
        m: &[Lanes],
        rows: usize,
        out: &mut [Lanes],
    ) {
        match self {
            Self::Relu => map(s, h, rows, out, |s, h| if h > 0.0 { s } else { 0.0 }),
            Self::LeakyRelu => map(
                s,
                h,
                rows,
                out,
                |s, h| if h > 0.0 { s } else { LEAKY_SLOPE * s },
            ),
            Self::Tanh | Self::Elu | Self::Softplus => map(s, m, rows, out, |s, m| s * m),
        }
    }

    /// `out += s act''(a) v`, given `t = act'(a) v`; nothing where the derivative is constant almost everywhere.
    pub(super) fn curve(
        self,
        s: &[Lanes],
        [h, m, t]: [&[Lanes]; 3],
        rows: usize,
        out: &mut [Lanes],
    ) {
        match self {
            Self::Relu | Self::LeakyRelu => {}
            Self::Tanh => grow([s, h, t], rows, out, |s, h, t| s * (-2.0 * h) * t),
            Self::Elu => grow(
                [s, h, t],
                rows,
                out,
                |s, h, t| if h > 0.0 { 0.0 } else { s * t },
            ),
            Self::Softplus => grow([s, m, t], rows, out, |s, m, t| s * (1.0 - m) * t),
        }
    }
}

#[inline(always)]
fn each(a: &mut [Lanes], rows: usize, f: impl Fn(f32) -> f32) {
    for a in a.chunks_exact_mut(ROWS) {
        for a in a[..rows].as_flattened_mut() {
            *a = f(*a);
        }
    }
}

#[inline(always)]
fn each_two(a: &mut [Lanes], m: &mut [Lanes], rows: usize, f: impl Fn(f32) -> [f32; 2]) {
    for (a, m) in a.chunks_exact_mut(ROWS).zip(m.chunks_exact_mut(ROWS)) {
        let (a, m) = (a[..rows].as_flattened_mut(), m[..rows].as_flattened_mut());
        for (a, m) in a.iter_mut().zip(m) {
            [*a, *m] = f(*a);
        }
    }
}

#[inline(always)]
fn map(x: &[Lanes], y: &[Lanes], rows: usize, out: &mut [Lanes], f: impl Fn(f32, f32) -> f32) {
    let panels = x.chunks_exact(ROWS).zip(y.chunks_exact(ROWS));
    for ((x, y), out) in panels.zip(out.chunks_exact_mut(ROWS)) {
        let [x, y] = [x, y].map(|x| x[..rows].as_flattened());
        for ((x, y), out) in x.iter().zip(y).zip(out[..rows].as_flattened_mut()) {
            *out = f(*x, *y);
        }
    }
}

#[inline(always)]
fn grow(of: [&[Lanes]; 3], rows: usize, out: &mut [Lanes], f: impl Fn(f32, f32, f32) -> f32) {
    let [x, y, z] = of.map(|x| x.chunks_exact(ROWS));
    for (((x, y), z), out) in x.zip(y).zip(z).zip(out.chunks_exact_mut(ROWS)) {
        let [x, y, z] = [x, y, z].map(|x| x[..rows].as_flattened());
        let out = out[..rows].as_flattened_mut();
        for (((x, y), z), out) in x.iter().zip(y).zip(z).zip(out) {
            *out += f(*x, *y, *z);
        }
    }
}
