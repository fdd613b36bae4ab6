//! Points from CSV of any dialect, for the page and the command line: commas, semicolons, tabs, bars or blanks between columns; a decimal
//! point or a decimal comma; with or without names of columns, a line `sep=;`, comments, gaps and blank rows.
//!
//! The text is read twice: [`survey`] finds out what each column holds, then the two columns of the axes become points. Neither pass keeps
//! the fields, so that memory depends on the number of points alone.

mod dialect;
mod survey;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;

use self::dialect::{Line, records};
use self::survey::{Survey, survey};
use crate::data::toys::points::scaled;
use crate::limits::{CSV_MAX_BYTES, excerpt};

/// Furthest number that is taken; beyond it, squares overflow single precision.
const NUMBER_MAX: f64 = 1e30;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// Numbers to draw.
    Numbers,
    /// Row numbers.
    Index,
    /// Labels of classes: text, or a few whole numbers.
    Labels,
    /// Other text.
    Text,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name in the table, or its number from 1.
    pub name: String,
    /// What it holds.
    pub holds: Holds,
}

/// Points of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Every column, from the left.
    pub columns: Vec<Column>,
    /// Indices of the columns of x and y.
    pub axes: [usize; 2],
    /// The points, centred and scaled alike on both axes.
    pub points: Vec<[f32; 2]>,
    /// What was chosen or passed over, as sentences.
    pub notes: Vec<String>,
}

/// Points of CSV in UTF-8, UTF-16 with its mark, or Latin-1. `axes` are the indices of the columns of x and y, where they are chosen; `reach` is
/// as for [`scaled`].
///
/// # Errors
/// A sentence that says what is wrong, with the row where it is in one.
pub fn read(bytes: &[u8], axes: Option<[usize; 2]>, reach: Option<f64>) -> Result<Reading, String> {
    if bytes.len() > CSV_MAX_BYTES {
        return Err(format!(
            "The CSV has more than {} MiB, the most that is read. Thin it out and try again.",
            CSV_MAX_BYTES >> 20
        ));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(
            "This is a packed file, such as a workbook: save its sheet as CSV first.".into(),
        );
    }
    let text = dialect::decode(bytes);
    let found = survey(&text)?;
    let axes = match axes {
        Some([x, y]) if x == y || x.max(y) >= found.columns.len() => {
            return Err(format!(
                "x and y are two of the {} columns of the CSV.",
                found.columns.len()
            ));
        }
        Some(axes) => axes,
        None => found.axes()?,
    };
    let columns = found.described();
    let mut passed = Passed {
        comments: found.comments,
        blank: found.blank,
        ..Passed::default()
    };
    let points = points(&text, &found, axes, &mut passed)?;
    let mut notes = passed.sentences();
    if points.len() < 2 {
        let few =
            "The CSV needs at least two rows of two numbers x,y, in columns that hold numbers.";
        notes.insert(0, few.into());
        return Err(notes.join(" "));
    }
    if columns.len() > 2 {
        let [x, y] = axes.map(|axis| excerpt(&columns[axis].name));
        notes.insert(
            0,
            format!(
                "Of {} columns, \"{x}\" is taken as x and \"{y}\" as y.",
                columns.len()
            ),
        );
    }
    if let Some(reach) = reach {
        notes.push(format!(
            "They are kept within {reach}, where the generator's outputs end."
        ));
    }
    Ok(Reading {
        columns,
        axes,
        points: scaled(&points, reach)?,
        notes,
    })
}

/// Rows that are no points.
#[derive(Default)]
struct Passed {
    comments: usize,
    blank: usize,
    gaps: usize,
    unreadable: usize,
    /// Line number and beginning of the first unreadable row.
    first: Option<(usize, String)>,
}

impl Passed {
    fn sentences(&self) -> Vec<String> {
        let mut out = vec![];
        let mut count = |n: usize, one: &str, many: &str| match n {
            0 => {}
            1 => out.push(one.to_string()),
            n => out.push(format!("{n} {many}")),
        };
        count(
            self.gaps,
            "One row was passed over, for a number is missing or not finite.",
            "rows were passed over, for a number is missing or not finite.",
        );
        count(
            self.blank,
            "One blank row was passed over.",
            "blank rows were passed over.",
        );
        count(
            self.comments,
            "One comment was passed over.",
            "comments were passed over.",
        );
        if let Some((line, text)) = &self.first {
            out.push(match self.unreadable {
                1 => format!("Row {line} was passed over, for it is not two numbers: \"{text}\"."),
                n => format!(
                    "{n} rows were passed over, for they are not two numbers; the first is row {line}: \"{text}\"."
                ),
            });
        }
        out
    }
}

/// Why a field is no number.
enum Lacks {
    Value,
    Sense,
}

/// The points of the columns `axes`, as they are in the table.
fn points(
    text: &str,
    found: &Survey,
    axes: [usize; 2],
    passed: &mut Passed,
) -> Result<Vec<[f64; 2]>, String> {
    let mut points = Vec::with_capacity(found.rows);
    let mut failure = None;
    records(text, found.begin, found.separator, |line, fields| {
        if dialect::is_blank(fields) || dialect::is_comment(fields) {
            return ControlFlow::Continue(());
        }
        if line.offset < found.first_row {
            if Some(line.offset) != found.names_at {
                passed.unreadable(&line, fields);
            }
            return ControlFlow::Continue(());
        }
        let value = |axis: usize| match fields.get(axis).map_or("", |field| field.trim()) {
            gap if dialect::is_gap(gap) => Err(Lacks::Value),
            field => dialect::number(field, found.comma).ok_or(Lacks::Sense),
        };
        match axes.map(value) {
            [Ok(x), Ok(y)] if x.abs().max(y.abs()) <= NUMBER_MAX => points.push([x, y]),
            [Ok(_), Ok(_)] => {
                failure = Some(format!(
                    "Row {} of the CSV has a number that is not finite, or beyond {NUMBER_MAX:e}; x and y must be ordinary numbers.",
                    line.number()
                ));
                return ControlFlow::Break(());
            }
            [Err(Lacks::Sense), _] | [_, Err(Lacks::Sense)] => passed.unreadable(&line, fields),
            _ => passed.gaps += 1,
        }
        ControlFlow::Continue(())
    })?;
    match failure {
        Some(sentence) => Err(sentence),
        None => Ok(points),
    }
}

impl Passed {
    fn unreadable(&mut self, line: &Line, fields: &[&str]) {
        self.unreadable += 1;
        self.first
            .get_or_insert_with(|| (line.number(), excerpt(&fields.join(","))));
    }
}
