//! Losses and measures of a race.

use std::mem;

use super::{GRADIENT_POINTS, Race, STATIC};
use crate::metrics::{divergence, modes, transport};
use crate::objectives::adversarial::Objective;
use crate::races::arena::{Arena, Engine, Number};
use crate::rng::Purpose;
use crate::runs::Row;

/// Losses since the last row, and those still on the device.
pub(super) struct Ledger<N> {
    /// `(which, step, value)` on the device.
    pub(super) pending: Vec<(Loss, u64, N)>,
    /// Sums and counts of what was read, by [`Loss`].
    sums: [(f64, u64); 3],
}

impl<N> Ledger<N> {
    /// One without losses.
    pub(super) fn new() -> Self {
        Self::of(&[[0; 2]; 3])
    }

    /// What was read, as snapshots keep it.
    pub(super) fn losses(&self) -> [[u64; 2]; 3] {
        self.sums.map(|(sum, count)| [sum.to_bits(), count])
    }

    /// One with such losses.
    pub(super) fn of(losses: &[[u64; 2]; 3]) -> Self {
        Self {
            pending: vec![],
            sums: losses.map(|[sum, count]| (f64::from_bits(sum), count)),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Loss {
    Discriminator,
    Generator,
    Gap,
}

impl<E: Engine> Race<E> {
    /// Reads the losses that are still on the device; finds the first that is not a number.
    pub(super) async fn settle(&mut self) -> Result<(), String> {
        let mut labels = vec![];
        let mut numbers = vec![];
        for (i, ledger) in self.ledgers.iter_mut().enumerate() {
            let pending = mem::take(&mut ledger.pending);
            if pending.is_empty() {
                continue;
            }
            let (marks, values): (Vec<_>, Vec<_>) =
                pending.into_iter().map(|(l, s, t)| ((l, s), t)).unzip();
            labels.push((i, marks));
            numbers.push(E::joined(values));
        }
        if numbers.is_empty() {
            return Ok(());
        }
        let values = E::read(numbers).await?;
        for ((i, marks), values) in labels.into_iter().zip(values) {
            for ((loss, step), value) in marks.into_iter().zip(values) {
                self.count(i, loss, step, value);
            }
        }
        Ok(())
    }

    /// Adds a loss of the present step to the next row, at once or when it has been read.
    pub(super) fn book(&mut self, arena: usize, loss: Loss, value: Number<E::Numbers>) {
        match value {
            Number::Known(value) => self.count(arena, loss, self.step, value),
            Number::Awaited(number) => {
                self.ledgers[arena].pending.push((loss, self.step, number));
            }
        }
    }

    fn count(&mut self, arena: usize, loss: Loss, step: u64, value: f32) {
        if !value.is_finite() && self.fault.is_none() {
            self.fault = Some(self.fault_sentence(arena, loss, step, value));
        }
        let (sum, count) = &mut self.ledgers[arena].sums[loss as usize];
        *sum += f64::from(value);
        *count += 1;
    }

    fn fault_sentence(&self, arena: usize, loss: Loss, step: u64, value: f32) -> String {
        let objective = self.arenas[arena].config.objective;
        let network = match loss {
            Loss::Generator => "generator",
            _ if objective.is_critic() => "critic",
            _ => "discriminator",
        };
        let what = if value.is_nan() {
            "is not a number"
        } else {
            "is infinite"
        };
        format!(
            "The {network} loss of arena {}, {}, {what} since step {}. The run is paused; a smaller learning rate usually helps.",
            // The page letters its arenas.
            char::from(b'A' + arena as u8),
            objective.title(),
            step + 1
        )
    }

    /// Appends a row for every arena. Uses streams of its own, so training is the same with and without measures.
    pub(super) async fn measure(&mut self) -> Result<(), String> {
        let n = divergence::SAMPLES;
        let z = self.latents(Purpose::Measure, self.step, n);
        let eps = self.uniforms(Purpose::Measure, STATIC - 1, GRADIENT_POINTS);
        let real = &self.real[..2 * GRADIENT_POINTS];
        let mut numbers = vec![];
        for Arena { engine, .. } in &mut self.arenas {
            numbers.extend(engine.measured(&z, real, &eps));
            numbers.extend(engine.balance());
        }
        let mut values = E::read(numbers).await?.into_iter();
        for i in 0..self.arenas.len() {
            crate::pulse::beat(0.0);
            let fakes = values.next().expect("points of each arena");
            let gradient_norm = values.next().expect("a norm of each arena")[0];
            let balance = match self.arenas[i].config.objective {
                Objective::Began => values.next().expect("a balance of each BEGAN"),
                _ => vec![f32::NAN; 2],
            };
            let coverage = modes::coverage(&self.density, &fakes[..2 * modes::SAMPLES]);
            let w1 =
                transport::wasserstein1(&fakes[..2 * transport::SAMPLES], &self.transport_real);
            crate::pulse::beat(0.0);
            let js = self.meter().read(&fakes);
            let mut mean = |loss: Loss| {
                let (sum, count) = mem::take(&mut self.ledgers[i].sums[loss as usize]);
                sum / count as f64
            };
            let (d_loss, g_loss, gap) = (
                mean(Loss::Discriminator),
                mean(Loss::Generator),
                mean(Loss::Gap),
            );
            let of = |f: fn(modes::Coverage) -> f64| coverage.map_or(f64::NAN, f);
            self.rows.push(Row {
                arena: i,
                step: self.step,
                values: vec![
                    d_loss,
                    g_loss,
                    of(|c| c.captured as f64),
                    of(|c| c.strict as f64),
                    of(|c| c.high_quality),
                    of(|c| c.histogram_jsd),
                    js,
                    w1.unwrap_or(f64::NAN),
                    if self.arenas[i].config.objective.is_wasserstein() {
                        gap
                    } else {
                        f64::NAN
                    },
                    f64::from(gradient_norm),
                    f64::from(balance[0]),
                    f64::from(balance[1]),
                ],
            });
        }
        Ok(())
    }
}
