//! What trains an arena: the project's own kernel on the CPU, recorded graphs elsewhere.

use burn::tensor::{Device, Tensor};

use super::Knobs;
use super::view::View;

/// What an update sees; rows of numbers on the host.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Real points, `[batch, dims]`; of a generator's update only those on which an unrolled discriminator looks ahead.
    pub real: Vec<f32>,
    /// `[batch, latent]`
    pub z: Vec<f32>,
    /// Shares of the way between real and generated points, `[batch]` in [0, 1]; used by the gradient penalty only.
    pub eps: Vec<f32>,
}

/// A number that is known at once, or is still on a device.
#[derive(Clone, Debug)]
pub enum Number {
    /// On the host.
    Known(f32),
    /// Shape `[1]`.
    Awaited(Tensor<1>),
}

impl Number {
    /// Shape `[1]`, on this device.
    pub fn tensor(self, device: &Device) -> Tensor<1> {
        match self {
            Self::Known(value) => Tensor::from_floats([value], device),
            Self::Awaited(tensor) => tensor,
        }
    }

    /// The number on the CPU, where a read is a copy.
    pub fn now(self) -> f32 {
        match self {
            Self::Known(value) => value,
            Self::Awaited(tensor) => tensor.into_scalar::<f32>(),
        }
    }
}

/// Losses of one update.
#[derive(Clone, Debug)]
pub struct DiscriminatorLosses {
    /// The whole loss, with the weighted penalty.
    pub loss: Number,
    /// `E f(x) - E f(G z)`.
    pub gap: Number,
}

/// One arena's training.
pub(super) trait Engine<const ALL: bool> {
    /// The losses of the discriminator's next update; its gradient is kept.
    fn discriminator_gradient(&mut self, knobs: &Knobs, batch: &Batch) -> DiscriminatorLosses;
    /// Makes this update.
    fn step_discriminator(&mut self, knobs: &Knobs);
    /// The loss of the generator's next update; its gradient is kept.
    fn generator_gradient(&mut self, knobs: &Knobs, batch: &Batch) -> Number;
    /// Makes this update.
    fn step_generator(&mut self, knobs: &Knobs);
    /// The gradient that was kept for the discriminator, with respect to all parameters.
    fn discriminators_gradient(&self) -> Tensor<1>;
    /// The same for the generator.
    fn generators_gradient(&self) -> Tensor<1>;
    /// All parameters of the generator and of the discriminator.
    fn parameters(&self) -> [Tensor<1>; 2];
    /// The networks as they are now.
    fn view(&self) -> &View<ALL>;
    /// BEGAN's k and its measure of convergence, `[2]`.
    fn balance(&self) -> Option<Tensor<1>>;
    /// Every number that training depends on, in a fixed order.
    fn state(&self) -> Vec<Tensor<1>>;
    /// Replaces it.
    ///
    /// # Errors
    /// A sentence when a vector is missing or has another length; the engine is then of no use.
    fn restore(
        &mut self,
        vectors: &mut dyn Iterator<Item = Vec<f32>>,
        updates: [u64; 2],
    ) -> Result<(), String>;
    /// Another one in the same state.
    fn copy(&self) -> Box<dyn Engine<ALL>>;
}
