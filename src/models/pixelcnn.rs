//! PixelCNN and PixelRNN: `p(x) = prod_i p(x_i | x_1 .. x_(i-1))` over pixels in reading order, each factor a softmax over levels.
//!
//! The plain network (van den Oord et al. 2016a, section 3.4) is a stack of masked convolutions, which cannot see part of what lies
//! above and to the right. The gated one (2016b, section 2) has a vertical stack, which sees the rows above, and a horizontal
//! stack, which sees the row so far and the vertical stack, so there is no such blind spot; its activation is
//! `tanh(a) * sigmoid(b)`. In PixelRNN (2016a, section 3.1) each layer is an LSTM that goes down the image row by row, so there is
//! no bound to how far up a pixel looks, but its training cannot compute rows at once.
//!
//! A masked kernel is two rectangular ones, above and to the left, so there are no weights that a mask takes away. In colour
//! the three channels of a pixel share what the network makes of earlier pixels, and the head of each also sees the levels of
//! the channels before it: red, then green given red, then blue given both.
//!
//! A network is a [`Plan`]: layers, and the steps that apply them. The forward pass here, the sampler that computes one
//! pixel at a time and the receptive field all follow the same plan.

use burn::tensor::{Device, FloatDType, Tensor, activation};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::models::family::{Family, within};
use crate::models::labels;
use crate::models::network::{Architecture, Init, Layer, Network, State, Window, images};

/// Which network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Two stacks with gates.
    Gated,
    /// One stack of masked convolutions with a blind spot.
    Plain,
    /// PixelRNN: layers of Row LSTM.
    RowLstm,
}

/// Shape and kind of a PixelCNN.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PixelCnnConfig {
    /// Which network.
    pub kind: Kind,
    /// Channels of each stack or state; where there is but one stack, it has twice as many between its blocks.
    pub channels: usize,
    /// Layers, residual blocks or LSTMs after the first convolution.
    pub layers: usize,
    /// Side of their kernels, odd.
    pub kernel: usize,
    /// Hidden units of the head of each channel.
    pub features: usize,
    /// Channels of an image.
    pub colours: usize,
    /// Side of an image, at least 2.
    pub side: usize,
    /// Levels of each channel, from 2 to 256.
    pub levels: usize,
    /// Number of labels, 0 without.
    pub labels: usize,
}

/// How far the first convolution sees: its kernel is 7 by 7.
const FIRST: isize = 3;

/// One step of a network; others are named by their index.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// The image: level `l` of `L` is `2 l / (L - 1) - 1`.
    Image,
    /// One-hot levels of the first so many channels of each pixel.
    Earlier(usize),
    /// A layer applied to the one-hot label, for every pixel.
    Label(usize),
    /// A layer, and what it is applied to.
    Window(usize, usize),
    /// Sum.
    Sum(usize, usize),
    /// `tanh(a) * sigmoid(b)` of the first and second half of the channels.
    Gate(usize),
    /// max(0, x).
    Relu(usize),
    /// Channels of both.
    Join(usize, usize),
    /// What the gates of a Row LSTM see: a step, and a layer applied to the row above of the [`Step::Hidden`] that comes two steps
    /// later. Its channels are input, candidate, forget and output.
    State(usize, usize),
    /// Memory of a state: `c = sigmoid(input) * tanh(candidate) + sigmoid(forget) * (c of the row above)`.
    Cell(usize),
    /// `sigmoid(output) * tanh(c)` of a state and its memory.
    Hidden(usize, usize),
}

/// Layers, and how they are applied.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Windows.
    pub layers: Vec<Window>,
    /// In an order in which they can be computed.
    pub steps: Vec<Step>,
    /// The steps that give the logits of each channel.
    pub heads: Vec<usize>,
    /// Layers that begin at zero: those that end a residual block, so that the sum over many blocks does not grow.
    pub zeros: Vec<usize>,
}

impl Plan {
    fn step(&mut self, step: Step) -> usize {
        self.steps.push(step);
        self.steps.len() - 1
    }

    fn window(&mut self, window: Window, from: usize) -> usize {
        self.layers.push(window);
        self.step(Step::Window(self.layers.len() - 1, from))
    }

    /// What a residual block adds.
    fn residual(&mut self, to: usize, window: Window, from: usize) -> usize {
        let more = self.window(window, from);
        self.zeros.push(self.layers.len() - 1);
        self.step(Step::Sum(to, more))
    }

