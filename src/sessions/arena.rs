//! One arena of a race: a generator, a discriminator or critic, and their optimisers.

use burn::tensor::{Device, Tensor};

use crate::models::mlp::{Mlp, MlpConfig, matrix};
use crate::objectives::adversarial::{self, Objective};
use crate::rng::Purpose;
use crate::sessions::learner::Learner;
use crate::sessions::optimiser::{OptimiserKind, Rates};

/// What does not change during a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ArenaConfig {
    /// The game.
    pub objective: Objective,
    /// Shape of the generator, `z -> x`.
    pub generator: MlpConfig,
    /// Shape of the discriminator or critic, `x -> f`.
    pub discriminator: MlpConfig,
    /// Update rule of both.
    pub optimiser: OptimiserKind,
    /// Whether the discriminator or critic is spectrally normalised.
    pub spectral_norm: bool,
}

/// What may change between updates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knobs {
    /// Rates of the generator.
    pub generator: Rates,
    /// Rates of the discriminator or critic.
    pub discriminator: Rates,
    /// Discriminator or critic updates before each generator update, at least 1.
    pub critic_steps: u64,
    /// Bound on the weights of a clipped critic.
    pub clip: f64,
    /// Weight of the gradient penalty.
    pub lambda: f64,
    /// Weight of R1's penalty on real data.
    pub gamma: f64,
}

/// Losses of one update, on the device. Shapes `[1]`.
#[derive(Clone, Debug)]
pub struct DiscriminatorLosses {
    /// The whole loss, with the weighted penalty.
    pub loss: Tensor<1>,
    /// `E f(x) - E f(G z)`.
    pub gap: Tensor<1>,
}

/// A generator and its opponent.
#[derive(Clone, Debug)]
pub struct Arena {
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
    /// Directions of the power iteration, one per layer; empty without spectral normalisation.
    directions: Vec<Tensor<2>>,
    /// The discriminator as it acts: normalised where it has to be.
    acting: Mlp,
}

impl Arena {
    /// An arena before its first update. Initial weights depend on the seed and the shapes alone, so all arenas of
    /// a race start alike.
    pub fn new(config: ArenaConfig, knobs: Knobs, seed: u64, device: &Device) -> Self {
        let ArenaConfig {
            generator,
            discriminator,
            optimiser,
            ..
        } = config;
        let generator = Learner::new(generator, optimiser, seed, Purpose::InitGenerator, device);
        let discriminator = Learner::new(
            discriminator,
            optimiser,
            seed,
            Purpose::InitDiscriminator,
            device,
        );
        let directions = if config.spectral_norm {
            Mlp::spectral_directions(&config.discriminator, device)
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
            directions,
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
        let objective = self.config.objective;
        let batch = real.dims()[0];
        let fake = self.generator.network.forward(z);
        let leaves = self.discriminator.network.tracked();
        let acting = if self.directions.is_empty() {
            leaves.clone()
        } else {
            let (normalised, directions) = leaves.spectrally_normalised(&self.directions);
            self.directions = directions;
            normalised
        };
        // One pass over both halves: fewer and larger operations.
        let out = acting.forward(Tensor::cat(vec![real.clone(), fake.clone()], 0));
        let real_out = out.clone().slice(0..batch);
        let fake_out = out.slice(batch..2 * batch);
        let gap = real_out.clone().inner().mean() - fake_out.clone().inner().mean();
        let mut loss = objective.discriminator_loss(real_out, fake_out);
        match (objective, eps) {
            (Objective::WassersteinGp, Some(eps)) => {
                let at = adversarial::interpolate(real, fake, eps);
                loss = loss + adversarial::gradient_penalty(&acting, at) * self.knobs.lambda;
            }
            (Objective::R1, _) => {
                loss = loss + adversarial::real_penalty(&acting, real) * (0.5 * self.knobs.gamma);
            }
            _ => {}
        }
        let gradient = leaves.gradients(&loss);
        let clip = (objective == Objective::WassersteinClip).then_some(self.knobs.clip);
        self.discriminator
            .step(self.knobs.discriminator, gradient, clip);
        self.refresh();
        self.discriminator_updates += 1;
        DiscriminatorLosses {
            loss: loss.inner(),
            gap,
        }
    }

    /// One update of the generator; returns its loss, shape `[1]`.
    ///
    /// # Shapes
    /// - z: `[batch, latent]`
    pub fn update_generator(&mut self, z: Tensor<2>) -> Tensor<1> {
        let leaves = self.generator.network.tracked();
        let loss = self
            .config
            .objective
            .generator_loss(self.acting.forward(leaves.forward(z)));
        let gradient = leaves.gradients(&loss);
        self.generator.step(self.knobs.generator, gradient, None);
        self.generator_updates += 1;
        loss.inner()
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
        let out = self.acting.forward(x);
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
        let weight = self.config.objective.push(self.acting.forward(x.clone()));
        self.acting.input_gradient(x) * weight
    }

    /// Mean norm of grad f on lines between real and generated points; shape `[1]`.
    ///
    /// # Shapes
    /// - real, fake: `[n, 2]`; eps: `[n, 1]`
    pub fn gradient_norm(&self, real: Tensor<2>, fake: Tensor<2>, eps: Tensor<2>) -> Tensor<1> {
        adversarial::gradient_norm(&self.acting, adversarial::interpolate(real, fake, eps)).mean()
    }

    /// Both networks as they act, named and shaped as in a PyTorch `Sequential` of linear layers and activations:
    /// `generator.0.weight` is `[outputs, inputs]`, `generator.0.bias` is `[outputs]`.
    pub fn weights(&self) -> Vec<(String, Vec<usize>, Tensor<1>)> {
        let networks = [
            ("generator", &self.generator.network),
            ("discriminator", &self.acting),
        ];
        let mut found = vec![];
        for (name, network) in networks {
            for (at, layer) in network.layers.iter().enumerate() {
                let [inputs, outputs] = layer.weight.dims();
                let weight = layer.weight.clone().transpose().reshape([-1]);
                found.push((
                    format!("{name}.{}.weight", 2 * at),
                    vec![outputs, inputs],
                    weight,
                ));
                found.push((
                    format!("{name}.{}.bias", 2 * at),
                    vec![outputs],
                    layer.bias.clone().reshape([-1]),
                ));
            }
        }
        found
    }

    /// Every number that training depends on, in a fixed order.
    pub fn state(&self) -> Vec<Tensor<1>> {
        let mut state = self.generator.state();
        state.extend(self.discriminator.state());
        state.extend(self.directions.iter().map(|u| u.clone().reshape([-1])));
        state
    }

    /// Replaces the state by host vectors in the order of [`Self::state`]; `updates` are those of the
    /// discriminator and of the generator.
    ///
    /// # Errors
    /// A sentence when a vector is missing or has another length; the arena is then of no use.
    pub fn restore(
        &mut self,
        vectors: &mut impl Iterator<Item = Vec<f32>>,
        updates: [u64; 2],
    ) -> Result<(), String> {
        let device = self.generator.parameters.device();
        self.generator.restore(vectors, updates[1])?;
        self.discriminator.restore(vectors, updates[0])?;
        for u in &mut self.directions {
            let new = vectors.next().filter(|new| new.len() == u.dims()[1]);
            let new = new.ok_or("The saved state does not fit these networks.")?;
            *u = matrix(new, u.dims()[1], &device);
        }
        [self.discriminator_updates, self.generator_updates] = updates;
        self.refresh();
        Ok(())
    }
}
