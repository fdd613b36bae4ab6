//! Whole images: their levels and their likelihood, and what a pixel of one sees.

use std::f64::consts::LN_2;

use burn::tensor::Tensor;

use super::Pixels;
use super::boards::total;
use crate::exhibits::latents::{Answer, Content, byte, floats};
use crate::models::cpu::sampler::{draw, log_probabilities, probabilities};
use crate::models::masks::sights;
use crate::models::network::vector;
use crate::models::pixelcnn::{Input, PixelCnn, PixelCnnConfig};
use crate::runs::read;

impl Pixels {
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

    pub(super) fn levels(&self, values: &[f32]) -> Result<Answer, String> {
        let levels = self.quantised(values)?;
        let picture = self.picture(&levels);
        let levels: Vec<f32> = levels.into_iter().map(f32::from).collect();
        Ok(vec![floats("levels", &[levels.len()], levels), picture])
    }

    pub(super) fn likelihood(&self, label: usize, values: &[f32]) -> Result<Answer, String> {
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

    pub(super) fn sees(&self, pixel: [usize; 2], channel: usize) -> Result<Answer, String> {
        self.check_place(pixel, channel)?;
        let side = self.config().side;
        let seen = self.config().receptive_field(channel, pixel);
        let sight = sights(&seen, pixel, side).into_iter().map(f32::from);
        Ok(vec![floats("sight", &[side, side], sight.collect())])
    }

    /// The first board for a pass over the whole image; what is not yet known has level 0.
    fn input(&self) -> Input {
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

    pub(super) async fn field(
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

    /// Logits of a channel of a pixel by a pass over the whole image of the first board.
    ///
    /// # Shapes
    /// - returns: `[levels]`
    pub(super) async fn pass(
        &self,
        [row, column]: [usize; 2],
        channel: usize,
    ) -> Result<Vec<f32>, String> {
        let levels = self.config().levels;
        let logits = self
            .model()
            .forward(&self.input())
            .narrow(1, channel * levels, levels)
            .narrow(2, row, 1)
            .narrow(3, column, 1)
            .reshape([levels]);
        Ok(read(vec![logits]).await?.remove(0))
    }

    pub(super) async fn whole(&mut self) -> Result<Answer, String> {
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
        let whole = self.pass([pixel / side, pixel % side], channel).await?;
        Ok(vec![
            floats("cached", &[levels], cached),
            floats("whole", &[levels], whole),
        ])
    }
}
