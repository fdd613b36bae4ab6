//! Steps that see one position alone, for the kernels of whole images and for the sampler.

use crate::models::mlp::LEAKY_SLOPE;
use crate::models::network::{EPSILON, Op, Over, SMALL};

/// A step that sees one position alone, with its values.
#[derive(Clone, Debug)]
pub enum Pointwise {
    /// `scale * x + shift` in each channel.
    Affine(Vec<f32>, Vec<f32>),
    /// Adds noise times the strength of each channel.
    Noise(Vec<f32>),
    /// A vector per number.
    Embed(Table),
    /// The nearest vector, and half of each vector's square.
    Nearest(Table, Vec<f32>),
    /// A step without values.
    Plain(Op),
}

/// Vectors of one length.
#[derive(Clone, Debug)]
pub struct Table {
    width: usize,
    values: Vec<f32>,
}

impl Table {
    fn row(&self, i: usize) -> &[f32] {
        &self.values[i * self.width..][..self.width]
    }
}

impl Pointwise {
    /// The step with its tensors, if it sees one position alone.
    pub fn new(op: &Op, tensors: &[&[f32]]) -> Option<Self> {
        let table = |width| Table {
            width,
            values: tensors[0].to_vec(),
        };
        Some(match *op {
            Op::BatchNorm(_) => {
                let [gamma, beta, mean, variance] = [0, 1, 2, 3].map(|i| tensors[i]);
                let scale = gamma.iter().zip(variance);
                let scale: Vec<f32> = scale
                    .map(|(g, v)| g / (v + EPSILON as f32).sqrt())
                    .collect();
                let shift = beta.iter().zip(mean).zip(&scale);
                let shift = shift.map(|((b, m), s)| b - m * s).collect();
                Self::Affine(scale, shift)
            }
            Op::Affine(_) => Self::Affine(tensors[0].to_vec(), tensors[1].to_vec()),
            Op::Noise(_) => Self::Noise(tensors[0].to_vec()),
            Op::Embed { width, .. } => Self::Embed(table(width)),
            Op::Nearest { width, .. } => {
                let table = table(width);
                let squares = table.values.chunks_exact(width);
                let squares = squares.map(|v| v.iter().map(|v| v * v).sum::<f32>() / 2.0);
                let squares = squares.collect();
                Self::Nearest(table, squares)
            }
            Op::Relu
            | Op::LeakyRelu
            | Op::Tanh
            | Op::Sigmoid
            | Op::Gate
            | Op::Sum
            | Op::Join
            | Op::Channels { .. }
            | Op::Dropout
            | Op::Scale(_)
            | Op::Normalise(Over::Channels)
            | Op::Modulate
            | Op::PixelNorm
            | Op::StraightThrough => Self::Plain(*op),
            _ => return None,
        })
    }

