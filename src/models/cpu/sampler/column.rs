//! One column of a masked convolution.

use super::plan::Slot;
use crate::models::network::Window;

/// Outputs whose sums are held in registers.
const BLOCK: usize = 16;

/// A window's values in the order in which they are used.
#[derive(Clone, Debug)]
pub(super) struct Kernel {
    pub(super) window: Window,
    /// `[rows, columns, inputs, outputs]`
    weight: Vec<f32>,
    /// `[outputs]`, zeros without bias.
    pub(super) bias: Vec<f32>,
}

impl Kernel {
    pub(super) fn new(window: Window, tensors: &[&[f32]]) -> Self {
        let [height, width] = window.size();
        let (inputs, outputs) = (window.inputs, window.outputs);
        let stored = tensors[0];
        // Stored as [outputs, inputs, rows, columns].
        let mut weight = vec![0.0; stored.len()];
        for (at, &value) in stored.iter().enumerate() {
            let (channel, tap) = (at / (height * width), at % (height * width));
            let (output, input) = (channel / inputs, channel % inputs);
            weight[(tap * inputs + input) * outputs + output] = value;
        }
        let mut bias = tensors.get(1).map_or(vec![], |bias| bias.to_vec());
        bias.resize(outputs, 0.0);
        Self {
            window,
            weight,
            bias,
        }
    }

    /// One column of the output.
    pub(super) fn apply(
        &self,
        source: &[f32],
        slot: &Slot,
        side: usize,
        [row, column]: [usize; 2],
        out: &mut [f32],
    ) {
        out.copy_from_slice(&self.bias);
        let Window { rows, columns, .. } = self.window;
        let [_, width] = self.window.size();
        let inputs = slot.width;
        // Offsets to the right that stay inside the image.
        let first = columns[0].max(-(column as isize));
        let last = columns[1].min((side - 1 - column) as isize);
        if first > last {
            return;
        }
        for (dy, down) in (rows[0]..=rows[1]).enumerate() {
            let Some(y) = row.checked_add_signed(down) else {
                continue;
            };
            let taps = (last - first + 1) as usize;
            let from = slot.at(y, column.wrapping_add_signed(first));
            let tap = dy * width + (first - columns[0]) as usize;
            let weight = &self.weight[tap * inputs * out.len()..];
            add_product(&source[from..from + taps * inputs], weight, out);
        }
    }
}

/// `out += x W` with W `[x, out]`.
fn add_product(x: &[f32], weight: &[f32], out: &mut [f32]) {
    let outputs = out.len();
    let mut blocks = out.chunks_exact_mut(BLOCK);
    let mut at = 0;
    for block in &mut blocks {
        let mut sums = [0.0; BLOCK];
        sums.copy_from_slice(block);
        for (x, row) in x.iter().zip(weight.chunks_exact(outputs)) {
            for (sum, w) in sums.iter_mut().zip(&row[at..at + BLOCK]) {
                *sum += x * w;
            }
        }
        block.copy_from_slice(&sums);
        at += BLOCK;
    }
    let rest = blocks.into_remainder();
    for (x, row) in x.iter().zip(weight.chunks_exact(outputs)) {
        for (sum, w) in rest.iter_mut().zip(&row[at..]) {
            *sum += x * w;
        }
    }
}
