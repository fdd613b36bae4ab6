//! One pixel of a PixelCNN at a time, on the host, exactly as the forward pass over the whole image would have it.
//!
//! Every step of such a network is causal, so what was computed at finished pixels never changes: only the new column of each layer is computed per
//! pixel (Ramachandran et al. 2017). Steps that see nothing but the rows above are computed for a whole row when it
//! begins; the heads of a pixel's channels follow one after the other.

mod column;
mod levels;
mod plan;

pub use levels::{draw, log_probabilities, noise, probabilities};

use super::pointwise::lstm;
use crate::models::network::{Architecture, Op, State, Step};
use crate::models::pixelcnn::PixelCnnConfig;
use column::Kernel;
use plan::{Phase, Ready, Slot, phases, slots};

/// Weights of a PixelCNN on the host.
#[derive(Clone, Debug)]
pub struct Sampler {
    /// Shape and kind.
    pub config: PixelCnnConfig,
    architecture: Architecture,
    phases: Vec<Phase>,
    slots: Vec<Slot>,
    steps: Vec<Ready>,
}

/// An image in the making: values in reading order, the channels of a pixel one after the other.
#[derive(Clone, Debug)]
pub struct Canvas {
    label: usize,
    levels: Vec<u8>,
    buffers: Vec<Vec<f32>>,
    /// Memory of every Row LSTM, as its output lies in its buffer.
    cells: Vec<Vec<f32>>,
    /// The row and the pixel for which columns are computed.
    row: Option<usize>,
    pixel: Option<usize>,
}

impl Canvas {
    /// The levels so far, `[pixels, colours]`.
    pub fn levels(&self) -> &[u8] {
        &self.levels
    }

    /// Its label.
    pub fn label(&self) -> usize {
        self.label
    }

    /// Goes back to when it had `values` values, or stays as it is when it has fewer.
    ///
    /// Columns of what is left still hold, and those of later pixels are computed again on the way back to them.
    pub fn truncate(&mut self, values: usize) {
        self.levels.truncate(values);
    }
}

impl Sampler {
    /// A sampler with these weights.
    ///
    /// # Panics
    /// If there are more or fewer parameters than the config has.
    pub fn new(config: PixelCnnConfig, state: &State) -> Self {
        let architecture = config.architecture();
        let mut rest = &state.parameters[..];
        let mut take = |op: &Op| -> Vec<&[f32]> {
            let entries = op.entries().into_iter();
            let shapes = entries.map(|(_, shape, _)| shape.iter().product::<usize>());
            let part = |n| rest.split_off(..n).expect("parameters of the network");
            shapes.map(part).collect()
        };
        let of = |step: &Step| Ready::new(step, &take(&step.op), architecture.steps(), &config);
        let steps: Vec<Ready> = architecture.steps().iter().map(of).collect();
        assert!(rest.is_empty(), "parameters of the network");
        let phases = phases(&architecture, &steps);
        let slots = slots(&architecture, &phases, config.input_shapes());
        Self {
            config,
            architecture,
            phases,
            slots,
            steps,
        }
    }

    /// An empty image of a label, which is not looked at without labels.
    pub fn canvas(&self, label: usize) -> Canvas {
        let buffers = self.slots.iter().map(|slot| vec![0.0; slot.len]);
        let cells = self.slots.iter().zip(&self.steps);
        let cells = cells.map(|(slot, step)| match step {
            Ready::RowLstm(_) => vec![0.0; slot.len],
            _ => vec![],
        });
        let mut canvas = Canvas {
            label,
            levels: Vec::with_capacity(self.config.size()),
            buffers: buffers.collect(),
            cells: cells.collect(),
            row: None,
            pixel: None,
        };
        self.compute(&mut canvas, Phase::Image, [0, 0]);
        canvas
    }

    /// Memory of one image, in bytes.
    pub fn bytes(&self) -> usize {
        let slots = self.slots.iter().zip(&self.steps);
        let numbers = slots.map(|(slot, step)| match step {
            Ready::RowLstm(_) => 2 * slot.len,
            _ => slot.len,
        });
        numbers.sum::<usize>() * size_of::<f32>()
    }

    /// Whether every value is known.
    pub fn is_done(&self, canvas: &Canvas) -> bool {
        canvas.levels.len() == self.config.size()
    }

