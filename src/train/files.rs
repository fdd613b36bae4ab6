//! Weights and their cards in a folder.

use std::path::{Path, PathBuf};

use burn::tensor::Device;

use super::whole::Pending;
use crate::limits::{read_at_most, read_text_at_most};
use crate::models::family::{Family, on_device};
use crate::models::network::{Network, State};
use crate::weights::{self, CARD_MAX_BYTES, Card, WEIGHTS_MAX_BYTES};

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

/// Writes weights with their card. A kill at any instant leaves the old pair or the new one: what it has not put in its place,
/// [`load`] does.
///
/// # Errors
/// A sentence that names the file.
pub fn save(folder: &Path, id: &str, weights: &[u8], card: &str) -> Result<(), String> {
    let card = Pending::write(&card_path(folder, id), card.as_bytes())?;
    // With this rename the new pair counts; its card is complete beside its place.
    Pending::write(&weights_path(folder, id), weights)?.commit()?;
    card.commit()
}

/// A card and its weights, which are read no further than their limits.
///
/// # Errors
/// A sentence when one is missing or they do not agree.
pub fn load(folder: &Path, id: &str) -> Result<(Card, Vec<State>), String> {
    let place = card_path(folder, id);
    let card = read_text_at_most(&place, CARD_MAX_BYTES);
    let bytes = match &card {
        // The card is named first where both are missing.
        Err(sentence) if Pending::left(&place).is_none() => return Err(sentence.clone()),
        _ => read_at_most(&weights_path(folder, id), WEIGHTS_MAX_BYTES)?,
    };
    card.and_then(|card| weights::open(&card, &bytes))
        .or_else(|sentence| finish(&place, &bytes).ok_or(sentence))
}

/// The card that a kill has left beside its place, if it is that of these weights; it is put there.
fn finish(place: &Path, bytes: &[u8]) -> Option<(Card, Vec<State>)> {
    let left = Pending::left(place)?;
    let card = read_text_at_most(left.beside(), CARD_MAX_BYTES).ok()?;
    let opened = weights::open(&card, bytes).ok()?;
    // A folder that cannot be written to is as good: the next reader finds the same.
    let _ = left.commit();
    Some(opened)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::weights::tests::pair;

    /// Places of a card and of weights, and beside them.
    fn places(folder: &Path) -> [PathBuf; 4] {
        ["a.json", "a.bpk", ".a.json.new", ".a.bpk.new"].map(|name| folder.join(name))
    }

    #[test]
    fn a_kill_at_any_instant_leaves_one_pair_or_the_other() {
        let (old, new) = (pair(1), pair(2));
        let loaded = |folder: &Path| load(folder, "a").map(|(card, _)| card.seed);
        let here = tempfile::tempdir().unwrap();
        let [card, bytes, next_card, next_bytes] = places(here.path());
        let begin = |first: bool| {
            for place in places(here.path()) {
                let _ = fs::remove_file(place);
            }
            if !first {
                save(here.path(), "a", &old.1, &old.0).unwrap();
            }
        };
        for first in [true, false] {
            let before = (!first).then_some(1);
            // A kill may come after each part of `save`. First, half of the new card has been written beside its place;
            begin(first);
            fs::write(&next_card, &new.0[..new.0.len() / 2]).unwrap();
            assert_eq!(loaded(here.path()).ok(), before);
            fs::write(&next_card, &new.0).unwrap();
            assert_eq!(loaded(here.path()).ok(), before);
            // Then half of the new weights, and all of them.
            fs::write(&next_bytes, &new.1[..new.1.len() / 2]).unwrap();
            assert_eq!(loaded(here.path()).ok(), before);
            fs::write(&next_bytes, &new.1).unwrap();
            assert_eq!(loaded(here.path()).ok(), before);
            // Then the weights are in their place, and reading puts their card into its own.
            fs::rename(&next_bytes, &bytes).unwrap();
            assert_eq!(loaded(here.path()).unwrap(), 2);
            assert_eq!(fs::read_to_string(&card).unwrap(), new.0);
            assert!(!next_card.exists());
            assert_eq!(loaded(here.path()).unwrap(), 2);
        }
    }

    #[test]
    fn a_card_of_other_weights_is_refused_and_not_taken_for_what_a_kill_left() {
        let here = tempfile::tempdir().unwrap();
        let [card, bytes, next_card, _] = places(here.path());
        fs::write(&card, pair(1).0).unwrap();
        fs::write(&bytes, pair(2).1).unwrap();
        fs::write(&next_card, pair(3).0).unwrap();
        let told = load(here.path(), "a").unwrap_err();
        assert!(told.contains("checksum"), "{told}");
        assert!(next_card.exists() && card.exists());
    }

    #[test]
    fn files_longer_than_their_limits_are_not_read() {
        let here = tempfile::tempdir().unwrap();
        let [card, bytes, ..] = places(here.path());
        let (text, _) = pair(1);
        let long = |path: &Path, most: usize| {
            let file = fs::File::create(path).unwrap();
            file.set_len(most as u64 + 1).unwrap();
            let told = load(here.path(), "a").unwrap_err();
            let limit = format!("more bytes than the {most}");
            assert!(told.contains(&limit), "{told}");
        };
        long(&card, CARD_MAX_BYTES);
        fs::write(&card, text).unwrap();
        long(&bytes, WEIGHTS_MAX_BYTES);
    }
}
