//! Inverse autoregressive flow (Kingma et al. 2016): bends the noise of an encoder's posterior, with an exact density.
//!
//! Step t takes `z` to `z' = sigma z + (1 - sigma) m` with `(m_i, s_i)` of coordinate i a function of the coordinates before it and of the
//! encoder's context, `sigma = sigmoid(s + 2)` (equations 13 and 14). Its Jacobian is triangular, so `log |det| = sum of log sigma_i`; sampling
//! is one pass, and the inverse goes coordinate by coordinate. Every second step takes the coordinates in the reverse order.

use burn::tensor::{Tensor, activation};

use super::mlp::{Activation, Mlp, MlpConfig, Output};

/// Added to `s`, so that a new flow hardly moves anything.
const OPEN: f64 = 2.0;

/// Shape of a flow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IafConfig {
    /// Coordinates of z.
    pub latent: usize,
    /// Features of the context.
    pub context: usize,
    /// Hidden units of each step's network.
    pub width: usize,
}

impl IafConfig {
    /// The network of one step: coordinates (those not yet known are 0) and context to `m` and `s`.
    pub fn step(&self) -> MlpConfig {
        MlpConfig {
            inputs: self.latent + self.context,
            outputs: 2 * self.latent,
            depth: 1,
            width: self.width,
            activation: Activation::Tanh,
            output: Output::Linear,
        }
    }
}

/// A flow: the networks of its steps, from the encoder's Gaussian to z. Without steps it changes nothing.
#[derive(Clone, Debug)]
pub struct Iaf {
    /// One per step.
    pub steps: Vec<Mlp>,
}

/// Where a flow takes a point.
#[derive(Clone, Debug)]
pub struct Flowed {
    /// `[batch, latent]`
    pub z: Tensor<2>,
    /// `log |dz_i / dz0_i|` of every coordinate, `[batch, latent]`; their sum is the logarithm of the determinant.
    pub log_scale: Tensor<2>,
}

/// `(1 - sigma) m` and `log sigma` of coordinate `i` (`[batch, 1]` each) where `known` has 0 for all coordinates that `i` may not see.
fn shift_and_log_gate(
    network: &Mlp,
    known: Tensor<2>,
    context: &Tensor<2>,
    i: usize,
) -> (Tensor<2>, Tensor<2>) {
    let latent = known.dims()[1];
    let out = network.forward(Tensor::cat(vec![known, context.clone()], 1));
    let s = out.clone().narrow(1, latent + i, 1) + OPEN;
    let shift = out.narrow(1, i, 1) * activation::sigmoid(s.clone().neg());
    (shift, activation::log_sigmoid(s))
}

/// The coordinates in the order in which step `t` takes them.
fn order(t: usize, latent: usize) -> Vec<usize> {
    if t.is_multiple_of(2) {
        (0..latent).collect()
    } else {
        (0..latent).rev().collect()
    }
}

impl Iaf {
    /// A copy whose parameters record gradients.
    pub fn tracked(&self) -> Self {
        Self {
            steps: self.steps.iter().map(Mlp::tracked).collect(),
        }
    }

    /// From the encoder's Gaussian to z.
    ///
    /// # Shapes
    /// - z0: `[batch, latent]`; context: `[batch, features]`
    pub fn forward(&self, z0: Tensor<2>, context: &Tensor<2>) -> Flowed {
        let latent = z0.dims()[1];
        let mut log_scale = z0.zeros_like();
        let mut z = z0;
        for (t, network) in self.steps.iter().enumerate() {
            let mut known = vec![z.clone().narrow(1, 0, 1).zeros_like(); latent];
            let mut moved = known.clone();
            let mut gates = known.clone();
            for i in order(t, latent) {
                let seen = Tensor::cat(known.clone(), 1);
                let (shift, gate) = shift_and_log_gate(network, seen, context, i);
                known[i] = z.clone().narrow(1, i, 1);
                moved[i] = known[i].clone() * gate.clone().exp() + shift;
                gates[i] = gate;
            }
            z = Tensor::cat(moved, 1);
            log_scale = log_scale + Tensor::cat(gates, 1);
        }
        Flowed { z, log_scale }
    }

