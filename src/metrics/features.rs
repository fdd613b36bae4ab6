//! One row of numbers per example, for measures that compare sets: features of a network, or pixels.

use std::slice::ChunksExact;

/// Examples as rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Features {
    /// How many examples.
    pub rows: usize,
    /// Numbers per example.
    pub columns: usize,
    /// `[rows, columns]`, row-major.
    pub values: Vec<f32>,
}

impl Features {
    /// Rows of `columns` numbers each.
    ///
    /// # Shapes
    /// `values`: `[rows, columns]`
    pub fn new(columns: usize, values: Vec<f32>) -> Self {
        assert!(
            columns > 0 && values.len().is_multiple_of(columns),
            "whole rows"
        );
        Self {
            rows: values.len() / columns,
            columns,
            values,
        }
    }

    /// Adds the rows of others with the same columns.
    pub fn extend(&mut self, others: Self) {
        assert_eq!(self.columns, others.columns, "the same columns");
        self.values.extend(others.values);
        self.rows += others.rows;
    }

    /// Row `i`.
    pub fn row(&self, i: usize) -> &[f32] {
        &self.values[i * self.columns..(i + 1) * self.columns]
    }

    /// All rows.
    pub fn iter(&self) -> ChunksExact<'_, f32> {
        self.values.chunks_exact(self.columns)
    }
}
