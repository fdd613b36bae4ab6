//! Pictures of latents, and what the generator's layers make of them.

use burn::tensor::Tensor;

use super::answer::{Answer, Content, byte, flat, floats, rgba, within};
use super::walks::fraction;
use super::{Explorer, Model};
use crate::models::dcgan::Dcgan;
use crate::models::labels::one_hot;
use crate::models::mlp::matrix;
use crate::models::network::images;
use crate::runs::read;

/// Largest side of the manifold in pictures.
const MANIFOLD_MAX: usize = 48;
/// Pictures decoded at once.
const BATCH: usize = 16;
/// Most channels shown of a layer.
const CHANNELS_MAX: usize = 64;

impl Explorer {
    /// The same label for `n` images, where the model takes labels.
    pub(super) fn label(&self, n: usize, label: usize) -> Result<Option<Tensor<4>>, String> {
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

    pub(super) async fn decoded(
        &self,
        z: &[f32],
        label: usize,
    ) -> Result<(Vec<f32>, Vec<f32>), String> {
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

    pub(super) async fn pictures(&self, z: Vec<f32>, label: usize) -> Result<Answer, String> {
        let n = z.len() / self.latent;
        let (pixels, scores) = self.decoded(&z, label).await?;
        let mut answer = vec![self.rgba("images", &pixels)];
        if scores.len() == n {
            answer.push(floats("scores", &[n], scores));
        }
        Ok(answer)
    }

    /// Pictures in [0, 1] as the page draws them.
    pub(in crate::exhibits) fn rgba(
        &self,
        name: &str,
        pixels: &[f32],
    ) -> (String, Vec<usize>, Content) {
        rgba(name, pixels, self.shape)
    }

    /// A 2-D latent space as one picture of `side` by `side` pictures, which reach `extent` from the origin: its RGBA bytes, height and width.
    ///
    /// # Errors
    /// A sentence when the latent space is no plane, or a number is out of bounds.
    pub(in crate::exhibits) async fn manifold(
        &self,
        side: usize,
        extent: f32,
        label: usize,
    ) -> Result<(Vec<u8>, [usize; 2]), String> {
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
        Ok((bytes, [side * h, side * w]))
    }

    pub(super) async fn activations(
        &self,
        channels: usize,
        values: &[f32],
    ) -> Result<Answer, String> {
        within("number of channels", channels, CHANNELS_MAX)?;
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
}
