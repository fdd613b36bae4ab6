//! Attribute classifier: its penultimate features are where Frechet distance, precision and recall are measured.
//!
//! Strided convolutions with batch normalisation, then one softmax per attribute over shared features. Small, because
//! it need only tell apart what people tell apart in these images.

use serde::{Deserialize, Serialize};

use crate::models::family::{Family, check_image, vector, within};
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

/// A classifier, as a card describes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassifierModel {
    /// Its networks.
    pub networks: ClassifierConfig,
}

/// A classifier with its weights.
pub struct Classifier<T> {
    /// Its shape.
    pub config: ClassifierConfig,
    /// Image to features.
    pub trunk: T,
    /// Features to logits.
    pub head: T,
}

impl Family for ClassifierModel {
    const ID: &'static str = "classifier";
    type Networks<T> = Classifier<T>;

    fn check(&self) -> Result<(), String> {
        let c = &self.networks;
        within("width", c.channels, 128)?;
        within("number of features", c.features, 1024)?;
        within("number of categories", c.logits(), 4096)?;
        check_image(c.colours, c.side, c.halvings)
    }

    fn architectures(&self) -> Vec<(&'static str, Architecture)> {
        vec![
            ("trunk", self.networks.trunk()),
            ("head", self.networks.head()),
        ]
    }

    fn image_shape(&self) -> [usize; 3] {
        let c = &self.networks;
        [c.colours, c.side, c.side]
    }

    fn assemble<T>(&self, mut next: impl FnMut([usize; 3]) -> T) -> Classifier<T> {
        Classifier {
            config: self.networks.clone(),
            trunk: next(self.image_shape()),
            head: next(vector(self.networks.features)),
        }
    }
}
