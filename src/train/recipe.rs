//! What is trained on what, and for how long.

use super::Train;
use super::source::Source;
use crate::data::images::ImageSet;
use crate::weights::ModelConfig;

/// How to make one weights file: a row of [`super::recipes::RECIPES`].
#[derive(Clone, Copy, Debug)]
pub struct Recipe {
    /// Id, the same in links, on the command line and as the file's name.
    pub id: &'static str,
    /// What a person reads.
    pub title: &'static str,
    /// Its training data.
    pub source: Source,
    /// Its family, with widths and rates.
    pub family: &'static dyn Train,
    /// Images per update.
    pub batch: usize,
    /// Updates.
    pub steps: u64,
}

impl Recipe {
    /// The model that these images need.
    ///
    /// # Errors
    /// A sentence when the images or their labels do not fit the recipe.
    pub fn config(&self, data: &ImageSet) -> Result<ModelConfig, String> {
        if data.width == data.height {
            self.family.config(self, data)
        } else {
            Err(format!(
                "{} needs square images; these are {} by {}.",
                self.id, data.width, data.height
            ))
        }
    }

    /// Whether the side of the images can be halved so often.
    ///
    /// # Errors
    /// A sentence when it cannot.
    pub(super) fn check_halvings(&self, halvings: usize, data: &ImageSet) -> Result<(), String> {
        let side = data.height;
        if side >> halvings << halvings == side && side >> halvings > 0 {
            Ok(())
        } else {
            Err(format!(
                "{} halves the side {halvings} times; {side} pixels cannot be.",
                self.id
            ))
        }
    }

    /// How many labels the model sees, of data that has them; 0 where it is not `conditional`.
    ///
    /// # Errors
    /// A sentence when the data has no labels or others.
    pub(super) fn labels(&self, conditional: bool, data: &ImageSet) -> Result<usize, String> {
        if !conditional {
            return Ok(0);
        }
        let labels = self.source.labels.len();
        let found = data.labels.as_ref();
        let found = found.ok_or_else(|| format!("{} needs labels beside the images.", self.id))?;
        match found.iter().find(|l| usize::from(**l) >= labels) {
            Some(label) => Err(format!(
                "{} knows {labels} labels, from 0; the data has {label}.",
                self.id
            )),
            None => Ok(labels),
        }
    }
}
