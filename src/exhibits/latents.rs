//! Explorers of trained image models: latents in, pictures and numbers out.
//!
//! Unlike a training session these hold no state but the weights: a request says everything, so any of them can be dropped,
//! repeated, or sent to another device.

use burn::tensor::{Device, Tensor, activation};
use rand_distr::{Distribution, StandardNormal};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use super::explore::{self, Ask, Explore};
use super::{dcgan, vae};
use crate::models::dcgan::{Dcgan, DcganModel};
use crate::models::family::{Family, FromLatents, to_draw};
use crate::models::labels::one_hot;
use crate::models::mlp::matrix;
use crate::models::network::{Forward, State, images};
use crate::models::vae::{Autoencoder, Posterior, Vae, VaeModel};
use crate::objectives::variational::{bernoulli_log_likelihood, kl};
use crate::rng::{self, Purpose, stream};
use crate::runs::{LocalFuture, read};
use crate::weights::Card;

/// Most latents of a request.
const COUNT_MAX: usize = 1_024;
/// Most pictures of a request, so that none keeps a device busy for long.
const PICTURES_MAX: usize = 256;
/// Largest side of the manifold in pictures.
const MANIFOLD_MAX: usize = 48;
/// Pictures decoded at once.
const BATCH: usize = 16;
/// Most redraws of a truncated latent value.
const REDRAWS_MAX: usize = 1_000;

/// A request in JSON.
///
/// # Errors
/// A sentence when it is none.
pub(super) fn asked<T: DeserializeOwned>(request: &str) -> Result<T, String> {
    serde_json::from_str(request).map_err(|e| format!("The request cannot be read: {e}."))
}

/// What one answer holds: a name, its shape, its values.
pub type Answer = Vec<(String, Vec<usize>, Content)>;

/// Values of an answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Numbers.
    Floats(Vec<f32>),
    /// Bytes of pictures.
    Bytes(Vec<u8>),
}

/// How to get from one latent to another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Path {
    /// `(1 - t) a + t b`.
    Linear,
    /// Along the great circle (White 2016, section 2.1): keeps the length that Gaussian latents have.
    #[default]
    Spherical,
}

/// A request; latents and images come beside it as numbers.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case")]
pub enum Request {
    /// Latents of a seed: `z [count, latent]`.
    Latents {
        /// Seed.
        seed: u64,
        /// Index of the first.
        #[serde(default)]
        start: u64,
        /// How many.
        count: usize,
        /// Values beyond this are drawn again (Brock et al. 2019, section 3.1); 0 for none.
        #[serde(default)]
        truncation: f32,
    },
    /// Pictures of latents, with the discriminator's opinion: `images`, `scores`.
    Images,
    /// Steps from the first latent to the second: `z [steps, latent]`.
    Path {
        /// Way.
        kind: Path,
        /// How many, ends included.
        steps: usize,
    },
    /// Between four latents at the corners: `z [rows * columns, latent]`.
    Grid {
        /// Way.
        kind: Path,
        /// Rows.
        rows: usize,
        /// Columns.
        columns: usize,
    },
    /// Mean of A - mean of B + mean of C (Radford et al. 2016, section 6.3.2): `z [1, latent]`, `means [3, latent]`.
    Combine {
        /// How many of the latents belong to A, B and C.
        counts: [usize; 3],
    },
    /// Latents moved along directions: `z [n, latent]`.
    Shift {
        /// Amount per direction id.
        amounts: std::collections::BTreeMap<String, f32>,
    },
    /// A point of an endless smooth path through the latents of a seed: `z [1, latent]`.
    Walk {
        /// Seed.
        seed: u64,
        /// Latents passed.
        time: f64,
        /// As for latents.
        #[serde(default)]
        truncation: f32,
    },
    /// What the generator's layers hand on for one latent, strongest channels first.
    Activations {
        /// Channels shown of each layer.
        channels: usize,
    },
    /// Posterior of images: `mean`, `log_var`.
    Encode {
        /// Label of a conditional model.
        #[serde(default)]
        label: usize,
    },
    /// Pictures of latents: `images`.
    Decode {
        /// Label of a conditional model.
        #[serde(default)]
        label: usize,
    },
    /// Everything about one image: posterior, reconstruction, samples around it, terms of the bound.
    Posterior {
        /// Seed of the samples.
        seed: u64,
        /// How many samples.
        samples: usize,
        /// Label of a conditional model.
        #[serde(default)]
        label: usize,
    },
    /// A 2-D latent space as one picture: `picture`.
    Manifold {
        /// Pictures along each side.
        side: usize,
        /// Latents run from -extent to extent.
        extent: f32,
        /// Label of a conditional model.
        #[serde(default)]
        label: usize,
    },
}

