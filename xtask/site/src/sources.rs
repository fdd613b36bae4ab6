//! Where the files of the site come from: www/, libraries, weights and modules.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::{Result, ensure};
use walkdir::{DirEntry, WalkDir};

use project::{
    modules::{self, CPU, pkg},
    root,
};

use crate::{
    exhibits::{self, Exhibit},
    pages,
};

/// Folder of the finished models, in the checkout and in the site.
pub const WEIGHTS: &str = "weights";
/// What the site has of other people's: name in vendor/, and file in node_modules/. The QR code's licence stands in its script.
const VENDORED: [(&str, &str); 10] = [
    ("uplot.js", "uplot/dist/uPlot.esm.js"),
    ("uplot.css", "uplot/dist/uPlot.min.css"),
    ("uplot.txt", "uplot/LICENSE"),
    ("qrcode.js", "qrcode-generator/dist/qrcode.mjs"),
    ("svgcanvas.js", "svgcanvas/dist/svgcanvas.esm.js"),
    ("svgcanvas.txt", "svgcanvas/LICENSE"),
    ("gifenc.js", "gifenc/dist/gifenc.esm.js"),
    ("gifenc.txt", "gifenc/LICENSE.md"),
    (
        "mediabunny.js",
        "mediabunny/dist/bundles/mediabunny.min.mjs",
    ),
    ("mediabunny.txt", "mediabunny/LICENSE"),
];

/// The folder of the page.
pub fn www() -> PathBuf {
    root().join("www")
}

/// Files of the site by name, and where each comes from: the pages of exhibits from their template.
pub fn files(exhibits: &[Exhibit]) -> Result<BTreeMap<PathBuf, PathBuf>> {
    let www = www();
    ensure!(
        www.join("index.html").is_file(),
        "www/index.html is missing"
    );
    let mut files = folder_files(&www, |name| {
        !matches!(
            name,
            pages::PARTS | "node_modules" | "package.json" | "package-lock.json"
        ) && !name.starts_with('.')
            && !name.ends_with(".d.ts")
    })?;

    let template = www.join(pages::PARTS).join(exhibits::TEMPLATE);
    for exhibit in exhibits {
        files.insert(exhibit.page().into(), template.clone());
    }

    let modules = www.join("node_modules");
    for (name, source) in VENDORED {
        files.insert(Path::new("vendor").join(name), modules.join(source));
    }

    let weights = root().join(WEIGHTS);
    if weights.is_dir() {
        let own = folder_files(&weights, |name| {
            name.ends_with(".bpk") || name.ends_with(".json")
        })?;
        files.extend(
            own.into_iter()
                .map(|(name, source)| (Path::new(WEIGHTS).join(name), source)),
        );
    }

    for module in modules::ALL {
        // A module of other sources would disagree with the rest.
        if module.made_from().is_some() && module.made_from() == CPU.made_from() {
            let own = folder_files(&pkg(), |name| {
                name.starts_with(module.name) && !name.ends_with(".d.ts") || name == "snippets"
            })?;
            files.extend(
                own.into_iter()
                    .map(|(name, source)| (Path::new("pkg").join(name), source)),
            );
        }
    }
    Ok(files)
}

/// The folder and the name of a page, if `source` is one.
pub fn page(source: &Path) -> Option<(&Path, &str)> {
    let name = source.file_name()?.to_str()?;
    name.ends_with(".html").then_some((source.parent()?, name))
}

/// Whether this is a script of this project, neither a library nor the glue of a module.
pub fn is_own_script(source: &Path) -> bool {
    let inside = source.strip_prefix(www()).ok();
    inside.is_some_and(|name| {
        !name.starts_with("node_modules") && name.extension().is_some_and(|kind| kind == "js")
    })
}

/// Files below `folder`; at its top level only names that `keep` accepts.
fn folder_files(folder: &Path, keep: impl Fn(&str) -> bool) -> Result<BTreeMap<PathBuf, PathBuf>> {
    let filter =
        |entry: &DirEntry| entry.depth() != 1 || keep(&entry.file_name().to_string_lossy());
    WalkDir::new(folder)
        .into_iter()
        .filter_entry(filter)
        .filter(|entry| {
            entry
                .as_ref()
                .map_or(true, |entry| entry.file_type().is_file())
        })
        .map(|entry| {
            let path = entry?.into_path();
            Ok((path.strip_prefix(folder)?.to_owned(), path))
        })
        .collect()
}
