//! The list of files that the service worker keeps.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use anyhow::Result;

use crate::{project::read, site::write_made};

/// Its name beside the service worker.
pub const LIST: &str = "offline-files.js";

/// Writes the lists of `files` of `folder`, which every visit keeps, and of what a visit of each of `pages` adds, with a
/// version that changes when any of them does.
pub fn write(
    folder: &Path,
    files: BTreeSet<PathBuf>,
    pages: BTreeMap<String, BTreeSet<PathBuf>>,
) -> Result<()> {
    let mut version = DefaultHasher::new();
    let mut names = |files: BTreeSet<PathBuf>| -> Result<Vec<String>> {
        files
            .into_iter()
            .map(|name| {
                read(&folder.join(&name))?.hash(&mut version);
                let name = name.to_string_lossy().replace('\\', "/");
                name.hash(&mut version);
                Ok(format!("{name:?}"))
            })
            .collect()
    };
    let mut first = vec!["\"./\"".to_owned()];
    first.extend(names(files)?);
    let mut more = vec![];
    for (page, files) in pages {
        more.push(format!("{page:?}: [{}]", names(files)?.join(", ")));
    }
    let text = format!(
        "const VERSION = \"{:016x}\";\nconst FILES = [{}];\nconst PAGES = {{{}}};\n",
        version.finish(),
        first.join(", "),
        more.join(", ")
    );
    write_made(&folder.join(LIST), &text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_version_follows_the_content() {
        let folder = std::env::temp_dir().join(format!("genzoo-offline-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("b.js"), "").unwrap();
        let list = |text: &str| {
            fs::write(folder.join("a.js"), text).unwrap();
            let pages = BTreeMap::from([("b.html".into(), BTreeSet::from(["b.js".into()]))]);
            write(&folder, BTreeSet::from(["a.js".into()]), pages).unwrap();
            fs::read_to_string(folder.join(LIST)).unwrap()
        };
        let first = list("1");
        assert!(
            first.ends_with(
                "const FILES = [\"./\", \"a.js\"];\nconst PAGES = {\"b.html\": [\"b.js\"]};\n"
            ),
            "{first}"
        );
        assert_eq!(list("1"), first);
        assert_ne!(list("2"), first);
        fs::remove_dir_all(folder).unwrap();
    }
}