    /// Adds what a label says, where there are labels.
    fn labelled(&mut self, to: usize, labels: usize, outputs: usize) -> usize {
        if labels == 0 {
            return to;
        }
        self.layers.push(Window::pixel(labels, outputs, false));
        let label = self.step(Step::Label(self.layers.len() - 1));
        self.step(Step::Sum(to, label))
    }

    /// The convolution whose kernel is masked from its centre on, or behind it when `centre` is seen too.
    fn masked(
        &mut self,
        from: usize,
        [inputs, outputs]: [usize; 2],
        reach: isize,
        centre: bool,
    ) -> usize {
        let left = self.window(
            Window {
                inputs,
                outputs,
                rows: [0, 0],
                columns: [-reach, if centre { 0 } else { -1 }],
                bias: true,
            },
            from,
        );
        if reach == 0 {
            return left;
        }
        let above = self.window(
            Window {
                inputs,
                outputs,
                rows: [-reach, -1],
                columns: [-reach, reach],
                bias: false,
            },
            from,
        );
        self.step(Step::Sum(left, above))
    }

    /// The pixels that the logits of a channel at one pixel depend on, by the windows alone.
    ///
    /// # Shapes
    /// - returns: `[side * side]`
    pub fn receptive_field(&self, channel: usize, pixel: [usize; 2], side: usize) -> Vec<bool> {
        let mut needed = vec![vec![false; side * side]; self.steps.len()];
        needed[self.heads[channel]][pixel[0] * side + pixel[1]] = true;
        for (i, step) in self.steps.iter().enumerate().rev() {
            let mut here = std::mem::take(&mut needed[i]);
            if let Step::Hidden(state, _) = *step
                && let Step::State(layer, _) = self.steps[state]
            {
                let [first, last] = self.layers[layer].columns;
                for at in (side..side * side).rev() {
                    let columns = (first..=last).filter_map(|d| (at % side).checked_add_signed(d));
                    for column in columns.filter(|c| *c < side) {
                        here[(at / side - 1) * side + column] |= here[at];
                    }
                }
            }
            let mut pass = |to: usize, [rows, columns]: [[isize; 2]; 2]| {
                for (at, _) in here.iter().enumerate().filter(|(_, needed)| **needed) {
                    for down in rows[0]..=rows[1] {
                        for right in columns[0]..=columns[1] {
                            let row = (at / side).checked_add_signed(down);
                            let column = (at % side).checked_add_signed(right);
                            if let (Some(row), Some(column)) = (row, column)
                                && column < side
                            {
                                needed[to][row * side + column] = true;
                            }
                        }
                    }
                }
            };
            match *step {
                Step::Image => return here,
                Step::Earlier(_) | Step::Label(_) => {}
                Step::Window(layer, from) => {
                    let Window { rows, columns, .. } = self.layers[layer];
                    pass(from, [rows, columns]);
                }
                Step::Gate(a) | Step::Relu(a) | Step::State(_, a) | Step::Cell(a) => {
                    pass(a, [[0; 2]; 2]);
                }
                Step::Sum(a, b) | Step::Join(a, b) | Step::Hidden(a, b) => {
                    pass(a, [[0; 2]; 2]);
                    pass(b, [[0; 2]; 2]);
                }
            }
        }
        unreachable!("every plan begins with the image")
    }

    /// Channels of every step, for an image with so many and levels of each.
    pub fn widths(&self, colours: usize, levels: usize) -> Vec<usize> {
        let mut out: Vec<usize> = vec![];
        for step in &self.steps {
            out.push(match *step {
                Step::Image => colours,
                Step::Earlier(n) => n * levels,
                Step::Label(layer) | Step::Window(layer, _) | Step::State(layer, _) => {
                    self.layers[layer].outputs
                }
                Step::Sum(a, _) | Step::Relu(a) | Step::Hidden(_, a) => out[a],
                Step::Gate(a) => out[a] / 2,
                Step::Cell(a) => out[a] / 4,
                Step::Join(a, b) => out[a] + out[b],
            });
        }
        out
    }
}

