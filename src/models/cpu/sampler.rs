//! One pixel of a PixelCNN at a time, on the host, exactly as the forward pass over the whole image would have it.
//!
//! Every step is causal, so what was computed at finished pixels never changes: only the new column of each layer is computed per
//! pixel (Ramachandran et al. 2017). Steps that see nothing but the rows above are computed for a whole row when it
//! begins; the heads of a pixel's channels follow one after the other.

use crate::models::network::{State, Window};
use crate::models::pixelcnn::{PixelCnnConfig, Plan, Step};
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

/// A layer's values in the order in which they are used.
#[derive(Clone, Debug)]
struct Layer {
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
    plan: Plan,
    phases: Vec<Phase>,
    slots: Vec<Slot>,
    layers: Vec<Layer>,
}

/// An image in the making: values in reading order, the channels of a pixel one after the other.
#[derive(Clone, Debug)]
pub struct Canvas {
    label: usize,
    levels: Vec<u8>,
    buffers: Vec<Vec<f32>>,
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

impl Layer {
    /// Reads the layer's values off the front of `rest`.
    fn take(window: Window, rest: &mut &[f32]) -> Self {
        let [height, width] = window.size();
        let (inputs, outputs) = (window.inputs, window.outputs);
        let (stored, after) = rest.split_at(outputs * inputs * height * width);
        let (bias, after) = after.split_at(if window.bias { outputs } else { 0 });
        *rest = after;
        // Stored as [outputs, inputs, rows, columns].
        let mut weight = vec![0.0; stored.len()];
        for (at, &value) in stored.iter().enumerate() {
            let (channel, tap) = (at / (height * width), at % (height * width));
            let (output, input) = (channel / inputs, channel % inputs);
            weight[(tap * inputs + input) * outputs + output] = value;
        }
        let mut bias = bias.to_vec();
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
        let plan = config.plan();
        let mut rest = &state.parameters[..];
        let layers = plan
            .layers
            .iter()
            .map(|&w| Layer::take(w, &mut rest))
            .collect();
        assert!(rest.is_empty(), "parameters of the network");
        let phases = phases(&plan);
        let widths = plan.widths(config.colours, config.levels);
        let neighbours = |step: usize| {
            let recurrent = matches!(plan.steps[step], Step::Cell(_) | Step::Hidden(..));
            recurrent
                || plan.steps.iter().any(|s| match *s {
                    Step::Window(layer, from) => {
                        from == step && plan.layers[layer].size() != [1, 1]
                    }
                    _ => false,
                })
        };
        let slots = (0..plan.steps.len())
            .map(|i| {
                let (width, side) = (widths[i], config.side);
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
            })
            .collect();
        Self {
            config,
            plan,
            phases,
            slots,
            layers,
        }
    }

    /// An empty image of a label, which is not looked at without labels.
    pub fn canvas(&self, label: usize) -> Canvas {
        let mut canvas = Canvas {
            label,
            levels: Vec::with_capacity(self.config.size()),
            buffers: self.slots.iter().map(|s| vec![0.0; s.len]).collect(),
            row: None,
            pixel: None,
        };
        self.compute(&mut canvas, Phase::Image, [0, 0]);
        canvas
    }

    /// Memory of one image, in bytes.
    pub fn bytes(&self) -> usize {
        self.slots.iter().map(|s| s.len * size_of::<f32>()).sum()
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
        &canvas.buffers[self.plan.heads[channel]]
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
        for (i, &step) in self.plan.steps.iter().enumerate() {
            if self.phases[i] != phase || step == Step::Image {
                continue;
            }
            let slot = &self.slots[i];
            let mut buffer = std::mem::take(&mut canvas.buffers[i]);
            for column in columns.clone() {
                let (before, rest) = buffer.split_at_mut(slot.at(row, column));
                let above = row.checked_sub(1).map(|row| slot.at(row, column));
                let above = above.and_then(|at| before.get(at..at + slot.width));
                self.column(canvas, i, [row, column], above, &mut rest[..slot.width]);
            }
            canvas.buffers[i] = buffer;
        }
    }

