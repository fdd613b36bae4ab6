//! The exhibits of the catalogue: the compiled module is asked for them, so no list of them is kept by hand.

use std::{path::Path, sync::OnceLock};

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};

use project::{modules::pkg, process::command};

/// The template of their pages.
pub const TEMPLATE: &str = "exhibit.html";
/// Prints the exhibits of the module whose folder is its argument.
const ASK: &str = "
    const { readFileSync } = await import('node:fs');
    const { pathToFileURL } = await import('node:url');
    const folder = pathToFileURL(`${process.argv[1]}/`);
    const module = await import(new URL('genzoo_images.js', folder));
    module.initSync({ module: readFileSync(new URL('genzoo_images_bg.wasm', folder)) });
    const { exhibits } = JSON.parse(module.catalog());
    console.log(JSON.stringify(exhibits.map(({ id, title, summary }) => ({ id, title, summary }))));";

/// What a page needs of the row of an exhibit.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Exhibit {
    pub id: String,
    pub title: String,
    pub summary: String,
}

impl Exhibit {
    /// Name of its page.
    pub fn page(&self) -> String {
        format!("{}.html", self.id)
    }
}

/// Every exhibit in the order of the catalogue; none before their module is built.
pub fn all() -> Result<&'static [Exhibit]> {
    static ALL: OnceLock<Vec<Exhibit>> = OnceLock::new();
    if let Some(all) = ALL.get() {
        return Ok(all);
    }
    let folder = pkg();
    if !folder.join("genzoo_images_bg.wasm").is_file() {
        return Ok(&[]);
    }
    let found = ask(&folder)?;
    Ok(ALL.get_or_init(|| found))
}

fn ask(folder: &Path) -> Result<Vec<Exhibit>> {
    let answer = command("node")
        .args(["--input-type=module", "--eval", ASK])
        .arg(folder)
        .output()
        .context("Node is needed to list the exhibits")?;
    ensure!(
        answer.status.success(),
        "the module of the exhibits does not answer:\n{}",
        String::from_utf8_lossy(&answer.stderr)
    );
    serde_json::from_slice(&answer.stdout).context("the catalogue of exhibits")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_module_is_asked_for_its_exhibits() {
        let folder = std::env::temp_dir().join(format!("genzoo-exhibits-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("package.json"), r#"{"type": "module"}"#).unwrap();
        fs::write(folder.join("genzoo_images_bg.wasm"), "").unwrap();
        fs::write(
            folder.join("genzoo_images.js"),
            r#"export const initSync = () => {};
export const catalog = () => JSON.stringify({ exhibits: [{ id: 'a', title: 'A', summary: 'S.', views: [] }] });"#,
        )
        .unwrap();
        let found = ask(&folder).unwrap();
        assert_eq!(found[0].page(), "a.html");
        fs::write(folder.join("genzoo_images.js"), "throw new Error('no');").unwrap();
        assert!(ask(&folder).is_err());
        fs::remove_dir_all(folder).unwrap();
    }
}
