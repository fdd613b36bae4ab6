//! The tests of JavaScript, in Node and in browsers.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, ensure};

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

/// Browser tests that need the machine to themselves: they measure time, or a software WebGPU takes all processors.
const ALONE: [&str; 4] = ["fault", "open", "transport", "webgpu"];

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
    for (files, at_a_time) in [(together, 2), (alone, 1)] {
        if files.is_empty() {
            continue;
        }
        let mut node = node(&folder, &files, at_a_time);
        node.env("GENZOO_URL", server.url())
            .env("GENZOO_DIST", site.folder())
            .env("GENZOO_CHROMIUM", &chromium)
            .env("GENZOO_FIREFOX", &firefox)
            .env("GENZOO_TESTS", speed(which.speed));
        tally.add(counted(&mut node, "the browser tests")?);
    }
    Ok(tally)
}

/// Node's test runner on these files.
fn node(folder: &Path, files: &[PathBuf], at_a_time: usize) -> Command {
    let mut node = command("node");
    node.current_dir(folder)
        .args(["--test", "--test-reporter=spec"])
        .arg(format!("--test-concurrency={at_a_time}"))
        .args(files);
    node
}

/// The word for helper.mjs.
fn speed(speed: Speed) -> &'static str {
    match speed {
        Speed::All => "all",
        Speed::Quick => "quick",
        Speed::Slow => "slow",
    }
}

/// `a/b.test.mjs` to `b`
fn name(file: &Path) -> &str {
    let name = file.file_name().and_then(|name| name.to_str());
    name.and_then(|name| name.split('.').next())
        .unwrap_or_default()
}

/// Files of tests in a folder whose names contain one of the words, if there are any.
fn test_files(folder: &Path, words: &[String]) -> Result<Vec<PathBuf>> {
    let mut files = vec![];
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        let wanted = words.is_empty() || words.iter().any(|word| name(&file).contains(word));
        if wanted && file.to_string_lossy().ends_with(".test.mjs") {
            files.push(file);
        }
    }
    ensure!(
        !files.is_empty(),
        "no file of tests in {} has a name with {}",
        folder.display(),
        words.join(" or ")
    );
    files.sort();
    Ok(files)
}

/// The texts without a translation; the browser tests fail where there are any.
pub fn strings() -> Result<()> {
    install::npm("tests/browser")?;
    let script = root().join("tests").join("browser").join("strings.mjs");
    run_child(command("node").arg(script), "a text without a translation")
}
