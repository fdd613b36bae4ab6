//! The project's commands: `cargo xtask build | serve | test | bench`.
//! Plain Rust instead of shell scripts, so that they run wherever cargo does.

mod bench;
mod bindgen;
mod build;
mod checks;
mod install;
mod links;
mod offline;
mod package;
mod pages;
mod project;
mod serve;
mod site;
mod test;
mod toolchain;
mod watch;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Result;
use clap::{Args, Parser, Subcommand};

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
    Build(BuildArgs),
    /// Build and serve the page on 127.0.0.1; the page opens as soon as the CPU module stands
    Serve(ServeArgs),
    /// Build the GPU module once more with further features, into OUT/variant, for `bench webgpu --pkg /pkg/,/variant/`
    Variant {
        /// The site to add it to
        #[arg(long, default_value = "dist")]
        out: PathBuf,
        /// For example `fusion,autotune`
        features: String,
    },
    /// Check everything, or only the named groups
    Test {
        #[arg(value_enum)]
        groups: Vec<test::Group>,
    },
    /// List the texts of the built site that have no German translation, as lines for www/i18n/de.json
    Strings,
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

#[derive(Args)]
struct BuildArgs {
    /// Folder of the static site
    #[arg(long, default_value = "dist")]
    out: PathBuf,
    /// Leave the GPU module as it is
    #[arg(long)]
    cpu_only: bool,
}

#[derive(Args)]
struct ServeArgs {
    #[command(flatten)]
    build: BuildArgs,
    /// The next free port is taken when this one is in use
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Build again when www/ or src/ changes
    #[arg(long)]
    watch: bool,
    /// Open the page in the default browser
    #[arg(long)]
    open: bool,
    /// Serve what is there without building
    #[arg(long, conflicts_with_all = ["watch", "cpu_only"])]
    no_build: bool,
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
        Command::Build(args) => build::run(&args.out, args.cpu_only),
        Command::Serve(args) => serve::run(&args),
        Command::Variant { out, features } => build::variant(&out.join("variant"), &features),
        Command::Strings => test::strings(),
        Command::Test { groups } => test::run(&groups),
        Command::Bench { out, args } => bench::run(&out, &args),
    }
}
