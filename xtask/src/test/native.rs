//! The tests of Rust code, and what cargo checks.

use std::{
    env,
    path::Path,
    process::{Command, ExitStatus, Stdio},
};

use anyhow::{Context, Result};

use project::{
    process::{capture, cargo, command, run as run_child},
    target_dir,
};

use super::{
    tally::{Tally, counted},
    which::{Speed, Which},
};
use crate::{install, site::PROFILE};

/// Part of the names of the tests that take long.
const SLOW: &str = "killed";
/// The packages of the commands, and of equations.
const COMMANDS: [&str; 8] = [
    "--package",
    "tex",
    "--package",
    "xtask",
    "--package",
    "project",
    "--package",
    "site",
];

/// Tests of these commands.
pub fn commands(which: &Which) -> Result<Tally> {
    let mut test = cargo_test(PROFILE)?;
    test.args(COMMANDS).arg("--").args(&which.words);
    counted(&mut test, "cargo test")
}

/// Tests of the library and the command line.
pub fn krate(which: &Which) -> Result<Tally> {
    let mut test = cargo_test("release")?;
    test.args(["--package", "genzoo", "--features", "cli", "--"]);
    match which.speed {
        Speed::All => {}
        Speed::Quick => drop(test.args(["--skip", SLOW])),
        Speed::Slow => drop(test.arg(SLOW)),
    }
    if torch() {
        test.arg("--include-ignored");
    }
    counted(test.args(&which.words), "cargo test")
}

/// `cargo test`, with the time of each test.
fn cargo_test(profile: &str) -> Result<Command> {
    let own = env::current_exe().context("cannot tell where xtask is")?;
    let runner = format!("target.'cfg(all())'.runner = [{own:?}, \"timed\"]");
    let mut test = cargo()?;
    test.args(["test", "--no-fail-fast", "--profile", profile]);
    test.args(["--config", &runner]);
    Ok(test)
}

/// Starts a test program of cargo's and lets it print the time of each test.
pub fn timed(program: &Path, args: &[String]) -> Result<ExitStatus> {
    let mut test = Command::new(program);
    test.args(args);
    if program.starts_with(target_dir()?) {
        // Unstable since 2018. The variable is set for this program alone: it would make cargo compile crates again.
        test.args(["-Zunstable-options", "--report-time"]);
        test.env("RUSTC_BOOTSTRAP", "1");
    }
    test.status()
        .with_context(|| format!("cannot start {}", program.display()))
}

/// Whether the Python of the tests has PyTorch; those that need it are counted as skipped elsewhere.
fn torch() -> bool {
    let python = env::var_os("GENZOO_PYTHON").unwrap_or("python3".into());
    let found = Command::new(python)
        .args(["-c", "import torch"])
        .stderr(Stdio::null())
        .status();
    found.is_ok_and(|status| status.success())
}

/// The linter of both halves.
pub fn clippy() -> Result<Tally> {
    // One half at a time: together they would settle on other features than the builds, and
    // compile every dependency again.
    let mut tally = Tally::default();
    let library = ["--package", "genzoo", "--features", "cli"];
    for (profile, packages) in [(PROFILE, &COMMANDS[..]), ("release", &library)] {
        let mut clippy = cargo()?;
        clippy
            .args(["clippy", "--all-targets", "--profile", profile])
            .args(packages);
        run_child(clippy.args(["--", "--deny", "warnings"]), "clippy")?;
        tally.add(Tally::passed());
    }
    Ok(tally)
}

/// Licences and sources of all dependencies; and advisories, where their database can be fetched.
pub fn deny() -> Result<Tally> {
    let program = match install::cargo_deny() {
        Ok(program) => program,
        Err(why) => {
            println!("cargo-deny could not be installed, and licences are not checked: {why:#}");
            return Ok(Tally::skipped());
        }
    };
    let deny = || {
        let mut deny = command(&program);
        deny.arg("--all-features");
        deny
    };
    let own = ["check", "bans", "licenses", "sources"];
    run_child(deny().args(own), "cargo deny")?;
    let mut tally = Tally::passed();
    if let Err(why) = capture(deny().args(["fetch", "db"]), "fetching advisories") {
        println!("advisories are not checked: {why:#}");
        tally.add(Tally::skipped());
    } else {
        run_child(deny().args(["check", "advisories"]), "cargo deny")?;
        tally.add(Tally::passed());
    }
    Ok(tally)
}
