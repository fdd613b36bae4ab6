//! A network made ready to draw. Nothing of it will be trained, so batch normalisation with running statistics
//! becomes part of the convolution before it, every convolution is one matrix product whose kernel is laid out once, and
//! channels come last, so that pixels move as whole runs of numbers.
//!
//! A kernel of 4 with stride 2 and padding 1 sees pixels in blocks of 2 by 2. Halving the side is therefore a convolution with kernel
//! 2 and stride 1 over an image whose blocks became channels, and doubling it makes channels that become blocks
//! (Shi et al. 2016, section 3).

use burn::tensor::{Device, Tensor, TensorData, activation};

use super::mlp::LEAKY_SLOPE;
use super::network::{Architecture, Conv, EPSILON, Forward, Layer, State};

/// What a convolution does to the side of an image.
#[derive(Clone, Copy)]
enum Shape {
    /// Kernel 4, stride 2, padding 1.
    Halve,
    /// The same, transposed.
    Double,
    /// A kernel that covers the image.
    Whole,
    /// The same, transposed: one position becomes a square of this side.
    Spread(usize),
}

/// A convolution: what one position sees, times `weight [seen, made]`, plus `bias [1, made]`.
struct Product {
    shape: Shape,
    weight: Tensor<2>,
    bias: Tensor<2>,
}

enum Step {
    Product(Box<Product>),
    Activation(Layer),
}

/// A network for drawing only.
pub struct Inference(Vec<Step>);

/// Parts of a flat vector, first to last.
struct Parts<'a>(&'a [f32]);

impl<'a> Parts<'a> {
    fn next(&mut self, n: usize) -> &'a [f32] {
        let (part, rest) = self.0.split_at(n);
        self.0 = rest;
        part
    }
}

/// Row and column within two by two.
const BLOCK: [(usize, usize); 4] = [(0, 0), (0, 1), (1, 0), (1, 1)];

impl Inference {
    /// The same function as the network with these values, up to rounding.
    ///
    /// # Panics
    /// If a vector of `state` has another length than the architecture asks for, a convolution is none of the four
    /// kinds, or a normalisation follows none.
    pub fn new(architecture: &Architecture, state: &State, device: &Device) -> Self {
        let mut parameters = Parts(&state.parameters);
        let mut statistics = Parts(&state.statistics);
        let mut layers = architecture.0.iter().copied().peekable();
        let mut steps = vec![];
        while let Some(layer) = layers.next() {
            let (Layer::Conv(c) | Layer::Deconv(c)) = layer else {
                steps.push(Step::Activation(layer));
                continue;
            };
            let shape = match (layer, c.kernel, c.stride, c.padding) {
                (Layer::Conv(_), 4, 2, 1) => Shape::Halve,
                (Layer::Deconv(_), 4, 2, 1) => Shape::Double,
                (Layer::Conv(_), _, 1, 0) => Shape::Whole,
                (Layer::Deconv(_), side, 1, 0) => Shape::Spread(side),
                _ => panic!("{layer:?} cannot be prepared"),
            };
            let kernel = parameters.next(c.inputs * c.outputs * c.kernel * c.kernel);
            let mut bias = vec![0.0; c.outputs];
            let mut scale = vec![1.0; c.outputs];
            if c.bias {
                bias.copy_from_slice(parameters.next(c.outputs));
            }
            let normalised = |next: &Layer| matches!(next, Layer::BatchNorm(_));
            if layers.next_if(normalised).is_some() {
                let [gamma, beta] = [(); 2].map(|()| parameters.next(c.outputs));
                let [mean, variance] = [(); 2].map(|()| statistics.next(c.outputs));
                for o in 0..c.outputs {
                    scale[o] = gamma[o] / (variance[o] + EPSILON as f32).sqrt();
                    bias[o] = (bias[o] - mean[o]) * scale[o] + beta[o];
                }
            }
            let weight = shape.weight(c, |o, i, u, v| {
                let at = match layer {
                    Layer::Deconv(_) => i * c.outputs + o,
                    _ => o * c.inputs + i,
                };
                kernel[(at * c.kernel + u) * c.kernel + v] * scale[o]
            });
            let made = bias.repeat(shape.places());
            let n = made.len();
            let seen = weight.len() / n;
            steps.push(Step::Product(Box::new(Product {
                shape,
                weight: Tensor::from_data(TensorData::new(weight, [seen, n]), device),
                bias: Tensor::from_data(TensorData::new(made, [1, n]), device),
            })));
        }
        Self(steps)
    }

