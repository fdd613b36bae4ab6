//! The losses of [`super::adversarial`] for single outputs, with their slopes: what steps on the CPU are made of.

use super::adversarial::Objective;
use crate::models::toy::lanes::{sigmoid, softplus};

/// What one point adds to a loss, which is a mean, and the derivative of that with respect to the output `f`.
#[derive(Clone, Copy, Debug)]
pub struct Term {
    /// In the units of the loss.
    pub value: f32,
    /// Per unit of `f`.
    pub slope: f32,
}

const fn term(value: f32, slope: f32) -> Term {
    Term { value, slope }
}

impl Objective {
    /// Of a real point, for the discriminator or critic.
    #[inline]
    pub fn real_term(self, f: f32) -> Term {
        match self {
            Self::Minimax
            | Self::NonSaturating
            | Self::R1
            | Self::GradientPenalty
            | Self::Unrolled
            | Self::Minibatch => term(softplus(-f), -sigmoid(-f)),
            Self::LeastSquares => term((f - 1.0) * (f - 1.0) * 0.5, f - 1.0),
            Self::WassersteinClip | Self::WassersteinGp | Self::Began => term(-f, -1.0),
            Self::Hinge => hinge(1.0 - f, -1.0),
        }
    }

    /// Of a generated point, for the discriminator or critic; before BEGAN's balance, which scales `f`.
    #[inline]
    pub fn fake_term(self, f: f32) -> Term {
        match self {
            Self::Minimax
            | Self::NonSaturating
            | Self::R1
            | Self::GradientPenalty
            | Self::Unrolled
            | Self::Minibatch => term(softplus(f), sigmoid(f)),
            Self::LeastSquares => term(f * f * 0.5, f),
            Self::WassersteinClip | Self::WassersteinGp | Self::Began => term(f, 1.0),
            Self::Hinge => hinge(1.0 + f, 1.0),
        }
    }

    /// Of a generated point, for the generator.
    #[inline]
    pub fn generator_term(self, f: f32) -> Term {
        match self {
            Self::Minimax => term(-softplus(f), -sigmoid(f)),
            Self::Hinge => term(-f, -1.0),
            // It is asked to be what a real point is.
            _ => self.real_term(f),
        }
    }
}

/// `max(0, margin)`; what is not a number stays none.
fn hinge(margin: f32, slope: f32) -> Term {
    if margin <= 0.0 {
        term(0.0, 0.0)
    } else {
        term(margin, slope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_those_of_the_values() {
        for &objective in Objective::ALL {
            let terms = [
                Objective::real_term,
                Objective::fake_term,
                Objective::generator_term,
            ];
            for (k, of) in terms.into_iter().enumerate() {
                for f in [-7.5, -0.7, 0.3, 2.0, 9.0] {
                    let h = 1e-2;
                    let value = |f| f64::from(of(objective, f).value);
                    let numeric = (value(f + h) - value(f - h)) / (2.0 * f64::from(h));
                    let slope = f64::from(of(objective, f).slope);
                    assert!(
                        (numeric - slope).abs() < 1e-3,
                        "{objective:?} {k} {f}: {numeric} {slope}"
                    );
                }
            }
            assert!(
                terms
                    .map(|of| of(objective, f32::NAN).value)
                    .iter()
                    .all(|v| v.is_nan())
            );
        }
    }

    #[test]
    fn values_are_those_of_the_losses() {
        use crate::models::mlp::matrix;
        use burn::tensor::{Device, Tensor};
        let values: Vec<f32> = (-40..=40).map(|i| 0.37 * i as f32).collect();
        let column = || matrix(values.clone(), 1, &Device::flex());
        let host = |t: Tensor<2>| t.reshape([-1]).try_into_vec_as::<f32>().unwrap();
        for &objective in Objective::ALL {
            let [real, fake] = objective.discriminator_terms(column(), column()).map(host);
            for ((&f, real), fake) in values.iter().zip(real).zip(fake) {
                let found = [objective.real_term(f).value, objective.fake_term(f).value];
                for (found, expected) in found.into_iter().zip([real, fake]) {
                    assert!(
                        (found - expected).abs() < 1e-6 * (1.0 + expected.abs()),
                        "{objective:?} {f}"
                    );
                }
                let alone = objective.generator_loss(matrix(vec![f], 1, &Device::flex()));
                let (found, expected) = (
                    objective.generator_term(f).value,
                    alone.into_scalar::<f32>(),
                );
                assert!(
                    (found - expected).abs() < 1e-6 * (1.0 + expected.abs()),
                    "{objective:?} {f}"
                );
            }
        }
    }
}
