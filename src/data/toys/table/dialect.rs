//! How a table is written: its encoding, its separator, its numbers.

use std::borrow::Cow;
use std::ops::ControlFlow;

use csv_core::{ReadRecordResult, ReaderBuilder};

use crate::limits::{CSV_MAX_COLUMNS, CSV_MAX_RECORD_BYTES};

/// Separators of columns; `None` is a run of blanks. Of several that fit equally well, the first is taken.
const SEPARATORS: [Option<u8>; 5] = [Some(b'\t'), Some(b';'), Some(b','), Some(b'|'), None];
/// Rows that a separator is judged by.
const JUDGED_ROWS: usize = 100;
/// Longest text of a number, in bytes.
const NUMBER_MAX_BYTES: usize = 64;

/// The text of a file: UTF-16 where it begins with its mark, UTF-8 where it is valid, else Latin-1.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let wide = |from: fn([u8; 2]) -> u16| -> String {
        let units = bytes[2..].as_chunks::<2>().0.iter().map(|pair| from(*pair));
        let letters = char::decode_utf16(units);
        letters
            .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    };
    match bytes {
        [0xFF, 0xFE, ..] => wide(u16::from_le_bytes).into(),
        [0xFE, 0xFF, ..] => wide(u16::from_be_bytes).into(),
        [0xEF, 0xBB, 0xBF, rest @ ..] => narrow(rest),
        _ => narrow(bytes),
    }
}

fn narrow(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

/// Where a record begins.
pub(super) struct Line<'a> {
    text: &'a str,
    /// Byte after the record before.
    pub offset: usize,
}

impl Line<'_> {
    /// Its number in the file, from 1.
    pub(super) fn number(&self) -> usize {
        let rest = &self.text[self.offset..];
        let blank = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
        let before = &self.text[..self.offset + blank];
        let breaks = before.bytes().filter(|&byte| byte == b'\n').count();
        breaks + 1
    }
}

/// Gives every record from the byte `begin` on to `take`, until that breaks.
///
/// # Errors
/// A sentence when a record has too many columns or is too long.
pub(super) fn records(
    text: &str,
    begin: usize,
    separator: Option<u8>,
    mut take: impl FnMut(Line, &[&str]) -> ControlFlow<()>,
) -> Result<(), String> {
    let too_many = |offset| {
        format!(
            "Row {} of the CSV has more than {CSV_MAX_COLUMNS} columns, the most that are read.",
            Line { text, offset }.number()
        )
    };
    let mut fields = [""; CSV_MAX_COLUMNS];
    let too_long = |offset| {
        format!(
            "Row {} of the CSV is longer than {} KiB, the most that is read of one.",
            Line { text, offset }.number(),
            CSV_MAX_RECORD_BYTES >> 10
        )
    };
    let Some(separator) = separator else {
        let mut offset = begin;
        while offset < text.len() {
            let rest = &text.as_bytes()[offset..];
            let near = rest.iter().take(CSV_MAX_RECORD_BYTES);
            let end = match { near }.position(|byte| matches!(byte, b'\n' | b'\r')) {
                Some(last) => last + 1,
                None if rest.len() < CSV_MAX_RECORD_BYTES => rest.len(),
                None => return Err(too_long(offset)),
            };
            let mut n = 0;
            for field in text[offset..offset + end].split_whitespace() {
                *fields.get_mut(n).ok_or_else(|| too_many(offset))? = field;
                n += 1;
            }
            if n > 0 && take(Line { text, offset }, &fields[..n]).is_break() {
                break;
            }
            offset += end;
        }
        return Ok(());
    };
    // The core of the library `csv`, for it keeps to the buffers that it is given.
    let mut reader = ReaderBuilder::new().delimiter(separator).build();
    let mut output = vec![0; CSV_MAX_RECORD_BYTES];
    let mut ends = [0; CSV_MAX_COLUMNS + 1];
    let (mut from, mut offset, mut written, mut columns) = (begin, begin, 0, 0);
    loop {
        let (result, read, more, ended) = reader.read_record(
            &text.as_bytes()[from..],
            &mut output[written..],
            &mut ends[columns..],
        );
        from += read;
        written += more;
        columns += ended;
        if columns > CSV_MAX_COLUMNS {
            return Err(too_many(offset));
        }
        match result {
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::OutputEndsFull => return Err(too_many(offset)),
            ReadRecordResult::OutputFull => return Err(too_long(offset)),
            ReadRecordResult::Record => {
                let mut start = 0;
                let mut fields = fields;
                for (field, &end) in fields.iter_mut().zip(&ends[..columns]) {
                    // Separators are ASCII, so a field is whole letters.
                    *field = std::str::from_utf8(&output[start..end]).unwrap_or_default();
                    start = end;
                }
                if take(Line { text, offset }, &fields[..columns]).is_break() {
                    return Ok(());
                }
                (offset, written, columns) = (from, 0, 0);
            }
            ReadRecordResult::End => return Ok(()),
        }
    }
}

