//! What the site costs over the wire.

use std::fmt::Write as _;

use anyhow::{Result, ensure};

use project::modules::{CPU, GPU, IMAGES, LAB};

use crate::{
    folder::{START, Site, Size, image_page},
    links, memory,
    sources::WEIGHTS,
};

/// What a first visit may cost before the first training step, over the wire.
const FIRST_VISIT: u64 = 320_000;

/// Loaded by scripts, not by the page.
const WORKERS: [&str; 2] = ["compute/worker.js", "draw/painter.js"];

/// What the start page needs before its first step, and what the GPU module, the other pages, what is loaded when it is
/// used, and the weights add.
fn totals(site: &Site) -> Result<[(&'static str, Size); 8]> {
    let [
        mut page,
        mut cpu,
        mut gpu,
        mut images,
        mut lab,
        mut later,
        mut weights,
    ] = [Size::default(); 7];
    let mut first = links::loads(&site.folder.join(START))?;
    first.push(START.to_owned());
    first.extend(WORKERS.map(str::to_owned));
    for (name, size) in site.sizes()? {
        let group = match name.split_once('/') {
            _ if first.contains(&name) => &mut page,
            Some(("pkg", file)) if file.starts_with(GPU.name) => &mut gpu,
            Some(("pkg", file)) if file.starts_with(IMAGES.name) => &mut images,
            Some(("pkg", file)) if file.starts_with(LAB.name) => &mut lab,
            Some(("pkg", _)) => &mut cpu,
            Some((WEIGHTS, _)) => &mut weights,
            Some(("exhibits", _)) => &mut images,
            Some(("lab", _)) => &mut lab,
            _ if ["lab.html", "entries/lab.js"].contains(&name.as_str()) => &mut lab,
            None if image_page(&site.folder.join(&name))? => &mut images,
            _ => &mut later,
        };
        group.raw += size.raw;
        group.wire += size.wire;
    }
    let first = Size {
        raw: page.raw + cpu.raw,
        wire: page.wire + cpu.wire,
    };
    Ok([
        ("page", page),
        (CPU.name, cpu),
        ("first visit", first),
        (GPU.name, gpu),
        ("image pages", images),
        ("lab page", lab),
        ("on demand", later),
        (WEIGHTS, weights),
    ])
}

/// The totals as a table.
pub fn table(site: &Site) -> Result<String> {
    let mut table = format!("{:<14}{:>12}{:>12}\n", "kB", "raw", "brotli");
    for (name, size) in totals(site)? {
        let (raw, wire) = (size.raw as f64 / 1e3, size.wire as f64 / 1e3);
        writeln!(table, "{name:<14}{raw:>12.1}{wire:>12.1}")?;
    }
    Ok(table)
}

/// The first visit stays light, nothing is missing, and no module takes more memory than it may.
pub fn check(site: &Site) -> Result<()> {
    let [_, _, (_, first), (_, gpu), ..] = totals(site)?;
    ensure!(
        first.wire <= FIRST_VISIT,
        "a first visit costs {} bytes over the wire; the limit is {FIRST_VISIT}",
        first.wire
    );
    ensure!(gpu.wire > 0, "the GPU module is missing");
    memory::check(site)
}
