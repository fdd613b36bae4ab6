//! A network that learns: its parameters, and the optimiser that moves them.

use burn::tensor::{Device, Tensor};

use crate::models::mlp::{Mlp, MlpConfig};
use crate::rng::{self, Purpose};
use crate::sessions::optimiser::{Optimiser, OptimiserKind, Rates};

/// Parameters of one network and the optimiser that moves them.
#[derive(Clone, Debug)]
pub struct Learner {
    /// Its shape.
    pub config: MlpConfig,
    /// `[parameters]`
    pub parameters: Tensor<1>,
    /// What moves them.
    pub optimiser: Optimiser,
    /// The network of these parameters.
    pub network: Mlp,
}

impl Learner {
    /// A network at its initial weights, which depend on the seed and the shape alone.
    pub fn new(
        config: MlpConfig,
        kind: OptimiserKind,
        seed: u64,
        purpose: Purpose,
        device: &Device,
    ) -> Self {
        let initial = config.init(&mut rng::stream(seed, purpose, 0));
        let parameters = Tensor::from_floats(initial.as_slice(), device);
        Self {
            config,
            optimiser: Optimiser::new(kind, config.parameters(), device),
            network: config.with_parameters(parameters.clone()),
            parameters,
        }
    }

    /// One update; with `clip`, every parameter is then brought into `[-clip, clip]`.
    ///
    /// # Shapes
    /// - gradient: `[parameters]`
    pub fn step(&mut self, rates: Rates, gradient: Tensor<1>, clip: Option<f64>) {
        let stepped = self
            .optimiser
            .step(rates, self.parameters.clone(), gradient);
        self.set(match clip {
            Some(c) => stepped.clamp(-c, c),
            None => stepped,
        });
    }

    /// Replaces the parameters.
    pub fn set(&mut self, parameters: Tensor<1>) {
        self.network = self.config.with_parameters(parameters.clone());
        self.parameters = parameters;
    }

    /// Parameters, then the optimiser's vectors.
    pub fn state(&self) -> Vec<Tensor<1>> {
        let mut state = vec![self.parameters.clone()];
        state.extend(self.optimiser.slots.iter().cloned());
        state
    }

    /// Replaces what [`Self::state`] gives by host vectors in its order, after `updates` updates.
    ///
    /// # Errors
    /// A sentence when a vector is missing or has another length; the learner is then unchanged.
    pub fn restore(
        &mut self,
        vectors: &mut impl Iterator<Item = Vec<f32>>,
        updates: u64,
    ) -> Result<(), String> {
        let device = self.parameters.device();
        let mut fresh = self
            .state()
            .into_iter()
            .map(|old| match vectors.next() {
                Some(new) if new.len() == old.dims()[0] => {
                    Ok(Tensor::<1>::from_floats(new.as_slice(), &device))
                }
                _ => Err("The saved state does not fit these networks.".to_string()),
            })
            .collect::<Result<Vec<_>, _>>()?
            .into_iter();
        self.set(fresh.next().expect("parameters"));
        self.optimiser.slots = fresh.collect();
        self.optimiser.time = updates;
        Ok(())
    }
}
