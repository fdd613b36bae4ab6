//! pix2pix (Isola, Zhu, Zhou and Efros 2017): a picture in [-1, 1] from a sketch, by a conditional GAN.
//!
//! Generator: a U-Net, strided convolutions down and transposed ones up, where each layer on the way up also sees what stood at its
//! size on the way down. Its only noise is dropout, at test time too, and an argument here. Discriminator: one logit for each patch of
//! the sketch and the picture together, `D = sigmoid(logit)`.
//!
//! Unlike the paper's, the generator normalises with running statistics at test time, so that a picture does not depend on those
//! beside it, and the discriminator does not normalise: batches here are small, and a logit then is a function of its patch alone.

use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::data::sketches::sketch::CHANNELS;
use crate::models::family::{Family, check_image, within};
use crate::models::network::{Architecture, Conv, Layer, images};
use crate::rng;

/// Channels of a picture: red, green, blue.
pub const COLOURS: usize = 3;
/// Share of units that dropout keeps.
const KEPT: f32 = 0.5;
/// Widths grow up to so many times the first.
const WIDEST: usize = 4;
/// How often a discriminator of whole images halves them.
const HALVINGS: usize = 4;

/// Shape of the generator.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnetConfig {
    /// Channels after the first convolution; each layer after that has twice as many, up to four times as many.
    pub channels: usize,
    /// Side of sketch and picture: it must be divisible by 2 so often.
    pub side: usize,
    /// How often the side is halved, at least 2.
    pub halvings: usize,
    /// Whether the way up sees the way down; without, this is an encoder and a decoder.
    pub skips: bool,
    /// Layers on the way up, from the smallest, with dropout: fewer than halvings.
    pub dropout: usize,
}

/// What a discriminator judges at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Patch {
    /// Single pixels.
    #[serde(rename = "1")]
    Pixel,
    /// 16 by 16 pixels.
    #[serde(rename = "16")]
    Small,
    /// 34 by 34 pixels.
    #[serde(rename = "34")]
    Middle,
    /// 70 by 70 pixels, the paper's choice for images of 256: more than an image of 64 has, so here most logits see its edge.
    #[serde(rename = "70")]
    Large,
    /// The whole image, with one logit.
    #[serde(rename = "full")]
    Full,
}

/// Shape of the discriminator.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatchConfig {
    /// What it judges at once.
    pub patch: Patch,
    /// Channels after the first convolution; each layer after that has twice as many, up to four times as many.
    pub channels: usize,
}

const fn conv(inputs: usize, outputs: usize, [kernel, stride]: [usize; 2], bias: bool) -> Conv {
    Conv {
        inputs,
        outputs,
        kernel,
        stride,
        padding: (kernel - 1) / 2,
        bias,
    }
}

/// Kernel 4, stride 2: half or twice the side.
const BY_TWO: [usize; 2] = [4, 2];

/// Channels after so many convolutions, from 1.
fn width(channels: usize, depth: usize) -> usize {
    channels * WIDEST.min(1 << (depth - 1))
}

impl UnetConfig {
    /// `[batch, CHANNELS, side, side]` to `[batch, COLOURS, side, side]`.
    pub fn architecture(&self) -> Architecture {
        let width = |depth| width(self.channels, depth);
        let mut layers = vec![Layer::Conv(conv(CHANNELS, width(1), BY_TWO, true))];
        for depth in 2..=self.halvings {
            if self.skips {
                layers.push(Layer::Keep);
            }
            // Where one pixel is left there is nothing to normalise over.
            let last = depth == self.halvings;
            layers.extend([
                Layer::LeakyRelu,
                Layer::Conv(conv(width(depth - 1), width(depth), BY_TWO, last)),
            ]);
            if !last {
                layers.push(Layer::BatchNorm(width(depth)));
            }
        }
        let mut inputs = width(self.halvings);
        for depth in (1..self.halvings).rev() {
            layers.extend([
                Layer::Relu,
                Layer::Deconv(conv(inputs, width(depth), BY_TWO, false)),
                Layer::BatchNorm(width(depth)),
            ]);
            if self.halvings - depth <= self.dropout {
                layers.push(Layer::Dropout);
            }
            inputs = width(depth);
            if self.skips {
                layers.push(Layer::Join);
                inputs *= 2;
            }
        }
        layers.extend([
            Layer::Relu,
            Layer::Deconv(conv(inputs, COLOURS, BY_TWO, true)),
            Layer::Tanh,
        ]);
        Architecture(layers)
    }