impl PixelCnnConfig {
    /// Layers and steps.
    pub fn plan(&self) -> Plan {
        let mut plan = Plan::default();
        let image = plan.step(Step::Image);
        let last = match self.kind {
            Kind::Gated => self.gated(&mut plan, image),
            Kind::Plain => self.plain(&mut plan, image),
            Kind::RowLstm => self.row_lstm(&mut plan, image),
        };
        let seen = plan.step(Step::Relu(last));
        let width = match self.kind {
            Kind::Gated => self.channels,
            Kind::Plain | Kind::RowLstm => 2 * self.channels,
        };
        for colour in 0..self.colours {
            let mut inputs = (seen, width);
            if colour > 0 {
                let earlier = plan.step(Step::Earlier(colour));
                inputs = (
                    plan.step(Step::Join(seen, earlier)),
                    width + colour * self.levels,
                );
            }
            let hidden = plan.window(Window::pixel(inputs.1, self.features, true), inputs.0);
            let hidden = plan.step(Step::Relu(hidden));
            let logits = plan.window(Window::pixel(self.features, self.levels, true), hidden);
            plan.heads.push(logits);
        }
        plan
    }

    fn reach(&self) -> isize {
        (self.kernel / 2) as isize
    }

    fn gated(&self, plan: &mut Plan, image: usize) -> usize {
        let &Self {
            channels,
            colours,
            labels,
            ..
        } = self;
        let reach = self.reach();
        let window = |inputs, outputs, rows, columns| Window {
            inputs,
            outputs,
            rows,
            columns,
            bias: true,
        };
        // From here on the vertical stack may see its own row, which knows only of rows above.
        let first = window(colours, channels, [-FIRST, -1], [-FIRST, FIRST]);
        let mut vertical = plan.window(first, image);
        let first = window(colours, channels, [0, 0], [-FIRST, -1]);
        let mut horizontal = plan.window(first, image);
        for _ in 0..self.layers {
            let kernel = window(channels, 2 * channels, [-reach, 0], [-reach, reach]);
            let a = plan.window(kernel, vertical);
            let a = plan.labelled(a, labels, 2 * channels);
            vertical = plan.step(Step::Gate(a));
            let above = plan.window(Window::pixel(channels, 2 * channels, false), vertical);
            let kernel = window(channels, 2 * channels, [0, 0], [-reach, 0]);
            let left = plan.window(kernel, horizontal);
            let a = plan.step(Step::Sum(left, above));
            let a = plan.labelled(a, labels, 2 * channels);
            let gated = plan.step(Step::Gate(a));
            let more = plan.window(Window::pixel(channels, channels, true), gated);
            horizontal = plan.step(Step::Sum(horizontal, more));
        }
        horizontal
    }

    fn plain(&self, plan: &mut Plan, image: usize) -> usize {
        let (h, reach) = (self.channels, self.reach());
        let mut x = plan.masked(image, [self.colours, 2 * h], FIRST, false);
        for _ in 0..self.layers {
            let a = plan.step(Step::Relu(x));
            let a = plan.window(Window::pixel(2 * h, h, true), a);
            let a = plan.step(Step::Relu(a));
            let a = plan.masked(a, [h, h], reach, true);
            let a = plan.labelled(a, self.labels, h);
            let a = plan.step(Step::Relu(a));
            x = plan.residual(x, Window::pixel(h, 2 * h, true), a);
        }
        x
    }

    fn row_lstm(&self, plan: &mut Plan, image: usize) -> usize {
        let (h, reach) = (self.channels, self.reach());
        let mut x = plan.masked(image, [self.colours, 2 * h], FIRST, false);
        for _ in 0..self.layers {
            let along = |inputs, columns, bias| Window {
                inputs,
                outputs: 4 * h,
                rows: [0, 0],
                columns,
                bias,
            };
            let a = plan.window(along(2 * h, [-reach, 0], true), x);
            let a = plan.labelled(a, self.labels, 4 * h);
            plan.layers.push(along(h, [-reach, reach], false));
            let state = plan.step(Step::State(plan.layers.len() - 1, a));
            let cell = plan.step(Step::Cell(state));
            let hidden = plan.step(Step::Hidden(state, cell));
            x = plan.residual(x, Window::pixel(h, 2 * h, true), hidden);
        }
        x
    }

    /// The layers as they are stored.
    pub fn architecture(&self) -> Architecture {
        Architecture(self.plan().layers.into_iter().map(Layer::Window).collect())
    }

    /// Fresh weights.
    pub fn init(&self, rng: &mut ChaCha8Rng) -> State {
        let Architecture(layers) = self.architecture();
        let end = |n: usize| Architecture(layers[..n].to_vec()).parameters();
        let mut state = Architecture(layers.clone()).init(Init::He, rng);
        for i in self.plan().zeros {
            state.parameters[end(i)..end(i + 1)].fill(0.0);
        }
        state
    }

