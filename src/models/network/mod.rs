//! Feed-forward convolutional networks as a list of layers: the image models are made of these.
//!
//! Everything is `[batch, channels, height, width]`; a latent or a vector of features is an image of height and width 1, so
//! a fully connected layer is a convolution whose kernel covers its input. Trained parameters are
//! one flat vector and running statistics of batch normalisation another, as for the toy networks: an update, an average and a
//! checkpoint each touch one tensor.

use burn::tensor::ops::{ConvOptions, ConvTransposeOptions};
use burn::tensor::{Device, FloatDType, Tensor, TensorData, activation, module};
use rand_chacha::ChaCha8Rng;

use crate::models::mlp::leaky_slope;
use crate::rng;

/// Added to variances in batch normalisation (Ioffe and Szegedy 2015, algorithm 1).
pub(super) const EPSILON: f64 = 1e-5;

/// A square convolution, or a transposed one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conv {
    /// Channels in, at least 1.
    pub inputs: usize,
    /// Channels out, at least 1.
    pub outputs: usize,
    /// Side of the kernel, at least 1.
    pub kernel: usize,
    /// Step between kernel positions (of the output, when transposed), at least 1.
    pub stride: usize,
    /// Zeros around the input (cut off the output, when transposed).
    pub padding: usize,
    /// Whether a constant per output channel is added.
    pub bias: bool,
}

/// A convolution that keeps height and width and sees the pixels at a rectangle of offsets: around, above or left of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Channels in, at least 1.
    pub inputs: usize,
    /// Channels out, at least 1.
    pub outputs: usize,
    /// First and last offset down; neither is positive, and the last is 0 or -1.
    pub rows: [isize; 2],
    /// First and last offset to the right; the first is not positive, the last is at least -1.
    pub columns: [isize; 2],
    /// Whether a constant per output channel is added.
    pub bias: bool,
}

impl Window {
    /// A matrix applied to every pixel by itself.
    pub const fn pixel(inputs: usize, outputs: usize, bias: bool) -> Self {
        Self {
            inputs,
            outputs,
            rows: [0, 0],
            columns: [0, 0],
            bias,
        }
    }

    /// Height and width of the kernel.
    pub fn size(&self) -> [usize; 2] {
        [self.rows, self.columns].map(|[first, last]| (last - first + 1) as usize)
    }

    fn forward(&self, x: Tensor<4>, kernel: Tensor<4>, bias: Option<Tensor<1>>) -> Tensor<4> {
        let [.., height, width] = x.dims();
        // An offset of -1 at the end moves the image by one pixel, and its last row or column out of it.
        let moved = [self.rows[1] < 0, self.columns[1] < 0].map(usize::from);
        let x = match moved {
            [0, 0] => x,
            [down, right] => x.narrow(2, 0, height - down).narrow(3, 0, width - right),
        };
        let padding = [self.rows, self.columns]
            .map(|[first, last]| (first.unsigned_abs(), last.max(0) as usize));
        let options = ConvOptions::new_with_padding([1; 2], padding, [1; 2], 1);
        module::conv2d(x, kernel, bias, options)
    }
}

/// One layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Layer {
    /// Convolution.
    Conv(Conv),
    /// Convolution over part of the neighbourhood.
    Window(Window),
    /// Transposed convolution.
    Deconv(Conv),
    /// Batch normalisation over so many channels.
    BatchNorm(usize),
    /// max(0, x).
    Relu,
    /// x for x > 0, else 0.2 x.
    LeakyRelu,
    /// Hyperbolic tangent.
    Tanh,
    /// Hands its input on, and keeps it for a later [`Self::Join`].
    Keep,
    /// Appends the channels that were kept last, and keeps them no longer.
    Join,
    /// Multiplies by noise that comes with the input, as large as what it is applied to. Without noise it hands its input on.
    Dropout,
}

/// Distribution of initial weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// `N(0, 0.02)`, and `N(1, 0.02)` for the scale of batch normalisation (Radford et al. 2016, section 4).
    Dcgan,
    /// `N(0, sqrt(2 / fan_in))` (He et al. 2015, equation 10).
    He,
}

/// A named tensor of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Layer index and role, for example `3.weight`.
    pub name: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Whether training changes it; running statistics are not trained.
    pub trained: bool,
}

