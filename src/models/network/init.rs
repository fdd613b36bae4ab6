//! Initial weights.

use rand_chacha::ChaCha8Rng;

use super::{Architecture, Op, State};
use crate::rng;

/// Distribution of initial weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Init {
    /// `N(0, 0.02)`, and `N(1, 0.02)` for the scale of a normalisation (Radford et al. 2016, section 4).
    Dcgan,
    /// `N(0, sqrt(2 / fan_in))` (He et al. 2015, equation 10).
    He,
    /// `N(0, 1)`, for an equalised learning rate (Karras et al. 2018, section 4.1).
    Normal,
}

impl Op {
    fn initial(&self, role: &str, n: usize, init: Init, rng: &mut ChaCha8Rng) -> Vec<f32> {
        let gaussian = |rng: &mut ChaCha8Rng, mean: f32, std: f32| -> Vec<f32> {
            rng::normal(rng, n).iter().map(|v| mean + std * v).collect()
        };
        let fan_in = match *self {
            Self::Conv(c) => c.inputs * c.kernel * c.kernel,
            Self::Window(w) | Self::RowLstm(w) => w.inputs * w.size().iter().product::<usize>(),
            // Each output pixel sees about (kernel / stride)^2 positions of the input.
            Self::ConvTranspose(c) => c.inputs * (c.kernel / c.stride).max(1).pow(2),
            _ => 1,
        };
        match (role, init) {
            ("weight", Init::Dcgan) => gaussian(rng, 0.0, 0.02),
            ("weight", Init::He) => gaussian(rng, 0.0, (2.0 / fan_in as f32).sqrt()),
            ("weight", Init::Normal) | ("embedding" | "codebook", _) => gaussian(rng, 0.0, 1.0),
            ("gamma", Init::Dcgan) => gaussian(rng, 1.0, 0.02),
            ("gamma" | "running-variance", _) => vec![1.0; n],
            _ => vec![0.0; n],
        }
    }
}

impl Architecture {
    /// Initial trained parameters and running statistics.
    pub fn init(&self, init: Init, rng: &mut ChaCha8Rng) -> State {
        let mut state = State::default();
        for step in &self.steps {
            for (role, shape, trained) in step.op.entries() {
                let mut values = step.op.initial(role, shape.iter().product(), init, rng);
                if step.begins_at_zero {
                    values.fill(0.0);
                }
                let side = if trained {
                    &mut state.parameters
                } else {
                    &mut state.statistics
                };
                side.extend(values);
            }
        }
        state
    }
}
