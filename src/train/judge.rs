//! The attribute classifier as a judge of pictures.

use burn::tensor::{Device, Tensor};

use super::classifier::{classify, decide};
use super::data::Data;
use super::evaluate::{BATCH, Settings};
use super::files::{Shipped, load};
use super::host;
use super::recipe::Recipe;
use super::recipes::RECIPES;
use crate::metrics::features::Features;
use crate::models::classifier::{Classifier, ClassifierModel};
use crate::models::network::Network;

/// The classifier for the same data.
pub(super) struct Judge {
    model: Classifier<Network>,
    device: Device,
}

impl Judge {
    /// Reads the classifier for the data of this name.
    ///
    /// # Errors
    /// A sentence when it is missing or does not fit the images.
    pub(super) fn load(name: &str, data: &Data, settings: &Settings) -> Result<Self, String> {
        let fits = |r: &&Recipe| r.source.name == name && r.family.judges();
        let id = RECIPES
            .iter()
            .find(fits)
            .ok_or_else(|| format!("There is no classifier for {name}."))?
            .id;
        let (card, states) = load(&settings.weights, id)
            .map_err(|e| format!("{e} Measuring needs {id}; train it first."))?;
        let shipped = Shipped {
            card: &card,
            states: &states,
        };
        let judge = shipped.open::<ClassifierModel>(&settings.device)?;
        let (side, colours) = (judge.config.side, judge.config.colours);
        if [side, colours] != [data.images.height, data.images.channels] {
            return Err(format!("{id} does not fit these images."));
        }
        Ok(Self {
            model: judge,
            device: settings.device.clone(),
        })
    }

    /// Where it computes.
    pub(super) fn device(&self) -> &Device {
        &self.device
    }

    /// Attributes that it knows, with their categories.
    pub(super) fn attributes(&self) -> &[(String, Vec<String>)] {
        &self.model.config.attributes
    }

    /// Features and categories of images in [0, 1].
    pub(super) fn look(&self, x: Tensor<4>) -> (Vec<f32>, Vec<Vec<usize>>) {
        let (features, logits) = classify(&self.model, x);
        (host(features), decide(&self.model.config, &host(logits)))
    }

    /// Features of many images, as one set.
    pub(super) fn features(&self, values: Vec<f32>) -> Features {
        Features::new(self.model.config.features, values)
    }

    /// Features of images of the data.
    pub(super) fn real(&self, data: &Data, indices: &[usize]) -> Features {
        let parts = indices.chunks(BATCH);
        let values = parts.flat_map(|part| self.look(data.tensor(part, &self.device)).0);
        self.features(values.collect())
    }
}
