//! What can be trained: one row per weights file.

use burn::tensor::{Device, FloatDType};

use super::Task;
use super::classifier::ClassifierTask;
use super::dcgan::DcganTask;
use super::pix2pix::Pix2pixTask;
use super::pixelcnn::PixelCnnTask;
use super::vae::VaeTask;
use crate::data::images::ImageSet;
use crate::models::classifier::ClassifierConfig;
use crate::models::dcgan::{self, DiscriminatorConfig, GeneratorConfig};
use crate::models::pix2pix::{COLOURS, Patch, PatchConfig, UnetConfig};
use crate::models::pixelcnn::{Kind, PixelCnnConfig};
use crate::models::vae::VaeConfig;
use crate::weights::{DataCard, ModelConfig};

/// Training data that recipes are made for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Source {
    /// Name, and usual folder.
    pub name: &'static str,
    /// Licence.
    pub licence: &'static str,
    /// Where a person gets it.
    pub origin: &'static str,
    /// Images held back for measuring, when the folder has no split of its own.
    pub validation: usize,
    /// Names of the labels, if it has labels.
    pub labels: &'static [&'static str],
}

const CRITTERS: Source = Source {
    name: "critters",
    licence: "CC0 1.0",
    origin: "friendly monsters rendered from DiceBear part definitions, dicebear.com",
    validation: 500,
    labels: &[],
};
const SPROUTS: Source = Source {
    name: "sprouts",
    licence: "CC0 1.0",
    origin: "potted plants rendered from DiceBear part definitions, dicebear.com",
    validation: 360,
    labels: &[],
};
const FASHION: Source = Source {
    name: "fashion-mnist",
    licence: "MIT",
    origin: "Xiao, Rasul and Vollgraf 2017, github.com/zalandoresearch/fashion-mnist",
    validation: 5_000,
    labels: &[
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ],
};
const BINARIZED_MNIST: Source = Source {
    name: "binarized-mnist",
    licence: "MIT repository; digits by LeCun, Cortes and Burges",
    origin: "the fixed binarisation of Larochelle and Murray 2011",
    validation: 5_000,
    labels: &[],
};

/// Halvings of every U-Net: down to one pixel.
const UNET_HALVINGS: usize = 6;
/// Layers of every U-Net with dropout. The paper has three of eight; at these widths noise in larger layers shows as blotches.
const UNET_DROPOUT: usize = 1;
/// Base channels of every discriminator of patches.
const PATCH_CHANNELS: usize = 32;
/// Learning rate of a PixelCNN by batches of 16 or 32.
const PIXEL_RATE: f64 = 1e-3;
/// Hidden units of the heads of PixelCNN.
const HIDDEN: usize = 64;

/// What kind of model a recipe makes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Family {
    /// Generator and discriminator.
    Dcgan {
        /// Size of z.
        latent: usize,
        /// Base channels of the generator.
        generator: usize,
        /// Base channels of the discriminator, where most of the arithmetic is.
        discriminator: usize,
    },
    /// Autoencoder.
    Vae {
        /// Size of z.
        latent: usize,
        /// Weight of the KL term; none for a plain autoencoder.
        beta: Option<f64>,
        /// Whether it sees labels.
        conditional: bool,
        /// Channels after the first convolution.
        channels: usize,
        /// Features between convolutions and latent.
        features: usize,
        /// How often the side is halved.
        halvings: usize,
        /// Updates over which the learning rate falls to half.
        half_life: f64,
    },
    /// Attribute classifier.
    Classifier {
        /// Channels after the first convolution.
        channels: usize,
        /// Size of the feature vector.
        features: usize,
        /// How often the side is halved.
        halvings: usize,
    },
    /// Autoregressive network over pixels.
    PixelCnn {
        /// Which network.
        kind: Kind,
        /// Channels of each stack.
        channels: usize,
        /// Layers after the first.
        layers: usize,
        /// Side of their kernels.
        kernel: usize,
        /// Levels of each channel.
        levels: usize,
        /// Whether it sees labels.
        conditional: bool,
        /// Whether the images are halved first.
        halved: bool,
        /// Learning rate, before it fades.
        rate: f64,
    },
    /// Sketches to pictures.
    Pix2pix {
        /// Base channels of the generator.
        channels: usize,
        /// Whether it has skips.
        skips: bool,
        /// What its discriminator judges at once; none without a discriminator.
        patch: Option<Patch>,
        /// Weight of L1.
        lambda: f64,
    },
}

