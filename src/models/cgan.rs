//! GANs that draw what a label says: the conditional GAN (Mirza and Osindero 2014) and the auxiliary classifier GAN
//! (Odena, Olah and Shlens 2017). Images in [-1, 1] from a latent `z ~ N(0, I)` and a one-hot label `y`.
//!
//! Both have the same two networks. The generator is that of DCGAN, with `y` beside `z` and a side that is doubled twice. The
//! discriminator has one output for the picture and one for each label, `f(x)` and `c(x)`; the two differ in what these mean:
//!
//! - conditional: the log-odds of "real, with this label" are `f(x) + y . c(x)`. The label meets the features in a product (Miyato
//!   and Koyama 2018, equation 3), since at this size that learns sooner than labels as planes beside the image.
//! - auxiliary classifier: the log-odds of "real" are `f(x)`, whatever the label; `softmax c(x)` are the probabilities of the labels.

use burn::tensor::{Tensor, activation};
use serde::{Deserialize, Serialize};

use crate::models::family::{Family, FromLatents, check_image, vector, within};
use crate::models::network::{Architecture, Builder, Forward, Side, Taps};

/// What the discriminator makes of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It is told the label.
    Condition,
    /// It has to find the label.
    Auxiliary,
}

/// Both networks, as a card describes them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CganModel {
    /// What the discriminator makes of a label.
    pub role: Role,
    /// Size of z.
    pub latent: usize,
    /// Number of labels.
    pub labels: usize,
    /// Channels of the generator before its last layer; the layer before has twice as many.
    pub generator: usize,
    /// Channels of the discriminator after its first layer; each layer after that has twice as many.
    pub discriminator: usize,
    /// Channels of an image.
    pub colours: usize,
    /// Side of an image, a multiple of 4.
    pub side: usize,
}

/// A GAN with labels, with its weights.
pub struct Cgan<T> {
    /// Its shape.
    pub model: CganModel,
    /// z and label to an image in [-1, 1].
    pub generator: T,
    /// Image to the outputs that [`CganModel::verdict`] reads.
    pub discriminator: T,
}

/// What a discriminator says of pictures.
pub struct Verdict {
    /// `[batch, 1]`: log-odds that each is real, with its label where that is a condition.
    pub real: Tensor<2>,
    /// `[batch, labels]`: logits of the labels, where it has to find them.
    pub classes: Option<Tensor<2>>,
}

/// Twice or half the side.
const BY_TWO: Taps = Taps::new(4, 2, 1);

impl CganModel {
    /// `[batch, latent + labels, 1, 1]` to `[batch, colours, side, side]`.
    pub fn generator(&self) -> Architecture {
        let whole = Taps::new(self.side / 4, 1, 0);
        let mut b = Builder::new();
        let mut h = b.input(Side::Latent, self.latent + self.labels);
        for (width, taps) in [(2 * self.generator, whole), (self.generator, BY_TWO)] {
            h = b.conv_transpose(h, width, taps, false);
            h = b.batch_norm(h);
            h = b.relu(h);
        }
        h = b.conv_transpose(h, self.colours, BY_TWO, true);
        h = b.tanh(h);
        b.build(h)
    }

    /// `[batch, colours, side, side]` to `[batch, 1 + labels, 1, 1]`.
    pub fn discriminator(&self) -> Architecture {
        let mut b = Builder::new();
        let mut h = b.input(Side::Image, self.colours);
        for i in 0..3 {
            // No normalisation on the first layer, as in DCGAN.
            h = b.conv(h, self.discriminator << i, BY_TWO, i == 0);
            if i > 0 {
                h = b.batch_norm(h);
            }
            h = b.leaky_relu(h);
        }
        h = b.conv(h, 1 + self.labels, Taps::new(self.side / 8, 1, 0), true);
        b.build(h)
    }

    /// What outputs of the discriminator say of pictures with these labels.
    ///
    /// # Shapes
    /// - outputs: `[batch, 1 + labels, 1, 1]`
    /// - label: `[batch, labels]`, one-hot
    pub fn verdict(&self, outputs: Tensor<4>, label: Tensor<2>) -> Verdict {
        let [n, all, ..] = outputs.dims();
        let outputs = outputs.reshape([n, all]);
        let real = outputs.clone().narrow(1, 0, 1);
        let classes = outputs.narrow(1, 1, all - 1);
        match self.role {
            Role::Condition => Verdict {
                real: real + (classes * label).sum_dim(1),
                classes: None,
            },
            Role::Auxiliary => Verdict {
                real,
                classes: Some(classes),
            },
        }
    }
}

impl Family for CganModel {
    const ID: &'static str = "cgan";
    type Networks<T> = Cgan<T>;

    fn check(&self) -> Result<(), String> {
        within("latent size", self.latent, 1024)?;
        within("number of labels", self.labels, 256)?;
        within("generator width", self.generator, 128)?;
        within("discriminator width", self.discriminator, 128)?;
        within("eighth of the image side", self.side / 8, 32)?;
        check_image(self.colours, self.side, 2)
    }

    fn architectures(&self) -> Vec<(&'static str, Architecture)> {
        vec![
            ("generator", self.generator()),
            ("discriminator", self.discriminator()),
        ]
    }

    fn image_shape(&self) -> [usize; 3] {
        [self.colours, self.side, self.side]
    }

    fn assemble<T>(&self, mut next: impl FnMut([usize; 3]) -> T) -> Cgan<T> {
        Cgan {
            model: *self,
            generator: next(vector(self.latent + self.labels)),
            discriminator: next(self.image_shape()),
        }
    }
}

impl<T: Forward> FromLatents for Cgan<T> {
    fn latent(&self) -> usize {
        self.model.latent
    }

    fn labels(&self) -> usize {
        self.model.labels
    }

    fn pictures(&self, z: Tensor<2>, label: Option<Tensor<4>>) -> Tensor<4> {
        let [n, latent] = z.dims();
        let label = label.expect("a label for every picture");
        let input = Tensor::cat(vec![z.reshape([n, latent, 1, 1]), label], 1);
        self.generator.forward(input) * 0.5 + 0.5
    }
}

impl<T: Forward> Cgan<T> {
    /// What the discriminator says of each label for each picture: its probability, or where the label is a condition that of being real with
    /// it.
    ///
    /// # Shapes
    /// - pictures: `[batch, colours, side, side]` in [0, 1]
    /// - returns: `[batch, labels]`
    pub fn classes(&self, pictures: Tensor<4>) -> Tensor<2> {
        let outputs = self.discriminator.forward(pictures * 2.0 - 1.0);
        let [n, all, ..] = outputs.dims();
        let outputs = outputs.reshape([n, all]);
        let classes = outputs.clone().narrow(1, 1, all - 1);
        match self.model.role {
            Role::Condition => activation::sigmoid(outputs.narrow(1, 0, 1) + classes),
            Role::Auxiliary => activation::softmax(classes, 1),
        }
    }
}
