//! What a step of a network can be, and the tensors it has.
//!
//! Every value is `[batch, channels, height, width]`: a latent, a label or a style has height and width 1, and tokens are positions.
//! Where an operation takes two values, one of height and width 1 stands for the same at every position.

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
}

/// Which input of a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// An image.
    Image,
    /// A latent vector.
    Latent,
    /// A label: one-hot, or its number for [`Op::Embed`].
    Label,
    /// A style vector.
    Style,
    /// Noise. It can be left out of a pass, and then the step that it is for hands its input on.
    Noise,
    /// Features of a text.
    Text,
    /// Numbers of tokens, in one row.
    Tokens,
    /// One-hot levels of the image itself, so many for each of its channels.
    Levels,
}

/// What values are normalised over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Each channel of each image: instance normalisation (Ulyanov et al. 2016).
    Plane,
    /// The channels of each position: layer normalisation of tokens (Ba et al. 2016).
    Channels,
    /// Everything of each image: layer normalisation of a convolution's output, as WGAN-GP's critics have it.
    Image,
}

/// An operation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    /// What comes from outside.
    Input(Side),
    /// Convolution.
    Conv(Conv),
    /// Convolution over part of the neighbourhood.
    Window(Window),
    /// Transposed convolution.
    ConvTranspose(Conv),
    /// Batch normalisation over so many channels (Ioffe and Szegedy 2015).
    BatchNorm(usize),
    /// max(0, x).
    Relu,
    /// x for x > 0, else 0.2 x.
    LeakyRelu,
    /// Hyperbolic tangent.
    Tanh,
    /// 1 / (1 + exp(-x)).
    Sigmoid,
    /// `tanh(a) * sigmoid(b)` of the first and second half of the channels.
    Gate,
    /// Sum of two values.
    Sum,
    /// The channels of all values, one after the other.
    Join,
    /// Some of the channels.
    Channels {
        /// The first of them.
        first: usize,
        /// How many.
        count: usize,
    },
    /// The first value times the second, noise of the same shape.
    Dropout,
    /// Row LSTM (van den Oord et al. 2016, section 3.1). Its input has four times its channels: input, candidate, forget and output
    /// gate. The window applied to its own output in the row above is added to them, then
    /// `c = sigmoid(input) * tanh(candidate) + sigmoid(forget) * (c of the row above)`, and the output is `sigmoid(output) * tanh(c)`.
    RowLstm(Window),
    /// Twice the height and width by bilinear interpolation between pixel centres; at the edge, the nearest pixel.
    Upsample,
    /// Half the height and width by the mean of two by two.
    AveragePool,
    /// Height and width times `r`, with a pixel's `r * r` channels as its parts: channel `(c r + i) r + j` becomes row `i`, column `j` of
    /// channel `c` (Shi et al. 2016).
    PixelShuffle(usize),
    /// Multiplies by a constant, such as that of an equalised learning rate (Karras et al. 2018).
    Scale(f32),
    /// Mean 0 and variance 1.
    Normalise(Over),
    /// A trained scale and shift of each of so many channels.
    Affine(usize),
    /// `x (1 + a) + b` with `a` and `b` the first and second half of the channels of the second value: AdaIN after
    /// [`Over::Plane`] (Huang and Belongie 2017).
    Modulate,
    /// Adds noise of one channel, the second value, times a trained factor of each of so many channels (Karras et al. 2019).
    Noise(usize),
    /// Divides by the root of the mean square over channels (Karras et al. 2018).
    PixelNorm,
    /// Appends a channel with the standard deviation over the batch, averaged over channels and positions (Karras et al. 2018).
    MinibatchDeviation,
    /// A trained vector for each of so many numbers.
    Embed {
        /// How many numbers there are.
        count: usize,
        /// Length of a vector.
        width: usize,
    },
    /// `softmax(q k^T / sqrt(d)) v` over positions, from queries, keys and values; the heads share the channels out (Vaswani et al. 2017).
    Attention {
        /// Number of heads; it divides the channels.
        heads: usize,
        /// Whether a position sees itself and those before it alone.
        causal: bool,
    },
    /// The nearest vector of a codebook at every position (van den Oord et al. 2017). No gradient reaches the input.
    Nearest {
        /// Vectors of the codebook.
        count: usize,
        /// Their length.
        width: usize,
    },
    /// The second value, with the gradient of the output handed to the first.
    StraightThrough,
}

/// Role, shape and whether it is trained, of a tensor.
pub(crate) type Role = (&'static str, Vec<usize>, bool);

impl Op {
    /// Its tensors, in the order in which they are stored.
    pub(crate) fn entries(&self) -> Vec<Role> {
        let kernel = |shape: [usize; 4], outputs: usize, bias: bool| {
            let mut out = vec![("weight", shape.to_vec(), true)];
            if bias {
                out.push(("bias", vec![outputs], true));
            }
            out
        };
        match *self {
            Self::Conv(c) => kernel([c.outputs, c.inputs, c.kernel, c.kernel], c.outputs, c.bias),
            Self::ConvTranspose(c) => {
                kernel([c.inputs, c.outputs, c.kernel, c.kernel], c.outputs, c.bias)
            }
            Self::Window(w) | Self::RowLstm(w) => {
                let [height, width] = w.size();
                kernel([w.outputs, w.inputs, height, width], w.outputs, w.bias)
            }
            Self::BatchNorm(n) => vec![
                ("gamma", vec![n], true),
                ("beta", vec![n], true),
                ("running-mean", vec![n], false),
                ("running-variance", vec![n], false),
            ],
            Self::Affine(n) => vec![("gamma", vec![n], true), ("beta", vec![n], true)],
            Self::Noise(n) => vec![("strength", vec![n], true)],
            Self::Embed { count, width } => vec![("embedding", vec![count, width], true)],
            Self::Nearest { count, width } => vec![("codebook", vec![count, width], true)],
            _ => vec![],
        }
    }

    /// Whether it is an activation.
    pub(crate) fn activates(&self) -> bool {
        matches!(
            self,
            Self::Relu | Self::LeakyRelu | Self::Tanh | Self::Sigmoid | Self::Gate
        )
    }

    /// Whether its derivative is constant almost everywhere.
    pub(crate) fn piecewise_linear(&self) -> bool {
        !matches!(
            self,
            Self::Tanh
                | Self::Sigmoid
                | Self::Gate
                | Self::RowLstm(_)
                | Self::Normalise(_)
                | Self::Modulate
                | Self::PixelNorm
                | Self::MinibatchDeviation
                | Self::Attention { .. }
        )
    }

    /// Whether what it makes of an image depends on those beside it in the batch, other than while training.
    pub(crate) fn mixes_images(&self) -> bool {
        *self == Self::MinibatchDeviation
    }
}
