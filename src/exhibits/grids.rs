//! Grids of cells: switches that a person sets, and what one cell depends on.

/// A grid of cells that are on or off.
#[derive(Clone, Debug, PartialEq)]
pub struct Switches {
    /// What a person reads.
    pub title: &'static str,
    /// Rows and columns.
    pub size: [usize; 2],
    /// Whether each is on, in reading order.
    pub on: Vec<bool>,
    /// Whether each can be switched.
    pub open: Vec<bool>,
    /// What each is, as a person reads it.
    pub names: Vec<String>,
    /// Index of the ringed cell.
    pub ring: usize,
}

/// Which cells of a grid the ringed one depends on.
#[derive(Clone, Debug, PartialEq)]
pub struct Sight {
    /// Rows and columns.
    pub size: [usize; 2],
    /// Of each cell: 0 unseen, 1 seen, 2 blind, 3 a leak.
    pub kinds: Vec<f32>,
    /// How much it depends on each, from 0.
    pub amounts: Vec<f32>,
    /// Index of the ringed cell.
    pub ring: usize,
    /// The same in words.
    pub says: String,
}
