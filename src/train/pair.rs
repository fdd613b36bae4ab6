//! Generator and discriminator in training, with an average of the generator to sample from.

use burn::tensor::{Device, Tensor};

use super::{Trained, host};
use crate::models::network::{Architecture, Init, Network, State, vector};
use crate::rng::{Purpose, stream};

/// Share of the past in the average, per update.
const KEEP: f64 = 0.999;

/// Both networks and the exponential moving average of the generator.
pub(super) struct Pair {
    pub(super) nets: [Architecture; 2],
    pub(super) generator: Trained,
    pub(super) discriminator: Trained,
    average: Tensor<1>,
}

impl Pair {
    /// Fresh weights of a generator and a discriminator.
    pub(super) fn new(nets: [Architecture; 2], seed: u64, device: &Device) -> Self {
        let fresh = |net: &Architecture, purpose| {
            let state = net.init(Init::Dcgan, &mut stream(seed, purpose, 0));
            Trained::new(&state, device)
        };
        let generator = fresh(&nets[0], Purpose::InitGenerator);
        Self {
            discriminator: fresh(&nets[1], Purpose::InitDiscriminator),
            average: generator.parameters.clone(),
            generator,
            nets,
        }
    }

    /// Both networks, tracked.
    pub(super) fn tracked(&self) -> [Network; 2] {
        let [g, d] = &self.nets;
        [(g, &self.generator), (d, &self.discriminator)]
            .map(|(net, t)| net.with(&t.parameters, &t.statistics).tracked())
    }

    /// The discriminator for the generator's loss, whose gradient it does not take.
    pub(super) fn discriminator(&self) -> Network {
        let d = &self.discriminator;
        self.nets[1].with(&d.parameters, &d.statistics)
    }

    /// Takes the generator after an update into the average.
    pub(super) fn average(&mut self, step: u64) {
        // Early on the average must forget the first weights sooner.
        let keep = KEEP.min((1.0 + step as f64) / (10.0 + step as f64));
        self.average =
            self.average.clone() * keep + self.generator.parameters.clone() * (1.0 - keep);
    }

    /// The averaged generator, its running statistics measured anew as the mean over these batches of inputs.
    ///
    /// # Panics
    /// If there is no batch.
    pub(super) fn averaged(&self, inputs: &[Tensor<4>]) -> Network {
        let statistics = self.statistics(inputs);
        self.nets[0].with(&self.average, &statistics)
    }

    fn statistics(&self, inputs: &[Tensor<4>]) -> Tensor<1> {
        let network = self.nets[0].with(&self.average, &self.generator.statistics);
        let total = inputs
            .iter()
            .map(|input| Tensor::cat(network.forward_training(input.clone()).1, 0))
            .reduce(|a, b| a + b);
        total.expect("at least one batch") / inputs.len() as f64
    }

    /// The averaged generator with statistics as in [`Self::averaged`], and the discriminator.
    pub(super) fn weights(&self, inputs: &[Tensor<4>]) -> Vec<State> {
        let averaged = State {
            parameters: host(self.average.clone()),
            statistics: host(self.statistics(inputs)),
        };
        vec![averaged, self.discriminator.host()]
    }

    /// Everything that a later update depends on.
    pub(super) fn state(&self) -> Vec<Vec<f32>> {
        let mut vectors = self.generator.vectors();
        vectors.extend(self.discriminator.vectors());
        vectors.push(host(self.average.clone()));
        vectors
    }

    /// Continues from [`Self::state`] after so many steps.
    pub(super) fn restore(&mut self, state: Vec<Vec<f32>>, steps: u64) {
        let mut state = state.into_iter();
        self.generator.restore(&mut state, steps);
        self.discriminator.restore(&mut state, steps);
        let average = state.next().expect("a checkpoint of the same recipe");
        self.average = vector(average, &self.average.device());
    }
}
