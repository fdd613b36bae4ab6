//! Named attributes of images, one line of JSON each:
//! `{"attributes": {"body": "tilt", "pattern": null}, "colors": {"background": "#1d4ed8"}}`.
//! Every name becomes a categorical variable; a colour is one too, as `color-background`, by its text.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::limits::excerpt;

/// Largest file, in bytes.
pub const MAX_BYTES: usize = 64 << 20;
/// Longest line, in bytes without its line end.
pub const MAX_LINE: usize = 64 << 10;
/// Most lines.
pub const MAX_LINES: usize = 1_000_000;
/// Most names, colours included.
pub const MAX_NAMES: usize = 64;
/// Most categories of a name. A name with more is no category but a measurement or an identifier, and is left out.
pub const MAX_CATEGORIES: usize = 256;

/// The category of a part that is absent (null).
const ABSENT: &str = "none";
/// Prefix of the name of a colour.
const COLOR: &str = "color-";

/// Categories of each line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// Names, sorted.
    pub names: Vec<String>,
    /// The categories that occur, by name, sorted; an absent part is "none".
    pub values: Vec<Vec<String>>,
    /// Which category, by line and name.
    pub codes: Vec<Vec<u16>>,
}

type Parts = BTreeMap<String, Option<String>>;

#[derive(Deserialize)]
struct Line {
    attributes: Parts,
    #[serde(default)]
    colors: Parts,
}

/// Attributes from JSON lines; `file` is their name in errors. Other keys, such as a caption, are skipped.
///
/// # Errors
/// A sentence with the file, the line, what was found there and what was expected: text that is not such JSON,
/// names that differ from the first line's, or more than a limit.
pub fn parse_attributes(bytes: &[u8], file: &str) -> Result<Attributes, String> {
    if bytes.len() > MAX_BYTES {
        return Err(format!(
            "{file} has {} bytes; expected at most {MAX_BYTES}.",
            bytes.len()
        ));
    }
    // Read twice, first for the categories, then for the codes, so that no text is held per line.
    let mut categories: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (i, line) in lines(bytes).enumerate() {
        let parts = parse_line(line, i, file)?;
        if i == 0 {
            categories.extend(parts.keys().map(|name| (name.clone(), BTreeSet::new())));
        }
        if !parts.keys().eq(categories.keys()) {
            let [found, expected] = [names(parts.keys()), names(categories.keys())];
            return Err(fault(
                file,
                i,
                &format!("the names {found}"),
                &format!("{expected}, as in line 1"),
            ));
        }
        for (values, value) in categories.values_mut().zip(parts.into_values()) {
            if values.len() <= MAX_CATEGORIES {
                values.insert(value);
            }
        }
    }
    categories.retain(|_, values| values.len() <= MAX_CATEGORIES);
    let codes = |(i, line)| {
        let parts = parse_line(line, i, file)?;
        let code = |(name, values): (&String, &BTreeSet<String>)| {
            let value = &parts[name];
            values.iter().position(|v| v == value).expect("seen before") as u16
        };
        Ok(categories.iter().map(code).collect())
    };
    Ok(Attributes {
        codes: lines(bytes)
            .enumerate()
            .map(codes)
            .collect::<Result<_, String>>()?,
        names: categories.keys().cloned().collect(),
        values: categories
            .into_values()
            .map(|values| values.into_iter().collect())
            .collect(),
    })
}

fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.split(|&b| b == b'\n')
}

/// The category of each name in one line.
fn parse_line(line: &[u8], i: usize, file: &str) -> Result<BTreeMap<String, String>, String> {
    if i >= MAX_LINES {
        return Err(fault(
            file,
            i,
            "more",
            &format!("at most {MAX_LINES} lines"),
        ));
    }
    if line.len() > MAX_LINE {
        let expected = format!("at most {MAX_LINE} bytes");
        return Err(fault(file, i, &format!("{} bytes", line.len()), &expected));
    }
    let Line { attributes, colors } = serde_json::from_slice(line).map_err(|e| {
        let text = excerpt(&String::from_utf8_lossy(line));
        fault(
            file,
            i,
            &format!("{text:?}, which fails at column {}", e.column()),
            "{\"attributes\": {name: text or null}, \"colors\": {name: text or null}}",
        )
    })?;
    let colors = colors
        .into_iter()
        .map(|(name, value)| (format!("{COLOR}{name}"), value));
    let parts: BTreeMap<_, _> = attributes
        .into_iter()
        .chain(colors)
        .map(|(name, value)| (name, value.unwrap_or_else(|| ABSENT.into())))
        .collect();
    if parts.len() > MAX_NAMES {
        let expected = format!("at most {MAX_NAMES}");
        return Err(fault(file, i, &format!("{} names", parts.len()), &expected));
    }
    Ok(parts)
}

fn names<'a>(names: impl Iterator<Item = &'a String>) -> String {
    excerpt(&names.cloned().collect::<Vec<_>>().join(", "))
}

