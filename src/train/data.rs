//! Images for a recipe, split into those to train on and those to measure on.

use std::path::Path;

use burn::tensor::{Device, Tensor};

use super::recipe::Recipe;
use crate::data::images::ImageSet;
use crate::data::images::folder;
use crate::models::network::images;
use crate::weights;

/// Seed of the split into training and validation images; the same for every run, so that runs can be compared.
const SPLIT_SEED: u64 = 0;

/// Images, cut in two.
pub struct Data {
    /// All of them.
    pub images: ImageSet,
    /// Those to train on; none of a test split.
    pub train: Vec<usize>,
    /// Those to measure on.
    pub validation: Vec<usize>,
}

impl Data {
    /// Reads a folder for a recipe and holds back `validation` images, or the recipe's number, at most a tenth, unless the
    /// folder comes with a split.
    ///
    /// # Errors
    /// A sentence that names the file and what was expected.
    pub fn load(recipe: &Recipe, folder: &Path, validation: Option<usize>) -> Result<Self, String> {
        let (images, apart) = folder::load_split(folder)?;
        if images.count < 2 {
            return Err(format!(
                "{} holds {} images; at least 2 are needed.",
                folder.display(),
                images.count
            ));
        }
        let validation = validation.unwrap_or(recipe.source.validation);
        let (train, validation) = match &apart {
            Some(apart) => {
                let n = images.count;
                ((0..n).collect(), (n..n + apart.count).collect())
            }
            None => images.split(SPLIT_SEED, validation.min(images.count / 10).max(1)),
        };
        let images = match apart {
            Some(apart) => images.followed_by(apart)?,
            None => images,
        };
        Ok(Self {
            images: if recipe.family.halved() {
                images.halved()
            } else {
                images
            },
            train,
            validation,
        })
    }

    /// The same images, all of them to measure on: a test split, in the order of the file.
    pub fn all(self) -> Self {
        Self {
            train: vec![],
            validation: (0..self.images.count).collect(),
            images: self.images,
        }
    }

    /// Whether these are images that training could not see, all of them to measure on.
    pub fn is_test(&self) -> bool {
        self.train.is_empty()
    }

    /// What the images to measure on are called.
    pub fn called(&self) -> &'static str {
        if self.is_test() {
            "test images"
        } else {
            "validation images"
        }
    }

    /// At most `n` of the images to measure on, drawn by a seed: a file may be sorted by class.
    pub fn drawn(&self, n: usize) -> Vec<usize> {
        let mut drawn = self.images.drawn(SPLIT_SEED, &self.validation);
        drawn.truncate(n);
        drawn
    }

    /// Real images for measures between sets, drawn by a seed, and what they are called: those to train on, or all of a test split.
    pub fn reference(&self) -> (Vec<usize>, &'static str) {
        let (places, called) = match self.is_test() {
            true => (&self.validation, "test images"),
            false => (&self.train, "training images"),
        };
        (self.images.drawn(SPLIT_SEED, places), called)
    }

    /// Some of the images, `[n, channels, height, width]` in [0, 1].
    pub fn tensor(&self, indices: &[usize], device: &Device) -> Tensor<4> {
        tensor(&self.images, indices, device)
    }

    /// SHA-256 of which images are trained on.
    pub(super) fn split(&self) -> String {
        let places = self.train.iter().map(|&i| i as u64);
        weights::sha256(&places.flat_map(u64::to_le_bytes).collect::<Vec<_>>())
    }
}

/// Images of a set, `[n, channels, height, width]` in [0, 1].
pub fn tensor(set: &ImageSet, indices: &[usize], device: &Device) -> Tensor<4> {
    let mut values = Vec::with_capacity(indices.len() * set.height * set.width * set.channels);
    for &i in indices {
        set.write_chw(i, &mut values);
    }
    images(values, [set.channels, set.height, set.width], device)
}