/// One row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recipe {
    /// Id, the same in links, on the command line and as the file's name.
    pub id: &'static str,
    /// What a person reads.
    pub title: &'static str,
    /// Its training data.
    pub source: Source,
    /// Kind and widths.
    pub family: Family,
    /// Images per update.
    pub batch: usize,
    /// Updates.
    pub steps: u64,
}

const fn fashion(
    id: &'static str,
    title: &'static str,
    latent: usize,
    beta: Option<f64>,
    conditional: bool,
) -> Recipe {
    Recipe {
        id,
        title,
        source: FASHION,
        family: Family::Vae {
            latent,
            beta,
            conditional,
            channels: 16,
            features: 64,
            halvings: 2,
            half_life: 2_000.0,
        },
        batch: 128,
        steps: 4_000,
    }
}

/// The paper's weight of L1.
const LAMBDA: f64 = 100.0;

const fn pix2pix(id: &'static str, title: &'static str, source: Source, channels: usize) -> Recipe {
    Recipe {
        id,
        title,
        source,
        family: Family::Pix2pix {
            channels,
            skips: true,
            patch: Some(Patch::Small),
            lambda: LAMBDA,
        },
        batch: 8,
        steps: 12_000,
    }
}

/// A small network that differs in one thing from the one that has both terms, skips and patches of 16 by 16.
const fn ablation(
    id: &'static str,
    title: &'static str,
    skips: bool,
    patch: Option<Patch>,
    lambda: f64,
) -> Recipe {
    Recipe {
        family: Family::Pix2pix {
            channels: 16,
            skips,
            patch,
            lambda,
        },
        steps: 2_500,
        ..pix2pix(id, title, CRITTERS, 16)
    }
}

const fn pixelcnn(
    kind: Kind,
    kernel: usize,
    levels: usize,
    conditional: bool,
    halved: bool,
) -> Family {
    Family::PixelCnn {
        kind,
        channels: 32,
        layers: 8,
        kernel,
        levels,
        conditional,
        halved,
        rate: PIXEL_RATE,
    }
}

const fn attributes(id: &'static str, title: &'static str, source: Source) -> Recipe {
    Recipe {
        id,
        title,
        source,
        family: Family::Classifier {
            channels: 16,
            features: 64,
            halvings: 4,
        },
        batch: 64,
        steps: 500,
    }
}

