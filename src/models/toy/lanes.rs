//! Functions of sixteen numbers at once: the same operations in the same order on every target, so the same bits.
//!
//! Additions, multiplications, divisions and square roots are rounded alike everywhere, and Rust never fuses them; a library's
//! exponential is not. So exponential and logarithm are polynomials here, and everything else is made of the two.
//! A number that is none stays none.

/// How many numbers the kernel takes at once: four registers of WebAssembly.
pub const LANES: usize = 16;

/// Neighbouring columns of a row.
pub type Lanes = [f32; LANES];

/// 1.5 * 2^23: added to a small number, it leaves the nearest integer in the last bits.
const MAGIC: f32 = 12_582_912.0;
/// ln 2 in two parts; the first has so few digits that its products with small integers are exact.
const LN2_HIGH: f32 = 0.693_359_4;
const LN2_LOW: f32 = -2.121_944_4e-4;
/// Below, `exp` would leave the normal numbers.
const LEAST: f32 = -87.0;

/// `(2^n, exp(r) - 1)` with `x = n ln 2 + r`, for `x <= 0`. The polynomial is the Taylor series to the seventh power: `|r| <= 0.347`.
#[inline(always)]
fn parts(x: f32) -> (f32, f32) {
    // Written so that what is not a number passes.
    let x = if x < LEAST { LEAST } else { x };
    let shifted = x * std::f32::consts::LOG2_E + MAGIC;
    let n = shifted - MAGIC;
    let r = (x - n * LN2_HIGH) - n * LN2_LOW;
    let scale = f32::from_bits((shifted.to_bits() << 23).wrapping_add(127 << 23));
    let mut p = 1.0 / 5040.0;
    for c in [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5] {
        p = p * r + c;
    }
    (scale, r + (r * r) * p)
}

/// `exp(x)` for `x <= 0`, within one unit of the last place; `exp(-87)` for what is less.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let (scale, p) = parts(x);
    scale * p + scale
}

/// `exp(x) - 1` for `x <= 0`, within one unit of the last place.
#[inline(always)]
pub fn exp_m1(x: f32) -> f32 {
    let (scale, p) = parts(x);
    scale * p + (scale - 1.0)
}

/// `log(1 + y)` for `y` in [0, 1], within two units of the last place: twice the series of the area tangent of `y / (2 + y)`.
#[inline(always)]
pub fn ln_1p(y: f32) -> f32 {
    let s = y / (2.0 + y);
    let q = s * s;
    let mut p = 2.0 / 15.0;
    for c in [
        2.0 / 13.0,
        2.0 / 11.0,
        2.0 / 9.0,
        2.0 / 7.0,
        2.0 / 5.0,
        2.0 / 3.0,
    ] {
        p = p * q + c;
    }
    s * 2.0 + s * q * p
}

/// `log(1 + exp(x))`, within two units of the last place.
#[inline(always)]
pub fn softplus(x: f32) -> f32 {
    let most = if x < 0.0 { 0.0 } else { x };
    most + ln_1p(exp(-x.abs()))
}

/// `1 / (1 + exp(-x))`, within two units of the last place.
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    let y = exp(-x.abs());
    let above = 1.0 / (1.0 + y);
    if x < 0.0 { y * above } else { above }
}

/// The hyperbolic tangent, within two units of the last place.
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    let e = exp_m1(-2.0 * x.abs());
    (-e / (e + 2.0)).copysign(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The largest error against a reference in double precision, in units of the last place of the result.
    fn error(f: fn(f32) -> f32, exact: fn(f64) -> f64, from: f32, to: f32) -> f64 {
        let n = 400_000;
        let at = |i: i32| from + (to - from) * i as f32 / n as f32;
        // Small numbers of both signs too, where they belong to the range.
        let small = (0..3_000).flat_map(|i| [1.0, -1.0].map(|s| s * f32::powi(0.97, i)));
        let values = (0..=n)
            .map(at)
            .chain(small.filter(|x| (from..=to).contains(x)));
        values
            .map(|x| {
                let exact = exact(f64::from(x));
                let place = f64::from((exact as f32).abs().max(f32::MIN_POSITIVE))
                    * f64::from(f32::EPSILON)
                    / 2.0;
                (f64::from(f(x)) - exact).abs() / place
            })
            .fold(0.0, f64::max)
    }

    #[test]
    fn functions_agree_with_those_of_double_precision() {
        let sigmoid64 = |x: f64| 1.0 / (1.0 + libm::exp(-x));
        let softplus64 = |x: f64| libm::fmax(x, 0.0) + libm::log1p(libm::exp(-libm::fabs(x)));
        for (name, f, exact, [from, to], bound) in [
            (
                "exp",
                exp as fn(f32) -> f32,
                libm::exp as fn(f64) -> f64,
                [-87.0, 0.0],
                2.0,
            ),
            ("exp_m1", exp_m1, libm::expm1, [-87.0, 0.0], 2.0),
            ("ln_1p", ln_1p, libm::log1p, [0.0, 1.0], 4.0),
            ("softplus", softplus, softplus64, [-80.0, 80.0], 4.0),
            ("sigmoid", sigmoid, sigmoid64, [-80.0, 80.0], 4.0),
            ("tanh", tanh, libm::tanh, [-20.0, 20.0], 4.0),
        ] {
            let found = error(f, exact, from, to);
            assert!(
                found < bound,
                "{name}: {found} half units of the last place"
            );
        }
    }

    #[test]
    fn what_is_no_number_stays_none_and_ends_are_met() {
        for f in [exp, exp_m1, softplus, sigmoid, tanh] {
            assert!(f(f32::NAN).is_nan());
        }
        let low = f32::NEG_INFINITY;
        assert!(exp(low) < 1e-37 && exp_m1(low) == -1.0);
        assert_eq!(
            [tanh(low), tanh(f32::INFINITY), tanh(-0.0)],
            [-1.0, 1.0, -0.0]
        );
        assert_eq!(softplus(f32::INFINITY), f32::INFINITY);
        assert!(softplus(low) < 1e-37 && sigmoid(low) < 1e-37);
        assert_eq!(
            [sigmoid(f32::INFINITY), sigmoid(0.0), exp(0.0)],
            [1.0, 0.5, 1.0]
        );
    }
}