fn fault(file: &str, i: usize, found: &str, expected: &str) -> String {
    format!(
        "{file}, line {}: found {found}; expected {expected}.",
        i + 1
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(text: &str) -> Result<Attributes, String> {
        parse_attributes(text.as_bytes(), "f")
    }

    fn refused(text: &str) -> String {
        let error = parse(text).unwrap_err();
        assert!(
            error.starts_with("f, line ") && error.ends_with('.'),
            "{error}"
        );
        error
    }

    /// Lines of one attribute `a`, one value each.
    fn column<'a>(values: impl IntoIterator<Item = &'a String>) -> String {
        let line = |v| serde_json::json!({"attributes": {"a": v}}).to_string() + "\n";
        values.into_iter().map(line).collect()
    }

    #[test]
    fn parts_and_colours_become_sorted_categories() {
        let text = r##"{"attributes": {"top": "horn", "body": "tilt"}, "colors": {"body": "#fff"}, "caption": "x"}
{"attributes": {"body": "egg", "top": null}, "colors": {"body": "#000"}}"##;
        let expected = Attributes {
            names: ["body", "color-body", "top"].map(String::from).into(),
            values: [["egg", "tilt"], ["#000", "#fff"], ["horn", "none"]]
                .map(|v| v.map(String::from).into())
                .into(),
            codes: vec![vec![1, 1, 0], vec![0, 0, 1]],
        };
        assert_eq!(parse(text).unwrap(), expected);
        let windows = text.replace('\n', "\r\n") + "\r\n";
        assert_eq!(parse(&windows).unwrap(), expected);
    }

    #[test]
    fn errors_name_the_file_and_the_line() {
        let good = "{\"attributes\": {\"a\": null}}\n";
        for (text, part) in [
            ("", "line 1: found \"\""),
            ("{}", "line 1: found \"{}\", which fails at column 2"),
            (&format!("{good}\n{good}"), "line 2: found \"\""),
            (&format!("{good}{{\"attributes\": 3}}"), "line 2: found"),
            (
                &format!("{good}{{\"attributes\": {{\"a\": 3}}}}"),
                "line 2: found",
            ),
            (
                &format!("{good}{good}{{\"attributes\": {{\"b\": \"c\"}}}}"),
                "line 3: found the names b; expected a, as in line 1",
            ),
            (&"[".repeat(MAX_LINE), "line 1: found"),
            (&format!("{{\"x\": {}", "[".repeat(60_000)), "line 1: found"),
        ] {
            let error = refused(text);
            assert!(error.contains(part), "{error}");
        }
        assert!(parse_attributes(b"{\"attributes\": {\"\xff\": null}}", "f").is_err());
    }

    #[test]
    fn limits_are_exact() {
        let padded = |length: usize| {
            let line = "{\"attributes\": {}}";
            format!("{line}{}", " ".repeat(length - line.len()))
        };
        let named = |n: usize| {
            let part = |i| (format!("a{i:03}"), None);
            serde_json::json!({"attributes": (0..n).map(part).collect::<Parts>()}).to_string()
        };
        for (over, fits) in [(0, true), (1, true), (2, false)] {
            assert_eq!(parse(&padded(MAX_LINE - 1 + over)).is_ok(), fits);
            assert_eq!(parse(&named(MAX_NAMES - 1 + over)).is_ok(), fits);
            let values: Vec<String> = (0..MAX_CATEGORIES - 1 + over)
                .map(|i| i.to_string())
                .collect();
            let read = parse(&column(&values)).unwrap();
            assert_eq!(read.names.len(), usize::from(fits));
            assert_eq!(read.codes.len(), values.len());
        }
        let most = "{\"attributes\":{}}\n".repeat(MAX_LINES);
        assert_eq!(parse(&most).unwrap().codes.len(), MAX_LINES);
        let error = refused(&(most + "{}"));
        assert!(error.contains("line 1000001: found more"), "{error}");
        let huge = parse_attributes(&vec![b' '; MAX_BYTES + 1], "f").unwrap_err();
        assert!(huge.starts_with("f has 67108865 bytes"), "{huge}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn codes_point_back_to_the_text(values in prop::collection::vec("[a-e\"\\\\ ä]{0,2}", 1..30)) {
            let read = parse(&column(&values)).unwrap();
            prop_assert!(read.values[0].is_sorted());
            let back: Vec<&String> = read.codes.iter().map(|c| &read.values[0][usize::from(c[0])]).collect();
            prop_assert_eq!(back, values.iter().collect::<Vec<_>>());
        }

        #[test]
        fn any_bytes_are_read_or_refused_with_a_sentence(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Err(e) = parse_attributes(&bytes, "f") {
                prop_assert!(e.starts_with("f, line ") && e.ends_with('.'), "{}", e);
            }
        }

        #[test]
        fn changed_and_cut_lines_are_read_or_refused(
            at in any::<prop::sample::Index>(),
            byte in any::<u8>(),
            cut in any::<prop::sample::Index>(),
        ) {
            let whole = "{\"attributes\": {\"a\": null, \"b\": \"c\"}, \"colors\": {\"d\": \"#1d4ed8\"}}\n".repeat(2);
            let mut changed = whole.into_bytes();
            let at = at.index(changed.len());
            changed[at] = byte;
            changed.truncate(cut.index(changed.len() + 1));
            match parse_attributes(&changed, "f") {
                Ok(read) => prop_assert!(read.codes.iter().all(|c| c.len() == read.names.len())),
                Err(e) => prop_assert!(e.starts_with("f, line ") && e.ends_with('.'), "{}", e),
            }
        }
    }
}
