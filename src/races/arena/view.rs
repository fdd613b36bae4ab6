//! Both networks of an arena as pictures and measures look at them.

use burn::tensor::{Device, Tensor};

use super::{ArenaConfig, Knobs};
use crate::models::mlp::{Mlp, matrix};
use crate::objectives::adversarial::{self, Objective};
use crate::rng::{self, Purpose};

/// Points among which single ones are judged in pictures.
const CROWD: usize = 256;

/// Latents of the batch among which single points are judged in pictures, for minibatch statistics; `[CROWD, latent]`.
pub(super) fn crowd(config: ArenaConfig, seed: u64) -> Option<Vec<f32>> {
    (config.objective == Objective::Minibatch).then(|| {
        let mut rng = rng::stream(seed, Purpose::View, u64::MAX - 1);
        rng::latent(&mut rng, config.latent, CROWD * config.generator.inputs)
    })
}

/// The networks at some moment.
#[derive(Clone, Debug)]
pub struct View {
    pub(super) config: ArenaConfig,
    pub(super) generator: Mlp,
    /// The discriminator as it acts: normalised where it has to be.
    pub(super) acting: Mlp,
    /// The other half of BEGAN's autoencoder.
    pub(super) decoder: Option<Mlp>,
    /// As [`crowd`] has it.
    crowd: Option<Tensor<2>>,
}

impl View {
    /// Of such networks in a run with this seed.
    pub(super) fn new(
        config: ArenaConfig,
        seed: u64,
        generator: Mlp,
        acting: Mlp,
        decoder: Option<Mlp>,
        device: &Device,
    ) -> Self {
        let crowd = crowd(config, seed).map(|z| matrix(z, generator.config.inputs, device));
        Self {
            config,
            generator,
            acting,
            decoder,
            crowd,
        }
    }

    /// What the discriminator is shown of points that come in `batch`.
    pub(super) fn shown(&self, x: Tensor<2>, batch: Tensor<2>) -> Tensor<2> {
        match self.config.objective {
            Objective::Minibatch => {
                let close = adversarial::closeness(x.clone(), batch, self.config.near);
                Tensor::cat(vec![x, close], 1)
            }
            _ => x,
        }
    }

    /// The raw output f for what [`Self::shown`] gives.
    pub(super) fn through(opponent: &Mlp, decoder: Option<&Mlp>, shown: Tensor<2>) -> Tensor<2> {
        match decoder {
            Some(decoder) => adversarial::reconstruction(opponent, decoder, shown),
            None => opponent.forward(shown),
        }
    }

    fn output(&self, shown: Tensor<2>) -> Tensor<2> {
        Self::through(&self.acting, self.decoder.as_ref(), shown)
    }

    /// The generator's loss on a generated batch, which an unrolled discriminator sees after some steps on real points; shape `[1]`.
    ///
    /// # Shapes
    /// - fake, real: `[batch, dims]`
    pub(super) fn generator_loss(
        &self,
        knobs: &Knobs,
        fake: Tensor<2>,
        real: Option<Tensor<2>>,
    ) -> Tensor<1> {
        let opponent = match real {
            Some(real) => {
                let (steps, rate) = (knobs.unroll, knobs.unroll_rate);
                adversarial::unrolled(&self.acting, real, fake.clone(), steps, rate)
            }
            None => self.acting.clone(),
        };
        let shown = self.shown(fake.clone(), fake);
        let out = Self::through(&opponent, self.decoder.as_ref(), shown);
        self.config.objective.generator_loss(out)
    }

    /// How the generator's next update pushes the points of its batch, which minibatch statistics also push among each other: minus the
    /// gradient of the loss with respect to each, times their number.
    ///
    /// # Shapes
    /// - fake, real: `[batch, dims]`; returns `[batch, dims]`
    pub(crate) fn batch_push(
        &self,
        knobs: &Knobs,
        fake: Tensor<2>,
        real: Option<Tensor<2>>,
    ) -> Tensor<2> {
        let [batch, _] = fake.dims();
        let leaf = fake.clone().autodiff().require_grad();
        let mut gradients = self.generator_loss(knobs, leaf.clone(), real).backward();
        let gradient = leaf.grad_remove(&mut gradients);
        gradient.unwrap_or_else(|| fake.zeros_like()) * -(batch as f64)
    }

    /// The batch among which single points are judged in pictures: a fixed one of generated points.
    fn crowd(&self, x: &Tensor<2>) -> Tensor<2> {
        let crowd = self.crowd.as_ref();
        crowd.map_or_else(|| x.clone(), |z| self.generator.forward(z.clone()))
    }

    /// The raw output at single points.
    fn judge(&self, x: Tensor<2>) -> Tensor<2> {
        let crowd = self.crowd(&x);
        self.output(self.shown(x, crowd))
    }

    /// The raw output on points that come as a batch.
    ///
    /// # Shapes
    /// - batch: `[n, dims]`; returns `[n, 1]`
    pub fn judge_batch(&self, batch: Tensor<2>) -> Tensor<2> {
        self.output(self.shown(batch.clone(), batch))
    }

    /// The gradient of the raw output at single points.
    fn slope(&self, x: Tensor<2>) -> Tensor<2> {
        if self.decoder.is_none() && self.crowd.is_none() {
            return self.acting.input_gradient(x);
        }
        let leaf = x.clone().autodiff().require_grad();
        let shown = self.shown(leaf.clone(), self.crowd(&x));
        let mut gradients = self.output(shown).sum().backward();
        leaf.grad_remove(&mut gradients)
            .unwrap_or_else(|| x.zeros_like())
    }

    /// Generated points.
    ///
    /// # Shapes
    /// - z: `[n, latent]`; returns `[n, dims]`
    pub fn generate(&self, z: Tensor<2>) -> Tensor<2> {
        self.generator.forward(z)
    }

    /// What the field shows at points: a probability for probabilistic discriminators, else the raw output.
    ///
    /// # Shapes
    /// - x: `[n, dims]`; returns `[n, 1]`
    pub fn field(&self, x: Tensor<2>) -> Tensor<2> {
        let out = self.judge(x);
        if self.config.objective.is_probability() {
            burn::tensor::activation::sigmoid(out)
        } else {
            out
        }
    }

    /// Minus the gradient of each point's generator loss: the direction in which training pushes it.
    ///
    /// # Shapes
    /// - x: `[n, dims]`; returns `[n, dims]`
    pub fn push(&self, x: Tensor<2>) -> Tensor<2> {
        let weight = self.config.objective.push(self.judge(x.clone()));
        self.slope(x) * weight
    }

    /// Mean norm of grad f on lines between real and generated points; shape `[1]`.
    ///
    /// # Shapes
    /// - real, fake: `[n, dims]`; eps: `[n, 1]`
    pub fn gradient_norm(&self, real: Tensor<2>, fake: Tensor<2>, eps: Tensor<2>) -> Tensor<1> {
        let slope = self.slope(adversarial::interpolate(real, fake, eps));
        adversarial::length(slope).mean()
    }
}
