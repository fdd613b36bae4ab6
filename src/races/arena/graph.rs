//! An arena's updates on any device, by burn's recorded graphs; and what those on the CPU, [`super::own`], are compared with.

use burn::tensor::{Device, Tensor};

use super::engine::{Batch, DiscriminatorLosses, Engine, Number};
use super::view::View;
use super::{ArenaConfig, Knobs};
use crate::models::mlp::{Mlp, matrix};
use crate::objectives::adversarial::{self, Objective};
use crate::rng::Purpose;
use crate::runs::learner::Learner;
use crate::runs::read;

/// A generator, its opponent and their optimisers.
#[derive(Clone, Debug)]
pub struct Graph {
    generator: Learner,
    discriminator: Learner,
    /// The other half of BEGAN's autoencoder.
    decoder: Option<Learner>,
    /// Directions of the power iteration, one per layer; empty without spectral normalisation.
    directions: Vec<Tensor<2>>,
    /// BEGAN's k, its measure of convergence, and the last mean reconstruction error on real points; shapes `[1]`.
    balance: Option<[Tensor<1>; 3]>,
    view: View,
    /// The gradient of the next update.
    gradient: Option<Tensor<1>>,
}

impl Graph {
    /// Shows the present parameters, without moving the power iteration.
    fn refresh(&mut self) {
        self.view.generator = self.generator.network.clone();
        self.view.decoder = self.decoder.as_ref().map(|d| d.network.clone());
        self.view.acting = if self.directions.is_empty() {
            self.discriminator.network.clone()
        } else {
            self.discriminator
                .network
                .spectrally_normalised(&self.directions)
                .0
        };
    }

    fn device(&self) -> Device {
        self.generator.parameters.device()
    }

    fn points(&self, values: &[f32]) -> Tensor<2> {
        let dims = self.generator.config.outputs;
        matrix(values.to_vec(), dims, &self.device())
    }

    fn latents(&self, values: &[f32]) -> Tensor<2> {
        let latents = self.generator.config.inputs;
        matrix(values.to_vec(), latents, &self.device())
    }
}

impl Engine for Graph {
    type Numbers = Tensor<1>;
    const ELSEWHERE: bool = true;

    fn new(config: ArenaConfig, seed: u64, device: &Device) -> Self {
        let learner = |shape, purpose| Learner::new(shape, config.optimiser, seed, purpose, device);
        let generator = learner(config.generator, Purpose::InitGenerator);
        let discriminator = learner(config.opponent(), Purpose::InitDiscriminator);
        let decoder = config
            .decoder()
            .map(|shape| learner(shape, Purpose::InitDecoder));
        let directions = if config.spectral_norm {
            Mlp::spectral_directions(&discriminator.config, device)
        } else {
            vec![]
        };
        let networks = [&generator, &discriminator].map(|learner| learner.network.clone());
        let [drawn, acting] = networks;
        let second = decoder.as_ref().map(|decoder| decoder.network.clone());
        let mut graph = Self {
            view: View::new(config, seed, drawn, acting, second, device),
            generator,
            discriminator,
            decoder,
            directions,
            balance: (config.objective == Objective::Began)
                .then(|| std::array::from_fn(|_| Tensor::zeros([1], device))),
            gradient: None,
        };
        graph.refresh();
        graph
    }

    fn discriminator_gradient(
        &mut self,
        knobs: &Knobs,
        batch: &Batch,
    ) -> DiscriminatorLosses<Tensor<1>> {
        let objective = self.view.config.objective;
        let real = self.points(&batch.real);
        let fake = self.generator.network.forward(self.latents(&batch.z));
        let n = real.dims()[0];
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
        let halves = [&real, &fake].map(|x| self.view.shown(x.clone(), x.clone()));
        let both = Tensor::cat(halves.to_vec(), 0);
        let out = View::through(&acting, decoder.as_ref(), both);
        let real_out = out.clone().slice(0..n);
        let mut fake_out = out.slice(n..2 * n);
        let real_mean = real_out.clone().inner().mean();
        let gap = real_mean.clone() - fake_out.clone().inner().mean();
        if let Some([k, _, error]) = &mut self.balance {
            fake_out = fake_out * k.clone().reshape([1, 1]);
            *error = real_mean.neg();
        }
        let mut loss = objective.discriminator_loss(real_out, fake_out);
        if objective.has_gradient_penalty() && !batch.eps.is_empty() {
            let eps = matrix(batch.eps.clone(), 1, &self.device());
            let at = adversarial::interpolate(real, fake, eps);
            loss = loss + adversarial::gradient_penalty(&acting, at) * knobs.lambda;
        } else if objective == Objective::R1 {
            loss = loss + adversarial::real_penalty(&acting, real) * (0.5 * knobs.gamma);
        }
        let mut gradients = loss.backward();
        let networks = [Some(&leaves), decoder.as_ref()];
        let parts = networks.into_iter().flatten();
        let parts = parts.map(|n| n.take_gradients(&mut gradients)).collect();
        self.gradient = Some(Tensor::cat(parts, 0));
        DiscriminatorLosses {
            loss: Number::Awaited(loss.inner()),
            gap: Number::Awaited(gap),
        }
    }

