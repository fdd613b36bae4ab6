//! What trains an arena: [`super::own`] on the CPU, [`super::graph`] elsewhere. A race is made of one kind, so a module holds no other.

use burn::tensor::Device;

use super::view::View;
use super::{ArenaConfig, Knobs};

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
pub enum Number<N> {
    /// On the host.
    Known(f32),
    /// One number.
    Awaited(N),
}

impl<N> Number<N> {
    /// On the host.
    ///
    /// # Errors
    /// A sentence when the device does not answer.
    pub async fn now<E: Engine<Numbers = N>>(self) -> Result<f32, String> {
        match self {
            Self::Known(value) => Ok(value),
            Self::Awaited(number) => Ok(E::read(vec![number]).await?[0][0]),
        }
    }
}

/// Losses of one update.
#[derive(Clone, Debug)]
pub struct DiscriminatorLosses<N> {
    /// The whole loss, with the weighted penalty.
    pub loss: Number<N>,
    /// `E f(x) - E f(G z)`.
    pub gap: Number<N>,
}

/// One arena's training.
pub trait Engine: Clone + 'static {
    /// Numbers that are known at once, or are still on a device.
    type Numbers;
    /// Whether they are.
    const ELSEWHERE: bool;

    /// Both networks before the first update, on this device. Initial weights depend on the seed and the shapes alone.
    fn new(config: ArenaConfig, seed: u64, device: &Device) -> Self;

    /// The losses of the discriminator's next update; its gradient is kept.
    fn discriminator_gradient(
        &mut self,
        knobs: &Knobs,
        batch: &Batch,
    ) -> DiscriminatorLosses<Self::Numbers>;
    /// Makes this update.
    fn step_discriminator(&mut self, knobs: &Knobs);
    /// The loss of the generator's next update; its gradient is kept.
    fn generator_gradient(&mut self, knobs: &Knobs, batch: &Batch) -> Number<Self::Numbers>;
    /// Makes this update.
    fn step_generator(&mut self, knobs: &Knobs);

    /// The gradient that was kept for the discriminator, with respect to all parameters.
    fn discriminators_gradient(&self) -> Self::Numbers;
    /// The same for the generator.
    fn generators_gradient(&self) -> Self::Numbers;
    /// All parameters of the generator and of the discriminator.
    fn parameters(&self) -> [Self::Numbers; 2];
    /// BEGAN's k and its measure of convergence, `[2]`.
    fn balance(&self) -> Option<Self::Numbers>;
    /// Every number that training depends on, in a fixed order.
    fn state(&self) -> Vec<Self::Numbers>;
    /// Replaces it; `updates` are those of the discriminator and of the generator.
    ///
    /// # Errors
    /// A sentence when a vector is missing or has another length; the engine is then of no use.
    fn restore(
        &mut self,
        vectors: &mut dyn Iterator<Item = Vec<f32>>,
        updates: [u64; 2],
    ) -> Result<(), String>;

    /// What the field shows at points: a probability for probabilistic discriminators, else the raw output.
    ///
    /// # Shapes
    /// - x: `[n, dims]`; returns `[n]`
    fn field(&mut self, x: &[f32]) -> Self::Numbers;
    /// Generated points.
    ///
    /// # Shapes
    /// - z: `[n, latent]`; returns `[n, dims]`
    fn generate(&mut self, z: &[f32]) -> Self::Numbers;
    /// The first generated points, and the first with the direction in which training pushes each.
    ///
    /// # Shapes
    /// - z: `[n, latent]`; returns `[shown, dims]` and `[pushed, 2 dims]`
    fn pushed(&mut self, z: &[f32], shown: usize, pushed: usize) -> [Self::Numbers; 2];
    /// Generated points, and the mean norm of grad f on lines between real ones and the first of them.
    ///
    /// # Shapes
    /// - z: `[n, latent]`; real: `[m, dims]`, `m <= n`; eps: `[m]`; returns `[n, dims]` and `[1]`
    fn measured(&mut self, z: &[f32], real: &[f32], eps: &[f32]) -> [Self::Numbers; 2];
    /// The networks as tensors, for what is drawn seldom.
    fn view(&self) -> View;
    /// The parameters with which each of [`ArenaConfig::networks`] acts, weight and bias of a layer after the other.
    fn acting(&self) -> Vec<Self::Numbers>;

    /// Several as one.
    fn joined(numbers: Vec<Self::Numbers>) -> Self::Numbers;
    /// All of them on the host.
    fn read(numbers: Vec<Self::Numbers>) -> impl Future<Output = Result<Vec<Vec<f32>>, String>>;
}
