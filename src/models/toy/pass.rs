//! A block of examples on its way through a network and back.

use super::lanes::{self, LANES, Lanes};
use super::network::{Gradient, Network, zeros};
use super::product::{ROWS, panels};
use crate::models::mlp::{MlpConfig, Output};

/// Everything that a block leaves behind in a network with layers 1 to `n`; at each place, panels of [`ROWS`] rows.
#[derive(Clone, Debug)]
pub struct Pass {
    /// Examples in the block.
    pub rows: usize,
    /// What goes into layer 1, 2, ..., and what comes out of the last.
    pub(super) h: Vec<Vec<Lanes>>,
    /// `act'(a)` beside it, for smooth activations.
    pub(super) m: Vec<Vec<Lanes>>,
    /// Derivatives with respect to the same values ...
    pub(super) s: Vec<Vec<Lanes>>,
    /// ... and with respect to what the layer before made of them, before its activation.
    pub(super) d: Vec<Vec<Lanes>>,
    /// Derivatives of `h` and of `d` in a direction.
    pub(super) t: Vec<Vec<Lanes>>,
    pub(super) e: Vec<Vec<Lanes>>,
    /// Room for what becomes one of these.
    pub(super) spare: [Vec<Lanes>; 2],
}

impl Pass {
    /// Room for a block in such a network; `second`: for second order too.
    pub fn new(config: &MlpConfig, second: bool) -> Self {
        let sizes = || {
            let first = std::iter::once(config.inputs);
            first.chain(config.shapes().map(|[_, outputs]| outputs))
        };
        let room = |wanted: bool| -> Vec<Vec<Lanes>> {
            let size = |columns| if wanted { panels(columns) * ROWS } else { 0 };
            sizes().map(|columns| zeros(size(columns))).collect()
        };
        let widest = sizes().max().unwrap_or_default();
        let spare = if second { panels(widest) * ROWS } else { 0 };
        Self {
            rows: 0,
            h: room(true),
            m: room(!config.activation.piecewise_linear()),
            s: room(true),
            d: room(true),
            t: room(second),
            e: room(second),
            spare: [zeros(spare), zeros(spare)],
        }
    }

    fn last(&self) -> usize {
        self.h.len() - 1
    }

    /// Takes examples in.
    ///
    /// # Shapes
    /// - x: `[rows, inputs]`, at most [`ROWS`]
    pub fn take(&mut self, x: &[f32], inputs: usize) {
        self.rows = x.len() / inputs;
        spread(x, inputs, &mut self.h[0]);
    }

    /// Takes the outputs of another network in.
    pub fn take_outputs(&mut self, other: &Pass) {
        self.rows = other.rows;
        self.h[0].copy_from_slice(&other.h[other.last()]);
    }

    /// Puts a value into one input of every example.
    ///
    /// # Shapes
    /// - values: at least `[rows]`
    pub fn put(&mut self, column: usize, values: &[f32]) {
        let panel = &mut self.h[0][column / LANES * ROWS..];
        for (row, value) in panel[..self.rows].iter_mut().zip(values) {
            row[column % LANES] = *value;
        }
    }

    /// One of the first outputs of an example.
    pub fn output(&self, row: usize, column: usize) -> f32 {
        self.h[self.last()][row][column]
    }

    /// One of the first inputs of an example.
    pub fn input(&self, row: usize, column: usize) -> f32 {
        self.h[0][row][column]
    }

    /// Writes the outputs.
    ///
    /// # Shapes
    /// - out: `[rows, outputs]`
    pub fn give(&self, out: &mut [f32], outputs: usize) {
        gather(&self.h[self.last()], outputs, out);
    }

    /// The derivatives with respect to the outputs, to be filled before [`Network::backward`]; `[ROWS]` rows of the first outputs.
    pub fn slopes(&mut self) -> &mut [Lanes] {
        let last = self.last();
        &mut self.s[last]
    }

    /// The same for all outputs at once.
    pub fn fill_slopes(&mut self, value: f32) {
        self.slopes().fill([value; LANES]);
    }

