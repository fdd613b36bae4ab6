//! Boards: images in the making, one pixel after the other.

use std::f64::consts::LN_2;

use super::Pixels;
use crate::exhibits::latents::{Answer, Content, byte, floats, within};
use crate::models::cpu::sampler::{Canvas, draw, log_probabilities, noise, probabilities};
use crate::models::pixelcnn::PixelCnnConfig;

/// Most boards.
const BOARDS_MAX: usize = 64;
/// Most memory of all boards, in bytes.
pub(super) const MEMORY_MAX: usize = 256 << 20;

/// An image in the making.
#[derive(Clone, Debug)]
pub(super) struct Board {
    pub(super) canvas: Canvas,
    pub(super) seed: u64,
    /// Log-likelihood of each known value.
    pub(super) nats: Vec<f32>,
}

impl Pixels {
    pub(super) fn most(&self) -> usize {
        (MEMORY_MAX / self.sampler.bytes()).min(BOARDS_MAX)
    }

    pub(super) fn check_label(&self, label: usize) -> Result<(), String> {
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

    pub(super) fn start(&mut self, seed: u64, count: usize, label: usize) -> Result<(), String> {
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
    pub(super) fn pairs(&self, values: &[f32]) -> Result<Vec<(usize, Option<u8>)>, String> {
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

    pub(super) fn force(&mut self, pairs: Vec<(usize, Option<u8>)>) {
        for (place, level) in pairs {
            match level {
                Some(level) => self.forced.insert(place, level),
                None => self.forced.remove(&place),
            };
            self.back(place / self.config().colours);
        }
    }

    pub(super) fn back(&mut self, pixel: usize) {
        let values = pixel.saturating_mul(self.config().colours);
        for board in &mut self.boards {
            board.canvas.truncate(values);
            board.nats.truncate(values);
        }
    }

    pub(super) fn step(&mut self, pixels: usize) {
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

    pub(super) fn state(&mut self) -> Answer {
        let side = self.config().side;
        let count = self.boards.len();
        let known = self.boards[0].canvas.levels().len();
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
        answer.extend(self.ahead());
        answer
    }

    /// The next pixel of the first board. For each of its channels, given the channels before it: the probabilities of the model, the
    /// probabilities after temperature, the level that a step will draw, and whether it is forced. All are empty when the boards are done.
    fn ahead(&mut self) -> Answer {
        let &PixelCnnConfig {
            colours,
            side,
            levels,
            ..
        } = self.config();
        let Board { canvas, seed, .. } = &mut self.boards[0];
        let known = canvas.levels().len();
        let until = if self.sampler.is_done(canvas) {
            known
        } else {
            known + colours
        };
        let (mut model, mut drawn, mut chosen, mut forced) = (vec![], vec![], vec![], vec![]);
        for place in known..until {
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
        let pixel = known / colours;
        let next: Vec<f32> = match until - known {
            0 => vec![],
            _ => [pixel, pixel / side, pixel % side]
                .map(|v| v as f32)
                .to_vec(),
        };
        let rows = until - known;
        vec![
            floats("next", &[next.len()], next),
            floats("probabilities", &[rows, levels], model),
            floats("drawn", &[rows, levels], drawn),
            floats("chosen", &[rows], chosen),
            floats("forced", &[rows], forced),
        ]
    }

    /// A picture as the page draws it; what is not yet known is transparent.
    pub(super) fn rgba(&self, levels: &[u8]) -> Vec<u8> {
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
}

/// The log-likelihood of all values together, in nats.
pub(super) fn total(nats: &[f32]) -> f64 {
    nats.iter().map(|v| f64::from(*v)).sum()
}

/// A temperature, with infinity for none.
pub(super) fn checked(temperature: Option<f32>) -> Result<f32, String> {
    let temperature = temperature.unwrap_or(f32::INFINITY);
    if temperature >= 0.0 {
        Ok(temperature)
    } else {
        Err(format!(
            "The temperature is {temperature}; it must be at least 0."
        ))
    }
}