/// Everything that can be trained.
pub const RECIPES: &[Recipe] = &[
    Recipe {
        id: "dcgan-critters",
        title: "DCGAN, critters",
        source: CRITTERS,
        family: Family::Dcgan {
            latent: 64,
            generator: 32,
            discriminator: 24,
        },
        batch: 64,
        steps: 14_000,
    },
    fashion(
        "vae-fashion-2d",
        "VAE, 2-D latent, beta 1",
        2,
        Some(1.0),
        false,
    ),
    fashion(
        "vae-fashion-2d-b05",
        "VAE, 2-D latent, beta 0.5",
        2,
        Some(0.5),
        false,
    ),
    fashion(
        "vae-fashion-2d-b4",
        "VAE, 2-D latent, beta 4",
        2,
        Some(4.0),
        false,
    ),
    fashion(
        "vae-fashion-16d",
        "VAE, 16-D latent, beta 1",
        16,
        Some(1.0),
        false,
    ),
    fashion(
        "vae-fashion-16d-b05",
        "VAE, 16-D latent, beta 0.5",
        16,
        Some(0.5),
        false,
    ),
    fashion(
        "vae-fashion-16d-b4",
        "VAE, 16-D latent, beta 4",
        16,
        Some(4.0),
        false,
    ),
    fashion(
        "vae-fashion-conditional",
        "Conditional VAE, 16-D latent",
        16,
        Some(1.0),
        true,
    ),
    fashion(
        "ae-fashion-2d",
        "Plain autoencoder, 2-D latent",
        2,
        None,
        false,
    ),
    Recipe {
        id: "vae-critters",
        title: "VAE, critters, 32-D latent",
        source: CRITTERS,
        family: Family::Vae {
            latent: 32,
            beta: Some(1.0),
            conditional: false,
            channels: 16,
            features: 128,
            halvings: 4,
            half_life: 2_000.0,
        },
        batch: 64,
        steps: 8_000,
    },
    Recipe {
        id: "vae-mnist",
        title: "VAE, binarized MNIST, 32-D latent",
        source: BINARIZED_MNIST,
        family: Family::Vae {
            latent: 32,
            beta: Some(1.0),
            conditional: false,
            channels: 16,
            features: 192,
            halvings: 2,
            half_life: 6_000.0,
        },
        batch: 128,
        steps: 24_000,
    },
    Recipe {
        id: "pixelcnn-mnist",
        title: "Gated PixelCNN, binarized MNIST",
        source: BINARIZED_MNIST,
        family: pixelcnn(Kind::Gated, 5, 2, false, false),
        batch: 16,
        steps: 16_000,
    },
    Recipe {
        id: "pixelcnn-mnist-plain",
        title: "PixelCNN, binarized MNIST",
        source: BINARIZED_MNIST,
        family: pixelcnn(Kind::Plain, 5, 2, false, false),
        batch: 16,
        steps: 8_000,
    },
    Recipe {
        id: "pixelcnn-fashion",
        title: "Conditional gated PixelCNN, 16 grey levels",
        source: FASHION,
        family: pixelcnn(Kind::Gated, 3, 16, true, false),
        batch: 16,
        steps: 8_000,
    },
    Recipe {
        id: "pixelcnn-critters",
        title: "Gated PixelCNN, critters of 32 x 32, 16 levels per channel",
        source: CRITTERS,
        family: pixelcnn(Kind::Gated, 3, 16, false, true),
        batch: 32,
        steps: 3_500,
    },
    Recipe {
        id: "pixelrnn-mnist",
        title: "PixelRNN (Row LSTM), binarized MNIST",
        source: BINARIZED_MNIST,
        family: Family::PixelCnn {
            kind: Kind::RowLstm,
            channels: 32,
            layers: 3,
            kernel: 3,
            levels: 2,
            conditional: false,
            halved: false,
            rate: 1.5e-3,
        },
        batch: 64,
        steps: 2_500,
    },
    pix2pix("pix2pix-critters", "pix2pix, critters", CRITTERS, 32),
    pix2pix("pix2pix-sprouts", "pix2pix, sprouts", SPROUTS, 32),
    ablation(
        "pix2pix-critters-both",
        "pix2pix, small: cGAN and L1",
        true,
        Some(Patch::Small),
        LAMBDA,
    ),
    ablation(
        "pix2pix-critters-l1",
        "pix2pix, small: L1 only",
        true,
        None,
        LAMBDA,
    ),
    // Nothing but its discriminator leads this one to the sketch, which takes it longer.
    Recipe {
        steps: 10_000,
        ..ablation(
            "pix2pix-critters-cgan",
            "pix2pix, small: cGAN only",
            true,
            Some(Patch::Small),
            0.0,
        )
    },
    ablation(
        "pix2pix-critters-no-skips",
        "pix2pix, small: without skips",
        false,
        Some(Patch::Small),
        LAMBDA,
    ),
    ablation(
        "pix2pix-critters-patch-1",
        "pix2pix, small: patches of 1 pixel",
        true,
        Some(Patch::Pixel),
        LAMBDA,
    ),
    ablation(
        "pix2pix-critters-patch-34",
        "pix2pix, small: patches of 34 x 34",
        true,
        Some(Patch::Middle),
        LAMBDA,
    ),
    ablation(
        "pix2pix-critters-patch-full",
        "pix2pix, small: the whole image at once",
        true,
        Some(Patch::Full),
        LAMBDA,
    ),
    attributes(
        "features-critters",
        "Attribute classifier, critters",
        CRITTERS,
    ),
    attributes("features-sprouts", "Attribute classifier, sprouts", SPROUTS),
    Recipe {
        id: "features-fashion",
        title: "Class classifier, Fashion-MNIST",
        source: FASHION,
        family: Family::Classifier {
            channels: 16,
            features: 64,
            halvings: 2,
        },
        batch: 128,
        steps: 1_000,
    },
];