    /// The same from rows.
    ///
    /// # Shapes
    /// - slopes: `[rows, outputs]`
    pub fn put_slopes(&mut self, slopes: &[f32], outputs: usize) {
        spread(slopes, outputs, self.slopes());
    }

    /// The derivatives with respect to the inputs, after [`Network::backward`].
    pub fn input_slopes(&self) -> &[Lanes] {
        &self.s[0]
    }

    /// The same, to be changed.
    pub fn input_slopes_mut(&mut self) -> &mut [Lanes] {
        &mut self.s[0]
    }

    /// How these move, after [`Network::moved`].
    pub fn moved_slopes(&self) -> &[Lanes] {
        &self.e[0]
    }

    /// Derivatives with respect to the inputs of another network become those of the outputs of this one.
    pub fn take_slopes(&mut self, other: &Pass) {
        let last = self.last();
        self.s[last].copy_from_slice(&other.s[0]);
    }
}

/// From rows to panels.
pub(super) fn spread(x: &[f32], columns: usize, to: &mut [Lanes]) {
    for (row, x) in x.chunks_exact(columns).enumerate() {
        for (panel, some) in x.chunks(LANES).enumerate() {
            to[panel * ROWS + row][..some.len()].copy_from_slice(some);
        }
    }
}

/// From panels to rows.
pub(super) fn gather(from: &[Lanes], columns: usize, x: &mut [f32]) {
    for (row, x) in x.chunks_exact_mut(columns).enumerate() {
        for (panel, some) in x.chunks_mut(LANES).enumerate() {
            let n = some.len();
            some.copy_from_slice(&from[panel * ROWS + row][..n]);
        }
    }
}

impl Network {
    /// The block goes forward.
    pub fn forward(&self, pass: &mut Pass) {
        let rows = pass.rows;
        let hidden = self.layers.len() - 1;
        for (l, layer) in self.layers.iter().enumerate() {
            let (before, after) = pass.h.split_at_mut(l + 1);
            layer.forward(&before[l], true, rows, &mut after[0]);
            if l < hidden {
                self.activation
                    .block(&mut after[0], &mut pass.m[l + 1], rows);
            } else if self.output == Output::Tanh {
                for row in &mut after[0][..rows] {
                    *row = row.map(lanes::tanh);
                }
            }
        }
    }

    /// The block goes back from [`Pass::slopes`], after [`Self::forward`]: adds to the gradient, and works out [`Pass::input_slopes`] where
    /// they are wanted.
    pub fn backward(&self, pass: &mut Pass, mut gradient: Option<&mut Gradient>, to_inputs: bool) {
        let rows = pass.rows;
        let last = self.layers.len();
        for (l, layer) in self.layers.iter().enumerate().rev() {
            let ([h, s], d) = ([&pass.h[l + 1], &pass.s[l + 1]], &mut pass.d[l + 1]);
            if l + 1 < last {
                self.activation.bent(s, h, &pass.m[l + 1], rows, d);
            } else {
                bent_output(self.output, s, h, rows, d);
            }
            if let Some(gradient) = gradient.as_deref_mut() {
                let sums = gradient.layer(l);
                sums.add(&pass.h[l], &pass.d[l + 1], rows);
                sums.add_bias(&pass.d[l + 1], rows);
            }
            if l > 0 || to_inputs {
                layer.backward(&pass.d[l + 1], rows, &mut pass.s[l]);
            }
        }
    }
}

/// `d` is `s` times the derivative of what follows the last layer.
fn bent_output(output: Output, s: &[Lanes], h: &[Lanes], rows: usize, d: &mut [Lanes]) {
    let panels = s.chunks_exact(ROWS).zip(h.chunks_exact(ROWS));
    for ((s, h), d) in panels.zip(d.chunks_exact_mut(ROWS)) {
        match output {
            Output::Linear => d[..rows].copy_from_slice(&s[..rows]),
            Output::Tanh => {
                for ((s, h), d) in s.iter().zip(h).zip(&mut d[..rows]) {
                    *d = std::array::from_fn(|i| s[i] * (1.0 - h[i] * h[i]));
                }
            }
        }
    }
}
