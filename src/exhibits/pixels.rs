//! A trained PixelCNN at work, one pixel at a time.
//!
//! A [`Pixels`] holds boards: images in the making, all at the same pixel, each with a seed of its own. A request is JSON with
//! `op`, beside numbers; the answer is named tensors. The noise of a value is a function of the board's seed and the value's
//! place alone, and what is forced is part of the request, so `start` with the same arguments and `step` to the same pixel
//! give the same boards, whatever was tried between.
//!
//! A *place* is a value in reading order, `(row * side + column) * colours + channel`; a *level* is from 0 to `levels - 1`.
//!
//! | op | arguments (default) | numbers | answer |
//! |---|---|---|---|
//! | `start` | `seed`, `count` (1), `label` (0), `temperature` (1; null is infinite) | forced `place, level, ...` | state |
//! | `step` | `pixels` | | state |
//! | `back` | `pixel` | | state; forgets that pixel and all after it |
//! | `force` | | `place, level, ...` | state; a level of -1 takes the force away; goes back where the pixel is already drawn |
//! | `tune` | `temperature` | | state; of what is drawn from here on |
//! | `fork` | `count`, `seed` | | state; copies of the first board with seeds from `seed` on |
//! | `levels` | | an image `[colours, side, side]` in [0, 1] | `levels [values]` of the model in reading order, `image [1, side, side, 4]` in them |
//! | `likelihood` | `label` (0) | an image as above | `nats [side, side]` of each pixel, `total` (nats, bits, bits per dimension), `image` as above |
//! | `sees` | `row`, `column`, `channel` (0) | | `sight [side, side]`: 1 for pixels that can be seen, 2 for the blind spot among them |
//! | `field` | `row`, `column`, `channel` (0), `level` (the likeliest) | | `mask [side, side]`, `gradient [colours, side, side]` of `log(p / (1 - p))` of that level on the first board with respect to the network's input in [-1, 1], `level [1]` |
//! | `whole` | | | `cached` and `whole`, `[levels]`: logits of the next value by the sampler and by a pass over the whole image |
//!
//! The state:
//! - `images [count, side, side, 4]` bytes; what is not yet known is transparent
//! - `levels [count, known values]`
//! - `next [3]`: the pixel about to be drawn, its row and its column; empty when the boards are done
//! - of that pixel on the first board, `probabilities [colours, levels]` of the model, `drawn [colours, levels]` after
//!   temperature, `chosen [colours]` the levels that a step will put there and `forced [colours]` 1 where they are forced. Green is
//!   given the red that will be chosen, blue both.
//! - `nats [count]`, `bits [count]`: log-likelihood so far
//! - `value_nats [known values]`: of each value on the first board

use std::collections::BTreeMap;
use std::f64::consts::LN_2;

use burn::tensor::{Device, Tensor};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::explore::Explore;
use super::latents::{Answer, Content, asked, byte, floats, within};
use crate::models::cpu::sampler::{Canvas, Sampler, draw, log_probabilities, noise, probabilities};
use crate::models::masks::sights;
use crate::models::network::{State, vector};
use crate::models::pixelcnn::{PixelCnn, PixelCnnConfig, PixelCnnModel};
use crate::runs::{LocalFuture, read};
use crate::weights::{Card, sha256};

/// Most boards.
const BOARDS_MAX: usize = 64;
/// Most memory of all boards, in bytes.
const MEMORY_MAX: usize = 256 << 20;

const fn one() -> usize {
    1
}

const fn plain() -> Option<f32> {
    Some(1.0)
}

/// A request; numbers come beside it.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case")]
pub enum Request {
    /// New boards.
    Start {
        /// Seed of the first board; the next has the next.
        seed: u64,
        /// How many.
        #[serde(default = "one")]
        count: usize,
        /// Label of a conditional model.
        #[serde(default)]
        label: usize,
        /// Logits are divided by it; none for infinity.
        #[serde(default = "plain")]
        temperature: Option<f32>,
    },
    /// Draws pixels.
    Step {
        /// How many, as far as there are.
        pixels: usize,
    },
    /// Goes back.
    Back {
        /// The pixel to stand before.
        pixel: usize,
    },
    /// Overrules values.
    Force,
    /// Another temperature.
    Tune {
        /// None for infinity.
        temperature: Option<f32>,
    },
    /// Continues the first board several times.
    Fork {
        /// How many.
        count: usize,
        /// Seed of the first; the next has the next.
        seed: u64,
    },
    /// A whole image in the model's levels.
    Levels,
    /// The likelihood of a whole image.
    Likelihood {
        /// Label of a conditional model.
        #[serde(default)]
        label: usize,
    },
    /// What a pixel can depend on.
    Sees {
        /// Its row.
        row: usize,
        /// Its column.
        column: usize,
        /// Which channel of it.
        #[serde(default)]
        channel: usize,
    },
    /// What a pixel depends on.
    Field {
        /// Its row.
        row: usize,
        /// Its column.
        column: usize,
        /// Which channel of it.
        #[serde(default)]
        channel: usize,
        /// Whose logit; the likeliest level's when absent.
        #[serde(default)]
        level: Option<usize>,
    },
    /// The next logits in two ways.
    Whole,
}

