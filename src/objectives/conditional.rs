//! The objective of pix2pix (Isola et al. 2017, equation 4) as losses to minimise, `f` a logit of the discriminator for each
//! patch, `x` the sketch, `y` the image, `G` the picture made of `x`:
//!
//! - discriminator: `1/2 (-E log D(x, y) - E log(1 - D(x, G)))`; the half slows it down (ibid., section 3.3)
//! - generator: `-E log D(x, G) + E lambda |y - G|`, either term by itself where the other is left out
//!
//! E is the mean over images, patches or pixels, and channels; images are in [-1, 1].

use burn::tensor::Tensor;

use crate::objectives::adversarial::Objective::NonSaturating;

/// Logits `[batch, 1, rows, columns]` as the adversarial objectives take them.
fn patches(logits: Tensor<4>) -> Tensor<2> {
    let n = logits.shape().num_elements();
    logits.reshape([n, 1])
}

/// Loss of the discriminator.
///
/// # Shapes
/// - real, fake: `[batch, 1, rows, columns]` logits
/// - returns: `[1]`, in nats
pub fn discriminator_loss(real: Tensor<4>, fake: Tensor<4>) -> Tensor<1> {
    NonSaturating.discriminator_loss(patches(real), patches(fake)) * 0.5
}

/// Mean absolute difference.
///
/// # Shapes
/// - returns: `[1]`
pub fn l1(picture: Tensor<4>, target: Tensor<4>) -> Tensor<1> {
    (picture - target).abs().mean()
}

/// Loss of the generator: `lambda` times `l1`, and the loss that a discriminator gives it, where there is one.
///
/// # Shapes
/// - l1: `[1]`
/// - fake: `[batch, 1, rows, columns]` logits
/// - returns: `[1]`
pub fn generator_loss(l1: Tensor<1>, lambda: f64, fake: Option<Tensor<4>>) -> Tensor<1> {
    let near = l1 * lambda;
    match fake {
        Some(fake) => NonSaturating.generator_loss(patches(fake)) + near,
        None => near,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::network::images;
    use burn::tensor::Device;

    fn map(values: &[f32]) -> Tensor<4> {
        images(values.to_vec(), [1, 1, 2], &Device::flex())
    }

    fn value(t: Tensor<1>) -> f64 {
        f64::from(t.into_data().try_to_vec::<f32>().unwrap()[0])
    }

    #[test]
    fn an_undecided_discriminator_costs_ln_2_and_a_sure_one_what_it_is_worth() {
        let ln2 = std::f64::consts::LN_2;
        let zero = || map(&[0.0; 4]);
        assert!((value(discriminator_loss(zero(), zero())) - ln2).abs() < 1e-6);
        let found = generator_loss(l1(zero(), zero()), 1.0, Some(zero()));
        assert!((value(found) - ln2).abs() < 1e-6);
        // D = 3/4 on every real patch, 1/4 and 1/2 on two generated ones.
        let logit = |d: f64| (d / (1.0 - d)).ln() as f32;
        let real = map(&[logit(0.75); 2]);
        let fake = map(&[logit(0.25), logit(0.5)]);
        let on_fake = (0.75f64.ln() + 0.5f64.ln()) / 2.0;
        let found = value(discriminator_loss(real, fake.clone()));
        assert!((found + (0.75f64.ln() + on_fake) / 2.0).abs() < 1e-6);
        // Images of two pixels that are 1 and 1/4 away on the mean.
        let (picture, target) = (map(&[1.0, -0.5, 0.5, 0.0]), map(&[0.0, 0.5, 0.0, 0.0]));
        let found = value(generator_loss(l1(picture, target), 100.0, Some(fake)));
        let expected = 100.0 * (1.0 + 1.0 / 4.0) / 2.0 - (0.25f64.ln() + 0.5f64.ln()) / 2.0;
        assert!((found - expected).abs() < 1e-4, "{found}");
    }

    #[test]
    fn gradients_agree_with_finite_differences_for_every_choice_of_terms() {
        let target = [0.3, -0.2, 0.9, -1.0];
        // The logit of a patch is a known function of the picture, so both terms depend on it.
        let loss = |picture: &Tensor<4>, lambda: f64, adversarial: bool| {
            let near = l1(picture.clone(), map(&target).autodiff());
            let fake = adversarial.then(|| picture.clone() * 3.0 - 0.5);
            generator_loss(near, lambda, fake)
        };
        let at = [0.5f32, -0.6, 0.1, 0.8];
        for (lambda, adversarial) in [(100.0, true), (100.0, false), (0.0, true)] {
            let picture = map(&at).autodiff().require_grad();
            let grads = loss(&picture, lambda, adversarial).backward();
            let gradient = picture.grad(&grads).expect("a gradient").into_data();
            let gradient = gradient.try_to_vec::<f32>().unwrap();
            for i in 0..4 {
                let moved = |by: f32| {
                    let mut p = at;
                    p[i] += by;
                    value(loss(&map(&p).autodiff(), lambda, adversarial).inner())
                };
                let numeric = (moved(1e-2) - moved(-1e-2)) / 2e-2;
                let error = (numeric - f64::from(gradient[i])).abs();
                assert!(
                    error < 2e-3 * (1.0 + numeric.abs()),
                    "{i}: {numeric} against {}",
                    gradient[i]
                );
            }
        }
    }
}