    /// Values that one image has.
    pub fn size(&self) -> usize {
        self.colours * self.side * self.side
    }

    /// The level of a byte.
    pub fn level(&self, byte: u8) -> u8 {
        (usize::from(byte) * self.levels / 256) as u8
    }

    /// The value in [0, 1] that a level is shown as.
    pub fn shade(&self, level: u8) -> f32 {
        f32::from(level) / (self.levels - 1) as f32
    }

    /// Images as a network reads them.
    ///
    /// # Shapes
    /// - levels: `[batch, colours, side, side]`, each below `levels`
    /// - labels: `[batch]`, each below `labels`; not looked at without labels
    pub fn input(&self, levels: &[u8], labels: &[u8], device: &Device) -> Input {
        let &Self {
            colours,
            side,
            levels: count,
            ..
        } = self;
        let plane = side * side;
        let mut one_hot = vec![0.0; levels.len() * count];
        for (at, &level) in levels.iter().enumerate() {
            one_hot[(at / plane * count + usize::from(level)) * plane + at % plane] = 1.0;
        }
        let x = levels.iter().map(|&l| 2.0 * self.shade(l) - 1.0).collect();
        let rows = labels.iter().copied().map(usize::from);
        let label = (self.labels > 0).then(|| labels::one_hot(rows, self.labels, device));
        Input {
            x: images(x, [colours, side, side], device),
            one_hot: images(one_hot, [colours * count, side, side], device),
            label,
        }
    }
}

/// Images as a network reads them.
#[derive(Clone, Debug)]
pub struct Input {
    /// `[batch, colours, side, side]` in [-1, 1]
    pub x: Tensor<4>,
    /// `[batch, colours * levels, side, side]`, one in each `levels`
    pub one_hot: Tensor<4>,
    /// `[batch, labels, 1, 1]` where there are labels
    pub label: Option<Tensor<4>>,
}

impl Input {
    /// The same for networks that record gradients.
    pub fn autodiff(self) -> Self {
        Self {
            x: self.x.autodiff(),
            one_hot: self.one_hot.autodiff(),
            label: self.label.map(Tensor::autodiff),
        }
    }

    /// The same in another floating-point type.
    pub fn cast(self, dtype: FloatDType) -> Self {
        Self {
            x: self.x.cast(dtype),
            one_hot: self.one_hot.cast(dtype),
            label: self.label.map(|label| label.cast(dtype)),
        }
    }
}

/// A PixelCNN with its weights.
#[derive(Clone, Debug)]
pub struct PixelCnn<T = Network> {
    /// Shape and kind.
    pub config: PixelCnnConfig,
    /// Its layers.
    pub network: T,
}

impl PixelCnn {
    /// Logits of every pixel given those before it.
    ///
    /// # Shapes
    /// - returns: `[batch, colours * levels, side, side]`
    pub fn forward(&self, input: &Input) -> Tensor<4> {
        let plan = self.config.plan();
        let mut done: Vec<Tensor<4>> = Vec::with_capacity(plan.steps.len());
        for step in &plan.steps {
            let of = |i: usize| done[i].clone();
            done.push(match *step {
                Step::Image => input.x.clone(),
                Step::Earlier(n) => input.one_hot.clone().narrow(1, 0, n * self.config.levels),
                Step::Label(layer) => {
                    let label = input.label.clone().expect("labels of a conditional model");
                    self.network.layer(layer, label)
                }
                Step::Window(layer, from) => self.network.layer(layer, of(from)),
                Step::Sum(a, b) => of(a) + of(b),
                Step::Gate(a) => {
                    let [_, channels, ..] = done[a].dims();
                    let half = |i: usize| of(a).narrow(1, i * channels / 2, channels / 2);
                    half(0).tanh() * activation::sigmoid(half(1))
                }
                Step::Relu(a) => activation::relu(of(a)),
                Step::Join(a, b) => Tensor::cat(vec![of(a), of(b)], 1),
                Step::State(layer, from) => self.rows(layer, of(from)),
                // The rows were gone through with the state; nothing but the output is read later.
                Step::Cell(a) | Step::Hidden(a, _) => of(a),
            });
        }
        let heads = plan.heads.iter().map(|&i| done[i].clone());
        Tensor::cat(heads.collect(), 1)
    }

