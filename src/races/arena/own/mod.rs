//! An arena's updates on the CPU, by the kernel of [`crate::models::toy`]: the same losses as those of [`super::graph`], without a
//! recorded graph. A block of examples at a time goes through both networks and back.

mod ahead;
mod crowding;
mod engine;
mod generator;
mod look;

use self::ahead::Ahead;
use super::{ArenaConfig, Knobs};
use crate::models::toy::product::ROWS;
use crate::models::toy::{Pass, Spectral};
use crate::objectives::adversarial::Objective;
use crate::objectives::points::Term;
use crate::runs::player::Player;

/// Keeps the square root differentiable where a gradient vanishes, as in [`crate::objectives::adversarial::length`].
const STABILISER: f32 = 1e-12;

/// Both networks of an arena, and what training needs beside them.
#[derive(Clone, Debug)]
pub struct Own {
    config: ArenaConfig,
    seed: u64,
    generator: Player,
    discriminator: Player,
    /// The other half of BEGAN's autoencoder.
    decoder: Option<Player>,
    spectral: Option<Spectral>,
    /// BEGAN's k, its measure of convergence, and the last mean reconstruction error on real points.
    balance: Option<[f32; 3]>,
    ahead: Option<Ahead>,
    /// Generated points of an update, `[batch, dims]`, and the derivatives of the generator's loss with respect to them.
    fake: Vec<f32>,
    slopes: Vec<f32>,
    /// How crowded the batch is around each point, for minibatch statistics; and the derivatives with respect to it.
    close: Vec<f32>,
    close_slopes: Vec<f32>,
    /// Points between real and generated ones.
    between: Vec<f32>,
}

/// A loss of one update, while it is summed.
#[derive(Clone, Copy, Default)]
struct Sums {
    loss: f64,
    outputs: f64,
}

impl Own {
    /// Makes the discriminator act by its present parameters.
    fn refresh(&mut self) {
        if let Some(spectral) = &mut self.spectral {
            spectral.refresh(&self.discriminator.parameters);
            self.discriminator.network.set(&spectral.acting);
        }
    }

    fn dims(&self) -> usize {
        self.generator.config.outputs
    }

    /// Fills [`Self::fake`].
    fn generate_fakes(&mut self, z: &[f32]) {
        let [latent, dims] = [self.generator.config.inputs, self.dims()];
        self.fake.resize(z.len() / latent * dims, 0.0);
        let blocks = z.chunks(ROWS * latent);
        for (z, fake) in blocks.zip(self.fake.chunks_mut(ROWS * dims)) {
            let Player { network, pass, .. } = &mut self.generator;
            pass.take(z, latent);
            network.forward(pass);
            pass.give(fake, dims);
        }
    }

    /// Losses of the discriminator's next update, the whole one with the weighted penalty and `E f(x) - E f(G z)`; its gradient is then that of
    /// the players.
    ///
    /// # Shapes
    /// - real: `[batch, dims]`; z: `[batch, latent]`; eps: `[batch]` in [0, 1], used by the gradient penalty only
    fn discriminator_losses(
        &mut self,
        knobs: &Knobs,
        real: &[f32],
        z: &[f32],
        eps: &[f32],
    ) -> [f32; 2] {
        let objective = self.config.objective;
        let batch = (real.len() / self.dims()) as f32;
        self.generate_fakes(z);
        self.discriminator.sums.clear();
        if let Some(decoder) = &mut self.decoder {
            decoder.sums.clear();
        }
        let k = self.balance.map_or(1.0, |[k, ..]| k);
        let fake = std::mem::take(&mut self.fake);
        let of_real = self.judge_half(real, |f| objective.real_term(f), batch);
        let of_fake = self.judge_half(&fake, |f| scaled(objective.fake_term(k * f), k), batch);
        let mean = |sum: f64| (sum / f64::from(batch)) as f32;
        if let Some([.., error]) = &mut self.balance {
            *error = -mean(of_real.outputs);
        }
        let mut loss = mean(of_real.loss) + mean(of_fake.loss);
        if objective.has_gradient_penalty() && !eps.is_empty() {
            let lambda = knobs.lambda as f32;
            loss += lambda * mean(self.gradient_penalty(real, &fake, eps, lambda / batch));
        } else if objective == Objective::R1 {
            let weight = 0.5 * knobs.gamma as f32;
            loss += weight * mean(self.penalty(real, weight / batch, |square| [square, 2.0]));
        }
        self.fake = fake;
        let Player { sums, gradient, .. } = &mut self.discriminator;
        sums.write(gradient);
        if let Some(spectral) = &mut self.spectral {
            spectral.pull_back(gradient);
            spectral.keep();
        }
        if let Some(decoder) = &mut self.decoder {
            decoder.sums.write(&mut decoder.gradient);
        }
        [loss, mean(of_real.outputs) - mean(of_fake.outputs)]
    }

    /// Points go forward through the discriminator, a block at a time; `each` is given the number of the block. With minibatch statistics
    /// the discriminator is told how close a crowd is around each.
    fn judge(&mut self, x: &[f32], crowd: &[f32], mut each: impl FnMut(&mut Self, usize)) {
        let dims = self.dims();
        let crowded = self.config.objective == Objective::Minibatch;
        if crowded {
            let near = self.config.near as f32;
            crowding::closeness(x, crowd, dims, near, &mut self.close);
        }
        for (at, block) in x.chunks(ROWS * dims).enumerate() {
            let pass = &mut self.discriminator.pass;
            pass.take(block, dims);
            if crowded {
                pass.put(dims, &self.close[at * ROWS..]);
            }
            self.forward();
            each(self, at);
        }
    }