/// A trained model that answers requests.
pub struct Explorer {
    pub(super) card: Card,
    device: Device,
    pub(super) latent: usize,
    shape: [usize; 3],
    pub(super) layers: Vec<String>,
    model: Model,
}

/// Models that this explorer can open.
enum Model {
    Dcgan(Dcgan<Box<dyn Forward>>),
    Vae(Autoencoder<Box<dyn Forward>>),
}

impl Model {
    fn open(card: &Card, states: &[State], device: &Device) -> Result<Self, String> {
        if let Some(model) = card.config.of::<DcganModel>() {
            model.open(states, to_draw(device)).map(Self::Dcgan)
        } else if let Some(model) = card.config.of::<VaeModel>() {
            model.open(states, to_draw(device)).map(Self::Vae)
        } else {
            Err(format!("{} draws no pictures from latents.", card.id))
        }
    }

    fn draws(&self) -> &dyn FromLatents {
        match self {
            Self::Dcgan(model) => model,
            Self::Vae(model) => model,
        }
    }
}

pub(super) fn within(what: &str, value: usize, most: usize) -> Result<(), String> {
    if (1..=most).contains(&value) {
        Ok(())
    } else {
        Err(format!(
            "The {what} is {value}; it must be from 1 to {most}."
        ))
    }
}

