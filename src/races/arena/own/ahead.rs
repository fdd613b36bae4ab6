//! The loss of a generator against a discriminator some steps of gradient descent ahead (Metz et al. 2017, equations 7 and 10), with the
//! derivatives with respect to the generated points through all of these steps.
//!
//! `p_{i+1} = p_i - rate grad_p L(p_i, x)`. Backwards, from `v = dl/dp_k` and `y = dl/dx` at the last, each step has
//! `v <- v - rate (grad_p grad_p L) v` and `y <- y - rate (grad_x grad_p L) v`, which is how the gradients move along `v`:
//! [`Network::moved`].

use crate::models::mlp::MlpConfig;
use crate::models::toy::lanes::sigmoid;
use crate::models::toy::product::ROWS;
use crate::models::toy::{Gradient, Network, Pass};
use crate::objectives::adversarial::Objective;
use crate::objectives::points::Term;

/// Buffers of the steps ahead.
#[derive(Clone, Debug)]
pub struct Ahead {
    inputs: usize,
    network: Network,
    along: Network,
    /// Parameters at every step, one vector after the other.
    parameters: Vec<f32>,
    direction: Vec<f32>,
    gradient: Vec<f32>,
}

impl Ahead {
    /// For such a discriminator.
    pub fn new(config: &MlpConfig) -> Self {
        let zeros = vec![0.0; config.parameters()];
        Self {
            inputs: config.inputs,
            network: Network::new(config),
            along: Network::new(config),
            parameters: vec![],
            direction: zeros.clone(),
            gradient: zeros,
        }
    }

    /// The sum of the generator's terms; `slopes` becomes the derivatives of their mean with respect to the generated points. `start` are the
    /// parameters with which the discriminator acts, `steps` the number of steps ahead and their size.
    ///
    /// # Shapes
    /// - halves: real and generated points, `[batch, inputs]` each; slopes: as the latter
    pub fn loss(
        &mut self,
        (sums, pass): (&mut Gradient, &mut Pass),
        start: &[f32],
        (steps, rate): (usize, f32),
        halves: [&[f32]; 2],
        slopes: &mut [f32],
    ) -> f64 {
        let n = start.len();
        let inputs = self.inputs;
        let batch = (halves[0].len() / inputs) as f32;
        self.parameters.clear();
        self.parameters.extend(start);
        for i in 0..steps {
            self.network.set(&self.parameters[i * n..]);
            sums.clear();
            for (x, label) in halves.into_iter().zip([1.0, 0.0]) {
                for x in x.chunks(ROWS * inputs) {
                    self.judge(pass, x, label, batch);
                    self.network.backward(pass, Some(sums), false);
                }
            }
            sums.write(&mut self.gradient);
            for k in 0..n {
                let next = self.parameters[i * n + k] - rate * self.gradient[k];
                self.parameters.push(next);
            }
        }
        let sum = self.end((sums, pass), steps * n, halves[1], slopes, batch);
        for i in (0..steps).rev() {
            self.network.set(&self.parameters[i * n..]);
            self.along.set(&self.direction);
            sums.clear();
            for (half, label) in [1.0, 0.0].into_iter().enumerate() {
                for (at, x) in halves[half].chunks(ROWS * inputs).enumerate() {
                    self.judge(pass, x, label, batch);
                    self.network.backward(pass, None, false);
                    self.network.moved(pass, &self.along, sums, |f| {
                        let p = sigmoid(f);
                        p * (1.0 - p) / batch
                    });
                    if half == 1 {
                        let slopes = &mut slopes[at * ROWS * inputs..];
                        for (row, slopes) in slopes.chunks_mut(inputs).take(pass.rows).enumerate() {
                            for (slope, moved) in slopes.iter_mut().zip(&pass.moved_slopes()[row]) {
                                *slope -= rate * moved;
                            }
                        }
                    }
                }
            }
            sums.write(&mut self.gradient);
            for (v, moved) in self.direction.iter_mut().zip(&self.gradient) {
                *v -= rate * moved;
            }
        }
        sum
    }

    /// A block goes forward, with the slopes of `-E log D(real) - E log(1 - D(fake))`.
    fn judge(&self, pass: &mut Pass, x: &[f32], label: f32, batch: f32) {
        pass.take(x, self.inputs);
        self.network.forward(pass);
        for row in 0..pass.rows {
            let f = pass.output(row, 0);
            pass.slopes()[row][0] = (sigmoid(f) - label) / batch;
        }
    }

    /// The loss at the last step, whose parameters begin at `at`: its derivatives with respect to them and to the points.
    fn end(
        &mut self,
        (sums, pass): (&mut Gradient, &mut Pass),
        at: usize,
        fake: &[f32],
        slopes: &mut [f32],
        batch: f32,
    ) -> f64 {
        let inputs = self.inputs;
        self.network.set(&self.parameters[at..]);
        sums.clear();
        let mut sum = 0.0;
        for (x, slopes) in fake
            .chunks(ROWS * inputs)
            .zip(slopes.chunks_mut(ROWS * inputs))
        {
            pass.take(x, inputs);
            self.network.forward(pass);
            for row in 0..pass.rows {
                let Term { value, slope } = Objective::Unrolled.generator_term(pass.output(row, 0));
                sum += f64::from(value);
                pass.slopes()[row][0] = slope / batch;
            }
            self.network.backward(pass, Some(sums), true);
            for (slopes, from) in slopes.chunks_mut(inputs).zip(pass.input_slopes()) {
                slopes.copy_from_slice(&from[..inputs]);
            }
        }
        sums.write(&mut self.direction);
        sum
    }
}