    /// Logits of the next value given all before it, `[levels]`.
    ///
    /// # Panics
    /// If every value is known.
    pub fn logits<'c>(&self, canvas: &'c mut Canvas) -> &'c [f32] {
        assert!(!self.is_done(canvas), "a value that is not yet known");
        let (colours, side) = (self.config.colours, self.config.side);
        let (pixel, channel) = (canvas.levels.len() / colours, canvas.levels.len() % colours);
        let at = [pixel / side, pixel % side];
        self.columns(canvas, pixel);
        self.compute(canvas, Phase::Channel(channel), at);
        &canvas.buffers[self.architecture.outputs()[channel]]
    }

    /// Gives the next value.
    ///
    /// # Panics
    /// If every value is known, or there is no such level.
    pub fn push(&self, canvas: &mut Canvas, level: u8) {
        assert!(!self.is_done(canvas), "a value that is not yet known");
        assert!(usize::from(level) < self.config.levels, "a level");
        let colours = self.config.colours;
        let (pixel, channel) = (canvas.levels.len() / colours, canvas.levels.len() % colours);
        // The columns of this pixel are what later pixels read.
        self.columns(canvas, pixel);
        canvas.buffers[0][pixel * colours + channel] = 2.0 * self.config.shade(level) - 1.0;
        canvas.levels.push(level);
    }

    /// Draws every value that is not yet known.
    pub fn finish(&self, canvas: &mut Canvas, seed: u64, temperature: f32) {
        for value in canvas.levels.len()..self.config.size() {
            let p = probabilities(self.logits(canvas), temperature);
            self.push(canvas, draw(&p, noise(seed, value)));
        }
    }

    /// An image in [0, 1]; what is not yet known is black.
    ///
    /// # Shapes
    /// - returns: `[colours, side, side]`
    pub fn image(&self, canvas: &Canvas) -> Vec<f32> {
        let (colours, plane) = (self.config.colours, self.config.side.pow(2));
        let mut out = vec![0.0; self.config.size()];
        for (value, &level) in canvas.levels.iter().enumerate() {
            out[value % colours * plane + value / colours] = self.config.shade(level);
        }
        out
    }

    /// What must be known at a pixel before its channels.
    fn columns(&self, canvas: &mut Canvas, pixel: usize) {
        let side = self.config.side;
        let (row, column) = (pixel / side, pixel % side);
        if canvas.row != Some(row) {
            crate::pulse::beat(0.0);
            self.compute(canvas, Phase::Row, [row, 0]);
            canvas.row = Some(row);
        }
        if canvas.pixel != Some(pixel) {
            self.compute(canvas, Phase::Pixel, [row, column]);
            canvas.pixel = Some(pixel);
        }
    }

    fn compute(&self, canvas: &mut Canvas, phase: Phase, [row, column]: [usize; 2]) {
        let columns = match phase {
            Phase::Row => 0..self.config.side,
            _ => column..column + 1,
        };
        for (i, step) in self.steps.iter().enumerate() {
            if self.phases[i] != phase || matches!(step, Ready::Image) {
                continue;
            }
            let mut buffer = std::mem::take(&mut canvas.buffers[i]);
            for column in columns.clone() {
                let at = [row, column];
                if let Ready::RowLstm(kernel) = step {
                    let mut cells = std::mem::take(&mut canvas.cells[i]);
                    self.lstm(canvas, i, kernel, at, &mut buffer, &mut cells);
                    canvas.cells[i] = cells;
                } else {
                    let slot = &self.slots[i];
                    let out = &mut buffer[slot.at(row, column)..][..slot.width];
                    self.column(canvas, i, at, out);
                }
            }
            canvas.buffers[i] = buffer;
        }
    }

    /// The value of a step at a pixel.
    fn value<'c>(&self, canvas: &'c Canvas, step: usize, [row, column]: [usize; 2]) -> &'c [f32] {
        let slot = &self.slots[step];
        &canvas.buffers[step][slot.at(row, column)..][..slot.width]
    }

    /// Writes the value of a step at a pixel.
    fn column(&self, canvas: &Canvas, step: usize, at: [usize; 2], out: &mut [f32]) {
        let from = &self.architecture.steps()[step].from;
        match &self.steps[step] {
            Ready::Image | Ready::RowLstm(_) => unreachable!("these are written elsewhere"),
            Ready::Label => {
                out.fill(0.0);
                out[canvas.label] = 1.0;
            }
            Ready::Levels(n) => {
                let done = canvas.levels.len() / self.config.colours * self.config.colours;
                out.fill(0.0);
                for (channel, &level) in canvas.levels[done..done + n].iter().enumerate() {
                    out[channel * self.config.levels + usize::from(level)] = 1.0;
                }
            }
            Ready::Window(kernel) => {
                let source = &canvas.buffers[from[0]];
                kernel.apply(source, &self.slots[from[0]], self.config.side, at, out);
            }
            Ready::Pointwise(pointwise) => match from[..] {
                [a] => pointwise.apply(&[self.value(canvas, a, at)], out),
                [a, b] => {
                    let both = [a, b].map(|i| self.value(canvas, i, at));
                    pointwise.apply(&both, out);
                }
                _ => unreachable!("steps of one or two values"),
            },
        }
    }

    /// Writes output and memory of a Row LSTM at a pixel.
    fn lstm(
        &self,
        canvas: &Canvas,
        step: usize,
        kernel: &Kernel,
        at: [usize; 2],
        hidden: &mut [f32],
        cells: &mut [f32],
    ) {
        let slot = &self.slots[step];
        let from = self.architecture.steps()[step].from[0];
        let mut gates = vec![0.0; kernel.bias.len()];
        let here = slot.at(at[0], at[1]);
        let (before, cell) = cells.split_at_mut(here);
        let mut above = None;
        if at[0] > 0 {
            let place = [at[0] - 1, at[1]];
            kernel.apply(hidden, slot, self.config.side, place, &mut gates);
            above = Some(&before[slot.at(place[0], place[1])..][..slot.width]);
        }
        for (gate, a) in gates.iter_mut().zip(self.value(canvas, from, at)) {
            *gate += a;
        }
        let hidden = &mut hidden[here..][..slot.width];
        lstm(&gates, above, &mut cell[..slot.width], hidden);
    }
}

#[cfg(test)]
mod tests;
