//! The gradient with respect to the inputs as an ordinary forward graph of the weights: one backward pass through it gives the exact
//! gradient of a penalty on it, such as R1 (Mescheder et al. 2018) or WGAN-GP (Gulrajani et al. 2017), although burn has first-order gradients only.
//!
//! Each step hands the gradient of its output to what it was applied to: a convolution by a transposed one with the same kernel, an activation by
//! a factor. Where all derivatives are constant almost everywhere these factors are constants and the first pass records nothing.

use burn::tensor::ops::{ConvOptions, ConvTransposeOptions, PadMode};
use burn::tensor::{Tensor, activation, module};

use super::forward::{Weight, running};
use super::steps::{
    attention, deviations, doubling, halves, normalised, root_mean_square, rows, split_heads,
    window_place,
};
use super::{Architecture, Conv, EPSILON, Inputs, Network, Op, Over, Window};
use crate::models::mlp::leaky_slope;

impl Op {
    /// Whether [`Network::input_gradients`] knows its derivative.
    fn has_derivative(&self) -> bool {
        !matches!(self, Self::RowLstm(_))
    }
}

impl Architecture {
    /// Whether [`Network::input_gradients`] can be had: for all but Row LSTMs.
    pub fn has_input_gradient(&self) -> bool {
        self.steps.iter().all(|step| step.op.has_derivative())
    }
}

impl Network {
    /// The gradient of the sum of all outputs with respect to the first input. See [`Self::input_gradients`].
    ///
    /// # Shapes
    /// - x, returns: `[batch, channels, height, width]` of the first input
    ///
    /// # Panics
    /// If the network has none, or if an output does not depend on the first input.
    pub fn input_gradient(&self, x: Tensor<4>) -> Tensor<4> {
        let (outputs, pull) = self.with_input_gradients(Inputs::of(x));
        let ones = outputs.iter().map(Tensor::ones_like).collect();
        let mut gradients = pull(ones);
        gradients.remove(0).expect("an output of the first input")
    }

    /// The gradient of `sum output * slope` over all outputs with respect to each input, first to last, as a graph of the trained parameters that
    /// can itself be differentiated once. Normalisation over the batch uses running statistics, as in [`super::Forward`]. None for inputs that
    /// nothing depends on, for noise that is left out, and for numbers.
    ///
    /// # Shapes
    /// - slopes: those of the outputs
    ///
    /// # Panics
    /// If the network has none ([`Architecture::has_input_gradient`]), or the inputs are not those of the network.
    pub fn input_gradients(
        &self,
        inputs: Inputs<Tensor<4>>,
        slopes: Vec<Tensor<4>>,
    ) -> Vec<Option<Tensor<4>>> {
        self.with_input_gradients(inputs).1(slopes)
    }

    /// The outputs, and what makes gradients of slopes.
    fn with_input_gradients(
        &self,
        inputs: Inputs<Tensor<4>>,
    ) -> (
        Vec<Tensor<4>>,
        impl FnOnce(Vec<Tensor<4>>) -> Vec<Option<Tensor<4>>>,
    ) {
        assert!(
            self.architecture.has_input_gradient(),
            "a network with a gradient"
        );
        let mut steps = self.architecture.steps.iter();
        let constant = steps.all(|step| step.op.piecewise_linear());
        let pass = match constant {
            true => self.untracked(),
            false => self.clone(),
        };
        let mut values: Vec<Option<Tensor<4>>> = vec![None; self.weights.len()];
        let outputs = pass.pass(inputs, running, |i, value| values[i] = Some(value.clone()));
        (outputs, move |slopes| self.pull_back(&values, slopes))
    }

    fn pull_back(
        &self,
        values: &[Option<Tensor<4>>],
        slopes: Vec<Tensor<4>>,
    ) -> Vec<Option<Tensor<4>>> {
        let steps = &self.architecture.steps;
        let mut gradients: Vec<Option<Tensor<4>>> = vec![None; steps.len()];
        assert_eq!(
            slopes.len(),
            self.architecture.outputs.len(),
            "a slope for every output"
        );
        for (&output, slope) in self.architecture.outputs.iter().zip(slopes) {
            add(&mut gradients[output], slope);
        }
        let mut found = vec![];
        for (i, step) in steps.iter().enumerate().rev() {
            let gradient = gradients[i].take();
            if matches!(step.op, Op::Input(_)) {
                found.push(gradient);
                continue;
            }
            let Some(gradient) = gradient else {
                continue;
            };
            let from: Vec<usize> = step
                .from
                .iter()
                .copied()
                .filter(|&i| values[i].is_some())
                .collect();
            let args: Vec<Tensor<4>> = from.iter().filter_map(|&i| values[i].clone()).collect();
            let parts = pull_back(&step.op, &self.weights[i], &args, gradient);
            for ((from, arg), part) in from.into_iter().zip(&args).zip(parts) {
                if let Some(part) = part {
                    add(&mut gradients[from], summed(part, arg));
                }
            }
        }
        found.reverse();
        found
    }
}

