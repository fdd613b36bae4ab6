//! Documents that state facts of the catalog state them as it does.

use std::path::PathBuf;

use genzoo::catalog::{markdown, page};

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
fn the_readme_lists_what_the_catalog_has() {
    let readme = document("README.md");
    assert!(
        readme.contains(&markdown::overview()),
        "README.md lacks this, which `genzoo list` prints:\n\n{}",
        markdown::overview()
    );
}

#[test]
fn the_settings_page_lists_what_the_catalog_has() {
    assert!(
        document("docs/settings.md").contains(&markdown::reference()),
        "docs/settings.md lacks this, which `genzoo list` prints:\n\n{}",
        markdown::reference()
    );
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
fn the_readme_lists_the_recipes() {
    let table = genzoo::train::report::recipes();
    assert!(
        document("README.md").contains(&table),
        "README.md lacks this, which `genzoo list` prints:\n\n{table}"
    );
}

#[cfg(feature = "cli")]
#[test]
fn the_readme_states_the_measures_of_the_cards() {
    let table = genzoo::train::report::weights(&place("weights")).expect("cards that can be read");
    assert!(
        document("README.md").contains(&table),
        "README.md lacks this, which `genzoo list` prints:\n\n{table}"
    );
}
