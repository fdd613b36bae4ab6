//! RealNVP in the plane (Dinh, Sohl-Dickstein and Bengio 2017): an invertible map between data x and latents z ~ N(0, I), made
//! of affine coupling layers, which gives an exact log-density.
//!
//! A layer keeps one coordinate `a` and moves the other, `b -> b exp(s(a)) + t(a)`; layers take turns. Its Jacobian is triangular,
//! so `log p(x) = log N(z; 0, I) + sum of s` over the layers from x to z, and the inverse is `b -> (b - t(a)) exp(-s(a))`.

use burn::tensor::Tensor;

use super::mlp::{Activation, Mlp, MlpConfig, Output};

/// Bound on `s` of one layer, so that no exponential explodes.
const SCALE_MAX: f64 = 2.0;

/// Shape of a flow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RealNvpConfig {
    /// Coupling layers, at least 2 for both coordinates to move.
    pub couplings: usize,
    /// Units in each of the two hidden layers of a coupling's network.
    pub width: usize,
}

impl RealNvpConfig {
    /// The network of one coupling: the kept coordinate to `(s, t)`.
    pub fn coupling(&self) -> MlpConfig {
        MlpConfig {
            inputs: 1,
            outputs: 2,
            depth: 2,
            width: self.width,
            activation: Activation::Tanh,
            output: Output::Linear,
        }
    }
}

/// A flow: the networks of its couplings, from x to z.
#[derive(Clone, Debug)]
pub struct RealNvp {
    /// One per coupling.
    pub couplings: Vec<Mlp>,
}

/// What a point is in latent space.
#[derive(Clone, Debug)]
pub struct Encoded {
    /// `[batch, 2]`
    pub z: Tensor<2>,
    /// `log |det dz/dx|`, `[batch, 1]`
    pub log_det: Tensor<2>,
}

impl Encoded {
    /// `log p(x)` in nats, `[batch, 1]`.
    pub fn log_density(&self) -> Tensor<2> {
        let normal = self.z.clone().square().sum_dim(1) * -0.5 - std::f64::consts::TAU.ln();
        normal + self.log_det.clone()
    }
}

impl RealNvp {
    /// A copy whose parameters record gradients.
    pub fn tracked(&self) -> Self {
        Self {
            couplings: self.couplings.iter().map(Mlp::tracked).collect(),
        }
    }

    /// `(s, t)` of a coupling for the coordinate that it keeps.
    fn scale_and_shift(network: &Mlp, kept: Tensor<2>) -> (Tensor<2>, Tensor<2>) {
        let out = network.forward(kept);
        let s = (out.clone().narrow(1, 0, 1) / SCALE_MAX).tanh() * SCALE_MAX;
        (s, out.narrow(1, 1, 1))
    }

    /// From data to latents.
    ///
    /// # Shapes
    /// - x: `[batch, 2]`
    pub fn encode(&self, x: Tensor<2>) -> Encoded {
        let (mut kept, mut moved) = (x.clone().narrow(1, 0, 1), x.narrow(1, 1, 1));
        let mut log_det = kept.zeros_like();
        for network in &self.couplings {
            let (s, t) = Self::scale_and_shift(network, kept.clone());
            let next = moved * s.clone().exp() + t;
            log_det = log_det + s;
            (kept, moved) = (next, kept);
        }
        Encoded {
            z: Tensor::cat(vec![kept, moved], 1),
            log_det,
        }
    }

    /// From latents to data: the inverse of [`Self::encode`].
    ///
    /// # Shapes
    /// - z: `[n, 2]`; returns `[n, 2]`
    pub fn decode(&self, z: Tensor<2>) -> Tensor<2> {
        let (mut kept, mut moved) = (z.clone().narrow(1, 0, 1), z.narrow(1, 1, 1));
        for network in self.couplings.iter().rev() {
            let before = moved;
            let (s, t) = Self::scale_and_shift(network, before.clone());
            moved = (kept - t) * s.neg().exp();
            kept = before;
        }
        Tensor::cat(vec![kept, moved], 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::mlp::matrix;
    use crate::rng::{Purpose, normal, stream};
    use burn::tensor::Device;

    fn flow() -> RealNvp {
        let config = RealNvpConfig {
            couplings: 5,
            width: 8,
        };
        let network = |k: u64| {
            let coupling = config.coupling();
            let flat = coupling.init(&mut stream(3, Purpose::InitGenerator, k));
            // Larger than initial weights, so that the map is far from linear.
            let flat: Vec<f32> = flat.iter().map(|w| 2.0 * w).collect();
            coupling.with_parameters(Tensor::from_floats(flat.as_slice(), &Device::flex()))
        };
        RealNvp {
            couplings: (0..5).map(network).collect(),
        }
    }

    fn values(t: Tensor<2>) -> Vec<f64> {
        let values = t.into_data().try_to_vec::<f32>().unwrap();
        values.into_iter().map(f64::from).collect()
    }

    #[test]
    fn decoding_undoes_encoding() {
        let flow = flow();
        let points = normal(&mut stream(1, Purpose::Data, 0), 60);
        let x = matrix(points.clone(), 2, &Device::flex());
        let back = values(flow.decode(flow.encode(x).z));
        for (a, b) in points.iter().zip(back) {
            assert!((f64::from(*a) - b).abs() < 1e-4, "{a} {b}");
        }
    }

    #[test]
    fn the_determinant_is_that_of_finite_differences() {
        let flow = flow();
        let h = 1e-2f32;
        for p in normal(&mut stream(2, Purpose::Data, 0), 16).chunks(2) {
            let [x, y] = [p[0], p[1]];
            let around = vec![x, y, x + h, y, x - h, y, x, y + h, x, y - h];
            let encoded = flow.encode(matrix(around, 2, &Device::flex()));
            let z = values(encoded.z);
            let by = |plus: usize, minus: usize, axis: usize| {
                (z[2 * plus + axis] - z[2 * minus + axis]) / f64::from(2.0 * h)
            };
            let det = by(1, 2, 0) * by(3, 4, 1) - by(1, 2, 1) * by(3, 4, 0);
            let exact = values(encoded.log_det)[0];
            assert!(
                (det.abs().ln() - exact).abs() < 0.02,
                "{} {exact}",
                det.abs().ln()
            );
        }
    }
}
