//! Variational autoencoder (Kingma and Welling 2014) with convolutions: `x` in [0, 1], prior `p(z) = N(0, I)`.
//!
//! The encoder gives `q(z|x) = N(mean, diag(exp(log_var)))`, the decoder the logits of `p(x|z)`, Bernoulli in every pixel and
//! channel. A conditional model (Sohn et al. 2015) also sees the label, in both. A plain autoencoder is
//! the same network without noise and without a prior.

use burn::tensor::{Tensor, activation};
use serde::{Deserialize, Serialize};

use crate::models::family::{Family, FromLatents, check_image, vector, within};
use crate::models::network::{Architecture, Conv, Forward, Layer};

/// Shape and kind of a variational autoencoder.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VaeConfig {
    /// Size of z, at least 1.
    pub latent: usize,
    /// Channels after the first convolution.
    pub channels: usize,
    /// Features between convolutions and latent.
    pub features: usize,
    /// Channels of an image.
    pub colours: usize,
    /// Side of an image: the side after halving must be at least 1.
    pub side: usize,
    /// How often the encoder halves the side.
    pub halvings: usize,
    /// Number of labels, 0 without.
    pub labels: usize,
}

/// The three networks of a variational autoencoder.
#[derive(Clone, Debug)]
pub struct Vae<T> {
    /// Image to features.
    pub trunk: T,
    /// Features, and the label where there is one, to mean and log-variance.
    pub head: T,
    /// Latent, and the label where there is one, to logits.
    pub decoder: T,
}

/// What the encoder says of an image.
#[derive(Clone, Debug)]
pub struct Posterior {
    /// `[batch, latent]`
    pub mean: Tensor<2>,
    /// `[batch, latent]`
    pub log_var: Tensor<2>,
}

const fn conv(inputs: usize, outputs: usize, kernel: usize, stride: usize) -> Conv {
    Conv {
        inputs,
        outputs,
        kernel,
        stride,
        padding: if stride == 2 { 1 } else { 0 },
        bias: true,
    }
}

impl VaeConfig {
    /// Layers of the three networks.
    pub fn architectures(&self) -> Vae<Architecture> {
        let &Self {
            latent,
            channels,
            features,
            colours,
            labels,
            halvings,
            side,
        } = self;
        let width = |i: usize| if i == 0 { colours } else { channels << (i - 1) };
        let small = side >> halvings;
        let mut trunk = vec![];
        for i in 0..halvings {
            trunk.extend([
                Layer::Conv(conv(width(i), width(i + 1), 4, 2)),
                Layer::LeakyRelu,
            ]);
        }
        trunk.extend([
            Layer::Conv(conv(width(halvings), features, small, 1)),
            Layer::LeakyRelu,
        ]);
        let head = vec![Layer::Conv(conv(features + labels, 2 * latent, 1, 1))];
        let mut decoder = vec![
            Layer::Conv(conv(latent + labels, features, 1, 1)),
            Layer::LeakyRelu,
            Layer::Deconv(conv(features, width(halvings), small, 1)),
        ];
        for i in (0..halvings).rev() {
            decoder.extend([
                Layer::LeakyRelu,
                Layer::Deconv(conv(width(i + 1), width(i), 4, 2)),
            ]);
        }
        Vae {
            trunk: Architecture(trunk),
            head: Architecture(head),
            decoder: Architecture(decoder),
        }
    }
}

impl<T> Vae<T> {
    /// The same with another thing for each network.
    pub fn map<U>(&self, f: impl FnMut(&T) -> U) -> Vae<U> {
        let [trunk, head, decoder] = self.parts().map(f);
        Vae {
            trunk,
            head,
            decoder,
        }
    }

    /// The networks with the names under which their tensors are stored, in that order.
    pub fn parts(&self) -> [&T; 3] {
        [&self.trunk, &self.head, &self.decoder]
    }
}

