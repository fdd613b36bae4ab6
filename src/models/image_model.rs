//! A trained image model, whatever its family: the networks of a card, told apart.

use burn::tensor::{Device, Tensor, activation};

use super::classifier::ClassifierConfig;
use super::network::{Network, State, images};
use super::pix2pix::UnetConfig;
use super::pixelcnn::PixelCnn;
use super::vae::{Vae, VaeConfig};
use crate::weights::{Card, ModelConfig};

/// The networks of trained weights.
pub enum ImageModel {
    /// Generator and discriminator.
    Dcgan {
        /// Size of z.
        latent: usize,
        /// z to an image in [-1, 1].
        generator: Network,
        /// Image to a logit.
        discriminator: Network,
    },
    /// Autoencoder.
    Vae {
        /// Its shape.
        config: VaeConfig,
        /// Weight of the KL term; none for a plain autoencoder.
        beta: Option<f64>,
        /// Its networks.
        network: Vae<Network>,
    },
    /// Attribute classifier.
    Classifier {
        /// Its shape.
        config: ClassifierConfig,
        /// Image to features.
        trunk: Network,
        /// Features to logits.
        head: Network,
    },
    /// Autoregressive network over pixels.
    PixelCnn(PixelCnn<Network>),
    /// Sketches to pictures.
    Pix2pix {
        /// Shape of the generator.
        config: UnetConfig,
        /// Sketch to a picture in [-1, 1].
        generator: Network,
        /// Sketch and picture to logits of patches.
        discriminator: Option<Network>,
    },
}

impl ImageModel {
    /// The model of `card` with `states`, one per part.
    ///
    /// # Errors
    /// A sentence when the card's model is out of bounds.
    pub fn new(card: &Card, states: &[State], device: &Device) -> Result<Self, String> {
        let parts = card.config.parts()?;
        let mut networks = parts.iter().zip(states).map(|((_, architecture), state)| {
            let [parameters, statistics] = state.to_device(device);
            architecture.with(&parameters, &statistics)
        });
        let mut next = || networks.next().expect("a network per part");
        Ok(match &card.config {
            ModelConfig::Dcgan { generator, .. } => Self::Dcgan {
                latent: generator.latent,
                generator: next(),
                discriminator: next(),
            },
            ModelConfig::Vae { networks, beta } => Self::Vae {
                config: *networks,
                beta: *beta,
                network: Vae {
                    trunk: next(),
                    head: next(),
                    decoder: next(),
                },
            },
            ModelConfig::Classifier { networks } => Self::Classifier {
                config: networks.clone(),
                trunk: next(),
                head: next(),
            },
            ModelConfig::PixelCnn { network } => Self::PixelCnn(PixelCnn {
                config: *network,
                network: next(),
            }),
            ModelConfig::Pix2pix {
                generator,
                discriminator,
                ..
            } => Self::Pix2pix {
                config: *generator,
                generator: next(),
                discriminator: discriminator.map(|_| next()),
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
