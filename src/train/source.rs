//! Sources of training images.

use crate::weights::DataCard;

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

/// Friendly monsters, 64 by 64 pixels in colour, with attributes.
pub const CRITTERS: Source = Source {
    name: "critters",
    licence: "CC0 1.0",
    origin: "friendly monsters rendered from DiceBear part definitions, dicebear.com",
    validation: 500,
    labels: &[],
};
/// Potted plants, 64 by 64 pixels in colour, with attributes.
pub const SPROUTS: Source = Source {
    name: "sprouts",
    licence: "CC0 1.0",
    origin: "potted plants rendered from DiceBear part definitions, dicebear.com",
    validation: 360,
    labels: &[],
};
/// Clothes, 28 by 28 pixels in grey, with labels.
pub const FASHION: Source = Source {
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
/// Digits, 28 by 28 pixels in black and white.
pub const BINARIZED_MNIST: Source = Source {
    name: "binarized-mnist",
    licence: "MIT repository; digits by LeCun, Cortes and Burges",
    origin: "the fixed binarisation of Larochelle and Murray 2011",
    validation: 5_000,
    labels: &[],
};

impl Source {
    /// What a card says of the data.
    pub fn card(&self, images: usize) -> DataCard {
        DataCard {
            name: self.name.into(),
            images,
            licence: self.licence.into(),
            source: self.origin.into(),
        }
    }
}
