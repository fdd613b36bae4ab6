//! Measures of autoencoders: the bound and its terms, and where validation images lie.

use burn::tensor::{Device, Tensor, activation};

use super::batch;
use crate::models::mlp::matrix;
use crate::models::network::Network;
use crate::models::vae::{Autoencoder, VaeModel};
use crate::objectives::variational::{bernoulli_log_likelihood, kl, log_mean_exp, log_weight};
use crate::rng::{self, Purpose, stream};
use crate::train::data::Data;
use crate::train::directions::attribute_directions;
use crate::train::evaluate::{BATCH, Evaluation, SEED, Settings};
use crate::train::host;
use crate::weights::{Codes, Direction};

/// Most codes of validation images on a card.
const CODES: usize = 1_500;

/// Standard normal noise for the posteriors of `n` images.
fn noise(latent: usize, index: usize, n: usize, device: &Device) -> Tensor<2> {
    let mut rng = stream(SEED, Purpose::NoisePosterior, index as u64);
    matrix(rng::normal(&mut rng, n * latent), latent, device)
}

/// The bound of validation images, and its terms.
pub(super) fn reconstruction(
    out: &mut Evaluation,
    model: &Autoencoder<Network>,
    data: &Data,
    device: &Device,
) {
    let Autoencoder {
        model: VaeModel {
            networks: config,
            beta,
        },
        networks,
    } = model;
    let (mut likelihood, mut divergence, mut squares) = (0.0, 0.0, 0.0);
    let mut per_latent = vec![0.0; config.latent];
    for (index, part) in data.validation.chunks(BATCH).enumerate() {
        let (x, label) = batch(config, &data.images, part, device);
        let posterior = networks.encode(x.clone(), label.clone());
        let z = match beta {
            Some(_) => posterior.sample(noise(config.latent, index, part.len(), device)),
            None => posterior.mean.clone(),
        };
        let logits = networks.decode(z, label);
        let sum = |values: Vec<f32>| values.iter().map(|v| f64::from(*v)).sum::<f64>();
        let error = (activation::sigmoid(logits.clone()) - x.clone())
            .square()
            .mean();
        squares += sum(host(error)) * part.len() as f64;
        likelihood += sum(host(bernoulli_log_likelihood(x, logits)));
        for row in host(kl(&posterior)).chunks_exact(config.latent) {
            for (total, v) in per_latent.iter_mut().zip(row) {
                *total += f64::from(*v);
                divergence += f64::from(*v);
            }
        }
    }
    let n = data.validation.len();
    let mean = |v: f64| v / n as f64;
    let how = format!("mean over {n} {}, one sample each", data.called());
    let mut add = |name, value, unit| out.add(name, value, unit, how.as_str());
    add("reconstruction", -mean(likelihood), "nats per image");
    add("squared error", mean(squares), "per pixel, range 0 to 1");
    if beta.is_none() {
        return;
    }
    add("KL", mean(divergence), "nats per image");
    add("ELBO", mean(likelihood - divergence), "nats per image");
    let active = per_latent.iter().filter(|v| mean(**v) > 0.1).count();
    let how = "mean KL above 0.1 nats";
    out.add("active latents", active as f64, "", how);
}

/// The importance-weighted bound of some held-out images, drawn by a seed, and the plain one of the same.
pub(super) fn bound(
    out: &mut Evaluation,
    model: &Autoencoder<Network>,
    data: &Data,
    settings: &Settings,
) {
    let device = &settings.device;
    let (config, networks) = (&model.model.networks, &model.networks);
    let n = data.validation.len();
    let shown = data.drawn(settings.bound_images);
    let k = settings.bound_samples;
    let (mut bound, mut mean_weight) = (0.0, 0.0);
    for part in shown.chunks(BATCH) {
        let (x, label) = batch(config, &data.images, part, device);
        let posterior = networks.encode(x.clone(), label.clone());
        let weights: Vec<Vec<f32>> = (0..k)
            .map(|s| {
                let index = 10_000 + s * n + part[0];
                let eps = noise(config.latent, index, part.len(), device);
                let logits = networks.decode(posterior.sample(eps.clone()), label.clone());
                let likelihood = bernoulli_log_likelihood(x.clone(), logits);
                host(log_weight(&posterior, eps, likelihood))
            })
            .collect();
        bound += log_mean_exp(&weights).iter().sum::<f64>();
        let all = weights.iter().flatten();
        mean_weight += all.map(|w| f64::from(*w)).sum::<f64>() / k as f64;
    }
    let shown = shown.len();
    let how = format!("mean over {shown} {}, {k} samples each", data.called());
    let mut add = |name, sum: f64| {
        let each = sum / shown as f64;
        out.add(name, each, "nats per image", how.as_str());
    };
    add("importance-weighted bound", bound);
    // The mean of the same weights: the plain bound on the same images, to compare with.
    add("ELBO, same images", mean_weight);
}

/// Posterior means of images, `[n * latent]`.
fn encode_means(
    model: &Autoencoder<Network>,
    data: &Data,
    indices: &[usize],
    device: &Device,
) -> Vec<f32> {
    let parts = indices.chunks(BATCH);
    let mean = |part: &[usize]| {
        let (x, label) = batch(&model.model.networks, &data.images, part, device);
        host(model.networks.encode(x, label).mean)
    };
    parts.flat_map(mean).collect()
}

/// Where validation images lie.
pub(super) fn codes(model: &Autoencoder<Network>, data: &Data, device: &Device) -> Codes {
    let shown = data.drawn(CODES);
    let labels = |i: &usize| data.images.labels.as_ref().map_or(0, |l| l[*i]);
    let points = encode_means(model, data, &shown, device);
    Codes {
        points: points.iter().map(|v| (v * 1e3).round() / 1e3).collect(),
        labels: shown.iter().map(labels).collect(),
    }
}

/// Directions from the codes of images with attributes.
pub(super) fn encoded_directions(
    model: &Autoencoder<Network>,
    data: &Data,
    device: &Device,
) -> Vec<Direction> {
    let attributes = data.images.attributes.as_ref().expect("attributes");
    let (set, _) = data.reference();
    let z = encode_means(model, data, &set, device);
    let rows: Vec<Vec<usize>> = set
        .iter()
        .map(|&i| {
            attributes.codes[i]
                .iter()
                .map(|c| usize::from(*c))
                .collect()
        })
        .collect();
    let names: Vec<_> = attributes
        .names
        .iter()
        .cloned()
        .zip(attributes.values.iter().cloned())
        .collect();
    attribute_directions(&names, model.model.networks.latent, &z, &rows)
}
