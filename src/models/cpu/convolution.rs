//! Convolutions on the host.
//!
//! Channels are last, so what an output sees of a row of its input is one run of numbers, and a convolution multiplies
//! such runs where they lie with a kernel that was laid out once. A transposed convolution of stride `s` is `s * s` plain ones, each for
//! the outputs of every `s`-th row and column, and multiplies no zeros.

use super::kernel::{Kernel, Seen};
use super::map::Map;
use crate::models::network::Op;

/// A convolution of any kind.
#[derive(Clone, Debug)]
pub struct Convolution {
    /// Of the output.
    shape: [usize; 3],
    /// Zeros before and after the rows and the columns of the input.
    padding: [[usize; 2]; 2],
    passes: Vec<Pass>,
}

/// Outputs with one kernel.
#[derive(Clone, Debug)]
struct Pass {
    /// Where each output pixel begins to see, and where it is.
    pixels: Vec<[usize; 2]>,
    kernel: Kernel,
}

/// Outputs along one side of an image. The first is at `at` and sees inputs from `from` on, through these rows or columns of the
/// kernel; the next is `apart` further and sees `step` further.
struct Axis {
    count: usize,
    at: usize,
    apart: usize,
    from: isize,
    step: usize,
    taps: Vec<usize>,
}

impl Axis {
    /// Outputs that see `taps` inputs from `from` on, then the same `step` further.
    fn plain(count: usize, from: isize, step: usize, taps: usize) -> Self {
        Self {
            count,
            at: 0,
            apart: 1,
            from,
            step,
            taps: (0..taps).collect(),
        }
    }

    /// Outputs `at`, `at + stride`, ... of `size` of a transposed convolution: input `i` reaches output `stride * i + tap - padding`.
    fn transposed(size: usize, at: usize, stride: usize, kernel: usize, padding: usize) -> Self {
        let last = (at + padding) / stride;
        let taps: Vec<usize> = ((at + padding) % stride..kernel)
            .step_by(stride)
            .rev()
            .collect();
        Self {
            count: size.saturating_sub(at).div_ceil(stride),
            at,
            apart: stride,
            from: (last + 1) as isize - taps.len() as isize,
            step: 1,
            taps,
        }
    }

    /// Where each output begins to see, with zeros before the input, and where it is.
    fn places(&self, zeros: usize) -> impl Iterator<Item = [usize; 2]> {
        let first = zeros.strict_add_signed(self.from);
        (0..self.count).map(move |i| [first + i * self.step, self.at + i * self.apart])
    }

    /// Zeros that are seen before and after an input of this side.
    fn padding(&self, side: usize) -> [usize; 2] {
        let steps = self.count.saturating_sub(1) * self.step + self.taps.len();
        let end = self.from + steps as isize;
        [
            self.from.min(0).unsigned_abs(),
            end.saturating_sub_unsigned(side).max(0) as usize,
        ]
    }
}

impl Convolution {
    /// The convolution of this step for images of this shape.
    ///
    /// # Panics
    /// If the step is no convolution.
    pub fn new(op: &Op, [inputs, height, width]: [usize; 3], weight: &[f32], bias: &[f32]) -> Self {
        let sides = [height, width];
        let (outputs, kernel, size, axes): (_, _, _, Vec<[Axis; 2]>) = match *op {
            Op::Conv(c) => {
                let axes = sides.map(|side| {
                    let count = (side + 2 * c.padding - c.kernel) / c.stride + 1;
                    Axis::plain(count, -(c.padding as isize), c.stride, c.kernel)
                });
                let size = axes.each_ref().map(|axis| axis.count);
                (c.outputs, [c.kernel; 2], size, vec![axes])
            }
            Op::Window(w) => {
                let axis = |side, [first, _]: [isize; 2], taps| Axis::plain(side, first, 1, taps);
                let kernel = w.size();
                let axes = [
                    axis(height, w.rows, kernel[0]),
                    axis(width, w.columns, kernel[1]),
                ];
                (w.outputs, kernel, sides, vec![axes])
            }
            Op::ConvTranspose(c) => {
                let size = sides.map(|side| (side - 1) * c.stride + c.kernel - 2 * c.padding);
                // A single pixel has no neighbours, so any stride will do: with this one none is looked for.
                let stride = if sides == [1; 2] { c.kernel } else { c.stride };
                let axes = (0..stride * stride).map(|at| {
                    let axis = |size, at| Axis::transposed(size, at, stride, c.kernel, c.padding);
                    [axis(size[0], at / stride), axis(size[1], at % stride)]
                });
                (c.outputs, [c.kernel; 2], size, axes.collect())
            }
            _ => unreachable!("a convolution"),
        };
        let padding = [0, 1].map(|side| {
            let each = axes.iter().map(|axes| axes[side].padding(sides[side]));
            each.fold([0; 2], |[a, b], [c, d]| [a.max(c), b.max(d)])
        });
        let transposed = matches!(op, Op::ConvTranspose(_));
        let widths = [width + padding[1].iter().sum::<usize>(), size[1]];
        let pass = |[rows, columns]: &[Axis; 2]| {
            let pixels = rows.places(padding[0][0]).flat_map(|[from_row, to_row]| {
                columns.places(padding[1][0]).map(move |[from, to]| {
                    [
                        (from_row * widths[0] + from) * inputs,
                        (to_row * widths[1] + to) * outputs,
                    ]
                })
            });
            let seen = Seen {
                runs: rows.taps.len(),
                len: columns.taps.len() * inputs,
                apart: widths[0] * inputs,
            };
            Pass {
                pixels: pixels.collect(),
                kernel: Kernel::new(outputs, seen, bias, |output, at| {
                    let plane = match transposed {
                        true => (at % inputs) * outputs + output,
                        false => output * inputs + at % inputs,
                    };
                    let row = rows.taps[at / seen.len];
                    let column = columns.taps[at % seen.len / inputs];
                    weight[(plane * kernel[0] + row) * kernel[1] + column]
                }),
            }
        };
        Self {
            shape: [outputs, size[0], size[1]],
            padding,
            passes: axes.iter().map(pass).collect(),
        }
    }

    /// The output.
    pub fn apply(&self, x: &Map) -> Map {
        let [channels, height, width] = x.shape;
        let [[above, below], [left, right]] = self.padding;
        let line = width * channels;
        let row = (left + width + right) * channels;
        let mut padded = vec![0.0; (above + height + below) * row];
        let inside = padded.chunks_exact_mut(row).skip(above);
        for (to, from) in inside.zip(x.values.chunks_exact(line)) {
            to[left * channels..][..line].copy_from_slice(from);
        }
        let mut values = vec![0.0; self.shape.iter().product()];
        for pass in &self.passes {
            pass.kernel.apply(&padded, &pass.pixels, &mut values);
        }
        Map {
            shape: self.shape,
            values,
        }
    }
}
