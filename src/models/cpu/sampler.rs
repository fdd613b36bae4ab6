//! One pixel of a PixelCNN at a time, on the host, exactly as the forward pass over the whole image would have it.
//!
//! Every step of such a network is causal, so what was computed at finished pixels never changes: only the new column of each layer is computed per
//! pixel (Ramachandran et al. 2017). Steps that see nothing but the rows above are computed for a whole row when it
//! begins; the heads of a pixel's channels follow one after the other.

use super::pointwise::{Pointwise, lstm};
use crate::models::network::{Architecture, Inputs, Op, Side, State, Step, Window};
use crate::models::pixelcnn::PixelCnnConfig;
use crate::rng::{Purpose, stream, uniform};

/// Outputs whose sums are held in registers.
const BLOCK: usize = 16;

/// When a step can be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
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
struct Slot {
    width: usize,
    rows: usize,
    columns: usize,
    len: usize,
}

impl Slot {
    fn at(&self, row: usize, column: usize) -> usize {
        row * self.rows + column * self.columns
    }
}

/// A window's values in the order in which they are used.
#[derive(Clone, Debug)]
struct Kernel {
    window: Window,
    /// `[rows, columns, inputs, outputs]`
    weight: Vec<f32>,
    /// `[outputs]`, zeros without bias.
    bias: Vec<f32>,
}

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

/// A step with its values.
#[derive(Clone, Debug)]
enum Ready {
    Image,
    Label,
    /// One-hot levels of the first so many channels of a pixel; 0 for the input that these are part of, which nothing else reads.
    Levels(usize),
    Window(Kernel),
    RowLstm(Kernel),
    Pointwise(Pointwise),
}

