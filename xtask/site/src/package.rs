//! The npm package in pkg/: beside the modules, what an embed needs of the site. Weights are not in it.

use std::{collections::BTreeSet, fs, path::PathBuf};

use anyhow::Result;

use project::{
    files::{read, remove, write_whole},
    modules::pkg,
    root,
};

use crate::{
    folder::{EMBED, Site},
    links, offline,
};

/// Page and entry of the package, and its types, which are beside the entry in www/.
const ENTRIES: [&str; 2] = [EMBED, "genzoo.js"];
const TYPES: &str = "genzoo.d.ts";
/// The service worker, which no other file names as a link.
const WORKER: &str = "sw.js";
/// Lists what was written here, so that what is no longer needed can go.
const LIST: &str = ".package";

/// Brings the package up to date with `site`, whose lists of what is kept offline are `lists`.
pub fn write(site: &Site, lists: offline::Lists) -> Result<()> {
    let pkg = pkg();
    let finished = site.image_pages()?;
    let entries: Vec<_> = ENTRIES
        .into_iter()
        .chain(finished.iter().map(String::as_str))
        .collect();
    let site = &site.folder;
    let mut files = vec![
        (TYPES.into(), read(&root().join("www").join(TYPES))?),
        (WORKER.into(), read(&site.join(WORKER))?),
    ];
    for name in links::reachable(site, &entries)? {
        if name.starts_with("pkg") {
            continue; // the modules, which lie in the package anyway
        }
        let mut bytes = read(&site.join(&name))?;
        if name.extension().is_some_and(|kind| kind == "js") {
            // In the package, scripts and modules lie side by side.
            bytes = String::from_utf8(bytes)?
                .replace("./pkg/", "./")
                .into_bytes();
        }
        files.push((name, bytes));
    }
    let list = files
        .iter()
        .map(|(name, _)| format!("{}\n", name.display()));
    let list: String = list.collect();
    let before = fs::read_to_string(pkg.join(LIST)).unwrap_or_default();
    for old in before
        .lines()
        .filter(|old| !list.lines().any(|name| name == *old))
    {
        remove(&pkg.join(old))?;
    }
    for (name, bytes) in files {
        let place = pkg.join(name);
        if !fs::read(&place).is_ok_and(|old| old == bytes) {
            write_whole(&place, &bytes)?;
        }
    }
    write_whole(&pkg.join(LIST), list.as_bytes())?;
    // There, the modules of the site lie in a folder.
    let own = |files: BTreeSet<PathBuf>| -> BTreeSet<PathBuf> {
        let names = files.into_iter();
        names
            .map(|name| name.strip_prefix("pkg").map_or(name.clone(), PathBuf::from))
            .filter(|name| pkg.join(name).is_file())
            .collect()
    };
    let pages = lists.pages.into_iter();
    let lists = offline::Lists {
        pages: pages.map(|(page, files)| (page, own(files))).collect(),
        files: own(lists.files),
    };
    offline::write(&pkg, &lists)
}