impl Entry {
    /// Number of values.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Layer {
    /// Role, shape and whether it is trained, of each tensor.
    pub(super) fn entries(&self) -> Vec<(&'static str, Vec<usize>, bool)> {
        match *self {
            Self::Conv(c) | Self::Deconv(c) => {
                let channels = match self {
                    Self::Conv(_) => [c.outputs, c.inputs],
                    _ => [c.inputs, c.outputs],
                };
                let mut out = vec![(
                    "weight",
                    vec![channels[0], channels[1], c.kernel, c.kernel],
                    true,
                )];
                if c.bias {
                    out.push(("bias", vec![c.outputs], true));
                }
                out
            }
            Self::Window(w) => {
                let [height, width] = w.size();
                let mut out = vec![("weight", vec![w.outputs, w.inputs, height, width], true)];
                if w.bias {
                    out.push(("bias", vec![w.outputs], true));
                }
                out
            }
            Self::BatchNorm(n) => vec![
                ("gamma", vec![n], true),
                ("beta", vec![n], true),
                ("running-mean", vec![n], false),
                ("running-variance", vec![n], false),
            ],
            Self::Relu | Self::LeakyRelu | Self::Tanh | Self::Keep | Self::Join | Self::Dropout => {
                vec![]
            }
        }
    }

    /// Whether it is an activation.
    pub(super) fn activates(&self) -> bool {
        matches!(self, Self::Relu | Self::LeakyRelu | Self::Tanh)
    }

    fn initial(&self, role: &str, n: usize, init: Init, rng: &mut ChaCha8Rng) -> Vec<f32> {
        let gaussian = |rng: &mut ChaCha8Rng, mean: f32, std: f32| -> Vec<f32> {
            rng::normal(rng, n).iter().map(|v| mean + std * v).collect()
        };
        let fan_in = match *self {
            Self::Conv(c) => c.inputs * c.kernel * c.kernel,
            Self::Window(w) => w.inputs * w.size().iter().product::<usize>(),
            // Each output pixel sees about (kernel / stride)^2 positions of the input.
            Self::Deconv(c) => c.inputs * (c.kernel / c.stride).max(1).pow(2),
            _ => 1,
        };
        match (role, init) {
            ("weight", Init::Dcgan) => gaussian(rng, 0.0, 0.02),
            ("weight", Init::He) => gaussian(rng, 0.0, (2.0 / fan_in as f32).sqrt()),
            ("gamma", Init::Dcgan) => gaussian(rng, 1.0, 0.02),
            ("gamma" | "running-variance", _) => vec![1.0; n],
            _ => vec![0.0; n],
        }
    }
}

/// The layers of a network, first to last.
#[derive(Clone, Debug, PartialEq)]
pub struct Architecture(pub Vec<Layer>);

impl Architecture {
    /// Every tensor, in the order of the flat vectors.
    pub fn entries(&self) -> Vec<Entry> {
        let of_layer = |(i, layer): (usize, &Layer)| {
            layer
                .entries()
                .into_iter()
                .map(move |(role, shape, trained)| Entry {
                    name: format!("{i}.{role}"),
                    shape,
                    trained,
                })
        };
        self.0.iter().enumerate().flat_map(of_layer).collect()
    }

    fn count(&self, trained: bool) -> usize {
        let entries = self.entries().into_iter();
        entries
            .filter(|e| e.trained == trained)
            .map(|e| e.len())
            .sum()
    }

    /// Number of trained parameters.
    pub fn parameters(&self) -> usize {
        self.count(true)
    }

    /// Number of running statistics.
    pub fn statistics(&self) -> usize {
        self.count(false)
    }

    /// Initial trained parameters and running statistics.
    pub fn init(&self, init: Init, rng: &mut ChaCha8Rng) -> State {
        let mut state = State::default();
        for layer in &self.0 {
            for (role, shape, trained) in layer.entries() {
                let values = layer.initial(role, shape.iter().product(), init, rng);
                let side = if trained {
                    &mut state.parameters
                } else {
                    &mut state.statistics
                };
                side.extend(values);
            }
        }
        state
    }