    /// The output of a Row LSTM, one row after the other.
    ///
    /// # Shapes
    /// - input: `[batch, 4 * channels, side, side]`
    /// - returns: `[batch, channels, side, side]`
    fn rows(&self, layer: usize, input: Tensor<4>) -> Tensor<4> {
        let [_, gates, side, _] = input.dims();
        let channels = gates / 4;
        let mut out: Vec<Tensor<4>> = vec![];
        let mut memory: Option<Tensor<4>> = None;
        for row in 0..side {
            let mut state = input.clone().narrow(2, row, 1);
            if let Some(above) = out.last() {
                state = state + self.network.layer(layer, above.clone());
            }
            let gate = |i: usize| state.clone().narrow(1, i * channels, channels);
            let mut cell = activation::sigmoid(gate(0)) * gate(1).tanh();
            if let Some(above) = memory {
                cell = cell + activation::sigmoid(gate(2)) * above;
            }
            out.push(activation::sigmoid(gate(3)) * cell.clone().tanh());
            memory = Some(cell);
        }
        Tensor::cat(out, 2)
    }

    /// `-log p(x)` of each image, in single precision from the logits on.
    ///
    /// # Shapes
    /// - returns: `[batch]`, in nats
    pub fn nll(&self, input: &Input) -> Tensor<1> {
        let [batch, ..] = input.x.dims();
        let PixelCnnConfig {
            colours,
            levels,
            side,
            ..
        } = self.config;
        let shape = [batch * colours, levels, side * side];
        let logits = self.forward(input).cast(FloatDType::F32);
        let log_p = activation::log_softmax(logits.reshape(shape), 1);
        (log_p * input.one_hot.clone().cast(FloatDType::F32).reshape(shape))
            .reshape([batch as i32, -1])
            .sum_dim(1)
            .squeeze_dim::<1>(1)
            .neg()
    }
}

/// A PixelCNN, as a card describes it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PixelCnnModel {
    /// Its network.
    pub network: PixelCnnConfig,
}

impl Family for PixelCnnModel {
    const ID: &'static str = "pixel-cnn";
    type Networks<T> = PixelCnn<T>;

    fn check(&self) -> Result<(), String> {
        let p = &self.network;
        within("width", p.channels, 256)?;
        within("number of layers", p.layers, 64)?;
        within("kernel", p.kernel, 15)?;
        within("number of hidden units", p.features, 1024)?;
        within("number of colours", p.colours, 3)?;
        within("image side less one", p.side.saturating_sub(1), 63)?;
        within("number of levels less one", p.levels.saturating_sub(1), 255)?;
        within("number of labels and one", p.labels.saturating_add(1), 257)?;
        if p.kernel.is_multiple_of(2) {
            return Err(format!(
                "The card's kernel is {}; it must be odd.",
                p.kernel
            ));
        }
        Ok(())
    }

    fn architectures(&self) -> Vec<(&'static str, Architecture)> {
        vec![("network", self.network.architecture())]
    }

    fn image_shape(&self) -> [usize; 3] {
        let p = &self.network;
        [p.colours, p.side, p.side]
    }

