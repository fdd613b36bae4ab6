//! Every operation by burn, but for batch normalisation, which differs in training.

use burn::tensor::ops::{AvgPoolOptions, ConvOptions, ConvTransposeOptions};
use burn::tensor::{Bool, Device, Tensor, TensorData, activation, module};

use super::forward::Weight;
use super::{EPSILON, Op, Over, SMALL, Window};
use crate::models::mlp::leaky_slope;

/// The value of a step. Noise that is left out is not among `args`.
pub(super) fn apply(op: &Op, weights: &[Weight], args: Vec<Tensor<4>>) -> Tensor<4> {
    let mut args = args.into_iter();
    let mut next = || args.next().expect("a value that the step is applied to");
    let x = next();
    let bias = || weights.get(1).map(Weight::vector);
    match *op {
        Op::Input(_) | Op::BatchNorm(_) => unreachable!("these are of the pass"),
        Op::Conv(c) => module::conv2d(
            x,
            weights[0].kernel(),
            bias(),
            ConvOptions::new([c.stride; 2], [c.padding; 2], [1; 2], 1),
        ),
        Op::Window(w) => window(&w, x, weights),
        Op::ConvTranspose(c) => module::conv_transpose2d(
            x,
            weights[0].kernel(),
            bias(),
            ConvTransposeOptions::new([c.stride; 2], [c.padding; 2], [0; 2], [1; 2], 1),
        ),
        Op::Relu => activation::relu(x),
        Op::LeakyRelu => {
            let slope = leaky_slope(x.clone().inner());
            x * slope
        }
        Op::Tanh => x.tanh(),
        Op::Sigmoid => activation::sigmoid(x),
        Op::Gate => {
            let [a, b] = halves(x);
            a.tanh() * activation::sigmoid(b)
        }
        Op::Sum => x + next(),
        Op::Join => join([x].into_iter().chain(args).collect()),
        Op::Channels { first, count } => x.narrow(1, first, count),
        Op::Dropout => match args.next() {
            Some(noise) => x * noise,
            None => x,
        },
        Op::RowLstm(w) => row_lstm(&w, x, weights),
        Op::Upsample => upsample(x),
        Op::AveragePool => module::avg_pool2d(x, AvgPoolOptions::new([2; 2])),
        Op::PixelShuffle(r) => {
            let [batch, channels, height, width] = x.dims();
            let parts = x.reshape([batch, channels / (r * r), r, r, height, width]);
            let parts = parts.permute([0, 1, 4, 2, 5, 3]);
            parts.reshape([batch, channels / (r * r), r * height, r * width])
        }
        Op::Scale(by) => x * by,
        Op::Normalise(over) => {
            let dims = x.dims();
            let (normal, _) = normalised(rows(x, over));
            normal.reshape(dims)
        }
        Op::Affine(_) => x * weights[0].channels() + weights[1].channels(),
        Op::Modulate => {
            let [scale, shift] = halves(next());
            x * (scale + 1.0) + shift
        }
        Op::Noise(_) => match args.next() {
            Some(noise) => x + noise * weights[0].channels(),
            None => x,
        },
        Op::PixelNorm => x.clone() / root_mean_square(x),
        Op::MinibatchDeviation => minibatch_deviation(x),
        Op::Embed { count: _, width } => embed(x, &weights[0], width),
        Op::Attention { heads, causal } => attended([x, next(), next()], heads, causal),
        Op::Nearest { .. } => quantised(x, &weights[0]),
        Op::StraightThrough => {
            let kept = x.clone().detach();
            next().detach() + (x - kept)
        }
    }
}

fn minibatch_deviation(x: Tensor<4>) -> Tensor<4> {
    let [batch, _, height, width] = x.dims();
    let (_, deviation) = deviations(x.clone());
    let plane = deviation.mean().reshape([1, 1, 1, 1]);
    Tensor::cat(vec![x, plane.expand([batch, 1, height, width])], 1)
}

fn embed(x: Tensor<4>, table: &Weight, width: usize) -> Tensor<4> {
    let [batch, _, height, columns] = x.dims();
    let numbers = x.inner().reshape([batch * height * columns]).int();
    let vectors = table.matrix().select(0, numbers);
    positions_last(vectors, [batch, width, height, columns])
}