    /// The point that [`Self::forward`] takes to `z`, and the same `log_scale`.
    ///
    /// # Shapes
    /// - z: `[batch, latent]`; context: `[batch, features]`
    pub fn inverse(&self, z: Tensor<2>, context: &Tensor<2>) -> Flowed {
        let latent = z.dims()[1];
        let mut log_scale = z.zeros_like();
        let mut z = z;
        for (t, network) in self.steps.iter().enumerate().rev() {
            let mut known = vec![z.clone().narrow(1, 0, 1).zeros_like(); latent];
            let mut gates = known.clone();
            for i in order(t, latent) {
                let seen = Tensor::cat(known.clone(), 1);
                let (shift, gate) = shift_and_log_gate(network, seen, context, i);
                known[i] = (z.clone().narrow(1, i, 1) - shift) * gate.clone().neg().exp();
                gates[i] = gate;
            }
            z = Tensor::cat(known, 1);
            log_scale = log_scale + Tensor::cat(gates, 1);
        }
        Flowed { z, log_scale }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::mlp::matrix;
    use crate::rng::{Purpose, normal, stream};
    use burn::tensor::Device;

    fn flow(latent: usize) -> Iaf {
        let config = IafConfig {
            latent,
            context: 3,
            width: 8,
        };
        let network = |k: u64| {
            let step = config.step();
            let flat = step.init(&mut stream(5, Purpose::InitGenerator, k));
            // Larger than initial weights, so that the map is far from linear.
            let flat: Vec<f32> = flat.iter().map(|w| 2.0 * w).collect();
            step.with_parameters(Tensor::from_floats(flat.as_slice(), &Device::flex()))
        };
        Iaf {
            steps: (0..4).map(network).collect(),
        }
    }

    fn values(t: Tensor<2>) -> Vec<f64> {
        let values = t.into_data().try_to_vec::<f32>().unwrap();
        values.into_iter().map(f64::from).collect()
    }

    fn context(rows: usize) -> Tensor<2> {
        let one = normal(&mut stream(6, Purpose::Data, 0), 3);
        matrix(one.repeat(rows), 3, &Device::flex())
    }

    #[test]
    fn the_inverse_undoes_the_flow_and_agrees_on_its_scales() {
        let flow = flow(3);
        let z0 = matrix(
            normal(&mut stream(1, Purpose::Data, 0), 60),
            3,
            &Device::flex(),
        );
        let there = flow.forward(z0.clone(), &context(20));
        let back = flow.inverse(there.z, &context(20));
        let apart = |a: Tensor<2>, b: Tensor<2>| (a - b).abs().max().into_scalar::<f32>();
        let (z, scale): (f32, f32) = (apart(back.z, z0), apart(back.log_scale, there.log_scale));
        assert!(z < 1e-4 && scale < 1e-4, "{z} {scale}");
    }

    #[test]
    fn the_determinant_is_that_of_finite_differences() {
        let flow = flow(2);
        let h = 1e-2f32;
        for p in normal(&mut stream(2, Purpose::Data, 0), 16).chunks(2) {
            let [x, y] = [p[0], p[1]];
            let around = vec![x, y, x + h, y, x - h, y, x, y + h, x, y - h];
            let moved = flow.forward(matrix(around, 2, &Device::flex()), &context(5));
            let z = values(moved.z);
            let by = |plus: usize, minus: usize, axis: usize| {
                (z[2 * plus + axis] - z[2 * minus + axis]) / f64::from(2.0 * h)
            };
            let det = by(1, 2, 0) * by(3, 4, 1) - by(1, 2, 1) * by(3, 4, 0);
            let exact: f64 = values(moved.log_scale)[..2].iter().sum();
            let numeric = det.abs().ln();
            assert!((numeric - exact).abs() < 0.02, "{numeric} {exact}");
        }
    }

    #[test]
    fn a_step_sees_only_the_coordinates_before_each() {
        let mut flow = flow(3);
        flow.steps.truncate(1);
        let moved = flow.forward(
            matrix(
                vec![0.1, 0.2, 0.3, 0.1, 0.2, 5.0, 0.1, 5.0, 0.3],
                3,
                &Device::flex(),
            ),
            &context(3),
        );
        let z = values(moved.z);
        // The third coordinate moves neither of the others, the second not the first.
        assert_eq!(z[..2], z[3..5]);
        assert_eq!(z[0], z[6]);
        assert_ne!(z[2], z[8]);
    }
}
