//! Measures of trained weights, always of the half-precision file that is shipped.
//!
//! Likelihoods are on the validation split. Frechet distance, precision and recall are taken in the features of the project's own
//! attribute classifier for the same data, beside what real images score against other real images.

use std::path::{Path, PathBuf};

use burn::tensor::{Device, Tensor, activation};
use serde_json::json;

use super::classifier::{classify, decide, targets};
use super::pix2pix::{self, SHOWN_COLOURS};
use super::recipe::{Family, RECIPES};
use super::run::{Data, load};
use super::{host, pixelcnn, vae};
use crate::data::images::ImageSet;
use crate::data::images::pairs::{self, Pair};
use crate::metrics::features::Features;
use crate::metrics::frechet::frechet_distance;
use crate::metrics::neighbours::{median_nearest, precision_recall};
use crate::metrics::similarity::ssim;
use crate::models::classifier::ClassifierConfig;
use crate::models::image_model::{ImageModel, one_hot};
use crate::models::mlp::matrix;
use crate::models::network::{Forward, Network, State, images};
use crate::models::pix2pix::UnetConfig;
use crate::models::pixelcnn::PixelCnn;
use crate::models::vae::{Vae, VaeConfig};
use crate::objectives::variational::{bernoulli_log_likelihood, kl, log_mean_exp, log_weight};
use crate::rng::{self, Purpose, stream};
use crate::weights::{Card, Codes, Direction, Measure, ModelConfig, Statistics};

/// Seed of everything that is drawn for measuring.
const SEED: u64 = 0;
const BATCH: usize = 100;
/// The same for networks that keep every layer of an image.
const PIXEL_BATCH: usize = 20;
/// Neighbours that make a manifold (Kynkaanniemi et al. 2019, section 3).
const NEIGHBOURS: usize = 3;
/// A category must have at least this share of the samples, and at most the rest, to give a direction.
const DIRECTION_SHARE: f64 = 0.03;
const DIRECTIONS: usize = 16;
const CODES: usize = 1_500;

/// How much to measure with.
pub struct Settings {
    /// Folder with the classifier's weights.
    pub weights: PathBuf,
    /// Where to compute.
    pub device: Device,
    /// Samples, and real images, for distances between sets.
    pub samples: usize,
    /// Images of the importance-weighted bound.
    pub bound_images: usize,
    /// Samples per image of that bound.
    pub bound_samples: usize,
}

impl Settings {
    /// The usual numbers.
    pub fn new(weights: &Path, device: &Device) -> Self {
        Self {
            weights: weights.into(),
            device: device.clone(),
            samples: 2_500,
            bound_images: 1_000,
            bound_samples: 500,
        }
    }
}

/// What was found.
#[derive(Default)]
pub struct Evaluation {
    /// Figures.
    pub measures: Vec<Measure>,
    /// Statistics of samples.
    pub statistics: Statistics,
    /// Directions in latent space.
    pub directions: Vec<Direction>,
    /// Where validation images lie.
    pub codes: Option<Codes>,
}

impl Evaluation {
    fn add(&mut self, name: &str, value: f64, unit: &str, how: impl Into<String>) {
        self.measures.push(Measure {
            name: name.into(),
            // Four digits are more than the samples carry, and keep cards readable.
            value: (value * 1e4).round() / 1e4,
            unit: unit.into(),
            how: how.into(),
        });
    }

    /// The measures as a Markdown table.
    pub fn table(&self) -> String {
        let row = |m: &Measure| format!("| {} | {} | {} | {} |\n", m.name, m.value, m.unit, m.how);
        let rows: String = self.measures.iter().map(row).collect();
        format!("| measure | value | unit | how |\n|---|---|---|---|\n{rows}")
    }

    /// The measures as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        json!({"measures": self.measures, "statistics": self.statistics})
    }

    /// Puts everything on a card.
    pub fn write_to(self, card: &mut Card) {
        card.measures = self.measures;
        card.statistics = self.statistics;
        card.directions = self.directions;
        card.codes = self.codes;
    }
}

