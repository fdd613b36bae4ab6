//! StyleGAN (Karras, Laine and Aila 2019): images in [-1, 1] from a style at every layer.
//!
//! A mapping network makes `w` of `z ~ N(0, I)`. The synthesis network begins with a trained constant of 4 by 4 positions; each of its
//! layers is a convolution, noise times a trained factor, leaky ReLU, and adaptive instance normalisation by that layer's `w` (section 2).
//! Every resolution has two layers, and adds its own picture to the picture of those before, enlarged (Karras et al. 2020, section 4.1). Enlarging is
//! bilinear. The discriminator is residual, with averages of two by two between resolutions and the deviation over the batch before
//! its last layers. All weights have equalised learning rates (Karras et al. 2018, section 4.1).

use std::f32::consts::{FRAC_1_SQRT_2, SQRT_2};

use burn::tensor::Tensor;
use serde::{Deserialize, Serialize};

use crate::models::family::{Family, FromLatents, vector, within};
use crate::models::network::{Architecture, Builder, Forward, Inputs, Side, Taps};

/// Side of the constant.
const FIRST: usize = 4;
/// Layers with a style at each resolution.
const PER_RESOLUTION: usize = 2;
/// Most resolutions: 4 to 256 pixels.
const RESOLUTIONS_MAX: usize = 7;
/// Keeps height and width.
const AROUND: Taps = Taps::new(3, 1, 1);
/// From 4 by 4 positions to one.
const WHOLE: Taps = Taps::new(FIRST, 1, 0);

/// All three networks, as a card describes them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StyleganModel {
    /// Size of z and of w.
    pub latent: usize,
    /// Layers of the mapping network.
    pub mapping: usize,
    /// Channels at each resolution, from 4 by 4 pixels up.
    pub channels: Vec<usize>,
    /// Channels of an image.
    pub colours: usize,
}

/// A StyleGAN, with its weights.
pub struct Stylegan<T> {
    /// Its shape.
    pub model: StyleganModel,
    /// z to w.
    pub mapping: T,
    /// A w for every layer, one after the other, to an image in [-1, 1].
    pub synthesis: T,
    /// Image to log-odds that it is real.
    pub discriminator: T,
}

impl StyleganModel {
    /// Side of an image in pixels.
    pub fn side(&self) -> usize {
        FIRST << (self.channels.len() - 1)
    }

    /// Layers with a style and with noise.
    pub fn layers(&self) -> usize {
        PER_RESOLUTION * self.channels.len()
    }

    /// Shape of the noise of each layer, first to last.
    pub fn noise_shapes(&self) -> Vec<[usize; 3]> {
        let side = |layer: usize| FIRST << (layer / PER_RESOLUTION);
        (0..self.layers()).map(|l| [1, side(l), side(l)]).collect()
    }

    /// `[batch, latent, 1, 1]` to the same.
    pub fn mapping(&self) -> Architecture {
        let mut b = Builder::new();
        let z = b.input(Side::Latent, self.latent);
        let mut h = b.pixel_norm(z);
        for _ in 0..self.mapping {
            h = activated(&mut b, h, self.latent, Taps::PIXEL);
        }
        b.build(h)
    }

    /// `[batch, layers * latent, 1, 1]` to `[batch, colours, side, side]`, beside a `[batch, 1, 1, 1]` of zeros that asks for the constant.
    pub fn synthesis(&self) -> Architecture {
        let mut b = Builder::new();
        let styles = b.input(Side::Style, self.layers() * self.latent);
        let zero = b.input(Side::Label, 1);
        let constant = b.embed(zero, 1, self.channels[0] * FIRST * FIRST);
        let mut h = b.pixel_shuffle(constant, FIRST);
        let mut picture = None;
        for (resolution, &channels) in self.channels.iter().enumerate() {
            for nth in 0..PER_RESOLUTION {
                match (resolution, nth) {
                    (0, 0) => {}
                    (_, 0) => {
                        h = b.upsample(h);
                        h = b.equalised_conv(h, channels, AROUND, SQRT_2);
                    }
                    _ => h = b.equalised_conv(h, channels, AROUND, SQRT_2),
                }
                let layer = resolution * PER_RESOLUTION + nth;
                let style = b.narrow(styles, layer * self.latent, self.latent);
                h = styled(&mut b, h, style);
            }
            let own = b.equalised_conv(h, self.colours, Taps::PIXEL, 1.0);
            picture = Some(match picture {
                None => own,
                Some(before) => {
                    let before = b.upsample(before);
                    b.sum(before, own)
                }
            });
        }
        b.build(picture.expect("at least one resolution"))
    }