fn attended([q, k, v]: [Tensor<4>; 3], heads: usize, causal: bool) -> Tensor<4> {
    let [_, _, height, width] = q.dims();
    let [batch, channels, ..] = v.dims();
    let [q, k, v] = [q, k, v].map(|t| split_heads(t, heads));
    let out = v.matmul(attention(q, k, causal).swap_dims(1, 2));
    out.reshape([batch, channels, height, width])
}

fn quantised(x: Tensor<4>, table: &Weight) -> Tensor<4> {
    let dims = x.dims();
    let codebook = table.matrix();
    let nearest = nearest(x.inner(), codebook.clone().inner());
    positions_last(codebook.select(0, nearest), dims)
}

/// The first and second half of the channels.
pub(super) fn halves(x: Tensor<4>) -> [Tensor<4>; 2] {
    let [_, channels, ..] = x.dims();
    [0, 1].map(|i| x.clone().narrow(1, i * channels / 2, channels / 2))
}

/// Channels of all; what has height and width 1 is repeated where others have more.
fn join(values: Vec<Tensor<4>>) -> Tensor<4> {
    let sides = |t: &Tensor<4>| {
        let [_, _, height, width] = t.dims();
        [height, width]
    };
    let large = values.iter().map(sides).find(|sides| *sides != [1; 2]);
    let [height, width] = large.unwrap_or([1; 2]);
    let values = values.into_iter().map(|t| match sides(&t) {
        same if same == [height, width] => t,
        _ => {
            let [batch, channels, ..] = t.dims();
            t.expand([batch, channels, height, width])
        }
    });
    Tensor::cat(values.collect(), 1)
}

/// Where a window begins in its input, after this much of its end has moved out of the image, and the zeros around it.
pub(super) fn window_place(window: &Window) -> ([usize; 2], [(usize, usize); 2]) {
    // An offset of -1 at the end moves the image by one pixel, and its last row or column out of it.
    let moved = [window.rows[1] < 0, window.columns[1] < 0].map(usize::from);
    let padding = [window.rows, window.columns]
        .map(|[first, last]| (first.unsigned_abs(), last.max(0) as usize));
    (moved, padding)
}

fn window(window: &Window, x: Tensor<4>, weights: &[Weight]) -> Tensor<4> {
    let [.., height, width] = x.dims();
    let (moved, padding) = window_place(window);
    let x = match moved {
        [0, 0] => x,
        [down, right] => x.narrow(2, 0, height - down).narrow(3, 0, width - right),
    };
    let options = ConvOptions::new_with_padding([1; 2], padding, [1; 2], 1);
    let bias = weights.get(1).map(Weight::vector);
    module::conv2d(x, weights[0].kernel(), bias, options)
}

/// One row after the other.
fn row_lstm(along: &Window, input: Tensor<4>, weights: &[Weight]) -> Tensor<4> {
    let [_, gates, side, _] = input.dims();
    let channels = gates / 4;
    let mut out: Vec<Tensor<4>> = vec![];
    let mut memory: Option<Tensor<4>> = None;
    for row in 0..side {
        let mut state = input.clone().narrow(2, row, 1);
        if let Some(above) = out.last() {
            state = state + window(along, above.clone(), weights);
        }
        let gate = |i: usize| state.clone().narrow(1, i * channels, channels);
        let mut cell = activation::sigmoid(gate(0)) * gate(1).tanh();
        if let Some(above) = memory {
            cell = cell + activation::sigmoid(gate(2)) * above;
        }
        out.push(activation::sigmoid(gate(3)) * cell.clone().tanh());
        memory = Some(cell);
    }
    Tensor::cat(out, 2)
}

fn upsample(x: Tensor<4>) -> Tensor<4> {
    let [.., height, width] = x.dims();
    let [rows, columns] = [height, width].map(|n| doubling(n, &x));
    rows.matmul(x).matmul(columns.swap_dims(2, 3))
}

