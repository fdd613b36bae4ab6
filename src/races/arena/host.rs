//! The kernel's updates as an [`Engine`]: tensors are made only for those who look.

use std::cell::OnceCell;

use burn::tensor::Tensor;

use super::engine::{Batch, DiscriminatorLosses, Engine, Number};
use super::own::Own;
use super::view::View;
use super::{ArenaConfig, Knobs};
use crate::runs::player::Player;

/// Both networks on the host.
#[derive(Clone)]
pub struct Host<const ALL: bool> {
    config: ArenaConfig,
    seed: u64,
    own: Own<ALL>,
    /// Made when somebody looks, and thrown away by the next update.
    view: OnceCell<Box<View<ALL>>>,
}

impl<const ALL: bool> Host<ALL> {
    /// Both networks before the first update.
    pub fn new(config: ArenaConfig, seed: u64) -> Self {
        Self {
            config,
            seed,
            own: Own::new(config, seed),
            view: OnceCell::new(),
        }
    }

    fn look(&self) -> View<ALL> {
        let network =
            |player: &Player, parameters| player.config.with_parameters(tensor(parameters));
        let Own {
            generator,
            discriminator,
            decoder,
            spectral,
            ..
        } = &self.own;
        let acting = match spectral {
            Some(spectral) => &spectral.acting,
            None => &discriminator.parameters,
        };
        View::new(
            self.config,
            self.seed,
            network(generator, &generator.parameters),
            network(discriminator, acting),
            decoder.as_ref().map(|d| network(d, &d.parameters)),
            &crate::device::cpu(),
        )
    }

    /// One vector of both halves of the discriminator.
    fn both(&self, of: impl Fn(&Player) -> &[f32]) -> Tensor<1> {
        let players = [Some(&self.own.discriminator), self.own.decoder.as_ref()];
        let parts = players.into_iter().flatten().map(of);
        tensor(&parts.flatten().copied().collect::<Vec<f32>>())
    }
}

fn tensor(values: &[f32]) -> Tensor<1> {
    Tensor::from_floats(values, &crate::device::cpu())
}

impl<const ALL: bool> Engine<ALL> for Host<ALL> {
    fn discriminator_gradient(&mut self, knobs: &Knobs, batch: &Batch) -> DiscriminatorLosses {
        let Batch { real, z, eps } = batch;
        let [loss, gap] = self.own.discriminator_gradient(knobs, real, z, eps);
        DiscriminatorLosses {
            loss: Number::Known(loss),
            gap: Number::Known(gap),
        }
    }

    fn step_discriminator(&mut self, knobs: &Knobs) {
        self.view = OnceCell::new();
        self.own.step_discriminator(knobs);
    }

    fn generator_gradient(&mut self, knobs: &Knobs, batch: &Batch) -> Number {
        Number::Known(self.own.generator_gradient(knobs, &batch.z, &batch.real))
    }

    fn step_generator(&mut self, knobs: &Knobs) {
        self.view = OnceCell::new();
        self.own.step_generator(knobs);
    }

    fn discriminators_gradient(&self) -> Tensor<1> {
        self.both(|player| &player.gradient)
    }

    fn generators_gradient(&self) -> Tensor<1> {
        tensor(&self.own.generator.gradient)
    }

    fn parameters(&self) -> [Tensor<1>; 2] {
        let generator = tensor(&self.own.generator.parameters);
        [generator, self.both(|player| &player.parameters)]
    }

    fn view(&self) -> &View<ALL> {
        self.view.get_or_init(|| Box::new(self.look()))
    }

    fn balance(&self) -> Option<Tensor<1>> {
        self.own
            .balance
            .map(|[k, measure, _]| tensor(&[k, measure]))
    }

    fn state(&self) -> Vec<Tensor<1>> {
        let Own {
            generator,
            discriminator,
            decoder,
            spectral,
            balance,
            ..
        } = &self.own;
        let players = [Some(generator), Some(discriminator), decoder.as_ref()];
        let vectors = players.into_iter().flatten().flat_map(Player::state);
        let directions = spectral.iter().flat_map(|s| s.directions());
        let balance = balance.iter().map(|b| &b[..]);
        vectors
            .chain(directions)
            .chain(balance)
            .map(tensor)
            .collect()
    }

    fn restore(
        &mut self,
        vectors: &mut dyn Iterator<Item = Vec<f32>>,
        updates: [u64; 2],
    ) -> Result<(), String> {
        self.view = OnceCell::new();
        self.own.restore(vectors, updates)
    }

    fn copy(&self) -> Box<dyn Engine<ALL>> {
        Box::new(self.clone())
    }
}
