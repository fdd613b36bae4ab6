//! Sums of products on the host: `bias + sum weight x` for many outputs that see numbers of `x` and share their weights.
//!
//! Written for the 16 vector registers that WebAssembly's compilers have on x86: sums stay in them, and each weight that is
//! read is used at several pixels. Every sum adds its terms in the order in which they are seen, whatever else is
//! computed, so equal inputs give equal bits.

use std::array;
use std::ops::Range;

/// Channels summed at once at two pixels.
const WIDE: usize = 16;
/// Channels summed at once at four pixels, where few are left.
const NARROW: usize = 4;

/// The numbers that an output sees: runs of one length, at one distance.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Number of runs.
    pub runs: usize,
    /// Numbers of each.
    pub len: usize,
    /// From the beginning of one to that of the next.
    pub apart: usize,
}

/// Weights and biases of the channels of a pixel, laid out as they are used.
#[derive(Clone, Debug)]
pub struct Kernel {
    seen: Seen,
    wide: Vec<Panel<WIDE>>,
    narrow: Vec<Panel<NARROW>>,
}

/// Those of `N` channels, zero where there are fewer.
#[derive(Clone, Debug)]
struct Panel<const N: usize> {
    channels: Range<usize>,
    bias: [f32; N],
    /// In the order in which they are used.
    weight: Vec<[f32; N]>,
}

impl Kernel {
    /// A kernel for so many channels: `weight(c, i)` is what channel `c` multiplies the `i`-th number seen with. Without biases, those are 0.
    pub fn new(
        channels: usize,
        seen: Seen,
        bias: &[f32],
        weight: impl Fn(usize, usize) -> f32,
    ) -> Self {
        let few = match channels % WIDE {
            rest if rest <= 2 * NARROW => rest,
            _ => 0,
        };
        Self {
            seen,
            wide: panels(0..channels - few, seen, bias, &weight),
            narrow: panels(channels - few..channels, seen, bias, &weight),
        }
    }

    /// Writes the channels of every pixel, one after the other, given where it begins to see in `x` and where it is in `out`.
    ///
    /// # Panics
    /// If a pixel sees or is more than there is.
    pub fn apply(&self, x: &[f32], pixels: &[[usize; 2]], out: &mut [f32]) {
        for panel in &self.wide {
            panel.apply(two, self.seen, x, pixels, out);
        }
        for panel in &self.narrow {
            panel.apply(four, self.seen, x, pixels, out);
        }
    }
}

fn panels<const N: usize>(
    channels: Range<usize>,
    seen: Seen,
    bias: &[f32],
    weight: impl Fn(usize, usize) -> f32,
) -> Vec<Panel<N>> {
    let end = channels.end;
    let panel = |first: usize| {
        let channels = first..end.min(first + N);
        let mut panel = Panel {
            channels: channels.clone(),
            bias: [0.0; N],
            weight: vec![[0.0; N]; seen.runs * seen.len],
        };
        for (n, channel) in channels.enumerate() {
            panel.bias[n] = bias.get(channel).copied().unwrap_or_default();
            for (i, weights) in panel.weight.iter_mut().enumerate() {
                weights[n] = weight(channel, i);
            }
        }
        panel
    };
    channels.step_by(N).map(panel).collect()
}

impl<const N: usize> Panel<N> {
    fn apply<const M: usize>(
        &self,
        sums: Sums<M, N>,
        seen: Seen,
        x: &[f32],
        pixels: &[[usize; 2]],
        out: &mut [f32],
    ) {
        let Range { start, end } = self.channels;
        for pixels in pixels.chunks(M) {
            // The last one stands in for those that are missing.
            let pixels: [_; M] = array::from_fn(|i| pixels[i.min(pixels.len() - 1)]);
            let sums = sums(self, pixels.map(|[from, _]| &x[from..]), seen);
            for ([_, to], sums) in pixels.iter().zip(&sums) {
                let out = &mut out[to + start..to + end];
                match out.len() {
                    // A copy of a known length is a few instructions.
                    n if n == N => out.copy_from_slice(sums),
                    n => out.copy_from_slice(&sums[..n]),
                }
            }
        }
    }
}

/// The channels of `M` pixels.
type Sums<const M: usize, const N: usize> = fn(&Panel<N>, [&[f32]; M], Seen) -> [[f32; N]; M];

fn two<const N: usize>(panel: &Panel<N>, x: [&[f32]; 2], seen: Seen) -> [[f32; N]; 2] {
    let mut sums = [panel.bias; 2];
    let mut rest = &panel.weight[..];
    for run in 0..seen.runs {
        let [a, b] = x.map(|x| &x[run * seen.apart..][..seen.len]);
        let (weight, after) = rest.split_at(seen.len);
        rest = after;
        for ((w, a), b) in weight.iter().zip(a).zip(b) {
            add(&mut sums, [*a, *b], w);
        }
    }
    sums
}

fn four<const N: usize>(panel: &Panel<N>, x: [&[f32]; 4], seen: Seen) -> [[f32; N]; 4] {
    let mut sums = [panel.bias; 4];
    let mut rest = &panel.weight[..];
    for run in 0..seen.runs {
        let [a, b, c, d] = x.map(|x| &x[run * seen.apart..][..seen.len]);
        let (weight, after) = rest.split_at(seen.len);
        rest = after;
        for ((((w, a), b), c), d) in weight.iter().zip(a).zip(b).zip(c).zip(d) {
            add(&mut sums, [*a, *b, *c, *d], w);
        }
    }
    sums
}

#[inline(always)]
fn add<const M: usize, const N: usize>(sums: &mut [[f32; N]; M], x: [f32; M], weight: &[f32; N]) {
    for (sums, x) in sums.iter_mut().zip(x) {
        for (sum, w) in sums.iter_mut().zip(weight) {
            *sum += x * w;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, normal, stream};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_sum_is_its_definition_whatever_is_computed_beside_it(
            channels in 1..60usize,
            [runs, len, count] in [0..4usize, 0..9usize, 1..8usize],
            space in 0..5usize,
            biased: bool,
        ) {
            let seen = Seen { runs, len, apart: len + space };
            let mut rng = stream(1, Purpose::Measure, 0);
            let weight = normal(&mut rng, channels * runs * len);
            let bias = normal(&mut rng, if biased { channels } else { 0 });
            let x = normal(&mut rng, count + runs * seen.apart);
            let kernel = Kernel::new(channels, seen, &bias, |c, i| weight[c * runs * len + i]);
            let pixels: Vec<[usize; 2]> = (0..count).map(|i| [i, (count - 1 - i) * channels]).collect();
            let mut out = vec![f32::NAN; count * channels];
            kernel.apply(&x, &pixels, &mut out);
            for pixel in pixels {
                let mut alone = vec![f32::NAN; count * channels];
                kernel.apply(&x, &[pixel], &mut alone);
                for c in 0..channels {
                    let terms = (0..runs * len).map(|i| {
                        let at = pixel[0] + i / len * seen.apart + i % len;
                        f64::from(x[at]) * f64::from(weight[c * runs * len + i])
                    });
                    let exact = f64::from(*bias.get(c).unwrap_or(&0.0)) + terms.sum::<f64>();
                    let sum = out[pixel[1] + c];
                    prop_assert!((f64::from(sum) - exact).abs() < 1e-4);
                    prop_assert_eq!(sum.to_bits(), alone[pixel[1] + c].to_bits());
                }
            }
        }
    }
}