    /// `[batch, colours, side, side]` to `[batch, 1, 1, 1]`.
    pub fn discriminator(&self) -> Architecture {
        let mut b = Builder::new();
        let image = b.input(Side::Image, self.colours);
        let last = self.channels.len() - 1;
        let mut h = activated(&mut b, image, self.channels[last], Taps::PIXEL);
        for resolution in (1..=last).rev() {
            let (channels, next) = (self.channels[resolution], self.channels[resolution - 1]);
            let inner = activated(&mut b, h, channels, AROUND);
            let inner = activated(&mut b, inner, next, AROUND);
            let inner = b.average_pool(inner);
            let pooled = b.average_pool(h);
            let pooled = b.equalised_conv(pooled, next, Taps::PIXEL, 1.0);
            let sum = b.sum(inner, pooled);
            h = b.scale(sum, FRAC_1_SQRT_2);
        }
        h = b.minibatch_deviation(h);
        h = activated(&mut b, h, self.channels[0], AROUND);
        h = activated(&mut b, h, self.channels[0], WHOLE);
        h = b.equalised_conv(h, 1, Taps::PIXEL, 1.0);
        b.build(h)
    }
}

/// A convolution and leaky ReLU.
fn activated(b: &mut Builder, from: usize, outputs: usize, taps: Taps) -> usize {
    let h = b.equalised_conv(from, outputs, taps, SQRT_2);
    b.leaky_relu(h)
}

/// Noise, leaky ReLU and adaptive instance normalisation.
fn styled(b: &mut Builder, from: usize, style: usize) -> usize {
    let channels = b.channels(from);
    let h = b.noise(from);
    let h = b.leaky_relu(h);
    let h = b.instance_norm(h);
    let style = b.equalised_conv(style, 2 * channels, Taps::PIXEL, 1.0);
    b.modulate(h, style)
}

impl Family for StyleganModel {
    const ID: &'static str = "stylegan";
    type Networks<T> = Stylegan<T>;

    fn check(&self) -> Result<(), String> {
        within("latent size", self.latent, 1024)?;
        within("number of mapping layers", self.mapping, 16)?;
        within(
            "number of resolutions",
            self.channels.len(),
            RESOLUTIONS_MAX,
        )?;
        within("number of colours", self.colours, 4)?;
        let mut channels = self.channels.iter();
        channels.try_for_each(|&n| within("number of channels", n, 512))
    }

    fn architectures(&self) -> Vec<(&'static str, Architecture)> {
        vec![
            ("mapping", self.mapping()),
            ("synthesis", self.synthesis()),
            ("discriminator", self.discriminator()),
        ]
    }

    fn image_shape(&self) -> [usize; 3] {
        [self.colours, self.side(), self.side()]
    }

    fn assemble<T>(&self, mut next: impl FnMut([usize; 3]) -> T) -> Stylegan<T> {
        Stylegan {
            model: self.clone(),
            mapping: next(vector(self.latent)),
            synthesis: next(vector(self.layers() * self.latent)),
            discriminator: next(self.image_shape()),
        }
    }
}

/// What the synthesis network takes.
///
/// # Shapes
/// - styles: `[batch, layers * latent, 1, 1]`
/// - noise: `[batch, 1, side, side]` for every layer ([`StyleganModel::noise_shapes`]), or none
pub fn inputs(styles: Tensor<4>, noise: &[Tensor<4>]) -> Inputs<Tensor<4>> {
    let zero = styles.clone().narrow(1, 0, 1).zeros_like();
    let inputs = Inputs::of(styles).with(Side::Label, zero);
    let noise = noise.iter().cloned();
    noise.fold(inputs, |inputs, noise| inputs.with(Side::Noise, noise))
}

