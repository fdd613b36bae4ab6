//! First-order optimisers over one flat parameter vector.
//!
//! burn's own optimisers keep their state private (momentum) or hand it out only through a blocking read, which a
//! browser cannot do with a GPU. Here the state is a list of vectors beside the parameters, so a
//! snapshot, a hash and a move to another device are plain reads; and one vector means a dozen GPU launches an
//! update, not a dozen per layer.
//!
//! Update rules and defaults are PyTorch's: SGD `p -= lr g`; momentum `v = beta1 v + g, p -= lr v`; RMSprop
//! `s = beta2 s + (1 - beta2) g^2, p -= lr g / (sqrt(s) + epsilon)`; Adam (Kingma and Ba 2015, algorithm 1).

use burn::tensor::{Device, Tensor};

use crate::choice::choices;

choices! {
    /// Update rule.
    OptimiserKind {
        /// Stochastic gradient descent.
        Sgd = "sgd", "SGD";
        /// Gradient descent with heavy-ball momentum `beta1`.
        Momentum = "momentum", "SGD with momentum";
        /// RMSprop with smoothing `beta2`.
        RmsProp = "rmsprop", "RMSprop";
        /// Adam with `beta1` and `beta2`.
        Adam = "adam", "Adam";
    }
}

impl OptimiserKind {
    /// How many state vectors it keeps beside the parameters.
    pub fn slots(self) -> usize {
        match self {
            Self::Sgd => 0,
            Self::Momentum | Self::RmsProp => 1,
            Self::Adam => 2,
        }
    }
}

pub(super) const EPSILON: f64 = 1e-8;

/// Rates of an update; they may change between updates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rates {
    /// Learning rate, at least 0.
    pub lr: f64,
    /// First smoothing constant, in [0, 1).
    pub beta1: f64,
    /// Second smoothing constant, in [0, 1).
    pub beta2: f64,
}

/// An optimiser with its state.
#[derive(Clone, Debug)]
pub struct Optimiser {
    kind: OptimiserKind,
    /// State vectors, each as long as the parameters.
    pub slots: Vec<Tensor<1>>,
    /// Updates done.
    pub time: u64,
}

impl Optimiser {
    /// An optimiser at rest for `parameters` values.
    pub fn new(kind: OptimiserKind, parameters: usize, device: &Device) -> Self {
        Self {
            kind,
            slots: vec![Tensor::zeros([parameters], device); kind.slots()],
            time: 0,
        }
    }

    /// Parameters after one update.
    ///
    /// # Shapes
    /// - parameters, gradient: `[parameters]`, without gradients
    pub fn step(&mut self, rates: Rates, parameters: Tensor<1>, gradient: Tensor<1>) -> Tensor<1> {
        let Rates { lr, beta1, beta2 } = rates;
        self.time += 1;
        let mut slots = std::mem::take(&mut self.slots).into_iter();
        let mut slot = || slots.next().expect("a state vector");
        let (delta, slots) = match self.kind {
            OptimiserKind::Sgd => (gradient * lr, vec![]),
            OptimiserKind::Momentum => {
                let v = slot() * beta1 + gradient;
                (v.clone() * lr, vec![v])
            }
            OptimiserKind::RmsProp => {
                let s = slot() * beta2 + gradient.clone().square() * (1.0 - beta2);
                (gradient / (s.clone().sqrt() + EPSILON) * lr, vec![s])
            }
            OptimiserKind::Adam => {
                let m = slot() * beta1 + gradient.clone() * (1.0 - beta1);
                let v = slot() * beta2 + gradient.square() * (1.0 - beta2);
                let time = self.time as f64;
                let correction1 = 1.0 - libm::pow(beta1, time);
                let correction2 = (1.0 - libm::pow(beta2, time)).sqrt();
                // Both bias corrections folded into two scalars.
                let root = v.clone().sqrt() + EPSILON * correction2;
                (
                    m.clone() / root * (lr * correction2 / correction1),
                    vec![m, v],
                )
            }
        };
        self.slots = slots;
        parameters - delta
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Minimises `p^2 / 2` (gradient p) for `steps` updates from 1 and returns every iterate.
    fn run(kind: OptimiserKind, steps: usize) -> Vec<f64> {
        let device = Device::flex();
        let mut optimiser = Optimiser::new(kind, 1, &device);
        let mut p = Tensor::<1>::from_floats([1.0], &device);
        let rates = Rates {
            lr: 0.1,
            beta1: 0.5,
            beta2: 0.9,
        };
        (0..steps)
            .map(|_| {
                p = optimiser.step(rates, p.clone(), p.clone());
                f64::from(p.clone().into_scalar::<f32>())
            })
            .collect()
    }

    #[test]
    fn two_updates_equal_the_update_rules_worked_by_hand() {
        let close = |got: Vec<f64>, expected: [f64; 2]| {
            for (g, e) in got.iter().zip(expected) {
                assert!((g - e).abs() < 1e-6, "{got:?} against {expected:?}");
            }
        };
        close(run(OptimiserKind::Sgd, 2), [0.9, 0.81]);
        // v: 1, then 0.5 + 0.9 = 1.4
        close(run(OptimiserKind::Momentum, 2), [0.9, 0.76]);
        // s: 0.1, then 0.09 + 0.1 p1^2
        let p1 = 1.0 - 0.1 / 0.1f64.sqrt();
        let s2 = 0.09 + 0.1 * p1 * p1;
        close(
            run(OptimiserKind::RmsProp, 2),
            [p1, p1 - 0.1 * p1 / s2.sqrt()],
        );
        // Bias-corrected Adam: the first update has size lr.
        let (m, v) = (0.25 + 0.5 * 0.9, 0.09 + 0.1 * 0.81);
        let second = 0.1 * (m / 0.75) / (v / 0.19f64).sqrt();
        close(run(OptimiserKind::Adam, 2), [0.9, 0.9 - second]);
    }

    #[test]
    fn every_rule_finds_the_minimum_of_a_parabola() {
        for &kind in OptimiserKind::ALL {
            let end = *run(kind, 300).last().expect("iterates");
            assert!(end.abs() < 0.06, "{kind:?} ended at {end}");
        }
    }
}