impl Explorer {
    /// Opens weights for a page.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn open(
        card: Card,
        states: Vec<State>,
        device: Device,
    ) -> Result<Box<dyn Explore>, String> {
        Ok(Box::new(Self::new(card, &states, device)?))
    }

    /// Opens weights.
    ///
    /// # Errors
    /// A sentence when the card or the file cannot be used.
    pub fn new(card: Card, states: &[State], device: Device) -> Result<Self, String> {
        let model = Model::open(&card, states, &device)?;
        let latent = model.draws().latent();
        let shape = card.config.image_shape();
        if card.directions.iter().any(|d| d.vector.len() != latent) {
            return Err(format!(
                "A direction on the card of {} has a wrong length.",
                card.id
            ));
        }
        let mut explorer = Self {
            card,
            device,
            latent,
            shape,
            layers: vec![],
            model,
        };
        explorer.layers = explorer.layer_names();
        Ok(explorer)
    }

    fn layer_names(&self) -> Vec<String> {
        let Model::Dcgan(Dcgan { generator, .. }) = &self.model else {
            return vec![];
        };
        let z = Tensor::zeros([1, self.latent, 1, 1], &self.device);
        let name = |t: &Tensor<4>| {
            let [_, channels, height, width] = t.dims();
            format!("{height} x {width}, {channels} channels")
        };
        generator.activations(z).iter().map(name).collect()
    }

    /// What the page needs to know.
    pub fn describe(&self) -> Json {
        let (labels, beta) = match &self.model {
            Model::Vae(vae) => (&self.card.labels[..], vae.model.beta),
            Model::Dcgan(_) => (&[][..], None),
        };
        let directions = self.card.directions.iter();
        json!({
            "model": self.card.config.family(),
            "latent": self.latent,
            "shape": self.shape,
            "parameters": self.card.parameters,
            "labels": if labels.is_empty() { Json::Null } else { json!(labels) },
            "conditional": self.model.draws().labels() > 0,
            "beta": beta,
            "layers": self.layers,
            "directions": directions.map(|d| json!({"id": d.id, "title": d.title, "kind": d.kind})).collect::<Vec<_>>(),
            "codes": self.card.codes,
        })
    }

    /// Answers a request.
    pub fn run<'a>(
        &'a self,
        request: Request,
        values: Vec<f32>,
    ) -> LocalFuture<'a, Result<Answer, String>> {
        Box::pin(async move {
            if let Some(bad) = values.iter().find(|v| !v.is_finite()) {
                return Err(format!("A value of the request is {bad}."));
            }
            match request {
                Request::Latents {
                    seed,
                    start,
                    count,
                    truncation,
                } => {
                    within("number of latents", count, COUNT_MAX)?;
                    let each = (start..start.saturating_add(count as u64))
                        .flat_map(|i| self.latent_of(seed, i, truncation));
                    self.latents(each.collect())
                }
                Request::Images | Request::Decode { .. } => {
                    let z = self.rows(values, PICTURES_MAX)?;
                    let label = match request {
                        Request::Decode { label } => label,
                        _ => 0,
                    };
                    self.pictures(z, label).await
                }
                Request::Path { kind, steps } => {
                    within("number of steps", steps, COUNT_MAX)?;
                    let rows = self.exactly(&values, 2)?;
                    let steps = (0..steps).map(|i| fraction(i, steps));
                    self.latents(
                        steps
                            .flat_map(|t| kind.between(rows[0], rows[1], t))
                            .collect(),
                    )
                }
                Request::Grid {
                    kind,
                    rows,
                    columns,
                } => {
                    within("number of rows", rows, 32)?;
                    within("number of columns", columns, 32)?;
                    let corner = self.exactly(&values, 4)?;
                    let mut z = vec![];
                    for row in 0..rows {
                        let down = fraction(row, rows);
                        let left = kind.between(corner[0], corner[2], down);
                        let right = kind.between(corner[1], corner[3], down);
                        for column in 0..columns {
                            z.extend(kind.between(&left, &right, fraction(column, columns)));
                        }
                    }
                    self.latents(z)
                }
                Request::Combine { counts } => self.combine(counts, &values),
                Request::Shift { amounts } => {
                    let mut z = self.rows(values, COUNT_MAX)?;
                    for (id, amount) in amounts {
                        let direction = self.card.directions.iter().find(|d| d.id == id);
                        let direction =
                            direction.ok_or_else(|| format!("There is no direction \"{id}\"."))?;
                        for row in z.chunks_exact_mut(self.latent) {
                            for (value, d) in row.iter_mut().zip(&direction.vector) {
                                *value += amount * d;
                            }
                        }
                    }
                    self.latents(z)
                }
                Request::Walk {
                    seed,
                    time,
                    truncation,
                } => {
                    let time = if time.is_finite() { time.max(0.0) } else { 0.0 };
                    let (index, t) = (time.floor() as u64, time.fract() as f32);
                    let [a, b] = [index, index.saturating_add(1)]
                        .map(|i| self.latent_of(seed, i, truncation));
                    // Slow at each latent, fast between: the speed is continuous.
                    let eased = t * t * (3.0 - 2.0 * t);
                    self.latents(Path::Spherical.between(&a, &b, eased))
                }
                Request::Activations { channels } => self.activations(channels, &values).await,
                Request::Encode { label } => {
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
                Request::Posterior {
                    seed,
                    samples,
                    label,
                } => self.posterior(seed, samples, label, values).await,
                Request::Manifold {
                    side,
                    extent,
                    label,
                } => self.manifold(side, extent, label).await,
            }
        })
    }

    fn latents(&self, z: Vec<f32>) -> Result<Answer, String> {
        Ok(vec![floats("z", &[z.len() / self.latent, self.latent], z)])
    }

    /// Latent `index` of a seed; each has its own stream, so a longer wall begins with the shorter one.
    pub(super) fn latent_of(&self, seed: u64, index: u64, truncation: f32) -> Vec<f32> {
        let mut rng = stream(seed, Purpose::View, index);
        let draw = |_| {
            let mut value: f32 = StandardNormal.sample(&mut rng);
            for _ in 0..REDRAWS_MAX {
                if truncation <= 0.0 || value.abs() <= truncation {
                    return value;
                }
                value = StandardNormal.sample(&mut rng);
            }
            value.clamp(-truncation, truncation)
        };
        (0..self.latent).map(draw).collect()
    }

    /// The latents of a request.
    fn rows(&self, values: Vec<f32>, most: usize) -> Result<Vec<f32>, String> {
        if values.is_empty() || !values.len().is_multiple_of(self.latent) {
            return Err(format!(
                "{} numbers are not latents of {} each.",
                values.len(),
                self.latent
            ));
        }
        within("number of latents", values.len() / self.latent, most)?;
        Ok(values)
    }

    fn exactly<'v>(&self, values: &'v [f32], n: usize) -> Result<Vec<&'v [f32]>, String> {
        if values.len() == n * self.latent {
            Ok(values.chunks_exact(self.latent).collect())
        } else {
            Err(format!(
                "{} numbers are not {n} latents of {} each.",
                values.len(),
                self.latent
            ))
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
        let clamped = values.into_iter().map(|v| v.clamp(0.0, 1.0)).collect();
        Ok(images(clamped, self.shape, &self.device))
    }

    pub(super) fn vae(&self) -> Result<&Vae<Box<dyn Forward>>, String> {
        match &self.model {
            Model::Vae(vae) => Ok(&vae.networks),
            Model::Dcgan(_) => Err(format!("{} has no encoder.", self.card.id)),
        }
    }

    /// The same label for `n` images, where the model takes labels.
    fn label(&self, n: usize, label: usize) -> Result<Option<Tensor<4>>, String> {
        let labels = self.model.draws().labels();
        if labels == 0 {
            return Ok(None);
        }
        if label >= labels {
            return Err(format!(
                "There is no label {label}; labels run from 0 to {}.",
                labels - 1
            ));
        }
        Ok(Some(one_hot(vec![label; n], labels, &self.device)))
    }

    /// Pictures in [0, 1] of up to [`BATCH`] latents, and scores where there is a discriminator.
    fn decode(&self, z: &[f32], label: usize) -> Result<(Tensor<4>, Option<Tensor<1>>), String> {
        let label = self.label(z.len() / self.latent, label)?;
        let x = self
            .model
            .draws()
            .pictures(matrix(z.to_vec(), self.latent, &self.device), label);
        let scores = match &self.model {
            Model::Dcgan(dcgan) => Some(dcgan.scores(x.clone())),
            Model::Vae(_) => None,
        };
        Ok((x, scores))
    }

    async fn decoded(&self, z: &[f32], label: usize) -> Result<(Vec<f32>, Vec<f32>), String> {
        let (mut pixels, mut scores) = (vec![], vec![]);
        for part in z.chunks(BATCH * self.latent) {
            let (x, score) = self.decode(part, label)?;
            let tensors = [Some(flat(x)), score].into_iter().flatten().collect();
            let mut found = read(tensors).await?.into_iter();
            pixels.extend(found.next().unwrap_or_default());
            scores.extend(found.next().unwrap_or_default());
        }
        Ok((pixels, scores))
    }

    async fn pictures(&self, z: Vec<f32>, label: usize) -> Result<Answer, String> {
        let n = z.len() / self.latent;
        let (pixels, scores) = self.decoded(&z, label).await?;
        let mut answer = vec![self.rgba("images", &pixels)];
        if scores.len() == n {
            answer.push(floats("scores", &[n], scores));
        }
        Ok(answer)
    }

    fn rgba(&self, name: &str, pixels: &[f32]) -> (String, Vec<usize>, Content) {
        rgba(name, pixels, self.shape)
    }

    fn combine(&self, counts: [usize; 3], values: &[f32]) -> Result<Answer, String> {
        let total = counts.iter().try_fold(0usize, |sum, n| sum.checked_add(*n));
        let total = total.filter(|n| (1..=COUNT_MAX).contains(n));
        let total = total.ok_or("The sets hold no latents, or too many.")?;
        self.exactly(values, total)?;
        let mut rest = values;
        let means = counts.map(|n| {
            let (part, after) = rest.split_at(n * self.latent);
            rest = after;
            let mut mean = vec![0.0; self.latent];
            for row in part.chunks_exact(self.latent) {
                for (m, v) in mean.iter_mut().zip(row) {
                    *m += v / n as f32;
                }
            }
            mean
        });
        let z = (0..self.latent)
            .map(|i| means[0][i] - means[1][i] + means[2][i])
            .collect();
        Ok(vec![
            floats("z", &[1, self.latent], z),
            floats("means", &[3, self.latent], means.concat()),
        ])
    }

    async fn activations(&self, channels: usize, values: &[f32]) -> Result<Answer, String> {
        within("number of channels", channels, 64)?;
        self.exactly(values, 1)?;
        let Model::Dcgan(Dcgan { generator, .. }) = &self.model else {
            return Err(format!("{} shows no layers.", self.card.id));
        };
        let z = images(values.to_vec(), [self.latent, 1, 1], &self.device);
        let layers = generator.activations(z);
        let shapes: Vec<[usize; 4]> = layers.iter().map(Tensor::dims).collect();
        let found = read(layers.into_iter().map(flat).collect()).await?;
        let layer = |((name, shape), values): ((&String, [usize; 4]), Vec<f32>)| {
            let [_, all, h, w] = shape;
            let mut maps: Vec<&[f32]> = values.chunks_exact(h * w).collect();
            let energy = |map: &&[f32]| map.iter().map(|v| v * v).sum::<f32>();
            maps.sort_by(|a, b| energy(b).total_cmp(&energy(a)));
            maps.truncate(channels.min(all));
            let shown = maps.iter().copied().flatten();
            let (least, most) = shown
                .clone()
                .fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), &v| {
                    (a.min(v), b.max(v))
                });
            let span = (most - least).max(f32::MIN_POSITIVE);
            let bytes = shown.flat_map(|v| {
                let grey = byte((v - least) / span);
                [grey, grey, grey, 255]
            });
            let shape = vec![maps.len(), h, w, 4];
            (name.clone(), shape, Content::Bytes(bytes.collect()))
        };
        Ok(self
            .layers
            .iter()
            .zip(shapes)
            .zip(found)
            .map(layer)
            .collect())
    }

    async fn posterior(
        &self,
        seed: u64,
        samples: usize,
        label: usize,
        values: Vec<f32>,
    ) -> Result<Answer, String> {
        within("number of samples", samples, 64)?;
        let x = self.given_images(values, 1)?;
        let network = self.vae()?;
        let label_one = self.label(1, label)?;
        let Posterior { mean, log_var } = network.encode(x.clone(), label_one.clone());
        let logits = network.decode(mean.clone(), label_one);
        let reconstruction = activation::sigmoid(logits.clone());
        let divergence = kl(&Posterior {
            mean: mean.clone(),
            log_var: log_var.clone(),
        });
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
        let [mean, std, divergence, nats, reconstruction]: [Vec<f32>; 5] =
            found.try_into().expect("as many as were asked for");
        let eps = rng::normal(
            &mut stream(seed, Purpose::NoisePosterior, 0),
            samples * self.latent,
        );
        let around: Vec<f32> = eps
            .chunks_exact(self.latent)
            .flat_map(|eps| {
                let spread = eps.iter().zip(&std).map(|(e, s)| e * s);
                spread.zip(&mean).map(|(d, m)| m + d).collect::<Vec<_>>()
            })
            .collect();
        let (around, _) = self.decoded(&around, label).await?;
        Ok(vec![
            floats("mean", &[self.latent], mean),
            floats("std", &[self.latent], std),
            floats("kl", &[self.latent], divergence),
            floats("reconstruction_nats", &[1], nats),
            self.rgba("reconstruction", &reconstruction),
            self.rgba("samples", &around),
        ])
    }

    async fn manifold(&self, side: usize, extent: f32, label: usize) -> Result<Answer, String> {
        within("side of the manifold", side, MANIFOLD_MAX)?;
        if self.latent != 2 {
            return Err(format!(
                "{} has {} latents; a manifold needs 2.",
                self.card.id, self.latent
            ));
        }
        let at = |i: usize| (2.0 * fraction(i, side) - 1.0) * extent;
        let mut z = vec![];
        for row in 0..side {
            for column in 0..side {
                z.extend([at(column), -at(row)]);
            }
        }
        let (pixels, _) = self.decoded(&z, label).await?;
        let (_, _, Content::Bytes(tiles)) = self.rgba("tiles", &pixels) else {
            unreachable!("pictures are bytes");
        };
        let [_, h, w] = self.shape;
        let mut bytes = vec![0; tiles.len()];
        for (i, tile) in tiles.chunks_exact(h * w * 4).enumerate() {
            let (row, column) = (i / side, i % side);
            for (y, line) in tile.chunks_exact(w * 4).enumerate() {
                let start = ((row * h + y) * side + column) * w * 4;
                bytes[start..start + w * 4].copy_from_slice(line);
            }
        }
        let shape = vec![1, side * h, side * w, 4];
        Ok(vec![("picture".into(), shape, Content::Bytes(bytes))])
    }
}

