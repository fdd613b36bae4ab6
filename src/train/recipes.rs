//! What can be trained: one row per weights file.

use super::cgan::CganTraining;
use super::classifier::ClassifierTraining;
use super::dcgan::DcganTraining;
use super::pix2pix::{LAMBDA, Pix2pixTraining};
use super::pixelcnn::PixelCnnTraining;
use super::recipe::Recipe;
use super::source::{BINARIZED_MNIST, CRITTERS, FASHION, SPROUTS, Source};
use super::stylegan::StyleganTraining;
use super::vae::VaeTraining;
use crate::models::cgan::Role;
use crate::models::pix2pix::Patch;
use crate::models::pixelcnn::Kind;

const FASHION_VAE: VaeTraining = VaeTraining {
    latent: 2,
    beta: Some(1.0),
    conditional: false,
    channels: 16,
    features: 64,
    halvings: 2,
    half_life: 2_000.0,
};

const fn fashion(id: &'static str, title: &'static str, family: &'static VaeTraining) -> Recipe {
    Recipe {
        id,
        title,
        source: FASHION,
        family,
        batch: 128,
        steps: 4_000,
    }
}

const LABELLED: CganTraining = CganTraining {
    role: Role::Auxiliary,
    latent: 64,
    generator: 32,
    discriminator: 16,
};

const fn labelled(id: &'static str, title: &'static str, family: &'static CganTraining) -> Recipe {
    Recipe {
        id,
        title,
        source: FASHION,
        family,
        batch: 64,
        steps: 3_000,
    }
}

const PIXELS: PixelCnnTraining = PixelCnnTraining {
    kind: Kind::Gated,
    channels: 32,
    layers: 8,
    kernel: 3,
    levels: 16,
    conditional: false,
    halved: false,
    rate: 1e-3,
};

const PIX2PIX: Pix2pixTraining = Pix2pixTraining {
    channels: 32,
    skips: true,
    patch: Some(Patch::Small),
    lambda: LAMBDA,
};

const SMALL_PIX2PIX: Pix2pixTraining = Pix2pixTraining {
    channels: 16,
    ..PIX2PIX
};

const fn pix2pix(id: &'static str, title: &'static str, source: Source) -> Recipe {
    Recipe {
        id,
        title,
        source,
        family: &PIX2PIX,
        batch: 8,
        steps: 12_000,
    }
}

/// A small network that differs in one thing from the one that has both terms, skips and patches of 16 by 16.
const fn ablation(
    id: &'static str,
    title: &'static str,
    family: &'static Pix2pixTraining,
) -> Recipe {
    Recipe {
        family,
        steps: 2_500,
        ..pix2pix(id, title, CRITTERS)
    }
}

