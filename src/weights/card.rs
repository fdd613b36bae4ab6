//! What is known of a weights file: what it holds, where it came from, how good it is, and how to make it again.

use serde::{Deserialize, Serialize};

use super::family::ModelConfig;
use crate::limits::{DEPTH_MAX, complaint, depth};

/// Longest card, in bytes.
pub const CARD_MAX_BYTES: usize = 4 << 20;
/// Longest id, title or label on a card, in characters.
const NAME_MAX: usize = 100;

/// Where training data came from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataCard {
    /// Its name.
    pub name: String,
    /// Images trained on, without the validation split.
    pub images: usize,
    /// Licence.
    pub licence: String,
    /// Where a person gets it.
    pub source: String,
}

/// A figure and how it was taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// What it is.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// Its unit, or empty.
    pub unit: String,
    /// On what, with how many samples.
    pub how: String,
}

/// Statistics of samples, to compare other samples with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statistics {
    /// Mean of each channel over samples from the prior, in [0, 1].
    pub channel_mean: Vec<f64>,
    /// Standard deviation of each channel.
    pub channel_std: Vec<f64>,
    /// Share of each category of one attribute among samples, as the classifier sees them.
    #[serde(default)]
    pub classes: Vec<(String, f64)>,
}

/// A direction in latent space.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Direction {
    /// Kebab-case id.
    pub id: String,
    /// Title shown to the user.
    pub title: String,
    /// `attribute` or `principal`.
    pub kind: String,
    /// As long as the latent.
    pub vector: Vec<f32>,
}

/// Latent codes of validation images.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Codes {
    /// Interleaved posterior means.
    pub points: Vec<f32>,
    /// Label of each.
    pub labels: Vec<u8>,
}

/// What is known of a weights file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Id, the same in links, on the command line and as the file's name.
    pub id: String,
    /// Title shown to the user.
    pub title: String,
    /// Architecture.
    pub config: ModelConfig,
    /// Trained parameters in the file.
    pub parameters: usize,
    /// Length of the weights file.
    pub bytes: usize,
    /// SHA-256 of the weights file, hexadecimal.
    pub sha256: String,
    /// Training data.
    pub data: DataCard,
    /// Names of the labels of a conditional model or of the codes.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Seed of the training.
    pub seed: u64,
    /// Optimiser updates.
    pub steps: u64,
    /// Images per update.
    pub batch: usize,
    /// Duration of the training.
    pub wall_secs: f64,
    /// Device of the training.
    pub device: String,
    /// What made it.
    pub command: String,
    /// Version of this crate.
    pub crate_version: String,
    /// How good it is.
    pub measures: Vec<Measure>,
    /// Statistics of its samples.
    pub statistics: Statistics,
    /// Directions in latent space.
    #[serde(default)]
    pub directions: Vec<Direction>,
    /// Where validation images lie.
    #[serde(default)]
    pub codes: Option<Codes>,
}

impl Card {
    /// Reads a card.
    ///
    /// # Errors
    /// A sentence when it is too long, too deep or not a card.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() > CARD_MAX_BYTES {
            return Err(format!(
                "The card is {} KiB long; at most {} KiB are read.",
                text.len() >> 10,
                CARD_MAX_BYTES >> 10
            ));
        }
        if depth(text) > DEPTH_MAX {
            return Err(format!(
                "The card is nested deeper than {DEPTH_MAX} levels."
            ));
        }
        let card: Self = serde_json::from_str(text)
            .map_err(|e| format!("The card cannot be read: {}.", complaint(e)))?;
        card.check()
            .map_err(|what| format!("The card cannot be read: {what}."))?;
        Ok(card)
    }

    /// What sentences quote is short, and codes are places with labels that it names.
    fn check(&self) -> Result<(), &'static str> {
        let mut names = self.labels.iter().chain([&self.id, &self.title]);
        if names.any(|name| name.chars().count() > NAME_MAX) {
            return Err("its id, its title or a label is too long");
        }
        let Some(codes) = &self.codes else {
            return Ok(());
        };
        if !codes.points.iter().all(|p| p.is_finite()) {
            return Err("a code on it has no finite place");
        }
        let known = |label: &u8| usize::from(*label) < self.labels.len();
        if !codes.labels.iter().all(known) {
            return Err("a code on it has a label without a name");
        }
        Ok(())
    }
}
