//! The kernel's updates as an [`Engine`]; every number is known at once.

use burn::tensor::{Device, Tensor};

use super::{Ahead, Own, acting};
use crate::models::mlp::MlpConfig;
use crate::models::toy::Spectral;
use crate::objectives::adversarial::Objective;
use crate::races::arena::engine::{Batch, DiscriminatorLosses, Engine, Number};
use crate::races::arena::view::View;
use crate::races::arena::{ArenaConfig, Knobs};
use crate::rng::Purpose;
use crate::runs::player::Player;

impl Own {
    /// One vector of both halves of the discriminator.
    fn both(&self, of: impl Fn(&Player) -> &[f32]) -> Vec<f32> {
        let players = [Some(&self.discriminator), self.decoder.as_ref()];
        let parts = players.into_iter().flatten().map(of);
        parts.flatten().copied().collect()
    }
}

impl Engine for Own {
    type Numbers = Vec<f32>;
    const ELSEWHERE: bool = false;

    fn new(config: ArenaConfig, seed: u64, _: &Device) -> Self {
        let objective = config.objective;
        let player =
            |shape, purpose, second| Player::new(shape, config.optimiser, seed, purpose, second);
        let unrolled = objective == Objective::Unrolled;
        let opponent = config.opponent();
        let mut own = Self {
            config,
            seed,
            generator: player(config.generator, Purpose::InitGenerator, false),
            discriminator: player(
                opponent,
                Purpose::InitDiscriminator,
                objective.is_penalised() || unrolled,
            ),
            decoder: config
                .decoder()
                .map(|shape| player(shape, Purpose::InitDecoder, false)),
            spectral: config.spectral_norm.then(|| Spectral::new(&opponent)),
            balance: (objective == Objective::Began).then_some([0.0; 3]),
            ahead: unrolled.then(|| Ahead::new(&opponent)),
            fake: vec![],
            slopes: vec![],
            close: vec![],
            close_slopes: vec![],
            between: vec![],
        };
        own.refresh();
        own
    }

    fn discriminator_gradient(
        &mut self,
        knobs: &Knobs,
        batch: &Batch,
    ) -> DiscriminatorLosses<Vec<f32>> {
        let Batch { real, z, eps } = batch;
        let [loss, gap] = self.discriminator_losses(knobs, real, z, eps);
        DiscriminatorLosses {
            loss: Number::Known(loss),
            gap: Number::Known(gap),
        }
    }

    fn step_discriminator(&mut self, knobs: &Knobs) {
        let clip = (self.config.objective == Objective::WassersteinClip).then_some(knobs.clip);
        if let Some(decoder) = &mut self.decoder {
            decoder.step(knobs.discriminator, clip);
        }
        self.discriminator.step(knobs.discriminator, clip);
        self.refresh();
    }

    fn generator_gradient(&mut self, knobs: &Knobs, batch: &Batch) -> Number<Vec<f32>> {
        Number::Known(self.generator_loss(knobs, &batch.z, &batch.real))
    }

    fn step_generator(&mut self, knobs: &Knobs) {
        self.generator.step(knobs.generator, None);
    }

    fn discriminators_gradient(&self) -> Vec<f32> {
        self.both(|player| &player.gradient)
    }

    fn generators_gradient(&self) -> Vec<f32> {
        self.generator.gradient.clone()
    }

    fn parameters(&self) -> [Vec<f32>; 2] {
        let generator = self.generator.parameters.clone();
        [generator, self.both(|player| &player.parameters)]
    }

    fn balance(&self) -> Option<Vec<f32>> {
        self.balance.map(|[k, measure, _]| vec![k, measure])
    }

    fn state(&self) -> Vec<Vec<f32>> {
        let players = [
            Some(&self.generator),
            Some(&self.discriminator),
            self.decoder.as_ref(),
        ];
        let vectors = players.into_iter().flatten().flat_map(Player::state);
        let directions = self.spectral.iter().flat_map(Spectral::directions);
        let balance = self.balance.iter().map(|b| &b[..]);
        vectors
            .chain(directions)
            .chain(balance)
            .map(<[f32]>::to_vec)
            .collect()
    }

    fn restore(
        &mut self,
        vectors: &mut dyn Iterator<Item = Vec<f32>>,
        [discriminator, generator]: [u64; 2],
    ) -> Result<(), String> {
        self.generator.restore(vectors, generator)?;
        self.discriminator.restore(vectors, discriminator)?;
        if let Some(decoder) = &mut self.decoder {
            decoder.restore(vectors, discriminator)?;
        }
        let directions = self.spectral.iter_mut().flat_map(Spectral::directions_mut);
        let balance = self.balance.iter_mut().map(|balance| &mut balance[..]);
        for old in directions.chain(balance) {
            let new = vectors.next().filter(|new| new.len() == old.len());
            let new = new.ok_or("The saved state does not fit these networks.")?;
            old.copy_from_slice(&new);
        }
        self.refresh();
        Ok(())
    }

    fn field(&mut self, x: &[f32]) -> Vec<f32> {
        self.field_at(x)
    }

    fn generate(&mut self, z: &[f32]) -> Vec<f32> {
        self.points(z)
    }

    fn pushed(&mut self, z: &[f32], shown: usize, pushed: usize) -> [Vec<f32>; 2] {
        let dims = self.dims();
        let mut fakes = self.points(z);
        let push = self.push_at(&fakes[..pushed * dims]);
        let pairs = fakes.chunks_exact(dims).zip(push.chunks_exact(dims));
        let arrows = pairs.flat_map(|(at, push)| [at, push].concat()).collect();
        fakes.truncate(shown * dims);
        [fakes, arrows]
    }

    fn measured(&mut self, z: &[f32], real: &[f32], eps: &[f32]) -> [Vec<f32>; 2] {
        let fakes = self.points(z);
        let norm = self.gradient_norm(real, &fakes[..real.len()], eps);
        [fakes, vec![norm]]
    }

    fn view(&self) -> View {
        let device = crate::device::cpu();
        let network = |config: &MlpConfig, parameters: &[f32]| {
            config.with_parameters(Tensor::from_floats(parameters, &device))
        };
        let of = |player: &Player| network(&player.config, &player.parameters);
        View::new(
            self.config,
            self.seed,
            of(&self.generator),
            network(
                &self.discriminator.config,
                acting(&self.spectral, &self.discriminator.parameters),
            ),
            self.decoder.as_ref().map(of),
            &device,
        )
    }

    fn acting(&self) -> Vec<Vec<f32>> {
        let generator = &self.generator.parameters[..];
        let discriminator = acting(&self.spectral, &self.discriminator.parameters);
        let decoder = self.decoder.iter().map(|d| &d.parameters[..]);
        let networks = [generator, discriminator].into_iter().chain(decoder);
        networks.map(<[f32]>::to_vec).collect()
    }

    fn joined(numbers: Vec<Vec<f32>>) -> Vec<f32> {
        numbers.concat()
    }

    async fn read(numbers: Vec<Vec<f32>>) -> Result<Vec<Vec<f32>>, String> {
        Ok(numbers)
    }
}
