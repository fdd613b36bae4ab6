//! PixelCNN and PixelRNN: `p(x) = prod_i p(x_i | x_1 .. x_(i-1))` over pixels in reading order, each factor a softmax over levels.
//!
//! The plain network (van den Oord et al. 2016a, section 3.4) is a stack of masked convolutions, which cannot see part of what lies
//! above and to the right. The gated one (2016b, section 2) has a vertical stack, which sees the rows above, and a horizontal
//! stack, which sees the row so far and the vertical stack, so there is no such blind spot; its activation is
//! `tanh(a) * sigmoid(b)`. In PixelRNN (2016a, section 3.1) each layer is an LSTM that goes down the image row by row, so there is
//! no bound to how far up a pixel looks, but its training cannot compute rows at once.
//!
//! A masked kernel is two rectangular ones, above and to the left, so there are no weights that a mask takes away. In colour
//! the three channels of a pixel share what the network makes of earlier pixels, and the head of each also sees the levels of
//! the channels before it: red, then green given red, then blue given both.
//!
//! The sampler that computes one pixel at a time ([`super::cpu::sampler`]) follows the same [`Architecture`] as the pass over a whole image.

mod architecture;

use burn::tensor::{Device, FloatDType, Tensor, activation};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::models::family::{Family, within};
use crate::models::labels;
use crate::models::network::{Architecture, Forward, Init, Inputs, Network, Side, State, images};

/// Which network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Two stacks with gates.
    Gated,
    /// One stack of masked convolutions with a blind spot.
    Plain,
    /// PixelRNN: layers of Row LSTM.
    RowLstm,
}

/// Shape and kind of a PixelCNN.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PixelCnnConfig {
    /// Which network.
    pub kind: Kind,
    /// Channels of each stack or state; where there is but one stack, it has twice as many between its blocks.
    pub channels: usize,
    /// Layers, residual blocks or LSTMs after the first convolution.
    pub layers: usize,
    /// Side of their kernels, odd.
    pub kernel: usize,
    /// Hidden units of the head of each channel.
    pub features: usize,
    /// Channels of an image.
    pub colours: usize,
    /// Side of an image, at least 2.
    pub side: usize,
    /// Levels of each channel, from 2 to 256.
    pub levels: usize,
    /// Number of labels, 0 without.
    pub labels: usize,
}

impl PixelCnnConfig {
    /// Shapes of what the network reads.
    pub fn input_shapes(&self) -> Inputs<[usize; 3]> {
        let side = self.side;
        let mut inputs = Inputs::of([self.colours, side, side]);
        if self.colours > 1 {
            inputs = inputs.with(Side::Levels, [self.colours * self.levels, side, side]);
        }
        if self.labels > 0 {
            inputs = inputs.with(Side::Label, [self.labels, 1, 1]);
        }
        inputs
    }

    /// The pixels that the logits of a channel at one pixel depend on, by the windows alone.
    ///
    /// # Shapes
    /// - returns: `[side * side]`
    pub fn receptive_field(&self, channel: usize, pixel: [usize; 2]) -> Vec<bool> {
        let inputs = self.input_shapes();
        self.architecture().receptive_field(channel, pixel, inputs)
    }

    /// Fresh weights.
    pub fn init(&self, rng: &mut ChaCha8Rng) -> State {
        self.architecture().init(Init::He, rng)
    }

    /// Values that one image has.
    pub fn size(&self) -> usize {
        self.colours * self.side * self.side
    }

    /// The level of a byte.
    pub fn level(&self, byte: u8) -> u8 {
        (usize::from(byte) * self.levels / 256) as u8
    }

    /// The value in [0, 1] that a level is shown as.
    pub fn shade(&self, level: u8) -> f32 {
        f32::from(level) / (self.levels - 1) as f32
    }

    /// Images as a network reads them.
    ///
    /// # Shapes
    /// - levels: `[batch, colours, side, side]`, each below `levels`
    /// - labels: `[batch]`, each below `labels`; not looked at without labels
    pub fn input(&self, levels: &[u8], labels: &[u8], device: &Device) -> Input {
        let &Self {
            colours,
            side,
            levels: count,
            ..
        } = self;
        let plane = side * side;
        let mut one_hot = vec![0.0; levels.len() * count];
        for (at, &level) in levels.iter().enumerate() {
            one_hot[(at / plane * count + usize::from(level)) * plane + at % plane] = 1.0;
        }
        let x = levels.iter().map(|&l| 2.0 * self.shade(l) - 1.0).collect();
        let rows = labels.iter().copied().map(usize::from);
        let label = (self.labels > 0).then(|| labels::one_hot(rows, self.labels, device));
        Input {
            x: images(x, [colours, side, side], device),
            one_hot: images(one_hot, [colours * count, side, side], device),
            label,
        }
    }
}

