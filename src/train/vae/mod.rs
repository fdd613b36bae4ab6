//! Training of variational autoencoders: Adam on the (beta-weighted) bound with one sample per image.

use burn::tensor::{Device, Tensor, activation};

use super::data::{self, Data};
use super::directions::attribute_directions;
use super::evaluate::{BATCH, Evaluation, SEED, Settings};
use super::files::Shipped;
use super::recipe::Recipe;
use super::{Start, Task, Train, Trained, host, samples, scalar};
use crate::data::images::ImageSet;
use crate::models::labels::one_hot;
use crate::models::mlp::matrix;
use crate::models::network::{Architecture, Init, Network, State};
use crate::models::vae::{Autoencoder, Vae, VaeConfig, VaeModel};
use crate::objectives::variational::{
    Elbo, bernoulli_log_likelihood, kl, log_mean_exp, log_weight,
};
use crate::rng::{self, Purpose, stream};
use crate::runs::optimiser::Rates;
use crate::weights::{Codes, Direction, ModelConfig};

const LR: f64 = 2e-3;
const PREVIEW: usize = 32;
/// Most codes of validation images on a card.
const CODES: usize = 1_500;

/// Hyperparameters of an autoencoder.
#[derive(Clone, Copy, Debug)]
pub struct VaeTraining {
    /// Size of z.
    pub latent: usize,
    /// Weight of the KL term; none for a plain autoencoder.
    pub beta: Option<f64>,
    /// Whether it sees labels.
    pub conditional: bool,
    /// Channels after the first convolution.
    pub channels: usize,
    /// Features between convolutions and latent.
    pub features: usize,
    /// How often the side is halved.
    pub halvings: usize,
    /// Updates over which the learning rate falls to half.
    pub half_life: f64,
}

impl Train for VaeTraining {
    fn config(&self, recipe: &Recipe, data: &ImageSet) -> Result<ModelConfig, String> {
        recipe.check_halvings(self.halvings, data)?;
        let networks = VaeConfig {
            latent: self.latent,
            channels: self.channels,
            features: self.features,
            colours: data.channels,
            side: data.height,
            halvings: self.halvings,
            labels: recipe.labels(self.conditional, data)?,
        };
        let beta = self.beta;
        Ok(VaeModel { networks, beta }.into())
    }

    fn task(&self, start: &Start) -> Box<dyn Task> {
        let VaeModel { networks, beta } = *start.model();
        let task = VaeTask::new(networks, beta, self.half_life, start.seed, start.device);
        Box::new(task)
    }

    fn judged(&self, data: &ImageSet) -> bool {
        self.beta.is_some() && (data.attributes.is_some() || data.labels.is_some())
    }

    fn measure(
        &self,
        shipped: &Shipped,
        data: &Data,
        settings: &Settings,
    ) -> Result<Evaluation, String> {
        let model = shipped.open::<VaeModel>(&settings.device)?;
        let mut out = Evaluation::default();
        reconstruction(&mut out, &model, data, &settings.device);
        if model.model.beta.is_some() {
            bound(&mut out, &model, data, settings);
            let judge = (shipped.card.data.name.as_str(), self.judged(&data.images));
            samples::measure(&mut out, &model, judge, data, settings)?;
        }
        if model.model.networks.latent == 2 {
            out.codes = Some(codes(&model, data, &settings.device));
        }
        if data.images.attributes.is_some() {
            out.directions = encoded_directions(&model, data, &settings.device);
        }
        Ok(out)
    }

    fn sample(
        &self,
        shipped: &Shipped,
        n: usize,
        seed: u64,
        device: &Device,
    ) -> Result<Tensor<4>, String> {
        let model = shipped.open::<VaeModel>(device)?;
        Ok(samples::sheet(&model, n, seed, device))
    }
}

/// A variational autoencoder in training; a plain one without beta.
pub struct VaeTask {
    device: Device,
    seed: u64,
    config: VaeConfig,
    beta: Option<f64>,
    half_life: f64,
    nets: Vae<Architecture>,
    trained: Vae<Trained>,
}

impl VaeTask {
    /// An autoencoder with fresh weights; `half_life` in updates, of the learning rate.
    pub fn new(
        config: VaeConfig,
        beta: Option<f64>,
        half_life: f64,
        seed: u64,
        device: &Device,
    ) -> Self {
        let nets = config.architectures();
        let mut part = 0;
        let trained = nets.map(|net| {
            let state = net.init(Init::He, &mut stream(seed, Purpose::InitGenerator, part));
            part += 1;
            Trained::new(&state, device)
        });
        Self {
            device: device.clone(),
            seed,
            config,
            beta,
            half_life,
            nets,
            trained,
        }
    }

    fn network(&self, tracked: bool) -> Vae<Network> {
        let bind = |net: &Architecture, trained: &Trained| {
            let network = net.with(&trained.parameters, &trained.statistics);
            if tracked { network.tracked() } else { network }
        };
        Vae {
            trunk: bind(&self.nets.trunk, &self.trained.trunk),
            head: bind(&self.nets.head, &self.trained.head),
            decoder: bind(&self.nets.decoder, &self.trained.decoder),
        }
    }

    fn batch(&self, data: &ImageSet, indices: &[usize]) -> (Tensor<4>, Option<Tensor<4>>) {
        batch(&self.config, data, indices, &self.device)
    }
}

