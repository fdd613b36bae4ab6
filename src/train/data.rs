//! Images for a recipe, split into those to train on and those to measure on.

use std::path::Path;

use burn::tensor::{Device, Tensor};
use rand_chacha::ChaCha8Rng;

use super::recipe::Recipe;
use crate::data::images::ImageSet;
use crate::data::images::folder;
use crate::models::network::images;
use crate::rng::between;
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

/// The same, each moved by up to `shift` pixels along both sides; what comes in at an edge repeats it.
pub fn moved(
    set: &ImageSet,
    indices: &[usize],
    shift: usize,
    rng: &mut ChaCha8Rng,
    device: &Device,
) -> Tensor<4> {
    let [width, height] = [set.width, set.height];
    let (mut still, mut values) = (vec![], vec![]);
    for &i in indices {
        still.clear();
        set.write_chw(i, &mut still);
        let most = 2 * shift;
        let mut by = || (between(rng, 0.0, (most + 1) as f32) as usize).min(most);
        let [down, right] = [by(), by()];
        let from = |at: usize, by: usize, end: usize| (at + by).saturating_sub(shift).min(end - 1);
        for channel in still.chunks_exact(height * width) {
            for y in 0..height {
                let row = &channel[from(y, down, height) * width..][..width];
                values.extend((0..width).map(|x| row[from(x, right, width)]));
            }
        }
    }
    images(values, [set.channels, height, width], device)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{Purpose, stream};

    #[test]
    fn an_image_is_moved_as_a_whole_and_no_further_than_asked() {
        let (side, shift) = (7usize, 2);
        let mut pixels = vec![0u8; side * side];
        pixels[3 * side + 3] = 255;
        let set = ImageSet {
            count: 1,
            height: side,
            width: side,
            channels: 1,
            pixels,
            labels: None,
            attributes: None,
        };
        let device = crate::device::cpu();
        let mut rng = stream(5, Purpose::Augment, 0);
        let many = moved(&set, &[0; 200], shift, &mut rng, &device);
        let values = many.reshape([-1]).try_into_vec_as::<f32>().unwrap();
        let mut found = std::collections::BTreeSet::new();
        for image in values.chunks_exact(side * side) {
            assert_eq!(image.iter().sum::<f32>(), 1.0);
            let at = image.iter().position(|&v| v == 1.0).unwrap();
            found.insert([at / side, at % side]);
        }
        let all = (1..=5).flat_map(|y| (1..=5).map(move |x| [y, x]));
        assert!(found.into_iter().eq(all));
        let still = moved(&set, &[0], 0, &mut rng, &device);
        assert!(
            still
                .equal(tensor(&set, &[0], &device))
                .all()
                .into_scalar::<bool>()
        );
    }
}