/// Pictures in [0, 1] of latents, the labels in turn where the model takes labels.
///
/// # Shapes
/// - z: `[batch * latent]`
pub fn pictures(model: &ImageModel, z: Vec<f32>, device: &Device) -> Tensor<4> {
    let latent = model.latent().expect("a model that draws");
    let (n, labels) = (z.len() / latent, model.labels());
    let label = (labels > 0).then(|| one_hot((0..n).map(|i| i % labels), labels, device));
    model.pictures(matrix(z, latent, device), label)
}

/// Whether measuring needs the classifier for the same data.
fn is_judged(config: &ModelConfig, data: &Data) -> bool {
    match config {
        ModelConfig::Pix2pix { .. } => true,
        ModelConfig::Dcgan { .. } | ModelConfig::Vae { beta: Some(_), .. } => {
            data.images.attributes.is_some() || data.images.labels.is_some()
        }
        _ => false,
    }
}

/// Looks for what measuring will need, so that nobody trains for hours and learns then that it is missing.
///
/// # Errors
/// A sentence when it is missing or does not fit.
pub fn check(
    config: &ModelConfig,
    source: &str,
    data: &Data,
    settings: &Settings,
) -> Result<(), String> {
    if is_judged(config, data) {
        Judge::load(source, data, settings)?;
    }
    Ok(())
}

/// Measures weights.
///
/// # Errors
/// A sentence when the classifier's weights are missing or the data do not fit.
pub fn evaluate(
    card: &Card,
    states: &[State],
    data: &Data,
    settings: &Settings,
) -> Result<Evaluation, String> {
    let model = ImageModel::new(card, states, &settings.device)?;
    let mut out = Evaluation::default();
    match &model {
        ImageModel::Classifier {
            config,
            trunk,
            head,
        } => classifier(&mut out, config, trunk, head, data, settings),
        ImageModel::Dcgan { .. } => samples(&mut out, &model, card, data, settings)?,
        ImageModel::Vae {
            config,
            beta,
            network,
        } => {
            autoencoder(&mut out, config, *beta, network, data, settings);
            let has_prior = beta.is_some();
            if has_prior {
                samples(&mut out, &model, card, data, settings)?;
            }
            if config.latent == 2 {
                out.codes = Some(codes(config, network, data, settings));
            }
            if data.images.attributes.is_some() {
                out.directions = encoded_directions(config, network, data, settings);
            }
        }
        ImageModel::PixelCnn(model) => likelihood(&mut out, model, data, settings),
        ImageModel::Pix2pix {
            config, generator, ..
        } => colouring(&mut out, config, generator, card, data, settings)?,
    }
    Ok(out)
}

/// The exact likelihood.
fn likelihood(out: &mut Evaluation, model: &PixelCnn, data: &Data, settings: &Settings) {
    let mut sum = 0.0;
    for part in data.validation.chunks(PIXEL_BATCH) {
        let input = pixelcnn::input(&model.config, &data.images, part, &settings.device);
        sum += host(model.nll(&input))
            .iter()
            .map(|v| f64::from(*v))
            .sum::<f64>();
    }
    let n = data.validation.len();
    let how = format!(
        "exact, mean over {n} validation images of {} levels",
        model.config.levels
    );
    let nats = sum / n as f64;
    let bits = nats / std::f64::consts::LN_2 / model.config.size() as f64;
    out.add("NLL", nats, "nats per image", how.as_str());
    out.add(
        "bits per dimension",
        bits,
        "bits per pixel and channel",
        how,
    );
}

fn pixels(data: &Data, indices: &[usize], device: &Device) -> Tensor<4> {
    let set = &data.images;
    let mut values = Vec::with_capacity(indices.len() * set.height * set.width * set.channels);
    for &i in indices {
        set.write_chw(i, &mut values);
    }
    images(values, [set.channels, set.height, set.width], device)
}

fn classifier(
    out: &mut Evaluation,
    config: &ClassifierConfig,
    trunk: &Network,
    head: &Network,
    data: &Data,
    settings: &Settings,
) {
    let mut right = vec![0usize; config.attributes.len()];
    for part in data.validation.chunks(BATCH) {
        let (_, logits) = classify(trunk, head, pixels(data, part, &settings.device));
        for (decided, &i) in decide(config, &host(logits)).iter().zip(part) {
            for (a, wanted) in targets(config, &data.images, i).into_iter().enumerate() {
                right[a] += usize::from(Some(decided[a]) == wanted);
            }
        }
    }
    let n = data.validation.len();
    for ((name, categories), right) in config.attributes.iter().zip(right) {
        let how = format!("{} categories, {n} validation images", categories.len());
        out.add(
            &format!("accuracy, {name}"),
            right as f64 / n as f64,
            "share",
            how,
        );
    }
}