    /// Channels, height and width of what each dropout layer is applied to.
    pub fn dropout_shapes(&self) -> Vec<[usize; 3]> {
        let shape = |i: usize| {
            let depth = self.halvings - 1 - i;
            let side = self.side >> depth;
            [width(self.channels, depth), side, side]
        };
        (0..self.dropout).map(shape).collect()
    }

    /// Noise for the dropout layers: a unit is kept, and doubled, or becomes 0. Each image has a generator of its own.
    ///
    /// # Shapes
    /// - returns: `[rngs, channels, height, width]` of each dropout layer
    pub fn noise(&self, rngs: &mut [ChaCha8Rng], device: &Device) -> Vec<Tensor<4>> {
        let layer = |shape: [usize; 3]| {
            let n = shape.iter().product();
            let draws = rngs.iter_mut().flat_map(|rng| rng::uniform(rng, n));
            let kept = draws.map(|u| if u < KEPT { 1.0 / KEPT } else { 0.0 });
            images(kept.collect(), shape, device)
        };
        self.dropout_shapes().into_iter().map(layer).collect()
    }
}

impl Patch {
    /// Side of a patch in pixels; of the image, where it is the whole.
    pub fn side(self) -> usize {
        match self {
            Self::Pixel => 1,
            Self::Small => 16,
            Self::Middle => 34,
            Self::Large => 70,
            Self::Full => 4 << HALVINGS,
        }
    }

    /// Whether it can judge images of this side.
    pub fn fits(self, side: usize) -> bool {
        match self {
            Self::Full => side == self.side(),
            _ => side >= 1 << HALVINGS,
        }
    }

    /// Kernel and stride of each convolution.
    ///
    /// The paper's have strides of 1 in the last two, with kernels of 4; these, with a stride of 2 and kernels of 3, see patches of the
    /// same sizes at a quarter of the work and of the logits.
    fn kernels(self) -> Vec<[usize; 2]> {
        let halving = match self {
            Self::Pixel => return vec![[1, 1]; 3],
            Self::Full => return [vec![BY_TWO; HALVINGS], vec![[4, 1]]].concat(),
            Self::Small => 1,
            Self::Middle => 2,
            Self::Large => 3,
        };
        [vec![BY_TWO; halving], vec![[3, 2], [3, 1]]].concat()
    }
}

impl PatchConfig {
    /// `[batch, CHANNELS + COLOURS, side, side]` to logits `[batch, 1, rows, columns]`.
    pub fn architecture(&self) -> Architecture {
        let kernels = self.patch.kernels();
        let last = kernels.len() - 1;
        let mut layers = vec![];
        let mut inputs = CHANNELS + COLOURS;
        for (i, kernel) in kernels.into_iter().enumerate() {
            let outputs = if i == last {
                1
            } else {
                width(self.channels, i + 1)
            };
            let mut conv = conv(inputs, outputs, kernel, true);
            if i == last && self.patch == Patch::Full {
                conv.padding = 0;
            }
            layers.extend([Layer::Conv(conv), Layer::LeakyRelu]);
            inputs = outputs;
        }
        layers.pop();
        Architecture(layers)
    }
}

/// What a discriminator reads.
///
/// # Shapes
/// - sketch: `[batch, CHANNELS, side, side]`
/// - picture: `[batch, COLOURS, side, side]` in [-1, 1]
pub fn together(sketch: Tensor<4>, picture: Tensor<4>) -> Tensor<4> {
    Tensor::cat(vec![sketch, picture], 1)
}

/// Both networks, as a card describes them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pix2pixModel {
    /// The generator.
    pub generator: UnetConfig,
    /// What it was trained against, if it was.
    pub discriminator: Option<PatchConfig>,
    /// Weight of L1 in its loss.
    pub lambda: f64,
}

/// A pix2pix with its weights.
pub struct Pix2pix<T> {
    /// Shape of the generator.
    pub config: UnetConfig,
    /// Sketch to a picture in [-1, 1].
    pub generator: T,
    /// Sketch and picture to logits of patches.
    pub discriminator: Option<T>,
}

impl Family for Pix2pixModel {
    const ID: &'static str = "pix2pix";
    type Networks<T> = Pix2pix<T>;

