//! Claims: bounds on what a run reads at a step.

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
}

/// Any value, however small.
pub const NO_LEAST: f64 = f64::NEG_INFINITY;
/// Any value, however large.
pub const NO_MOST: f64 = f64::INFINITY;

/// A claim on the value at a step.
pub const fn at(arena: usize, column: &'static str, step: u64, least: f64, most: f64) -> Claim {
    claim(arena, column, Reading::At(step), (least, most))
}

/// A claim on how restless a measure is between two steps.
pub const fn unrest(
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
