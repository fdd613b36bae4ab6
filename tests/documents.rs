//! Documents that state facts of the program state them as it does.

use std::path::PathBuf;

use genzoo::catalog::page;

/// A place in the checkout that is tested, which need not be the one that this was compiled in: they may share a target directory.
fn place(name: &str) -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("run by cargo")).join(name)
}

fn document(name: &str) -> String {
    let path = place(name);
    std::fs::read_to_string(&path)
        .unwrap_or_else(|e| panic!("{}: {e}", path.display()))
        .replace("\r\n", "\n")
}

#[test]
fn the_script_of_the_page_says_what_the_crate_says() {
    assert!(
        document("www/link/rules.js") == page::rules(),
        "www/link/rules.js should be:\n\n{}",
        page::rules()
    );
}

#[cfg(feature = "cli")]
#[test]
fn tables_of_the_documents_are_what_the_command_writes() {
    use genzoo::catalog::documents::{DOCUMENTS, filled};
    for name in DOCUMENTS {
        let text = document(name);
        assert!(text.contains("<!-- genzoo docs: "), "{name} has no table");
        let now = filled(&text, &place("weights")).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert!(
            now == text,
            "{name} is out of date: `cargo run --release --features cli -- docs` writes it"
        );
    }
}

/// The cells of every row of the tables in a document, heads and rules left out.
fn rows(text: &str) -> Vec<Vec<&str>> {
    let lines: Vec<&str> = text.lines().collect();
    let is_row = |line: &str| line.starts_with("| ");
    let is_head = |at: usize| lines.get(at + 1).is_some_and(|l| l.starts_with("|---"));
    (0..lines.len())
        .filter(|&at| is_row(lines[at]) && !is_head(at))
        .map(|at| {
            lines[at]
                .trim_matches('|')
                .split('|')
                .map(str::trim)
                .collect()
        })
        .collect()
}

#[test]
fn the_table_of_claims_has_every_claim_and_readings_that_hold() {
    use genzoo::catalog::claims;
    let text = document("docs/claims.md");
    let mut found = rows(&text).into_iter();
    for (demo, preset) in claims::presets() {
        for claim in preset.claims {
            let wanted = claims::cells(demo, preset, claim);
            let cells = found.next().expect("a row for each claim");
            assert_eq!(cells[..6], wanted, "`genzoo claims` prints the table");
            let read = |text: &str| text.parse().expect("a number");
            let readings: Vec<f64> = cells[6].split(' ').map(read).collect();
            assert!(readings.len() >= 5, "five seeds at least");
            // Readings are rounded to three places.
            let near = |v: f64| [v - 5e-4, v, v + 5e-4].into_iter().any(|v| claim.holds(v));
            let holding = readings.iter().filter(|&&v| near(v)).count();
            assert_eq!(cells[7], format!("{holding} of {}", readings.len()));
            assert_eq!(holding, readings.len(), "{}: {}", preset.id, claim.said());
        }
    }
    assert_eq!(found.next(), None, "a row of no claim");
}

#[test]
fn files_that_the_guide_names_exist() {
    let text = document("CONTRIBUTING.md");
    let (_, section) = text
        .split_once("## Where is X?")
        .expect("the section of questions");
    let section = section.split("\n## ").next().unwrap_or_default();
    let questions = section.lines().filter(|line| line.starts_with("| "));
    assert!(questions.count() > 20, "twenty questions and a head");
    let names = section.split('`').skip(1).step_by(2);
    let paths: Vec<&str> = names.filter(|name| name.contains(['/', '.'])).collect();
    assert!(paths.len() >= 20);
    for path in paths {
        assert!(place(path).exists(), "{path} does not exist");
    }
}
