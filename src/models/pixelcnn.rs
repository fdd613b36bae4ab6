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
//! The sampler that computes one pixel at a time ([`super::cpu::sampler`]) follows the same [`Architecture`] as the pass over a whole image.

use burn::tensor::{Device, FloatDType, Tensor, activation};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::models::family::{Family, within};
use crate::models::labels;
use crate::models::network::{
    Architecture, Builder, Forward, Init, Inputs, Network, Side, State, Window, images,
};

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

/// A PixelCNN in the making.
struct Stack {
    builder: Builder,
    /// The one-hot label, where there are labels.
    label: Option<usize>,
}

impl Stack {
    /// What a residual block adds; it begins at zero.
    fn residual(&mut self, to: usize, window: Window, from: usize) -> usize {
        let more = self.builder.window(from, window);
        self.builder.begin_at_zero(more);
        self.builder.sum(to, more)
    }

    /// Adds what a label says, where there are labels.
    fn labelled(&mut self, to: usize) -> usize {
        let Some(label) = self.label else {
            return to;
        };
        let b = &mut self.builder;
        let window = Window::pixel(b.channels(label), b.channels(to), false);
        let label = b.window(label, window);
        b.sum(to, label)
    }

    /// The convolution whose kernel is masked from its centre on, or behind it when `centre` is seen too.
    fn masked(&mut self, from: usize, outputs: usize, reach: isize, centre: bool) -> usize {
        let inputs = self.builder.channels(from);
        let left = self.builder.window(
            from,
            Window {
                inputs,
                outputs,
                rows: [0, 0],
                columns: [-reach, if centre { 0 } else { -1 }],
                bias: true,
            },
        );
        if reach == 0 {
            return left;
        }
        let above = self.builder.window(
            from,
            Window {
                inputs,
                outputs,
                rows: [-reach, -1],
                columns: [-reach, reach],
                bias: false,
            },
        );
        self.builder.sum(left, above)
    }
}

impl PixelCnnConfig {
    /// From the image, and its levels and the label where these are used, to the logits of each channel.
    pub fn architecture(&self) -> Architecture {
        let mut builder = Builder::numbering_tensors();
        let image = builder.input(Side::Image, self.colours);
        let label = (self.labels > 0).then(|| builder.input(Side::Label, self.labels));
        let levels =
            (self.colours > 1).then(|| builder.input(Side::Levels, self.colours * self.levels));
        let mut stack = Stack { builder, label };
        let last = match self.kind {
            Kind::Gated => self.gated(&mut stack, image),
            Kind::Plain => self.plain(&mut stack, image),
            Kind::RowLstm => self.row_lstm(&mut stack, image),
        };
        let mut b = stack.builder;
        let seen = b.relu(last);
        let mut heads = vec![];
        for colour in 0..self.colours {
            let mut from = seen;
            if let Some(levels) = levels.filter(|_| colour > 0) {
                let earlier = b.narrow(levels, 0, colour * self.levels);
                from = b.join(&[seen, earlier]);
            }
            let window = Window::pixel(b.channels(from), self.features, true);
            let hidden = b.window(from, window);
            let hidden = b.relu(hidden);
            heads.push(b.window(hidden, Window::pixel(self.features, self.levels, true)));
        }
        b.build_all(heads)
    }

    /// Shapes of what the network reads.
    pub fn input_shapes(&self) -> Inputs<[usize; 3]> {
        let side = self.side;
        let mut inputs = Inputs::of([self.colours, side, side]);
        if self.colours > 1 {
            inputs = inputs.with(Side::Levels, [self.colours * self.levels, side, side]);
        }
        if self.labels > 0 {
            inputs = inputs.with(Side::Label, [self.labels, 1, 1]);
        }
        inputs
    }

    /// The pixels that the logits of a channel at one pixel depend on, by the windows alone.
    ///
    /// # Shapes
    /// - returns: `[side * side]`
    pub fn receptive_field(&self, channel: usize, pixel: [usize; 2]) -> Vec<bool> {
        let inputs = self.input_shapes();
        self.architecture().receptive_field(channel, pixel, inputs)
    }