    /// The network with these values.
    ///
    /// # Shapes
    /// - parameters: `[parameters()]`
    /// - statistics: `[statistics()]`
    ///
    /// # Panics
    /// If a vector has another length.
    pub fn with(&self, parameters: &Tensor<1>, statistics: &Tensor<1>) -> Network {
        assert_eq!(
            parameters.dims(),
            [self.parameters()],
            "trained parameters of the network"
        );
        assert_eq!(
            statistics.dims(),
            [self.statistics()],
            "running statistics of the network"
        );
        let mut at = [0; 2];
        let layers = self
            .0
            .iter()
            .map(|&layer| {
                let tensors = layer
                    .entries()
                    .into_iter()
                    .map(|(_, shape, trained)| {
                        let n: usize = shape.iter().product();
                        let (source, at) = if trained {
                            (parameters, &mut at[0])
                        } else {
                            (statistics, &mut at[1])
                        };
                        let part = source.clone().slice(*at..*at + n);
                        *at += n;
                        match shape[..] {
                            [a, b, c, d] => Weight::Kernel(part.reshape([a, b, c, d])),
                            _ => Weight::Vector(part),
                        }
                    })
                    .collect();
                (layer, tensors)
            })
            .collect();
        Network { layers }
    }
}

/// Values of a network on the host.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// `[parameters]`
    pub parameters: Vec<f32>,
    /// `[statistics]`
    pub statistics: Vec<f32>,
}

impl State {
    /// Both vectors on a device.
    pub fn to_device(&self, device: &Device) -> [Tensor<1>; 2] {
        [&self.parameters, &self.statistics].map(|v| vector(v.clone(), device))
    }
}

/// A `[n]` tensor from host values.
pub fn vector(values: Vec<f32>, device: &Device) -> Tensor<1> {
    let n = values.len();
    Tensor::from_data(TensorData::new(values, [n]), device)
}

/// A `[batch, channels, height, width]` tensor from host values in row-major order.
pub fn images(values: Vec<f32>, [c, h, w]: [usize; 3], device: &Device) -> Tensor<4> {
    let n = values.len() / (c * h * w);
    Tensor::from_data(TensorData::new(values, [n, c, h, w]), device)
}

#[derive(Clone, Debug)]
enum Weight {
    Kernel(Tensor<4>),
    Vector(Tensor<1>),
}

impl Weight {
    fn kernel(&self) -> Tensor<4> {
        match self {
            Self::Kernel(t) => t.clone(),
            Self::Vector(_) => unreachable!("the first tensor of a convolution is its kernel"),
        }
    }

    fn vector(&self) -> Tensor<1> {
        match self {
            Self::Vector(t) => t.clone(),
            Self::Kernel(_) => unreachable!("only the first tensor of a convolution is a kernel"),
        }
    }
}

/// What draws: a network on a device, or one made ready for the host.
pub trait Forward {
    /// [`Self::forward`] with noise for every dropout layer, first to last, or none.
    fn forward_noisy(&self, x: Tensor<4>, noise: &[Tensor<4>]) -> Tensor<4>;
    /// What every activation hands on, first to last, with running statistics.
    fn activations(&self, x: Tensor<4>) -> Vec<Tensor<4>>;

    /// The output, with running statistics where layers normalise.
    ///
    /// # Shapes
    /// - x: `[batch, channels, height, width]` of the first layer
    fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        self.forward_noisy(x, &[])
    }
}

impl Forward for Box<dyn Forward> {
    fn forward_noisy(&self, x: Tensor<4>, noise: &[Tensor<4>]) -> Tensor<4> {
        (**self).forward_noisy(x, noise)
    }

    fn activations(&self, x: Tensor<4>) -> Vec<Tensor<4>> {
        (**self).activations(x)
    }
}

/// Mean and biased variance of each batch normalisation, in the order of the running statistics.
pub type BatchStatistics = Vec<Tensor<1>>;

/// A network with its values.
#[derive(Clone, Debug)]
pub struct Network {
    layers: Vec<(Layer, Vec<Weight>)>,
}

impl Network {
    /// A copy whose trained parameters record gradients.
    pub fn tracked(&self) -> Self {
        let leaf = |weight: &Weight| match weight {
            Weight::Kernel(t) => Weight::Kernel(t.clone().autodiff().require_grad()),
            Weight::Vector(t) => Weight::Vector(t.clone().autodiff().require_grad()),
        };
        let layers = self
            .layers
            .iter()
            .map(|(layer, weights)| {
                let trained = layer.entries();
                let weights = weights.iter().zip(trained).map(|(weight, (.., trained))| {
                    if trained {
                        leaf(weight)
                    } else {
                        weight.clone()
                    }
                });
                (*layer, weights.collect())
            })
            .collect();
        Self { layers }
    }

