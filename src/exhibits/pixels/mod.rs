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
//! | `start` | `seed`, `count` (1), `label` (0), `draw` (`sample`), `temperature` (1; null is infinite) | forced `place, level, ...` | state |
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

mod boards;
pub(super) mod costs;
mod image;
mod masks;

use std::collections::BTreeMap;

use burn::tensor::Device;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::explore::{Ask, Content, Explore};
use super::latents::{Answer, asked, within};
use crate::models::cpu::sampler::Sampler;
use crate::models::network::State;
use crate::models::pixelcnn::{PixelCnnConfig, PixelCnnModel};
use crate::runs::LocalFuture;
use crate::weights::{Card, sha256};
use boards::{Board, MEMORY_MAX, checked};

const fn one() -> usize {
    1
}

const fn plain() -> Option<f32> {
    Some(1.0)
}

/// Boards on which a picture is completed, or a board continued, where the link says nothing.
const WAYS: usize = 8;

/// How a level is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Draw {
    /// From the softmax at the temperature.
    #[default]
    Sample,
    /// The likeliest, which is temperature 0.
    Argmax,
    /// Any, which is an infinite temperature.
    Uniform,
}

impl Draw {
    /// The temperature at which levels are drawn.
    fn at(self, temperature: Option<f32>) -> Option<f32> {
        match self {
            Self::Sample => temperature,
            Self::Argmax => Some(0.0),
            Self::Uniform => None,
        }
    }
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
        /// How levels are drawn.
        #[serde(default)]
        draw: Draw,
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
            "ways": self.most().min(WAYS),
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
                    draw,
                    temperature,
                } => {
                    let temperature = checked(draw.at(temperature))?;
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
}

impl Explore for Pixels {
    fn describe(&self) -> Json {
        Pixels::describe(self)
    }

    fn answer<'a>(&'a mut self, ask: Ask<'a>) -> LocalFuture<'a, Result<Content, String>> {
        Box::pin(async move {
            match ask.view {
                "masks" => masks::answer(ask),
                "compare" => costs::answer(&self.card, ask),
                view => Err(format!("The view {view} has no output {}.", ask.output)),
            }
        })
    }

    fn work<'a>(&'a mut self, trial: &'a str) -> LocalFuture<'a, Result<f64, String>> {
        Box::pin(Pixels::work(self, trial))
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
mod tests;
