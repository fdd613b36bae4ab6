//! `cargo xtask build`: source to wasm to site.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result};
use walkdir::{DirEntry, WalkDir};

use crate::{
    bindgen,
    project::{lock, read, remove, root, run as run_child, target_dir, write_whole},
    site::Site,
    toolchain::{TARGET, WasmCompiler},
};

/// One build of the crate for the web.
pub struct Module {
    pub name: &'static str,
    pub features: &'static [&'static str],
}

/// The start page's; small, and loaded first.
pub const CPU: Module = Module {
    name: "genzoo_cpu",
    features: &["toys"],
};
/// The image pages', for the CPU.
pub const IMAGES: Module = Module {
    name: "genzoo_images",
    features: &["images"],
};
/// The lab page's.
pub const LAB: Module = Module {
    name: "genzoo_lab",
    features: &["lab"],
};
/// Fetched by the page only when it has found a usable adapter.
pub const GPU: Module = Module {
    name: "genzoo_gpu",
    features: &["toys", "images", "gpu"],
};

pub fn run(out: &Path, cpu_only: bool) -> Result<()> {
    let site = Site::open(out)?;
    module(&CPU)?;
    module(&IMAGES)?;
    module(&LAB)?;
    if !cpu_only {
        module(&GPU)?;
    }
    site.assemble()?;
    print!("{}", site.table()?);
    Ok(())
}

/// The GPU module with more features than the page's, alone in `folder`.
pub fn variant(folder: &Path, features: &str) -> Result<()> {
    let _alone = lock("wasm.lock")?;
    let wasm = GPU.compile(Some(features))?;
    fs::create_dir_all(folder)?;
    bindgen::generate(GPU.name, wasm, folder)?.publish()
}

pub fn pkg() -> PathBuf {
    root().join("pkg")
}

/// Brings one module in pkg/ up to date.
pub fn module(module: &Module) -> Result<()> {
    if module.made_from() == Some(sources()?) {
        println!("{}: up to date", module.name);
        return Ok(());
    }
    println!("{}: building", module.name);
    // Both modules have one output file, which must stay ours until it is read.
    let _alone = lock("wasm.lock")?;
    // Taken before the compiler reads: a change in mid-build leaves the module out of date.
    let sources = sources()?;
    if module.made_from().as_ref() == Some(&sources) {
        println!("{}: another build has just made it", module.name);
        return Ok(());
    }
    let start = Instant::now();
    let wasm = module.compile(None)?;
    let pkg = pkg();
    let generated = bindgen::generate(module.name, wasm, &pkg)?;
    // Whoever assembles a site meanwhile must not find half a module.
    let _whole = lock("site.lock")?;
    remove(&module.stamp())?;
    generated.publish()?;
    write_whole(&module.stamp(), sources.as_bytes())?;
    println!(
        "{}: built in {:.0} s",
        module.name,
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

impl Module {
    /// The digest of the sources that the module in pkg/ was made from, if there is a whole one.
    pub fn made_from(&self) -> Option<String> {
        let files = [
            format!("{}.js", self.name),
            format!("{}_bg.wasm", self.name),
        ];
        let whole = files.iter().all(|file| pkg().join(file).is_file());
        fs::read_to_string(self.stamp()).ok().filter(|_| whole)
    }

    fn stamp(&self) -> PathBuf {
        pkg().join(format!(".{}.stamp", self.name))
    }

    fn compile(&self, more: Option<&str>) -> Result<Vec<u8>> {
        let target = target_dir()?;
        let mut build = WasmCompiler::find()?.build()?;
        build
            .arg("--no-default-features")
            .arg("--features")
            .arg([self.features, &Vec::from_iter(more)].concat().join(","));
        run_child(&mut build, &format!("building {}", self.name))?;
        let wasm = target.join(TARGET).join("release").join("genzoo.wasm");
        read(&wasm).context("the compiler left no module")
    }
}

/// A digest of everything the modules are made from. Cargo cannot be asked: the modules share an
/// output file, so each looks stale to it after the other.
fn sources() -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for top in ["Cargo.toml", "Cargo.lock", "build.rs", "src"] {
        let top = root().join(top);
        if !top.exists() {
            continue;
        }
        // Neither the command line nor an editor's files are part of a module.
        let part = |entry: &DirEntry| {
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            let native = ["src/bin", "src/train"];
            !hidden && !native.iter().any(|folder| entry.path().ends_with(folder))
        };
        for entry in WalkDir::new(&top)
            .sort_by_file_name()
            .into_iter()
            .filter_entry(part)
        {
            let entry = entry?;
            if entry.file_type().is_file() {
                entry.path().strip_prefix(root())?.hash(&mut hasher);
                read(entry.path())?.hash(&mut hasher);
            }
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}
