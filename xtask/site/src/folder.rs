//! The folder of the static site, and what lies in it.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, ensure};
use walkdir::WalkDir;

use project::files::{remove, write_whole};

use crate::links;

/// Marks a folder as ours, because assembling removes what does not belong there.
const MARKER: &str = ".genzoo-site";
/// The start page.
pub const START: &str = "index.html";
/// The page of embeds.
pub const EMBED: &str = "embed.html";
/// The list of files that the service worker keeps.
pub const OFFLINE_LIST: &str = "offline-files.js";
/// Names the weights of the site.
pub const WEIGHTS_LIST: &str = "weights/index.json";

/// A folder that holds the site, or will.
pub struct Site {
    pub folder: PathBuf,
}

/// Bytes of a file, and of what travels when the client takes brotli.
#[derive(Clone, Copy, Default)]
pub struct Size {
    pub raw: u64,
    pub wire: u64,
}

impl Site {
    /// The folder to assemble in.
    pub fn open(folder: &Path) -> Result<Self> {
        let folder = folder.to_owned();
        let used = fs::read_dir(&folder).is_ok_and(|mut files| files.next().is_some());
        ensure!(
            !used || folder.join(MARKER).is_file(),
            "{} holds files that this command did not put there: give it an empty folder",
            folder.display()
        );
        write_whole(
            &folder.join(MARKER),
            b"Made by `cargo xtask build`, which removes other files here.\n",
        )?;
        Ok(Self { folder })
    }

    /// A site that is there already.
    pub fn existing(folder: &Path) -> Result<Self> {
        let folder = folder.to_owned();
        ensure!(
            folder.join("index.html").is_file(),
            "there is no page in {}: run `cargo xtask build` first",
            folder.display()
        );
        Ok(Self { folder })
    }

    /// Removes the files that are neither named, nor brotli twins of those, nor made by the build.
    pub fn keep_only(&self, named: &BTreeMap<PathBuf, PathBuf>) -> Result<()> {
        for entry in WalkDir::new(&self.folder).min_depth(1).contents_first(true) {
            let entry = entry?;
            let name = entry.path().strip_prefix(&self.folder)?;
            if entry.file_type().is_dir() {
                // Fails, as it should, where something is left inside.
                let _ = fs::remove_dir(entry.path());
            } else {
                let is_twin = name.extension().is_some_and(|kind| kind == "br");
                let original = if is_twin {
                    name.with_extension("")
                } else {
                    name.to_owned()
                };
                let ours = [MARKER, OFFLINE_LIST, WEIGHTS_LIST].map(Path::new);
                if !named.contains_key(&original) && !ours.contains(&original.as_path()) {
                    remove(entry.path())?;
                }
            }
        }
        Ok(())
    }

    /// Every file of the site with its sizes.
    pub fn sizes(&self) -> Result<BTreeMap<String, Size>> {
        let mut sizes = BTreeMap::new();
        for entry in WalkDir::new(&self.folder) {
            let entry = entry?;
            let name = entry.path().strip_prefix(&self.folder)?;
            let skip =
                name == Path::new(MARKER) || name.extension().is_some_and(|kind| kind == "br");
            if entry.file_type().is_file() && !skip {
                let raw = entry.metadata()?.len();
                let wire = fs::metadata(twin(entry.path())).map_or(raw, |meta| meta.len());
                sizes.insert(
                    name.to_string_lossy().replace('\\', "/"),
                    Size { raw, wire },
                );
            }
        }
        Ok(sizes)
    }

    /// The pages of finished models.
    pub fn image_pages(&self) -> Result<Vec<String>> {
        let mut found = vec![];
        for name in self.pages()? {
            if image_page(&self.folder.join(&name))? {
                found.push(name);
            }
        }
        Ok(found)
    }

    /// The pages beside the start page and the embedded one.
    pub fn pages(&self) -> Result<Vec<String>> {
        let names = self.sizes()?.into_keys();
        Ok(names
            .filter(|name| name.ends_with(".html") && ![START, EMBED].contains(&name.as_str()))
            .collect())
    }
}

/// Whether this is a page of finished models.
pub fn image_page(file: &Path) -> Result<bool> {
    let html = file.extension().is_some_and(|kind| kind == "html");
    Ok(html
        && links::loads(file)?
            .iter()
            .any(|link| link.starts_with("exhibits/")))
}

/// Writes what the build makes itself, unless it is there already; its brotli twin is then made anew.
pub fn write_made(place: &Path, text: &str) -> Result<()> {
    if fs::read(place).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    remove(&twin(place))?;
    write_whole(place, text.as_bytes())
}

/// `a.js` to `a.js.br`, its compressed twin.
pub fn twin(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".br");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_the_folders_of_others_alone() {
        let folder = std::env::temp_dir().join(format!("genzoo-site-{}", std::process::id()));
        fs::create_dir_all(folder.join("letters")).unwrap();
        assert!(Site::open(&folder).is_err());
        fs::remove_dir(folder.join("letters")).unwrap();
        let site = Site::open(&folder).unwrap();

        for name in [
            "kept.js",
            "kept.js.br",
            "old.js",
            "old.js.br",
            "half.js.part",
        ] {
            fs::write(folder.join(name), "x".repeat(name.len())).unwrap();
        }
        site.keep_only(&BTreeMap::from([("kept.js".into(), PathBuf::new())]))
            .unwrap();
        let sizes = site.sizes().unwrap();
        assert_eq!(sizes.keys().collect::<Vec<_>>(), ["kept.js"]);
        assert_eq!((sizes["kept.js"].raw, sizes["kept.js"].wire), (7, 10));
        Site::open(&folder).unwrap();
        fs::remove_dir_all(folder).unwrap();
    }
}
