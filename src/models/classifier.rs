//! Attribute classifier: its penultimate features are where Frechet distance, precision and recall are measured.
//!
//! Strided convolutions with batch normalisation, then one softmax per attribute over shared features. Small, because
//! it need only tell apart what people tell apart in these images.

use serde::{Deserialize, Serialize};

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