    fn reach(&self) -> isize {
        (self.kernel / 2) as isize
    }

    fn gated(&self, stack: &mut Stack, image: usize) -> usize {
        let &Self {
            channels, colours, ..
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
        let mut vertical = stack.builder.window(image, first);
        let first = window(colours, channels, [0, 0], [-FIRST, -1]);
        let mut horizontal = stack.builder.window(image, first);
        for _ in 0..self.layers {
            let kernel = window(channels, 2 * channels, [-reach, 0], [-reach, reach]);
            let a = stack.builder.window(vertical, kernel);
            let a = stack.labelled(a);
            vertical = stack.builder.gate(a);
            let across = Window::pixel(channels, 2 * channels, false);
            let above = stack.builder.window(vertical, across);
            let kernel = window(channels, 2 * channels, [0, 0], [-reach, 0]);
            let left = stack.builder.window(horizontal, kernel);
            let a = stack.builder.sum(left, above);
            let a = stack.labelled(a);
            let gated = stack.builder.gate(a);
            let more = Window::pixel(channels, channels, true);
            let more = stack.builder.window(gated, more);
            horizontal = stack.builder.sum(horizontal, more);
        }
        horizontal
    }

    fn plain(&self, stack: &mut Stack, image: usize) -> usize {
        let (h, reach) = (self.channels, self.reach());
        let mut x = stack.masked(image, 2 * h, FIRST, false);
        for _ in 0..self.layers {
            let a = stack.builder.relu(x);
            let a = stack.builder.window(a, Window::pixel(2 * h, h, true));
            let a = stack.builder.relu(a);
            let a = stack.masked(a, h, reach, true);
            let a = stack.labelled(a);
            let a = stack.builder.relu(a);
            x = stack.residual(x, Window::pixel(h, 2 * h, true), a);
        }
        x
    }

    fn row_lstm(&self, stack: &mut Stack, image: usize) -> usize {
        let (h, reach) = (self.channels, self.reach());
        let mut x = stack.masked(image, 2 * h, FIRST, false);
        for _ in 0..self.layers {
            let along = |inputs, columns, bias| Window {
                inputs,
                outputs: 4 * h,
                rows: [0, 0],
                columns,
                bias,
            };
            let a = stack.builder.window(x, along(2 * h, [-reach, 0], true));
            let a = stack.labelled(a);
            let hidden = stack.builder.row_lstm(a, along(h, [-reach, reach], false));
            x = stack.residual(x, Window::pixel(h, 2 * h, true), hidden);
        }
        x
    }

    /// Fresh weights.
    pub fn init(&self, rng: &mut ChaCha8Rng) -> State {
        self.architecture().init(Init::He, rng)
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
        let mut inputs = Inputs::of(input.x.clone());
        if self.config.colours > 1 {
            inputs = inputs.with(Side::Levels, input.one_hot.clone());
        }
        if self.config.labels > 0 {
            let label = input.label.clone().expect("labels of a conditional model");
            inputs = inputs.with(Side::Label, label);
        }
        self.network.forward_with(inputs)
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
            // Inside a block the weights make no difference: what it adds is multiplied by zero.
            let mut other = fresh.clone();
            let (mut at, mut changed, mut zeros) = (0, 0, 0);
            let architecture = config.architecture();
            let stored = architecture.steps().iter().filter(|s| s.name.is_some());
            let heads = stored.clone().count() - 2;
            for (i, step) in stored.enumerate() {
                let n: usize = step.entries().map(|e| e.len()).sum();
                zeros += usize::from(step.begins_at_zero);
                // The two of the first convolution come before all blocks.
                if i >= 2 && i < heads && !step.begins_at_zero {
                    other.parameters[at..at + n].fill(0.5);
                    changed += n;
                }
                at += n;
            }
            assert!(changed > 0 && zeros == config.layers);
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
            let field = config.receptive_field(0, [row, column]);
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
