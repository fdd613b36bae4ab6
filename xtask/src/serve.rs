//! `cargo xtask serve`: the site on 127.0.0.1; what is missing is built meanwhile.

use std::{
    process::Stdio,
    sync::mpsc::{Receiver, channel},
    thread,
};

use anyhow::Result;
use clap::Args;

use project::{
    modules::{CPU, GPU, IMAGES, LAB, Module},
    process::command,
};

use crate::{
    build::{self, BuildArgs},
    site::{Server, Site},
};

/// Arguments of `serve`.
#[derive(Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub build: BuildArgs,
    /// The next free port is taken when this one is in use
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// Build again when www/ or src/ changes
    #[arg(long)]
    pub watch: bool,
    /// Open the page in the default browser
    #[arg(long)]
    pub open: bool,
    /// Serve what is there without building
    #[arg(long, conflicts_with_all = ["watch", "cpu_only"])]
    pub no_build: bool,
}

pub fn run(args: &ServeArgs) -> Result<()> {
    let site = if args.no_build {
        Site::existing(&args.build.out)?
    } else {
        let site = Site::of(&args.build.out)?;
        site.open()?;
        println!("the page opens as soon as its first module is built");
        build::module(&CPU)?;
        site.place()?;
        site
    };
    let mut server = Server::start(&site, args.port, &[], args.watch)?;
    println!("\n    genzoo: {}    (Ctrl-C stops)\n", server.url());
    if args.open {
        open(server.url());
    }
    if args.no_build {
        return server.wait();
    }
    let code = args.watch.then(|| watch(&mut server, &args.build.out));
    report(finish(&site, args, &mut server));
    let Some(code) = code else {
        // The page works without what could not be built.
        return server.wait();
    };
    each(&code, || {
        build::module(&CPU)?;
        site.assemble()?;
        finish(&site, args, &mut server)
    });
    server.wait()
}

/// What comes after the CPU module.
fn finish(site: &Site, args: &ServeArgs, server: &mut Server) -> Result<()> {
    let mut modules = vec![IMAGES, LAB];
    if !args.build.cpu_only {
        modules.push(GPU);
    }
    for module in &modules {
        let reason = format!(
            "{} is being built: this page works as soon as it is there.",
            module.name
        );
        server.explain_missing(module.name, &reason)?;
    }
    // The modules of the pages first, together: the GPU module takes longest, and every page works without it.
    let (pages, gpu) = modules.split_at(2);
    for group in [pages, gpu] {
        if let Err(error) = bring(site, group, server) {
            for module in &modules {
                let reason = format!("{} could not be built: the terminal says why.", module.name);
                server.explain_missing(module.name, &reason)?;
            }
            return Err(error);
        }
    }
    site.table()
}

/// Builds modules and puts them into the site.
fn bring(site: &Site, modules: &[Module], server: &mut Server) -> Result<()> {
    for module in modules {
        build::module(module)?;
    }
    site.assemble()?;
    for module in modules {
        server.explain_missing(module.name, "")?;
    }
    Ok(())
}

/// Assembles the site after each change of the page, beside the compiler, so that none waits for it. Tells of changes of
/// the code.
fn watch(server: &mut Server, out: &std::path::Path) -> Receiver<()> {
    let (code, code_changes) = channel();
    let (page, page_changes) = channel();
    if let Some(changes) = server.changes() {
        thread::spawn(move || {
            for change in changes {
                // The receiver is gone when the command ends.
                let _ = if change == "page" {
                    page.send(())
                } else {
                    code.send(())
                };
            }
        });
    }
    let out = out.to_owned();
    thread::spawn(move || each(&page_changes, || Site::of(&out)?.assemble()));
    code_changes
}

/// Calls `rebuild` after each change, as long as changes are told; a failure is shown and the old stays served.
fn each(changes: &Receiver<()>, mut rebuild: impl FnMut() -> Result<()>) {
    while changes.recv().is_ok() {
        while changes.try_recv().is_ok() {}
        match rebuild() {
            Ok(()) => println!("up to date: reload the page"),
            failure => report(failure),
        }
    }
}

fn report(result: Result<()>) {
    if let Err(error) = result {
        eprintln!("{error:#}");
    }
}

/// Asks the system to show the page; the address is printed anyway.
fn open(url: &str) {
    let (program, args): (_, &[&str]) = if cfg!(windows) {
        ("cmd", &["/C", "start", ""])
    } else if cfg!(target_os = "macos") {
        ("open", &[])
    } else {
        ("xdg-open", &[])
    };
    let started = command(program)
        .args(args)
        .arg(url)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if started.is_err() {
        eprintln!("no browser could be opened: please open the address above");
    }
}
