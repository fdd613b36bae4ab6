//! Attribute classifier: its penultimate features are where Frechet distance, precision and recall are measured.
//!
//! Strided convolutions with batch normalisation, then one softmax per attribute over shared features. Small, because
//! it need only tell apart what people tell apart in these images.

use serde::{Deserialize, Serialize};

use crate::models::family::{Family, check_image, vector, within};
use crate::models::network::{Architecture, Conv, Layer};

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
        let width = |i: usize| {
            if i == 0 {
                self.colours
            } else {
                self.channels << (i - 1)
            }
        };
        let conv = |inputs, outputs, kernel, stride| {
            Layer::Conv(Conv {
                inputs,
                outputs,
                kernel,
                stride,
                padding: usize::from(stride == 2),
                bias: false,
            })
        };
        let mut layers = vec![];
        for i in 0..self.halvings {
            layers.extend([
                conv(width(i), width(i + 1), 4, 2),
                Layer::BatchNorm(width(i + 1)),
                Layer::LeakyRelu,
            ]);
        }
        let last = width(self.halvings);
        layers.extend([
            conv(last, self.features, self.side >> self.halvings, 1),
            Layer::BatchNorm(self.features),
            Layer::LeakyRelu,
        ]);
        Architecture(layers)
    }

    /// Features to logits `[batch, logits, 1, 1]`.
    pub fn head(&self) -> Architecture {
        Architecture(vec![Layer::Conv(Conv {
            inputs: self.features,
            outputs: self.logits(),
            kernel: 1,
            stride: 1,
            padding: 0,
            bias: true,
        })])
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
