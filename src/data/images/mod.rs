//! A set of images of one size, as bytes, with what is known about each.

pub mod attributes;
#[cfg(feature = "cli")]
pub mod folder;
#[cfg(feature = "cli")]
pub mod idx;
#[cfg(feature = "cli")]
pub mod pairs;
#[cfg(feature = "cli")]
pub mod warp;

use rand_chacha::rand_core::Rng;

use crate::data::images::attributes::Attributes;
use crate::rng::{Purpose, stream};

/// Images as bytes in 0..=255, `[count, height, width, channels]` row-major. Binary images hold 0 and 255.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageSet {
    /// How many images.
    pub count: usize,
    /// Rows of each.
    pub height: usize,
    /// Columns of each.
    pub width: usize,
    /// 1 (grey) or 3 (red, green, blue).
    pub channels: usize,
    /// `count * height * width * channels` bytes.
    pub pixels: Vec<u8>,
    /// One class per image.
    pub labels: Option<Vec<u8>>,
    /// One line of categories per image.
    pub attributes: Option<Attributes>,
}

impl ImageSet {
    /// The size of each image in words.
    pub fn size(&self) -> String {
        format!(
            "{} x {} pixels in {} channels",
            self.height, self.width, self.channels
        )
    }

    /// Image `i`.
    ///
    /// # Shapes
    /// `[height, width, channels]`
    pub fn image(&self, i: usize) -> &[u8] {
        let size = self.height * self.width * self.channels;
        &self.pixels[i * size..(i + 1) * size]
    }

    /// Image `i` in [0, 1], appended to `out`.
    ///
    /// # Shapes
    /// `[channels, height, width]`
    pub fn write_chw(&self, i: usize, out: &mut Vec<f32>) {
        for channel in 0..self.channels {
            let plane = self.image(i)[channel..].iter().step_by(self.channels);
            out.extend(plane.map(|&byte| f32::from(byte) / 255.0));
        }
    }

    /// Indices to train on and to validate on, by a shuffle that depends on `seed` and the count only. The first
    /// `validation` of it, or all there are, are held out, so a smaller validation set is part of a larger one.
    pub fn split(&self, seed: u64, validation: usize) -> (Vec<usize>, Vec<usize>) {
        let all: Vec<usize> = (0..self.count).collect();
        let mut held_out = self.drawn(seed, &all);
        let train = held_out.split_off(validation.min(self.count));
        (train, held_out)
    }

    /// Indices in the order in which `seed` draws them, whatever the order of their file. Either part of a [`Self::split`] by this seed
    /// is in this order already.
    pub fn drawn(&self, seed: u64, indices: &[usize]) -> Vec<usize> {
        let mut rng = stream(seed, Purpose::Split, 0);
        let keys: Vec<u64> = (0..self.count).map(|_| rng.next_u64()).collect();
        let mut drawn = indices.to_vec();
        drawn.sort_by_key(|&i| keys[i]);
        drawn
    }

    /// These images and then others of the same size; labels and attributes stay only where both have them.
    ///
    /// # Errors
    /// A sentence when the sizes differ.
    pub fn followed_by(mut self, other: Self) -> Result<Self, String> {
        if self.size() != other.size() {
            return Err(format!(
                "The validation images have {}, the training images {}.",
                other.size(),
                self.size()
            ));
        }
        self.count += other.count;
        self.pixels.extend(other.pixels);
        self.labels = self.labels.zip(other.labels).map(|(mut a, b)| {
            a.extend(b);
            a
        });
        self.attributes = None;
        Ok(self)
    }

