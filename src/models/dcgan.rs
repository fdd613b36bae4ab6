//! DCGAN (Radford, Metz and Chintala 2016): images in [-1, 1] from a latent `z ~ N(0, I)`.
//!
//! Generator: transposed convolutions, batch normalisation, ReLU, and a last tanh. Discriminator: strided
//! convolutions, batch normalisation, leaky ReLU, and one logit, `D = sigmoid(logit)`. No fully connected and no pooling
//! layers. The side of the image is 64: four doublings from 4.

use burn::tensor::{Tensor, activation};
use serde::{Deserialize, Serialize};

use crate::models::family::{Family, FromLatents, vector, within};
use crate::models::network::{Architecture, Conv, Forward, Layer};

/// Side of an image in pixels.
pub const SIDE: usize = 64;
const DOUBLINGS: usize = 4;

/// Widths of the generator.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GeneratorConfig {
    /// Size of z, at least 1.
    pub latent: usize,
    /// Channels before the last layer; each layer before that has twice as many.
    pub channels: usize,
    /// 3 for colour, 1 for grey.
    pub colours: usize,
}

/// Widths of the discriminator.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiscriminatorConfig {
    /// Channels after the first layer; each layer after that has twice as many.
    pub channels: usize,
    /// 3 for colour, 1 for grey.
    pub colours: usize,
}

const fn conv(inputs: usize, outputs: usize, [stride, padding]: [usize; 2], bias: bool) -> Conv {
    Conv {
        inputs,
        outputs,
        kernel: 4,
        stride,
        padding,
        bias,
    }
}

/// Kernel 4, stride 2, padding 1: twice or half the side.
const BY_TWO: [usize; 2] = [2, 1];
/// Kernel 4 without padding: from 1 to 4 or from 4 to 1.
const WHOLE: [usize; 2] = [1, 0];

impl GeneratorConfig {
    /// `[batch, latent, 1, 1]` to `[batch, colours, 64, 64]`.
    pub fn architecture(&self) -> Architecture {
        let width = |i: usize| self.channels << (DOUBLINGS - 1 - i);
        let mut layers = vec![
            Layer::Deconv(conv(self.latent, width(0), WHOLE, false)),
            Layer::BatchNorm(width(0)),
            Layer::Relu,
        ];
        for i in 1..DOUBLINGS {
            layers.extend([
                Layer::Deconv(conv(width(i - 1), width(i), BY_TWO, false)),
                Layer::BatchNorm(width(i)),
                Layer::Relu,
            ]);
        }
        layers.extend([
            Layer::Deconv(conv(self.channels, self.colours, BY_TWO, true)),
            Layer::Tanh,
        ]);
        Architecture(layers)
    }
}

impl DiscriminatorConfig {
    /// `[batch, colours, 64, 64]` to logits `[batch, 1, 1, 1]`.
    pub fn architecture(&self) -> Architecture {
        let width = |i: usize| self.channels << i;
        // No normalisation on the first layer (ibid., section 3).
        let mut layers = vec![
            Layer::Conv(conv(self.colours, width(0), BY_TWO, true)),
            Layer::LeakyRelu,
        ];
        for i in 1..DOUBLINGS {
            layers.extend([
                Layer::Conv(conv(width(i - 1), width(i), BY_TWO, false)),
                Layer::BatchNorm(width(i)),
                Layer::LeakyRelu,
            ]);
        }
        layers.push(Layer::Conv(conv(width(DOUBLINGS - 1), 1, WHOLE, true)));
        Architecture(layers)
    }
}

/// Both networks, as a card describes them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DcganModel {
    /// The generator.
    pub generator: GeneratorConfig,
    /// The discriminator.
    pub discriminator: DiscriminatorConfig,
}

/// A DCGAN with its weights.
pub struct Dcgan<T> {
    /// Size of z.
    pub latent: usize,
    /// z to an image in [-1, 1].
    pub generator: T,
    /// Image to a logit.
    pub discriminator: T,
}