/// An image in the making.
#[derive(Clone, Debug)]
struct Board {
    canvas: Canvas,
    seed: u64,
    /// Log-likelihood of each known value.
    nats: Vec<f32>,
}

/// A trained PixelCNN with its boards.
pub struct Pixels {
    card: Card,
    sampler: Sampler,
    state: State,
    device: Device,
    temperature: f32,
    forced: BTreeMap<usize, u8>,
    boards: Vec<Board>,
}

impl Pixels {
    /// Opens weights for a page.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn explore(
        card: Card,
        states: Vec<State>,
        device: Device,
    ) -> Result<Box<dyn Explore>, String> {
        Ok(Box::new(Self::new(card, &states, device)?))
    }

    /// Opens weights, with one empty board.
    ///
    /// # Errors
    /// A sentence when the card or the file cannot be used.
    pub fn new(card: Card, states: &[State], device: Device) -> Result<Self, String> {
        let Some(&PixelCnnModel { network }) = card.config.of() else {
            return Err(format!("{} does not draw pixel by pixel.", card.id));
        };
        let state = states[0].clone();
        let sampler = Sampler::new(network, &state);
        if sampler.bytes() > MEMORY_MAX {
            return Err(format!("{} needs too much memory for one image.", card.id));
        }
        let mut pixels = Self {
            card,
            sampler,
            state,
            device,
            temperature: 1.0,
            forced: BTreeMap::new(),
            boards: vec![],
        };
        pixels.start(0, 1, 0)?;
        Ok(pixels)
    }

    fn config(&self) -> &PixelCnnConfig {
        &self.sampler.config
    }

    /// What the page needs to know.
    pub fn describe(&self) -> Json {
        let PixelCnnConfig {
            kind,
            channels,
            layers,
            kernel,
            colours,
            side,
            levels,
            labels,
            ..
        } = *self.config();
        json!({
            "model": "pixelcnn",
            "kind": kind,
            "shape": [colours, side, side],
            "levels": levels,
            "layers": layers,
            "channels": channels,
            "kernel": kernel,
            "parameters": self.card.parameters,
            "conditional": labels > 0,
            "labels": if labels > 0 { json!(self.card.labels) } else { Json::Null },
            "boards": self.most(),
        })
    }

    /// 16 hexadecimal digits over the levels of all boards.
    pub fn hash(&self) -> String {
        let known: Vec<u8> = self
            .boards
            .iter()
            .flat_map(|b| b.canvas.levels())
            .copied()
            .collect();
        sha256(&known)[..16].into()
    }

    /// Answers a request. After an error the boards are as they were.
    pub fn run<'a>(
        &'a mut self,
        request: Request,
        values: Vec<f32>,
    ) -> LocalFuture<'a, Result<Answer, String>> {
        Box::pin(async move {
            match request {
                Request::Start {
                    seed,
                    count,
                    label,
                    temperature,
                } => {
                    let temperature = checked(temperature)?;
                    let forced = self.pairs(&values)?;
                    self.start(seed, count, label)?;
                    self.temperature = temperature;
                    self.forced.clear();
                    self.force(forced);
                }
                Request::Step { pixels } => self.step(pixels),
                Request::Back { pixel } => self.back(pixel),
                Request::Force => {
                    let forced = self.pairs(&values)?;
                    self.force(forced);
                }
                Request::Tune { temperature } => self.temperature = checked(temperature)?,
                Request::Fork { count, seed } => {
                    within("number of boards", count, self.most())?;
                    let first = self.boards[0].clone();
                    let fork = |i| Board {
                        seed: seed.wrapping_add(i),
                        ..first.clone()
                    };
                    self.boards = (0..count as u64).map(fork).collect();
                }
                Request::Levels => return self.levels(&values),
                Request::Likelihood { label } => return self.likelihood(label, &values),
                Request::Sees {
                    row,
                    column,
                    channel,
                } => return self.sees([row, column], channel),
                Request::Field {
                    row,
                    column,
                    channel,
                    level,
                } => return self.field([row, column], channel, level).await,
                Request::Whole => return self.whole().await,
            }
            Ok(self.state())
        })
    }

    /// How many boards fit.
    fn most(&self) -> usize {
        (MEMORY_MAX / self.sampler.bytes()).min(BOARDS_MAX)
    }

    fn check_label(&self, label: usize) -> Result<(), String> {
        let labels = self.config().labels;
        if label < labels.max(1) {
            Ok(())
        } else if labels == 0 {
            Err(format!("{} knows no labels.", self.card.id))
        } else {
            Err(format!(
                "There is no label {label}; labels run from 0 to {}.",
                labels - 1
            ))
        }
    }

    fn start(&mut self, seed: u64, count: usize, label: usize) -> Result<(), String> {
        within("number of boards", count, self.most())?;
        self.check_label(label)?;
        let board = |i| Board {
            canvas: self.sampler.canvas(label),
            seed: seed.wrapping_add(i),
            nats: vec![],
        };
        self.boards = (0..count as u64).map(board).collect();
        Ok(())
    }

    /// Places with their levels, none to take the force away.
    fn pairs(&self, values: &[f32]) -> Result<Vec<(usize, Option<u8>)>, String> {
        let &PixelCnnConfig { levels, .. } = self.config();
        let size = self.config().size();
        if !values.len().is_multiple_of(2) || values.len() > 2 * size {
            return Err(format!(
                "{} numbers are not places and levels of at most {size} values.",
                values.len()
            ));
        }
        let whole = |v: f32, least: f32, end: usize| {
            (v.fract() == 0.0 && v >= least && v < end as f32).then_some(v)
        };
        let pair = |pair: &[f32]| {
            let place = whole(pair[0], 0.0, size)
                .ok_or_else(|| format!("There is no value {}; there are {size}.", pair[0]))?;
            let level = whole(pair[1], -1.0, levels)
                .ok_or_else(|| format!("There is no level {}; there are {levels}.", pair[1]))?;
            Ok((place as usize, (level >= 0.0).then_some(level as u8)))
        };
        values.chunks_exact(2).map(pair).collect()
    }

    fn force(&mut self, pairs: Vec<(usize, Option<u8>)>) {
        for (place, level) in pairs {
            match level {
                Some(level) => self.forced.insert(place, level),
                None => self.forced.remove(&place),
            };
            self.back(place / self.config().colours);
        }
    }

    fn back(&mut self, pixel: usize) {
        let values = pixel.saturating_mul(self.config().colours);
        for board in &mut self.boards {
            board.canvas.truncate(values);
            board.nats.truncate(values);
        }
    }

    fn step(&mut self, pixels: usize) {
        let size = self.config().size();
        let known = self.boards[0].canvas.levels().len();
        let until = pixels
            .saturating_mul(self.config().colours)
            .saturating_add(known)
            .min(size);
        for board in &mut self.boards {
            for place in known..until {
                let logits = self.sampler.logits(&mut board.canvas);
                let level = match self.forced.get(&place) {
                    Some(level) => *level,
                    None => draw(
                        &probabilities(logits, self.temperature),
                        noise(board.seed, place),
                    ),
                };
                let nats = log_probabilities(logits)[usize::from(level)];
                board.nats.push(nats);
                self.sampler.push(&mut board.canvas, level);
            }
        }
    }

    fn state(&mut self) -> Answer {
        let &PixelCnnConfig {
            colours,
            side,
            levels,
            ..
        } = self.config();
        let count = self.boards.len();
        let known = self.boards[0].canvas.levels().len();
        let pixel = known / colours;
        let images: Vec<u8> = self
            .boards
            .iter()
            .flat_map(|b| self.rgba(b.canvas.levels()))
            .collect();
        let so_far: Vec<f32> = self
            .boards
            .iter()
            .flat_map(|b| b.canvas.levels())
            .map(|l| f32::from(*l))
            .collect();
        let nats: Vec<f64> = self.boards.iter().map(|b| total(&b.nats)).collect();
        let narrow = |values: Vec<f64>| values.into_iter().map(|v| v as f32).collect::<Vec<_>>();
        let value_nats = self.boards[0].nats.clone();
        let mut answer = vec![
            (
                "images".into(),
                vec![count, side, side, 4],
                Content::Bytes(images),
            ),
            floats("levels", &[count, known], so_far),
            floats("nats", &[count], narrow(nats.clone())),
            floats(
                "bits",
                &[count],
                narrow(nats.iter().map(|n| n / LN_2).collect()),
            ),
            floats("value_nats", &[known], value_nats),
        ];
        let (mut next, mut model, mut drawn, mut chosen, mut forced) =
            (vec![], vec![], vec![], vec![], vec![]);
        let mut rows = 0;
        if known < self.config().size() {
            next = [pixel, pixel / side, pixel % side]
                .map(|v| v as f32)
                .to_vec();
            rows = colours;
            // A look ahead: each channel is given those before it.
            let Board { canvas, seed, .. } = &mut self.boards[0];
            for place in known..known + colours {
                let logits = self.sampler.logits(canvas);
                let p = probabilities(logits, self.temperature);
                model.extend(probabilities(logits, 1.0));
                let force = self.forced.get(&place);
                let level = force
                    .copied()
                    .unwrap_or_else(|| draw(&p, noise(*seed, place)));
                drawn.extend(p);
                chosen.push(f32::from(level));
                forced.push(f32::from(u8::from(force.is_some())));
                self.sampler.push(canvas, level);
            }
            canvas.truncate(known);
        }
        answer.extend([
            floats("next", &[next.len()], next),
            floats("probabilities", &[rows, levels], model),
            floats("drawn", &[rows, levels], drawn),
            floats("chosen", &[rows], chosen),
            floats("forced", &[rows], forced),
        ]);
        answer
    }

    /// A picture as the page draws it; what is not yet known is transparent.
    fn rgba(&self, levels: &[u8]) -> Vec<u8> {
        let config = self.config();
        let mut out = vec![0; 4 * config.side.pow(2)];
        let pixels = levels.chunks_exact(config.colours);
        for (pixel, rgba) in pixels.zip(out.chunks_exact_mut(4)) {
            for (channel, value) in rgba[..3].iter_mut().enumerate() {
                *value = byte(config.shade(pixel[channel.min(config.colours - 1)]));
            }
            rgba[3] = 255;
        }
        out
    }

    /// An image `[colours, side, side]` as levels in reading order.
    fn quantised(&self, values: &[f32]) -> Result<Vec<u8>, String> {
        let config = self.config();
        let (colours, side, size) = (config.colours, config.side, config.size());
        if values.len() != size || values.iter().any(|v| !v.is_finite()) {
            return Err(format!(
                "{} numbers are not an image of {colours} by {side} by {side} between 0 and 1.",
                values.len()
            ));
        }
        let at = |place: usize| place % colours * side * side + place / colours;
        let level = |place| config.level(byte(values[at(place)]));
        Ok((0..size).map(level).collect())
    }

    fn picture(&self, levels: &[u8]) -> (String, Vec<usize>, Content) {
        let side = self.config().side;
        let rgba = Content::Bytes(self.rgba(levels));
        ("image".into(), vec![1, side, side, 4], rgba)
    }

    fn levels(&self, values: &[f32]) -> Result<Answer, String> {
        let levels = self.quantised(values)?;
        let picture = self.picture(&levels);
        let levels: Vec<f32> = levels.into_iter().map(f32::from).collect();
        Ok(vec![floats("levels", &[levels.len()], levels), picture])
    }

    fn likelihood(&self, label: usize, values: &[f32]) -> Result<Answer, String> {
        let &PixelCnnConfig { colours, side, .. } = self.config();
        self.check_label(label)?;
        let levels = self.quantised(values)?;
        let mut canvas = self.sampler.canvas(label);
        let mut map = vec![0.0; side * side];
        let mut nats = vec![];
        for (place, &level) in levels.iter().enumerate() {
            let p = log_probabilities(self.sampler.logits(&mut canvas))[usize::from(level)];
            map[place / colours] += p;
            nats.push(p);
            self.sampler.push(&mut canvas, level);
        }
        let nats = total(&nats);
        let bits = nats / LN_2;
        let figures = [nats, bits, -bits / levels.len() as f64].map(|v| v as f32);
        Ok(vec![
            floats("nats", &[side, side], map),
            floats("total", &[3], figures.to_vec()),
            self.picture(&levels),
        ])
    }

    fn check_place(&self, [row, column]: [usize; 2], channel: usize) -> Result<(), String> {
        let &PixelCnnConfig { colours, side, .. } = self.config();
        if row < side && column < side && channel < colours {
            return Ok(());
        }
        Err(format!(
            "There is no row {row}, column {column}, channel {channel} in an image of {side} by {side} by {colours}."
        ))
    }

    fn sees(&self, pixel: [usize; 2], channel: usize) -> Result<Answer, String> {
        self.check_place(pixel, channel)?;
        let side = self.config().side;
        let seen = self.config().receptive_field(channel, pixel);
        let sight = sights(&seen, pixel, side).into_iter().map(f32::from);
        Ok(vec![floats("sight", &[side, side], sight.collect())])
    }

    /// The first board for a pass over the whole image; what is not yet known has level 0.
    fn input(&self) -> crate::models::pixelcnn::Input {
        let config = self.config();
        let canvas = &self.boards[0].canvas;
        let plane = config.side.pow(2);
        let mut levels = vec![0; config.size()];
        for (place, &level) in canvas.levels().iter().enumerate() {
            levels[place % config.colours * plane + place / config.colours] = level;
        }
        config.input(&levels, &[canvas.label() as u8], &self.device)
    }

    /// The network for passes over the whole image.
    fn model(&self) -> PixelCnn {
        let [parameters, statistics] = self.state.to_device(&self.device);
        let config = *self.config();
        PixelCnn {
            config,
            network: config.architecture().with(&parameters, &statistics),
        }
    }

    async fn field(
        &self,
        [row, column]: [usize; 2],
        channel: usize,
        level: Option<usize>,
    ) -> Result<Answer, String> {
        let config = self.config();
        let &PixelCnnConfig {
            colours,
            side,
            levels,
            ..
        } = config;
        self.check_place([row, column], channel)?;
        let mut input = self.input().autodiff();
        let x = input.x.require_grad();
        input.x = x.clone();
        let logits: Tensor<1> = self
            .model()
            .forward(&input)
            .narrow(1, channel * levels, levels)
            .narrow(2, row, 1)
            .narrow(3, column, 1)
            .reshape([levels]);
        let found = read(vec![logits.clone().inner()]).await?.remove(0);
        let likeliest = usize::from(draw(&probabilities(&found, 0.0), 0.0));
        let level = level.unwrap_or(likeliest);
        if level >= levels {
            return Err(format!("There is no level {level}; there are {levels}."));
        }
        // log(p / (1 - p)) = l - log sum exp of the others.
        let most = found.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let others = (0..levels).map(|l| f32::from(u8::from(l != level)));
        let others = vector(others.collect(), &self.device).autodiff();
        let rest = ((logits.clone() - most).exp() * others).sum().log();
        let odds = logits.narrow(0, level, 1) - rest;
        let gradient = x
            .grad_remove(&mut odds.backward())
            .map(|g| g.reshape([config.size()]));
        let gradient = match gradient {
            Some(gradient) => read(vec![gradient]).await?.remove(0),
            None => vec![0.0; config.size()],
        };
        let mask = config.receptive_field(channel, [row, column]);
        let mask = mask.into_iter().map(|seen| f32::from(u8::from(seen)));
        Ok(vec![
            floats("mask", &[side, side], mask.collect()),
            floats("gradient", &[colours, side, side], gradient),
            floats("level", &[1], vec![level as f32]),
        ])
    }

    async fn whole(&mut self) -> Result<Answer, String> {
        let &PixelCnnConfig {
            colours,
            side,
            levels,
            ..
        } = self.config();
        let canvas = &mut self.boards[0].canvas;
        if self.sampler.is_done(canvas) {
            return Err("The image is done; there is no next pixel.".into());
        }
        let place = canvas.levels().len();
        let cached = self.sampler.logits(canvas).to_vec();
        let (pixel, channel) = (place / colours, place % colours);
        let logits = self
            .model()
            .forward(&self.input())
            .narrow(1, channel * levels, levels)
            .narrow(2, pixel / side, 1)
            .narrow(3, pixel % side, 1)
            .reshape([levels]);
        let whole = read(vec![logits]).await?.remove(0);
        Ok(vec![
            floats("cached", &[levels], cached),
            floats("whole", &[levels], whole),
        ])
    }
}