/// The recipe with this id.
pub fn recipe(id: &str) -> Option<&'static Recipe> {
    RECIPES.iter().find(|r| r.id == id)
}

/// Every recipe as a Markdown table.
pub fn table() -> String {
    let row = |r: &Recipe| {
        let Recipe {
            id,
            title,
            source,
            batch,
            steps,
            ..
        } = r;
        format!("| {id} | {title} | {} | {batch} | {steps} |\n", source.name)
    };
    let rows: String = RECIPES.iter().map(row).collect();
    format!("| id | title | data | batch | updates |\n|---|---|---|---|---|\n{rows}")
}

impl Recipe {
    /// The architecture that these images need.
    ///
    /// # Errors
    /// A sentence when the images or their labels do not fit the recipe.
    pub fn config(&self, data: &ImageSet) -> Result<ModelConfig, String> {
        let (colours, side) = (data.channels, data.height);
        if data.width != side {
            return Err(format!(
                "{} needs square images; these are {} by {}.",
                self.id, data.width, data.height
            ));
        }
        let halving = |halvings: usize| {
            if side >> halvings << halvings == side && side >> halvings > 0 {
                Ok(())
            } else {
                Err(format!(
                    "{} halves the side {halvings} times; {side} pixels cannot be.",
                    self.id
                ))
            }
        };
        match self.family {
            Family::Dcgan {
                latent,
                generator,
                discriminator,
            } => {
                if side != dcgan::SIDE {
                    return Err(format!(
                        "{} needs images of {} by {} pixels; these are {side} by {side}.",
                        self.id,
                        dcgan::SIDE,
                        dcgan::SIDE
                    ));
                }
                Ok(ModelConfig::Dcgan {
                    generator: GeneratorConfig {
                        latent,
                        channels: generator,
                        colours,
                    },
                    discriminator: DiscriminatorConfig {
                        channels: discriminator,
                        colours,
                    },
                })
            }
            Family::Vae {
                latent,
                beta,
                conditional,
                channels,
                features,
                halvings,
                ..
            } => {
                halving(halvings)?;
                Ok(ModelConfig::Vae {
                    networks: VaeConfig {
                        latent,
                        channels,
                        features,
                        colours,
                        side,
                        halvings,
                        labels: self.labels(conditional, data)?,
                    },
                    beta,
                })
            }
            Family::Classifier {
                channels,
                features,
                halvings,
            } => {
                halving(halvings)?;
                let attributes = match (&data.attributes, &data.labels) {
                    (Some(attributes), _) => attributes
                        .names
                        .iter()
                        .cloned()
                        .zip(attributes.values.iter().cloned())
                        .filter(|(_, values)| values.len() > 1)
                        .collect(),
                    (None, Some(_)) => {
                        let names = self.source.labels.iter().map(ToString::to_string);
                        vec![("class".to_string(), names.collect())]
                    }
                    (None, None) => {
                        return Err(format!(
                            "{} needs attributes or labels beside the images.",
                            self.id
                        ));
                    }
                };
                Ok(ModelConfig::Classifier {
                    networks: ClassifierConfig {
                        channels,
                        features,
                        colours,
                        side,
                        halvings,
                        attributes,
                    },
                })
            }
            Family::PixelCnn {
                kind,
                channels,
                layers,
                kernel,
                levels,
                conditional,
                ..
            } => Ok(ModelConfig::PixelCnn {
                network: PixelCnnConfig {
                    kind,
                    channels,
                    layers,
                    kernel,
                    features: HIDDEN,
                    colours,
                    side,
                    levels,
                    labels: self.labels(conditional, data)?,
                },
            }),
            Family::Pix2pix {
                channels,
                skips,
                patch,
                lambda,
            } => {
                if [side, colours] != [dcgan::SIDE, COLOURS] {
                    return Err(format!(
                        "{} needs colour images of {} by {} pixels; these are {side} by {side} in {colours} channels.",
                        self.id,
                        dcgan::SIDE,
                        dcgan::SIDE
                    ));
                }
                Ok(ModelConfig::Pix2pix {
                    generator: UnetConfig {
                        channels,
                        side,
                        halvings: UNET_HALVINGS,
                        skips,
                        dropout: UNET_DROPOUT,
                    },
                    discriminator: patch.map(|patch| PatchConfig {
                        patch,
                        channels: PATCH_CHANNELS,
                    }),
                    lambda,
                })
            }
        }
    }

