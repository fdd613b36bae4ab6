//! Requests by name, as custom views and tests make them.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::answer::{Answer, Content, finite};
use super::walks::Path;
use super::{Explorer, PICTURES_MAX};
use crate::runs::LocalFuture;

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
        amounts: BTreeMap<String, f32>,
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
    /// Pictures of latents, with the discriminator's opinion where there is one: `images`, `scores`.
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

impl Explorer {
    /// Answers a request.
    pub fn run<'a>(
        &'a self,
        request: Request,
        values: Vec<f32>,
    ) -> LocalFuture<'a, Result<Answer, String>> {
        Box::pin(async move {
            finite(&values)?;
            match request {
                Request::Latents {
                    seed,
                    start,
                    count,
                    truncation,
                } => self.drawn_latents(seed, start, count, truncation),
                Request::Path { kind, steps } => self.path(kind, steps, &values),
                Request::Grid {
                    kind,
                    rows,
                    columns,
                } => self.grid(kind, rows, columns, &values),
                Request::Combine { counts } => self.combine(counts, &values),
                Request::Shift { amounts } => self.shift(amounts, values),
                Request::Walk {
                    seed,
                    time,
                    truncation,
                } => self.walk(seed, time, truncation),
                Request::Activations { channels } => self.activations(channels, &values).await,
                Request::Encode { label } => self.encode(values, label).await,
                Request::Decode { label } => {
                    self.pictures(self.rows(values, PICTURES_MAX)?, label).await
                }
                Request::Posterior {
                    seed,
                    samples,
                    label,
                } => self.posterior(seed, samples, label, &values).await,
                Request::Manifold {
                    side,
                    extent,
                    label,
                } => {
                    let (rgba, [height, width]) = self.manifold(side, extent, label).await?;
                    let shape = vec![1, height, width, 4];
                    Ok(vec![("picture".into(), shape, Content::Bytes(rgba))])
                }
            }
        })
    }
}