impl<T: Forward> FromLatents for Stylegan<T> {
    fn latent(&self) -> usize {
        self.model.latent
    }

    /// Without noise, and the same style at every layer.
    fn pictures(&self, z: Tensor<2>, _: Option<Tensor<4>>) -> Tensor<4> {
        let [n, latent] = z.dims();
        let w = self.mapping.forward(z.reshape([n, latent, 1, 1]));
        let styles = w.repeat_dim(1, self.model.layers());
        let pictures = self.synthesis.forward_with(inputs(styles, &[]));
        (pictures * 0.5 + 0.5).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::family::on_device;
    use crate::models::network::{Init, images};
    use crate::rng::{Purpose, normal, stream};
    use burn::tensor::Device;

    fn small() -> StyleganModel {
        StyleganModel {
            latent: 3,
            mapping: 2,
            channels: vec![6, 5, 4],
            colours: 3,
        }
    }

    fn opened(model: &StyleganModel) -> Stylegan<crate::models::network::Network> {
        let parts = model.architectures();
        let states: Vec<_> = (0..)
            .zip(&parts)
            .map(|(i, (_, a))| a.init(Init::Normal, &mut stream(1, Purpose::InitGenerator, i)))
            .collect();
        model.open(&states, on_device(&Device::flex())).unwrap()
    }

    fn draw(index: u64, shape: [usize; 3], n: usize) -> Tensor<4> {
        let values = normal(
            &mut stream(2, Purpose::View, index),
            n * shape.iter().product::<usize>(),
        );
        images(values, shape, &Device::flex())
    }

    fn values(t: Tensor<4>) -> Vec<f32> {
        t.into_data().try_to_vec().unwrap()
    }

    #[test]
    fn every_layer_has_a_style_and_noise_of_its_own() {
        let model = small();
        let gan = opened(&model);
        assert_eq!((model.side(), model.layers()), (16, 6));
        let w = gan.mapping.forward(draw(0, [3, 1, 1], 2));
        assert_eq!(w.dims(), [2, 3, 1, 1]);
        let styles = w.repeat_dim(1, 6);
        let noise: Vec<_> = (1..)
            .zip(model.noise_shapes())
            .map(|(i, s)| draw(i, s, 2))
            .collect();
        let picture = |styles: Tensor<4>, noise: &[Tensor<4>]| {
            values(gan.synthesis.forward_with(inputs(styles, noise)))
        };
        let plain = picture(styles.clone(), &[]);
        assert_eq!(plain.len(), 2 * 3 * 16 * 16);
        for layer in 0..6 {
            let other = draw(9, [3, 1, 1], 2);
            let at = [0..2, 3 * layer..3 * layer + 3, 0..1, 0..1];
            let mixed = styles.clone().slice_assign(at, other);
            assert_ne!(picture(mixed, &[]), plain, "style of layer {layer}");
        }
        // Factors of noise begin at zero.
        assert_eq!(picture(styles, &noise), plain);
        assert_eq!(
            gan.discriminator.forward(draw(3, [3, 16, 16], 2)).dims(),
            [2, 1, 1, 1]
        );
    }

    #[test]
    fn a_picture_does_not_depend_on_those_beside_it_nor_on_the_length_of_z() {
        let gan = opened(&small());
        let z = draw(0, [3, 1, 1], 4).reshape([4, 3]);
        let all = values(gan.pictures(z.clone(), None));
        let one = values(gan.pictures(z.clone().narrow(0, 2, 1), None));
        let size = 3 * 16 * 16;
        let near = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-4);
        assert!(near(&all[2 * size..3 * size], &one));
        assert!(
            near(&values(gan.pictures(z * 3.0, None)), &all),
            "pixel norm"
        );
        assert!(all.iter().all(|v| (0.0..=1.0).contains(v)));
    }
}