/// The matrix that doubles a side of `n`, `[1, 1, 2 n, n]`: output `2 i` lies a quarter of a pixel before input `i`, output `2 i + 1` a
/// quarter behind it. On the device and in the type of `like`.
pub(super) fn doubling(n: usize, like: &Tensor<4>) -> Tensor<4> {
    let mut values = vec![0.0; 2 * n * n];
    for i in 0..n {
        let (before, after) = (i.saturating_sub(1), (i + 1).min(n - 1));
        for (row, other) in [(2 * i, before), (2 * i + 1, after)] {
            values[row * n + i] += 0.75;
            values[row * n + other] += 0.25;
        }
    }
    let data = TensorData::new(values, [1, 1, 2 * n, n]).convert_dtype(like.dtype());
    Tensor::from_data(data, &like.device())
}

/// `[groups, n, positions]`, where each group and position is normalised over `n` values.
pub(super) fn rows(x: Tensor<4>, over: Over) -> Tensor<3> {
    let [batch, channels, height, width] = x.dims();
    let plane = height * width;
    x.reshape(match over {
        Over::Plane => [batch * channels, plane, 1],
        Over::Channels => [batch, channels, plane],
        Over::Image => [batch, channels * plane, 1],
    })
}

/// Mean 0 and variance 1 over the middle dimension, and the standard deviation before.
pub(super) fn normalised(x: Tensor<3>) -> (Tensor<3>, Tensor<3>) {
    let centred = x.clone() - x.mean_dim(1);
    let deviation = (centred.clone().square().mean_dim(1) + EPSILON).sqrt();
    (centred / deviation.clone(), deviation)
}

pub(super) fn root_mean_square(x: Tensor<4>) -> Tensor<4> {
    (x.square().mean_dim(1) + SMALL).sqrt()
}

/// Differences from the mean over the batch, and their root mean square.
pub(super) fn deviations(x: Tensor<4>) -> (Tensor<4>, Tensor<4>) {
    let centred = x.clone() - x.mean_dim(0);
    let deviation = (centred.clone().square().mean_dim(0) + SMALL).sqrt();
    (centred, deviation)
}

/// `[batch, channels, height, width]` from a vector per position.
fn positions_last(vectors: Tensor<2>, [batch, channels, height, width]: [usize; 4]) -> Tensor<4> {
    let vectors = vectors.reshape([batch, height * width, channels]);
    vectors
        .swap_dims(1, 2)
        .reshape([batch, channels, height, width])
}

/// `[batch * heads, channels / heads, positions]`
pub(super) fn split_heads(x: Tensor<4>, heads: usize) -> Tensor<3> {
    let [batch, channels, height, width] = x.dims();
    x.reshape([batch * heads, channels / heads, height * width])
}

/// What each query sees, `[batch * heads, queries, keys]`.
pub(super) fn attention(q: Tensor<3>, k: Tensor<3>, causal: bool) -> Tensor<3> {
    let [groups, width, queries] = q.dims();
    let device = q.device();
    let scores = q.swap_dims(1, 2).matmul(k) / (width as f64).sqrt();
    let scores = match causal {
        true => {
            let later = later(queries, &device).expand([groups, queries, queries]);
            scores.mask_fill(later, f32::NEG_INFINITY)
        }
        false => scores,
    };
    activation::softmax(scores, 2)
}

/// Whether a key comes after a query, `[1, n, n]`.
fn later(n: usize, device: &Device) -> Tensor<3, Bool> {
    let values: Vec<bool> = (0..n * n).map(|at| at % n > at / n).collect();
    Tensor::from_data(TensorData::new(values, [1, n, n]), device)
}

/// Index of the vector with the least squared distance for every position, the first of equals.
fn nearest(x: Tensor<4>, codebook: Tensor<2>) -> Tensor<1, burn::tensor::Int> {
    let [batch, channels, height, width] = x.dims();
    let positions = batch * height * width;
    let x = x.permute([0, 2, 3, 1]).reshape([positions, channels]);
    let [count, _] = codebook.dims();
    let squares = codebook.clone().square().sum_dim(1).reshape([1, count]);
    let distances = squares - x.matmul(codebook.transpose()) * 2.0;
    distances.argmin(1).reshape([positions])
}
