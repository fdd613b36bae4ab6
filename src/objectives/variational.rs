//! The evidence lower bound and its importance-weighted refinement, in nats.
//!
//! `ELBO = E_q log p(x|z) - KL(q(z|x) | p(z)) <= log p(x)` (Kingma and Welling 2014, equation 3). With a weight, beta-VAE
//! minimises `-E_q log p(x|z) + beta KL` (Higgins et al. 2017, equation 4).

use burn::tensor::{Tensor, activation};

use crate::models::vae::Posterior;

/// `KL(N(mean, exp(log_var)) | N(0, 1))` per latent: `(mean^2 + exp(log_var) - 1 - log_var) / 2`
/// (Kingma and Welling 2014, appendix B).
///
/// # Shapes
/// - returns: `[batch, latent]`, each at least 0
pub fn kl(posterior: &Posterior) -> Tensor<2> {
    let Posterior { mean, log_var } = posterior;
    (mean.clone().square() + log_var.clone().exp() - 1.0 - log_var.clone()) * 0.5
}

/// `log p(x|z)` of each image under Bernoulli pixels: `sum x l - softplus(l)`, also for grey `x` between 0 and 1, where it is
/// the usual cross entropy and not a normalised likelihood.
///
/// # Shapes
/// - x: `[batch, channels, height, width]` in [0, 1]
/// - logits: the same
/// - returns: `[batch]`, in nats
pub fn bernoulli_log_likelihood(x: Tensor<4>, logits: Tensor<4>) -> Tensor<1> {
    let [batch, ..] = x.dims();
    // log(1 + exp(l)) = -log_sigmoid(-l)
    let per_pixel = x * logits.clone() + activation::log_sigmoid(logits.neg());
    per_pixel
        .reshape([batch as i32, -1])
        .sum_dim(1)
        .squeeze_dim::<1>(1)
}

/// Terms of the bound for each image.
#[derive(Clone, Debug)]
pub struct Elbo {
    /// `E_q log p(x|z)` by one sample, `[batch]`.
    pub log_likelihood: Tensor<1>,
    /// `KL(q | p)`, `[batch]`.
    pub kl: Tensor<1>,
}

impl Elbo {
    /// The loss `mean(-log_likelihood + beta kl)`, `[1]`.
    pub fn loss(&self, beta: f64) -> Tensor<1> {
        (self.kl.clone() * beta - self.log_likelihood.clone()).mean()
    }
}

/// `log w = log p(x|z) + log p(z) - log q(z|x)` of one sample per image: `log mean w` over samples is the importance-weighted
/// bound (Burda et al. 2016, equation 8).
///
/// # Shapes
/// - eps: `[batch, latent]`, the standard normal values that made z
/// - log_likelihood: `[batch]`
/// - returns: `[batch]`, in nats
pub fn log_weight(posterior: &Posterior, eps: Tensor<2>, log_likelihood: Tensor<1>) -> Tensor<1> {
    let z = posterior.sample(eps.clone());
    // The constants log(2 pi) / 2 of both densities cancel.
    let prior = z.square() * -0.5;
    let own = (eps.square() + posterior.log_var.clone()) * -0.5;
    log_likelihood + (prior - own).sum_dim(1).squeeze_dim::<1>(1)
}

