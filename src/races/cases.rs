//! Races that show something, each with an explanation and with claims: bounds on a measure at a step.
//!
//! `genzoo claims` runs every row over seeds and fails where a reading is out of bounds.

use super::playground;
use super::{failures, members};
use crate::runs::demo::Demo;
use crate::schema::{Claim, Preset, preset};

/// A demo whose presets are cases.
pub struct Cases {
    /// The demo.
    pub demo: &'static Demo,
    /// What its presets show.
    pub rows: &'static [Case],
}

/// Every demo of cases, in the order in which the lab lists them.
pub static CASES: [Cases; 2] = [
    Cases {
        demo: &members::MEMBERS,
        rows: members::ROWS,
    },
    Cases {
        demo: &failures::FAILURES,
        rows: failures::ROWS,
    },
];

/// A race and what it shows.
pub struct Case {
    /// Kebab-case id of its preset.
    pub id: &'static str,
    /// Title shown to the user.
    pub title: &'static str,
    /// One sentence about it.
    pub summary: &'static str,
    /// What to see in each arena.
    pub see: &'static str,
    /// Why.
    pub why: &'static str,
    /// The equation that it turns on, in TeX through [`tex::tex!`]: the inside of a MathML `math` element.
    pub equation: &'static str,
    /// Its settings, arenas first.
    pub query: &'static str,
    /// Claims that hold for every seed.
    pub claims: &'static [Claim],
}

/// A race of the lab whose presets are cases.
pub(crate) const fn demo(
    id: &'static str,
    title: &'static str,
    summary: &'static str,
    presets: &'static [Preset],
) -> Demo {
    Demo {
        id,
        title,
        summary,
        presets,
        ..playground::RACE_ROW
    }
}

/// The rows as presets of their demo.
pub(crate) const fn presets<const N: usize>(rows: &[Case]) -> [Preset; N] {
    let mut presets = [const { preset("", "", "", "") }; N];
    let mut i = 0;
    while i < N {
        let Case {
            id,
            title,
            summary,
            query,
            claims,
            ..
        } = rows[i];
        presets[i] = preset(id, title, summary, query).claiming(claims);
        i += 1;
    }
    presets
}