impl Path {
    /// The latent at `t` in [0, 1] from `a` to `b`.
    pub(super) fn between(self, a: &[f32], b: &[f32], t: f32) -> Vec<f32> {
        let mix = |wa: f32, wb: f32| a.iter().zip(b).map(|(a, b)| wa * a + wb * b).collect();
        let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f32>();
        let lengths = (dot(a, a) * dot(b, b)).sqrt();
        let angle = libm::acosf((dot(a, b) / lengths).clamp(-1.0, 1.0));
        let sine = libm::sinf(angle);
        // Nearly parallel or opposite, or no direction at all: the great circle is not defined.
        if self == Self::Linear || !sine.is_finite() || sine < 1e-4 || t == 0.0 || t == 1.0 {
            return mix(1.0 - t, t);
        }
        mix(
            libm::sinf((1.0 - t) * angle) / sine,
            libm::sinf(t * angle) / sine,
        )
    }
}

/// `i` of `n` on [0, 1], ends included.
fn fraction(i: usize, n: usize) -> f32 {
    if n < 2 {
        0.5
    } else {
        i as f32 / (n - 1) as f32
    }
}

/// The nearest byte to a value in [0, 1].
pub(super) fn byte(value: f32) -> u8 {
    (value * 255.0 + 0.5) as u8
}