fn add(to: &mut Option<Tensor<4>>, part: Tensor<4>) {
    *to = Some(match to.take() {
        Some(sum) => sum + part,
        None => part,
    });
}

/// Summed over the positions where a value of height and width 1 stood for all, and over the channels where one channel did.
fn summed(part: Tensor<4>, arg: &Tensor<4>) -> Tensor<4> {
    let (of, to) = (part.dims(), arg.dims());
    (1..4).fold(part, |part, dim| match of[dim] == to[dim] {
        true => part,
        false => part.sum_dim(dim),
    })
}

/// The gradients of what a step was applied to, from that of its output. A value that was repeated gets its gradient at every
/// position.
fn pull_back(
    op: &Op,
    weights: &[Weight],
    args: &[Tensor<4>],
    g: Tensor<4>,
) -> Vec<Option<Tensor<4>>> {
    let x = || args[0].clone();
    let first = match *op {
        Op::Input(_) | Op::RowLstm(_) => unreachable!("no step with a derivative"),
        Op::Conv(c) => convolution(&c, &weights[0], &args[0], g),
        Op::Window(w) => window(&w, &weights[0], &args[0], g),
        Op::ConvTranspose(c) => {
            let options = ConvOptions::new([c.stride; 2], [c.padding; 2], [1; 2], 1);
            module::conv2d(g, weights[0].kernel(), None, options)
        }
        Op::BatchNorm(_) => {
            let deviation = (weights[3].channels() + EPSILON).sqrt();
            g * (weights[0].channels() / deviation)
        }
        Op::Relu => g * activation::relu(x().inner()).sign(),
        Op::LeakyRelu => g * leaky_slope(x().inner()),
        Op::Tanh => g * (x().tanh().square().neg() + 1.0),
        Op::Sigmoid => {
            let h = activation::sigmoid(x());
            g * (h.clone() - h.square())
        }
        Op::Gate => gate(x(), g),
        Op::Sum => return vec![Some(g.clone()), Some(g)],
        Op::Join => return parts(args, g),
        Op::Channels { first, count } => {
            let [_, channels, ..] = args[0].dims();
            let pad = [(first, channels - first - count), (0, 0), (0, 0)];
            g.pad(pad, PadMode::Constant(0.0))
        }
        Op::Dropout => match args {
            [x, noise] => return vec![Some(g.clone() * noise.clone()), Some(g * x.clone())],
            _ => g,
        },
        Op::Upsample => {
            let [.., height, width] = args[0].dims();
            let [rows, columns] = [height, width].map(|n| doubling(n, &args[0]));
            rows.swap_dims(2, 3).matmul(g).matmul(columns)
        }
        Op::AveragePool => average_pool(&args[0], g),
        Op::PixelShuffle(r) => {
            let dims = args[0].dims();
            let [batch, channels, height, width] = dims;
            let parts = g.reshape([batch, channels / (r * r), height, r, width, r]);
            parts.permute([0, 1, 3, 5, 2, 4]).reshape(dims)
        }
        Op::Scale(by) => g * by,
        Op::Normalise(over) => normalisation(&args[0], over, g),
        Op::Affine(_) => g * weights[0].channels(),
        Op::Modulate => {
            let [scale, _] = halves(args[1].clone());
            let by_style = Tensor::cat(vec![g.clone() * x(), g.clone()], 1);
            return vec![Some(g * (scale + 1.0)), Some(by_style)];
        }
        Op::Noise(_) => {
            let by_noise = g.clone() * weights[0].channels();
            return vec![Some(g), Some(by_noise)];
        }
        Op::PixelNorm => {
            let size = root_mean_square(x());
            let normal = x() / size.clone();
            let along = (g.clone() * normal.clone()).mean_dim(1);
            (g - normal * along) / size
        }
        Op::MinibatchDeviation => minibatch_deviation(&args[0], g),
        // Numbers have no gradient, and what a codebook's nearest vector is does not change.
        Op::Embed { .. } | Op::Nearest { .. } => return vec![None],
        Op::Attention { heads, causal } => return attended(args, heads, causal, g),
        Op::StraightThrough => return vec![Some(g), None],
    };
    vec![Some(first)]
}

