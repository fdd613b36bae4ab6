//! From the compiler's wasm to the pair of files that a page imports.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use walkdir::WalkDir;
use wasm_bindgen_cli_support::Bindgen;

use crate::project::remove;

/// A module complete in a folder of its own.
pub struct Generated<'a> {
    name: &'a str,
    temporary: PathBuf,
    folder: &'a Path,
}

/// Makes `<name>.js`, `<name>_bg.wasm` and their types, to be published in `folder`.
pub fn generate<'a>(name: &'a str, wasm: Vec<u8>, folder: &'a Path) -> Result<Generated<'a>> {
    let temporary = folder.join(format!(".{name}.part"));
    if temporary.exists() {
        fs::remove_dir_all(&temporary)?;
    }
    fs::create_dir_all(&temporary)?;
    Bindgen::new()
        .input_bytes(name, wasm)
        .web(true)?
        .typescript(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&temporary)
        .with_context(|| format!("wasm-bindgen refused {name}"))?;
    Ok(Generated {
        name,
        temporary,
        folder,
    })
}

impl Generated<'_> {
    /// Moves the files into place.
    pub fn publish(self) -> Result<()> {
        // The script comes last and leaves first: where it lies, its module is complete.
        let script = self.folder.join(format!("{}.js", self.name));
        remove(&script)?;
        for file in WalkDir::new(&self.temporary).min_depth(1) {
            let file = file?;
            let place = self.folder.join(file.path().strip_prefix(&self.temporary)?);
            if file.file_type().is_dir() {
                fs::create_dir_all(place)?;
            } else if place != script {
                fs::rename(file.path(), place)?;
            }
        }
        fs::rename(self.temporary.join(format!("{}.js", self.name)), script)?;
        fs::remove_dir_all(self.temporary)?;
        Ok(())
    }
}
