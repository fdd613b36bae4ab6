//! One arena of a race: a generator, a discriminator or critic, and their optimisers.

use burn::tensor::{Device, Tensor};

mod config;
mod state;

pub use self::config::{ArenaConfig, Knobs};
use crate::models::mlp::{Mlp, matrix};
use crate::objectives::adversarial::{self, Objective};
use crate::rng::{self, Purpose};
use crate::runs::learner::Learner;

/// Losses of one update, on the device. Shapes `[1]`.
#[derive(Clone, Debug)]
pub struct DiscriminatorLosses {
    /// The whole loss, with the weighted penalty.
    pub loss: Tensor<1>,
    /// `E f(x) - E f(G z)`.
    pub gap: Tensor<1>,
}

/// A generator and its opponent. `ALL`: whether it can play the objectives that need more code than a loss (unrolled, minibatch
/// statistics, BEGAN), which a small module does without.
#[derive(Clone, Debug)]
pub struct Arena<const ALL: bool> {
    /// What does not change.
    pub config: ArenaConfig,
    /// What may change.
    pub knobs: Knobs,
    /// Discriminator or critic updates done.
    pub discriminator_updates: u64,
    /// Generator updates done.
    pub generator_updates: u64,
    generator: Learner,
    discriminator: Learner,
    /// The other half of BEGAN's autoencoder.
    decoder: Option<Learner>,
    /// Directions of the power iteration, one per layer; empty without spectral normalisation.
    directions: Vec<Tensor<2>>,
    /// The discriminator as it acts: normalised where it has to be.
    acting: Mlp,
    /// BEGAN's k, its measure of convergence, and the last mean reconstruction error on real points; shapes `[1]`.
    balance: Option<[Tensor<1>; 3]>,
    /// Latents of the batch among which single points are judged in pictures, for minibatch statistics; `[CROWD, latent]`.
    crowd: Option<Tensor<2>>,
}

/// Points among which single ones are judged in pictures.
const CROWD: usize = 256;
impl<const ALL: bool> Arena<ALL> {
    /// An arena before its first update. Initial weights depend on the seed and the shapes alone, so all arenas of
    /// a race start alike.
    pub fn new(config: ArenaConfig, knobs: Knobs, seed: u64, device: &Device) -> Self {
        let ArenaConfig {
            objective,
            generator,
            optimiser,
            ..
        } = config;
        let discriminator = config.opponent();
        let crowd = (objective == Objective::Minibatch).then(|| {
            let mut rng = rng::stream(seed, Purpose::View, u64::MAX - 1);
            let values = rng::latent(&mut rng, config.latent, CROWD * generator.inputs);
            matrix(values, generator.inputs, device)
        });
        let generator = Learner::new(generator, optimiser, seed, Purpose::InitGenerator, device);
        let discriminator = Learner::new(
            discriminator,
            optimiser,
            seed,
            Purpose::InitDiscriminator,
            device,
        );
        let decoder = config
            .decoder()
            .map(|shape| Learner::new(shape, optimiser, seed, Purpose::InitDecoder, device));
        let directions = if config.spectral_norm {
            Mlp::spectral_directions(&discriminator.config, device)
        } else {
            vec![]
        };
        let mut arena = Self {
            config,
            knobs,
            discriminator_updates: 0,
            generator_updates: 0,
            acting: discriminator.network.clone(),
            generator,
            discriminator,
            decoder,
            directions,
            balance: (objective == Objective::Began)
                .then(|| std::array::from_fn(|_| Tensor::zeros([1], device))),
            crowd,
        };
        arena.refresh();
        arena
    }

    /// Recomputes the acting discriminator from its parameters, without moving the power iteration.
    fn refresh(&mut self) {
        self.acting = if self.directions.is_empty() {
            self.discriminator.network.clone()
        } else {
            self.discriminator
                .network
                .spectrally_normalised(&self.directions)
                .0
        };
    }

    /// What the discriminator is shown of points that come in `batch`.
    fn shown(&self, x: Tensor<2>, batch: Tensor<2>) -> Tensor<2> {
        match self.config.objective {
            Objective::Minibatch if ALL => {
                let close = adversarial::closeness(x.clone(), batch, self.config.near);
                Tensor::cat(vec![x, close], 1)
            }
            _ => x,
        }
    }

    /// The raw output f for what [`Self::shown`] gives.
    fn output(&self, opponent: &Mlp, shown: Tensor<2>) -> Tensor<2> {
        let decoder = self.decoder.as_ref();
        Self::through(opponent, decoder.map(|decoder| &decoder.network), shown)
    }

    fn through(opponent: &Mlp, decoder: Option<&Mlp>, shown: Tensor<2>) -> Tensor<2> {
        match decoder {
            Some(decoder) if ALL => adversarial::reconstruction(opponent, decoder, shown),
            _ => opponent.forward(shown),
        }
    }

