//! `cargo xtask test`: every check as a named step, then one line that says how it went.

use std::{
    fmt,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Result, bail, ensure};
use clap::ValueEnum;

use crate::{
    build, checks, install,
    project::{cargo, command, explain, root, run as run_child},
    serve::Server,
    site::Site,
};

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum Group {
    /// Format, clippy, licences, links of the documents
    Lint,
    /// The crate's tests and those of these commands
    Native,
    /// Both modules, their sizes, links of the page
    Wasm,
    /// The page in real browsers
    Browser,
}

use Group::{Browser, Lint, Native, Wasm};

/// A step, the group it belongs to, and what it does.
type Step = (Group, &'static str, fn() -> Result<Tally>);

const STEPS: [Step; 10] = [
    (Lint, "format", || {
        check(cargo()?.args(["fmt", "--all", "--check"]), "cargo fmt")
    }),
    (Lint, "documents", || one(checks::documents())),
    (Lint, "lock files", || one(checks::lock_files())),
    (Wasm, "modules", || {
        one(build::run(Path::new("dist"), false))
    }),
    (Wasm, "sizes", || {
        one(checks::sizes(&Site::existing(Path::new("dist"))?))
    }),
    (Wasm, "links of the page", || {
        one(checks::page_links(&Site::existing(Path::new("dist"))?))
    }),
    (Native, "commands", || cargo_test(&["--package", "xtask"])),
    (Native, "crate", || {
        let mut args = vec!["--package", "genzoo", "--features", "cli"];
        if torch() {
            args.extend(["--", "--include-ignored"]);
        }
        cargo_test(&args)
    }),
    (Lint, "clippy", clippy),
    (Browser, "browsers", browsers),
];

/// How many tests passed, failed and were left out.
#[derive(Clone, Copy, Default)]
struct Tally {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

pub fn run(groups: &[Group]) -> Result<()> {
    let mut total = Tally::default();
    let mut lines = Vec::new();
    for (group, name, step) in STEPS {
        if !groups.is_empty() && !groups.contains(&group) {
            continue;
        }
        println!("\n== {name}");
        let start = Instant::now();
        let tally = step().unwrap_or_else(|error| {
            println!("{name}: {error:#}");
            Tally {
                failed: 1,
                ..Tally::default()
            }
        });
        lines.push(format!(
            "{name:<18} {:>6.1} s  {tally}",
            start.elapsed().as_secs_f64()
        ));
        total.passed += tally.passed;
        total.failed += tally.failed;
        total.skipped += tally.skipped;
    }
    println!("\n{}\n\n{total}", lines.join("\n"));
    if total.failed > 0 {
        // The lines above have said it all.
        std::process::exit(1);
    }
    Ok(())
}

/// Whether the Python of the tests has PyTorch; those that need it are counted as skipped elsewhere.
fn torch() -> bool {
    let python = std::env::var_os("GENZOO_PYTHON").unwrap_or("python3".into());
    let found = Command::new(python)
        .args(["-c", "import torch"])
        .stderr(Stdio::null())
        .status();
    found.is_ok_and(|status| status.success())
}

/// A check that is one test by itself.
fn one(result: Result<()>) -> Result<Tally> {
    result.map(|()| Tally {
        passed: 1,
        ..Tally::default()
    })
}

fn check(command: &mut Command, what: &str) -> Result<Tally> {
    one(run_child(command, what))
}

fn clippy() -> Result<Tally> {
    // One package at a time: together they would settle on other features than the builds, and
    // compile every dependency again.
    let mut tally = Tally::default();
    for package in [&["xtask"][..], &["genzoo", "--features", "cli"]] {
        let mut clippy = cargo()?;
        clippy
            .args(["clippy", "--release", "--all-targets", "--package"])
            .args(package);
        tally.passed += check(clippy.args(["--", "--deny", "warnings"]), "clippy")?.passed;
    }
    if install::find_program(&["cargo-deny"]).is_some() {
        tally.passed += check(
            cargo()?.args(["deny", "--all-features", "check"]),
            "cargo deny",
        )?
        .passed;
    } else {
        println!("cargo-deny is not installed: advisories and licences were not checked");
    }
    Ok(tally)
}

fn cargo_test(args: &[&str]) -> Result<Tally> {
    counted(
        cargo()?
            .args(["test", "--release", "--no-fail-fast"])
            .args(args),
        "cargo test",
    )
}

fn browsers() -> Result<Tally> {
    let (chromium, firefox) = (install::chromium()?, install::firefox()?);
    build::run(Path::new("dist"), false)?;
    install::npm("tests/browser")?;
    let site = Site::existing(Path::new("dist"))?;
    let server = Server::start(0, &site.folder, &[])?;
    let mut node = command("node");
    node.current_dir(root().join("tests").join("browser"))
        .args(["--test", "--test-reporter=spec", "--test-concurrency=1"])
        .env("GENZOO_URL", server.url())
        .env("GENZOO_DIST", &site.folder)
        .env("GENZOO_CHROMIUM", chromium)
        .env("GENZOO_FIREFOX", firefox);
    counted(&mut node, "the browser tests")
}

/// The texts without a translation; the browser tests fail where there are any.
pub fn strings() -> Result<()> {
    install::npm("tests/browser")?;
    let script = root().join("tests").join("browser").join("strings.mjs");
    run_child(command("node").arg(script), "a text without a translation")
}

/// Runs a test runner, showing its output and adding up the summaries in it.
fn counted(command: &mut Command, what: &str) -> Result<Tally> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| explain(error, command, what))?;
    let mut tally = Tally::default();
    let output = child.stdout.take().expect("stdout is piped");
    for line in BufReader::new(output).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        add_summary(&mut tally, &line);
    }
    let status = child.wait()?;
    if !status.success() && tally.failed == 0 {
        bail!("{what} failed ({status})");
    }
    ensure!(tally.passed + tally.failed > 0, "{what} ran no test");
    Ok(tally)
}

/// Understands cargo's `test result: ok. 3 passed; 0 failed; 1 ignored; ...` and node's `# pass 3`.
fn add_summary(tally: &mut Tally, line: &str) {
    let words: Vec<_> = line
        .split([' ', ';'])
        .filter(|word| !word.is_empty())
        .collect();
    let (cargo, node) = (
        line.starts_with("test result:"),
        matches!(words.first(), Some(&("#" | "ℹ"))),
    );
    for pair in words.windows(2) {
        let (count, name) = match pair {
            [count, name] if cargo => (count.parse::<u64>(), *name),
            [name, count] if node && words.len() == 3 => (count.parse::<u64>(), *name),
            _ => continue,
        };
        let Ok(count) = count else { continue };
        match name {
            "passed" | "pass" => tally.passed += count,
            "failed" | "fail" | "cancelled" => tally.failed += count,
            "ignored" | "skipped" | "todo" => tally.skipped += count,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_up_the_summaries_of_both_runners() {
        let mut tally = Tally::default();
        let lines = [
            "test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 5 filtered out; finished in 0.10s",
            "ℹ tests 9",
            "ℹ pass 4",
            "# fail 2",
            "ℹ cancelled 1",
            "ℹ skipped 1",
            "# pass 7 of 8",
            "10 passed",
        ];
        for line in lines {
            add_summary(&mut tally, line);
        }
        assert_eq!(tally.to_string(), "7 passed, 4 failed, 3 skipped");
    }
}
