//! One description of a network: named steps over named values, in an order in which they can be computed.
//!
//! Training and drawing with burn (`forward`, `steps`), the exact gradient with respect to an input as a forward graph (`gradient`), the
//! host's kernels and its sampler ([`super::cpu`]), shapes, receptive fields, initial weights and the names in weights files all follow the same
//! [`Architecture`], so a new operation is one variant of [`Op`] and an arm in each of these.
//!
//! Trained parameters are one flat vector and running statistics of batch normalisation another, as for the toy networks: an
//! update, an average and a checkpoint each touch one tensor.

mod builder;
mod field;
mod forward;
mod gradient;
mod init;
mod op;
mod shapes;
mod steps;

use burn::tensor::{Device, Tensor, TensorData};

pub use builder::{Builder, Taps};
pub use forward::{BatchStatistics, Forward, Network};
pub use init::Init;
pub use op::{Conv, Op, Over, Side, Window};
pub use shapes::Inputs;

/// Added to variances in normalisations (Ioffe and Szegedy 2015, algorithm 1).
pub(super) const EPSILON: f64 = 1e-5;
/// Added to mean squares of features (Karras et al. 2018).
pub(super) const SMALL: f64 = 1e-8;

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it does.
    pub op: Op,
    /// Indices of the earlier values that it is applied to.
    pub from: Vec<usize>,
    /// What its tensors are called, before their role; none where it has no tensors.
    pub name: Option<String>,
    /// Whether its tensors begin at zero: the last of a residual block, so that the sum over many blocks does not grow.
    pub begins_at_zero: bool,
}

/// The steps of a network, made by a [`Builder`]. The value of a step has the step's index.
#[derive(Clone, Debug, PartialEq)]
pub struct Architecture {
    steps: Vec<Step>,
    outputs: Vec<usize>,
}

/// A named tensor of a network.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Name of the step and role, for example `3.weight`.
    pub name: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Whether training changes it; running statistics are not trained.
    pub trained: bool,
}

impl Entry {
    /// Number of values.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Step {
    /// Its tensors, in the order of the flat vectors.
    pub fn entries(&self) -> impl Iterator<Item = Entry> {
        let name = self.name.as_deref().unwrap_or_default();
        let entries = self.op.entries().into_iter();
        entries.map(move |(role, shape, trained)| Entry {
            name: format!("{name}.{role}"),
            shape,
            trained,
        })
    }
}

impl Architecture {
    /// The steps.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Indices of the values that are handed out.
    pub fn outputs(&self) -> &[usize] {
        &self.outputs
    }

    /// Every tensor, in the order of the flat vectors.
    pub fn entries(&self) -> Vec<Entry> {
        self.steps.iter().flat_map(Step::entries).collect()
    }

    fn count(&self, trained: bool) -> usize {
        let entries = self.entries().into_iter();
        entries
            .filter(|e| e.trained == trained)
            .map(|e| e.len())
            .sum()
    }

    /// Number of trained parameters.
    pub fn parameters(&self) -> usize {
        self.count(true)
    }

    /// Number of running statistics.
    pub fn statistics(&self) -> usize {
        self.count(false)
    }

    /// The same network, none of whose tensors begins at zero: with weights of a test every step must be seen.
    #[cfg(test)]
    pub(crate) fn without_zeros(mut self) -> Self {
        for step in &mut self.steps {
            step.begins_at_zero = false;
        }
        self
    }

    /// The last step that reads each value; none for what is handed out or not read.
    pub(super) fn last_readers(&self) -> Vec<Option<usize>> {
        let mut out = vec![None; self.steps.len()];
        for (i, step) in self.steps.iter().enumerate() {
            for &from in &step.from {
                out[from] = Some(i);
            }
        }
        for &i in &self.outputs {
            out[i] = None;
        }
        out
    }
}

/// Values of a network on the host.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// `[parameters]`
    pub parameters: Vec<f32>,
    /// `[statistics]`
    pub statistics: Vec<f32>,
}

impl State {
    /// Both vectors on a device.
    pub fn to_device(&self, device: &Device) -> [Tensor<1>; 2] {
        [&self.parameters, &self.statistics].map(|v| vector(v.clone(), device))
    }
}

/// A `[n]` tensor from host values.
pub fn vector(values: Vec<f32>, device: &Device) -> Tensor<1> {
    let n = values.len();
    Tensor::from_data(TensorData::new(values, [n]), device)
}

/// A `[batch, channels, height, width]` tensor from host values in row-major order.
pub fn images(values: Vec<f32>, [c, h, w]: [usize; 3], device: &Device) -> Tensor<4> {
    let n = values.len() / (c * h * w);
    Tensor::from_data(TensorData::new(values, [n, c, h, w]), device)
}

#[cfg(test)]
pub(crate) mod tests;
