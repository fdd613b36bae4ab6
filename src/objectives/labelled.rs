//! Objectives of GANs with labels as losses to minimise, `f` the logit that an image is real and `c` its logits of the labels:
//!
//! - discriminator: `-E log D(x) - E log(1 - D(G)) + lambda (L_C(x) + L_C(G))`
//! - generator: `-E log D(G) + lambda L_C(G)`
//!
//! with `L_C(v) = -E log softmax(c(v))_y`, the classifier's own loss (Odena et al. 2017, equations 2 and 3, as losses and without
//! their sign for the generator's first term). A conditional GAN (Mirza and Osindero 2014, equation 2) has the same without `L_C`: its `f`
//! knows the label. E is the mean over the batch.

use burn::tensor::{Tensor, activation};

use crate::models::cgan::Verdict;
use crate::objectives::adversarial::Objective::NonSaturating;

/// Cross entropy of the labels.
///
/// # Shapes
/// - logits, label: `[batch, labels]`, the label one-hot
/// - returns: `[1]`, in nats
pub fn class_loss(logits: Tensor<2>, label: Tensor<2>) -> Tensor<1> {
    (activation::log_softmax(logits, 1) * label)
        .sum_dim(1)
        .mean()
        .neg()
}

/// Loss of the discriminator on images and generated ones of the same labels; a share `1 - smooth` of each image counts as generated
/// (Salimans et al. 2016, section 3.4).
///
/// # Shapes
/// - returns: `[1]`, in nats
pub fn discriminator_loss(
    x: Verdict,
    g: Verdict,
    label: &Tensor<2>,
    smooth: f64,
    lambda: f64,
) -> Tensor<1> {
    // log D(x) - log(1 - D(x)) is the logit itself.
    let smoothed = x.real.clone().mean() * (1.0 - smooth);
    let adversarial = NonSaturating.discriminator_loss(x.real, g.real) + smoothed;
    [x.classes, g.classes]
        .into_iter()
        .flatten()
        .fold(adversarial, |sum, c| {
            sum + class_loss(c, label.clone()) * lambda
        })
}

/// Loss of the generator.
///
/// # Shapes
/// - returns: `[1]`, in nats
pub fn generator_loss(g: Verdict, label: &Tensor<2>, lambda: f64) -> Tensor<1> {
    let adversarial = NonSaturating.generator_loss(g.real);
    match g.classes {
        Some(c) => adversarial + class_loss(c, label.clone()) * lambda,
        None => adversarial,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::cgan::{CganModel, Role};
    use crate::models::network::images;
    use crate::rng::{Purpose, normal, stream};
    use burn::tensor::Device;

    const LABELS: [usize; 3] = [1, 0, 1];
    const SMOOTH: f64 = 0.9;
    const LAMBDA: f64 = 0.7;

    fn verdict(role: Role, outputs: Tensor<4>, label: &Tensor<2>) -> Verdict {
        let model = CganModel {
            role,
            latent: 2,
            labels: 2,
            generator: 2,
            discriminator: 2,
            colours: 1,
            side: 8,
        };
        model.verdict(outputs, label.clone())
    }

    /// Both losses of outputs `f, c_0, c_1` of each image, from exponentials of everything.
    fn by_hand(role: Role, x: &[f64], g: &[f64]) -> [f64; 2] {
        let said = |out: &[f64], label: usize| {
            let told = if role == Role::Condition {
                out[1 + label]
            } else {
                0.0
            };
            let found = out[1 + label].exp() / (out[1].exp() + out[2].exp());
            let class = if role == Role::Auxiliary {
                LAMBDA * found.ln()
            } else {
                0.0
            };
            (1.0 / (1.0 + (-out[0] - told).exp()), class)
        };
        let (mut d_loss, mut g_loss) = (0.0, 0.0);
        for ((x, g), label) in x.chunks(3).zip(g.chunks(3)).zip(LABELS) {
            let ((real, class_x), (fake, class_g)) = (said(x, label), said(g, label));
            let smoothed = SMOOTH * real.ln() + (1.0 - SMOOTH) * (1.0 - real).ln();
            d_loss -= (class_x + class_g + smoothed + (1.0 - fake).ln()) / 3.0;
            g_loss -= (class_g + fake.ln()) / 3.0;
        }
        [d_loss, g_loss]
    }

    #[test]
    fn both_losses_are_their_equations_and_the_generators_gradient_a_finite_difference() {
        let device = Device::flex();
        let [x, g] = [0, 1].map(|i| normal(&mut stream(5, Purpose::Measure, i), 9));
        let [x64, g64] = [&x, &g].map(|v| v.iter().map(|v| f64::from(*v)).collect::<Vec<_>>());
        let tensor = |v: &[f32]| images(v.to_vec(), [3, 1, 1], &device).autodiff();
        let rows = LABELS.map(|l| [f32::from(l == 0), f32::from(l == 1)]);
        let label = Tensor::<2>::from_floats(rows, &device).autodiff();
        let close = |a: f32, b: f64| assert!((f64::from(a) - b).abs() < 1e-5, "{a} and {b}");
        for role in [Role::Condition, Role::Auxiliary] {
            let outputs = tensor(&g).require_grad();
            let [on_x, on_g] = [tensor(&x), outputs.clone()].map(|o| verdict(role, o, &label));
            let d_loss = discriminator_loss(on_x, on_g, &label, SMOOTH, LAMBDA);
            let g_loss = generator_loss(verdict(role, outputs.clone(), &label), &label, LAMBDA);
            let expected = by_hand(role, &x64, &g64);
            close(d_loss.into_scalar(), expected[0]);
            close(g_loss.clone().into_scalar(), expected[1]);
            let gradient = outputs.grad(&g_loss.backward()).expect("a gradient");
            let gradient: Vec<f32> = gradient.into_data().try_to_vec().unwrap();
            for (i, found) in gradient.into_iter().enumerate() {
                let moved = |by: f64| {
                    let mut g = g64.clone();
                    g[i] += by;
                    by_hand(role, &x64, &g)[1]
                };
                close(found, (moved(1e-4) - moved(-1e-4)) / 2e-4);
            }
        }
    }
}