/// `log mean exp` over samples, per image, on the host: `values[sample][image]`.
pub fn log_mean_exp(values: &[Vec<f32>]) -> Vec<f64> {
    let images = values.first().map_or(0, Vec::len);
    (0..images)
        .map(|i| {
            let column = || values.iter().map(|row| f64::from(row[i]));
            let most = column().fold(f64::NEG_INFINITY, f64::max);
            let sum: f64 = column().map(|v| (v - most).exp()).sum();
            most + (sum / values.len() as f64).ln()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::mlp::matrix;
    use crate::models::network::images;
    use crate::rng::{Purpose, normal, stream};
    use burn::tensor::Device;

    fn values<const D: usize>(t: Tensor<D>) -> Vec<f32> {
        t.into_data().try_to_vec().unwrap()
    }

    fn posterior(device: &Device) -> Posterior {
        Posterior {
            mean: matrix(vec![0.7, -1.2, 0.0], 3, device),
            log_var: matrix(vec![-1.0, 0.5, 0.0], 3, device),
        }
    }

    #[test]
    fn the_closed_form_of_kl_is_the_mean_of_the_log_ratio() {
        let device = Device::flex();
        let q = posterior(&device);
        let exact = values(kl(&q));
        assert!(exact[2].abs() < 1e-6, "the prior itself: {}", exact[2]);
        let n = 40_000;
        let eps = normal(&mut stream(1, Purpose::Measure, 0), 3 * n);
        let many = Posterior {
            mean: q.mean.repeat_dim(0, n),
            log_var: q.log_var.repeat_dim(0, n),
        };
        // With likelihood 1, -log w = log q(z) - log p(z), whose mean is the divergence of all latents.
        let log_w = values(log_weight(
            &many,
            matrix(eps, 3, &device),
            Tensor::zeros([n], &device),
        ));
        let mean = -log_w.iter().map(|v| f64::from(*v)).sum::<f64>() / n as f64;
        let total: f32 = exact.iter().sum();
        assert!(
            (mean - f64::from(total)).abs() < 0.03,
            "{mean} against {total}"
        );
    }

    #[test]
    fn probabilities_of_all_binary_images_sum_to_one() {
        let device = Device::flex();
        let logits = images(vec![0.3, -2.0, 1.5, 4.0], [1, 2, 2], &device);
        let all: Vec<f32> = (0..16)
            .flat_map(|i| (0..4).map(move |bit| (i >> bit & 1) as f32))
            .collect();
        let x = images(all, [1, 2, 2], &device);
        let log_p = values(bernoulli_log_likelihood(x, logits.repeat_dim(0, 16)));
        let sum: f32 = log_p.iter().map(|v| v.exp()).sum();
        assert!((sum - 1.0).abs() < 1e-5, "{sum}");
    }

    #[test]
    fn the_importance_weighted_bound_is_exact_for_the_true_posterior_and_rises_with_samples() {
        // p(z) = N(0, 1), "p(x|z)" = N(x; z, 1): log p(x) = log N(x; 0, 2), and the posterior is N(x/2, 1/2).
        let device = Device::flex();
        let x = 0.8f32;
        let (k, runs) = (20, 400);
        let bound = |mean: f32, log_var: f32| {
            let q = Posterior {
                mean: Tensor::full([k * runs, 1], mean, &device),
                log_var: Tensor::full([k * runs, 1], log_var, &device),
            };
            let eps = matrix(
                normal(&mut stream(1, Purpose::Measure, 0), k * runs),
                1,
                &device,
            );
            let z = q.sample(eps.clone()).squeeze_dim::<1>(1);
            let log_2pi = (2.0 * std::f32::consts::PI).ln();
            let likelihood = ((z - x).square() + log_2pi) * -0.5;
            values(log_weight(&q, eps, likelihood))
        };
        let exact = -0.5 * f64::from((4.0 * std::f32::consts::PI).ln()) - f64::from(x * x) / 4.0;
        for log_w in bound(x / 2.0, 0.5f32.ln()) {
            assert!(
                (f64::from(log_w) - exact).abs() < 1e-4,
                "{log_w} against {exact}"
            );
        }
        let log_w = bound(0.0, 0.0);
        let mean = |rows: &[Vec<f32>]| {
            let all = log_mean_exp(rows);
            all.iter().sum::<f64>() / all.len() as f64
        };
        let one = mean(std::slice::from_ref(&log_w));
        let many: Vec<Vec<f32>> = log_w.chunks(runs).map(<[f32]>::to_vec).collect();
        let twenty = mean(&many);
        assert!(
            one < twenty && twenty < exact + 0.02,
            "{one} {twenty} {exact}"
        );
        assert!((twenty - exact).abs() < 0.05);
    }

    #[test]
    fn log_mean_exp_neither_overflows_nor_vanishes() {
        let found = log_mean_exp(&[vec![1_000.0, -1_000.0], vec![1_000.0, -1_000.0]]);
        assert_eq!(found, [1_000.0, -1_000.0]);
    }
}
