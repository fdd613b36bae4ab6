//! The limits and keys that a page needs before any module is loaded, as the script `www/link/rules.js`.

use std::fmt::Write as _;

use serde_json::json;

use crate::exhibits::EXHIBITS;
use crate::races::cases::CASES;
use crate::schema::{LAB_VIEW, QUERY_MAX_BYTES, SHORT_KEY, VIEW_KEYS};

/// The text of `www/link/rules.js`, which a test compares with the file.
pub fn rules() -> String {
    let finished: Vec<_> = EXHIBITS.iter().map(|row| row.id).collect();
    let races: Vec<_> = CASES.iter().map(|cases| cases.demo.id).collect();
    let lab: serde_json::Map<_, _> = LAB_VIEW
        .iter()
        .map(|(key, value)| ((*key).into(), json!(value)))
        .collect();
    let mut out = String::from(
        "// Written by src/catalog/page.rs, and compared by tests/documents.rs: limits and keys that the page needs before any module is loaded.\n\n",
    );
    let mut export = |comment: &str, name: &str, value: String| {
        writeln!(out, "/** {comment} */\nexport const {name} = {value};\n")
            .expect("a string takes all");
    };
    export(
        "Longest link that is read, in characters.",
        "HASH_LIMIT",
        QUERY_MAX_BYTES.to_string(),
    );
    export(
        "What a short link has instead of everything else.",
        "SHORT_KEY",
        json!(SHORT_KEY).to_string(),
    );
    let rows: String = VIEW_KEYS
        .iter()
        .map(|view| format!("\n  {}: {},", view.key, view.json()))
        .collect();
    export(
        "Keys of a link for the page alone: their values at first, and which others there are. @type {Record<string, { initial: string, choices?: string[], within?: number[] }>}",
        "VIEW_KEYS",
        format!("{{{rows}\n}}"),
    );
    export(
        "Values at first on the lab's page.",
        "LAB_VIEW",
        serde_json::Value::from(lab).to_string(),
    );
    export(
        "Demos of finished models.",
        "FINISHED",
        json!(finished).to_string(),
    );
    export(
        "Demos of the lab that are races.",
        "RACES_OF_LAB",
        json!(races).to_string(),
    );
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::demos;
    use crate::schema::is_of_page;

    #[test]
    fn no_setting_has_the_name_of_a_part_of_links() {
        let finished = EXHIBITS.iter().flat_map(|row| row.settings());
        let finished = finished.map(|setting| setting.key());
        let trained = demos().into_iter().flat_map(|demo| demo.controls);
        for key in finished.chain(trained.map(|control| control.key)) {
            assert!(!is_of_page(key) && key != SHORT_KEY, "{key}");
        }
    }
}
