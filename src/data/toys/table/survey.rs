//! What the columns of a table hold.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use super::dialect::{is_blank, is_comment, is_gap, number, records, separator, uncommented};
use super::{Column, Holds};
use crate::limits::{CSV_MAX_ROWS, excerpt};

/// Most classes that a column of whole numbers can name.
const CLASSES_MAX: usize = 10;
/// Fewest rows that count up as row numbers do.
const INDEX_MIN: usize = 3;
/// Names of columns that hold no coordinate.
const INDEX_NAMES: [&str; 6] = ["", "index", "id", "row", "nr", "unnamed: 0"];
const LABEL_NAMES: [&str; 9] = [
    "label", "labels", "class", "target", "species", "category", "cluster", "group", "klasse",
];

/// What a table holds, and how it is written.
pub(super) struct Survey {
    /// Between columns; none are runs of blanks.
    pub separator: Option<u8>,
    /// The byte at which the first record begins.
    pub begin: usize,
    /// Whether numbers have a decimal comma.
    pub comma: bool,
    /// Offsets of the names of columns, where there are any, and of the first row with a number.
    pub names_at: Option<usize>,
    /// See [`Self::names_at`].
    pub first_row: usize,
    /// Rows from the first with a number on, without blank ones and comments.
    pub rows: usize,
    /// Comments.
    pub comments: usize,
    /// Rows that have separators only.
    pub blank: usize,
    /// From the left.
    pub columns: Vec<Counts>,
    names: Vec<String>,
}

/// What was seen in a column.
#[derive(Default)]
pub(super) struct Counts {
    /// Numbers with a decimal point, and with a decimal comma; a whole number is both.
    numbers: [usize; 2],
    given: usize,
    whole: bool,
    /// The first number, and whether each that followed was greater by 1.
    first: Option<f64>,
    counts_up: bool,
    /// Different fields, as far as they can be classes.
    different: BTreeSet<String>,
}

impl Counts {
    fn add(&mut self, field: &str) {
        let field = field.trim();
        if is_gap(field) {
            return;
        }
        let point = number(field, false);
        let comma = match field.contains(',') {
            true => number(field, true),
            false => point.filter(|_| !field.contains('.')),
        };
        let read = [point, comma];
        for (count, read) in self.numbers.iter_mut().zip(read) {
            *count += usize::from(read.is_some());
        }
        match read[0].or(read[1]) {
            Some(value) => {
                let next = self.first.map(|first| first + self.given as f64);
                self.counts_up = next.is_none_or(|next| self.counts_up && next == value);
                self.whole = (self.given == 0 || self.whole) && value.fract() == 0.0;
                self.first = self.first.or(Some(value));
            }
            None => self.counts_up = false,
        }
        self.given += 1;
        if self.different.len() <= CLASSES_MAX && !self.different.contains(field) {
            self.different.insert(excerpt(field));
        }
    }

    /// `name` is none where no column has one.
    fn holds(&self, comma: bool, name: Option<&str>) -> Holds {
        let named = |names: &[&str]| {
            name.is_some_and(|name| names.iter().any(|one| one.eq_ignore_ascii_case(name)))
        };
        let few = self.different.len() <= CLASSES_MAX && self.different.len() < self.given;
        let indexed = self.given >= INDEX_MIN || named(&INDEX_NAMES);
        if !self.is_numeric(comma) {
            if few { Holds::Labels } else { Holds::Text }
        } else if self.whole && named(&LABEL_NAMES) {
            Holds::Labels
        } else if self.counts_up && indexed {
            Holds::Index
        } else if self.whole && few {
            Holds::Labels
        } else {
            Holds::Numbers
        }
    }

    fn is_numeric(&self, comma: bool) -> bool {
        2 * self.numbers[usize::from(comma)] > self.given
    }
}

impl Survey {
    /// The name of a column; none where no column has one.
    fn name(&self, nth: usize) -> Option<&str> {
        let name = self.names.get(nth).map_or("", |name| name.trim());
        (!self.names.is_empty()).then_some(name)
    }

    /// The columns with their names.
    pub(super) fn described(&self) -> Vec<Column> {
        let column = |(nth, counts): (usize, &Counts)| {
            let name = self.name(nth);
            Column {
                holds: counts.holds(self.comma, name),
                name: match name {
                    Some("") | None => format!("column {}", nth + 1),
                    Some(name) => name.to_string(),
                },
            }
        };
        self.columns.iter().enumerate().map(column).collect()
    }

