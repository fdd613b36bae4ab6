//! In which order the steps of a network are computed, and where each keeps its values.

use super::column::Kernel;
use crate::models::cpu::pointwise::Pointwise;
use crate::models::network::{Architecture, Inputs, Op, Side, Step};
use crate::models::pixelcnn::PixelCnnConfig;

/// When a step can be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// Once per image.
    Image,
    /// When a row begins.
    Row,
    /// When a pixel begins.
    Pixel,
    /// When so many channels of the pixel are known.
    Channel(usize),
}

/// Where a step keeps its values: at `row * rows + column * columns`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) width: usize,
    rows: usize,
    columns: usize,
    pub(super) len: usize,
}

impl Slot {
    pub(super) fn at(&self, row: usize, column: usize) -> usize {
        row * self.rows + column * self.columns
    }
}

/// A step with its values.
#[derive(Clone, Debug)]
pub(super) enum Ready {
    Image,
    Label,
    /// One-hot levels of the first so many channels of a pixel; 0 for the input that these are part of, which nothing else reads.
    Levels(usize),
    Window(Kernel),
    RowLstm(Kernel),
    Pointwise(Pointwise),
}

impl Ready {
    /// # Panics
    /// If the step sees later pixels, or the image beside it.
    pub(super) fn new(
        step: &Step,
        tensors: &[&[f32]],
        steps: &[Step],
        config: &PixelCnnConfig,
    ) -> Self {
        let levels = |i: usize| steps[i].op == Op::Input(Side::Levels);
        match step.op {
            Op::Input(Side::Image) => Self::Image,
            Op::Input(Side::Label) => Self::Label,
            Op::Input(Side::Levels) => Self::Levels(0),
            Op::Channels { first: 0, count } if levels(step.from[0]) => {
                Self::Levels(count / config.levels)
            }
            Op::Window(window) => Self::Window(Kernel::new(window, tensors)),
            Op::RowLstm(window) => Self::RowLstm(Kernel::new(window, tensors)),
            ref op => Self::Pointwise(Pointwise::new(op, tensors).expect("a causal step")),
        }
    }
}

/// Where every step keeps its values.
pub(super) fn slots(
    architecture: &Architecture,
    phases: &[Phase],
    inputs: Inputs<[usize; 3]>,
) -> Vec<Slot> {
    let [_, side, _] = *inputs.first();
    let steps = architecture.steps();
    let neighbours = |i: usize| {
        let reads = |step: &Step| match step.op {
            Op::Window(window) => step.from == [i] && window.size() != [1, 1],
            _ => false,
        };
        matches!(steps[i].op, Op::RowLstm(_)) || steps.iter().any(reads)
    };
    let shapes = architecture.shapes(inputs).into_iter().enumerate();
    let slot = |(i, shape): (usize, Option<[usize; 3]>)| {
        let [width, ..] = shape.expect("an input that a PixelCNN takes");
        let [rows, columns, len] = match phases[i] {
            _ if neighbours(i) => [side * width, width, side * side * width],
            Phase::Row => [0, width, side * width],
            _ => [0, 0, width],
        };
        Slot {
            width,
            rows,
            columns,
            len,
        }
    };
    shapes.map(slot).collect()
}

/// When each step can be computed.
pub(super) fn phases(architecture: &Architecture, ready: &[Ready]) -> Vec<Phase> {
    let mut out: Vec<Phase> = vec![];
    for (step, ready) in architecture.steps().iter().zip(ready) {
        out.push(match ready {
            Ready::Image => Phase::Pixel,
            Ready::Label => Phase::Image,
            Ready::Levels(n) => Phase::Channel(*n),
            // Rows above are complete when a row begins.
            Ready::Window(kernel) if kernel.window.rows[1] < 0 => Phase::Row,
            _ => {
                let from = step.from.iter().map(|&i| out[i]);
                from.max().expect("a value that the step is applied to")
            }
        });
    }
    out
}
