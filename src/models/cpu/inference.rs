//! A network made ready for the host: the same function as [`Network`](crate::models::network::Network) has, up to
//! rounding, several times as fast where images come one by one.
//!
//! Channels are last, so what an output sees of a row of its input is one run of numbers, and a convolution multiplies
//! such runs where they lie with a kernel that was laid out once. A transposed convolution of stride `s` is `s * s` plain ones, each for
//! the outputs of every `s`-th row and column, and multiplies no zeros.

use burn::tensor::{Device, Tensor};

use super::kernel::{Kernel, Seen};
use crate::models::mlp::LEAKY_SLOPE;
use crate::models::network::{Architecture, EPSILON, Forward, Layer, State, images};

/// An image between two layers.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// Channels, height and width.
    pub shape: [usize; 3],
    /// `[height, width, channels]`
    pub values: Vec<f32>,
}

/// A network for images of one shape.
#[derive(Clone, Debug)]
pub struct Inference {
    input: [usize; 3],
    steps: Vec<Step>,
}

#[derive(Clone, Debug)]
enum Step {
    Convolution(Convolution),
    /// `scale * x + shift` in each channel.
    Affine(Vec<f32>, Vec<f32>),
    /// A layer without values.
    Plain(Layer),
}

/// A convolution of any kind.
#[derive(Clone, Debug)]
struct Convolution {
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

impl Map {
    /// From values with channels first.
    ///
    /// # Panics
    /// If there are more or fewer than the shape has.
    pub fn new(shape: [usize; 3], planes: &[f32]) -> Self {
        let [channels, height, width] = shape;
        let values = transposed(planes, [channels, height * width]);
        Self { shape, values }
    }

    /// The values with channels first.
    pub fn planes(&self) -> Vec<f32> {
        let [channels, height, width] = self.shape;
        transposed(&self.values, [height * width, channels])
    }

    /// The channels of both.
    fn join(&self, other: &Self) -> Self {
        let [[a, height, width], [b, ..]] = [self.shape, other.shape];
        let mut values = Vec::with_capacity((a + b) * height * width);
        let pixels = self.values.chunks_exact(a);
        for (a, b) in pixels.zip(other.values.chunks_exact(b)) {
            values.extend_from_slice(a);
            values.extend_from_slice(b);
        }
        Self {
            shape: [a + b, height, width],
            values,
        }
    }
}

fn transposed(values: &[f32], [rows, columns]: [usize; 2]) -> Vec<f32> {
    assert_eq!(values.len(), rows * columns, "values of an image");
    let mut out = vec![0.0; values.len()];
    for (row, values) in values.chunks_exact(columns).enumerate() {
        for (out, value) in out[row..].iter_mut().step_by(rows).zip(values) {
            *out = *value;
        }
    }
    out
}

impl Inference {
    /// The network with these values, for images of shape `input`.
    ///
    /// # Panics
    /// If a vector of `state` has another length than the architecture asks for, or a layer has no output.
    pub fn new(architecture: &Architecture, state: &State, input: [usize; 3]) -> Self {
        let [mut parameters, mut statistics] = [&state.parameters[..], &state.statistics[..]];
        let mut shape = input;
        let mut kept = vec![];
        let mut steps = vec![];
        for layer in &architecture.0 {
            let tensors: Vec<&[f32]> = layer
                .entries()
                .iter()
                .map(|(_, shape, trained)| {
                    let rest = if *trained {
                        &mut parameters
                    } else {
                        &mut statistics
                    };
                    rest.split_off(..shape.iter().product())
                        .expect("values of the network")
                })
                .collect();
            steps.push(match tensors[..] {
                [] => {
                    match layer {
                        Layer::Keep => kept.push(shape),
                        Layer::Join => {
                            let [channels, sides @ ..]: [usize; 3] =
                                kept.pop().expect("something kept");
                            assert_eq!(shape[1..], sides, "sides of what is joined");
                            shape[0] += channels;
                        }
                        _ => (),
                    }
                    Step::Plain(*layer)
                }
                [gamma, beta, mean, variance] => {
                    let scale = gamma.iter().zip(variance);
                    let scale: Vec<f32> = scale
                        .map(|(g, v)| g / (v + EPSILON as f32).sqrt())
                        .collect();
                    let shift = beta.iter().zip(mean).zip(&scale);
                    let shift = shift.map(|((b, m), s)| b - m * s).collect();
                    Step::Affine(scale, shift)
                }
                [weight, ..] => {
                    let bias = tensors.get(1).copied().unwrap_or_default();
                    let step = Convolution::new(layer, shape, weight, bias);
                    shape = step.shape;
                    Step::Convolution(step)
                }
            });
        }
        assert!(
            parameters.is_empty() && statistics.is_empty(),
            "values of the network"
        );
        Self { input, steps }
    }

