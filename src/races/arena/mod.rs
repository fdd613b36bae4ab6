//! One arena of a race: a generator, a discriminator or critic, and their optimisers.

use std::fmt;

use burn::tensor::{Device, Tensor};

mod config;
mod engine;
mod graph;
mod host;
mod own;
mod view;

pub use self::config::{ArenaConfig, Knobs};
use self::engine::Engine;
pub use self::engine::{Batch, DiscriminatorLosses, Number};
use self::graph::Graph;
use self::host::Host;
pub use self::view::View;

/// A generator and its opponent. `ALL`: whether it can play the objectives that need more code than a loss (unrolled, minibatch
/// statistics, BEGAN), which a small module does without.
pub struct Arena<const ALL: bool> {
    /// What does not change.
    pub config: ArenaConfig,
    /// What may change.
    pub knobs: Knobs,
    /// Discriminator or critic updates done.
    pub discriminator_updates: u64,
    /// Generator updates done.
    pub generator_updates: u64,
    engine: Box<dyn Engine<ALL>>,
}

impl<const ALL: bool> Clone for Arena<ALL> {
    fn clone(&self) -> Self {
        Self {
            engine: self.engine.copy(),
            ..*self
        }
    }
}

impl<const ALL: bool> fmt::Debug for Arena<ALL> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arena")
            .field("config", &self.config)
            .finish()
    }
}

impl<const ALL: bool> Arena<ALL> {
    /// An arena before its first update. Initial weights depend on the seed and the shapes alone, so all arenas of
    /// a race start alike.
    pub fn new(config: ArenaConfig, knobs: Knobs, seed: u64, device: &Device) -> Self {
        // Modules without a GPU have no use for recorded graphs, and this leaves them out.
        let elsewhere = cfg!(any(feature = "gpu", feature = "cli")) && *device != Device::flex();
        if elsewhere {
            return Self::recorded(config, knobs, seed, device);
        }
        Self::with(config, knobs, Box::new(Host::new(config, seed)))
    }

    /// The same by recorded graphs on any device, as a GPU needs it: the reference for the CPU.
    pub fn recorded(config: ArenaConfig, knobs: Knobs, seed: u64, device: &Device) -> Self {
        Self::with(config, knobs, Box::new(Graph::new(config, seed, device)))
    }

    fn with(config: ArenaConfig, knobs: Knobs, engine: Box<dyn Engine<ALL>>) -> Self {
        Self {
            config,
            knobs,
            discriminator_updates: 0,
            generator_updates: 0,
            engine,
        }
    }

    /// One update of the discriminator or critic.
    pub fn update_discriminator(&mut self, batch: &Batch) -> DiscriminatorLosses {
        let losses = self.discriminator_gradient(batch);
        self.step_discriminator();
        losses
    }

    /// The first half of [`Self::update_discriminator`], which keeps the gradient.
    pub(crate) fn discriminator_gradient(&mut self, batch: &Batch) -> DiscriminatorLosses {
        self.engine.discriminator_gradient(&self.knobs, batch)
    }

    /// The second half of [`Self::update_discriminator`].
    pub(crate) fn step_discriminator(&mut self) {
        self.engine.step_discriminator(&self.knobs);
        self.discriminator_updates += 1;
    }

    /// One update of the generator; returns its loss.
    pub fn update_generator(&mut self, batch: &Batch) -> Number {
        let loss = self.generator_gradient(batch);
        self.step_generator();
        loss
    }

    /// The first half of [`Self::update_generator`], which keeps the gradient.
    pub(crate) fn generator_gradient(&mut self, batch: &Batch) -> Number {
        self.engine.generator_gradient(&self.knobs, batch)
    }

    /// The second half of [`Self::update_generator`].
    pub(crate) fn step_generator(&mut self) {
        self.engine.step_generator(&self.knobs);
        self.generator_updates += 1;
    }

    /// The gradient that [`Self::discriminator_gradient`] kept, with respect to all parameters.
    pub(crate) fn discriminators_gradient(&self) -> Tensor<1> {
        self.engine.discriminators_gradient()
    }

    /// The gradient that [`Self::generator_gradient`] kept.
    pub(crate) fn generators_gradient(&self) -> Tensor<1> {
        self.engine.generators_gradient()
    }

    /// All parameters of the generator and of the discriminator.
    pub(crate) fn parameters(&self) -> [Tensor<1>; 2] {
        self.engine.parameters()
    }

    /// The networks as they are now, for pictures and measures.
    pub fn view(&self) -> &View<ALL> {
        self.engine.view()
    }

    /// BEGAN's k and its measure of convergence, `[2]`.
    pub fn balance(&self) -> Option<Tensor<1>> {
        self.engine.balance()
    }

    /// Every number that training depends on, in a fixed order.
    pub fn state(&self) -> Vec<Tensor<1>> {
        self.engine.state()
    }

    /// Replaces the state by host vectors in the order of [`Self::state`]; `updates` are those of the
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