/// Images as a network reads them.
#[derive(Clone, Debug)]
pub struct Input {
    /// `[batch, colours, side, side]` in [-1, 1]
    pub x: Tensor<4>,
    /// `[batch, colours * levels, side, side]`, one in each `levels`
    pub one_hot: Tensor<4>,
    /// `[batch, labels, 1, 1]` where there are labels
    pub label: Option<Tensor<4>>,
}

impl Input {
    /// The same for networks that record gradients.
    pub fn autodiff(self) -> Self {
        Self {
            x: self.x.autodiff(),
            one_hot: self.one_hot.autodiff(),
            label: self.label.map(Tensor::autodiff),
        }
    }

    /// The same in another floating-point type.
    pub fn cast(self, dtype: FloatDType) -> Self {
        Self {
            x: self.x.cast(dtype),
            one_hot: self.one_hot.cast(dtype),
            label: self.label.map(|label| label.cast(dtype)),
        }
    }
}

/// A PixelCNN with its weights.
#[derive(Clone, Debug)]
pub struct PixelCnn<T = Network> {
    /// Shape and kind.
    pub config: PixelCnnConfig,
    /// Its layers.
    pub network: T,
}

impl PixelCnn {
    /// Logits of every pixel given those before it.
    ///
    /// # Shapes
    /// - returns: `[batch, colours * levels, side, side]`
    pub fn forward(&self, input: &Input) -> Tensor<4> {
        let mut inputs = Inputs::of(input.x.clone());
        if self.config.colours > 1 {
            inputs = inputs.with(Side::Levels, input.one_hot.clone());
        }
        if self.config.labels > 0 {
            let label = input.label.clone().expect("labels of a conditional model");
            inputs = inputs.with(Side::Label, label);
        }
        self.network.forward_with(inputs)
    }

    /// `-log p(x)` of each image, in single precision from the logits on.
    ///
    /// # Shapes
    /// - returns: `[batch]`, in nats
    pub fn nll(&self, input: &Input) -> Tensor<1> {
        let [batch, ..] = input.x.dims();
        let PixelCnnConfig {
            colours,
            levels,
            side,
            ..
        } = self.config;
        let shape = [batch * colours, levels, side * side];
        let logits = self.forward(input).cast(FloatDType::F32);
        let log_p = activation::log_softmax(logits.reshape(shape), 1);
        (log_p * input.one_hot.clone().cast(FloatDType::F32).reshape(shape))
            .reshape([batch as i32, -1])
            .sum_dim(1)
            .squeeze_dim::<1>(1)
            .neg()
    }
}

/// A PixelCNN, as a card describes it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PixelCnnModel {
    /// Its network.
    pub network: PixelCnnConfig,
}

impl Family for PixelCnnModel {
    const ID: &'static str = "pixel-cnn";
    type Networks<T> = PixelCnn<T>;

    fn check(&self) -> Result<(), String> {
        let p = &self.network;
        within("width", p.channels, 256)?;
        within("number of layers", p.layers, 64)?;
        within("kernel", p.kernel, 15)?;
        within("number of hidden units", p.features, 1024)?;
        within("number of colours", p.colours, 3)?;
        within("image side less one", p.side.saturating_sub(1), 63)?;
        within("number of levels less one", p.levels.saturating_sub(1), 255)?;
        within("number of labels and one", p.labels.saturating_add(1), 257)?;
        if p.kernel.is_multiple_of(2) {
            return Err(format!(
                "The card's kernel is {}; it must be odd.",
                p.kernel
            ));
        }
        Ok(())
    }

    fn architectures(&self) -> Vec<(&'static str, Architecture)> {
        vec![("network", self.network.architecture())]
    }

    fn image_shape(&self) -> [usize; 3] {
        let p = &self.network;
        [p.colours, p.side, p.side]
    }

    fn assemble<T>(&self, mut next: impl FnMut([usize; 3]) -> T) -> PixelCnn<T> {
        PixelCnn {
            config: self.network,
            network: next(self.image_shape()),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