    /// The output, with noise for every dropout layer, first to last, or none. `see` is shown what every activation hands on.
    ///
    /// # Panics
    /// If the image or its noise has another shape, or if there is noise, but not for every dropout layer.
    pub fn run(&self, x: Map, noise: &[Map], mut see: impl FnMut(&Map)) -> Map {
        assert_eq!(x.shape, self.input, "shape of an image");
        let mut kept = vec![];
        let noisy = !noise.is_empty();
        let mut noise = noise.iter();
        let out = self.steps.iter().fold(x, |mut x, step| {
            match step {
                Step::Convolution(convolution) => x = convolution.apply(&x),
                Step::Affine(scale, shift) => {
                    for pixel in x.values.chunks_exact_mut(scale.len()) {
                        for ((x, scale), shift) in pixel.iter_mut().zip(scale).zip(shift) {
                            *x = scale * *x + shift;
                        }
                    }
                }
                Step::Plain(Layer::Keep) => kept.push(x.clone()),
                Step::Plain(Layer::Join) => x = x.join(&kept.pop().expect("something kept")),
                Step::Plain(Layer::Dropout) if noisy => {
                    let noise = noise.next().expect("noise for every dropout layer");
                    assert_eq!(x.shape, noise.shape, "shape of noise");
                    for (x, noise) in x.values.iter_mut().zip(&noise.values) {
                        *x *= noise;
                    }
                }
                Step::Plain(layer) => {
                    activate(layer, &mut x.values);
                    if layer.activates() {
                        see(&x);
                    }
                }
            }
            x
        });
        assert!(noise.next().is_none(), "a dropout layer for all noise");
        out
    }
}

fn activate(layer: &Layer, values: &mut [f32]) {
    let values = values.iter_mut();
    match layer {
        Layer::Relu => values.for_each(|x| *x = if *x < 0.0 { 0.0 } else { *x }),
        Layer::LeakyRelu => values.for_each(|x| *x *= if *x < 0.0 { LEAKY_SLOPE } else { 1.0 }),
        // The hyperbolic tangent itself takes several times as long.
        Layer::Tanh => values.for_each(|x| *x = 1.0 - 2.0 / (libm::expf(2.0 * *x) + 1.0)),
        _ => (),
    }
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
    fn new(
        layer: &Layer,
        [inputs, height, width]: [usize; 3],
        weight: &[f32],
        bias: &[f32],
    ) -> Self {
        let sides = [height, width];
        let (outputs, kernel, size, axes): (_, _, _, Vec<[Axis; 2]>) = match *layer {
            Layer::Conv(c) => {
                let axes = sides.map(|side| {
                    let count = (side + 2 * c.padding - c.kernel) / c.stride + 1;
                    Axis::plain(count, -(c.padding as isize), c.stride, c.kernel)
                });
                let size = axes.each_ref().map(|axis| axis.count);
                (c.outputs, [c.kernel; 2], size, vec![axes])
            }
            Layer::Window(w) => {
                let axis = |side, [first, _]: [isize; 2], taps| Axis::plain(side, first, 1, taps);
                let kernel = w.size();
                let axes = [
                    axis(height, w.rows, kernel[0]),
                    axis(width, w.columns, kernel[1]),
                ];
                (w.outputs, kernel, sides, vec![axes])
            }
            Layer::Deconv(c) => {
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
        let transposed = matches!(layer, Layer::Deconv(_));
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

    fn apply(&self, x: &Map) -> Map {
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

impl Forward for Inference {
    fn forward_noisy(&self, x: Tensor<4>, noise: &[Tensor<4>]) -> Tensor<4> {
        let device = x.device();
        let layers = noise.iter().cloned().map(maps);
        let mut layers: Vec<_> = layers.map(Vec::into_iter).collect();
        let out = maps(x).into_iter().map(|x| {
            let noise = layers.iter_mut();
            let noise = noise.map(|layer| layer.next().expect("noise for every image"));
            self.run(x, &noise.collect::<Vec<_>>(), |_| ())
        });
        tensor(&out.collect::<Vec<_>>(), &device)
    }

    fn activations(&self, x: Tensor<4>) -> Vec<Tensor<4>> {
        let device = x.device();
        let mut layers: Vec<Vec<Map>> = vec![];
        for x in maps(x) {
            let mut layer = 0;
            self.run(x, &[], |x| {
                layers.resize_with(layers.len().max(layer + 1), Vec::new);
                layers[layer].push(x.clone());
                layer += 1;
            });
        }
        layers.iter().map(|maps| tensor(maps, &device)).collect()
    }
}

fn maps(x: Tensor<4>) -> Vec<Map> {
    let [_, channels, height, width] = x.dims();
    let values: Vec<f32> = x.into_data().try_to_vec().expect("numbers on the host");
    values
        .chunks_exact(channels * height * width)
        .map(|planes| Map::new([channels, height, width], planes))
        .collect()
}

fn tensor(maps: &[Map], device: &Device) -> Tensor<4> {
    let planes = maps.iter().flat_map(Map::planes).collect();
    images(planes, maps[0].shape, device)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::sketches::sketch::CHANNELS;
    use crate::models::dcgan::{DiscriminatorConfig, GeneratorConfig, SIDE};
    use crate::models::network::{Conv, Init, Window};
    use crate::models::pix2pix::{COLOURS, Patch, PatchConfig, UnetConfig};
    use crate::models::vae::VaeConfig;
    use crate::rng::{Purpose, normal, stream};
    use proptest::prelude::*;

    /// The output, with and without `noise` of these shapes, and what the activations hand on, both ways, on random weights
    /// and statistics.
    fn agrees(
        architecture: &Architecture,
        shape: [usize; 3],
        noise: &[[usize; 3]],
    ) -> Result<(), TestCaseError> {
        let device = Device::flex();
        let mut rng = stream(5, Purpose::Measure, 0);
        let mut state = architecture.init(Init::He, &mut rng);
        for value in &mut state.parameters {
            *value += 0.02 * normal(&mut rng, 1)[0];
        }
        for value in &mut state.statistics {
            *value = 0.5 + normal(&mut rng, 1)[0].abs();
        }
        let mut draw = |shape: [usize; 3]| {
            let values = normal(&mut rng, 2 * shape.iter().product::<usize>());
            images(values, shape, &device)
        };
        let x = draw(shape);
        let noise: Vec<_> = noise.iter().map(|shape| draw(*shape)).collect();
        let [parameters, statistics] = state.to_device(&device);
        let network = architecture.with(&parameters, &statistics);
        let ready = Inference::new(architecture, &state, shape);
        let all = |network: &dyn Forward| {
            let mut all = network.activations(x.clone());
            all.push(network.forward(x.clone()));
            all.push(network.forward_noisy(x.clone(), &noise));
            all
        };
        let [burn, host] = [all(&network), all(&ready)];
        prop_assert_eq!(burn.len(), host.len());
        for (burn, host) in burn.into_iter().zip(host) {
            prop_assert_eq!(burn.dims(), host.dims());
            let size = burn.clone().abs().max().into_scalar::<f32>();
            let apart = (burn - host).abs().max().into_scalar::<f32>();
            prop_assert!(apart <= 1e-4 * size.max(1.0), "{apart} at {size}");
        }
        Ok(())
    }

    /// Layers by what random numbers say, as far as each has an output of moderate size, and shapes of their noise.
    fn layers(mut shape: [usize; 3], numbers: &[[usize; 5]]) -> (Architecture, Vec<[usize; 3]>) {
        let (mut layers, mut noise) = (vec![], vec![]);
        let mut kept: Vec<[usize; 3]> = vec![];
        for &[kind, outputs, kernel, stride, padding] in numbers {
            let [inputs, sides @ ..] = shape;
            let conv = Conv {
                inputs,
                outputs,
                kernel,
                stride,
                padding,
                bias: outputs % 2 == 0,
            };
            let wide = sides.map(|side| side + 2 * padding);
            let long = sides.map(|side| (side - 1) * stride + kernel);
            let (layer, sides) = match kind {
                0 if wide.iter().all(|side| *side >= kernel) => (
                    Layer::Conv(conv),
                    wide.map(|side| (side - kernel) / stride + 1),
                ),
                1 if long
                    .iter()
                    .all(|side| (1..20).contains(&side.saturating_sub(2 * padding))) =>
                {
                    (Layer::Deconv(conv), long.map(|side| side - 2 * padding))
                }
                // burn cannot see nothing but a row above the only one.
                2 if sides[0] > 1 => {
                    let [up, left] = [kernel, stride].map(|n| -(n as isize) + 1);
                    let down = -isize::from(up < 0 && padding == 0);
                    let window = Window {
                        inputs,
                        outputs,
                        rows: [up, down],
                        columns: [left, padding as isize],
                        bias: true,
                    };
                    (Layer::Window(window), sides)
                }
                3 => (Layer::BatchNorm(inputs), sides),
                4 => (Layer::Relu, sides),
                5 => (Layer::LeakyRelu, sides),
                6 => (Layer::Tanh, sides),
                7 => {
                    noise.push(shape);
                    (Layer::Dropout, sides)
                }
                8 => {
                    kept.push(shape);
                    (Layer::Keep, sides)
                }
                9.. if kept.last().is_some_and(|kept| kept[1..] == sides) => (Layer::Join, sides),
                _ => continue,
            };
            let channels = match layer {
                Layer::Join => inputs + kept.pop().map_or(0, |[channels, ..]| channels),
                _ if kind < 3 => outputs,
                _ => inputs,
            };
            shape = [channels, sides[0], sides[1]];
            layers.push(layer);
        }
        (Architecture(layers), noise)
    }

    proptest! {
        #[test]
        fn any_list_of_layers_is_the_network(
            shape in [1..20usize, 1..9usize, 1..9usize],
            numbers in prop::collection::vec([0..12usize, 1..40usize, 1..6usize, 1..4usize, 0..3usize], 1..10),
        ) {
            let (architecture, noise) = layers(shape, &numbers);
            agrees(&architecture, shape, &noise)?;
        }
    }

    #[test]
    fn so_are_those_of_the_cards() {
        let generator = GeneratorConfig {
            latent: 5,
            channels: 3,
            colours: 3,
        };
        let discriminator = DiscriminatorConfig {
            channels: 9,
            colours: 3,
        };
        let autoencoder = VaeConfig {
            latent: 3,
            channels: 2,
            features: 5,
            colours: 1,
            side: 28,
            halvings: 2,
            labels: 4,
        }
        .architectures();
        let u_net = UnetConfig {
            channels: 3,
            side: 16,
            halvings: 4,
            skips: true,
            dropout: 2,
        };
        let patches = PatchConfig {
            patch: Patch::Small,
            channels: 3,
        };
        for (architecture, shape) in [
            (generator.architecture(), [5, 1, 1]),
            (discriminator.architecture(), [3, SIDE, SIDE]),
            (autoencoder.trunk, [1, 28, 28]),
            (autoencoder.head, [9, 1, 1]),
            (autoencoder.decoder, [7, 1, 1]),
            (patches.architecture(), [CHANNELS + COLOURS, 16, 16]),
        ] {
            agrees(&architecture, shape, &[]).unwrap();
        }
        let noise = u_net.dropout_shapes();
        agrees(&u_net.architecture(), [CHANNELS, 16, 16], &noise).unwrap();
    }
}
