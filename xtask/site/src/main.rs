//! The tools behind `cargo xtask` that take long to compile. It starts them; see xtask/src/site.rs.

mod assemble;
mod bindgen;
mod compress;
mod exhibits;
mod folder;
mod links;
mod memory;
mod offline;
mod package;
mod pages;
mod scripts;
mod serve;
mod sources;
mod totals;
mod watch;

use std::{
    io::{self, BufRead as _},
    path::PathBuf,
    process::{self, ExitCode},
    thread,
};

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};

use folder::Site;
use serve::{Missing, Server};
use watch::{Source, Watch};

#[derive(Parser)]
#[command(about = "Makes and serves the static site of genzoo; started by `cargo xtask`")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make the files that a page imports of a compiled module
    Bind {
        /// The module
        name: String,
        /// What the compiler made
        wasm: PathBuf,
        /// Digest of the sources, kept beside the module in pkg/
        #[arg(long, default_value = "")]
        digest: String,
        /// A folder other than pkg/
        #[arg(long)]
        folder: Option<PathBuf>,
    },
    /// Fail where a folder is not for the site to be made in
    Open { site: PathBuf },
    /// Put the files in their places, uncompressed
    Place { site: PathBuf },
    /// Make the site and the npm package what the sources say
    Assemble { site: PathBuf },
    /// Print what the parts of the site weigh
    Table { site: PathBuf },
    /// Fail where a first visit is too heavy
    Sizes { site: PathBuf },
    /// Fail where a link of the site leads nowhere
    Links { site: PathBuf },
    /// Serve the site on 127.0.0.1 until the standard input ends
    Serve(ServeArgs),
}

#[derive(Args)]
struct ServeArgs {
    site: PathBuf,
    /// The next free port is taken when this one is in use; 0 is any
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// A further folder, as PATH=FOLDER
    #[arg(long, value_parser = further)]
    also: Vec<(String, PathBuf)>,
    /// Print `page` or `code` when www/ or src/ changes
    #[arg(long)]
    watch: bool,
}

fn further(text: &str) -> Result<(String, PathBuf)> {
    let (path, folder) = text.split_once('=').context("PATH=FOLDER is needed")?;
    Ok((path.to_owned(), folder.into()))
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
        Command::Bind {
            name,
            wasm,
            digest,
            folder,
        } => bindgen::publish(&name, &wasm, folder.as_deref(), &digest),
        Command::Open { site } => Site::open(&site).map(drop),
        Command::Place { site } => assemble::place(&Site::open(&site)?).map(drop),
        Command::Assemble { site } => assemble::assemble(&Site::open(&site)?),
        Command::Table { site } => {
            print!("{}", totals::table(&Site::existing(&site)?)?);
            Ok(())
        }
        Command::Sizes { site } => totals::check(&Site::existing(&site)?),
        Command::Links { site } => {
            let site = Site::existing(&site)?;
            links::check(&site.folder, site.sizes()?.keys())
        }
        Command::Serve(args) => serve(args),
    }
}

/// Prints the address, then what changes. Each line of the input says why a module is missing: `NAME REASON`, or
/// `NAME` alone once it is there.
fn serve(args: ServeArgs) -> Result<()> {
    let site = Site::existing(&args.site)?;
    let missing = Missing::default();
    let watch = args.watch.then(Watch::start).transpose()?;
    let server = Server::start(args.port, &site.folder, &args.also, missing.clone())?;
    println!("{}", server.url());
    if let Some(watch) = watch {
        thread::spawn(move || {
            watch.each(|source| {
                println!(
                    "{}",
                    match source {
                        Source::Page => "page",
                        Source::Code => "code",
                    }
                );
            });
        });
    }
    thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            let (name, reason) = line.split_once(' ').unwrap_or((&line, ""));
            missing.set(name, reason);
        }
        // The command that started this one has ended.
        process::exit(0);
    });
    server.wait()?;
    bail!("the server stopped")
}
