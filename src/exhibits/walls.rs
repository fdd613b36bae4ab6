//! Pictures of latents as answers of outputs: walls, rows, pairs and single ones.

use super::explore::{Ask, Content, Pictures};
use super::latents::{self, Answer, Explorer, Request};
use super::link::Pick;

/// Pictures in a part of a wall.
const PART: u64 = 8;

impl Explorer {
    /// Pictures of latents, as many as there are captions.
    pub(super) async fn drawn(
        &self,
        z: Vec<f32>,
        label: usize,
        captions: Vec<String>,
    ) -> Result<Pictures, String> {
        let answer = self.run(Request::Decode { label }, z.clone()).await?;
        let mut out = Pictures {
            parts: 1,
            total: captions.len(),
            captions,
            z,
            ..Pictures::default()
        };
        for (name, shape, content) in answer {
            match content {
                latents::Content::Bytes(rgba) => {
                    out.size = [shape[1], shape[2]];
                    out.rgba = rgba;
                }
                latents::Content::Floats(scores) if name == "scores" => out.scores = scores,
                latents::Content::Floats(_) => {}
            }
        }
        Ok(out)
    }

    /// Samples of a seed that are truncated; a part holds a few of them.
    pub(super) async fn wall(
        &self,
        ask: Ask<'_>,
        total: u64,
        truncation: f32,
        label: usize,
    ) -> Result<Content, String> {
        let seed = ask.values.int("seed");
        let first = (ask.part as u64).saturating_mul(PART);
        let count = total.saturating_sub(first).min(PART);
        if count == 0 {
            return Err(format!("The wall has no part {}.", ask.part));
        }
        let picks: Vec<Pick> = (first..first + count)
            .map(|index| Pick { seed, index })
            .collect();
        let z = self.samples(&picks, truncation);
        let captions = picks.iter().map(Pick::caption).collect();
        Ok(Content::Pictures(Pictures {
            parts: total.div_ceil(PART) as usize,
            first: first as usize,
            total: total as usize,
            picks,
            ..self.drawn(z, label, captions).await?
        }))
    }

    /// Latents of samples, end to end.
    pub(super) fn samples(&self, picks: &[Pick], truncation: f32) -> Vec<f32> {
        let each = picks
            .iter()
            .flat_map(|pick| self.latent_of(pick.seed, pick.index, truncation));
        each.collect()
    }

    /// Latents along the directions of a setting; what names no direction is left out.
    pub(super) async fn shifted(&self, ask: Ask<'_>, z: Vec<f32>) -> Result<Vec<f32>, String> {
        let known = |id: &str| self.card.directions.iter().any(|d| d.id == id);
        let amounts = ask.values.amounts("shift").into_iter();
        let amounts = amounts
            .filter(|(id, _)| known(id))
            .map(|(id, amount)| (id.to_owned(), amount))
            .collect();
        Ok(numbers(self.run(Request::Shift { amounts }, z).await?, "z"))
    }
}

/// Numbers of an answer by their name.
pub(super) fn numbers(answer: Answer, name: &str) -> Vec<f32> {
    let found = answer.into_iter().find(|(own, ..)| own == name);
    match found {
        Some((_, _, latents::Content::Floats(values))) => values,
        _ => vec![],
    }
}

impl Pick {
    /// What a person reads.
    pub(super) fn caption(&self) -> String {
        format!("Sample {} of seed {}", self.index, self.seed)
    }
}