impl Family for DcganModel {
    const ID: &'static str = "dcgan";
    type Networks<T> = Dcgan<T>;

    fn check(&self) -> Result<(), String> {
        let (g, d) = (&self.generator, &self.discriminator);
        within("latent size", g.latent, 1024)?;
        within("generator width", g.channels, 128)?;
        within("discriminator width", d.channels, 128)?;
        within("number of colours", g.colours, 4)?;
        if d.colours == g.colours {
            Ok(())
        } else {
            Err("The card's discriminator sees other colours than its generator paints.".into())
        }
    }

    fn architectures(&self) -> Vec<(&'static str, Architecture)> {
        vec![
            ("generator", self.generator.architecture()),
            ("discriminator", self.discriminator.architecture()),
        ]
    }

    fn image_shape(&self) -> [usize; 3] {
        [self.generator.colours, SIDE, SIDE]
    }

    fn assemble<T>(&self, mut next: impl FnMut([usize; 3]) -> T) -> Dcgan<T> {
        let latent = self.generator.latent;
        Dcgan {
            latent,
            generator: next(vector(latent)),
            discriminator: next(self.image_shape()),
        }
    }
}

impl<T: Forward> FromLatents for Dcgan<T> {
    fn latent(&self) -> usize {
        self.latent
    }

    fn pictures(&self, z: Tensor<2>, _label: Option<Tensor<4>>) -> Tensor<4> {
        let [n, latent] = z.dims();
        self.generator.forward(z.reshape([n, latent, 1, 1])) * 0.5 + 0.5
    }
}

impl<T: Forward> Dcgan<T> {
    /// The discriminator's probability that each picture is real.
    ///
    /// # Shapes
    /// - pictures: `[batch, channels, height, width]` in [0, 1]
    /// - returns: `[batch]`
    pub fn scores(&self, pictures: Tensor<4>) -> Tensor<1> {
        let [n, ..] = pictures.dims();
        let logits = self.discriminator.forward(pictures * 2.0 - 1.0);
        activation::sigmoid(logits.reshape([n]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::network::Init;
    use crate::rng::{Purpose, stream};
    use burn::tensor::Device;

    #[test]
    fn shapes_and_parameters_are_those_of_the_paper() {
        let g = GeneratorConfig {
            latent: 100,
            channels: 64,
            colours: 3,
        };
        let d = DiscriminatorConfig {
            channels: 64,
            colours: 3,
        };
        // Kernels of 4 between 100, 512, 256, 128, 64 and 3 channels; scale and shift of four normalisations; one bias.
        let kernels = 16 * (100 * 512 + 512 * 256 + 256 * 128 + 128 * 64 + 64 * 3);
        let norms = 2 * (512 + 256 + 128 + 64);
        assert_eq!(g.architecture().parameters(), kernels + norms + 3);
        let kernels = 16 * (3 * 64 + 64 * 128 + 128 * 256 + 256 * 512 + 512);
        let norms = 2 * (128 + 256 + 512);
        assert_eq!(d.architecture().parameters(), kernels + norms + 64 + 1);
    }

    #[test]
    fn a_latent_becomes_an_image_and_an_image_a_logit() {
        let device = Device::flex();
        let build = |net: Architecture| {
            let state = net.init(Init::Dcgan, &mut stream(1, Purpose::InitGenerator, 0));
            let [parameters, statistics] = state.to_device(&device);
            net.with(&parameters, &statistics)
        };
        let g = build(
            GeneratorConfig {
                latent: 5,
                channels: 2,
                colours: 3,
            }
            .architecture(),
        );
        let d = build(
            DiscriminatorConfig {
                channels: 2,
                colours: 3,
            }
            .architecture(),
        );
        let image = g.forward(Tensor::ones([2, 5, 1, 1], &device));
        assert_eq!(image.dims(), [2, 3, SIDE, SIDE]);
        assert_eq!(g.activations(Tensor::ones([1, 5, 1, 1], &device)).len(), 5);
        assert_eq!(d.forward(image).dims(), [2, 1, 1, 1]);
    }
}
