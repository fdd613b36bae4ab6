//! Weights and their card: a half-precision burnpack beside a JSON file that says what it is, where it came from, how good it
//! is, and how to make it again.
//!
//! Both are untrusted until read: sizes are checked before anything is allocated, the checksum before anything is
//! parsed, and the file must be byte for byte what [`pack`] writes for the tensors that the card's architecture has, which leaves no
//! room for overlaps, holes, other types or additions.

use crate::models::network::State;

mod burnpack;
mod card;
mod family;
#[cfg(test)]
pub(crate) mod tests;

pub use burnpack::{Values, WEIGHTS_MAX_BYTES, named, pack, sha256, unpack};
pub use card::{CARD_MAX_BYTES, Card, Codes, DataCard, Direction, Measure, Statistics};
pub use family::ModelConfig;

/// A card and the values of its networks, from their texts and bytes.
///
/// # Errors
/// A sentence when the card or the file cannot be used.
pub fn open(card: &str, weights: &[u8]) -> Result<(Card, Vec<State>), String> {
    let card = Card::parse(card)?;
    let states = unpack(&card, weights)?;
    Ok((card, states))
}
