//! A network that learns on the CPU: its parameters, their gradient, and the optimiser that moves them, in buffers that it keeps.
//!
//! The same as [`super::learner`], which works on any device; tests compare the two.

use crate::models::mlp::MlpConfig;
use crate::models::toy::{Gradient, Network, Pass};
use crate::rng::{self, Purpose};
use crate::runs::optimiser::{EPSILON, OptimiserKind, Rates};

/// Parameters of one network and what moves them.
#[derive(Clone, Debug)]
pub struct Player {
    /// Its shape.
    pub config: MlpConfig,
    /// Its update rule.
    pub kind: OptimiserKind,
    /// As one vector.
    pub parameters: Vec<f32>,
    /// The optimiser's vectors, each as long as the parameters.
    pub slots: Vec<Vec<f32>>,
    /// Updates done.
    pub time: u64,
    /// The gradient of the next update.
    pub gradient: Vec<f32>,
    /// The network as it acts.
    pub network: Network,
    /// The gradient while it grows.
    pub sums: Gradient,
    /// The block that is on its way through the network.
    pub pass: Pass,
}

impl Player {
    /// A network at its initial weights, which depend on the seed and the shape alone; `second`: with room for second order.
    pub fn new(
        config: MlpConfig,
        kind: OptimiserKind,
        seed: u64,
        purpose: Purpose,
        second: bool,
    ) -> Self {
        let parameters = config.init(&mut rng::stream(seed, purpose, 0));
        let mut network = Network::new(&config);
        network.set(&parameters);
        Self {
            config,
            kind,
            slots: vec![vec![0.0; parameters.len()]; kind.slots()],
            time: 0,
            gradient: vec![0.0; parameters.len()],
            parameters,
            network,
            sums: Gradient::new(&config),
            pass: Pass::new(&config, second),
        }
    }

    /// One update by the gradient; with `clip`, every parameter is then brought into `[-clip, clip]`.
    pub fn step(&mut self, rates: Rates, clip: Option<f64>) {
        self.time += 1;
        let (parameters, gradient) = (&mut self.parameters[..], &self.gradient[..]);
        update(
            self.kind,
            rates,
            self.time,
            parameters,
            gradient,
            &mut self.slots,
        );
        if let Some(clip) = clip {
            let clip = clip as f32;
            for p in &mut self.parameters {
                *p = p.clamp(-clip, clip);
            }
        }
        self.network.set(&self.parameters);
    }

    /// Parameters, then the optimiser's vectors.
    pub fn state(&self) -> impl Iterator<Item = &[f32]> {
        let vectors = std::iter::once(&self.parameters).chain(&self.slots);
        vectors.map(|vector| &vector[..])
    }

    /// Replaces what [`Self::state`] gives, after `updates` updates.
    ///
    /// # Errors
    /// A sentence when a vector is missing or has another length; the player is then of no use.
    pub fn restore(
        &mut self,
        vectors: &mut dyn Iterator<Item = Vec<f32>>,
        updates: u64,
    ) -> Result<(), String> {
        for old in std::iter::once(&mut self.parameters).chain(&mut self.slots) {
            let new = vectors.next().filter(|new| new.len() == old.len());
            *old = new.ok_or("The saved state does not fit these networks.")?;
        }
        self.time = updates;
        self.network.set(&self.parameters);
        Ok(())
    }
}

/// One update of the parameters, by the rules of [`super::optimiser`].
fn update(
    kind: OptimiserKind,
    rates: Rates,
    time: u64,
    parameters: &mut [f32],
    gradient: &[f32],
    slots: &mut [Vec<f32>],
) {
    let [lr, beta1, beta2] = [rates.lr, rates.beta1, rates.beta2].map(|x| x as f32);
    let [rest1, rest2] = [rates.beta1, rates.beta2].map(|x| (1.0 - x) as f32);
    let both = parameters.iter_mut().zip(gradient);
    match (kind, slots) {
        (OptimiserKind::Momentum, [v]) => {
            for ((p, g), v) in both.zip(v) {
                *v = *v * beta1 + g;
                *p -= *v * lr;
            }
        }
        (OptimiserKind::RmsProp, [s]) => {
            for ((p, g), s) in both.zip(s) {
                *s = *s * beta2 + g * g * rest2;
                *p -= g / (s.sqrt() + EPSILON as f32) * lr;
            }
        }
        (OptimiserKind::Adam, [m, v]) => {
            let correction1 = 1.0 - libm::pow(rates.beta1, time as f64);
            let correction2 = (1.0 - libm::pow(rates.beta2, time as f64)).sqrt();
            // Both bias corrections folded into two scalars.
            let epsilon = (EPSILON * correction2) as f32;
            let rate = (rates.lr * correction2 / correction1) as f32;
            for (((p, g), m), v) in both.zip(m).zip(v) {
                *m = *m * beta1 + g * rest1;
                *v = *v * beta2 + g * g * rest2;
                *p -= *m / (v.sqrt() + epsilon) * rate;
            }
        }
        _ => {
            for (p, g) in both {
                *p -= g * lr;
            }
        }
    }
}