    /// The columns of x and y: those with these names, else the first two with coordinates.
    ///
    /// # Errors
    /// A sentence where there are no two columns of numbers.
    pub(super) fn axes(&self) -> Result<[usize; 2], String> {
        let numeric = |nth: &usize| self.columns[*nth].is_numeric(self.comma);
        let numeric: Vec<usize> = (0..self.columns.len()).filter(numeric).collect();
        let named = |wanted: &str| {
            let is = |nth: &usize| {
                self.name(*nth)
                    .is_some_and(|name| name.eq_ignore_ascii_case(wanted))
            };
            numeric.iter().copied().find(is)
        };
        if let (Some(x), Some(y)) = (named("x"), named("y")) {
            return Ok([x, y]);
        }
        let described = self.described();
        let coordinate = |nth: &usize| described[*nth].holds == Holds::Numbers;
        let coordinates: Vec<usize> = numeric.iter().copied().filter(coordinate).collect();
        match (&coordinates[..], &numeric[..]) {
            ([x, y, ..], _) | (_, [x, y, ..]) => Ok([*x, *y]),
            _ if self.columns.len() == 2 => Ok([0, 1]), // what is wrong is said row by row
            _ if self.columns.is_empty() => {
                Err("The CSV needs at least two rows of two numbers x,y.".into())
            }
            _ if self.columns.len() == 1 => Err(
                "The CSV has one column; two columns of numbers are needed, with a comma, a semicolon, a tab or blanks between them.".into(),
            ),
            _ => Err("The CSV has no two columns of numbers, so no row of it is a point.".into()),
        }
    }
}

/// Reads all of `text` once.
///
/// # Errors
/// A sentence when it has too many rows or columns.
pub(super) fn survey(text: &str) -> Result<Survey, String> {
    let (separator, begin) = separator(text);
    let mut found = Survey {
        separator,
        begin,
        comma: false,
        names_at: None,
        first_row: text.len(),
        rows: 0,
        comments: 0,
        blank: 0,
        columns: vec![],
        names: vec![],
    };
    let mut commented = vec![];
    records(text, begin, separator, |line, fields| {
        if is_blank(fields) {
            found.blank += 1;
        } else if is_comment(fields) {
            found.comments += 1;
            if found.rows == 0 {
                commented = names_of_comment(fields);
            }
        } else if found.rows == 0 && are_names(fields) {
            found.names_at = Some(line.offset);
            found.names = fields.iter().map(|field| field.to_string()).collect();
            let columns = found.columns.len().max(fields.len());
            found.columns.resize_with(columns, Counts::default);
        } else {
            if found.rows == 0 {
                found.first_row = line.offset;
            }
            found.rows += 1;
            if found.columns.len() < fields.len() {
                found.columns.resize_with(fields.len(), Counts::default);
            }
            for (column, field) in found.columns.iter_mut().zip(fields) {
                column.add(field);
            }
        }
        if found.rows > CSV_MAX_ROWS {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    if found.rows > CSV_MAX_ROWS {
        return Err(format!(
            "The CSV has more than {CSV_MAX_ROWS} rows, the most that are read. Thin it out and try again."
        ));
    }
    let all = |comma: usize| -> usize { found.columns.iter().map(|c| c.numbers[comma]).sum() };
    found.comma = all(1) > all(0);
    // A column without a name and a value is what a separator at the end of every row leaves.
    while found.columns.last().is_some_and(|column| column.given == 0)
        && found
            .names
            .get(found.columns.len() - 1)
            .is_none_or(|name| name.trim().is_empty())
    {
        found.columns.pop();
    }
    if found.names_at.is_none() && commented.len() == found.columns.len() {
        found.names = commented;
    }
    Ok(found)
}

/// Whether there is text in these fields and no number.
fn are_names(fields: &[&str]) -> bool {
    let is_number = |field: &&str| number(field, false).or(number(field, true)).is_some();
    !fields.iter().any(is_number) && !fields.iter().all(|field| is_gap(field))
}

/// The fields of a comment, which may name the columns.
fn names_of_comment(fields: &[&str]) -> Vec<String> {
    let first = fields.first().and_then(|field| uncommented(field));
    let rest = fields.iter().skip(1).map(|field| field.trim());
    first
        .filter(|first| !first.is_empty())
        .into_iter()
        .chain(rest)
        .map(str::to_string)
        .collect()
}