/// Images in [0, 1] and their one-hot labels, where the model takes labels.
pub fn batch(
    config: &VaeConfig,
    data: &ImageSet,
    indices: &[usize],
    device: &Device,
) -> (Tensor<4>, Option<Tensor<4>>) {
    let x = data::tensor(data, indices, device);
    let label = (config.labels > 0).then(|| {
        let labels = data.labels.as_ref().expect("the recipe asks for labels");
        let rows = indices.iter().map(|&i| usize::from(labels[i]));
        one_hot(rows, config.labels, device)
    });
    (x, label)
}

impl Task for VaeTask {
    fn losses(&self) -> &'static [&'static str] {
        &["loss", "reconstruction", "kl"]
    }

    fn step(&mut self, step: u64, data: &ImageSet, indices: &[usize]) -> Vec<f64> {
        let (x, label) = self.batch(data, indices);
        let n = indices.len();
        let (x, label) = (x.autodiff(), label.map(Tensor::autodiff));
        let network = self.network(true);
        let posterior = network.encode(x.clone(), label.clone());
        let z = match self.beta {
            Some(_) => {
                let eps = rng::normal(
                    &mut stream(self.seed, Purpose::NoisePosterior, step),
                    n * self.config.latent,
                );
                posterior.sample(matrix(eps, self.config.latent, &self.device).autodiff())
            }
            None => posterior.mean.clone(),
        };
        let logits = network.decode(z, label);
        let elbo = Elbo {
            log_likelihood: bernoulli_log_likelihood(x, logits),
            kl: kl(&posterior).sum_dim(1).squeeze_dim::<1>(1),
        };
        let loss = elbo.loss(self.beta.unwrap_or(0.0));
        let mut grads = loss.backward();
        let rates = Rates {
            lr: LR * 0.5f64.powf(step as f64 / self.half_life),
            beta1: 0.9,
            beta2: 0.999,
        };
        for (network, trained) in [
            (&network.trunk, &mut self.trained.trunk),
            (&network.head, &mut self.trained.head),
            (&network.decoder, &mut self.trained.decoder),
        ] {
            let gradient = network.gradients(&mut grads);
            trained.parameters =
                trained
                    .optimiser
                    .step(rates, trained.parameters.clone(), gradient);
        }
        vec![
            scalar(loss.inner()),
            -scalar(elbo.log_likelihood.mean().inner()),
            scalar(elbo.kl.mean().inner()),
        ]
    }

    fn state(&self) -> Vec<Vec<f32>> {
        self.trained
            .parts()
            .iter()
            .flat_map(|t| t.vectors())
            .collect()
    }

    fn restore(&mut self, state: Vec<Vec<f32>>, steps: u64) {
        let mut state = state.into_iter();
        self.trained.trunk.restore(&mut state, steps);
        self.trained.head.restore(&mut state, steps);
        self.trained.decoder.restore(&mut state, steps);
    }

    fn preview(&self, data: &ImageSet, validation: &[usize]) -> (Tensor<4>, usize) {
        // Rows of eight: images, their reconstructions, samples from the prior.
        let shown = &validation[..PREVIEW.min(validation.len())];
        let (x, label) = self.batch(data, shown);
        let network = self.network(false);
        let mean = network.encode(x.clone(), label.clone()).mean;
        let again = activation::sigmoid(network.decode(mean, label.clone()));
        let z = rng::normal(
            &mut stream(self.seed, Purpose::View, 0),
            shown.len() * self.config.latent,
        );
        let z = matrix(z, self.config.latent, &self.device);
        let samples = activation::sigmoid(network.decode(z, label));
        (Tensor::cat(vec![x, again, samples], 0), 8)
    }

    fn weights(&self) -> Vec<State> {
        self.trained.parts().iter().map(|t| t.host()).collect()
    }
}

/// Standard normal noise for the posteriors of `n` images.
fn noise(latent: usize, index: usize, n: usize, device: &Device) -> Tensor<2> {
    let mut rng = stream(SEED, Purpose::NoisePosterior, index as u64);
    matrix(rng::normal(&mut rng, n * latent), latent, device)
}

/// The bound of validation images, and its terms.
fn reconstruction(
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
    let how = format!("mean over {n} validation images, one sample each");
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

/// The importance-weighted bound of some validation images, and the plain one of the same.
fn bound(out: &mut Evaluation, model: &Autoencoder<Network>, data: &Data, settings: &Settings) {
    let device = &settings.device;
    let (config, networks) = (&model.model.networks, &model.networks);
    let n = data.validation.len();
    let shown = &data.validation[..settings.bound_images.min(n)];
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
    let how = format!("mean over {shown} validation images, {k} samples each");
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

fn codes(model: &Autoencoder<Network>, data: &Data, device: &Device) -> Codes {
    let shown = &data.validation[..CODES.min(data.validation.len())];
    let labels = |i: &usize| data.images.labels.as_ref().map_or(0, |l| l[*i]);
    let points = encode_means(model, data, shown, device);
    Codes {
        points: points.iter().map(|v| (v * 1e3).round() / 1e3).collect(),
        labels: shown.iter().map(labels).collect(),
    }
}

fn encoded_directions(
    model: &Autoencoder<Network>,
    data: &Data,
    device: &Device,
) -> Vec<Direction> {
    let attributes = data.images.attributes.as_ref().expect("attributes");
    let (set, _) = data.reference();
    let z = encode_means(model, data, set, device);
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