    fn assemble<T>(&self, mut next: impl FnMut([usize; 3]) -> T) -> PixelCnn<T> {
        PixelCnn {
            config: self.network,
            network: next(self.image_shape()),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::rng::{Purpose, stream, uniform};
    use proptest::prelude::*;

    /// Small networks of every kind.
    pub(crate) fn configs() -> impl Strategy<Value = PixelCnnConfig> {
        let kind = prop_oneof![Just(Kind::Gated), Just(Kind::Plain), Just(Kind::RowLstm)];
        let kernel = prop_oneof![Just(1), Just(3), Just(5)];
        let colours = prop_oneof![Just(1), Just(3)];
        let labels = prop_oneof![Just(0), Just(3)];
        (
            kind,
            1..5usize,
            0..4usize,
            kernel,
            colours,
            2..8usize,
            2..5usize,
            labels,
        )
            .prop_map(
                |(kind, channels, layers, kernel, colours, side, levels, labels)| PixelCnnConfig {
                    kind,
                    channels: 4 * channels,
                    layers,
                    kernel,
                    features: 8,
                    colours,
                    side,
                    levels,
                    labels,
                },
            )
    }

    /// Random weights, biases included.
    pub(crate) fn state(config: &PixelCnnConfig, seed: u64) -> State {
        let mut state = config
            .architecture()
            .init(Init::He, &mut stream(seed, Purpose::InitGenerator, 0));
        let noise = uniform(
            &mut stream(seed, Purpose::InitGenerator, 1),
            state.parameters.len(),
        );
        for (value, u) in state.parameters.iter_mut().zip(noise) {
            *value += 0.2 * (u - 0.5);
        }
        state
    }

    pub(crate) fn model(config: PixelCnnConfig, state: &State) -> PixelCnn {
        let [parameters, statistics] = state.to_device(&Device::flex());
        PixelCnn {
            config,
            network: config.architecture().with(&parameters, &statistics),
        }
    }

    /// Random levels, `[colours, side, side]`.
    pub(crate) fn picture(config: &PixelCnnConfig, seed: u64) -> Vec<u8> {
        uniform(&mut stream(seed, Purpose::Data, 0), config.size())
            .iter()
            .map(|u| (u * config.levels as f32) as u8)
            .collect()
    }

    /// Logits in reading order, `[pixels, colours, levels]`.
    pub(crate) fn logits(model: &PixelCnn, levels: &[u8], label: u8) -> Vec<f32> {
        let input = model.config.input(levels, &[label], &Device::flex());
        let out = model.forward(&input);
        let [_, channels, ..] = out.dims();
        let plane = model.config.side.pow(2);
        out.reshape([channels, plane])
            .transpose()
            .into_data()
            .try_to_vec()
            .unwrap()
    }

    const SMALL: PixelCnnConfig = PixelCnnConfig {
        kind: Kind::Gated,
        channels: 8,
        layers: 2,
        kernel: 3,
        features: 8,
        colours: 1,
        side: 2,
        levels: 2,
        labels: 0,
    };

    #[test]
    fn the_probabilities_of_all_images_sum_to_one() {
        for kind in [Kind::Gated, Kind::Plain, Kind::RowLstm] {
            for colours in [1, 3] {
                let config = PixelCnnConfig {
                    kind,
                    colours,
                    ..SMALL
                };
                let model = model(config, &state(&config, 7));
                let bits = config.size();
                let every: Vec<u8> = (0..1usize << bits)
                    .flat_map(|image| (0..bits).map(move |bit| (image >> bit & 1) as u8))
                    .collect();
                let nll = model.nll(&config.input(&every, &[], &Device::flex()));
                let nll: Vec<f32> = nll.into_data().try_to_vec().unwrap();
                assert_eq!(nll.len(), 1 << bits);
                let sum: f64 = nll.iter().map(|v| f64::from(-v).exp()).sum();
                assert!((sum - 1.0).abs() < 1e-4, "{kind:?}, {colours}: {sum}");
                // They are not all alike.
                let spread = nll.iter().fold(0.0f32, |m, v| m.max((v - nll[0]).abs()));
                assert!(spread > 0.1, "{spread}");
            }
        }
    }

    #[test]
    fn residual_blocks_begin_at_zero() {
        for kind in [Kind::Plain, Kind::RowLstm] {
            let config = PixelCnnConfig { kind, ..SMALL };
            let fresh = config.init(&mut stream(5, Purpose::InitGenerator, 0));
            // Inside a block anything may stand: what it adds is multiplied by zero.
            let mut other = fresh.clone();
            let (mut at, mut changed) = (0, 0);
            let plan = config.plan();
            let heads = plan.layers.len() - 2;
            for (i, layer) in config.architecture().0.into_iter().enumerate() {
                let n = Architecture(vec![layer]).parameters();
                // The two of the first convolution come before all blocks.
                if i >= 2 && i < heads && !plan.zeros.contains(&i) {
                    other.parameters[at..at + n].fill(0.5);
                    changed += n;
                }
                at += n;
            }
            assert!(changed > 0 && plan.zeros.len() == config.layers);
            let [a, b] =
                [fresh, other].map(|state| logits(&model(config, &state), &picture(&config, 2), 0));
            assert_eq!(a, b, "{kind:?}");
        }
    }

    #[test]
    fn bfloat16_changes_a_gradient_by_its_rounding() {
        let config = SMALL;
        let network = model(config, &state(&config, 7)).network.tracked();
        let gradient = |dtype: FloatDType| -> Vec<f32> {
            let input = config.input(&picture(&config, 1), &[], &Device::flex());
            let model = PixelCnn {
                config,
                network: network.cast(dtype),
            };
            let mut grads = model.nll(&input.cast(dtype).autodiff()).sum().backward();
            let gradient = network.gradients(&mut grads);
            gradient.into_data().try_to_vec().unwrap()
        };
        let [exact, rounded] = [FloatDType::F32, FloatDType::BF16].map(gradient);
        let norm = |v: &[f32]| v.iter().map(|v| v * v).sum::<f32>().sqrt();
        let apart: Vec<f32> = exact.iter().zip(&rounded).map(|(a, b)| a - b).collect();
        // Eight bits of mantissa through a dozen layers.
        let share = norm(&apart) / norm(&exact);
        assert!(share > 1e-5 && share < 0.05, "{share}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_logit_depends_on_its_own_or_a_later_value(
            config in configs(),
            seed in 0..1000u64,
            place in 0.0..1.0f64,
        ) {
            let before = picture(&config, seed);
            // A value in reading order, and where it stands among the planes.
            let value = (place * config.size() as f64) as usize;
            let plane = config.side.pow(2);
            let at = value % config.colours * plane + value / config.colours;
            let mut after = before.clone();
            after[at] = (after[at] + 1) % config.levels as u8;
            let known = (value + 1) * config.levels;
            let both = |seed| {
                let model = model(config, &state(&config, seed));
                [&before, &after].map(|levels| logits(&model, levels, 0))
            };
            let [a, b] = both(seed);
            prop_assert_eq!(&a[..known], &b[..known]);
            // What comes next does look at it, unless a row ends here. In a network so small all units that look may be off, but not
            // with every weights.
            let ends = value % (config.side * config.colours) + config.colours
                >= config.side * config.colours;
            let looks = |seed| {
                let [a, b] = both(seed);
                a[known..] != b[known..]
            };
            prop_assert!(ends || (seed..seed + 20).any(looks));
        }
    }

    /// Where the logits of the middle of an image have a gradient that is not zero.
    fn gradient(model: &PixelCnn, levels: &[u8], [row, column]: [usize; 2]) -> Vec<bool> {
        let mut input = model.config.input(levels, &[], &Device::flex()).autodiff();
        let x = input.x.clone().require_grad();
        input.x = x.clone();
        // Squares, since a softmax does not change when the same is added to all.
        let logits = model.forward(&input).narrow(2, row, 1).narrow(3, column, 1);
        let mut grads = logits.square().sum().backward();
        let found = x.grad_remove(&mut grads).expect("the image has a gradient");
        let found: Vec<f32> = found.into_data().try_to_vec().unwrap();
        found.iter().map(|v| *v != 0.0).collect()
    }

    #[test]
    fn the_plain_network_has_a_blind_spot_and_the_gated_one_has_none() {
        const SIDE: usize = 15;
        let (row, column) = (9, 7);
        for kind in [Kind::Gated, Kind::Plain, Kind::RowLstm] {
            let config = PixelCnnConfig {
                kind,
                side: SIDE,
                layers: 2,
                ..SMALL
            };
            let model = model(config, &state(&config, 3));
            let seen = gradient(&model, &picture(&config, 1), [row, column]);
            let field = config.plan().receptive_field(0, [row, column], SIDE);
            assert_eq!(seen, field, "{kind:?}: the mask and the true gradient");
            // Earlier pixels as near as the windows reach.
            let reach = 3 + config.layers * (config.kernel / 2);
            let near = |at: usize| {
                let (y, x) = (at / SIDE, at % SIDE);
                at < row * SIDE + column && row - y <= reach && x.abs_diff(column) <= reach
            };
            let blind: Vec<[usize; 2]> = (0..SIDE * SIDE)
                .filter(|&at| near(at) && !seen[at])
                .map(|at| [row - at / SIDE, at % SIDE])
                .collect();
            let beyond = (0..SIDE * SIDE).any(|at| seen[at] && !near(at));
            assert_eq!(beyond, kind == Kind::RowLstm, "{kind:?}");
            match kind {
                // Straight up as far as there is anything.
                Kind::RowLstm => assert!(seen[column]),
                Kind::Gated => assert!(blind.is_empty(), "{blind:?}"),
                // One row up only the first kernel reaches to the right.
                Kind::Plain => {
                    assert!(
                        blind.contains(&[1, column + 4]) && blind.contains(&[1, column + reach])
                    );
                    assert!(blind.iter().all(|[_, x]| *x > column), "{blind:?}");
                }
            }
        }
    }
}
