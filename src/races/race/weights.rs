//! Networks as a safetensors file.

use safetensors::{Dtype, tensor::TensorView};

use crate::models::mlp::MlpConfig;

/// Networks, each with its name, its shape and its parameters in the order weight, bias of each layer, named and shaped as in a PyTorch
/// `Sequential` of linear layers and activations: `name.0.weight` is `[outputs, inputs]`, `name.0.bias` is `[outputs]`.
///
/// # Errors
/// A sentence when the file cannot be written.
pub fn file(
    networks: impl Iterator<Item = ((String, MlpConfig), Vec<f32>)>,
) -> Result<Vec<u8>, String> {
    let mut found: Vec<(String, Vec<usize>, Vec<u8>)> = vec![];
    let bytes = |values: &mut dyn Iterator<Item = f32>| values.flat_map(f32::to_le_bytes).collect();
    for ((name, config), parameters) in networks {
        let mut rest = &parameters[..];
        for (layer, [inputs, outputs]) in config.shapes().enumerate() {
            let (weight, after) = rest.split_at(inputs * outputs);
            let (bias, after) = after.split_at(outputs);
            rest = after;
            let column = |output| weight.iter().skip(output).step_by(outputs).copied();
            let place = format!("{name}.{}", 2 * layer);
            let transposed = bytes(&mut (0..outputs).flat_map(column));
            found.push((format!("{place}.weight"), vec![outputs, inputs], transposed));
            let bias = bytes(&mut bias.iter().copied());
            found.push((format!("{place}.bias"), vec![outputs], bias));
        }
    }
    let views = found.iter().map(|(name, shape, data)| {
        let view = TensorView::new(Dtype::F32, shape.clone(), data);
        (name, view.expect("as many bytes as the shape has"))
    });
    safetensors::serialize(views, None)
        .map_err(|error| format!("The weights could not be written: {error}."))
}
