//! Puts a network together, step after step.

use super::{Architecture, Conv, Op, Over, Side, Step, Window};

/// Kernel of a convolution.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taps {
    /// Side of the kernel, at least 1.
    pub kernel: usize,
    /// Step between its positions, at least 1.
    pub stride: usize,
    /// Zeros around the input (cut off the output, when transposed).
    pub padding: usize,
}

impl Taps {
    /// A kernel of this side, stride and padding.
    pub const fn new(kernel: usize, stride: usize, padding: usize) -> Self {
        Self {
            kernel,
            stride,
            padding,
        }
    }

    /// A matrix applied to every pixel by itself.
    pub const PIXEL: Self = Self::new(1, 1, 0);
}

/// A network in the making. Methods add a step and return the index of its value.
///
/// The tensors of a step are named after its number. Every step but the inputs takes a number, or, with
/// [`Builder::numbering_tensors`], every step with tensors.
#[derive(Clone, Debug, Default)]
pub struct Builder {
    steps: Vec<Step>,
    channels: Vec<usize>,
    number: usize,
    tensors_only: bool,
}

impl Builder {
    /// No steps yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// No steps yet, and only those with tensors take a number.
    pub fn numbering_tensors() -> Self {
        Self {
            tensors_only: true,
            ..Self::default()
        }
    }

    /// Leaves a number out.
    pub fn skip_number(&mut self) {
        self.number += 1;
    }

    /// Channels of a value.
    pub fn channels(&self, value: usize) -> usize {
        self.channels[value]
    }

    fn step(&mut self, op: Op, from: &[usize], channels: usize) -> usize {
        let mut name = None;
        if !matches!(op, Op::Input(_)) {
            let has_tensors = !op.entries().is_empty();
            name = has_tensors.then(|| self.number.to_string());
            self.number += usize::from(has_tensors || !self.tensors_only);
        }
        self.steps.push(Step {
            op,
            from: from.to_vec(),
            name,
            begins_at_zero: false,
        });
        self.channels.push(channels);
        self.steps.len() - 1
    }

    fn same(&mut self, op: Op, from: usize) -> usize {
        self.step(op, &[from], self.channels[from])
    }

    /// An input with so many channels.
    pub fn input(&mut self, side: Side, channels: usize) -> usize {
        self.step(Op::Input(side), &[], channels)
    }

    fn square(&self, from: usize, outputs: usize, taps: Taps, bias: bool) -> Conv {
        Conv {
            inputs: self.channels[from],
            outputs,
            kernel: taps.kernel,
            stride: taps.stride,
            padding: taps.padding,
            bias,
        }
    }

    /// [`Op::Conv`].
    pub fn conv(&mut self, from: usize, outputs: usize, taps: Taps, bias: bool) -> usize {
        let conv = self.square(from, outputs, taps, bias);
        self.step(Op::Conv(conv), &[from], outputs)
    }

    /// [`Op::ConvTranspose`].
    pub fn conv_transpose(&mut self, from: usize, outputs: usize, taps: Taps, bias: bool) -> usize {
        let conv = self.square(from, outputs, taps, bias);
        self.step(Op::ConvTranspose(conv), &[from], outputs)
    }

    /// [`Op::Window`].
    ///
    /// # Panics
    /// If the value has other channels than the window.
    pub fn window(&mut self, from: usize, window: Window) -> usize {
        assert_eq!(self.channels[from], window.inputs, "channels of a window");
        self.step(Op::Window(window), &[from], window.outputs)
    }

    /// [`Op::RowLstm`] with this window over its own output.
    ///
    /// # Panics
    /// If the value has other channels than the gates.
    pub fn row_lstm(&mut self, from: usize, window: Window) -> usize {
        assert_eq!(self.channels[from], window.outputs, "gates of a Row LSTM");
        assert_eq!(window.outputs, 4 * window.inputs, "gates of a Row LSTM");
        self.step(Op::RowLstm(window), &[from], window.inputs)
    }

    /// The tensors of this step begin at zero, whatever the distribution of the others.
    pub fn begin_at_zero(&mut self, value: usize) {
        self.steps[value].begins_at_zero = true;
    }

    /// [`Op::BatchNorm`].
    pub fn batch_norm(&mut self, from: usize) -> usize {
        self.same(Op::BatchNorm(self.channels[from]), from)
    }

    /// [`Op::Relu`].
    pub fn relu(&mut self, from: usize) -> usize {
        self.same(Op::Relu, from)
    }

    /// [`Op::LeakyRelu`].
    pub fn leaky_relu(&mut self, from: usize) -> usize {
        self.same(Op::LeakyRelu, from)
    }

    /// [`Op::Tanh`].
    pub fn tanh(&mut self, from: usize) -> usize {
        self.same(Op::Tanh, from)
    }

    /// [`Op::Sigmoid`].
    pub fn sigmoid(&mut self, from: usize) -> usize {
        self.same(Op::Sigmoid, from)
    }

    /// [`Op::Gate`].
    pub fn gate(&mut self, from: usize) -> usize {
        self.step(Op::Gate, &[from], self.channels[from] / 2)
    }

