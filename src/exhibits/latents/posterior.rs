//! What the encoder says of images.

use burn::tensor::{Tensor, activation};

use super::answer::{Answer, finite, flat, floats, within};
use super::{Explorer, Model, PICTURES_MAX};
use crate::models::network::{Forward, images};
use crate::models::vae::{Posterior, Vae};
use crate::objectives::variational::{bernoulli_log_likelihood, kl};
use crate::rng::{self, Purpose, stream};
use crate::runs::read;

/// Most samples of a posterior.
const SAMPLES_MAX: usize = 64;

/// What encoder and decoder say of one image.
pub(in crate::exhibits) struct Seen {
    /// Mean of each latent.
    pub mean: Vec<f32>,
    /// Standard deviation of each latent.
    pub std: Vec<f32>,
    /// Divergence of each latent from the prior, in nats.
    pub kl: Vec<f32>,
    /// Negative log-likelihood of the image at the mean, in nats.
    pub nats: f32,
    /// The picture decoded at the mean, channels first, in [0, 1].
    pub reconstruction: Vec<f32>,
}

impl Explorer {
    pub(in crate::exhibits) fn vae(&self) -> Result<&Vae<Box<dyn Forward>>, String> {
        match &self.model {
            Model::Vae(vae) => Ok(&vae.networks),
            Model::Dcgan(_) => Err(format!("{} has no encoder.", self.card.id)),
        }
    }

    fn given_images(&self, values: Vec<f32>, most: usize) -> Result<Tensor<4>, String> {
        let size: usize = self.shape.iter().product();
        if values.is_empty() || !values.len().is_multiple_of(size) {
            let [c, h, w] = self.shape;
            return Err(format!(
                "{} numbers are not images of {c} by {h} by {w}.",
                values.len()
            ));
        }
        within("number of images", values.len() / size, most)?;
        finite(&values)?;
        let clamped = values.into_iter().map(|v| v.clamp(0.0, 1.0)).collect();
        Ok(images(clamped, self.shape, &self.device))
    }

    /// Mean and log-variance of images.
    pub(super) async fn encode(&self, values: Vec<f32>, label: usize) -> Result<Answer, String> {
        let x = self.given_images(values, PICTURES_MAX)?;
        let [n, ..] = x.dims();
        let network = self.vae()?;
        let posterior = network.encode(x, self.label(n, label)?);
        let found = read(vec![flat(posterior.mean), flat(posterior.log_var)]).await?;
        let names = ["mean", "log_var"].into_iter();
        Ok(names
            .zip(found)
            .map(|(name, v)| floats(name, &[n, self.latent], v))
            .collect())
    }

    /// What encoder and decoder say of one image, `[channels, height, width]` in [0, 1].
    ///
    /// # Errors
    /// A sentence when the weights have no encoder, or image or label do not fit them.
    pub(in crate::exhibits) async fn seen(
        &self,
        image: &[f32],
        label: usize,
    ) -> Result<Seen, String> {
        let x = self.given_images(image.to_vec(), 1)?;
        let network = self.vae()?;
        let label = self.label(1, label)?;
        let posterior = network.encode(x.clone(), label.clone());
        let divergence = kl(&posterior);
        let Posterior { mean, log_var } = posterior;
        let logits = network.decode(mean.clone(), label);
        let reconstruction = activation::sigmoid(logits.clone());
        let std = (log_var * 0.5).exp();
        let nats = bernoulli_log_likelihood(x, logits).neg();
        let found = read(vec![
            flat(mean),
            flat(std),
            flat(divergence),
            nats,
            flat(reconstruction),
        ])
        .await?;
        let [mean, std, kl, nats, reconstruction]: [Vec<f32>; 5] =
            found.try_into().expect("as many as were asked for");
        Ok(Seen {
            mean,
            std,
            kl,
            nats: nats[0],
            reconstruction,
        })
    }

    /// Latents drawn from a posterior, end to end; their noise follows the seed.
    ///
    /// # Errors
    /// A sentence when there are too many.
    pub(in crate::exhibits) fn around(
        &self,
        seen: &Seen,
        seed: u64,
        samples: usize,
    ) -> Result<Vec<f32>, String> {
        within("number of samples", samples, SAMPLES_MAX)?;
        let eps = rng::normal(
            &mut stream(seed, Purpose::NoisePosterior, 0),
            samples * self.latent,
        );
        Ok(eps
            .chunks_exact(self.latent)
            .flat_map(|eps| {
                let spread = eps.iter().zip(&seen.std).map(|(e, s)| e * s);
                spread
                    .zip(&seen.mean)
                    .map(|(d, m)| m + d)
                    .collect::<Vec<_>>()
            })
            .collect())
    }

    /// Everything about one image: posterior, reconstruction, samples around it, terms of the bound.
    pub(super) async fn posterior(
        &self,
        seed: u64,
        samples: usize,
        label: usize,
        image: &[f32],
    ) -> Result<Answer, String> {
        let seen = self.seen(image, label).await?;
        let z = self.around(&seen, seed, samples)?;
        let (around, _) = self.decoded(&z, label).await?;
        Ok(vec![
            floats("mean", &[self.latent], seen.mean),
            floats("std", &[self.latent], seen.std),
            floats("kl", &[self.latent], seen.kl),
            floats("reconstruction_nats", &[1], vec![seen.nats]),
            self.rgba("reconstruction", &seen.reconstruction),
            self.rgba("samples", &around),
        ])
    }
}