    /// The same network in another floating-point type. The gradients of a tracked network are still found at itself, in its
    /// own type.
    pub fn cast(&self, dtype: FloatDType) -> Self {
        let cast = |weight: &Weight| match weight {
            Weight::Kernel(t) => Weight::Kernel(t.clone().cast(dtype)),
            Weight::Vector(t) => Weight::Vector(t.clone().cast(dtype)),
        };
        let layers = self.layers.iter();
        Self {
            layers: layers
                .map(|(layer, weights)| (*layer, weights.iter().map(cast).collect()))
                .collect(),
        }
    }

    /// The output with each batch's own statistics, which are handed back.
    ///
    /// # Shapes
    /// - x: `[batch, channels, height, width]` of the first layer
    pub fn forward_training(&self, x: Tensor<4>) -> (Tensor<4>, BatchStatistics) {
        self.forward_training_noisy(x, &[])
    }

    /// [`Self::forward_training`] with noise for every dropout layer, first to last, or none.
    pub fn forward_training_noisy(
        &self,
        x: Tensor<4>,
        noise: &[Tensor<4>],
    ) -> (Tensor<4>, BatchStatistics) {
        let mut statistics = vec![];
        let of_batch = |h, weights: &[Weight]| {
            let [gamma, beta] = [0, 1].map(|i| weights[i].vector());
            let out = module::batch_norm_train(h, gamma, beta, EPSILON);
            statistics.push(out.mean.inner());
            statistics.push(out.variance.inner());
            out.output
        };
        (self.pass(x, noise, of_batch, |_, _| ()), statistics)
    }

    /// Applies the layers in turn. `normalise` is batch normalisation; `see` is told what every layer hands on.
    ///
    /// # Panics
    /// If there is noise, but not for every dropout layer, or if something is joined that nothing kept.
    fn pass(
        &self,
        x: Tensor<4>,
        noise: &[Tensor<4>],
        mut normalise: impl FnMut(Tensor<4>, &[Weight]) -> Tensor<4>,
        mut see: impl FnMut(&Layer, &Tensor<4>),
    ) -> Tensor<4> {
        let mut kept = vec![];
        let mut noise = noise.iter().cloned().peekable();
        let noisy = noise.peek().is_some();
        let out = self.layers.iter().fold(x, |h, (layer, weights)| {
            let out = match layer {
                Layer::BatchNorm(_) => normalise(h, weights),
                Layer::Keep => {
                    kept.push(h.clone());
                    h
                }
                Layer::Join => Tensor::cat(vec![h, kept.pop().expect("something kept")], 1),
                Layer::Dropout if noisy => h * noise.next().expect("noise for every dropout layer"),
                Layer::Dropout => h,
                _ => plain(layer, weights, h),
            };
            see(layer, &out);
            out
        });
        assert!(noise.next().is_none(), "a dropout layer for all noise");
        out
    }

    /// The output of layer `i` alone, a convolution or an activation.
    ///
    /// # Shapes
    /// - x: `[batch, channels, height, width]` of that layer
    pub fn layer(&self, i: usize, x: Tensor<4>) -> Tensor<4> {
        let (layer, weights) = &self.layers[i];
        plain(layer, weights, x)
    }

    /// The gradients of `loss` with respect to the trained parameters of this tracked network, as one vector. A parameter that
    /// the loss does not depend on has gradient 0.
    ///
    /// # Shapes
    /// - returns: `[parameters]`, without gradients
    pub fn gradients(&self, grads: &mut burn::tensor::Gradients) -> Tensor<1> {
        let mut parts = vec![];
        for (layer, weights) in &self.layers {
            for (weight, (.., trained)) in weights.iter().zip(layer.entries()) {
                if !trained {
                    continue;
                }
                parts.push(match weight {
                    Weight::Kernel(t) => flat_gradient(t, grads),
                    Weight::Vector(t) => flat_gradient(t, grads),
                });
            }
        }
        Tensor::cat(parts, 0)
    }
}

impl Forward for Network {
    fn forward_noisy(&self, x: Tensor<4>, noise: &[Tensor<4>]) -> Tensor<4> {
        self.pass(x, noise, running, |_, _| ())
    }

