//! `cargo xtask serve --watch`: tells which sources changed.

use std::{
    path::Path,
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use anyhow::{Context, Result};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::project::root;

/// Editors write a file in several strokes.
const QUIET: Duration = Duration::from_millis(200);

/// Watches as long as it lives, from its making on.
pub struct Watch {
    pub page: Changes,
    pub code: Changes,
    _watcher: RecommendedWatcher,
}

pub struct Changes(Receiver<()>);

impl Watch {
    pub fn start() -> Result<Self> {
        let (page, page_changes) = channel();
        let (code, code_changes) = channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let Ok(event) = event else { return };
            // Reading is no change: assembling reads everything.
            if matches!(event.kind, EventKind::Access(_)) {
                return;
            }
            for source in event.paths.iter().filter_map(|path| source(path)) {
                // Nobody listens any more when the command ends.
                let _ = if source == Source::Page {
                    page.send(())
                } else {
                    code.send(())
                };
            }
        })?;
        for (name, mode) in [
            ("www", RecursiveMode::Recursive),
            ("src", RecursiveMode::Recursive),
            ("", RecursiveMode::NonRecursive),
        ] {
            watcher
                .watch(&root().join(name), mode)
                .with_context(|| format!("cannot watch {name}/"))?;
        }
        Ok(Self {
            page: Changes(page_changes),
            code: Changes(code_changes),
            _watcher: watcher,
        })
    }
}

impl Changes {
    /// Calls `rebuild` after each change, for ever; a failure is shown and the old stays served.
    pub fn each(&self, rebuild: impl Fn() -> Result<()>) {
        while self.0.recv().is_ok() {
            while self.0.recv_timeout(QUIET).is_ok() {}
            match rebuild() {
                Ok(()) => println!("up to date: reload the page"),
                Err(error) => eprintln!("{error:#}"),
            }
        }
    }
}

#[derive(Debug, PartialEq)]
enum Source {
    Page,
    Code,
}

fn source(path: &Path) -> Option<Source> {
    let name = path.strip_prefix(root()).ok()?;
    if name
        .iter()
        .any(|part| part == "node_modules" || part.to_string_lossy().starts_with('.'))
    {
        return None;
    }
    match name.iter().next()?.to_str()? {
        "www" => Some(Source::Page),
        "src" | "Cargo.toml" => Some(Source::Code),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_what_a_change_concerns() {
        let of = |name: &str| source(&root().join(name));
        assert_eq!(of("www/draw/field.js"), Some(Source::Page));
        assert_eq!(of("src/lib.rs"), Some(Source::Code));
        assert_eq!(of("www/node_modules/uplot/x.js"), None);
        assert_eq!(of("src/.lib.rs.swp"), None);
        assert_eq!(of("dist/index.html"), None);
    }
}