    /// Half the size: the rounded mean of each 2 by 2 box; at an odd edge the last row or column counts twice.
    pub fn halved(&self) -> Self {
        let (height, width) = (self.height.div_ceil(2), self.width.div_ceil(2));
        let mut pixels = Vec::with_capacity(self.count * height * width * self.channels);
        for i in 0..self.count {
            let image = self.image(i);
            for y in 0..height {
                let rows = [2 * y, (2 * y + 1).min(self.height - 1)];
                for x in 0..width {
                    let columns = [2 * x, (2 * x + 1).min(self.width - 1)];
                    for channel in 0..self.channels {
                        let byte = |row, column| {
                            u16::from(image[(row * self.width + column) * self.channels + channel])
                        };
                        let sum: u16 = rows
                            .map(|r| byte(r, columns[0]) + byte(r, columns[1]))
                            .iter()
                            .sum();
                        pixels.push(((sum + 2) / 4) as u8);
                    }
                }
            }
        }
        Self {
            height,
            width,
            pixels,
            labels: self.labels.clone(),
            attributes: self.attributes.clone(),
            ..*self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(count: usize, [height, width, channels]: [usize; 3]) -> ImageSet {
        let size = count * height * width * channels;
        ImageSet {
            count,
            height,
            width,
            channels,
            pixels: (0..size).map(|i| (i * 37 % 256) as u8).collect(),
            labels: Some((0..count).map(|i| i as u8).collect()),
            attributes: None,
        }
    }

    #[test]
    fn planes_follow_each_other_in_unit_range() {
        let mut colours = set(2, [1, 2, 3]);
        colours.pixels = vec![9, 9, 9, 9, 9, 9, 0, 51, 102, 153, 204, 255];
        let mut out = vec![7.0];
        colours.write_chw(1, &mut out);
        assert_eq!(out, [7.0, 0.0, 0.6, 0.2, 0.8, 0.4, 1.0]);
    }

    #[test]
    fn a_split_is_a_partition_that_depends_on_the_seed() {
        let images = set(100, [1, 1, 1]);
        let (train, held_out) = images.split(5, 30);
        assert_eq!((train.len(), held_out.len()), (70, 30));
        let mut all = [&train[..], &held_out].concat();
        all.sort_unstable();
        assert!(all.into_iter().eq(0..100));
        assert_eq!(images.split(5, 30), (train.clone(), held_out.clone()));
        assert_eq!(images.drawn(5, &train), train);
        let (mut sorted, mut first) = (held_out.clone(), held_out[..10].to_vec());
        sorted.sort_unstable();
        assert_eq!(images.drawn(5, &sorted), held_out);
        first.sort_unstable();
        assert_ne!(first, sorted[..10]);
        assert_ne!(images.split(6, 30).1, held_out);
        assert_eq!(images.split(5, 10).1, held_out[..10]);
        assert_eq!(images.split(5, 1000).1.len(), 100);
        assert!(images.split(5, 0).1.is_empty());
    }

    #[test]
    fn halving_keeps_the_mean_of_each_box() {
        let mut grey = set(1, [2, 4, 1]);
        grey.pixels = vec![0, 1, 255, 255, 1, 1, 255, 255];
        let half = grey.halved();
        // 3/4 rounds to 1.
        assert_eq!(
            (half.height, half.width, &half.pixels[..]),
            (1, 2, &[1, 255][..])
        );
        assert_eq!(half.labels, grey.labels);

        let colours = set(3, [6, 8, 3]);
        let half = colours.halved();
        let mean =
            |pixels: &[u8]| pixels.iter().map(|&b| f64::from(b)).sum::<f64>() / pixels.len() as f64;
        for i in 0..3 {
            for channel in 0..3 {
                let plane = |s: &ImageSet| {
                    s.image(i)
                        .iter()
                        .skip(channel)
                        .step_by(3)
                        .copied()
                        .collect::<Vec<_>>()
                };
                let (whole, halved) = (plane(&colours), plane(&half));
                assert_eq!(halved.len(), 12);
                assert!((mean(&whole) - mean(&halved)).abs() < 0.501);
            }
        }
    }

    #[test]
    fn odd_sides_are_rounded_up() {
        let mut grey = set(1, [3, 3, 1]);
        grey.pixels = vec![0, 0, 10, 0, 0, 20, 30, 50, 70];
        assert_eq!(grey.halved().pixels, [0, 15, 40, 70]);
        assert_eq!(set(2, [1, 1, 3]).halved().pixels, set(2, [1, 1, 3]).pixels);
    }
}
