//! The generator's half of [`super::Own`].

use super::{Own, Sums, acting, crowding};
use crate::models::toy::product::ROWS;
use crate::objectives::adversarial::Objective;
use crate::races::arena::Knobs;
use crate::runs::player::Player;

impl Own {
    /// The loss of the generator's next update, whose gradient is then that of the player.
    ///
    /// # Shapes
    /// - z: `[batch, latent]`; real: `[batch, dims]`, what an unrolled discriminator looks ahead on, used by it only
    pub(super) fn generator_loss(&mut self, knobs: &Knobs, z: &[f32], real: &[f32]) -> f32 {
        let batch = (z.len() / self.generator.config.inputs) as f32;
        self.generator.sums.clear();
        let sum = match self.config.objective {
            Objective::Unrolled | Objective::Minibatch => {
                self.generator_apart(knobs, z, real, batch)
            }
            _ => self.generator_blocks(z, batch),
        };
        let loss = (sum / f64::from(batch)) as f32;
        if let Some([k, measure, error]) = &mut self.balance {
            let tilt = *error * knobs.diversity as f32 - loss;
            *k = (*k + tilt * knobs.balance_rate as f32).clamp(0.0, 1.0);
            *measure = *error + tilt.abs();
        }
        self.generator.sums.write(&mut self.generator.gradient);
        loss
    }

    /// A block at a time through both networks and back.
    fn generator_blocks(&mut self, z: &[f32], batch: f32) -> f64 {
        let (latent, objective) = (self.generator.config.inputs, self.config.objective);
        let mut sums = Sums::default();
        for z in z.chunks(ROWS * latent) {
            let Player { network, pass, .. } = &mut self.generator;
            pass.take(z, latent);
            network.forward(pass);
            self.discriminator.pass.take_outputs(pass);
            self.forward();
            self.slopes_of_block(|f| objective.generator_term(f), batch, &mut sums);
            self.back_to_points();
            let Player {
                network,
                sums,
                pass,
                ..
            } = &mut self.generator;
            pass.take_slopes(&self.discriminator.pass);
            network.backward(pass, Some(sums), false);
        }
        sums.loss
    }

    /// The block in the discriminator goes back to the points, which change no parameter of it.
    pub(super) fn back_to_points(&mut self) {
        let dims = self.dims();
        let Player { network, pass, .. } = &mut self.discriminator;
        let Some(Player {
            network: second,
            pass: after,
            ..
        }) = self.decoder.as_mut()
        else {
            return network.backward(pass, None, true);
        };
        second.backward(after, None, true);
        pass.take_slopes(after);
        network.backward(pass, None, true);
        // A point is also what its reconstruction is compared with.
        for row in 0..pass.rows {
            for axis in 0..dims {
                let own = after.slopes()[row][axis];
                pass.input_slopes_mut()[row][axis] -= own;
            }
        }
    }

    /// All generated points first, as each one's loss depends on all of them; then their slopes, then the generator's gradient.
    fn generator_apart(&mut self, knobs: &Knobs, z: &[f32], real: &[f32], batch: f32) -> f64 {
        let [latent, dims] = [self.generator.config.inputs, self.dims()];
        self.generate_fakes(z);
        self.slopes.clear();
        self.slopes.resize(self.fake.len(), 0.0);
        let sum = match &mut self.ahead {
            Some(ahead) => {
                let Player {
                    parameters,
                    sums,
                    pass,
                    ..
                } = &mut self.discriminator;
                let acting = acting(&self.spectral, parameters);
                let steps = (knobs.unroll, knobs.unroll_rate as f32);
                ahead.loss(
                    (sums, pass),
                    acting,
                    steps,
                    [real, &self.fake],
                    &mut self.slopes,
                )
            }
            None => self.crowded_loss(batch),
        };
        let blocks = z.chunks(ROWS * latent).zip(self.slopes.chunks(ROWS * dims));
        for (z, slopes) in blocks {
            let Player {
                network,
                sums,
                pass,
                ..
            } = &mut self.generator;
            pass.take(z, latent);
            network.forward(pass);
            pass.put_slopes(slopes, dims);
            network.backward(pass, Some(sums), false);
        }
        sum
    }

    /// The sum of the generator's terms under minibatch statistics, and the slopes of the points.
    fn crowded_loss(&mut self, batch: f32) -> f64 {
        let (dims, objective) = (self.dims(), self.config.objective);
        let mut sums = Sums::default();
        let fake = std::mem::take(&mut self.fake);
        self.close_slopes.resize(fake.len() / dims, 0.0);
        self.judge(&fake, &fake, |own, at| {
            own.slopes_of_block(|f| objective.generator_term(f), batch, &mut sums);
            own.back_to_points();
            let pass = &own.discriminator.pass;
            for row in 0..pass.rows {
                let from = &pass.input_slopes()[row];
                let point = (at * ROWS + row) * dims;
                own.slopes[point..point + dims].copy_from_slice(&from[..dims]);
                own.close_slopes[at * ROWS + row] = from[dims];
            }
        });
        self.fake = fake;
        let crowd = crowding::Crowd {
            x: &self.fake,
            dims,
            scale: self.config.near as f32,
            close: &self.close,
        };
        crowd.back(&self.close_slopes, &mut self.slopes);
        sums.loss
    }
}
