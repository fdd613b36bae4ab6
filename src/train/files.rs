//! Weights and their cards in a folder.

use std::fs;
use std::path::{Path, PathBuf};

use burn::tensor::Device;

use crate::models::family::{Family, on_device};
use crate::models::network::{Network, State};
use crate::weights::{self, Card};

/// Weights with their card.
#[derive(Clone, Copy)]
pub struct Shipped<'a> {
    /// The card.
    pub card: &'a Card,
    /// Values of its networks.
    pub states: &'a [State],
}

impl Shipped<'_> {
    /// The networks on a device.
    ///
    /// # Errors
    /// A sentence when the model is of another family.
    pub fn open<F: Family>(&self, device: &Device) -> Result<F::Networks<Network>, String> {
        let card = self.card;
        let model = card.config.of::<F>().ok_or_else(|| {
            let found = card.config.family();
            format!(
                "The card of {} is of the family {found}, not {}.",
                card.id,
                F::ID
            )
        })?;
        model.open(self.states, on_device(device))
    }
}

/// Place of a card.
pub fn card_path(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.json"))
}

/// Place of a weights file.
pub fn weights_path(folder: &Path, id: &str) -> PathBuf {
    folder.join(format!("{id}.bpk"))
}

/// A card and its weights.
///
/// # Errors
/// A sentence when one is missing or they do not agree.
pub fn load(folder: &Path, id: &str) -> Result<(Card, Vec<State>), String> {
    let missing = |path: &Path, e| format!("{} could not be read: {e}.", path.display());
    let (card, file) = (card_path(folder, id), weights_path(folder, id));
    let text = fs::read_to_string(&card).map_err(|e| missing(&card, e))?;
    let card = Card::parse(&text)?;
    let bytes = fs::read(&file).map_err(|e| missing(&file, e))?;
    let states = weights::unpack(&card, &bytes)?;
    Ok((card, states))
}
