//! Steps that see more than one position of an image, other than convolutions.

use super::convolution::Convolution;
use super::map::Map;
use super::pointwise::{lstm, normalise};
use crate::models::network::{Op, Over, Window};

/// A Row LSTM with its weights for images of one width.
#[derive(Clone, Debug)]
pub struct RowLstm {
    along: Convolution,
}

impl RowLstm {
    /// The step for images of this shape; `tensors` are those of the window.
    pub fn new(window: Window, [_, _, width]: [usize; 3], tensors: &[&[f32]]) -> Self {
        let bias = tensors.get(1).copied().unwrap_or_default();
        let row = [window.inputs, 1, width];
        Self {
            along: Convolution::new(&Op::Window(window), row, tensors[0], bias),
        }
    }

    /// The output.
    pub fn apply(&self, x: &Map) -> Map {
        let [gates, height, width] = x.shape;
        let channels = gates / 4;
        let row = [channels, 1, width];
        let empty = || Map::from_positions(row, |_, _| ());
        let (mut hidden, mut memory) = (empty(), empty());
        let mut values = Vec::with_capacity(channels * height * width);
        for (at, line) in x.values.chunks_exact(gates * width).enumerate() {
            let mut state = line.to_vec();
            if at > 0 {
                let seen = self.along.apply(&hidden);
                for (state, seen) in state.iter_mut().zip(&seen.values) {
                    *state += seen;
                }
            }
            let above = std::mem::replace(&mut memory, empty());
            for (column, gates) in state.chunks_exact(gates).enumerate() {
                let here = column * channels..(column + 1) * channels;
                let above = (at > 0).then(|| &above.values[here.clone()]);
                let cell = &mut memory.values[here.clone()];
                lstm(gates, above, cell, &mut hidden.values[here]);
            }
            values.extend_from_slice(&hidden.values);
        }
        Map {
            shape: [channels, height, width],
            values,
        }
    }
}

/// The output of a step without values that sees more than one position of an image.
///
/// # Panics
/// If the step is another.
pub fn apply(op: &Op, shape: [usize; 3], from: &[&Map]) -> Map {
    let x = from[0];
    match *op {
        Op::Upsample => upsample(x, shape),
        Op::AveragePool => Map::from_positions(shape, |[row, column], out| {
            let part = |i: usize| x.at([2 * row + i / 2, 2 * column + i % 2]);
            let [a, b, c, d] = [0, 1, 2, 3].map(part);
            for (i, out) in out.iter_mut().enumerate() {
                *out = 0.25 * (a[i] + b[i] + c[i] + d[i]);
            }
        }),
        Op::PixelShuffle(r) => Map::from_positions(shape, |[row, column], out| {
            let parts = x.at([row / r, column / r]);
            let part = row % r * r + column % r;
            for (out, x) in out.iter_mut().zip(parts[part..].iter().step_by(r * r)) {
                *out = *x;
            }
        }),
        Op::Normalise(over) => {
            let mut out = x.clone();
            match over {
                Over::Plane => {
                    for channel in 0..shape[0] {
                        normalise(&mut out.values[channel..], shape[0]);
                    }
                }
                Over::Channels | Over::Image => normalise(&mut out.values, 1),
            }
            out
        }
        Op::Attention { heads, causal } => attention(from, shape, heads, causal),
        _ => unreachable!("a step that sees more than one position"),
    }
}

fn upsample(x: &Map, shape: [usize; 3]) -> Map {
    let [_, height, width] = x.shape;
    // Three quarters of the pixel that it lies in, one of the next on its side.
    let near = |o: usize, side: usize| {
        let next = match o % 2 {
            0 => (o / 2).saturating_sub(1),
            _ => (o / 2 + 1).min(side - 1),
        };
        [(o / 2, 0.75), (next, 0.25)]
    };
    Map::from_positions(shape, |[row, column], out| {
        for (row, by_row) in near(row, height) {
            for (column, by_column) in near(column, width) {
                let by = by_row * by_column;
                // A side of 1 stands for itself at every position, as it should.
                for (out, x) in out.iter_mut().zip(x.at([row, column])) {
                    *out += by * x;
                }
            }
        }
    })
}

fn attention(from: &[&Map], shape: [usize; 3], heads: usize, causal: bool) -> Map {
    let [q, k, v] = [0, 1, 2].map(|i| from[i]);
    let [channels, ..] = q.shape;
    let (width, out_width) = (channels / heads, shape[0] / heads);
    let scale = 1.0 / (width as f32).sqrt();
    let keys: Vec<&[f32]> = k.values.chunks_exact(channels).collect();
    let values: Vec<&[f32]> = v.values.chunks_exact(shape[0]).collect();
    Map::from_positions(shape, |[row, column], out| {
        let at = row * shape[2] + column;
        let query = &q.values[at * channels..][..channels];
        let seen = if causal { at + 1 } else { keys.len() };
        for head in 0..heads {
            let part = head * width..(head + 1) * width;
            let score = |key: &&[f32]| {
                let products = query[part.clone()].iter().zip(&key[part.clone()]);
                products.map(|(q, k)| q * k).sum::<f32>() * scale
            };
            let mut weights: Vec<f32> = keys[..seen].iter().map(score).collect();
            let most = weights.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            for weight in &mut weights {
                *weight = libm::expf(*weight - most);
            }
            let sum: f32 = weights.iter().sum();
            let out = &mut out[head * out_width..][..out_width];
            for (weight, value) in weights.iter().zip(&values) {
                for (out, v) in out.iter_mut().zip(&value[head * out_width..]) {
                    *out += weight / sum * v;
                }
            }
        }
    })
}

/// [`Op::MinibatchDeviation`] of the images of a batch.
pub fn minibatch_deviation(batch: &[Map]) -> Vec<Map> {
    let n = batch.len() as f32;
    let size = batch[0].values.len();
    let deviation = |i: usize| {
        let each = || batch.iter().map(|map| map.values[i]);
        let mean = each().sum::<f32>() / n;
        let variance = each().map(|x| (x - mean) * (x - mean)).sum::<f32>() / n;
        (variance + crate::models::network::SMALL as f32).sqrt()
    };
    let mean = (0..size).map(deviation).sum::<f32>() / size as f32;
    let with = |map: &Map| {
        let [channels, height, width] = map.shape;
        Map::from_positions([channels + 1, height, width], |at, out| {
            out[..channels].copy_from_slice(map.at(at));
            out[channels] = mean;
        })
    };
    batch.iter().map(with).collect()
}
