//! From the compiler's wasm to the pair of files that a page imports.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use walkdir::WalkDir;
use wasm_bindgen_cli_support::Bindgen;

use project::{
    files::{lock, read, remove, write_whole},
    modules::{ALL, pkg},
};

use crate::memory;

/// Makes the module `name` of the wasm in `file`, in `folder`; in pkg/ with the digest of the sources it was made from.
pub fn publish(name: &str, file: &Path, folder: Option<&Path>, digest: &str) -> Result<()> {
    let wasm = read(file).context("the compiler left no module")?;
    if let Some(folder) = folder {
        fs::create_dir_all(folder)?;
        return generate(name, wasm, folder)?.publish();
    }
    let module = ALL.into_iter().find(|module| module.name == name);
    let stamp = module
        .with_context(|| format!("there is no module {name}"))?
        .stamp();
    let pkg = pkg();
    let generated = generate(name, wasm, &pkg)?;
    // A site that is assembled meanwhile must not get half a module.
    let _whole = lock("site.lock")?;
    remove(&stamp)?;
    generated.publish()?;
    write_whole(&stamp, digest.as_bytes())
}

/// A module complete in a folder of its own.
struct Generated<'a> {
    name: &'a str,
    temporary: PathBuf,
    folder: &'a Path,
}

/// Makes `<name>.js`, `<name>_bg.wasm` and their types, to be published in `folder`.
fn generate<'a>(name: &'a str, wasm: Vec<u8>, folder: &'a Path) -> Result<Generated<'a>> {
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
    let bound = read(&temporary.join(format!("{name}_bg.wasm")))?;
    memory::bounded(&bound).with_context(|| format!("{name} cannot be published"))?;
    Ok(Generated {
        name,
        temporary,
        folder,
    })
}

impl Generated<'_> {
    /// Moves the files into place.
    fn publish(self) -> Result<()> {
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