fn with_label(x: Tensor<4>, label: Option<Tensor<4>>) -> Tensor<4> {
    match label {
        Some(label) => Tensor::cat(vec![x, label], 1),
        None => x,
    }
}

impl<T: Forward> Vae<T> {
    /// `q(z|x)`.
    ///
    /// # Shapes
    /// - x: `[batch, colours, side, side]` in [0, 1]
    /// - label: `[batch, labels, 1, 1]`, one-hot, for conditional models
    pub fn encode(&self, x: Tensor<4>, label: Option<Tensor<4>>) -> Posterior {
        let features = self.trunk.forward(x);
        let out = self.head.forward(with_label(features, label));
        let [batch, both, ..] = out.dims();
        let out = out.reshape([batch, both]);
        let latent = both / 2;
        Posterior {
            mean: out.clone().slice([0..batch, 0..latent]),
            log_var: out.slice([0..batch, latent..both]),
        }
    }

    /// Logits of `p(x|z)`.
    ///
    /// # Shapes
    /// - z: `[batch, latent]`
    /// - label: `[batch, labels, 1, 1]`, one-hot, for conditional models
    /// - returns: `[batch, colours, side, side]`
    pub fn decode(&self, z: Tensor<2>, label: Option<Tensor<4>>) -> Tensor<4> {
        let [batch, latent] = z.dims();
        let z = z.reshape([batch, latent, 1, 1]);
        self.decoder.forward(with_label(z, label))
    }
}

impl Posterior {
    /// `z = mean + exp(log_var / 2) eps` (Kingma and Welling 2014, section 2.4).
    ///
    /// # Shapes
    /// - eps: `[batch, latent]`, standard normal
    pub fn sample(&self, eps: Tensor<2>) -> Tensor<2> {
        self.mean.clone() + (self.log_var.clone() * 0.5).exp() * eps
    }
}

/// A variational or plain autoencoder, as a card describes it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VaeModel {
    /// Its networks.
    pub networks: VaeConfig,
    /// Weight of the KL term; none for a plain autoencoder.
    pub beta: Option<f64>,
}

/// An autoencoder with its weights.
pub struct Autoencoder<T> {
    /// What it is.
    pub model: VaeModel,
    /// Its networks.
    pub networks: Vae<T>,
}

impl Family for VaeModel {
    const ID: &'static str = "vae";
    type Networks<T> = Autoencoder<T>;

    fn check(&self) -> Result<(), String> {
        let v = &self.networks;
        within("latent size", v.latent, 1024)?;
        within("width", v.channels, 128)?;
        within("number of features", v.features, 1024)?;
        within("number of labels and one", v.labels.saturating_add(1), 257)?;
        check_image(v.colours, v.side, v.halvings)
    }

    fn architectures(&self) -> Vec<(&'static str, Architecture)> {
        let parts = self.networks.architectures();
        vec![
            ("trunk", parts.trunk),
            ("head", parts.head),
            ("decoder", parts.decoder),
        ]
    }

    fn image_shape(&self) -> [usize; 3] {
        let v = &self.networks;
        [v.colours, v.side, v.side]
    }

    fn assemble<T>(&self, mut next: impl FnMut([usize; 3]) -> T) -> Autoencoder<T> {
        let v = &self.networks;
        Autoencoder {
            model: *self,
            networks: Vae {
                trunk: next(self.image_shape()),
                head: next(vector(v.features + v.labels)),
                decoder: next(vector(v.latent + v.labels)),
            },
        }
    }
}

impl<T: Forward> FromLatents for Autoencoder<T> {
    fn latent(&self) -> usize {
        self.model.networks.latent
    }

    fn labels(&self) -> usize {
        self.model.networks.labels
    }

    fn pictures(&self, z: Tensor<2>, label: Option<Tensor<4>>) -> Tensor<4> {
        activation::sigmoid(self.networks.decode(z, label))
    }
}