pub(super) fn is_blank(fields: &[&str]) -> bool {
    fields.iter().all(|field| field.trim().is_empty())
}

/// What a field is without the mark of a comment, where it begins with one.
pub(super) fn uncommented(field: &str) -> Option<&str> {
    let field = field.trim_start();
    let rest = ["#", "%", "//"]
        .iter()
        .find_map(|mark| field.strip_prefix(mark));
    rest.map(str::trim)
}

pub(super) fn is_comment(fields: &[&str]) -> bool {
    fields
        .first()
        .is_some_and(|field| uncommented(field).is_some())
}

/// Whether a field says that there is no number.
pub(super) fn is_gap(field: &str) -> bool {
    const WORDS: [&str; 10] = [
        "nan", "na", "n/a", "null", "none", "-", "?", "inf", "infinity", "∞",
    ];
    let word = field.trim();
    if word.starts_with(|letter: char| letter.is_ascii_digit()) {
        return false;
    }
    let word = word
        .strip_prefix(['-', '+', '−'])
        .map_or(word, |rest| if rest.is_empty() { word } else { rest });
    word.is_empty() || WORDS.iter().any(|gap| word.eq_ignore_ascii_case(gap))
}

/// The number of a field with a decimal point, or with a decimal `comma`. A field with both, or with separated thousands, is none.
pub(super) fn number(field: &str, comma: bool) -> Option<f64> {
    let field = field.trim();
    if field.is_empty() || field.len() > NUMBER_MAX_BYTES {
        return None;
    }
    let digit = |letter: char| letter.is_ascii_digit() || matches!(letter, '+' | '-' | 'e' | 'E');
    if !comma && field.chars().all(|letter| digit(letter) || letter == '.') {
        return field.parse().ok();
    }
    let mut text = String::with_capacity(NUMBER_MAX_BYTES);
    for letter in field.chars() {
        text.push(match letter {
            '−' | '–' | '﹣' | '－' => '-',
            ',' if comma => '.',
            '.' if !comma => '.',
            letter if digit(letter) => letter,
            _ => return None,
        });
    }
    text.parse().ok()
}

/// The separator of a table, and the byte at which the table begins, after a line `sep=`.
pub(super) fn separator(text: &str) -> (Option<u8>, usize) {
    let first = text.split_inclusive('\n').next().unwrap_or("");
    let said = first.trim_end_matches(['\r', '\n']).trim_matches('"');
    let said = said
        .get(..4)
        .filter(|key| key.eq_ignore_ascii_case("sep="))
        .map(|_| &said.as_bytes()[4..]);
    if let Some(&[separator]) = said
        && separator.is_ascii()
    {
        let separator = Some(separator).filter(|&byte| byte != b' ');
        return (separator, first.len());
    }
    let mut best = (Some(b','), (0, 0.0)); // of text without numbers, commas are as good as any
    for separator in SEPARATORS {
        let fit = fits(text, separator);
        if fit > best.1 {
            best = (separator, fit);
        }
    }
    (best.0, 0)
}

/// How many of the first rows have two numbers with this separator, and which share of their fields are numbers; for the better of point
/// and comma.
fn fits(text: &str, separator: Option<u8>) -> (usize, f64) {
    let mut rows = 0;
    let mut numbers = [0; 2];
    let mut good = [0; 2];
    let mut fields_seen = 0;
    let read = records(text, 0, separator, |_, fields| {
        if is_blank(fields) || is_comment(fields) {
            return ControlFlow::Continue(());
        }
        rows += 1;
        let given = fields.iter().filter(|field| !is_gap(field));
        fields_seen += given.clone().count();
        for (comma, (numbers, good)) in [false, true]
            .into_iter()
            .zip(numbers.iter_mut().zip(&mut good))
        {
            let found = given
                .clone()
                .filter(|field| number(field, comma).is_some())
                .count();
            *numbers += found;
            *good += usize::from(found >= 2);
        }
        if rows < JUDGED_ROWS {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    if read.is_err() {
        return (0, 0.0);
    }
    let share = |n: usize| n as f64 / (fields_seen.max(1)) as f64;
    let [point, comma] = [0, 1].map(|which| (good[which], share(numbers[which])));
    if comma > point { comma } else { point }
}
