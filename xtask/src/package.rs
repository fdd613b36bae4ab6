//! The npm package in pkg/: beside the modules, what an embedded race needs of the site.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

use crate::{
    build::pkg,
    links, offline,
    project::{read, remove, root, write_whole},
};

/// Page and entry of the package, and its types, which stand beside the entry in www/.
const ENTRIES: [&str; 2] = ["embed.html", "genzoo.js"];
const TYPES: &str = "genzoo.d.ts";
/// The service worker, which no other file names as a link.
const WORKER: &str = "sw.js";
/// What it keeps beside the files of the site.
const MODULE: [&str; 2] = ["genzoo_cpu.js", "genzoo_cpu_bg.wasm"];
/// Lists what was written here, so that what is no longer needed can go.
const LIST: &str = ".package";

/// Brings the package up to date with the site in `site`.
pub fn write(site: &Path) -> Result<()> {
    let pkg = pkg();
    let mut files = vec![
        (TYPES.into(), read(&root().join("www").join(TYPES))?),
        (WORKER.into(), read(&site.join(WORKER))?),
    ];
    for name in links::reachable(site, &ENTRIES)? {
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
    let names = list
        .lines()
        .filter(|name| ![TYPES, WORKER, "vendor/mediabunny.js"].contains(name));
    let module = MODULE.into_iter().filter(|name| pkg.join(name).is_file());
    offline::write(
        &pkg,
        names.chain(module).map(PathBuf::from).collect(),
        BTreeMap::new(),
    )
}