impl Kernel {
    fn new(window: Window, tensors: &[&[f32]]) -> Self {
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
    fn apply(
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

impl Ready {
    /// # Panics
    /// If the step sees later pixels, or the image beside it.
    fn new(step: &Step, tensors: &[&[f32]], steps: &[Step], config: &PixelCnnConfig) -> Self {
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
fn slots(architecture: &Architecture, phases: &[Phase], inputs: Inputs<[usize; 3]>) -> Vec<Slot> {
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
fn phases(architecture: &Architecture, ready: &[Ready]) -> Vec<Phase> {
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

/// What decides a value: uniform on [0, 1), a function of the seed and the value's place in reading order alone.
pub fn noise(seed: u64, value: usize) -> f32 {
    uniform(&mut stream(seed, Purpose::View, value as u64), 1)[0]
}

/// The distribution of a value: softmax of `logits / temperature`. Zero is all on the likeliest level, the first of equals, and
/// infinity is uniform.
pub fn probabilities(logits: &[f32], temperature: f32) -> Vec<f32> {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let weights: Vec<f32> = if temperature == 0.0 {
        let likeliest = logits.iter().position(|l| *l == most);
        (0..logits.len())
            .map(|i| f32::from(u8::from(Some(i) == likeliest)))
            .collect()
    } else {
        let weight = |l: &f32| libm::expf((l - most) / temperature);
        logits.iter().map(weight).collect()
    };
    let sum: f32 = weights.iter().sum();
    weights.iter().map(|w| w / sum).collect()
}

/// Logarithm of softmax, in nats.
pub fn log_probabilities(logits: &[f32]) -> Vec<f32> {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let sum: f32 = logits.iter().map(|l| libm::expf(l - most)).sum();
    let log_sum = most + libm::logf(sum);
    logits.iter().map(|l| l - log_sum).collect()
}

/// The level that `uniform` in [0, 1) draws: the first whose cumulative probability is above it.
pub fn draw(probabilities: &[f32], uniform: f32) -> u8 {
    let mut below = 0.0;
    for (level, p) in probabilities.iter().enumerate() {
        below += p;
        if uniform < below {
            return level as u8;
        }
    }
    // Rounding left the sum short of 1: the last level that can be.
    probabilities.iter().rposition(|p| *p > 0.0).unwrap_or(0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::pixelcnn::tests::{configs, logits, model, picture, state};
    use proptest::prelude::*;

    fn close(a: &[f32], b: &[f32]) -> Result<(), TestCaseError> {
        prop_assert_eq!(a.len(), b.len());
        for (a, b) in a.iter().zip(b) {
            prop_assert!((a - b).abs() < 1e-4, "{a} against {b}");
        }
        Ok(())
    }

    /// Planes as values in reading order, and back.
    fn interleaved(config: &PixelCnnConfig, planes: &[u8]) -> Vec<u8> {
        let plane = config.side.pow(2);
        (0..planes.len())
            .map(|v| planes[v % config.colours * plane + v / config.colours])
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn logits_are_those_of_the_whole_forward_pass(config in configs(), seed in 0..1000u64, back in 0.0..1.0f64) {
            let state = state(&config, seed);
            let label = (seed % 3) as u8;
            let levels = picture(&config, seed);
            let whole = logits(&model(config, &state), &levels, label);
            let sampler = Sampler::new(config, &state);
            let mut canvas = sampler.canvas(usize::from(label));
            let values = interleaved(&config, &levels);
            for (level, want) in values.iter().zip(whole.chunks_exact(config.levels)) {
                close(sampler.logits(&mut canvas), want)?;
                sampler.push(&mut canvas, *level);
            }
            prop_assert!(sampler.is_done(&canvas));
            prop_assert_eq!(canvas.levels(), &values[..]);

            // Back to any value: other levels from there, then the old ones again.
            let from = (back * values.len() as f64) as usize;
            canvas.truncate(from);
            while !sampler.is_done(&canvas) {
                sampler.push(&mut canvas, 0);
            }
            canvas.truncate(from);
            for v in from..values.len() {
                close(sampler.logits(&mut canvas), &whole[v * config.levels..][..config.levels])?;
                sampler.push(&mut canvas, values[v]);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]
        #[test]
        fn an_image_drawn_by_whole_passes_is_the_same(config in configs(), seed in 0..1000u64) {
            let state = state(&config, seed);
            let model = model(config, &state);
            let sampler = Sampler::new(config, &state);
            let mut canvas = sampler.canvas(0);
            let mut levels = vec![0; config.size()];
            let plane = config.side.pow(2);
            sampler.finish(&mut canvas, seed, 1.0);
            for v in 0..config.size() {
                let whole = logits(&model, &levels, 0);
                let p = probabilities(&whole[v * config.levels..][..config.levels], 1.0);
                levels[v % config.colours * plane + v / config.colours] = draw(&p, noise(seed, v));
            }
            prop_assert_eq!(canvas.levels(), &interleaved(&config, &levels)[..]);
        }
    }

    #[test]
    fn temperature_goes_from_the_likeliest_level_to_none_in_particular() {
        let logits = [0.0, 2.0, 2.0, -1.0];
        assert_eq!(probabilities(&logits, 0.0), [0.0, 1.0, 0.0, 0.0]);
        assert_eq!(probabilities(&logits, f32::INFINITY), [0.25; 4]);
        let p = probabilities(&logits, 2.0);
        assert!((p.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!((p[1] / p[0] - 1f32.exp()).abs() < 1e-5);
    }

    #[test]
    fn a_level_is_drawn_as_often_as_its_probability_says() {
        let p = [0.1, 0.0, 0.6, 0.3];
        let mut counts = [0u32; 4];
        for i in 0..1000 {
            counts[usize::from(draw(&p, i as f32 / 1000.0))] += 1;
        }
        assert!(
            counts[0].abs_diff(100) <= 1 && counts[2].abs_diff(600) <= 1,
            "{counts:?}"
        );
        assert_eq!(counts[1], 0);
        // Where rounding leaves a gap, no impossible level is drawn.
        assert_eq!(draw(&[0.5, 0.25, 0.0], 0.9), 1);
    }
}
