//! Parameters as the kernel uses them, and their gradient.

use super::lanes::{LANES, Lanes};
use super::product::{self, FEW, panels};
use crate::models::mlp::{Activation, MlpConfig, Output};

/// A network ready for use.
#[derive(Clone, Debug)]
pub struct Network {
    /// Hidden activation.
    pub activation: Activation,
    /// What follows the last layer.
    pub output: Output,
    /// Its layers, first to last.
    pub layers: Vec<Layer>,
}

/// One affine layer.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Features that come in.
    pub inputs: usize,
    /// Features that go out.
    pub outputs: usize,
    /// For each panel of outputs, a row for every input.
    weight: Vec<Lanes>,
    /// For each panel of inputs, a row for every output.
    transposed: Vec<Lanes>,
    bias: Vec<Lanes>,
    /// Zeros, where there is no bias.
    none: Vec<Lanes>,
}

impl Network {
    /// A network of zeros.
    pub fn new(config: &MlpConfig) -> Self {
        let layer = |[inputs, outputs]: [usize; 2]| Layer {
            inputs,
            outputs,
            weight: zeros(panels(outputs) * inputs),
            transposed: zeros(panels(inputs) * outputs),
            bias: zeros(panels(outputs)),
            none: zeros(panels(inputs.max(outputs))),
        };
        Self {
            activation: config.activation,
            output: config.output,
            layers: config.shapes().map(layer).collect(),
        }
    }

    /// Takes other parameters, in the order weight, bias of each layer.
    ///
    /// # Panics
    /// If there are fewer than it has.
    pub fn set(&mut self, parameters: &[f32]) {
        let mut rest = parameters;
        for layer in &mut self.layers {
            let [inputs, outputs] = [layer.inputs, layer.outputs];
            let (weight, after) = rest.split_at(inputs * outputs);
            let (bias, after) = after.split_at(outputs);
            rest = after;
            for (input, row) in weight.chunks_exact(outputs).enumerate() {
                for (panel, some) in row.chunks(LANES).enumerate() {
                    layer.weight[panel * inputs + input][..some.len()].copy_from_slice(some);
                }
            }
            for (panel, rows) in weight.chunks(LANES * outputs).enumerate() {
                let to = &mut layer.transposed[panel * outputs..][..outputs];
                for (lane, row) in rows.chunks_exact(outputs).enumerate() {
                    for (to, weight) in to.iter_mut().zip(row) {
                        to[lane] = *weight;
                    }
                }
            }
            for (to, some) in layer.bias.iter_mut().zip(bias.chunks(LANES)) {
                to[..some.len()].copy_from_slice(some);
            }
        }
    }
}

impl Layer {
    /// `out = x w + bias`, the bias only where it is wanted.
    pub(super) fn forward(&self, x: &[Lanes], biased: bool, rows: usize, out: &mut [Lanes]) {
        let bias = if biased { &self.bias } else { &self.none };
        match self.outputs {
            few @ ..=FEW => {
                let bias = bias.first().unwrap_or(&[0.0; LANES]);
                product::dots(x, &self.transposed, few, bias, rows, out);
            }
            _ => product::times(x, self.inputs, &self.weight, bias, rows, out),
        }
    }

    /// `out = d w^T`.
    pub(super) fn backward(&self, d: &[Lanes], rows: usize, out: &mut [Lanes]) {
        match self.inputs {
            few @ ..=FEW => product::dots(d, &self.weight, few, &[0.0; LANES], rows, out),
            _ => product::times(d, self.outputs, &self.transposed, &self.none, rows, out),
        }
    }
}

/// A gradient with respect to the parameters of a [`Network`], which grows by sums.
#[derive(Clone, Debug)]
pub struct Gradient {
    layers: Vec<Sums>,
}

/// That of one layer.
#[derive(Clone, Debug)]
pub(super) struct Sums {
    inputs: usize,
    outputs: usize,
    /// As in [`Layer`]; transposed where a layer has few outputs.
    weight: Vec<Lanes>,
    bias: Vec<Lanes>,
}

impl Gradient {
    /// Zeros for such a network.
    pub fn new(config: &MlpConfig) -> Self {
        let sums = |[inputs, outputs]: [usize; 2]| Sums {
            inputs,
            outputs,
            weight: zeros(match outputs {
                ..=FEW => panels(inputs) * outputs,
                _ => panels(outputs) * inputs,
            }),
            bias: zeros(panels(outputs)),
        };
        Self {
            layers: config.shapes().map(sums).collect(),
        }
    }

    /// Back to zero.
    pub fn clear(&mut self) {
        for sums in &mut self.layers {
            sums.weight.fill([0.0; LANES]);
            sums.bias.fill([0.0; LANES]);
        }
    }

    pub(super) fn layer(&mut self, at: usize) -> &mut Sums {
        &mut self.layers[at]
    }

    /// Writes it as one vector, in the order of [`Network::set`].
    ///
    /// # Panics
    /// If `flat` is too short.
    pub fn write(&self, flat: &mut [f32]) {
        let mut rest = flat;
        for sums in &self.layers {
            let [inputs, outputs] = [sums.inputs, sums.outputs];
            let (weight, after) = rest.split_at_mut(inputs * outputs);
            let (bias, after) = after.split_at_mut(outputs);
            rest = after;
            for (input, row) in weight.chunks_exact_mut(outputs).enumerate() {
                match outputs {
                    ..=FEW => {
                        let from = &sums.weight[input / LANES * outputs..];
                        for (to, from) in row.iter_mut().zip(from) {
                            *to = from[input % LANES];
                        }
                    }
                    _ => {
                        for (panel, some) in row.chunks_mut(LANES).enumerate() {
                            let from = &sums.weight[panel * inputs + input];
                            some.copy_from_slice(&from[..some.len()]);
                        }
                    }
                }
            }
            for (some, from) in bias.chunks_mut(LANES).zip(&sums.bias) {
                some.copy_from_slice(&from[..some.len()]);
            }
        }
    }
}

impl Sums {
    /// Adds `x^T d`.
    pub(super) fn add(&mut self, x: &[Lanes], d: &[Lanes], rows: usize) {
        match self.outputs {
            few @ ..=FEW => product::outer(d, few, x, rows, &mut self.weight),
            _ => product::outer(x, self.inputs, d, rows, &mut self.weight),
        }
    }

    /// Adds the sums of the columns of `d`.
    pub(super) fn add_bias(&mut self, d: &[Lanes], rows: usize) {
        product::column_sums(d, rows, &mut self.bias);
    }
}

/// So many rows of zeros.
pub(super) fn zeros(rows: usize) -> Vec<Lanes> {
    vec![[0.0; LANES]; rows]
}