/// The classifier for the same data.
struct Judge {
    config: ClassifierConfig,
    trunk: Network,
    head: Network,
}

impl Judge {
    fn load(name: &str, data: &Data, settings: &Settings) -> Result<Self, String> {
        let fits = |family| matches!(family, Family::Classifier { .. });
        let recipe = RECIPES
            .iter()
            .find(|r| r.source.name == name && fits(r.family));
        let id = recipe
            .ok_or_else(|| format!("There is no classifier for {name}."))?
            .id;
        let (card, states) = load(&settings.weights, id)
            .map_err(|e| format!("{e} Measuring needs {id}; train it first."))?;
        match ImageModel::new(&card, &states, &settings.device)? {
            ImageModel::Classifier {
                config,
                trunk,
                head,
            } if config.side == data.images.height && config.colours == data.images.channels => {
                Ok(Self {
                    config,
                    trunk,
                    head,
                })
            }
            _ => Err(format!("{id} does not fit these images.")),
        }
    }

    /// Features and categories of images in [0, 1].
    fn look(&self, x: Tensor<4>) -> (Vec<f32>, Vec<Vec<usize>>) {
        let (features, logits) = classify(&self.trunk, &self.head, x);
        (host(features), decide(&self.config, &host(logits)))
    }

    fn features(&self, values: Vec<f32>) -> Features {
        Features::new(self.config.features, values)
    }

    fn real(&self, data: &Data, indices: &[usize], device: &Device) -> Features {
        let parts = indices.chunks(BATCH);
        let values = parts.flat_map(|part| self.look(pixels(data, part, device)).0);
        self.features(values.collect())
    }
}

/// Sums of values and of their squares, by channel.
struct Channels {
    sums: Vec<[f64; 2]>,
    plane: usize,
    values: usize,
}

impl Channels {
    fn new(data: &Data) -> Self {
        let ImageSet {
            height,
            width,
            channels,
            ..
        } = data.images;
        Self {
            sums: vec![[0.0; 2]; channels],
            plane: height * width,
            values: 0,
        }
    }

    /// More images, `[n, channels, height, width]`.
    fn add(&mut self, images: &[f32]) {
        let channels = self.sums.len();
        for (i, part) in images.chunks_exact(self.plane).enumerate() {
            let [sum, squares] = &mut self.sums[i % channels];
            *sum += part.iter().map(|v| f64::from(*v)).sum::<f64>();
            *squares += part.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>();
        }
        self.values += images.len() / channels;
    }

    fn write_to(&self, statistics: &mut Statistics) {
        let mean = |sum: f64| sum / self.values as f64;
        let deviation = |[sum, squares]: &[f64; 2]| mean(*squares) - mean(*sum).powi(2);
        statistics.channel_mean = self.sums.iter().map(|[sum, _]| mean(*sum)).collect();
        statistics.channel_std = self
            .sums
            .iter()
            .map(|both| deviation(both).max(0.0).sqrt())
            .collect();
    }
}