    /// The values of a step at a pixel, where `above` are those it kept one row up.
    fn column(
        &self,
        canvas: &Canvas,
        step: usize,
        at: [usize; 2],
        above: Option<&[f32]>,
        out: &mut [f32],
    ) {
        let of = |i: usize| {
            let slot = &self.slots[i];
            &canvas.buffers[i][slot.at(at[0], at[1])..][..slot.width]
        };
        match self.plan.steps[step] {
            Step::Image => unreachable!("the image is given"),
            Step::Earlier(n) => {
                let done = canvas.levels.len() / self.config.colours * self.config.colours;
                out.fill(0.0);
                for (channel, &level) in canvas.levels[done..done + n].iter().enumerate() {
                    out[channel * self.config.levels + usize::from(level)] = 1.0;
                }
            }
            Step::Label(layer) => {
                let Layer { weight, .. } = &self.layers[layer];
                out.copy_from_slice(&weight[canvas.label * out.len()..][..out.len()]);
            }
            Step::Window(layer, from) => {
                let source = &canvas.buffers[from];
                self.layers[layer].apply(source, &self.slots[from], self.config.side, at, out);
            }
            Step::Sum(a, b) => {
                for (out, (a, b)) in out.iter_mut().zip(of(a).iter().zip(of(b))) {
                    *out = a + b;
                }
            }
            Step::State(layer, from) => {
                let hidden = step + 2;
                if at[0] > 0 {
                    let (source, slot) = (&canvas.buffers[hidden], &self.slots[hidden]);
                    let above = [at[0] - 1, at[1]];
                    self.layers[layer].apply(source, slot, self.config.side, above, out);
                } else {
                    out.fill(0.0);
                }
                for (out, a) in out.iter_mut().zip(of(from)) {
                    *out += a;
                }
            }
            Step::Cell(a) => {
                let gates = of(a);
                let n = out.len();
                for (i, out) in out.iter_mut().enumerate() {
                    let kept = above.map_or(0.0, |above| sigmoid(gates[2 * n + i]) * above[i]);
                    *out = sigmoid(gates[i]) * libm::tanhf(gates[n + i]) + kept;
                }
            }
            Step::Hidden(a, cell) => {
                let gates = &of(a)[3 * out.len()..];
                for (out, (&gate, &cell)) in out.iter_mut().zip(gates.iter().zip(of(cell))) {
                    *out = sigmoid(gate) * libm::tanhf(cell);
                }
            }
            Step::Gate(a) => {
                let (a, b) = of(a).split_at(out.len());
                for (out, (&a, &b)) in out.iter_mut().zip(a.iter().zip(b)) {
                    *out = libm::tanhf(a) * sigmoid(b);
                }
            }
            Step::Relu(a) => {
                for (out, a) in out.iter_mut().zip(of(a)) {
                    *out = a.max(0.0);
                }
            }
            Step::Join(a, b) => {
                let (left, right) = out.split_at_mut(self.slots[a].width);
                left.copy_from_slice(of(a));
                right.copy_from_slice(of(b));
            }
        }
    }
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + libm::expf(-x))
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

/// When each step of a plan can be computed.
fn phases(plan: &Plan) -> Vec<Phase> {
    let mut out: Vec<Phase> = vec![];
    for step in &plan.steps {
        out.push(match *step {
            Step::Image => Phase::Pixel,
            Step::Label(_) => Phase::Image,
            Step::Earlier(n) => Phase::Channel(n),
            // Rows above are complete when a row begins.
            Step::Window(layer, _) if plan.layers[layer].rows[1] < 0 => Phase::Row,
            Step::Window(_, a)
            | Step::Gate(a)
            | Step::Relu(a)
            | Step::State(_, a)
            | Step::Cell(a) => out[a],
            Step::Sum(a, b) | Step::Join(a, b) | Step::Hidden(a, b) => out[a].max(out[b]),
        });
    }
    out
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
