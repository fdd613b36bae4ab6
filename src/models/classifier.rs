//! Attribute classifier: its penultimate features are where Frechet distance, precision and recall are measured.
//!
//! Strided convolutions with batch normalisation, then one softmax per attribute over shared features. Small, because
//! it need only tell apart what people tell apart in these images.

use serde::{Deserialize, Serialize};

use crate::models::network::{Architecture, Builder, Side, Taps};

/// Shape of a classifier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassifierConfig {
    /// Channels after the first convolution; each layer after that has twice as many.
    pub channels: usize,
    /// Size of the feature vector.
    pub features: usize,
    /// Channels of an image.
    pub colours: usize,
    /// Side of an image.
    pub side: usize,
    /// How often the side is halved.
    pub halvings: usize,
    /// Name and categories of each attribute.
    pub attributes: Vec<(String, Vec<String>)>,
}

impl ClassifierConfig {
    /// Number of logits: the categories of all attributes, one after another.
    pub fn logits(&self) -> usize {
        self.attributes.iter().map(|(_, c)| c.len()).sum()
    }

    /// Image in [0, 1] to features `[batch, features, 1, 1]`.
    pub fn trunk(&self) -> Architecture {
        let mut b = Builder::new();
        let mut h = b.input(Side::Image, self.colours);
        for i in 0..=self.halvings {
            h = match i == self.halvings {
                false => b.conv(h, self.channels << i, Taps::new(4, 2, 1), false),
                true => {
                    let whole = Taps::new(self.side >> self.halvings, 1, 0);
                    b.conv(h, self.features, whole, false)
                }
            };
            h = b.batch_norm(h);
            h = b.leaky_relu(h);
        }
        b.build(h)
    }

    /// Features to logits `[batch, logits, 1, 1]`.
    pub fn head(&self) -> Architecture {
        let mut b = Builder::new();
        let h = b.input(Side::Latent, self.features);
        let h = b.conv(h, self.logits(), Taps::PIXEL, true);
        b.build(h)
    }
}
