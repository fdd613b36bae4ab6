//! The tables of the documents: `genzoo docs` writes them, and a test compares.
//!
//! A document has the line `<!-- genzoo docs: NAME -->`, then a table, then the line `<!-- end -->`. What is between the two is made of
//! the catalogue, of the recipes and of the cards of the weights; the text around it is written by hand.

use std::path::Path;

use super::markdown;
use crate::train::report;

/// The documents with such tables, by their path in the project.
pub const DOCUMENTS: [&str; 5] = [
    "README.md",
    "docs/densities.md",
    "docs/objectives.md",
    "docs/settings.md",
    "docs/weights.md",
];

const BEGIN: &str = "<!-- genzoo docs: ";
const BEGIN_CLOSE: &str = " -->\n";
const END: &str = "<!-- end -->\n";

/// The table of this name; weights are those of the cards in `weights`.
///
/// # Errors
/// A sentence when there is none of that name, or a card cannot be read.
fn table(name: &str, weights: &Path) -> Result<String, String> {
    match name {
        "demos" => Ok(markdown::demo_table()),
        "objectives" => Ok(markdown::objectives()),
        "densities" => Ok(markdown::densities()),
        "settings" => Ok(markdown::reference()),
        "recipes" => Ok(report::recipes()),
        "weights" => report::weights(weights),
        "classifiers" => report::classifiers(weights),
        _ => Err(format!("There is no table \"{name}\" for documents.")),
    }
}

/// `text` with its tables as they are now.
///
/// # Errors
/// A sentence when a table has no end or is unknown, or a card in the folder `weights` cannot be read.
pub fn filled(text: &str, weights: &Path) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(BEGIN) {
        let (name, after) = after
            .split_once(BEGIN_CLOSE)
            .ok_or("A line that begins a table is not closed.")?;
        let (_, after) = after
            .split_once(END)
            .ok_or_else(|| format!("The table \"{name}\" has no line {}", END.trim_end()))?;
        let table = table(name, weights)?;
        out += &format!("{before}{BEGIN}{name}{BEGIN_CLOSE}\n{table}\n{END}");
        rest = after;
    }
    Ok(out + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_put_between_their_lines() {
        let text = "# A\n<!-- genzoo docs: densities -->\nold\n<!-- end -->\nafter\n";
        let now = filled(text, Path::new("weights")).unwrap();
        assert!(now.starts_with("# A\n<!-- genzoo docs: densities -->\n\n| density |"));
        assert!(now.ends_with(" |\n\n<!-- end -->\nafter\n") && !now.contains("old"));
        assert_eq!(filled(&now, Path::new("weights")).unwrap(), now);
    }

    #[test]
    fn what_cannot_be_filled_is_said() {
        let said = |text| filled(text, Path::new("weights")).unwrap_err();
        assert!(said("<!-- genzoo docs: zebras -->\n<!-- end -->\n").contains("zebras"));
        assert!(said("<!-- genzoo docs: densities -->\nold\n").contains("no line"));
    }
}
