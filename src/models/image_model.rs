//! A trained image model, whatever its family: the networks of a card, told apart.

use burn::tensor::{Device, Tensor, activation};

use super::classifier::ClassifierConfig;
use super::cpu::inference::Inference;
use super::network::{Architecture, Forward, Network, State, images};
use super::pix2pix::{COLOURS, UnetConfig};
use super::pixelcnn::PixelCnn;
use super::vae::{Vae, VaeConfig};
use crate::data::sketches::sketch::CHANNELS;
use crate::weights::{Card, ModelConfig};

/// The networks of trained weights.
pub enum ImageModel<T = Network> {
    /// Generator and discriminator.
    Dcgan {
        /// Size of z.
        latent: usize,
        /// z to an image in [-1, 1].
        generator: T,
        /// Image to a logit.
        discriminator: T,
    },
    /// Autoencoder.
    Vae {
        /// Its shape.
        config: VaeConfig,
        /// Weight of the KL term; none for a plain autoencoder.
        beta: Option<f64>,
        /// Its networks.
        network: Vae<T>,
    },
    /// Attribute classifier.
    Classifier {
        /// Its shape.
        config: ClassifierConfig,
        /// Image to features.
        trunk: T,
        /// Features to logits.
        head: T,
    },
    /// Autoregressive network over pixels.
    PixelCnn(PixelCnn<T>),
    /// Sketches to pictures.
    Pix2pix {
        /// Shape of the generator.
        config: UnetConfig,
        /// Sketch to a picture in [-1, 1].
        generator: T,
        /// Sketch and picture to logits of patches.
        discriminator: Option<T>,
    },
}

impl ImageModel {
    /// The model of `card` with `states`, one per part.
    ///
    /// # Errors
    /// A sentence when the card's model is out of bounds.
    pub fn new(card: &Card, states: &[State], device: &Device) -> Result<Self, String> {
        Self::with(card, states, |architecture, state, _| {
            bound(architecture, state, device)
        })
    }
}

impl ImageModel<Box<dyn Forward>> {
    /// The same only to draw: by burn on a GPU, and on the host without.
    ///
    /// # Errors
    /// A sentence when the card's model is out of bounds, or draws pixel by pixel.
    pub fn to_draw(card: &Card, states: &[State], device: &Device) -> Result<Self, String> {
        if let ModelConfig::PixelCnn { .. } = card.config {
            return Err(format!("{} draws one pixel at a time.", card.id));
        }
        // A module without WebGPU need not hold burn's way of everything.
        #[cfg(feature = "gpu")]
        if *device != crate::device::cpu() {
            return Self::with(card, states, |architecture, state, _| {
                Box::new(bound(architecture, state, device))
            });
        }
        let _ = device;
        Self::with(card, states, |architecture, state, input| {
            Box::new(Inference::new(architecture, state, input))
        })
    }
}

fn bound(architecture: &Architecture, state: &State, device: &Device) -> Network {
    let [parameters, statistics] = state.to_device(device);
    architecture.with(&parameters, &statistics)
}

impl<T> ImageModel<T> {
    /// The model of `card`; `network` makes each of a part's layers, its values and the shape of its input.
    fn with(
        card: &Card,
        states: &[State],
        network: impl Fn(&Architecture, &State, [usize; 3]) -> T,
    ) -> Result<Self, String> {
        let parts = card.config.parts()?;
        let mut parts = parts.iter().zip(states);
        let mut next = |input| {
            let ((_, architecture), state) = parts.next().expect("a network per part");
            network(architecture, state, input)
        };
        let image = card.config.image_shape();
        let vector = |n| [n, 1, 1];
        Ok(match &card.config {
            ModelConfig::Dcgan { generator, .. } => Self::Dcgan {
                latent: generator.latent,
                generator: next(vector(generator.latent)),
                discriminator: next(image),
            },
            ModelConfig::Vae { networks, beta } => Self::Vae {
                config: *networks,
                beta: *beta,
                network: Vae {
                    trunk: next(image),
                    head: next(vector(networks.features + networks.labels)),
                    decoder: next(vector(networks.latent + networks.labels)),
                },
            },
            ModelConfig::Classifier { networks } => Self::Classifier {
                config: networks.clone(),
                trunk: next(image),
                head: next(vector(networks.features)),
            },
            ModelConfig::PixelCnn { network } => Self::PixelCnn(PixelCnn {
                config: *network,
                network: next(image),
            }),
            ModelConfig::Pix2pix {
                generator,
                discriminator,
                ..
            } => Self::Pix2pix {
                config: *generator,
                generator: next([CHANNELS, image[1], image[2]]),
                discriminator: discriminator
                    .map(|_| next([CHANNELS + COLOURS, image[1], image[2]])),
            },
        })
    }

    /// Size of z, where pictures are drawn from one.
    pub fn latent(&self) -> Option<usize> {
        match self {
            Self::Dcgan { latent, .. } => Some(*latent),
            Self::Vae { config, .. } => Some(config.latent),
            Self::Classifier { .. } | Self::PixelCnn(_) | Self::Pix2pix { .. } => None,
        }
    }

    /// Labels that a picture is drawn for; 0 where it takes none.
    pub fn labels(&self) -> usize {
        match self {
            Self::Vae { config, .. } => config.labels,
            _ => 0,
        }
    }
}

impl<T: Forward> ImageModel<T> {
    /// Pictures in [0, 1].
    ///
    /// # Shapes
    /// - z: `[batch, latent]`
    /// - label: `[batch, labels, 1, 1]`, one-hot, where the model takes labels
    /// - returns: `[batch, channels, height, width]`
    ///
    /// # Panics
    /// For a model that draws from no latents.
    pub fn pictures(&self, z: Tensor<2>, label: Option<Tensor<4>>) -> Tensor<4> {
        match self {
            Self::Dcgan { generator, .. } => {
                let [n, latent] = z.dims();
                generator.forward(z.reshape([n, latent, 1, 1])) * 0.5 + 0.5
            }
            Self::Vae { network, .. } => activation::sigmoid(network.decode(z, label)),
            Self::Classifier { .. } | Self::PixelCnn(_) | Self::Pix2pix { .. } => {
                panic!("no latents to draw from")
            }
        }
    }

    /// The discriminator's probability that each picture is real, where there is a discriminator.
    ///
    /// # Shapes
    /// - pictures: `[batch, channels, height, width]` in [0, 1]
    /// - returns: `[batch]`
    pub fn scores(&self, pictures: Tensor<4>) -> Option<Tensor<1>> {
        let Self::Dcgan { discriminator, .. } = self else {
            return None;
        };
        let [n, ..] = pictures.dims();
        let logits = discriminator.forward(pictures * 2.0 - 1.0);
        Some(activation::sigmoid(logits.reshape([n])))
    }
}

/// `[n, labels, 1, 1]`: 1 at each row's label, 0 elsewhere.
///
/// # Panics
/// If a label is not below `labels`.
pub fn one_hot(rows: impl IntoIterator<Item = usize>, labels: usize, device: &Device) -> Tensor<4> {
    let mut values = vec![];
    for label in rows {
        assert!(label < labels, "label {label} of {labels}");
        values.extend((0..labels).map(|at| f32::from(u8::from(at == label))));
    }
    images(values, [labels, 1, 1], device)
}
