//! One arena of a race: a generator, a discriminator or critic, and their optimisers.

use burn::tensor::Device;

mod config;
mod engine;
mod graph;
mod own;
mod view;

pub use self::config::{ArenaConfig, Knobs};
pub use self::engine::{Batch, DiscriminatorLosses, Engine, Number};
pub use self::graph::Graph;
pub use self::own::Own;
pub use self::view::View;

/// A generator and its opponent, trained by an engine.
#[derive(Clone, Debug)]
pub struct Arena<E> {
    /// What does not change.
    pub config: ArenaConfig,
    /// What may change.
    pub knobs: Knobs,
    /// Discriminator or critic updates done.
    pub discriminator_updates: u64,
    /// Generator updates done.
    pub generator_updates: u64,
    /// What trains it, and is asked for pictures and measures.
    pub engine: E,
}

impl<E: Engine> Arena<E> {
    /// An arena before its first update. Initial weights depend on the seed and the shapes alone, so all arenas of
    /// a race start alike.
    pub fn new(config: ArenaConfig, knobs: Knobs, seed: u64, device: &Device) -> Self {
        Self {
            config,
            knobs,
            discriminator_updates: 0,
            generator_updates: 0,
            engine: E::new(config, seed, device),
        }
    }

    /// One update of the discriminator or critic.
    pub fn update_discriminator(&mut self, batch: &Batch) -> DiscriminatorLosses<E::Numbers> {
        let losses = self.discriminator_gradient(batch);
        self.step_discriminator();
        losses
    }

    /// The first half of [`Self::update_discriminator`], which keeps the gradient.
    pub(crate) fn discriminator_gradient(
        &mut self,
        batch: &Batch,
    ) -> DiscriminatorLosses<E::Numbers> {
        self.engine.discriminator_gradient(&self.knobs, batch)
    }

    /// The second half of [`Self::update_discriminator`].
    pub(crate) fn step_discriminator(&mut self) {
        self.engine.step_discriminator(&self.knobs);
        self.discriminator_updates += 1;
    }

    /// One update of the generator; returns its loss.
    pub fn update_generator(&mut self, batch: &Batch) -> Number<E::Numbers> {
        let loss = self.generator_gradient(batch);
        self.step_generator();
        loss
    }

    /// The first half of [`Self::update_generator`], which keeps the gradient.
    pub(crate) fn generator_gradient(&mut self, batch: &Batch) -> Number<E::Numbers> {
        self.engine.generator_gradient(&self.knobs, batch)
    }

    /// The second half of [`Self::update_generator`].
    pub(crate) fn step_generator(&mut self) {
        self.engine.step_generator(&self.knobs);
        self.generator_updates += 1;
    }

    /// Replaces the state by host vectors in the order of [`Engine::state`]; `updates` are those of the
    /// discriminator and of the generator.
    ///
    /// # Errors
    /// A sentence when a vector is missing or has another length; the arena is then of no use.
    pub fn restore(
        &mut self,
        vectors: &mut dyn Iterator<Item = Vec<f32>>,
        updates: [u64; 2],
    ) -> Result<(), String> {
        self.engine.restore(vectors, updates)?;
        [self.discriminator_updates, self.generator_updates] = updates;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
