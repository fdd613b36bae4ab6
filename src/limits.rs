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

/// At most 40 characters, for quoting what a user gave.
pub fn excerpt(text: &str) -> String {
    cut(text, 40)
}

/// What a parser says of a text, which it may quote at any length.
pub(crate) fn complaint(error: &impl Display) -> String {
    cut(&error.to_string(), 200)
}

/// At most so many characters of `text`, without those that a terminal or a page would act on instead of showing them.
fn cut(text: &str, most: usize) -> String {
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
    fn brackets_within_strings_do_not_count() {
        assert_eq!(depth(r#"{"a[[[": "\"[["}"#), 1);
        assert_eq!(depth("[[], {\"a\": [1]}]"), 3);
    }

    #[test]
    fn what_is_quoted_is_short_and_moves_no_cursor() {
        assert_eq!(excerpt("gr\u{fc}n"), "gr\u{fc}n");
        assert_eq!(excerpt(&"x".repeat(40)), "x".repeat(40));
        assert_eq!(excerpt(&"x".repeat(41)), "x".repeat(40) + "…");
        let hostile = "\u{1b}[2J\r\n\u{9b}1A\u{7}\u{202e}txt";
        let shown = excerpt(hostile);
        assert_eq!(shown.chars().count(), hostile.chars().count());
        assert!(!shown.contains(|c: char| c.is_control() || c == '\u{202e}'));
        assert_eq!(complaint(&"y".repeat(5_000)).chars().count(), 201);
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