/// Pictures made of the sketches of held-out images, with colours and with lines alone, against those images.
fn colouring(
    out: &mut Evaluation,
    config: &UnetConfig,
    generator: &Network,
    card: &Card,
    data: &Data,
    settings: &Settings,
) -> Result<(), String> {
    let device = &settings.device;
    let judge = Judge::load(&card.data.name, data, settings)?;
    let (set, called) = data.reference();
    let real = judge.real(data, &set[..settings.samples.min(set.len())], device);
    let size = config.side.pow(2) * data.images.channels;
    for (suffix, colours) in [("", SHOWN_COLOURS), (", lines alone", 0)] {
        let mut channels = Channels::new(data);
        let (mut difference, mut similarity) = (0.0, 0.0);
        let mut features = vec![];
        for part in data.validation.chunks(BATCH) {
            let streams = |purpose| part.iter().map(move |&i| stream(SEED, purpose, i as u64));
            let pairs: Vec<Pair> = streams(Purpose::Augment)
                .zip(part)
                .map(|(mut rng, &i)| pairs::plain(&data.images, i, colours, &mut rng))
                .collect();
            let x = pix2pix::input(pairs.iter().map(|p| &p.sketch), config.side, device);
            let mut rngs: Vec<_> = streams(Purpose::Dropout).collect();
            let noise = config.noise(&mut rngs, device);
            let pictures = generator.forward_noisy(x, &noise) * 0.5 + 0.5;
            features.extend(judge.look(pictures.clone()).0);
            let found = host(pictures);
            channels.add(&found);
            for (a, Pair { target: b, .. }) in found.chunks_exact(size).zip(&pairs) {
                let apart = a.iter().zip(b).map(|(a, b)| f64::from((a - b).abs()));
                difference += apart.sum::<f64>() / size as f64;
                similarity += ssim(a, b, config.side);
            }
        }
        let n = data.validation.len() as f64;
        let how = format!(
            "{n} validation images, their edges and {colours} strokes of colour, dropout on"
        );
        let mut add =
            |name: &str, value, unit| out.add(&format!("{name}{suffix}"), value, unit, &how);
        add("L1", difference / n, "per value, range 0 to 1");
        add("SSIM", similarity / n, "");
        let how = format!(
            "{how}; against {} {called}, features of the project's classifier",
            real.rows
        );
        let distance = frechet_distance(&real, &judge.features(features));
        out.add(&format!("Frechet distance{suffix}"), distance, "", how);
        if colours > 0 {
            channels.write_to(&mut out.statistics);
        }
    }
    if !data.train.is_empty() {
        let held_out = judge.real(data, &data.validation, device);
        out.add(
            "Frechet distance, floor",
            frechet_distance(&real, &held_out),
            "",
            format!(
                "the {} validation images themselves, the same features",
                held_out.rows
            ),
        );
    }
    Ok(())
}

/// Sets of samples against sets of real images, statistics of samples, and directions.
fn samples(
    out: &mut Evaluation,
    model: &ImageModel,
    card: &Card,
    data: &Data,
    settings: &Settings,
) -> Result<(), String> {
    let device = &settings.device;
    let latent = model.latent().expect("a model that draws");
    // Two disjoint sets of real images and one of samples, all of the same size, because the distance grows as sets shrink.
    let (set, called) = data.reference();
    let n = settings.samples.min(set.len() / 2);
    let judge = if is_judged(&card.config, data) {
        Some(Judge::load(&card.data.name, data, settings)?)
    } else {
        None
    };
    let mut z_all = vec![];
    let mut features = vec![];
    let mut categories = vec![];
    let mut channels = Channels::new(data);
    let mut kept = vec![];
    for (index, start) in (0..n).step_by(BATCH).enumerate() {
        let count = BATCH.min(n - start);
        let z = rng::normal(
            &mut stream(SEED, Purpose::Measure, index as u64),
            count * latent,
        );
        let x = pictures(model, z.clone(), device);
        z_all.extend(z);
        let values = host(x.clone());
        channels.add(&values);
        if index < 2 {
            kept.extend_from_slice(&values);
        }
        if let Some(judge) = &judge {
            let (f, c) = judge.look(x);
            features.extend(f);
            categories.extend(c);
        }
    }
    channels.write_to(&mut out.statistics);
    if let Some(judge) = judge {
        let fake = judge.features(features);
        let real = judge.real(data, &set[..n], device);
        let other = judge.real(data, &set[n..2 * n], device);
        let how = format!("{n} samples against {n} {called}, features of the project's classifier");
        let floor = format!("{n} {called} against {n} others, the same features");
        out.add(
            "Frechet distance",
            frechet_distance(&real, &fake),
            "",
            how.as_str(),
        );
        out.add(
            "Frechet distance, floor",
            frechet_distance(&real, &other),
            "",
            floor.as_str(),
        );
        let (precision, recall) = precision_recall(&real, &fake, NEIGHBOURS);
        let how = format!("{how}, k = {NEIGHBOURS}");
        out.add("precision", precision, "share", how.as_str());
        out.add("recall", recall, "share", how.as_str());
        let (precision, recall) = precision_recall(&real, &other, NEIGHBOURS);
        let floor = format!("{floor}, k = {NEIGHBOURS}");
        out.add("precision, real", precision, "share", floor.as_str());
        out.add("recall, real", recall, "share", floor.as_str());
        let (_, names) = &judge.config.attributes[0];
        let share = |c: usize| {
            let count = categories.iter().filter(|row| row[0] == c).count();
            (count as f64 / n as f64 * 1e4).round() / 1e4
        };
        let shares = names
            .iter()
            .enumerate()
            .map(|(c, name)| (name.clone(), share(c)));
        out.statistics.classes = shares.collect();
        // Those of an autoencoder come from encoded images.
        if matches!(model, ImageModel::Dcgan { .. }) {
            out.directions =
                attribute_directions(&judge.config.attributes, latent, &z_all, &categories);
        }
    }
    if !data.train.is_empty() {
        copies(out, kept, data);
    }
    Ok(())
}