    /// The batch among which single points are judged in pictures: a fixed one of generated points.
    fn crowd(&self, x: &Tensor<2>) -> Tensor<2> {
        let crowd = self.crowd.as_ref();
        crowd.map_or_else(|| x.clone(), |z| self.generate(z.clone()))
    }

    /// The raw output at single points.
    fn judge(&self, x: Tensor<2>) -> Tensor<2> {
        let crowd = self.crowd(&x);
        self.output(&self.acting, self.shown(x, crowd))
    }

    /// The gradient of the raw output at single points.
    fn slope(&self, x: Tensor<2>) -> Tensor<2> {
        if !ALL || self.balance.is_none() && self.crowd.is_none() {
            return self.acting.input_gradient(x);
        }
        let leaf = x.clone().autodiff().require_grad();
        let shown = self.shown(leaf.clone(), self.crowd(&x));
        let mut gradients = self.output(&self.acting, shown).sum().backward();
        leaf.grad_remove(&mut gradients)
            .unwrap_or_else(|| x.zeros_like())
    }

    /// BEGAN's k and its measure of convergence, `[2]`.
    pub fn balance(&self) -> Option<Tensor<1>> {
        let balance = self.balance.as_ref();
        balance.map(|[k, measure, _]| Tensor::cat(vec![k.clone(), measure.clone()], 0))
    }

    /// One update of the discriminator or critic.
    ///
    /// # Shapes
    /// - real: `[batch, 2]`; z: `[batch, latent]`; eps: `[batch, 1]` in [0, 1], used by the gradient penalty only
    pub fn update_discriminator(
        &mut self,
        real: Tensor<2>,
        z: Tensor<2>,
        eps: Option<Tensor<2>>,
    ) -> DiscriminatorLosses {
        let (losses, gradient) = self.discriminator_gradient(real, z, eps);
        self.step_discriminator(gradient);
        losses
    }

    /// The first half of [`Self::update_discriminator`]: losses, and the gradient with respect to all parameters.
    pub(crate) fn discriminator_gradient(
        &mut self,
        real: Tensor<2>,
        z: Tensor<2>,
        eps: Option<Tensor<2>>,
    ) -> (DiscriminatorLosses, Tensor<1>) {
        let objective = self.config.objective;
        let batch = real.dims()[0];
        let fake = self.generator.network.forward(z);
        let leaves = self.discriminator.network.tracked();
        let decoder = self.decoder.as_ref().map(|d| d.network.tracked());
        let acting = if self.directions.is_empty() {
            leaves.clone()
        } else {
            let (normalised, directions) = leaves.spectrally_normalised(&self.directions);
            self.directions = directions;
            normalised
        };
        // One pass over both halves: fewer and larger operations.
        let halves = [&real, &fake].map(|x| self.shown(x.clone(), x.clone()));
        let both = Tensor::cat(halves.to_vec(), 0);
        let out = Self::through(&acting, decoder.as_ref(), both);
        let real_out = out.clone().slice(0..batch);
        let mut fake_out = out.slice(batch..2 * batch);
        let real_mean = real_out.clone().inner().mean();
        let gap = real_mean.clone() - fake_out.clone().inner().mean();
        if ALL && let Some([k, _, error]) = &mut self.balance {
            fake_out = fake_out * k.clone().reshape([1, 1]);
            *error = real_mean.neg();
        }
        let mut loss = objective.discriminator_loss(real_out, fake_out);
        match (objective, eps) {
            (_, Some(eps)) if objective.has_gradient_penalty() => {
                let at = adversarial::interpolate(real, fake, eps);
                loss = loss + adversarial::gradient_penalty(&acting, at) * self.knobs.lambda;
            }
            (Objective::R1, _) => {
                loss = loss + adversarial::real_penalty(&acting, real) * (0.5 * self.knobs.gamma);
            }
            _ => {}
        }
        let mut gradients = loss.backward();
        let networks = [Some(&leaves), decoder.as_ref()];
        let parts = networks.into_iter().flatten();
        let gradient = Tensor::cat(parts.map(|n| n.take_gradients(&mut gradients)).collect(), 0);
        let losses = DiscriminatorLosses {
            loss: loss.inner(),
            gap,
        };
        (losses, gradient)
    }

    /// The second half of [`Self::update_discriminator`].
    pub(crate) fn step_discriminator(&mut self, gradient: Tensor<1>) {
        let clip = (self.config.objective == Objective::WassersteinClip).then_some(self.knobs.clip);
        let rates = self.knobs.discriminator;
        let own = self.discriminator.config.parameters();
        if let Some(decoder) = &mut self.decoder {
            let all = own + decoder.config.parameters();
            decoder.step(rates, gradient.clone().slice(own..all), clip);
        }
        self.discriminator.step(rates, gradient.slice(0..own), clip);
        self.refresh();
        self.discriminator_updates += 1;
    }