fn total(nats: &[f32]) -> f64 {
    nats.iter().map(|v| f64::from(*v)).sum()
}

/// A temperature, with infinity for none.
fn checked(temperature: Option<f32>) -> Result<f32, String> {
    let temperature = temperature.unwrap_or(f32::INFINITY);
    if temperature >= 0.0 {
        Ok(temperature)
    } else {
        Err(format!(
            "The temperature is {temperature}; it must be at least 0."
        ))
    }
}

impl Explore for Pixels {
    fn describe(&self) -> Json {
        Pixels::describe(self)
    }

    fn run<'a>(
        &'a mut self,
        request: &'a str,
        values: Vec<f32>,
    ) -> LocalFuture<'a, Result<Answer, String>> {
        match asked(request) {
            Ok(request) => Pixels::run(self, request, values),
            Err(sentence) => Box::pin(async { Err(sentence) }),
        }
    }

    fn hash(&self) -> Option<String> {
        Some(Self::hash(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::pixelcnn::Kind;
    use crate::weights::open;
    use crate::weights::tests::random;
    use pollster::block_on;
    use proptest::prelude::*;

    const SIDE: usize = 6;

    fn pixels(kind: Kind, colours: usize, labels: usize) -> Pixels {
        let network = PixelCnnConfig {
            kind,
            channels: 8,
            layers: 2,
            kernel: 3,
            features: 8,
            colours,
            side: SIDE,
            levels: 4,
            labels,
        };
        let (card, bytes) = random(PixelCnnModel { network });
        let card = serde_json::to_string(&card).unwrap();
        let (card, states) = open(&card, &bytes).unwrap();
        Pixels::new(card, &states, Device::flex()).unwrap()
    }

    fn ask(p: &mut Pixels, request: Json, values: Vec<f32>) -> Result<Answer, String> {
        let request = serde_json::from_value(request).map_err(|e| format!("{e}."))?;
        block_on(p.run(request, values))
    }

    fn done(p: &mut Pixels, request: Json, values: Vec<f32>) -> Answer {
        ask(p, request.clone(), values).unwrap_or_else(|e| panic!("{request}: {e}"))
    }

    fn numbers(answer: &Answer, name: &str) -> Vec<f32> {
        let found = answer.iter().find(|(n, ..)| n == name);
        match found {
            Some((_, shape, Content::Floats(values))) => {
                assert_eq!(shape.iter().product::<usize>(), values.len(), "{name}");
                values.clone()
            }
            other => panic!("{name}: {other:?}"),
        }
    }

    #[test]
    fn a_board_is_the_same_however_it_is_stepped() {
        for colours in [1, 3] {
            let p = &mut pixels(Kind::Gated, colours, 0);
            done(p, json!({"op": "start", "seed": 5}), vec![]);
            done(p, json!({"op": "step", "pixels": 1000}), vec![]);
            let whole = p.hash();
            let mut canvas = p.sampler.canvas(0);
            p.sampler.finish(&mut canvas, 5, 1.0);
            assert_eq!(p.boards[0].canvas.levels(), canvas.levels());

            done(p, json!({"op": "start", "seed": 5}), vec![]);
            let mut state = p.state();
            for i in 0..SIDE * SIDE {
                assert_eq!(numbers(&state, "next")[0], i as f32);
                for name in ["probabilities", "drawn"] {
                    for row in numbers(&state, name).chunks_exact(4) {
                        assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
                    }
                }
                // A step puts the levels that were announced.
                let chosen = numbers(&state, "chosen");
                state = done(p, json!({"op": "step", "pixels": 1}), vec![]);
                let levels = numbers(&state, "levels");
                assert_eq!(levels[i * colours..], chosen);
                if i % 5 == 4 {
                    done(p, json!({"op": "back", "pixel": i - 3}), vec![]);
                    state = done(p, json!({"op": "step", "pixels": 4}), vec![]);
                }
            }
            assert_eq!(p.hash(), whole);
            assert!(numbers(&state, "next").is_empty());
            done(p, json!({"op": "start", "seed": 6}), vec![]);
            done(p, json!({"op": "step", "pixels": 1000}), vec![]);
            assert_ne!(p.hash(), whole);
        }
    }

    #[test]
    fn an_overruled_pixel_changes_what_comes_after_it_only() {
        let p = &mut pixels(Kind::Gated, 1, 0);
        done(p, json!({"op": "start", "seed": 5}), vec![]);
        let state = done(p, json!({"op": "step", "pixels": 1000}), vec![]);
        let (before, hash) = (numbers(&state, "levels"), p.hash());
        let other = (before[9] + 1.0) % 4.0;
        let state = done(p, json!({"op": "force"}), vec![9.0, other]);
        assert_eq!(numbers(&state, "next")[0], 9.0);
        assert_eq!(numbers(&state, "forced"), [1.0]);
        let after = numbers(
            &done(p, json!({"op": "step", "pixels": 1000}), vec![]),
            "levels",
        );
        assert_eq!(after[..9], before[..9]);
        assert_eq!(after[9], other);
        assert_ne!(after[10..], before[10..]);
        // The same from the start, and without force as it was.
        done(p, json!({"op": "start", "seed": 5}), vec![9.0, other]);
        let again = numbers(
            &done(p, json!({"op": "step", "pixels": 1000}), vec![]),
            "levels",
        );
        assert_eq!(again, after);
        done(p, json!({"op": "force"}), vec![9.0, -1.0]);
        done(p, json!({"op": "step", "pixels": 1000}), vec![]);
        assert_eq!(p.hash(), hash);
    }

    #[test]
    fn the_likelihood_of_a_board_is_that_of_its_image() {
        for (colours, labels) in [(1, 3), (3, 0)] {
            let p = &mut pixels(Kind::Plain, colours, labels);
            let label = labels.saturating_sub(1);
            done(p, json!({"op": "start", "seed": 2, "label": label}), vec![]);
            let state = done(p, json!({"op": "step", "pixels": 1000}), vec![]);
            let image = p.sampler.image(&p.boards[0].canvas);
            let request = json!({"op": "likelihood", "label": label});
            let found = done(p, request, image.clone());
            let [nats, bits, per_value] = numbers(&found, "total")[..] else {
                panic!("three figures");
            };
            assert!((nats - numbers(&state, "nats")[0]).abs() < 1e-3);
            assert!((bits - numbers(&state, "bits")[0]).abs() < 1e-3);
            assert!((per_value + bits / p.config().size() as f32).abs() < 1e-4);
            assert!((numbers(&found, "nats").iter().sum::<f32>() - nats).abs() < 1e-3);
            let levels = numbers(&done(p, json!({"op": "levels"}), image.clone()), "levels");
            assert_eq!(levels, numbers(&state, "levels"), "what was drawn, again");
            if labels > 0 {
                let other = done(p, json!({"op": "likelihood"}), image);
                assert_ne!(numbers(&other, "total")[0], nats, "the label is seen");
            }
        }
    }

    #[test]
    fn completions_share_what_was_there_and_differ_after() {
        let p = &mut pixels(Kind::Gated, 1, 0);
        done(
            p,
            json!({"op": "start", "seed": 1}),
            vec![0.0, 3.0, 1.0, 2.0],
        );
        done(p, json!({"op": "step", "pixels": 18}), vec![]);
        done(p, json!({"op": "fork", "count": 4, "seed": 1}), vec![]);
        let state = done(p, json!({"op": "step", "pixels": 1000}), vec![]);
        let levels = numbers(&state, "levels");
        let boards: Vec<&[f32]> = levels.chunks_exact(36).collect();
        assert_eq!((boards.len(), boards[0][0], boards[0][1]), (4, 3.0, 2.0));
        for other in &boards[1..] {
            assert_eq!(other[..18], boards[0][..18]);
            assert_ne!(other[18..], boards[0][18..]);
        }
        // The first has the seed of the start, so it is what would have come anyway.
        let first = boards[0].to_vec();
        done(
            p,
            json!({"op": "start", "seed": 1}),
            vec![0.0, 3.0, 1.0, 2.0],
        );
        let state = done(p, json!({"op": "step", "pixels": 1000}), vec![]);
        assert_eq!(numbers(&state, "levels"), first);
    }

    #[test]
    fn temperature_zero_ignores_the_seed_and_infinity_the_model() {
        let p = &mut pixels(Kind::Gated, 3, 0);
        let mut hashes = vec![];
        for seed in [1, 2] {
            done(
                p,
                json!({"op": "start", "seed": seed, "temperature": 0}),
                vec![],
            );
            done(p, json!({"op": "step", "pixels": 1000}), vec![]);
            hashes.push(p.hash());
        }
        assert_eq!(hashes[0], hashes[1]);
        for hot in [json!(null), json!(1e39)] {
            let request = json!({"op": "start", "seed": 1, "temperature": hot});
            let state = done(p, request, vec![]);
            assert_eq!(numbers(&state, "drawn"), [0.25; 12]);
            assert_ne!(numbers(&state, "probabilities"), [0.25; 12]);
        }
        let state = done(p, json!({"op": "tune", "temperature": 1}), vec![]);
        assert_eq!(numbers(&state, "drawn"), numbers(&state, "probabilities"));
    }

    #[test]
    fn a_field_has_its_gradient_inside_its_mask() {
        for kind in [Kind::Gated, Kind::Plain, Kind::RowLstm] {
            for colours in [1, 3] {
                let p = &mut pixels(kind, colours, 0);
                done(p, json!({"op": "step", "pixels": 20}), vec![]);
                let request = json!({"op": "field", "row": 3, "column": 2, "channel": colours - 1});
                let found = done(p, request, vec![]);
                let mask = numbers(&found, "mask");
                let request = json!({"op": "sees", "row": 3, "column": 2, "channel": colours - 1});
                let sight = numbers(&done(p, request, vec![]), "sight");
                assert!(
                    mask.iter()
                        .zip(&sight)
                        .all(|(m, s)| (*m == 1.0) == (*s == 1.0))
                );
                // At the left edge some of what lies to the right is too far for the first kernel.
                let request = json!({"op": "sees", "row": 3, "column": 0});
                let is_blind = numbers(&done(p, request, vec![]), "sight").contains(&2.0);
                assert!(kind == Kind::RowLstm || is_blind == (kind == Kind::Plain));
                let gradient = numbers(&found, "gradient");
                assert!(mask.iter().enumerate().all(|(at, m)| *m == 0.0 || at < 20));
                for (at, g) in gradient.iter().enumerate() {
                    assert!(*g == 0.0 || mask[at % 36] == 1.0, "{kind:?} {at}: {g}");
                }
                assert!(gradient.iter().filter(|g| **g != 0.0).count() > 10);
                // Of all levels the likeliest has the best odds: asking for it by name is the same.
                let level = numbers(&found, "level")[0] as usize;
                let request = json!({"op": "field", "row": 3, "column": 2, "channel": colours - 1, "level": level});
                assert_eq!(numbers(&done(p, request, vec![]), "gradient"), gradient);
            }
        }
    }

    #[test]
    fn the_next_logits_are_those_of_a_pass_over_the_whole_image() {
        for colours in [1, 3] {
            let p = &mut pixels(Kind::Gated, colours, 3);
            done(p, json!({"op": "start", "seed": 1, "label": 2}), vec![]);
            for _ in 0..5 {
                let found = done(p, json!({"op": "whole"}), vec![]);
                let (a, b) = (numbers(&found, "cached"), numbers(&found, "whole"));
                assert!(
                    a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 1e-4),
                    "{a:?} {b:?}"
                );
                done(p, json!({"op": "step", "pixels": 7}), vec![]);
            }
        }
    }

    #[test]
    fn what_makes_no_sense_gets_a_sentence_and_changes_nothing() {
        let p = &mut pixels(Kind::Gated, 1, 3);
        done(p, json!({"op": "step", "pixels": 7}), vec![]);
        let hash = p.hash();
        for (request, values) in [
            (json!({"op": "start", "seed": 1, "count": 0}), vec![]),
            (
                json!({"op": "start", "seed": 1, "count": 1_000_000}),
                vec![],
            ),
            (json!({"op": "start", "seed": 1, "label": 3}), vec![]),
            (json!({"op": "start", "seed": 1, "temperature": -1}), vec![]),
            (json!({"op": "start", "seed": -1}), vec![]),
            (json!({"op": "start", "seed": 1}), vec![0.0; 2_000_000]),
            (json!({"op": "start", "seed": 1}), vec![0.0]),
            (json!({"op": "force"}), vec![36.0, 0.0]),
            (json!({"op": "force"}), vec![0.0, 4.0]),
            (json!({"op": "force"}), vec![0.5, 1.0]),
            (json!({"op": "force"}), vec![0.0, f32::NAN]),
            (json!({"op": "tune", "temperature": -0.5}), vec![]),
            (json!({"op": "fork", "count": 65, "seed": 1}), vec![]),
            (json!({"op": "likelihood"}), vec![0.0; 35]),
            (json!({"op": "likelihood"}), vec![f32::INFINITY; 36]),
            (json!({"op": "levels"}), vec![0.0; 37]),
            (json!({"op": "sees", "row": 0, "column": 6}), vec![]),
            (json!({"op": "field", "row": 6, "column": 0}), vec![]),
            (
                json!({"op": "field", "row": 0, "column": 0, "level": 4}),
                vec![],
            ),
            (json!({"op": "nothing"}), vec![]),
        ] {
            let sentence = ask(p, request.clone(), values).unwrap_err();
            assert!(sentence.ends_with('.'), "{request}: {sentence}");
            assert_eq!(p.hash(), hash);
        }
        done(p, json!({"op": "step", "pixels": 99}), vec![]);
        assert!(ask(p, json!({"op": "whole"}), vec![]).is_err());
        let (card, bytes) = random(PixelCnnModel {
            network: *p.config(),
        });
        let row = crate::exhibits::exhibit("pixelcnn").expect("in the table");
        let card = serde_json::to_string(&card).unwrap();
        let cut = row
            .explorer(&card, &bytes[1..], Device::flex())
            .err()
            .unwrap();
        assert!(cut.ends_with('.'));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_requests_get_an_answer_or_a_sentence(
            asked in prop::collection::vec((0..9usize, any::<u32>(), -2..9i64, prop::collection::vec(prop_oneof![any::<f32>(), (-1..5i8).prop_map(f32::from)], 0..40)), 1..12),
        ) {
            let mut p = pixels(Kind::Plain, 1, 2);
            for (op, large, small, values) in asked {
                let request = [
                    json!({"op": "start", "seed": large, "count": small, "label": small, "temperature": small}),
                    json!({"op": "step", "pixels": small}),
                    json!({"op": "step", "pixels": large}),
                    json!({"op": "back", "pixel": large % 50}),
                    json!({"op": "force"}),
                    json!({"op": "fork", "count": small, "seed": large}),
                    json!({"op": "likelihood", "label": small}),
                    json!({"op": "field", "row": small, "column": small, "level": small}),
                    json!({"op": "whole"}),
                ][op].clone();
                if let Err(sentence) = ask(&mut p, request, values) {
                    prop_assert!(sentence.ends_with('.'), "{sentence}");
                }
                let known = p.boards[0].canvas.levels().len();
                prop_assert!(p.boards.iter().all(|b| b.nats.len() == known && b.canvas.levels().len() == known));
            }
        }
    }
}
