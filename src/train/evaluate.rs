//! Measures of trained weights, always of the half-precision file that is shipped.
//!
//! What is measured is the family's own ([`super::Train::measure`]). Likelihoods are on the validation split. Frechet distance, precision and
//! recall are taken in the features of the project's own attribute classifier for the same data, beside what real images score against other
//! real images.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use serde_json::json;

use super::data::Data;
use super::judge::Judge;
use super::recipe::Recipe;
use super::samples::compared;
use crate::weights::{Card, Codes, Direction, Measure, Statistics};

/// Seed of everything that is drawn for measuring.
pub(super) const SEED: u64 = 0;
/// Images that are measured at once.
pub(super) const BATCH: usize = 100;

/// How much to measure with.
pub struct Settings {
    /// Folder with the classifier's weights.
    pub weights: PathBuf,
    /// Where to compute.
    pub device: Device,
    /// Samples, and real images, for distances between sets.
    pub samples: usize,
    /// Images of the importance-weighted bound.
    pub bound_images: usize,
    /// Samples per image of that bound.
    pub bound_samples: usize,
}

impl Settings {
    /// The usual numbers.
    pub fn new(weights: &Path, device: &Device) -> Self {
        Self {
            weights: weights.into(),
            device: device.clone(),
            samples: 2_500,
            bound_images: 1_000,
            bound_samples: 500,
        }
    }
}

/// What was found.
#[derive(Default)]
pub struct Evaluation {
    /// Figures.
    pub measures: Vec<Measure>,
    /// Statistics of samples.
    pub statistics: Statistics,
    /// Directions in latent space.
    pub directions: Vec<Direction>,
    /// Where validation images lie.
    pub codes: Option<Codes>,
}

impl Evaluation {
    /// One more figure.
    pub(super) fn add(&mut self, name: &str, value: f64, unit: &str, how: impl Into<String>) {
        self.measures.push(Measure {
            name: name.into(),
            // Four digits are more than the samples carry, and keep cards readable.
            value: (value * 1e4).round() / 1e4,
            unit: unit.into(),
            how: how.into(),
        });
    }

    /// The measures as a Markdown table.
    pub fn table(&self) -> String {
        let row = |m: &Measure| format!("| {} | {} | {} | {} |\n", m.name, m.value, m.unit, m.how);
        let rows: String = self.measures.iter().map(row).collect();
        format!("| measure | value | unit | how |\n|---|---|---|---|\n{rows}")
    }

    /// The measures as JSON.
    pub fn to_json(&self) -> serde_json::Value {
        json!({"measures": self.measures, "statistics": self.statistics})
    }

    /// Puts everything on a card.
    pub fn write_to(self, card: &mut Card) {
        card.measures = self.measures;
        card.statistics = self.statistics;
        card.directions = self.directions;
        card.codes = self.codes;
    }
}

/// Looks for what measuring will need, so that nobody trains for hours and learns then that it is missing.
///
/// # Errors
/// A sentence when it is missing or does not fit.
pub fn check(recipe: &Recipe, data: &Data, settings: &Settings) -> Result<(), String> {
    if recipe.family.judged(&data.images) {
        Judge::load(recipe.source.name, data, settings)?;
        compared(data, settings)?;
        if data.validation.len() < 2 {
            return Err("Measuring needs at least two images that are held back; there is one. Add images, or give --validation 2.".into());
        }
    }
    Ok(())
}