    /// What every activation hands on, first to last.
    pub fn activations(&self, x: Tensor<4>) -> Vec<Tensor<4>> {
        let mut h = channels_last(x);
        let mut out = vec![];
        for step in &self.0 {
            h = step.apply(h);
            if matches!(step, Step::Activation(_)) {
                out.push(channels_first(h.clone()));
            }
        }
        out
    }
}

impl Forward for Inference {
    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        channels_first(
            self.0
                .iter()
                .fold(channels_last(x), |h, step| step.apply(h)),
        )
    }
}

fn channels_last(x: Tensor<4>) -> Tensor<4> {
    x.permute([0, 2, 3, 1])
}

fn channels_first(x: Tensor<4>) -> Tensor<4> {
    x.permute([0, 3, 1, 2])
}

impl Shape {
    /// Output pixels that are made at one position.
    fn places(self) -> usize {
        match self {
            Self::Halve | Self::Whole => 1,
            Self::Double => BLOCK.len(),
            Self::Spread(side) => side * side,
        }
    }

    /// `[seen, made]` of `kernel(output, input, row, column)`; channels are last in both.
    fn weight(self, c: Conv, kernel: impl Fn(usize, usize, usize, usize) -> f32) -> Vec<f32> {
        let mut weight = vec![];
        let mut made = |i: usize, u: usize, v: usize| {
            weight.extend((0..c.outputs).map(|o| kernel(o, i, u, v)));
        };
        let (inputs, side) = (c.inputs, c.kernel);
        match self {
            // Row 2 i + a of the kernel is row a of block i.
            Self::Halve => {
                for ((i, j), (a, b)) in BLOCK.iter().flat_map(|w| BLOCK.map(|at| (*w, at))) {
                    (0..inputs).for_each(|k| made(k, 2 * i + a, 2 * j + b));
                }
            }
            // Row i of a window reaches row a of the block through row 2 (1 - i) + a of the kernel.
            Self::Double => {
                for ((i, j), k) in BLOCK.iter().flat_map(|w| (0..inputs).map(move |k| (w, k))) {
                    for (a, b) in BLOCK {
                        made(k, 2 * (1 - i) + a, 2 * (1 - j) + b);
                    }
                }
            }
            Self::Whole => {
                for (u, v) in square(side) {
                    (0..inputs).for_each(|k| made(k, u, v));
                }
            }
            Self::Spread(_) => {
                for k in 0..inputs {
                    square(side).for_each(|(u, v)| made(k, u, v));
                }
            }
        }
        weight
    }
}

fn square(side: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..side * side).map(move |at| (at / side, at % side))
}

/// `[batch, height, width, channels]` to `[batch, height - 1, width - 1, 4 channels]`: what each window of 2 by 2 sees.
fn windows(x: Tensor<4>) -> Tensor<4> {
    let [n, h, w, c] = x.dims();
    let seen = BLOCK.map(|(i, j)| x.clone().slice([0..n, i..i + h - 1, j..j + w - 1, 0..c]));
    Tensor::cat(seen.to_vec(), 3)
}

fn padded(x: Tensor<4>) -> Tensor<4> {
    x.pad([(0, 0), (1, 1), (1, 1), (0, 0)], 0.0)
}