const fn attributes(id: &'static str, title: &'static str, source: Source) -> Recipe {
    Recipe {
        id,
        title,
        source,
        family: &ClassifierTraining {
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
        family: &DcganTraining {
            latent: 64,
            generator: 32,
            discriminator: 24,
        },
        batch: 64,
        steps: 14_000,
    },
    Recipe {
        id: "stylegan-critters",
        title: "StyleGAN, critters",
        source: CRITTERS,
        family: &StyleganTraining::SIDE_64,
        batch: 16,
        steps: 20_000,
    },
    labelled(
        "cgan-fashion",
        "Conditional GAN",
        &CganTraining {
            role: Role::Condition,
            ..LABELLED
        },
    ),
    labelled("acgan-fashion", "AC-GAN", &LABELLED),
    fashion(
        "vae-fashion-2d",
        "VAE, 2-D latent, beta 1",
        &VaeTraining {
            latent: 2,
            ..FASHION_VAE
        },
    ),
    fashion(
        "vae-fashion-2d-b05",
        "VAE, 2-D latent, beta 0.5",
        &VaeTraining {
            latent: 2,
            beta: Some(0.5),
            ..FASHION_VAE
        },
    ),
    fashion(
        "vae-fashion-2d-b4",
        "VAE, 2-D latent, beta 4",
        &VaeTraining {
            latent: 2,
            beta: Some(4.0),
            ..FASHION_VAE
        },
    ),
    fashion(
        "vae-fashion-16d",
        "VAE, 16-D latent, beta 1",
        &VaeTraining {
            latent: 16,
            ..FASHION_VAE
        },
    ),
    fashion(
        "vae-fashion-16d-b05",
        "VAE, 16-D latent, beta 0.5",
        &VaeTraining {
            latent: 16,
            beta: Some(0.5),
            ..FASHION_VAE
        },
    ),
    fashion(
        "vae-fashion-16d-b4",
        "VAE, 16-D latent, beta 4",
        &VaeTraining {
            latent: 16,
            beta: Some(4.0),
            ..FASHION_VAE
        },
    ),
    fashion(
        "vae-fashion-conditional",
        "Conditional VAE, 16-D latent",
        &VaeTraining {
            latent: 16,
            conditional: true,
            ..FASHION_VAE
        },
    ),
    fashion(
        "ae-fashion-2d",
        "Plain autoencoder, 2-D latent",
        &VaeTraining {
            latent: 2,
            beta: None,
            ..FASHION_VAE
        },
    ),
    Recipe {
        id: "vae-critters",
        title: "VAE, critters, 32-D latent",
        source: CRITTERS,
        family: &VaeTraining {
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
        family: &VaeTraining {
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
        family: &PixelCnnTraining {
            kernel: 5,
            levels: 2,
            ..PIXELS
        },
        batch: 16,
        steps: 16_000,
    },
    Recipe {
        id: "pixelcnn-mnist-plain",
        title: "PixelCNN, binarized MNIST",
        source: BINARIZED_MNIST,
        family: &PixelCnnTraining {
            kind: Kind::Plain,
            kernel: 5,
            levels: 2,
            ..PIXELS
        },
        batch: 16,
        steps: 8_000,
    },
    Recipe {
        id: "pixelcnn-fashion",
        title: "Conditional gated PixelCNN, 16 grey levels",
        source: FASHION,
        family: &PixelCnnTraining {
            kernel: 3,
            levels: 16,
            conditional: true,
            ..PIXELS
        },
        batch: 16,
        steps: 8_000,
    },
    Recipe {
        id: "pixelcnn-critters",
        title: "Gated PixelCNN, critters of 32 x 32, 16 levels per channel",
        source: CRITTERS,
        family: &PixelCnnTraining {
            kernel: 3,
            levels: 16,
            halved: true,
            ..PIXELS
        },
        batch: 32,
        steps: 3_500,
    },
    Recipe {
        id: "pixelrnn-mnist",
        title: "PixelRNN (Row LSTM), binarized MNIST",
        source: BINARIZED_MNIST,
        family: &PixelCnnTraining {
            kind: Kind::RowLstm,
            layers: 3,
            kernel: 3,
            levels: 2,
            rate: 1.5e-3,
            ..PIXELS
        },
        batch: 64,
        steps: 2_500,
    },
    pix2pix("pix2pix-critters", "pix2pix, critters", CRITTERS),
    pix2pix("pix2pix-sprouts", "pix2pix, sprouts", SPROUTS),
    ablation(
        "pix2pix-critters-both",
        "pix2pix, small: cGAN and L1",
        &SMALL_PIX2PIX,
    ),
    ablation(
        "pix2pix-critters-l1",
        "pix2pix, small: L1 only",
        &Pix2pixTraining {
            patch: None,
            ..SMALL_PIX2PIX
        },
    ),
    // Nothing but its discriminator leads this one to the sketch, which takes it longer.
    Recipe {
        steps: 10_000,
        ..ablation(
            "pix2pix-critters-cgan",
            "pix2pix, small: cGAN only",
            &Pix2pixTraining {
                lambda: 0.0,
                ..SMALL_PIX2PIX
            },
        )
    },
    ablation(
        "pix2pix-critters-no-skips",
        "pix2pix, small: without skips",
        &Pix2pixTraining {
            skips: false,
            ..SMALL_PIX2PIX
        },
    ),
    ablation(
        "pix2pix-critters-patch-1",
        "pix2pix, small: patches of 1 pixel",
        &Pix2pixTraining {
            patch: Some(Patch::Pixel),
            ..SMALL_PIX2PIX
        },
    ),
    ablation(
        "pix2pix-critters-patch-34",
        "pix2pix, small: patches of 34 x 34",
        &Pix2pixTraining {
            patch: Some(Patch::Middle),
            ..SMALL_PIX2PIX
        },
    ),
    ablation(
        "pix2pix-critters-patch-full",
        "pix2pix, small: the whole image at once",
        &Pix2pixTraining {
            patch: Some(Patch::Full),
            ..SMALL_PIX2PIX
        },
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
        family: &ClassifierTraining {
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