    fn activations(&self, x: Tensor<4>) -> Vec<Tensor<4>> {
        let mut out = vec![];
        self.pass(x, &[], running, |layer, h| {
            if layer.activates() {
                out.push(h.clone());
            }
        });
        out
    }
}

fn flat_gradient<const D: usize>(t: &Tensor<D>, grads: &mut burn::tensor::Gradients) -> Tensor<1> {
    t.grad_remove(grads)
        .unwrap_or_else(|| t.clone().inner().zeros_like())
        .reshape([t.shape().num_elements()])
}

/// Batch normalisation with running statistics.
fn running(h: Tensor<4>, weights: &[Weight]) -> Tensor<4> {
    let [gamma, beta, mean, variance] = [0, 1, 2, 3].map(|i| weights[i].vector());
    module::batch_norm(h, gamma, beta, mean, variance, EPSILON)
}

fn plain(layer: &Layer, weights: &[Weight], h: Tensor<4>) -> Tensor<4> {
    match *layer {
        Layer::Conv(c) => module::conv2d(
            h,
            weights[0].kernel(),
            weights.get(1).map(Weight::vector),
            ConvOptions::new([c.stride; 2], [c.padding; 2], [1; 2], 1),
        ),
        Layer::Window(w) => w.forward(h, weights[0].kernel(), weights.get(1).map(Weight::vector)),
        Layer::Deconv(c) => module::conv_transpose2d(
            h,
            weights[0].kernel(),
            weights.get(1).map(Weight::vector),
            ConvTransposeOptions::new([c.stride; 2], [c.padding; 2], [0; 2], [1; 2], 1),
        ),
        Layer::Relu => activation::relu(h),
        Layer::LeakyRelu => {
            let slope = leaky_slope(h.clone().inner());
            h * slope
        }
        Layer::Tanh => h.tanh(),
        Layer::BatchNorm(_) | Layer::Keep | Layer::Join | Layer::Dropout => {
            unreachable!("these are of the pass")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, normal, stream};
    use burn::tensor::Device;

    /// Index arithmetic straight from the definition: `y[o, i, j] = b[o] + sum w[o, c, u, v] x[c, s i + u - p, s j + v - p]`.
    fn naive(c: Conv, w: &[f32], b: &[f32], x: &[f32], side: usize) -> Vec<f32> {
        let out = (side + 2 * c.padding - c.kernel) / c.stride + 1;
        let mut y = vec![0.0; c.outputs * out * out];
        for (at, y) in y.iter_mut().enumerate() {
            let (o, i, j) = (at / (out * out), at / out % out, at % out);
            *y = b[o];
            for k in 0..c.inputs * c.kernel * c.kernel {
                let (ch, u, v) = (
                    k / (c.kernel * c.kernel),
                    k / c.kernel % c.kernel,
                    k % c.kernel,
                );
                let (r, s) = (c.stride * i + u, c.stride * j + v);
                let inside = (c.padding..side + c.padding).contains(&r)
                    && (c.padding..side + c.padding).contains(&s);
                if inside {
                    *y += w[o * c.inputs * c.kernel * c.kernel + k]
                        * x[(ch * side + r - c.padding) * side + s - c.padding];
                }
            }
        }
        y
    }

    fn draw(index: u64, n: usize) -> Vec<f32> {
        normal(&mut stream(3, Purpose::Measure, index), n)
    }

    fn close(a: &[f32], b: &[f32], tolerance: f32) {
        assert_eq!(a.len(), b.len());
        for (a, b) in a.iter().zip(b) {
            assert!(
                (a - b).abs() < tolerance * (1.0 + b.abs()),
                "{a} against {b}"
            );
        }
    }

    fn values<const D: usize>(t: Tensor<D>) -> Vec<f32> {
        t.into_data().try_to_vec().unwrap()
    }

    const CONV: Conv = Conv {
        inputs: 2,
        outputs: 3,
        kernel: 4,
        stride: 2,
        padding: 1,
        bias: true,
    };

    #[test]
    fn a_convolution_is_its_definition() {
        let device = Device::flex();
        let net = Architecture(vec![Layer::Conv(CONV)]);
        let parameters = draw(0, net.parameters());
        let x = draw(1, 2 * 8 * 8);
        let out = net
            .with(
                &vector(parameters.clone(), &device),
                &Tensor::zeros([0], &device),
            )
            .forward(images(x.clone(), [2, 8, 8], &device));
        let (w, b) = parameters.split_at(3 * 2 * 16);
        close(&values(out), &naive(CONV, w, b, &x, 8), 1e-4);
    }

    #[test]
    fn a_transposed_convolution_is_the_adjoint_of_the_convolution() {
        // <conv(x), y> = <x, deconv(y)> with the same weights and no bias.
        let device = Device::flex();
        let plain = Conv {
            bias: false,
            ..CONV
        };
        let conv = Architecture(vec![Layer::Conv(plain)]);
        let deconv = Architecture(vec![Layer::Deconv(Conv {
            inputs: 3,
            outputs: 2,
            ..plain
        })]);
        let parameters = vector(draw(0, conv.parameters()), &device);
        let none = Tensor::zeros([0], &device);
        let (x, y) = (draw(1, 2 * 64), draw(2, 3 * 16));
        let there = values(conv.with(&parameters, &none).forward(images(
            x.clone(),
            [2, 8, 8],
            &device,
        )));
        let back = values(deconv.with(&parameters, &none).forward(images(
            y.clone(),
            [3, 4, 4],
            &device,
        )));
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        close(&[dot(&there, &y)], &[dot(&x, &back)], 1e-4);
    }

    #[test]
    fn gradients_agree_with_finite_differences_through_every_layer() {
        let device = Device::flex();
        let net = Architecture(vec![
            Layer::Conv(CONV),
            Layer::LeakyRelu,
            Layer::Deconv(Conv {
                inputs: 3,
                outputs: 2,
                ..CONV
            }),
            Layer::BatchNorm(2),
            Layer::Tanh,
        ]);
        let state = net.init(Init::He, &mut stream(1, Purpose::InitGenerator, 0));
        let x = images(draw(1, 3 * 2 * 64), [2, 8, 8], &device);
        let weight = images(draw(2, 3 * 2 * 64), [2, 8, 8], &device);
        let loss = |parameters: Vec<f32>| {
            let network = net.with(
                &vector(parameters, &device),
                &vector(state.statistics.clone(), &device),
            );
            let (y, _) = network.forward_training(x.clone());
            f64::from(values((y * weight.clone()).sum())[0])
        };
        let [parameters, statistics] = state.to_device(&device);
        let network = net.with(&parameters, &statistics).tracked();
        let (y, _) = network.forward_training(x.clone().autodiff());
        let total = (y * weight.clone().autodiff()).sum();
        let gradient = values(network.gradients(&mut total.backward()));
        let scale = gradient.iter().fold(0.0f32, |m, g| m.max(g.abs()));
        for i in (0..gradient.len()).step_by(7) {
            let moved = |by: f32| {
                let mut p = state.parameters.clone();
                p[i] += by;
                loss(p)
            };
            let step = 2e-3;
            let numeric = (moved(step) - moved(-step)) / f64::from(2.0 * step);
            assert!(
                (numeric as f32 - gradient[i]).abs() < 0.02 * scale,
                "{i}: {numeric} against {}",
                gradient[i]
            );
        }
    }

    #[test]
    fn batch_normalisation_gives_mean_zero_variance_one_and_tells_the_statistics() {
        let device = Device::flex();
        let net = Architecture(vec![Layer::BatchNorm(2)]);
        let state = net.init(Init::He, &mut stream(1, Purpose::InitGenerator, 0));
        let [parameters, statistics] = state.to_device(&device);
        let x = images(draw(1, 5 * 2 * 16), [2, 4, 4], &device) * 3.0 + 2.0;
        let (y, found) = net
            .with(&parameters, &statistics)
            .forward_training(x.clone());
        let of = |t: &Tensor<4>, channel: usize| {
            let all = values(t.clone().slice([0..5, channel..channel + 1]));
            let mean = all.iter().sum::<f32>() / 80.0;
            let variance = all.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / 80.0;
            [mean, variance]
        };
        for channel in 0..2 {
            close(&of(&y, channel), &[0.0, 1.0], 1e-4);
            let told = [&found[0], &found[1]].map(|t| values(t.clone())[channel]);
            close(&told, &of(&x, channel), 1e-4);
        }
        // With exactly these as running statistics, inference is the same map.
        let running = Tensor::cat(found, 0);
        close(
            &values(net.with(&parameters, &running).forward(x)),
            &values(y),
            1e-3,
        );
    }
}