impl Product {
    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        let [n, h, w, c] = x.dims();
        let [seen, made] = self.weight.dims();
        let outputs = made / self.shape.places();
        let product = |x: Tensor<4>| {
            let rows = x.shape().num_elements() / seen;
            x.reshape([rows, seen]).matmul(self.weight.clone()) + self.bias.clone()
        };
        match self.shape {
            Shape::Halve => {
                let (rows, columns) = (h / 2 + 1, w / 2 + 1);
                let pairs = padded(x).reshape([n, rows, 2, columns, 2 * c]);
                let blocks = pairs.swap_dims(2, 3).reshape([n, rows, columns, 4 * c]);
                product(windows(blocks)).reshape([n, h / 2, w / 2, outputs])
            }
            Shape::Double => {
                let pairs = product(windows(padded(x))).reshape([n, h + 1, w + 1, 2, 2 * outputs]);
                let whole = pairs
                    .swap_dims(2, 3)
                    .reshape([n, 2 * h + 2, 2 * w + 2, outputs]);
                whole.slice([0..n, 1..2 * h + 1, 1..2 * w + 1, 0..outputs])
            }
            Shape::Whole => product(x).reshape([n, 1, 1, outputs]),
            Shape::Spread(side) => product(x).reshape([n, side, side, outputs]),
        }
    }
}

impl Step {
    /// `[batch, height, width, channels]` to the same.
    fn apply(&self, x: Tensor<4>) -> Tensor<4> {
        match self {
            Self::Product(product) => product.apply(x),
            Self::Activation(Layer::Relu) => activation::relu(x),
            Self::Activation(Layer::LeakyRelu) => activation::leaky_relu(x, LEAKY_SLOPE.into()),
            // The hyperbolic tangent itself is slow in WebAssembly.
            Self::Activation(Layer::Tanh) => ((x * -2.0).exp() + 1.0).recip() * 2.0 - 1.0,
            Self::Activation(layer) => panic!("{layer:?} follows no convolution"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::dcgan::{DiscriminatorConfig, GeneratorConfig, SIDE};
    use crate::models::network::{Init, images};
    use crate::models::vae::VaeConfig;
    use crate::rng::{Purpose, normal, stream};

    /// Both ways on random weights and statistics.
    fn agrees(architecture: &Architecture, shape: [usize; 3]) {
        let device = Device::flex();
        let mut rng = stream(5, Purpose::Measure, 0);
        let mut state = architecture.init(Init::He, &mut rng);
        for v in &mut state.parameters {
            *v += 0.1 * normal(&mut rng, 1)[0];
        }
        for v in &mut state.statistics {
            *v = 0.5 + normal(&mut rng, 1)[0].abs();
        }
        let x = images(
            normal(&mut rng, 3 * shape.iter().product::<usize>()),
            shape,
            &device,
        );
        let network = {
            let [parameters, statistics] = state.to_device(&device);
            architecture.with(&parameters, &statistics)
        };
        let ready = Inference::new(architecture, &state, &device);
        let mut pairs = vec![(network.forward(x.clone()), ready.forward(x.clone()))];
        pairs.extend(
            network
                .activations(x.clone())
                .into_iter()
                .zip(ready.activations(x)),
        );
        for (a, b) in pairs {
            assert_eq!(a.dims(), b.dims());
            let size = a.clone().abs().max().into_scalar::<f32>();
            let apart = (a - b).abs().max().into_scalar::<f32>();
            assert!(apart <= 1e-5 * (1.0 + size), "{apart} at {size}");
        }
    }

    #[test]
    fn it_is_the_network() {
        agrees(
            &GeneratorConfig {
                latent: 5,
                channels: 3,
                colours: 3,
            }
            .architecture(),
            [5, 1, 1],
        );
        agrees(
            &DiscriminatorConfig {
                channels: 3,
                colours: 2,
            }
            .architecture(),
            [2, SIDE, SIDE],
        );
        let vae = VaeConfig {
            latent: 3,
            channels: 2,
            features: 5,
            colours: 1,
            side: 28,
            halvings: 2,
            labels: 4,
        };
        let nets = vae.architectures();
        agrees(&nets.trunk, [1, 28, 28]);
        agrees(&nets.decoder, [7, 1, 1]);
    }

    #[test]
    fn large_values_saturate() {
        let device = Device::flex();
        let ready = Inference::new(&Architecture(vec![Layer::Tanh]), &State::default(), &device);
        let out = ready.forward(images(vec![-1e6, 0.0, 1e6, 0.5], [4, 1, 1], &device));
        let values: Vec<f32> = out.into_data().try_to_vec().unwrap();
        assert_eq!(values[..3], [-1.0, 0.0, 1.0]);
        assert!((values[3] - 0.5f32.tanh()).abs() < 1e-6);
    }
}
