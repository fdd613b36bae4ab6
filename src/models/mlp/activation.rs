//! Activations, and their derivatives as graphs.

use burn::tensor::{Tensor, activation};

use crate::choice::choices;

choices! {
    /// Hidden activation.
    Activation {
        /// max(0, x).
        Relu = "relu", "ReLU";
        /// x for x > 0, else 0.2 x.
        LeakyRelu = "leaky-relu", "Leaky ReLU 0.2";
        /// Hyperbolic tangent.
        Tanh = "tanh", "tanh";
        /// x for x > 0, else exp(x) - 1.
        Elu = "elu", "ELU";
        /// log(1 + exp(x)).
        Softplus = "softplus", "Softplus";
    }
}

choices! {
    /// What follows the last layer.
    Output {
        /// Nothing.
        Linear = "linear", "Linear";
        /// Hyperbolic tangent: outputs in [-1, 1].
        Tanh = "tanh", "tanh";
    }
}

impl Output {
    /// The bound of the outputs' absolute values, which they come close to but do not reach; none where there is none.
    pub fn reach(self) -> Option<f64> {
        match self {
            Self::Linear => None,
            Self::Tanh => Some(1.0),
        }
    }
}

pub(in crate::models) const LEAKY_SLOPE: f32 = 0.2;

impl Activation {
    /// Whether the derivative is constant almost everywhere, so that no gradient flows through it.
    pub(in crate::models) fn piecewise_linear(self) -> bool {
        matches!(self, Self::Relu | Self::LeakyRelu)
    }

    /// `act(a)`; any shape.
    pub fn apply(self, a: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Relu => activation::relu(a),
            // The slope as a constant factor: one tracked operation instead of three.
            Self::LeakyRelu => {
                let slope = leaky_slope(a.clone().inner());
                a * slope
            }
            Self::Tanh => a.tanh(),
            Self::Elu => {
                let negative = a.clone().clamp_max(0.0).exp() - 1.0;
                activation::relu(a) + negative
            }
            Self::Softplus => activation::log_sigmoid(a.neg()).neg(),
        }
    }

    /// `act'(a)` given the pre-activation `a` and `h = act(a)`; same shape.
    pub(super) fn derivative(self, a: Tensor<2>, h: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Relu => h.sign(),
            Self::LeakyRelu => leaky_slope(a),
            Self::Tanh => h.square().neg() + 1.0,
            Self::Elu => h.clamp_max(0.0) + 1.0,
            Self::Softplus => activation::sigmoid(a),
        }
    }
}

/// 1 where `a > 0`, 0.2 where `a < 0`.
pub(crate) fn leaky_slope<const D: usize>(a: Tensor<D>) -> Tensor<D> {
    a.sign() * (0.5 * (1.0 - LEAKY_SLOPE)) + 0.5 * (1.0 + LEAKY_SLOPE)
}
