//! What a request is answered with: numbers and pictures by name.

use burn::tensor::Tensor;
use serde::de::DeserializeOwned;

use crate::limits::complaint;

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

/// A request in JSON.
///
/// # Errors
/// A sentence when it is none.
pub(in crate::exhibits) fn asked<T: DeserializeOwned>(request: &str) -> Result<T, String> {
    serde_json::from_str(request)
        .map_err(|e| format!("The request cannot be read: {}.", complaint(e)))
}

pub(in crate::exhibits) fn within(what: &str, value: usize, most: usize) -> Result<(), String> {
    if (1..=most).contains(&value) {
        Ok(())
    } else {
        Err(format!(
            "The {what} is {value}; it must be from 1 to {most}."
        ))
    }
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
pub(in crate::exhibits) fn rgba(
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

/// The nearest byte to a value in [0, 1].
pub(in crate::exhibits) fn byte(value: f32) -> u8 {
    (value * 255.0 + 0.5) as u8
}

/// The same values as one row.
pub(in crate::exhibits) fn flat<const D: usize>(t: Tensor<D>) -> Tensor<1> {
    let n = t.shape().num_elements();
    t.reshape([n])
}

/// Whether all numbers of a request are finite.
///
/// # Errors
/// A sentence with the first that is not.
pub(super) fn finite(values: &[f32]) -> Result<(), String> {
    match values.iter().find(|v| !v.is_finite()) {
        Some(bad) => Err(format!("A value of the request is {bad}.")),
        None => Ok(()),
    }
}
