//! The project's commands: `cargo xtask build | serve | test | bench`.
//! Plain Rust instead of shell scripts, so that they run wherever cargo does.

mod bench;
mod build;
mod checks;
mod install;
mod serve;
mod site;
mod test;
mod toolchain;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Builds, serves, tests and measures genzoo"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build both wasm modules and the static site, which any host serves from any sub-path
    Build(build::BuildArgs),
    /// Build and serve the page on 127.0.0.1; the page opens as soon as the CPU module is built
    Serve(serve::ServeArgs),
    /// Build the GPU module once more with further features, into OUT/variant, for `bench webgpu --pkg /pkg/,/variant/`
    Variant {
        /// The site to add it to
        #[arg(long, default_value = "dist")]
        out: PathBuf,
        /// For example `fusion,autotune`
        features: String,
    },
    /// Check everything, or only the named groups
    Test(test::TestArgs),
    /// List the texts of the built site that have no German translation, as lines for www/i18n/de.json
    Strings,
    /// Start a test program and let it say how long each of its tests takes; cargo calls this
    #[command(hide = true)]
    Timed {
        program: PathBuf,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Measure the built site against its peers in one browser run
    Bench {
        /// The site to measure
        #[arg(long, default_value = "dist")]
        out: PathBuf,
        /// Passed on to bench/run.mjs
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Build(args) => build::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Variant { out, features } => build::variant(&out.join("variant"), &features),
        Command::Strings => test::strings(),
        Command::Test(args) => test::run(&args),
        Command::Timed { program, args } => test::timed(&program, &args),
        Command::Bench { out, args } => bench::run(&out, &args),
    }
}
