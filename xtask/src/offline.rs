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

/// Names of files that every visit keeps, and of what a visit of each page adds.
#[derive(Default)]
pub struct Lists {
    pub files: BTreeSet<PathBuf>,
    pub pages: BTreeMap<String, BTreeSet<PathBuf>>,
}

/// Writes the lists of `folder`, with a version that changes when any of their files does.
pub fn write(folder: &Path, Lists { files, pages }: &Lists) -> Result<()> {
    let mut version = DefaultHasher::new();
    let mut names = |files: &BTreeSet<PathBuf>| -> Result<Vec<String>> {
        files
            .iter()
            .map(|name| {
                read(&folder.join(name))?.hash(&mut version);
                let name = name.to_string_lossy().replace('\\', "/");
                name.hash(&mut version);
                Ok(format!("{name:?}"))
            })
            .collect()
    };
    let start = files.contains(Path::new("index.html"));
    let mut first = vec!["\"./\"".to_owned(); usize::from(start)];
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
            let files = BTreeSet::from(["a.js".into()]);
            let pages = BTreeMap::from([("b.html".into(), BTreeSet::from(["b.js".into()]))]);
            write(&folder, &Lists { files, pages }).unwrap();
            fs::read_to_string(folder.join(LIST)).unwrap()
        };
        let first = list("1");
        assert!(
            first.ends_with("const FILES = [\"a.js\"];\nconst PAGES = {\"b.html\": [\"b.js\"]};\n"),
            "{first}"
        );
        assert_eq!(list("1"), first);
        assert_ne!(list("2"), first);
        fs::remove_dir_all(folder).unwrap();
    }
}
