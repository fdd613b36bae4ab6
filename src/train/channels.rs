//! Mean and deviation of each channel of pictures.

use super::data::Data;
use crate::data::images::ImageSet;
use crate::weights::Statistics;

/// Sums of values and of their squares, by channel.
pub(super) struct Channels {
    sums: Vec<[f64; 2]>,
    plane: usize,
    values: usize,
}

impl Channels {
    pub(super) fn new(data: &Data) -> Self {
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
    pub(super) fn add(&mut self, images: &[f32]) {
        let channels = self.sums.len();
        for (i, part) in images.chunks_exact(self.plane).enumerate() {
            let [sum, squares] = &mut self.sums[i % channels];
            *sum += part.iter().map(|v| f64::from(*v)).sum::<f64>();
            *squares += part.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>();
        }
        self.values += images.len() / channels;
    }

    pub(super) fn write_to(&self, statistics: &mut Statistics) {
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