/// Numbers of an answer.
pub(crate) fn floats(
    name: &str,
    shape: &[usize],
    values: Vec<f32>,
) -> (String, Vec<usize>, Content) {
    (name.into(), shape.to_vec(), Content::Floats(values))
}

/// Pictures in [0, 1], `[n, channels, height, width]` of this shape, as the page draws them.
pub(super) fn rgba(
    name: &str,
    pixels: &[f32],
    [c, h, w]: [usize; 3],
) -> (String, Vec<usize>, Content) {
    let plane = h * w;
    let mut bytes = vec![255; pixels.len() / c * 4];
    let pictures = bytes.chunks_exact_mut(4 * plane);
    for (picture, image) in pictures.zip(pixels.chunks_exact(c * plane)) {
        for channel in 0..3 {
            let values = &image[channel.min(c - 1) * plane..];
            for (rgba, value) in picture.chunks_exact_mut(4).zip(values) {
                rgba[channel] = byte(*value);
            }
        }
    }
    let n = pixels.len() / (c * plane);
    (name.into(), vec![n, h, w, 4], Content::Bytes(bytes))
}

/// The same values as one row.
pub(super) fn flat<const D: usize>(t: Tensor<D>) -> Tensor<1> {
    let n = t.shape().num_elements();
    t.reshape([n])
}

