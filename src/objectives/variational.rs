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