    /// Whether it takes the images at half their size.
    pub fn halved(&self) -> bool {
        matches!(self.family, Family::PixelCnn { halved: true, .. })
    }

    /// How many labels the model sees, of data that has them.
    fn labels(&self, conditional: bool, data: &ImageSet) -> Result<usize, String> {
        if !conditional {
            return Ok(0);
        }
        let labels = self.source.labels.len();
        let found = data.labels.as_ref();
        let found = found.ok_or_else(|| format!("{} needs labels beside the images.", self.id))?;
        match found.iter().find(|l| usize::from(**l) >= labels) {
            Some(label) => Err(format!(
                "{} knows {labels} labels, from 0; the data has {label}.",
                self.id
            )),
            None => Ok(labels),
        }
    }

    /// Whether its layers can compute in bfloat16: batch normalisation and small latents want single precision.
    pub fn takes_bf16(&self) -> bool {
        matches!(self.family, Family::PixelCnn { .. })
    }

    /// A model with fresh weights. `arithmetic` is for those that [`Recipe::takes_bf16`]; all others compute in single precision.
    pub fn task(
        &self,
        config: &ModelConfig,
        arithmetic: FloatDType,
        seed: u64,
        device: &Device,
    ) -> Box<dyn Task> {
        // Neither is asked for where the recipe's family has none.
        let half_life = match self.family {
            Family::Vae { half_life, .. } => half_life,
            _ => f64::INFINITY,
        };
        let rate = match self.family {
            Family::PixelCnn { rate, .. } => rate,
            _ => 0.0,
        };
        match config {
            ModelConfig::Dcgan {
                generator,
                discriminator,
            } => Box::new(DcganTask::new(*generator, *discriminator, seed, device)),
            ModelConfig::Vae { networks, beta } => {
                Box::new(VaeTask::new(*networks, *beta, half_life, seed, device))
            }
            ModelConfig::Classifier { networks } => {
                Box::new(ClassifierTask::new(networks.clone(), seed, device))
            }
            ModelConfig::PixelCnn { network } => Box::new(PixelCnnTask::new(
                *network, rate, self.steps, arithmetic, seed, device,
            )),
            ModelConfig::Pix2pix {
                generator,
                discriminator,
                lambda,
            } => Box::new(Pix2pixTask::new(
                *generator,
                *discriminator,
                *lambda,
                self.steps,
                seed,
                device,
            )),
        }
    }

    /// What the card says of the data.
    pub fn data_card(&self, images: usize) -> DataCard {
        DataCard {
            name: self.source.name.into(),
            images,
            licence: self.source.licence.into(),
            source: self.source.origin.into(),
        }
    }
}
