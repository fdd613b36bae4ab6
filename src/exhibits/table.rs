//! Tables, and weights beside each other.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::limits::complaint;
use crate::weights::Card;

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Titles of its columns with their units, that of the names first.
    pub heads: Vec<String>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// The weights that it leads to; none where it leads nowhere.
    pub weights: Option<String>,
    /// The view in which these are opened; none for the same view.
    pub view: Option<&'static str>,
    /// Whether it is about what is shown.
    pub current: bool,
    /// A cell per further column.
    pub cells: Vec<Cell>,
}

/// A cell of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A number, with so many decimals.
    Number(f64, usize),
    /// A number, with so many significant digits.
    Digits(f64, usize),
    /// Not known.
    Nothing,
}

impl Cell {
    /// A number that may be missing, with so many significant digits.
    pub fn digits(value: Option<f64>, digits: usize) -> Self {
        value.map_or(Self::Nothing, |value| Self::Digits(value, digits))
    }

    /// A measured number that may be missing: three digits, or a whole number from 100 on.
    pub fn measured(value: Option<f64>) -> Self {
        match value {
            Some(value) if value >= 100.0 => Self::Number(value, 0),
            value => Self::digits(value, 3),
        }
    }
}

/// Weights of the same page, and what the page has timed of them.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Their card.
    pub card: Card,
    /// Units of work a second, by trial.
    pub rates: BTreeMap<String, f64>,
}

/// The same as the page sends it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    card: String,
    rates: BTreeMap<String, f64>,
}

impl Peer {
    /// Reads the list that a page sends as JSON; an empty text is an empty list.
    ///
    /// # Errors
    /// A sentence when it is no such list, or a card cannot be read.
    pub fn list(text: &str) -> Result<Vec<Self>, String> {
        if text.is_empty() {
            return Ok(vec![]);
        }
        let sent: Vec<Sent> = serde_json::from_str(text)
            .map_err(|e| format!("The cards cannot be read: {}.", complaint(e)))?;
        let peer = |Sent { card, rates }: Sent| {
            let card = Card::parse(&card)?;
            let rates = rates.into_iter().filter(|(_, rate)| *rate > 0.0);
            Ok(Self {
                card,
                rates: rates.collect(),
            })
        };
        sent.into_iter().map(peer).collect()
    }
}