    /// One half of the discriminator's batch, forward and back.
    fn judge_half(&mut self, x: &[f32], term: impl Fn(f32) -> Term, batch: f32) -> Sums {
        let mut sums = Sums::default();
        self.judge(x, x, |own, _| {
            own.slopes_of_block(&term, batch, &mut sums);
            let Player {
                network,
                sums,
                pass,
                ..
            } = &mut own.discriminator;
            if let Some(decoder) = &mut own.decoder {
                let Player {
                    network,
                    sums,
                    pass: after,
                    ..
                } = decoder;
                network.backward(after, Some(sums), true);
                pass.take_slopes(after);
            }
            network.backward(pass, Some(sums), false);
        });
        sums
    }

    /// The block in the discriminator goes forward, through a decoder too.
    fn forward(&mut self) {
        let Player { network, pass, .. } = &mut self.discriminator;
        network.forward(pass);
        if let Some(Player {
            network,
            pass: after,
            ..
        }) = &mut self.decoder
        {
            after.take_outputs(pass);
            network.forward(after);
        }
    }

    /// f of an example of the block.
    fn output(&self, row: usize) -> f32 {
        let pass = &self.discriminator.pass;
        match &self.decoder {
            Some(decoder) => -reconstruction_error(&decoder.pass, pass, row, self.dims()),
            None => pass.output(row, 0),
        }
    }

    /// Sums the terms of a block, and sets the slopes of what comes out last: of the raw outputs, or of a decoder's points.
    fn slopes_of_block(&mut self, term: impl Fn(f32) -> Term, batch: f32, sums: &mut Sums) {
        let dims = self.dims();
        for row in 0..self.discriminator.pass.rows {
            let f = self.output(row);
            let Term { value, slope } = term(f);
            sums.loss += f64::from(value);
            sums.outputs += f64::from(f);
            let pass = &mut self.discriminator.pass;
            match &mut self.decoder {
                Some(decoder) => {
                    let share = slope / batch / dims as f32;
                    for axis in 0..dims {
                        let sign = sign(decoder.pass.output(row, axis) - pass.input(row, axis));
                        decoder.pass.slopes()[row][axis] = -share * sign;
                    }
                }
                None => pass.slopes()[row][0] = slope / batch,
            }
        }
    }

    /// Adds the gradient of `weight sum (norm(grad f) - 1)^2` at points between pairs; returns the sum.
    fn gradient_penalty(&mut self, real: &[f32], fake: &[f32], eps: &[f32], weight: f32) -> f64 {
        let dims = self.dims();
        let mut between = std::mem::take(&mut self.between);
        between.clear();
        between.extend(interpolated(real, fake, eps, dims));
        let sum = self.penalty(&between, weight, |square| {
            let norm = length(square);
            [(norm - 1.0) * (norm - 1.0), 2.0 * (norm - 1.0) / norm]
        });
        self.between = between;
        sum
    }

    /// Adds the gradient of `weight sum p(|grad f|^2)`; returns the sum of `p`. `of` gives `p`, and the factor of `grad f` in the derivative of
    /// `p` with respect to it.
    fn penalty(&mut self, at: &[f32], weight: f32, of: impl Fn(f32) -> [f32; 2]) -> f64 {
        let dims = self.dims();
        let Player {
            network,
            sums,
            pass,
            ..
        } = &mut self.discriminator;
        let mut sum = 0.0;
        for block in at.chunks(ROWS * dims) {
            pass.take(block, dims);
            network.forward(pass);
            pass.fill_slopes(1.0);
            network.backward(pass, None, true);
            network.penalise(pass, sums, |row, g, u| {
                let square = (0..dims).map(|i| g[row][i] * g[row][i]).sum();
                let [value, factor] = of(square);
                sum += f64::from(value);
                for i in 0..dims {
                    u[row][i] = weight * factor * g[row][i];
                }
            });
        }
        sum
    }
}

/// The parameters with which a discriminator acts that has these, and is perhaps normalised.
fn acting<'a>(spectral: &'a Option<Spectral>, parameters: &'a [f32]) -> &'a [f32] {
    match spectral {
        Some(spectral) => &spectral.acting,
        None => parameters,
    }
}

/// Points on lines between real and generated ones; `eps` are shares of the way, one for each pair.
fn interpolated(real: &[f32], fake: &[f32], eps: &[f32], dims: usize) -> impl Iterator<Item = f32> {
    let pairs = real.iter().zip(fake).enumerate();
    pairs.map(move |(i, (real, fake))| fake + (real - fake) * eps[i / dims])
}

/// Of a gradient with this square.
fn length(square: f32) -> f32 {
    (square + STABILISER).sqrt()
}

fn scaled(term: Term, by: f32) -> Term {
    Term {
        slope: term.slope * by,
        ..term
    }
}

/// Mean distance of the coordinates.
fn reconstruction_error(again: &Pass, of: &Pass, row: usize, dims: usize) -> f32 {
    let distance = |axis| (again.output(row, axis) - of.input(row, axis)).abs();
    (0..dims).map(distance).sum::<f32>() / dims as f32
}

/// -1, 0 or 1.
fn sign(x: f32) -> f32 {
    if x == 0.0 { 0.0 } else { x.signum() }
}