    /// One update of the generator; returns its loss, shape `[1]`.
    ///
    /// # Shapes
    /// - z: `[batch, latent]`; real: `[batch, 2]`, what an unrolled discriminator looks ahead on, used by it only
    pub fn update_generator(&mut self, z: Tensor<2>, real: Option<Tensor<2>>) -> Tensor<1> {
        let (loss, gradient) = self.generator_gradient(z, real);
        self.step_generator(gradient);
        loss
    }

    /// The first half of [`Self::update_generator`]: the loss, and its gradient with respect to all parameters.
    pub(crate) fn generator_gradient(
        &mut self,
        z: Tensor<2>,
        real: Option<Tensor<2>>,
    ) -> (Tensor<1>, Tensor<1>) {
        let leaves = self.generator.network.tracked();
        let loss = self.generator_loss(leaves.forward(z), real);
        if ALL && let Some([k, measure, error]) = &mut self.balance {
            let Knobs {
                diversity,
                balance_rate,
                ..
            } = self.knobs;
            let made = loss.clone().inner();
            [*k, *measure] =
                adversarial::balance(k.clone(), error.clone(), made, diversity, balance_rate);
        }
        let gradient = leaves.gradients(&loss);
        (loss.inner(), gradient)
    }

    /// The generator's loss on a generated batch.
    fn generator_loss(&self, fake: Tensor<2>, real: Option<Tensor<2>>) -> Tensor<1> {
        let opponent = match real {
            Some(real) if ALL => {
                let Knobs {
                    unroll,
                    unroll_rate,
                    ..
                } = self.knobs;
                adversarial::unrolled(&self.acting, real, fake.clone(), unroll, unroll_rate)
            }
            _ => self.acting.clone(),
        };
        let out = self.output(&opponent, self.shown(fake.clone(), fake));
        self.config.objective.generator_loss(out)
    }

    /// How the generator's next update pushes the points of its batch, which an unrolled discriminator sees from some steps ahead, and
    /// minibatch statistics among each other: minus the gradient of the loss with respect to each, times their number.
    ///
    /// # Shapes
    /// - fake: `[batch, 2]`; returns `[batch, 2]`
    pub(crate) fn batch_push(&self, fake: Tensor<2>, real: Option<Tensor<2>>) -> Tensor<2> {
        let [batch, _] = fake.dims();
        let leaf = fake.clone().autodiff().require_grad();
        let mut gradients = self.generator_loss(leaf.clone(), real).backward();
        let gradient = leaf.grad_remove(&mut gradients);
        gradient.unwrap_or_else(|| fake.zeros_like()) * -(batch as f64)
    }

    /// The second half of [`Self::update_generator`].
    pub(crate) fn step_generator(&mut self, gradient: Tensor<1>) {
        self.generator.step(self.knobs.generator, gradient, None);
        self.generator_updates += 1;
    }

    /// All parameters of the generator and of the discriminator.
    pub(crate) fn parameters(&self) -> [Tensor<1>; 2] {
        let mut opponent = vec![self.discriminator.parameters.clone()];
        opponent.extend(self.decoder.iter().map(|d| d.parameters.clone()));
        [self.generator.parameters.clone(), Tensor::cat(opponent, 0)]
    }

    /// The raw output on points that come as a batch.
    ///
    /// # Shapes
    /// - batch: `[n, 2]`; returns `[n, 1]`
    pub(crate) fn judge_batch(&self, batch: Tensor<2>) -> Tensor<2> {
        self.output(&self.acting, self.shown(batch.clone(), batch))
    }

    /// Generated points.
    ///
    /// # Shapes
    /// - z: `[n, latent]`; returns `[n, 2]`
    pub fn generate(&self, z: Tensor<2>) -> Tensor<2> {
        self.generator.network.forward(z)
    }

    /// What the field shows at points: a probability for probabilistic discriminators, else the raw output.
    ///
    /// # Shapes
    /// - x: `[n, 2]`; returns `[n, 1]`
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
    /// - x: `[n, 2]`; returns `[n, 2]`
    pub fn push(&self, x: Tensor<2>) -> Tensor<2> {
        let weight = self.config.objective.push(self.judge(x.clone()));
        self.slope(x) * weight
    }

    /// Mean norm of grad f on lines between real and generated points; shape `[1]`.
    ///
    /// # Shapes
    /// - real, fake: `[n, 2]`; eps: `[n, 1]`
    pub fn gradient_norm(&self, real: Tensor<2>, fake: Tensor<2>, eps: Tensor<2>) -> Tensor<1> {
        let slope = self.slope(adversarial::interpolate(real, fake, eps));
        adversarial::length(slope).mean()
    }
}
