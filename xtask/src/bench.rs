//! `cargo xtask bench`: the site beside its peers, served from one origin to one browser run.

use std::path::Path;

use anyhow::Result;

use project::{
    process::{command, run as run_child},
    root,
};

use crate::{
    install,
    site::{Server, Site},
};

pub fn run(out: &Path, args: &[String]) -> Result<()> {
    let site = Site::existing(out)?;
    let chromium = install::chromium()?;
    // The benchmark shares the tests' way of starting a browser.
    install::npm("tests/browser")?;
    install::npm("bench")?;
    let bench = root().join("bench");
    let folders = [
        ("/bench", bench.clone()),
        ("/node_modules", bench.join("node_modules")),
    ];
    let server = Server::start(&site, 0, &folders, false)?;
    run_child(
        command("node")
            .arg(bench.join("run.mjs"))
            .args(args)
            .env("GENZOO_URL", server.url())
            .env("GENZOO_DIST", site.folder())
            .env("GENZOO_CHROMIUM", chromium),
        "the benchmark",
    )
}
