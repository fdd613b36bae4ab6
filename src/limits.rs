//! What text and files from outside must keep to before they are read, parsed or quoted.

use std::fmt::Display;
#[cfg(feature = "cli")]
use std::{fs::File, io::Read, path::Path};

/// Deepest nesting of a run file or a card.
pub const DEPTH_MAX: usize = 32;

/// Furthest step that a link may ask for.
pub const STEP_MAX: u64 = 1_000_000;

/// Largest CSV, in bytes.
pub const CSV_MAX_BYTES: usize = 32 << 20;
/// Most rows of a CSV.
pub const CSV_MAX_ROWS: usize = 1_000_000;
/// Most columns of a CSV.
pub const CSV_MAX_COLUMNS: usize = 64;
/// Longest record of a CSV, in bytes.
pub const CSV_MAX_RECORD_BYTES: usize = 64 << 10;

/// Most points of a link.
pub const LINK_MAX_POINTS: usize = 2_000;
/// Points in a link lie in `[-LINK_RANGE, LINK_RANGE]` on both axes, in 255 steps.
pub const LINK_RANGE: f32 = 1.5;

/// Deepest nesting of brackets outside of strings.
pub(crate) fn depth(text: &str) -> usize {
    let (mut deep, mut deepest, mut quoted, mut escaped) = (0usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                deep += 1;
                deepest = deepest.max(deep);
            }
            b']' | b'}' if !quoted => deep = deep.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Most notes about what could not be used.
pub const NOTES_MAX: usize = 12;

/// At most 40 characters, for quoting what a user gave.
pub fn excerpt(text: &str) -> String {
    first(text, 40)
}

/// At most 160 characters, for what a parser says of a text: it may quote all of it.
pub fn complaint(error: impl Display) -> String {
    first(&error.to_string(), 160)
}

/// The first characters, without those that a terminal or a page would act on instead of showing them.
fn first(text: &str, most: usize) -> String {
    let acts = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let shown = |c: char| {
        if acts(c) {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    let mut out: String = text.chars().take(most).map(shown).collect();
    if text.chars().nth(most).is_some() {
        out.push('…');
    }
    out
}

/// Keeps the first notes, and says how many more there were.
pub fn bound_notes(notes: &mut Vec<String>) {
    if notes.len() > NOTES_MAX {
        let more = notes.len() - NOTES_MAX;
        notes.truncate(NOTES_MAX);
        notes.push(format!(
            "There were {more} more things that could not be used."
        ));
    }
}

/// All of a file, unless it has more than `most` bytes: then none are read, or one more than that where its length claims less.
///
/// # Errors
/// A sentence that names the file.
#[cfg(feature = "cli")]
pub fn read_at_most(path: &Path, most: usize) -> Result<Vec<u8>, String> {
    let failed = |e| format!("{} cannot be read: {e}.", path.display());
    let file = File::open(path).map_err(failed)?;
    let claimed = file.metadata().map_err(failed)?.len();
    let mut bytes = vec![];
    if claimed <= most as u64 {
        file.take(most as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(failed)?;
    }
    if claimed.max(bytes.len() as u64) > most as u64 {
        return Err(format!(
            "{} has more bytes than the {most} that are read at most.",
            path.display()
        ));
    }
    Ok(bytes)
}

/// The same as text.
///
/// # Errors
/// As [`read_at_most`], or a sentence where it is no text.
#[cfg(feature = "cli")]
pub fn read_text_at_most(path: &Path, most: usize) -> Result<String, String> {
    String::from_utf8(read_at_most(path, most)?)
        .map_err(|_| format!("{} is not text in UTF-8.", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_short() {
        assert_eq!(excerpt(&"ü".repeat(40)), "ü".repeat(40));
        assert_eq!(excerpt(&"ü".repeat(41)), format!("{}…", "ü".repeat(40)));
        assert_eq!(complaint("x".repeat(9_000)).chars().count(), 161);
    }

    #[test]
    fn notes_end_with_how_many_more_there_were() {
        let mut notes = vec![String::from("a."); NOTES_MAX];
        bound_notes(&mut notes);
        assert_eq!(notes.len(), NOTES_MAX);
        notes.push("b.".into());
        bound_notes(&mut notes);
        assert_eq!(notes.len(), NOTES_MAX + 1);
        assert!(notes[NOTES_MAX].contains(" 1 more "));
    }

    #[test]
    fn brackets_within_strings_do_not_count() {
        assert_eq!(depth(r#"{"a[[[": "\"[["}"#), 1);
        assert_eq!(depth("[[], {\"a\": [1]}]"), 3);
    }

    #[test]
    fn what_is_quoted_moves_no_cursor() {
        let hostile = "\u{1b}[2J\r\n\u{9b}1A\u{7}\u{202e}txt";
        let shown = excerpt(hostile);
        assert_eq!(shown.chars().count(), hostile.chars().count());
        assert!(!shown.contains(|c: char| c.is_control() || c == '\u{202e}'));
    }

    #[cfg(feature = "cli")]
    #[test]
    fn no_file_is_read_beyond_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        std::fs::write(&path, [7; 100]).unwrap();
        assert_eq!(read_at_most(&path, 100).unwrap(), [7; 100]);
        let told = read_at_most(&path, 99).unwrap_err();
        assert!(told.contains("more bytes than the 99"), "{told}");
        std::fs::write(&path, [0xff]).unwrap();
        assert!(read_text_at_most(&path, 1).unwrap_err().contains("UTF-8"));
        // A file without an end.
        let endless = Path::new("/dev/zero");
        if endless.exists() {
            assert!(read_at_most(endless, 1 << 16).is_err());
        }
    }
}