    /// [`Op::Sum`].
    pub fn sum(&mut self, a: usize, b: usize) -> usize {
        self.step(Op::Sum, &[a, b], self.channels[a])
    }

    /// [`Op::Join`].
    pub fn join(&mut self, from: &[usize]) -> usize {
        let channels = from.iter().map(|&i| self.channels[i]).sum();
        self.step(Op::Join, from, channels)
    }

    /// [`Op::Channels`]: `count` of them from `first` on.
    pub fn narrow(&mut self, from: usize, first: usize, count: usize) -> usize {
        self.step(Op::Channels { first, count }, &[from], count)
    }

    /// [`Op::Dropout`] with noise of its own, an input.
    pub fn dropout(&mut self, from: usize) -> usize {
        let noise = self.input(Side::Noise, self.channels[from]);
        self.step(Op::Dropout, &[from, noise], self.channels[from])
    }

    /// [`Op::Upsample`].
    pub fn upsample(&mut self, from: usize) -> usize {
        self.same(Op::Upsample, from)
    }

    /// [`Op::AveragePool`].
    pub fn average_pool(&mut self, from: usize) -> usize {
        self.same(Op::AveragePool, from)
    }

    /// [`Op::PixelShuffle`].
    pub fn pixel_shuffle(&mut self, from: usize, r: usize) -> usize {
        self.step(Op::PixelShuffle(r), &[from], self.channels[from] / (r * r))
    }

    /// [`Op::Scale`].
    pub fn scale(&mut self, from: usize, by: f32) -> usize {
        self.same(Op::Scale(by), from)
    }

    /// A convolution with an equalised learning rate (Karras et al. 2018): weights begin as `N(0, 1)`, by [`super::Init::Normal`], and are scaled by
    /// `gain / sqrt(fan_in)` in every pass.
    pub fn equalised_conv(&mut self, from: usize, outputs: usize, taps: Taps, gain: f32) -> usize {
        let fan_in = self.channels[from] * taps.kernel * taps.kernel;
        let from = self.scale(from, gain / (fan_in as f32).sqrt());
        self.conv(from, outputs, taps, true)
    }

    /// Instance normalisation: [`Op::Normalise`] over each plane.
    pub fn instance_norm(&mut self, from: usize) -> usize {
        self.same(Op::Normalise(Over::Plane), from)
    }

    /// Layer normalisation: [`Op::Normalise`] over the channels or the image, then [`Op::Affine`].
    pub fn layer_norm(&mut self, from: usize, over: Over) -> usize {
        let from = self.same(Op::Normalise(over), from);
        self.same(Op::Affine(self.channels[from]), from)
    }

    /// [`Op::Modulate`] by a value with twice the channels.
    pub fn modulate(&mut self, from: usize, style: usize) -> usize {
        self.step(Op::Modulate, &[from, style], self.channels[from])
    }

    /// Adaptive instance normalisation: scale and shift come from the style by a matrix of their own.
    pub fn ada_in(&mut self, from: usize, style: usize) -> usize {
        let channels = self.channels[from];
        let normal = self.instance_norm(from);
        let style = self.conv(style, 2 * channels, Taps::PIXEL, true);
        self.modulate(normal, style)
    }

    /// [`Op::Noise`] with noise of its own, an input of one channel.
    pub fn noise(&mut self, from: usize) -> usize {
        let noise = self.input(Side::Noise, 1);
        let channels = self.channels[from];
        self.step(Op::Noise(channels), &[from, noise], channels)
    }

    /// [`Op::PixelNorm`].
    pub fn pixel_norm(&mut self, from: usize) -> usize {
        self.same(Op::PixelNorm, from)
    }

    /// [`Op::MinibatchDeviation`].
    pub fn minibatch_deviation(&mut self, from: usize) -> usize {
        self.step(Op::MinibatchDeviation, &[from], self.channels[from] + 1)
    }

    /// [`Op::Embed`]: a vector of this width for each of `count` numbers.
    pub fn embed(&mut self, from: usize, count: usize, width: usize) -> usize {
        self.step(Op::Embed { count, width }, &[from], width)
    }

    /// [`Op::Attention`] of queries to keys and values.
    pub fn attention(&mut self, [q, k, v]: [usize; 3], heads: usize, causal: bool) -> usize {
        let channels = self.channels[v];
        self.step(Op::Attention { heads, causal }, &[q, k, v], channels)
    }

    /// Quantisation by a codebook of so many vectors: [`Op::Nearest`], for the codebook's loss, and [`Op::StraightThrough`], for what follows.
    pub fn quantise(&mut self, from: usize, count: usize) -> [usize; 2] {
        let width = self.channels[from];
        let nearest = self.step(Op::Nearest { count, width }, &[from], width);
        let through = self.step(Op::StraightThrough, &[from, nearest], width);
        [nearest, through]
    }

    /// The network with this output.
    pub fn build(self, output: usize) -> Architecture {
        self.build_all(vec![output])
    }

    /// The network with these outputs.
    pub fn build_all(self, outputs: Vec<usize>) -> Architecture {
        Architecture {
            steps: self.steps,
            outputs,
        }
    }
}
