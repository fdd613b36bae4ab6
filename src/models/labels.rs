//! Labels as a network reads them.

use burn::tensor::{Device, Tensor};

use super::network::images;

/// `[n, labels, 1, 1]`: 1 at each row's label, 0 elsewhere.
///
/// # Panics
/// If a label is not below `labels`.
pub fn one_hot(rows: impl IntoIterator<Item = usize>, labels: usize, device: &Device) -> Tensor<4> {
    let mut values = vec![];
    for label in rows {
        assert!(label < labels, "label {label} of {labels}");
        values.extend((0..labels).map(|at| f32::from(u8::from(at == label))));
    }
    images(values, [labels, 1, 1], device)
}
