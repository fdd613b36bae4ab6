//! Races of the lab that show something: with what to see and why, and claims that can be measured.
//!
//! What a row says is a list of claims: bounds on what is measured at a step. `genzoo gallery` runs every row over seeds and
//! fails where a seed shows something else.

use serde_json::{Value as Json, json};

use crate::catalog::{self, Demo, Preset, RACE_CHARTS, RACE_CONTROLS};
use crate::lab;
use crate::sessions::race::{
    self,
    anatomy::{STAGES, Stage},
};
use crate::{failures, members};

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
    /// What a person reads.
    pub title: &'static str,
    /// What it is about, in one sentence.
    pub summary: &'static str,
    /// What to see in each arena.
    pub see: &'static str,
    /// Why.
    pub why: &'static str,
    /// The equation that it turns on, as the inside of a MathML `math` element.
    pub equation: &'static str,
    /// Its settings, arenas first.
    pub query: &'static str,
    /// What every seed shows.
    pub claims: &'static [Claim],
}

/// Something that can be read from the measures of a run.
#[derive(Clone, Copy, Debug)]
pub struct Claim {
    /// Index of the arena.
    pub arena: usize,
    /// The measure.
    pub column: &'static str,
    /// What is read of it.
    pub reading: Reading,
    /// Least and most that it may read.
    pub within: (f64, f64),
}

/// What is read of a measure.
#[derive(Clone, Copy, Debug)]
pub enum Reading {
    /// Its value at this step; a loss is its mean since the row before.
    At(u64),
    /// The mean of its changes between rows [`Reading::EVERY`] steps apart, from one step to another: how restless it is.
    Unrest(u64, u64),
}

impl Reading {
    /// Steps between the rows of [`Reading::Unrest`].
    pub const EVERY: u64 = 50;

    /// The steps at which it reads.
    pub fn steps(self) -> Vec<u64> {
        match self {
            Self::At(step) => vec![step],
            Self::Unrest(from, to) => (from..=to).step_by(Self::EVERY as usize).collect(),
        }
    }

    /// What it reads of the values at those steps.
    pub fn of(self, values: &[f64]) -> f64 {
        match self {
            Self::At(_) => values[0],
            Self::Unrest(..) => {
                let changes = values.windows(2).map(|pair| (pair[1] - pair[0]).abs());
                changes.sum::<f64>() / (values.len() - 1) as f64
            }
        }
    }
}

impl Claim {
    /// The measure as people read it.
    pub fn measure(&self) -> &'static str {
        match self.column {
            "d_loss" => "Loss of D",
            "g_loss" => "Loss of G",
            "k" => "k",
            "convergence" => "M",
            column => {
                let own = RACE_CHARTS.iter().find(|c| c.columns == [column]);
                own.expect("a measure with a chart of its own").title
            }
        }
    }

    /// When it is read.
    pub fn when(&self) -> String {
        match self.reading {
            Reading::At(step) => format!("step {step}"),
            Reading::Unrest(from, to) => format!("mean change, steps {from} to {to}"),
        }
    }

    /// What it is said to be.
    pub fn said(&self) -> String {
        match self.within {
            (f64::NEG_INFINITY, most) => format!("at most {most}"),
            (least, f64::INFINITY) => format!("at least {least}"),
            (least, most) => format!("{least} to {most}"),
        }
    }

    /// Whether a reading is as it is said to be.
    pub fn holds(&self, value: f64) -> bool {
        (self.within.0..=self.within.1).contains(&value)
    }

    fn to_json(self) -> Json {
        json!({
            "arena": self.arena, "column": self.column, "steps": self.reading.steps(),
            "measure": self.measure(), "when": self.when(), "said": self.said(),
            // Infinite bounds become null.
            "least": self.within.0, "most": self.within.1,
        })
    }
}

pub(crate) const NO_LEAST: f64 = f64::NEG_INFINITY;
pub(crate) const NO_MOST: f64 = f64::INFINITY;

/// A claim on the value at a step.
pub(crate) const fn at(
    arena: usize,
    column: &'static str,
    step: u64,
    least: f64,
    most: f64,
) -> Claim {
    claim(arena, column, Reading::At(step), (least, most))
}

/// A claim on how restless a measure is between two steps.
pub(crate) const fn unrest(
    arena: usize,
    column: &'static str,
    (from, to): (u64, u64),
    least: f64,
    most: f64,
) -> Claim {
    claim(arena, column, Reading::Unrest(from, to), (least, most))
}

const fn claim(arena: usize, column: &'static str, reading: Reading, within: (f64, f64)) -> Claim {
    Claim {
        arena,
        column,
        reading,
        within,
    }
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
        controls: RACE_CONTROLS,
        columns: race::COLUMNS,
        charts: RACE_CHARTS,
        open: race::open,
    }
}

/// The rows as presets of their demo.
pub(crate) const fn presets<const N: usize>(rows: &[Case]) -> [Preset; N] {
    let mut presets = [const { catalog::preset("", "", "", "") }; N];
    let mut i = 0;
    while i < N {
        let Case {
            id,
            title,
            summary,
            query,
            ..
        } = rows[i];
        presets[i] = catalog::preset(id, title, summary, query);
        i += 1;
    }
    presets
}

impl Cases {
    /// The demo as the page reads it.
    pub fn to_json(&self) -> Json {
        let mut out = catalog::demo_json(self.demo);
        let presets = out["presets"].as_array_mut().expect("a list");
        for (preset, case) in presets.iter_mut().zip(self.rows) {
            preset["see"] = case.see.into();
            preset["why"] = case.why.into();
            preset["equation"] = case.equation.into();
            preset["claims"] = case.claims.iter().map(|claim| claim.to_json()).collect();
        }
        let stage = |s: &Stage| json!({"title": s.title, "caption": s.caption, "values": s.values, "panel": lab::panel_json(&s.panel)});
        out["stages"] = STAGES.iter().map(stage).collect();
        out
    }
}