/// Distances of samples and of held-out images to their nearest training image: a model that copies has much smaller ones.
fn copies(out: &mut Evaluation, samples: Vec<f32>, data: &Data) {
    let set = &data.images;
    let columns = set.height * set.width * set.channels;
    let real = |indices: &[usize]| {
        let mut values = vec![];
        for &i in indices {
            set.write_chw(i, &mut values);
        }
        Features::new(columns, values)
    };
    let train = real(&data.train);
    let n = samples.len() / columns;
    out.add(
        "distance to the nearest training image",
        median_nearest(&Features::new(columns, samples), &train),
        "RMS per pixel, range 0 to 1",
        format!("median of {n} samples, {} training images", train.rows),
    );
    let held_out = real(&data.validation[..data.validation.len().min(n)]);
    out.add(
        "the same, held-out images",
        median_nearest(&held_out, &train),
        "RMS per pixel, range 0 to 1",
        format!("median of {} validation images", held_out.rows),
    );
}

fn autoencoder(
    out: &mut Evaluation,
    config: &VaeConfig,
    beta: Option<f64>,
    network: &Vae<Network>,
    data: &Data,
    settings: &Settings,
) {
    let device = &settings.device;
    let (mut likelihood, mut divergence, mut squares) = (0.0, 0.0, 0.0);
    let mut per_latent = vec![0.0; config.latent];
    let noise = |index: usize, n: usize| {
        let eps = rng::normal(
            &mut stream(SEED, Purpose::NoisePosterior, index as u64),
            n * config.latent,
        );
        matrix(eps, config.latent, device)
    };
    for (index, part) in data.validation.chunks(BATCH).enumerate() {
        let (x, label) = vae::batch(config, &data.images, part, device);
        let posterior = network.encode(x.clone(), label.clone());
        let z = match beta {
            Some(_) => posterior.sample(noise(index, part.len())),
            None => posterior.mean.clone(),
        };
        let logits = network.decode(z, label);
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
    out.add(
        "reconstruction",
        -mean(likelihood),
        "nats per image",
        how.as_str(),
    );
    out.add(
        "squared error",
        mean(squares),
        "per pixel, range 0 to 1",
        how.as_str(),
    );
    if beta.is_none() {
        return;
    }
    out.add("KL", mean(divergence), "nats per image", how.as_str());
    out.add("ELBO", mean(likelihood - divergence), "nats per image", how);
    let active = per_latent.iter().filter(|v| mean(**v) > 0.1).count();
    out.add(
        "active latents",
        active as f64,
        "",
        "mean KL above 0.1 nats",
    );
    let shown = &data.validation[..settings.bound_images.min(n)];
    let k = settings.bound_samples;
    let (mut bound, mut mean_weight) = (0.0, 0.0);
    for part in shown.chunks(BATCH) {
        let (x, label) = vae::batch(config, &data.images, part, device);
        let posterior = network.encode(x.clone(), label.clone());
        let weights: Vec<Vec<f32>> = (0..k)
            .map(|s| {
                let eps = noise(10_000 + s * n + part[0], part.len());
                let logits = network.decode(posterior.sample(eps.clone()), label.clone());
                let likelihood = bernoulli_log_likelihood(x.clone(), logits);
                host(log_weight(&posterior, eps, likelihood))
            })
            .collect();
        bound += log_mean_exp(&weights).iter().sum::<f64>();
        let all = weights.iter().flatten();
        mean_weight += all.map(|w| f64::from(*w)).sum::<f64>() / k as f64;
    }
    let how = format!(
        "mean over {} validation images, {k} samples each",
        shown.len()
    );
    let each = |sum: f64| sum / shown.len() as f64;
    out.add(
        "importance-weighted bound",
        each(bound),
        "nats per image",
        how.as_str(),
    );
    // The mean of the same weights: the plain bound on the same images, to compare with.
    out.add(
        "ELBO, same images",
        each(mean_weight),
        "nats per image",
        how,
    );
}

fn encode_means(
    config: &VaeConfig,
    network: &Vae<Network>,
    data: &Data,
    indices: &[usize],
    device: &Device,
) -> Vec<f32> {
    let parts = indices.chunks(BATCH);
    let mean = |part: &[usize]| {
        let (x, label) = vae::batch(config, &data.images, part, device);
        host(network.encode(x, label).mean)
    };
    parts.flat_map(mean).collect()
}

fn codes(config: &VaeConfig, network: &Vae<Network>, data: &Data, settings: &Settings) -> Codes {
    let shown = &data.validation[..CODES.min(data.validation.len())];
    let labels = |i: &usize| data.images.labels.as_ref().map_or(0, |l| l[*i]);
    let points = encode_means(config, network, data, shown, &settings.device);
    Codes {
        points: points.iter().map(|v| (v * 1e3).round() / 1e3).collect(),
        labels: shown.iter().map(labels).collect(),
    }
}

fn encoded_directions(
    config: &VaeConfig,
    network: &Vae<Network>,
    data: &Data,
    settings: &Settings,
) -> Vec<Direction> {
    let attributes = data.images.attributes.as_ref().expect("attributes");
    let (set, _) = data.reference();
    let z = encode_means(config, network, data, set, &settings.device);
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
    attribute_directions(&names, config.latent, &z, &rows)
}

/// `wedgeInv` as `wedge inv`.
fn words(name: &str) -> String {
    name.chars()
        .flat_map(|c| {
            let gap = c.is_ascii_uppercase().then_some(' ');
            gap.into_iter().chain([c.to_ascii_lowercase()])
        })
        .collect()
}

/// From latents without a category to those with it: the difference of the two means, of unit length. The strongest come first.
fn attribute_directions(
    attributes: &[(String, Vec<String>)],
    latent: usize,
    z: &[f32],
    rows: &[Vec<usize>],
) -> Vec<Direction> {
    let mut found = vec![];
    for (a, (name, values)) in attributes.iter().enumerate() {
        for (c, value) in values.iter().enumerate() {
            let share = rows.iter().filter(|r| r[a] == c).count() as f64 / rows.len() as f64;
            if !(DIRECTION_SHARE..=1.0 - DIRECTION_SHARE).contains(&share) {
                continue;
            }
            let mut vector = vec![0.0; latent];
            for (row, z) in rows.iter().zip(z.chunks_exact(latent)) {
                let weight = if row[a] == c {
                    1.0 / share
                } else {
                    -1.0 / (1.0 - share)
                };
                for (v, z) in vector.iter_mut().zip(z) {
                    *v += weight * f64::from(*z) / rows.len() as f64;
                }
            }
            let length = vector.iter().map(|v| v * v).sum::<f64>().sqrt();
            let round = |v: &f64| ((v / length) * 1e4).round() as f32 / 1e4;
            found.push((
                length,
                Direction {
                    id: format!("{name}-{}", value.trim_start_matches('#')),
                    title: format!(
                        "{}: {}",
                        words(name.trim_start_matches("color-")),
                        words(value)
                    ),
                    kind: "attribute".into(),
                    vector: vector.iter().map(round).collect(),
                },
            ));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.into_iter().map(|(_, d)| d).take(DIRECTIONS).collect()
}