    fn check(&self) -> Result<(), String> {
        let g = &self.generator;
        within("width", g.channels, 128)?;
        check_image(COLOURS, g.side, g.halvings)?;
        let halvings = g.halvings.saturating_sub(1);
        within("number of halvings less one", halvings, 7)?;
        let dropout = g.dropout.saturating_add(1);
        within("number of dropout layers and one", dropout, g.halvings)?;
        let Some(d) = &self.discriminator else {
            return Ok(());
        };
        within("discriminator width", d.channels, 128)?;
        if d.patch.fits(g.side) {
            Ok(())
        } else {
            Err(format!(
                "The card's discriminator does not fit images of {0} by {0}.",
                g.side
            ))
        }
    }

    fn architectures(&self) -> Vec<(&'static str, Architecture)> {
        let mut parts = vec![("generator", self.generator.architecture())];
        if let Some(d) = &self.discriminator {
            parts.push(("discriminator", d.architecture()));
        }
        parts
    }

    fn image_shape(&self) -> [usize; 3] {
        [COLOURS, self.generator.side, self.generator.side]
    }

    fn assemble<T>(&self, mut next: impl FnMut([usize; 3]) -> T) -> Pix2pix<T> {
        let side = self.generator.side;
        Pix2pix {
            config: self.generator,
            generator: next([CHANNELS, side, side]),
            discriminator: self
                .discriminator
                .map(|_| next([CHANNELS + COLOURS, side, side])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::network::{Forward, Init, Network};
    use crate::rng::{Purpose, normal, stream};

    const UNET: UnetConfig = UnetConfig {
        channels: 2,
        side: 16,
        halvings: 4,
        skips: true,
        dropout: 2,
    };

    fn build(net: &Architecture, device: &Device) -> Network {
        let state = net.init(Init::He, &mut stream(1, Purpose::InitGenerator, 0));
        let [parameters, statistics] = state.to_device(device);
        net.with(&parameters, &statistics)
    }

    fn values<const D: usize>(t: Tensor<D>) -> Vec<f32> {
        t.into_data().try_to_vec().unwrap()
    }

    fn draw(n: usize, [c, side]: [usize; 2], device: &Device) -> Tensor<4> {
        let all = normal(&mut stream(2, Purpose::Measure, 0), n * c * side * side);
        images(all, [c, side, side], device)
    }

    #[test]
    fn a_sketch_becomes_a_picture_of_its_size() {
        let device = Device::flex();
        for (side, halvings, skips, dropout) in [
            (16, 4, true, 2),
            (16, 2, false, 1),
            (64, 6, true, 3),
            (32, 5, false, 0),
        ] {
            let config = UnetConfig {
                channels: 2,
                side,
                halvings,
                skips,
                dropout,
            };
            let noise = config.noise(&mut [0, 1].map(|i| stream(1, Purpose::Dropout, i)), &device);
            let net = build(&config.architecture(), &device);
            let out = net.forward_noisy(draw(2, [CHANNELS, side], &device), &noise);
            assert_eq!(out.dims(), [2, COLOURS, side, side]);
        }
    }

    #[test]
    fn parameters_are_those_of_the_kernels() {
        let config = UnetConfig {
            channels: 64,
            side: 256,
            halvings: 8,
            skips: true,
            dropout: 3,
        };
        // Kernels of 4 down and up, scale and shift of 6 and 7 normalisations, three biases.
        let down = 5 * 64 + 64 * 128 + 128 * 256 + 5 * 256 * 256;
        let up = 256 * 256 + 4 * 512 * 256 + 512 * 128 + 256 * 64 + 128 * 3;
        let norms = 2 * (128 + 256 * 5 + 256 * 5 + 128 + 64);
        let expected = 16 * (down + up) + norms + 64 + 256 + 3;
        assert_eq!(config.architecture().parameters(), expected);
    }

    #[test]
    fn only_skips_carry_the_sketch_past_the_smallest_layer() {
        let device = Device::flex();
        for skips in [true, false] {
            let net = UnetConfig { skips, ..UNET }.architecture();
            let count = |layer: Layer| net.0.iter().filter(|l| **l == layer).count();
            assert_eq!(count(Layer::Keep), if skips { 3 } else { 0 });
            assert_eq!(count(Layer::Join), count(Layer::Keep));
            // Without the kernel and bias of the smallest layer nothing passes through it.
            let mut state = net.init(Init::He, &mut stream(1, Purpose::InitGenerator, 0));
            let mut at = 0;
            let convs = net.0.iter().filter(|l| matches!(l, Layer::Conv(_))).count();
            let mut seen = 0;
            for layer in &net.0 {
                let n = Architecture(vec![*layer]).parameters();
                seen += usize::from(matches!(layer, Layer::Conv(_)));
                if seen == convs && matches!(layer, Layer::Conv(_)) {
                    state.parameters[at..at + n].fill(0.0);
                }
                at += n;
            }
            let [parameters, statistics] = state.to_device(&device);
            let net = net.with(&parameters, &statistics);
            let out = values(net.forward(draw(2, [CHANNELS, 16], &device)));
            let (a, b) = out.split_at(out.len() / 2);
            assert_eq!(a != b, skips);
        }
    }

    #[test]
    fn dropout_is_its_noise_and_off_without() {
        let device = Device::flex();
        let net = build(&UNET.architecture(), &device);
        let x = draw(1, [CHANNELS, 16], &device);
        let with = |index| {
            let noise = UNET.noise(&mut [stream(1, Purpose::Dropout, index)], &device);
            values(net.forward_noisy(x.clone(), &noise))
        };
        let off = || values(net.forward(x.clone()));
        assert_eq!(off(), off());
        assert_eq!(with(3), with(3));
        assert_ne!(with(3), with(4));
        assert_ne!(with(3), off());
    }

    #[test]
    fn an_image_has_the_same_noise_alone_and_among_others() {
        let device = Device::flex();
        let rng = |i| stream(1, Purpose::Dropout, i);
        let among = UNET.noise(&mut [rng(0), rng(1), rng(2)], &device);
        let alone = UNET.noise(&mut [rng(1)], &device);
        for ((among, alone), shape) in among.iter().zip(&alone).zip(UNET.dropout_shapes()) {
            assert_eq!(among.dims()[1..], shape);
            let one = values(alone.clone());
            assert_eq!(values(among.clone().narrow(0, 1, 1)), one);
            assert!(one.iter().all(|v| [0.0, 2.0].contains(v)));
            let kept = one.iter().sum::<f32>() / 2.0 / one.len() as f32;
            let error = 0.5 / (one.len() as f32).sqrt();
            assert!((kept - 0.5).abs() < 4.0 * error, "{kept}");
        }
    }

    /// Rows and columns of the pixels of which a logit in the middle has a gradient.
    fn field(patch: Patch, side: usize) -> [usize; 2] {
        let device = Device::flex();
        let config = PatchConfig { patch, channels: 3 };
        let net = build(&config.architecture(), &device);
        let x = draw(1, [CHANNELS + COLOURS, side], &device)
            .autodiff()
            .require_grad();
        let out = net.forward(x.clone());
        let [.., rows, columns] = out.dims();
        let middle = out.slice([
            0..1,
            0..1,
            rows / 2..rows / 2 + 1,
            columns / 2..columns / 2 + 1,
        ]);
        let gradient = values(x.grad(&middle.sum().backward()).expect("a gradient"));
        let seen: Vec<[usize; 2]> = gradient
            .iter()
            .enumerate()
            .filter(|(_, g)| **g != 0.0)
            .map(|(i, _)| [i / side % side, i % side])
            .collect();
        [0, 1].map(|axis| {
            let places = seen.iter().map(|p| p[axis]);
            places.clone().max().unwrap() - places.min().unwrap() + 1
        })
    }

    #[test]
    fn a_logit_sees_a_patch_of_the_size_in_its_name() {
        for (patch, side) in [
            (Patch::Pixel, 16),
            (Patch::Small, 64),
            (Patch::Middle, 64),
            (Patch::Large, 160),
            (Patch::Full, 64),
        ] {
            assert_eq!(field(patch, side), [patch.side(); 2], "{patch:?}");
        }
    }

    #[test]
    fn a_map_of_logits_has_the_expected_size() {
        let device = Device::flex();
        for (patch, expected) in [
            (Patch::Pixel, 64),
            (Patch::Small, 16),
            (Patch::Middle, 8),
            (Patch::Large, 4),
            (Patch::Full, 1),
        ] {
            let config = PatchConfig { patch, channels: 2 };
            let net = build(&config.architecture(), &device);
            let out = net.forward(together(
                draw(2, [CHANNELS, 64], &device),
                draw(2, [COLOURS, 64], &device),
            ));
            assert_eq!(out.dims(), [2, 1, expected, expected], "{patch:?}");
        }
    }
}
