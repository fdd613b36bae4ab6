//! The static site: www/, the vendored library and the modules in one folder, each with its brotli twin.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result, ensure};
use walkdir::{DirEntry, WalkDir};

use crate::{
    build::{CPU, GPU, IMAGES, LAB, pkg},
    install, links, offline, package, pages,
    project::{lock, read, remove, root, write_whole},
};

/// Marks a folder as ours, because assembling removes what does not belong there.
const MARKER: &str = ".genzoo-site";
/// From here on the best quality costs minutes and saves a few per cent.
const LARGE: usize = 6 << 20;
/// Folder of the finished models, in the checkout and in the site.
const WEIGHTS: &str = "weights";
/// Names the weights of the site.
const WEIGHTS_LIST: &str = "weights/index.json";
const START: &str = "index.html";
/// Kept by no visit: larger than all else, and a film is a GIF without it.
const ONLINE: &str = "vendor/mediabunny.js";
/// Entries of what works without a network after a first visit of any page; the other pages add what they need.
const OFFLINE: [&str; 5] = [
    START,
    "embed.html",
    "genzoo.js",
    "pkg/genzoo_cpu.js",
    "pkg/genzoo_cpu_bg.wasm",
];
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
/// Loaded by scripts, not by the page.
const WORKERS: [&str; 2] = ["compute/worker.js", "draw/painter.js"];

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
    pub fn open(out: &Path) -> Result<Self> {
        let folder = absolute(out)?;
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
    pub fn existing(out: &Path) -> Result<Self> {
        let folder = absolute(out)?;
        ensure!(
            folder.join("index.html").is_file(),
            "there is no page in {}: run `cargo xtask build` first",
            folder.display()
        );
        Ok(Self { folder })
    }

    /// Makes the folder what the sources say, touching only what differs.
    pub fn assemble(&self) -> Result<()> {
        let lists = self.place()?;
        package::write(self, lists)?;
        self.compress()
    }

    /// Puts the files there; the brotli twins of those that changed are gone until `compress`. Returns what is kept offline.
    pub fn place(&self) -> Result<offline::Lists> {
        let _alone = lock("site.lock")?;
        let wanted = wanted()?;
        self.remove_others(&wanted)?;

        let mut changed = Vec::new();
        for (name, source) in &wanted {
            let bytes = match page(source) {
                Some((www, name)) => pages::render(www, name)?.into_bytes(),
                None => read(source)?,
            };
            let place = self.folder.join(name);
            if fs::read(&place).is_ok_and(|old| old == bytes) {
                continue;
            }
            remove(&twin(&place))?;
            changed.push((place, bytes));
        }
        // A module is a script and its wasm. The script leaves first and comes last, so that a page
        // loading meanwhile finds a whole module or none.
        changed.sort_by_key(|(place, _)| place.extension().is_some_and(|kind| kind == "js"));
        for (place, _) in changed
            .iter()
            .filter(|(place, _)| place.starts_with(self.folder.join("pkg")))
        {
            remove(place)?;
        }
        for (place, bytes) in &changed {
            write_whole(place, bytes)?;
        }
        self.list_weights(&wanted)?;
        let files = self.offline(&OFFLINE)?;
        let mut pages = BTreeMap::new();
        for name in self.pages()? {
            let page = fs::read_to_string(self.folder.join(&name))?;
            let module = module_of(&page);
            let needed = [
                name.clone(),
                format!("pkg/genzoo_{module}.js"),
                format!("pkg/genzoo_{module}_bg.wasm"),
            ];
            let mut own = self.offline(&needed.each_ref().map(String::as_str))?;
            own.retain(|file| !files.contains(file));
            pages.insert(name, own);
        }
        let lists = offline::Lists { files, pages };
        offline::write(&self.folder, &lists)?;
        Ok(lists)
    }

    /// Says which weights there are, so that no page asks for others.
    fn list_weights(&self, wanted: &BTreeMap<PathBuf, PathBuf>) -> Result<()> {
        let ids: Vec<_> = wanted
            .keys()
            .filter(|name| name.extension().is_some_and(|kind| kind == "bpk"))
            .filter_map(|name| name.file_stem()?.to_str())
            .collect();
        write_made(&self.folder.join(WEIGHTS_LIST), &format!("{ids:?}\n"))
    }

    /// What these entries need, to be kept for visits without a network.
    fn offline(&self, entries: &[&str]) -> Result<BTreeSet<PathBuf>> {
        let mut files = links::reachable(&self.folder, entries)?;
        files.remove(Path::new(ONLINE));
        Ok(files)
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
    fn pages(&self) -> Result<Vec<String>> {
        let names = self.sizes()?.into_keys();
        Ok(names
            .filter(|name| name.ends_with(".html") && !OFFLINE.contains(&name.as_str()))
            .collect())
    }

    fn compress(&self) -> Result<()> {
        let _alone = lock("site.lock")?;
        for name in self.sizes()?.keys() {
            let place = self.folder.join(name);
            if compressible(&place) && !twin(&place).exists() {
                compress(&place)?;
            }
        }
        Ok(())
    }

    fn remove_others(&self, wanted: &BTreeMap<PathBuf, PathBuf>) -> Result<()> {
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
                let ours = [MARKER, offline::LIST, WEIGHTS_LIST].map(Path::new);
                if !wanted.contains_key(&original) && !ours.contains(&original.as_path()) {
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

    /// What the start page needs before its first step, and what the GPU module, the other pages, what is loaded when it is
    /// used, and the weights add.
    pub fn totals(&self) -> Result<[(&'static str, Size); 8]> {
        let [
            mut page,
            mut cpu,
            mut gpu,
            mut images,
            mut lab,
            mut later,
            mut weights,
        ] = [Size::default(); 7];
        let mut first = links::loads(&self.folder.join(START))?;
        first.push(START.to_owned());
        first.extend(WORKERS.map(str::to_owned));
        for (name, size) in self.sizes()? {
            let group = match name.split_once('/') {
                _ if first.contains(&name) => &mut page,
                Some(("pkg", file)) if file.starts_with(GPU.name) => &mut gpu,
                Some(("pkg", file)) if file.starts_with(IMAGES.name) => &mut images,
                Some(("pkg", file)) if file.starts_with(LAB.name) => &mut lab,
                Some(("pkg", _)) => &mut cpu,
                Some((WEIGHTS, _)) => &mut weights,
                Some(("exhibits", _)) => &mut images,
                Some(("lab", _)) => &mut lab,
                _ if ["lab.html", "entries/lab.js"].contains(&name.as_str()) => &mut lab,
                None if image_page(&self.folder.join(&name))? => &mut images,
                _ => &mut later,
            };
            group.raw += size.raw;
            group.wire += size.wire;
        }
        let first = Size {
            raw: page.raw + cpu.raw,
            wire: page.wire + cpu.wire,
        };
        Ok([
            ("page", page),
            (CPU.name, cpu),
            ("first visit", first),
            (GPU.name, gpu),
            ("image pages", images),
            ("lab page", lab),
            ("on demand", later),
            (WEIGHTS, weights),
        ])
    }

    pub fn table(&self) -> Result<String> {
        let mut table = format!("{:<14}{:>12}{:>12}\n", "kB", "raw", "brotli");
        for (name, size) in self.totals()? {
            let (raw, wire) = (size.raw as f64 / 1e3, size.wire as f64 / 1e3);
            writeln!(table, "{name:<14}{raw:>12.1}{wire:>12.1}")?;
        }
        Ok(table)
    }
}

/// The module that a page says it needs.
fn module_of(page: &str) -> &str {
    let named = page.split_once("data-module=\"");
    named
        .and_then(|(_, rest)| rest.split_once('"'))
        .map_or("cpu", |(name, _)| name)
}

/// Whether this is a page of finished models.
fn image_page(file: &Path) -> Result<bool> {
    let html = file.extension().is_some_and(|kind| kind == "html");
    Ok(html
        && links::loads(file)?
            .iter()
            .any(|link| link.starts_with("exhibits/")))
}

/// The default lies in the checkout; any other folder is relative to where the user is.
fn absolute(out: &Path) -> Result<PathBuf> {
    if out == Path::new("dist") {
        return Ok(root().join(out));
    }
    std::path::absolute(out).context("the site needs a folder")
}

/// Files of the site by name, and where each comes from.
fn wanted() -> Result<BTreeMap<PathBuf, PathBuf>> {
    let www = root().join("www");
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

    install::npm("www")?;
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

    for module in [CPU, IMAGES, LAB, GPU] {
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
fn page(source: &Path) -> Option<(&Path, &str)> {
    let name = source.file_name()?.to_str()?;
    name.ends_with(".html").then_some((source.parent()?, name))
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

fn compressible(path: &Path) -> bool {
    let kinds = ["html", "js", "css", "json", "svg", "wasm", "txt", "csv"];
    path.extension()
        .is_some_and(|kind| kinds.iter().any(|known| kind == *known))
}

/// `a.js` to `a.js.br`
/// Writes what the build makes itself, unless it stands there already; its brotli twin is then made anew.
pub fn write_made(place: &Path, text: &str) -> Result<()> {
    if fs::read(place).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    remove(&twin(place))?;
    write_whole(place, text.as_bytes())
}

fn twin(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".br");
    name.into()
}

fn compress(path: &Path) -> Result<()> {
    let start = Instant::now();
    let bytes = read(path)?;
    let quality = if bytes.len() < LARGE { 11 } else { 9 };
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, quality, 24);
    writer.write_all(&bytes).context("brotli failed")?;
    write_whole(&twin(path), &writer.into_inner())?;
    if start.elapsed().as_secs() >= 1 {
        println!(
            "compressed {} in {:.0} s",
            path.display(),
            start.elapsed().as_secs_f64()
        );
    }
    Ok(())
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
        site.remove_others(&BTreeMap::from([("kept.js".into(), PathBuf::new())]))
            .unwrap();
        let sizes = site.sizes().unwrap();
        assert_eq!(sizes.keys().collect::<Vec<_>>(), ["kept.js"]);
        assert_eq!((sizes["kept.js"].raw, sizes["kept.js"].wire), (7, 10));
        Site::open(&folder).unwrap();
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_twin_unpacks_to_its_file() {
        let path = std::env::temp_dir().join(format!("genzoo-twin-{}.txt", std::process::id()));
        let text = "the same again and again; ".repeat(1000);
        fs::write(&path, &text).unwrap();
        compress(&path).unwrap();
        let packed = read(&twin(&path)).unwrap();
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut &packed[..], &mut unpacked).unwrap();
        assert!(unpacked == text.as_bytes() && packed.len() < 100);
        fs::remove_file(twin(&path)).unwrap();
        fs::remove_file(path).unwrap();
    }
}