fn gate(x: Tensor<4>, g: Tensor<4>) -> Tensor<4> {
    let [a, b] = halves(x);
    let (a, b) = (a.tanh(), activation::sigmoid(b));
    let by_a = g.clone() * b.clone() * (a.clone().square().neg() + 1.0);
    Tensor::cat(vec![by_a, g * a * (b.clone() - b.square())], 1)
}

fn average_pool(x: &Tensor<4>, g: Tensor<4>) -> Tensor<4> {
    let dims = x.dims();
    let [batch, channels, height, width] = g.dims();
    let g = g.reshape([batch * channels * height, 1, width, 1]) * 0.25;
    g.repeat_dim(1, 2).repeat_dim(3, 2).reshape(dims)
}

fn normalisation(x: &Tensor<4>, over: Over, g: Tensor<4>) -> Tensor<4> {
    let dims = x.dims();
    let (normal, deviation) = normalised(rows(x.clone(), over));
    let g = rows(g, over);
    let along = (g.clone() * normal.clone()).mean_dim(1);
    let g = (g.clone() - g.mean_dim(1) - normal * along) / deviation;
    g.reshape(dims)
}

fn convolution(c: &Conv, weight: &Weight, x: &Tensor<4>, g: Tensor<4>) -> Tensor<4> {
    let [.., height, width] = x.dims();
    // Rows and columns at the end that no kernel reached.
    let rest = [height, width].map(|side| (side + 2 * c.padding - c.kernel) % c.stride);
    let options = ConvTransposeOptions::new([c.stride; 2], [c.padding; 2], rest, [1; 2], 1);
    module::conv_transpose2d(g, weight.kernel(), None, options)
}

fn window(w: &Window, weight: &Weight, x: &Tensor<4>, g: Tensor<4>) -> Tensor<4> {
    let [.., height, width] = x.dims();
    let (moved, padding) = window_place(w);
    let options = ConvTransposeOptions::new([1; 2], [0; 2], [0; 2], [1; 2], 1);
    let whole = module::conv_transpose2d(g, weight.kernel(), None, options);
    let [(above, _), (left, _)] = padding;
    let [down, right] = moved;
    let seen = whole
        .narrow(2, above, height - down)
        .narrow(3, left, width - right);
    match moved {
        [0, 0] => seen,
        _ => seen.pad([(0, down), (0, right)], PadMode::Constant(0.0)),
    }
}

/// The channels of each value of a [`Op::Join`].
fn parts(args: &[Tensor<4>], g: Tensor<4>) -> Vec<Option<Tensor<4>>> {
    let mut first = 0;
    let part = |arg: &Tensor<4>| {
        let [_, count, ..] = arg.dims();
        first += count;
        Some(g.clone().narrow(1, first - count, count))
    };
    args.iter().map(part).collect()
}

fn minibatch_deviation(x: &Tensor<4>, g: Tensor<4>) -> Tensor<4> {
    let [batch, channels, height, width] = x.dims();
    let (centred, deviation) = deviations(x.clone());
    let plane = g.clone().narrow(1, channels, 1).sum().reshape([1, 1, 1, 1]);
    let share = 1.0 / (batch * channels * height * width) as f64;
    g.narrow(1, 0, channels) + centred / deviation * plane * share
}

fn attended(
    args: &[Tensor<4>],
    heads: usize,
    causal: bool,
    g: Tensor<4>,
) -> Vec<Option<Tensor<4>>> {
    let [q, k, v] = [0, 1, 2].map(|i| split_heads(args[i].clone(), heads));
    let g = split_heads(g, heads);
    let [_, width, _] = q.dims();
    let seen = attention(q.clone(), k.clone(), causal);
    let by_v = g.clone().matmul(seen.clone());
    let by_seen = g.swap_dims(1, 2).matmul(v);
    let mean = (by_seen.clone() * seen.clone()).sum_dim(2);
    let by_score = seen * (by_seen - mean) / (width as f64).sqrt();
    let by_q = k.matmul(by_score.clone().swap_dims(1, 2));
    let by_k = q.matmul(by_score);
    let parts = [by_q, by_k, by_v].into_iter().zip(args);
    parts
        .map(|(part, arg)| Some(part.reshape(arg.dims())))
        .collect()
}
