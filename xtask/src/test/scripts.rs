//! The tests of JavaScript, in Node and in browsers.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
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
/// Browser tests that need the machine to themselves: they measure time, or a software WebGPU takes all processors.
const ALONE: [&str; 3] = ["fault", "open", "webgpu"];
/// The most files of tests at a time.
const MOST_TOGETHER: usize = 4;

/// How many files of tests run at the same time: one for each processor, and two on a single one, as each waits now and then.
fn together() -> usize {
    thread::available_parallelism().map_or(2, |count| count.get().clamp(2, MOST_TOGETHER))
}

/// Tests of the page's modules that need no browser.
pub fn pure(which: &Which) -> Result<Tally> {
    let folder = root().join("tests").join("js");
    let files = test_files(&folder, &which.words)?;
    if files.is_empty() {
        return Ok(Tally::default());
    }
    counted(node(&folder, together()).args(&files), "the tests in Node")
}

/// What the built site computes, and what its links mean, against the record in tests/fixtures.
pub fn fixtures(which: &Which) -> Result<Tally> {
    let folder = root().join("tests").join("fixtures");
    let files = test_files(&folder, &which.words)?;
    if files.is_empty() {
        return Ok(Tally::default());
    }
    let site = Site::existing(Path::new("dist"))?;
    let mut node = node(&folder, together());
    counted(
        node.args(&files).env("GENZOO_DIST", site.folder()),
        "the fixtures",
    )
}

/// Tests of the built page in real browsers.
pub fn tests(which: &Which) -> Result<Tally> {
    let chromium = install::chromium()?;
    // Firefox takes long to start: its tests are slow ones.
    let has_slow = which.speed != Speed::Quick;
    let firefox = has_slow.then(install::firefox).transpose()?;
    install::npm("tests/browser")?;
    let folder = root().join("tests").join("browser");
    let files = test_files(&folder, &which.words)?;
    let (alone, others): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|file| ALONE.contains(&name(file)));
    let site = Site::existing(Path::new("dist"))?;
    let server = Server::start(&site, 0, &[], false)?;
    let mut tally = Tally::default();
    for (files, at_a_time) in [(others, together()), (alone, 1)] {
        if files.is_empty() {
            continue;
        }
        let mut node = node(&folder, at_a_time);
        match which.speed {
            Speed::All => {}
            Speed::Quick => drop(node.env("GENZOO_LEAVE_OUT", SLOW)),
            Speed::Slow => drop(node.arg(format!("--test-name-pattern=/{SLOW}/"))),
        }
        node.args(&files);
        node.env("GENZOO_URL", server.url())
            .env("GENZOO_DIST", site.folder())
            .env("GENZOO_CHROMIUM", &chromium);
        if let Some(firefox) = &firefox {
            node.env("GENZOO_FIREFOX", firefox);
        }
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
