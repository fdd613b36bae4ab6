//! The tests of JavaScript, in Node and in browsers.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use project::{
    process::{command, run as run_child},
    root,
};

use super::{
    tally::{Tally, counted},
    which::{Speed, Which},
};
use crate::{
    install,
    site::{Server, Site},
};

/// Scripts of package.json that check the page's own.
const CHECKS: [&str; 2] = ["lint", "types"];
/// Words in the names of the tests that take long.
const SLOW: &str = "WebGPU|Firefox|film";
/// How many files of tests run at the same time: one computes while the other waits.
const TOGETHER: usize = 2;
/// Browser tests that need the machine to themselves: they measure time, or a software WebGPU takes all processors.
const ALONE: [&str; 4] = ["fault", "open", "transport", "webgpu"];

/// Tests of the page's modules that need no browser.
pub fn pure(which: &Which) -> Result<Tally> {
    let folder = root().join("tests").join("js");
    let files = test_files(&folder, &which.words)?;
    if files.is_empty() {
        return Ok(Tally::default());
    }
    counted(node(&folder, TOGETHER).args(&files), "the tests in Node")
}

/// Tests of the built page in real browsers.
pub fn tests(which: &Which) -> Result<Tally> {
    let (chromium, firefox) = (install::chromium()?, install::firefox()?);
    install::npm("tests/browser")?;
    let folder = root().join("tests").join("browser");
    let files = test_files(&folder, &which.words)?;
    let (alone, together): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|file| ALONE.contains(&name(file)));
    let site = Site::existing(Path::new("dist"))?;
    let server = Server::start(&site, 0, &[], false)?;
    let mut tally = Tally::default();
    for (files, at_a_time) in [(together, TOGETHER), (alone, 1)] {
        if files.is_empty() {
            continue;
        }
        let mut node = node(&folder, at_a_time);
        match which.speed {
            Speed::All => {}
            Speed::Quick => drop(node.arg(format!("--test-name-pattern=/^(?!.*({SLOW}))/"))),
            Speed::Slow => drop(node.arg(format!("--test-name-pattern=/{SLOW}/"))),
        }
        node.args(&files);
        node.env("GENZOO_URL", server.url())
            .env("GENZOO_DIST", site.folder())
            .env("GENZOO_CHROMIUM", &chromium)
            .env("GENZOO_FIREFOX", &firefox);
        tally.add(counted(&mut node, "the browser tests")?);
    }
    Ok(tally)
}

/// Node's test runner, on so many files at a time.
fn node(folder: &Path, at_a_time: usize) -> Command {
    let mut node = command("node");
    node.current_dir(folder)
        .args(["--test", "--test-reporter=spec"])
        .arg(format!("--test-concurrency={at_a_time}"));
    node
}

/// `a/b.test.mjs` to `b`
fn name(file: &Path) -> &str {
    let name = file.file_name().and_then(|name| name.to_str());
    name.and_then(|name| name.split('.').next())
        .unwrap_or_default()
}

/// Files of tests in a folder; where words are given, those whose names contain one.
fn test_files(folder: &Path, words: &[String]) -> Result<Vec<PathBuf>> {
    let mut files = vec![];
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        let wanted = words.is_empty() || words.iter().any(|word| name(&file).contains(word));
        if wanted && file.to_string_lossy().ends_with(".test.mjs") {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

/// Format and rules of the page's scripts: what the scripts of package.json check.
pub fn lint() -> Result<Tally> {
    install::npm(".")?;
    let mut tally = Tally::default();
    for script in CHECKS {
        let mut npm = command(install::NPM);
        run_child(npm.args(["run", "--silent", script]), script)?;
        tally.add(Tally::passed());
    }
    Ok(tally)
}

/// The texts without a translation; the browser tests fail where there are any.
pub fn strings() -> Result<()> {
    install::npm("tests/browser")?;
    let script = root().join("tests").join("browser").join("strings.mjs");
    run_child(command("node").arg(script), "a text without a translation")
}
