//! What an arena is made of, and what may change between its updates.

use crate::models::mlp::MlpConfig;
use crate::objectives::adversarial::Objective;
use crate::rng::Latent;
use crate::runs::optimiser::{OptimiserKind, Rates};

/// Numbers in the code of BEGAN's autoencoder: one less than a point has, or it would learn to copy everything.
const CODE: usize = 1;

/// What does not change during a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ArenaConfig {
    /// The game.
    pub objective: Objective,
    /// Shape of the generator, `z -> x`.
    pub generator: MlpConfig,
    /// Shape of the discriminator or critic, `x -> f`, as it would be without what the objective adds to it.
    pub discriminator: MlpConfig,
    /// Update rule of both.
    pub optimiser: OptimiserKind,
    /// Whether the discriminator or critic is spectrally normalised.
    pub spectral_norm: bool,
    /// What z is drawn from.
    pub latent: Latent,
    /// Distance in data units at which points count as close to each other, for minibatch statistics.
    pub near: f64,
}

impl ArenaConfig {
    /// The discriminator or critic with what the objective makes of it: a statistic of the batch as one more input, or an encoder.
    pub(super) fn opponent(&self) -> MlpConfig {
        let plain = self.discriminator;
        match self.objective {
            Objective::Minibatch => MlpConfig {
                inputs: plain.inputs + 1,
                ..plain
            },
            Objective::Began => MlpConfig {
                outputs: CODE,
                ..plain
            },
            _ => plain,
        }
    }

    /// The second half of BEGAN's autoencoder, from the code back to a point.
    pub(super) fn decoder(&self) -> Option<MlpConfig> {
        let began = self.objective == Objective::Began;
        began.then_some(MlpConfig {
            inputs: CODE,
            outputs: self.discriminator.inputs,
            ..self.discriminator
        })
    }

    /// The networks, the generator first, by the names that they have in a file of weights.
    pub fn networks(&self) -> impl Iterator<Item = (&'static str, MlpConfig)> {
        let both = [
            ("generator", self.generator),
            ("discriminator", self.opponent()),
        ];
        let decoder = self.decoder().map(|shape| ("decoder", shape));
        both.into_iter().chain(decoder)
    }
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
    /// Steps that an unrolled discriminator is ahead.
    pub unroll: usize,
    /// Their size.
    pub unroll_rate: f64,
    /// BEGAN's share of generated in real reconstruction error at equilibrium.
    pub diversity: f64,
    /// How fast BEGAN's balance moves.
    pub balance_rate: f64,
}
