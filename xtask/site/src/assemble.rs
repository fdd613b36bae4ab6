//! Sources to site: every file in its place, then what the build makes of them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

use project::files::{lock, read, remove, write_whole};

use crate::{
    compress,
    exhibits::{self, Exhibit},
    folder::{Site, WEIGHTS_LIST, twin, write_made},
    offline, package, pages, scripts, sources,
};

/// Makes the folder what the sources say, touching only what differs, and the npm package with it.
pub fn assemble(site: &Site) -> Result<()> {
    let lists = place(site)?;
    package::write(site, lists)?;
    compress::all(site)
}

/// Puts the files there; the brotli twins of those that changed are gone until they are compressed. Returns what is kept
/// offline.
pub fn place(site: &Site) -> Result<offline::Lists> {
    let _alone = lock("site.lock")?;
    let exhibits = exhibits::all()?;
    let sources = sources::files(exhibits)?;
    site.keep_only(&sources)?;
    put(site, &sources, exhibits)?;
    list_weights(site, &sources)?;
    let lists = offline::lists(site)?;
    offline::write(&site.folder, &lists)?;
    Ok(lists)
}

/// Writes the files that differ from their sources.
fn put(site: &Site, sources: &BTreeMap<PathBuf, PathBuf>, exhibits: &[Exhibit]) -> Result<()> {
    let mut changed = Vec::new();
    for (name, source) in sources {
        let exhibit = exhibits.iter().find(|one| Path::new(&one.page()) == name);
        let bytes = match (exhibit, sources::page(source)) {
            (Some(exhibit), _) => {
                pages::render_exhibit(&sources::www(), exhibit, exhibits)?.into_bytes()
            }
            (None, Some((www, name))) => pages::render(www, name, exhibits)?.into_bytes(),
            (None, None) if sources::is_own_script(source) => {
                let text = String::from_utf8(read(source)?)?;
                scripts::without_comments(name, &text)?.into_bytes()
            }
            (None, None) => read(source)?,
        };
        let place = site.folder.join(name);
        if fs::read(&place).is_ok_and(|old| old == bytes) {
            continue;
        }
        remove(&twin(&place))?;
        changed.push((place, bytes));
    }
    // A module is a script and its wasm. The script leaves first and comes last, so that a page
    // loading meanwhile finds a whole module or none.
    changed.sort_by_key(|(place, _)| place.extension().is_some_and(|kind| kind == "js"));
    let modules = site.folder.join("pkg");
    for (place, _) in changed
        .iter()
        .filter(|(place, _)| place.starts_with(&modules))
    {
        remove(place)?;
    }
    for (place, bytes) in &changed {
        write_whole(place, bytes)?;
    }
    Ok(())
}

/// Says which weights there are, so that no page asks for others.
fn list_weights(site: &Site, sources: &BTreeMap<PathBuf, PathBuf>) -> Result<()> {
    let ids: Vec<_> = sources
        .keys()
        .filter(|name| name.extension().is_some_and(|kind| kind == "bpk"))
        .filter_map(|name| name.file_stem()?.to_str())
        .collect();
    write_made(
        &site.folder.join(Path::new(WEIGHTS_LIST)),
        &format!("{ids:?}\n"),
    )
}
