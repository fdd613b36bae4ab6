//! A network that learns: its parameters, and the optimiser that moves them.

use burn::tensor::{Device, Tensor};

use crate::models::mlp::{Mlp, MlpConfig, matrix};
use crate::objectives::adversarial::{self, Objective};
use crate::rng::{self, Purpose};
use crate::runs::optimiser::{Optimiser, OptimiserKind, Rates};

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

/// How [`Learner::oppose`] plays.
#[derive(Clone, Copy, Debug)]
pub struct Game {
    /// What it minimises; of penalties it takes the one of [`Objective::has_gradient_penalty`] alone.
    pub objective: Objective,
    /// Its optimiser's rates.
    pub rates: Rates,
    /// Weight of the gradient penalty.
    pub lambda: f64,
    /// Bound on the weights under [`Objective::WassersteinClip`].
    pub clip: f64,
    /// Decides the penalty's interpolation factors.
    pub seed: u64,
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
        Self::numbered(config, kind, seed, purpose, 0, device)
    }

    /// The same for one of several networks of a purpose.
    pub fn numbered(
        config: MlpConfig,
        kind: OptimiserKind,
        seed: u64,
        purpose: Purpose,
        number: u64,
        device: &Device,
    ) -> Self {
        let initial = config.init(&mut rng::stream(seed, purpose, number));
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

    /// One update as a discriminator or critic; returns its loss without the penalty, `[1]`.
    ///
    /// # Shapes
    /// - real, fake: `[batch, inputs]`
    pub fn oppose(&mut self, game: &Game, real: Tensor<2>, fake: Tensor<2>) -> Tensor<1> {
        let batch = real.dims()[0];
        let leaves = self.network.tracked();
        let out = leaves.forward(Tensor::cat(vec![real.clone(), fake.clone()], 0));
        let (real_out, fake_out) = (out.clone().slice(0..batch), out.slice(batch..2 * batch));
        let mut loss = game.objective.discriminator_loss(real_out, fake_out);
        let own = loss.clone().inner();
        if game.objective.has_gradient_penalty() {
            let mut stream = rng::stream(game.seed, Purpose::Penalty, self.optimiser.time);
            let eps = matrix(rng::uniform(&mut stream, batch), 1, &real.device());
            let at = adversarial::interpolate(real, fake, eps);
            loss = loss + adversarial::gradient_penalty(&leaves, at) * game.lambda;
        }
        let gradient = leaves.gradients(&loss);
        let clips = game.objective == Objective::WassersteinClip;
        self.step(game.rates, gradient, clips.then_some(game.clip));
        own
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
        vectors: &mut (impl Iterator<Item = Vec<f32>> + ?Sized),
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
