//! An image on the host.

use burn::tensor::{Device, Tensor};

use crate::models::network::images;

/// The value of a step for one image.
#[derive(Clone, Debug, PartialEq)]
pub struct Map {
    /// Channels, height and width.
    pub shape: [usize; 3],
    /// `[height, width, channels]`
    pub values: Vec<f32>,
}

impl Map {
    /// From values with channels first.
    ///
    /// # Panics
    /// If there are more or fewer than the shape has.
    pub fn new(shape: [usize; 3], planes: &[f32]) -> Self {
        let [channels, height, width] = shape;
        let values = transposed(planes, [channels, height * width]);
        Self { shape, values }
    }

    /// The values with channels first.
    pub fn planes(&self) -> Vec<f32> {
        let [channels, height, width] = self.shape;
        transposed(&self.values, [height * width, channels])
    }

    /// One for each position, `at(row, column)`.
    pub fn from_positions(shape: [usize; 3], mut at: impl FnMut([usize; 2], &mut [f32])) -> Self {
        let mut values = vec![0.0; shape.iter().product()];
        for (i, out) in values.chunks_exact_mut(shape[0]).enumerate() {
            at([i / shape[2], i % shape[2]], out);
        }
        Self { shape, values }
    }

    /// The channels at a position. A map of height and width 1 has the same everywhere.
    pub fn at(&self, [row, column]: [usize; 2]) -> &[f32] {
        let [channels, height, width] = self.shape;
        let at = match [height, width] {
            [1, 1] => 0,
            _ => row * width + column,
        };
        &self.values[at * channels..][..channels]
    }

    /// The images of a tensor.
    pub fn all(x: Tensor<4>) -> Vec<Self> {
        let [_, channels, height, width] = x.dims();
        let values: Vec<f32> = x.into_data().try_to_vec().expect("numbers on the host");
        values
            .chunks_exact(channels * height * width)
            .map(|planes| Self::new([channels, height, width], planes))
            .collect()
    }

    /// A tensor of images of one shape.
    ///
    /// # Panics
    /// If there are none.
    pub fn tensor(maps: &[Self], device: &Device) -> Tensor<4> {
        let planes = maps.iter().flat_map(Self::planes).collect();
        images(planes, maps[0].shape, device)
    }
}

fn transposed(values: &[f32], [rows, columns]: [usize; 2]) -> Vec<f32> {
    assert_eq!(values.len(), rows * columns, "values of an image");
    let mut out = vec![0.0; values.len()];
    for (row, values) in values.chunks_exact(columns).enumerate() {
        for (out, value) in out[row..].iter_mut().step_by(rows).zip(values) {
            *out = *value;
        }
    }
    out
}