    fn step_discriminator(&mut self, knobs: &Knobs) {
        let objective = self.view.config.objective;
        let clip = (objective == Objective::WassersteinClip).then_some(knobs.clip);
        let rates = knobs.discriminator;
        let own = self.discriminator.config.parameters();
        let gradient = self.gradient.take().expect("a gradient before a step");
        if let Some(decoder) = &mut self.decoder {
            let all = own + decoder.config.parameters();
            decoder.step(rates, gradient.clone().slice(own..all), clip);
        }
        self.discriminator.step(rates, gradient.slice(0..own), clip);
        self.refresh();
    }

    fn generator_gradient(&mut self, knobs: &Knobs, batch: &Batch) -> Number<Tensor<1>> {
        let leaves = self.generator.network.tracked();
        let fake = leaves.forward(self.latents(&batch.z));
        let real = (!batch.real.is_empty()).then(|| self.points(&batch.real));
        let loss = self.view.generator_loss(knobs, fake, real);
        if let Some([k, measure, error]) = &mut self.balance {
            let made = loss.clone().inner();
            let (diversity, rate) = (knobs.diversity, knobs.balance_rate);
            [*k, *measure] = adversarial::balance(k.clone(), error.clone(), made, diversity, rate);
        }
        self.gradient = Some(leaves.gradients(&loss));
        Number::Awaited(loss.inner())
    }

    fn step_generator(&mut self, knobs: &Knobs) {
        let gradient = self.gradient.take().expect("a gradient before a step");
        self.generator.step(knobs.generator, gradient, None);
        self.view.generator = self.generator.network.clone();
    }

    fn discriminators_gradient(&self) -> Tensor<1> {
        self.gradient.clone().expect("a gradient before a step")
    }

    fn generators_gradient(&self) -> Tensor<1> {
        self.gradient.clone().expect("a gradient before a step")
    }

    fn parameters(&self) -> [Tensor<1>; 2] {
        let mut opponent = vec![self.discriminator.parameters.clone()];
        opponent.extend(self.decoder.iter().map(|d| d.parameters.clone()));
        [self.generator.parameters.clone(), Tensor::cat(opponent, 0)]
    }

    fn balance(&self) -> Option<Tensor<1>> {
        let balance = self.balance.as_ref();
        balance.map(|[k, measure, _]| Tensor::cat(vec![k.clone(), measure.clone()], 0))
    }

    fn state(&self) -> Vec<Tensor<1>> {
        let mut state = self.generator.state();
        state.extend(self.discriminator.state());
        state.extend(self.decoder.iter().flat_map(Learner::state));
        state.extend(self.directions.iter().map(|u| u.clone().reshape([-1])));
        state.extend(self.balance.iter().map(|b| Tensor::cat(b.to_vec(), 0)));
        state
    }

    fn restore(
        &mut self,
        vectors: &mut dyn Iterator<Item = Vec<f32>>,
        updates: [u64; 2],
    ) -> Result<(), String> {
        let device = self.device();
        self.generator.restore(vectors, updates[1])?;
        self.discriminator.restore(vectors, updates[0])?;
        if let Some(decoder) = &mut self.decoder {
            decoder.restore(vectors, updates[0])?;
        }
        for u in &mut self.directions {
            let new = vectors.next().filter(|new| new.len() == u.dims()[1]);
            let new = new.ok_or("The saved state does not fit these networks.")?;
            *u = matrix(new, u.dims()[1], &device);
        }
        if let Some(balance) = &mut self.balance {
            let new = vectors.next().and_then(|new| new.try_into().ok());
            let new: [f32; 3] = new.ok_or("The saved state does not fit these networks.")?;
            *balance = new.map(|value| Tensor::from_floats([value], &device));
        }
        self.refresh();
        Ok(())
    }

    fn field(&mut self, x: &[f32]) -> Tensor<1> {
        self.view.field(self.points(x)).reshape([-1])
    }

    fn generate(&mut self, z: &[f32]) -> Tensor<1> {
        self.view.generate(self.latents(z)).reshape([-1])
    }

    fn pushed(&mut self, z: &[f32], shown: usize, pushed: usize) -> [Tensor<1>; 2] {
        let fakes = self.view.generate(self.latents(z));
        let some = fakes.clone().slice(0..pushed);
        let push = self.view.push(some.clone());
        let arrows = Tensor::cat(vec![some, push], 1);
        [fakes.slice(0..shown), arrows].map(|t| t.reshape([-1]))
    }

    fn measured(&mut self, z: &[f32], real: &[f32], eps: &[f32]) -> [Tensor<1>; 2] {
        let fakes = self.view.generate(self.latents(z));
        let some = fakes.clone().slice(0..eps.len());
        let eps = matrix(eps.to_vec(), 1, &self.device());
        let norm = self.view.gradient_norm(self.points(real), some, eps);
        [fakes.reshape([-1]), norm]
    }

    fn view(&self) -> View {
        self.view.clone()
    }

    fn acting(&self) -> Vec<Tensor<1>> {
        let both = [&self.view.generator, &self.view.acting];
        let networks = both.into_iter().chain(&self.view.decoder);
        let flat = |network: &Mlp| {
            let layers = network.layers.iter();
            let parts = layers.flat_map(|layer| [layer.weight.clone(), layer.bias.clone()]);
            Tensor::cat(parts.map(|part| part.reshape([-1])).collect(), 0)
        };
        networks.map(flat).collect()
    }

    fn joined(numbers: Vec<Tensor<1>>) -> Tensor<1> {
        Tensor::cat(numbers, 0)
    }

    fn read(numbers: Vec<Tensor<1>>) -> impl Future<Output = Result<Vec<Vec<f32>>, String>> {
        read(numbers)
    }
}
