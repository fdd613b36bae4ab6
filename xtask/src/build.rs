//! `cargo xtask build`: source to wasm to site.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::Result;
use clap::Args;
use walkdir::{DirEntry, WalkDir};

use project::{
    files::{lock, read},
    modules::{self, GPU, MEMORY_MAX, Module},
    process::run as run_child,
    root, target_dir,
};

use crate::{
    site::{self, Site},
    toolchain::{TARGET, WasmCompiler},
};

/// Arguments of `build`.
#[derive(Args)]
pub struct BuildArgs {
    /// Folder of the static site
    #[arg(long, default_value = "dist")]
    pub out: PathBuf,
    /// Leave the GPU module as it is
    #[arg(long)]
    pub cpu_only: bool,
}

pub fn run(args: &BuildArgs) -> Result<()> {
    let site = Site::of(&args.out)?;
    site.open()?;
    for wanted in modules::ALL {
        if !args.cpu_only || wanted.name != GPU.name {
            module(&wanted)?;
        }
    }
    site.assemble()?;
    site.table()
}

/// The GPU module with more features than the page's, alone in `folder`.
pub fn variant(folder: &Path, features: &str) -> Result<()> {
    let _alone = lock("wasm.lock")?;
    let wasm = compile(&GPU, Some(features))?;
    site::bind_in(&std::path::absolute(folder)?, GPU.name, &wasm)
}

/// Brings one module in pkg/ up to date.
pub fn module(module: &Module) -> Result<()> {
    if module.made_from() == Some(sources()?) {
        println!("{}: up to date", module.name);
        return Ok(());
    }
    let [first, again] = module.minutes;
    println!(
        "{}: building (on two cores about {first} min the first time, {again} min after a change)",
        module.name
    );
    // All modules have one output file, which must stay ours until it is read.
    let _alone = lock("wasm.lock")?;
    // Taken before the compiler reads: a change in mid-build leaves the module out of date.
    let sources = sources()?;
    if module.made_from().as_ref() == Some(&sources) {
        println!("{}: another build has just made it", module.name);
        return Ok(());
    }
    let start = Instant::now();
    let wasm = compile(module, None)?;
    site::bind(module.name, &wasm, &sources)?;
    println!(
        "{}: built in {:.0} s",
        module.name,
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

/// The file that the compiler makes of a module, which the next module overwrites.
fn compile(module: &Module, more: Option<&str>) -> Result<PathBuf> {
    let target = target_dir()?;
    let mut build = WasmCompiler::find()?.build()?;
    build
        .arg("--no-default-features")
        .arg("--features")
        .arg([module.features, &Vec::from_iter(more)].concat().join(","))
        // What follows is for this crate alone: its dependencies need not be compiled again.
        .args(["--", "-C"])
        .arg(format!("link-arg=--max-memory={MEMORY_MAX}"));
    run_child(&mut build, &format!("building {}", module.name))?;
    Ok(target.join(TARGET).join("release").join("genzoo.wasm"))
}

/// A digest of everything the modules are made from. Cargo cannot be asked: the modules share an
/// output file, so each looks stale to it after the other.
fn sources() -> Result<String> {
    let mut hasher = DefaultHasher::new();
    MEMORY_MAX.hash(&mut hasher);
    for top in ["Cargo.toml", "Cargo.lock", "build.rs", "src", "tex"] {
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