impl Explore for Explorer {
    fn describe(&self) -> Json {
        Explorer::describe(self)
    }

    fn answer<'a>(&'a mut self, ask: Ask<'a>) -> LocalFuture<'a, Result<explore::Content, String>> {
        Box::pin(async move {
            match self.vae() {
                Ok(_) => vae::answer(self, ask).await,
                Err(_) => dcgan::answer(self, ask).await,
            }
        })
    }

    fn run<'a>(
        &'a mut self,
        request: &'a str,
        values: Vec<f32>,
    ) -> LocalFuture<'a, Result<Answer, String>> {
        match asked(request) {
            Ok(request) => Explorer::run(self, request, values),
            Err(sentence) => Box::pin(async { Err(sentence) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::dcgan::{DiscriminatorConfig, GeneratorConfig};
    use crate::models::pixelcnn::{Kind, PixelCnnConfig, PixelCnnModel};
    use crate::models::vae::VaeConfig;
    use crate::weights::open;
    use crate::weights::tests::random;
    use crate::weights::{Direction, ModelConfig};
    use pollster::block_on;
    use proptest::prelude::*;

    /// A model with random weights.
    fn explorer(config: impl Into<ModelConfig>, latent: usize) -> Explorer {
        let (mut card, bytes) = random(config);
        let mut vector = vec![0.0; latent];
        vector[0] = 1.0;
        card.directions = vec![Direction {
            id: "first".into(),
            title: "First".into(),
            kind: "principal".into(),
            vector,
        }];
        let card = serde_json::to_string(&card).unwrap();
        let (card, states) = open(&card, &bytes).unwrap();
        Explorer::new(card, &states, Device::flex()).unwrap()
    }

    fn dcgan() -> Explorer {
        let model = DcganModel {
            generator: GeneratorConfig {
                latent: 4,
                channels: 2,
                colours: 3,
            },
            discriminator: DiscriminatorConfig {
                channels: 2,
                colours: 3,
            },
        };
        explorer(model, 4)
    }

    fn vae(latent: usize, labels: usize) -> Explorer {
        let model = VaeModel {
            networks: VaeConfig {
                latent,
                channels: 2,
                features: 4,
                colours: 1,
                side: 8,
                halvings: 1,
                labels,
            },
            beta: Some(1.0),
        };
        explorer(model, latent)
    }

    fn ask(explorer: &Explorer, request: Json, values: Vec<f32>) -> Result<Answer, String> {
        block_on(explorer.run(serde_json::from_value(request).unwrap(), values))
    }

    fn numbers(answer: &Answer, name: &str) -> Vec<f32> {
        match answer.iter().find(|(n, ..)| n == name) {
            Some((_, shape, Content::Floats(v))) => {
                assert_eq!(v.len(), shape.iter().product::<usize>());
                v.clone()
            }
            other => panic!("{name}: {other:?}"),
        }
    }

    fn bytes(answer: &Answer, name: &str) -> Vec<u8> {
        match answer.iter().find(|(n, ..)| n == name) {
            Some((_, shape, Content::Bytes(v))) => {
                assert_eq!(v.len(), shape.iter().product::<usize>());
                v.clone()
            }
            other => panic!("{name}: {other:?}"),
        }
    }

    #[test]
    fn a_longer_wall_begins_with_the_shorter_one() {
        let e = dcgan();
        let z = |start: u64, count: u64| {
            let request = json!({"op": "latents", "seed": 7, "start": start, "count": count});
            numbers(&ask(&e, request, vec![]).unwrap(), "z")
        };
        let all = z(0, 8);
        assert_eq!(z(0, 3), all[..12]);
        assert_eq!(z(3, 5), all[12..]);
    }

    #[test]
    fn truncation_bounds_every_value() {
        let e = dcgan();
        for truncation in [0.01, 0.5, 2.0] {
            let request =
                json!({"op": "latents", "seed": 7, "count": 500, "truncation": truncation});
            let z = numbers(&ask(&e, request, vec![]).unwrap(), "z");
            assert!(z.iter().all(|v| f64::from(v.abs()) <= truncation + 1e-6));
        }
    }

    #[test]
    fn paths_begin_and_end_at_their_latents_and_the_spherical_one_keeps_length() {
        let e = dcgan();
        let (a, b) = ([1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]);
        for kind in ["linear", "spherical"] {
            let request = json!({"op": "path", "kind": kind, "steps": 5});
            let z = numbers(&ask(&e, request, [a, b].concat()).unwrap(), "z");
            assert_eq!((&z[..4], &z[16..]), (&a[..], &b[..]));
            let length = z[8..12].iter().map(|v| v * v).sum::<f32>().sqrt();
            let expected = if kind == "linear" { 0.5f32.sqrt() } else { 1.0 };
            assert!((length - expected).abs() < 1e-5, "{kind}: {length}");
        }
        // Where no great circle is defined the straight line is taken.
        for (a, b) in [([0.0; 4], b), (a, a), (a, [-1.0, 0.0, 0.0, 0.0])] {
            let request = json!({"op": "path", "kind": "spherical", "steps": 3});
            let z = numbers(&ask(&e, request, [a, b].concat()).unwrap(), "z");
            for i in 0..4 {
                assert!((z[4 + i] - (a[i] + b[i]) / 2.0).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn a_grid_has_its_corners_and_a_walk_passes_its_latents() {
        let e = dcgan();
        let corners: Vec<f32> = (0..16).map(|i| i as f32 - 7.0).collect();
        let request = json!({"op": "grid", "kind": "linear", "rows": 3, "columns": 2});
        let z = numbers(&ask(&e, request, corners.clone()).unwrap(), "z");
        assert_eq!(z[..8], corners[..8]);
        assert_eq!(z[16..], corners[8..]);
        let wall = ask(&e, json!({"op": "latents", "seed": 3, "count": 2}), vec![]).unwrap();
        let at = |time: f64| {
            let request = json!({"op": "walk", "seed": 3, "time": time});
            numbers(&ask(&e, request, vec![]).unwrap(), "z")
        };
        assert_eq!([at(0.0), at(1.0)].concat(), numbers(&wall, "z"));
        let near: f32 = at(0.999)
            .iter()
            .zip(at(1.001))
            .map(|(a, b)| (a - b).abs())
            .sum();
        assert!(near < 1e-3, "{near}");
    }

    #[test]
    fn arithmetic_is_the_mean_of_a_minus_b_plus_c() {
        let e = dcgan();
        let row = |v: f32| vec![v; 4];
        let values = [row(1.0), row(3.0), row(4.0), row(10.0)].concat();
        let request = json!({"op": "combine", "counts": [2, 1, 1]});
        let answer = ask(&e, request, values).unwrap();
        assert_eq!(numbers(&answer, "z"), row(8.0));
        assert_eq!(
            numbers(&answer, "means"),
            [row(2.0), row(4.0), row(10.0)].concat()
        );
    }

    #[test]
    fn pictures_do_not_depend_on_how_many_are_asked_for_at_once() {
        let e = dcgan();
        let z = ask(&e, json!({"op": "latents", "seed": 1, "count": 20}), vec![]).unwrap();
        let z = numbers(&z, "z");
        let all = ask(&e, json!({"op": "images"}), z.clone()).unwrap();
        let last = ask(&e, json!({"op": "images"}), z[19 * 4..].to_vec()).unwrap();
        let size = 64 * 64 * 4;
        assert_eq!(bytes(&all, "images")[19 * size..], bytes(&last, "images"));
        assert!(
            numbers(&all, "scores")
                .iter()
                .all(|s| (0.0..=1.0).contains(s))
        );
        let layers = ask(
            &e,
            json!({"op": "activations", "channels": 4}),
            z[..4].to_vec(),
        )
        .unwrap();
        let shapes: Vec<_> = layers.iter().map(|(_, shape, _)| shape.clone()).collect();
        assert_eq!(shapes[0], [4, 4, 4, 4]);
        assert_eq!(shapes.last().unwrap(), &[3, 64, 64, 4]);
    }

    #[test]
    fn a_manifold_is_made_of_decoded_latents() {
        let e = vae(2, 0);
        let request = json!({"op": "manifold", "side": 3, "extent": 2.0});
        let picture = bytes(&ask(&e, request, vec![]).unwrap(), "picture");
        // Right column, top row.
        let tile = bytes(
            &ask(&e, json!({"op": "decode"}), vec![2.0, 2.0]).unwrap(),
            "images",
        );
        for y in 0..8 {
            let start = (y * 24 + 16) * 4;
            assert_eq!(picture[start..start + 32], tile[y * 32..(y + 1) * 32]);
        }
    }

    #[test]
    fn a_posterior_agrees_with_its_parts() {
        let e = vae(3, 2);
        let image: Vec<f32> = (0..64).map(|i| (i % 5) as f32 / 4.0).collect();
        let request = json!({"op": "posterior", "seed": 1, "samples": 2, "label": 1});
        let all = ask(&e, request, image.clone()).unwrap();
        let code = ask(&e, json!({"op": "encode", "label": 1}), image.clone()).unwrap();
        let mean = numbers(&code, "mean");
        assert_eq!(numbers(&all, "mean"), mean);
        let decoded = ask(&e, json!({"op": "decode", "label": 1}), mean.clone()).unwrap();
        assert_eq!(bytes(&all, "reconstruction"), bytes(&decoded, "images"));
        let log_var = numbers(&code, "log_var");
        for i in 0..3 {
            let kl = (mean[i].powi(2) + log_var[i].exp() - 1.0 - log_var[i]) / 2.0;
            assert!((numbers(&all, "kl")[i] - kl).abs() < 1e-4);
        }
        // The sum over pixels, from the bytes of the reconstruction.
        let nats: f32 = image
            .iter()
            .zip(bytes(&all, "reconstruction").chunks(4))
            .map(|(x, rgba)| {
                let p = (f32::from(rgba[0]) / 255.0).clamp(0.002, 0.998);
                -(x * p.ln() + (1.0 - x) * (1.0 - p).ln())
            })
            .sum();
        let told = numbers(&all, "reconstruction_nats")[0];
        assert!((nats - told).abs() < 0.03 * told, "{nats} against {told}");
        let other = ask(&e, json!({"op": "encode", "label": 0}), image).unwrap();
        assert_ne!(numbers(&other, "mean"), mean, "the label is seen");
    }

    #[test]
    fn a_shift_moves_along_its_direction() {
        let e = dcgan();
        let request = json!({"op": "shift", "amounts": {"first": 2.5}});
        let z = numbers(&ask(&e, request, vec![0.5; 8]).unwrap(), "z");
        assert_eq!(z, [3.0, 0.5, 0.5, 0.5, 3.0, 0.5, 0.5, 0.5]);
    }

    #[test]
    fn what_makes_no_sense_gets_a_sentence() {
        let (d, v) = (dcgan(), vae(3, 2));
        let wrong = |e: &Explorer, request: Json, values: Vec<f32>| {
            let sentence = ask(e, request.clone(), values).unwrap_err();
            assert!(sentence.ends_with('.'), "{request}: {sentence}");
        };
        wrong(&d, json!({"op": "latents", "seed": 1, "count": 0}), vec![]);
        wrong(
            &d,
            json!({"op": "latents", "seed": 1, "count": 1_000_000_000}),
            vec![],
        );
        wrong(&d, json!({"op": "images"}), vec![0.0; 3]);
        wrong(&d, json!({"op": "images"}), vec![f32::NAN; 4]);
        wrong(
            &d,
            json!({"op": "images"}),
            vec![0.0; 4 * (PICTURES_MAX + 1)],
        );
        wrong(
            &d,
            json!({"op": "combine", "counts": [u64::MAX, 1, 1]}),
            vec![0.0; 4],
        );
        wrong(
            &d,
            json!({"op": "shift", "amounts": {"nowhere": 1}}),
            vec![0.0; 4],
        );
        wrong(&d, json!({"op": "encode"}), vec![0.0; 64]);
        wrong(
            &v,
            json!({"op": "activations", "channels": 4}),
            vec![0.0; 3],
        );
        wrong(
            &v,
            json!({"op": "manifold", "side": 4, "extent": 2}),
            vec![],
        );
        wrong(&v, json!({"op": "decode", "label": 2}), vec![0.0; 3]);
        wrong(
            &v,
            json!({"op": "posterior", "seed": 1, "samples": 99}),
            vec![0.0; 64],
        );
        let (card, bytes) = random(PixelCnnModel {
            network: PixelCnnConfig {
                kind: Kind::Gated,
                channels: 2,
                layers: 1,
                kernel: 3,
                features: 4,
                colours: 3,
                side: 8,
                levels: 4,
                labels: 0,
            },
        });
        let card = serde_json::to_string(&card).unwrap();
        let (card, states) = open(&card, &bytes).unwrap();
        let refused = Explorer::new(card, &states, Device::flex()).err().unwrap();
        assert!(refused.contains("from latents."), "{refused}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn any_numbers_get_an_answer_or_a_sentence(op in 0..6usize, n in 0..1_000usize, values in prop::collection::vec(any::<f32>(), 0..40)) {
            let e = vae(2, 0);
            let request = [
                json!({"op": "decode"}),
                json!({"op": "encode"}),
                json!({"op": "path", "kind": "spherical", "steps": n}),
                json!({"op": "grid", "kind": "spherical", "rows": n, "columns": 2}),
                json!({"op": "combine", "counts": [n, 1, 1]}),
                json!({"op": "posterior", "seed": n, "samples": n}),
            ][op].clone();
            if let Err(sentence) = ask(&e, request, values) {
                prop_assert!(sentence.ends_with('.'));
            }
        }
    }
}
