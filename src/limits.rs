//! What text from outside must keep to before it is parsed or quoted.

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
    let mut out: String = text.chars().take(40).collect();
    if out.len() < text.len() {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::depth;

    #[test]
    fn brackets_within_strings_do_not_count() {
        assert_eq!(depth(r#"{"a[[[": "\"[["}"#), 1);
        assert_eq!(depth("[[], {\"a\": [1]}]"), 3);
    }
}