    /// Writes over the first value with the output, if each number of the output is made of the same number of each value, or of none but that
    /// of the first; otherwise hands nothing back and changes nothing.
    pub fn in_place(&self, x: &mut [f32], others: &[&[f32]]) -> Option<()> {
        match (self, others) {
            (Self::Affine(scale, shift), []) => {
                for pixel in x.chunks_exact_mut(scale.len()) {
                    for ((x, scale), shift) in pixel.iter_mut().zip(scale).zip(shift) {
                        *x = scale * *x + shift;
                    }
                }
            }
            // Without noise.
            (Self::Noise(_) | Self::Plain(Op::Dropout), []) => (),
            (Self::Plain(op), []) => return activate(op, x),
            (Self::Plain(op), [other]) if other.len() == x.len() => {
                let pairs = x.iter_mut().zip(*other);
                match op {
                    Op::Sum => pairs.for_each(|(x, other)| *x += other),
                    Op::Dropout => pairs.for_each(|(x, other)| *x *= other),
                    Op::StraightThrough => pairs.for_each(|(x, other)| *x = *other),
                    _ => return None,
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// The output at one position, of the values there.
    pub fn apply(&self, from: &[&[f32]], out: &mut [f32]) {
        match self {
            Self::Noise(strength) if from.len() == 2 => {
                let noise = from[1][0];
                for ((out, x), strength) in out.iter_mut().zip(from[0]).zip(strength) {
                    *out = x + noise * strength;
                }
            }
            Self::Embed(table) => out.copy_from_slice(table.row(from[0][0] as usize)),
            Self::Nearest(table, halves) => {
                let nearness = |i: usize| {
                    let products = table.row(i).iter().zip(from[0]);
                    products.map(|(a, b)| a * b).sum::<f32>() - halves[i]
                };
                // The first of equals.
                let best = (0..halves.len())
                    .rev()
                    .max_by(|&a, &b| nearness(a).total_cmp(&nearness(b)));
                out.copy_from_slice(table.row(best.expect("a codebook with vectors")));
            }
            Self::Plain(Op::Gate) => {
                let (a, b) = from[0].split_at(out.len());
                for (out, (&a, &b)) in out.iter_mut().zip(a.iter().zip(b)) {
                    *out = libm::tanhf(a) * sigmoid(b);
                }
            }
            Self::Plain(Op::Join) => {
                let mut rest = out;
                for part in from {
                    let (here, after) = rest.split_at_mut(part.len());
                    here.copy_from_slice(part);
                    rest = after;
                }
            }
            Self::Plain(Op::Channels { first, count }) => {
                out.copy_from_slice(&from[0][*first..first + count]);
            }
            Self::Plain(Op::Modulate) => {
                let (scale, shift) = from[1].split_at(out.len());
                let affine = scale.iter().zip(shift);
                for ((out, x), (scale, shift)) in out.iter_mut().zip(from[0]).zip(affine) {
                    *out = x * (scale + 1.0) + shift;
                }
            }
            Self::Plain(Op::PixelNorm) => {
                let squares = from[0].iter().map(|x| x * x).sum::<f32>();
                let size = (squares / out.len() as f32 + SMALL as f32).sqrt();
                for (out, x) in out.iter_mut().zip(from[0]) {
                    *out = x / size;
                }
            }
            Self::Plain(Op::Normalise(_)) => {
                out.copy_from_slice(from[0]);
                normalise(out, 1);
            }
            _ => {
                out.copy_from_slice(from[0]);
                let done = self.in_place(out, &from[1..]);
                assert!(done.is_some(), "values of one length");
            }
        }
    }
}

/// The output of an activation or a factor, written over its input; nothing for another step.
fn activate(op: &Op, values: &mut [f32]) -> Option<()> {
    let values = values.iter_mut();
    match *op {
        Op::Relu => values.for_each(|x| *x = if *x < 0.0 { 0.0 } else { *x }),
        Op::LeakyRelu => values.for_each(|x| *x *= if *x < 0.0 { LEAKY_SLOPE } else { 1.0 }),
        // The hyperbolic tangent itself takes several times as long.
        Op::Tanh => values.for_each(|x| *x = 1.0 - 2.0 / (libm::expf(2.0 * *x) + 1.0)),
        Op::Sigmoid => values.for_each(|x| *x = sigmoid(*x)),
        Op::Scale(by) => values.for_each(|x| *x *= by),
        _ => return None,
    }
    Some(())
}

/// Mean 0 and variance 1 of every `apart`-th number, from the first on.
pub fn normalise(values: &mut [f32], apart: usize) {
    let n = values.len().div_ceil(apart) as f32;
    let each = || values.iter().step_by(apart);
    let mean = each().sum::<f32>() / n;
    let variance = each().map(|x| (x - mean) * (x - mean)).sum::<f32>() / n;
    let deviation = (variance + EPSILON as f32).sqrt();
    for x in values.iter_mut().step_by(apart) {
        *x = (*x - mean) / deviation;
    }
}

/// 1 / (1 + exp(-x)).
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + libm::expf(-x))
}

/// Output and memory of a Row LSTM at one position, from its gates and the memory in the row above.
pub fn lstm(gates: &[f32], above: Option<&[f32]>, cell: &mut [f32], hidden: &mut [f32]) {
    let n = cell.len();
    for (i, (cell, hidden)) in cell.iter_mut().zip(hidden).enumerate() {
        let kept = above.map_or(0.0, |above| sigmoid(gates[2 * n + i]) * above[i]);
        *cell = sigmoid(gates[i]) * libm::tanhf(gates[n + i]) + kept;
        *hidden = sigmoid(gates[3 * n + i]) * libm::tanhf(*cell);
    }
}
