//! The list of files that the service worker keeps.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use anyhow::Result;

use project::files::read;

use crate::{
    folder::{EMBED, OFFLINE_LIST, START, Site, write_made},
    links,
};

/// Kept by no visit: larger than all else, and a film is a GIF without it.
const ONLINE: &str = "vendor/mediabunny.js";
/// Entries of what works without a network after a first visit of any page; the other pages add what they need.
const ENTRIES: [&str; 5] = [
    START,
    EMBED,
    "genzoo.js",
    "pkg/genzoo_cpu.js",
    "pkg/genzoo_cpu_bg.wasm",
];

/// Names of files that every visit keeps, and of what a visit of each page adds.
#[derive(Default)]
pub struct Lists {
    pub files: BTreeSet<PathBuf>,
    pub pages: BTreeMap<String, BTreeSet<PathBuf>>,
}

/// What the pages of a site need without a network.
pub fn lists(site: &Site) -> Result<Lists> {
    let files = needed(site, &ENTRIES)?;
    let mut pages = BTreeMap::new();
    for name in site.pages()? {
        let page = fs::read_to_string(site.folder.join(&name))?;
        let module = module_of(&page);
        let entries = [
            name.clone(),
            format!("pkg/genzoo_{module}.js"),
            format!("pkg/genzoo_{module}_bg.wasm"),
        ];
        let mut own = needed(site, &entries.each_ref().map(String::as_str))?;
        own.retain(|file| !files.contains(file));
        pages.insert(name, own);
    }
    Ok(Lists { files, pages })
}

fn needed(site: &Site, entries: &[&str]) -> Result<BTreeSet<PathBuf>> {
    let mut files = links::reachable(&site.folder, entries)?;
    files.remove(Path::new(ONLINE));
    Ok(files)
}

/// The module that a page says it needs.
fn module_of(page: &str) -> &str {
    let named = page.split_once("data-module=\"");
    named
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("cpu", |(name, _)| name)
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
    let start = files.contains(Path::new(START));
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
    write_made(&folder.join(OFFLINE_LIST), &text)
}

#[cfg(test)]
mod tests {
    use super::*;

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
            fs::read_to_string(folder.join(OFFLINE_LIST)).unwrap()
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
