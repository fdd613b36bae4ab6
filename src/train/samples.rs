//! Samples of models that draw from latents: their sheets, and measures between sets of them and of real images.

use burn::tensor::{Device, Tensor};

use super::channels::Channels;
use super::data::Data;
use super::evaluate::{BATCH, Evaluation, SEED, Settings};
use super::judge::Judge;
use super::{floor, host};
use crate::metrics::features::Features;
use crate::metrics::frechet::frechet_distance;
use crate::metrics::neighbours::{median_nearest, precision_recall};
use crate::models::family::FromLatents;
use crate::models::labels::one_hot;
use crate::models::mlp::matrix;
use crate::rng::{self, Purpose, stream};

/// Neighbours that make a manifold (Kynkaanniemi et al. 2019, section 3).
const NEIGHBOURS: usize = 3;
/// Batches of samples that are compared with the training images pixel by pixel.
const COMPARED: usize = 2;

/// Pictures in [0, 1] of latents, the labels in turn where the model takes labels.
///
/// # Shapes
/// - z: `[batch * latent]`
pub fn pictures(model: &impl FromLatents, z: Vec<f32>, device: &Device) -> Tensor<4> {
    let latent = model.latent();
    let (n, labels) = (z.len() / latent, model.labels());
    let label = (labels > 0).then(|| one_hot((0..n).map(|i| i % labels), labels, device));
    model.pictures(matrix(z, latent, device), label)
}

/// Pictures in [0, 1] of `n` latents of a seed.
pub fn sheet(model: &impl FromLatents, n: usize, seed: u64, device: &Device) -> Tensor<4> {
    let z = rng::normal(&mut stream(seed, Purpose::View, 0), n * model.latent());
    pictures(model, z, device)
}

/// Latents of samples and what the classifier sees in their pictures.
pub(super) struct Seen {
    /// `[n * latent]`
    pub(super) z: Vec<f32>,
    /// Category of each attribute, of each sample.
    pub(super) categories: Vec<Vec<usize>>,
    /// The attributes, with their categories.
    pub(super) attributes: Vec<(String, Vec<String>)>,
}

/// Samples, and what is kept of their pictures.
struct Drawn {
    z: Vec<f32>,
    channels: Channels,
    kept: Vec<f32>,
    features: Vec<f32>,
    categories: Vec<Vec<usize>>,
}

fn draw(
    model: &impl FromLatents,
    judge: Option<&Judge>,
    n: usize,
    data: &Data,
    device: &Device,
) -> Drawn {
    let mut drawn = Drawn {
        z: vec![],
        channels: Channels::new(data),
        kept: vec![],
        features: vec![],
        categories: vec![],
    };
    for (index, start) in (0..n).step_by(BATCH).enumerate() {
        let count = BATCH.min(n - start);
        let mut rng = stream(SEED, Purpose::Measure, index as u64);
        let z = rng::normal(&mut rng, count * model.latent());
        let x = pictures(model, z.clone(), device);
        drawn.z.extend(z);
        let values = host(x.clone());
        drawn.channels.add(&values);
        if index < COMPARED {
            drawn.kept.extend_from_slice(&values);
        }
        if let Some(judge) = judge {
            let (features, categories) = judge.look(x);
            drawn.features.extend(features);
            drawn.categories.extend(categories);
        }
    }
    drawn
}

/// Adds statistics of samples and, where there is a classifier (`judged`), sets of samples against sets of real images. What that
/// classifier saw is handed back. `name` is that of the data.
///
/// # Errors
/// A sentence when the classifier's weights are missing or do not fit.
pub(super) fn measure(
    out: &mut Evaluation,
    model: &impl FromLatents,
    (name, judged): (&str, bool),
    data: &Data,
    settings: &Settings,
) -> Result<Option<Seen>, String> {
    let n = match judged {
        true => compared(data, settings)?,
        false => settings.samples.min(data.reference().0.len().div_ceil(2)),
    };
    let judge = judged.then(|| Judge::load(name, data, settings));
    let judge = judge.transpose()?;
    let mut drawn = draw(model, judge.as_ref(), n, data, &settings.device);
    drawn.channels.write_to(&mut out.statistics);
    let kept = std::mem::take(&mut drawn.kept);
    let seen = judge.map(|judge| compare(out, &judge, drawn, data));
    if !data.train.is_empty() {
        copies(out, kept, data);
    }
    Ok(seen)
}

/// How many samples, and real images of each of two disjoint sets, are compared: all as many, because the distance grows as sets shrink.
///
/// # Errors
/// A sentence when there are too few images.
pub(super) fn compared(data: &Data, settings: &Settings) -> Result<usize, String> {
    let (set, called) = data.reference();
    let n = settings.samples.min(set.len() / 2);
    if n > NEIGHBOURS {
        Ok(n)
    } else {
        Err(format!(
            "Measuring compares two sets of at least {} real images; there are {} {called}.",
            NEIGHBOURS + 1,
            set.len()
        ))
    }
}

/// Frechet distance, precision and recall, with their floors, and shares of the first attribute's categories.
fn compare(out: &mut Evaluation, judge: &Judge, drawn: Drawn, data: &Data) -> Seen {
    let (set, called) = data.reference();
    let n = drawn.categories.len();
    let fake = judge.features(drawn.features);
    let pool = judge.real(data, &set[..2 * n]);
    let real = Features::new(pool.columns, pool.values[..n * pool.columns].to_vec());
    let read = |a: &Features, b: &Features| {
        let (precision, recall) = precision_recall(a, b, NEIGHBOURS);
        [frechet_distance(a, b), precision, recall]
    };
    let [distance, precision, recall] = read(&real, &fake);
    let floors = floor::readings(&pool, [n, n], read);
    let floor = |at: usize| floors.iter().map(|f| f[at]).collect::<Vec<_>>();
    let how = format!("{n} samples against {n} {called}, features of the project's classifier");
    let others = format!("{n} {called} against {n} others, the same features");
    out.add("Frechet distance", distance, "", how.as_str());
    floor::add(out, "Frechet distance, floor", &floor(0), "", &others);
    let (how, others) = (
        format!("{how}, k = {NEIGHBOURS}"),
        format!("{others}, k = {NEIGHBOURS}"),
    );
    out.add("precision", precision, "share", how.as_str());
    out.add("recall", recall, "share", how);
    floor::add(out, "precision, real", &floor(1), "share", &others);
    floor::add(out, "recall, real", &floor(2), "share", &others);
    let (_, names) = &judge.attributes()[0];
    let share = |c: usize| {
        let count = drawn.categories.iter().filter(|row| row[0] == c).count();
        (count as f64 / n as f64 * 1e4).round() / 1e4
    };
    let shares = names.iter().enumerate();
    let shares = shares.map(|(c, name)| (name.clone(), share(c)));
    out.statistics.classes = shares.collect();
    Seen {
        z: drawn.z,
        categories: drawn.categories,
        attributes: judge.attributes().to_vec(),
    }
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
    let held_out = real(&data.drawn(n));
    out.add(
        "the same, held-out images",
        median_nearest(&held_out, &train),
        "RMS per pixel, range 0 to 1",
        format!(
            "median of {} validation images, {} training images",
            held_out.rows, train.rows
        ),
    );
}
