//! `cargo xtask test`: every check as a named step, then one line that says how it went.

mod native;
mod scripts;
mod tally;
mod which;

use std::{
    path::{Path, PathBuf},
    process,
    time::Instant,
};

use anyhow::{Result, ensure};

use project::process::{cargo, run as run_child};

pub use scripts::strings;
pub use which::TestArgs;

use crate::{
    build::{self, BuildArgs},
    checks,
    site::Site,
};
use tally::Tally;
use which::{
    Group::{self, Browser, Js, Lint, Native, Wasm},
    Which,
};

/// How many tests are listed as the slowest.
const SLOWEST: usize = 10;

/// A step, the group it belongs to, and what it does.
type Step = (Group, &'static str, fn(&Which) -> Result<Tally>);

/// In the order in which they run: what fails fast comes first, what needs a quiet machine last.
const STEPS: [Step; 14] = [
    (Lint, "format", |_| {
        one(run_child(
            cargo()?.args(["fmt", "--all", "--check"]),
            "cargo fmt",
        ))
    }),
    (Lint, "documents", |_| one(checks::documents())),
    (Lint, "lock files", |_| one(checks::lock_files())),
    (Lint, "licences", |_| native::deny()),
    (Lint, "scripts", |_| scripts::lint()),
    (Js, "scripts in Node", scripts::pure),
    (Wasm, "modules", |_| one(build::run(&everything()))),
    (Wasm, "sizes", |_| {
        one(Site::existing(Path::new("dist"))?.check_sizes())
    }),
    (Wasm, "links of the page", |_| {
        one(Site::existing(Path::new("dist"))?.check_links())
    }),
    (Wasm, "fixtures", scripts::fixtures),
    (Native, "commands", native::commands),
    (Native, "crate", native::krate),
    (Lint, "clippy", |_| native::clippy()),
    (Browser, "browsers", |which| {
        build::run(&everything())?;
        scripts::tests(which)
    }),
];

fn everything() -> BuildArgs {
    BuildArgs {
        out: PathBuf::from("dist"),
        cpu_only: false,
    }
}

/// A check that is one test by itself.
fn one(result: Result<()>) -> Result<Tally> {
    result.map(|()| Tally::passed())
}

pub fn run(args: &TestArgs) -> Result<()> {
    let mut total = Tally::default();
    let mut lines = Vec::new();
    for (group, name, step) in STEPS {
        let Some(which) = args.of(group) else {
            continue;
        };
        println!("\n== {name}");
        let start = Instant::now();
        let tally = step(&which).and_then(|tally| {
            // A word that is asked for need not be found in every group.
            ensure!(tally.count() > 0 || !which.words.is_empty(), "no test ran");
            Ok(tally)
        });
        let tally = tally.unwrap_or_else(|error| {
            println!("{name}: {error:#}");
            Tally::failed()
        });
        lines.push(format!(
            "{name:<18} {:>6.1} s  {tally}",
            start.elapsed().as_secs_f64()
        ));
        total.add(tally);
    }
    ensure!(total.count() > 0, "no test has such a name");
    println!("\nthe slowest tests\n{}", total.clone().slowest(SLOWEST));
    println!("{}\n\n{total}", lines.join("\n"));
    if total.failed > 0 {
        // The lines above have said it all.
        process::exit(1);
    }
    Ok(())
}

/// Runs one test program of cargo's; see `native`.
pub fn timed(program: &Path, args: &[String]) -> Result<()> {
    let status = native::timed(program, args)?;
    process::exit(status.code().unwrap_or(1));
}
