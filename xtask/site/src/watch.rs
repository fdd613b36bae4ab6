//! Tells which sources changed, for `cargo xtask serve --watch`.

use std::{
    collections::BTreeSet,
    path::Path,
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use anyhow::{Context, Result};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use project::root;

/// Editors write a file in several strokes.
const QUIET: Duration = Duration::from_millis(200);

/// Watches as long as it lives.
pub struct Watch {
    changes: Receiver<Source>,
    _watcher: RecommendedWatcher,
}

impl Watch {
    /// Watches from now on.
    pub fn start() -> Result<Self> {
        let (send, changes) = channel();
        let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
            let Ok(event) = event else { return };
            // Reading is no change: assembling reads everything.
            if matches!(event.kind, EventKind::Access(_)) {
                return;
            }
            for source in event.paths.iter().filter_map(|path| source(path)) {
                // The receiver is gone when the command ends.
                let _ = send.send(source);
            }
        })?;
        for (name, mode) in [
            ("www", RecursiveMode::Recursive),
            ("src", RecursiveMode::Recursive),
            ("tex", RecursiveMode::Recursive),
            ("", RecursiveMode::NonRecursive),
        ] {
            watcher
                .watch(&root().join(name), mode)
                .with_context(|| format!("cannot watch {name}/"))?;
        }
        Ok(Self {
            changes,
            _watcher: watcher,
        })
    }

    /// Calls `tell` with what changed, once it has been quiet for a moment; for ever.
    pub fn each(&self, mut tell: impl FnMut(Source)) {
        while let Ok(first) = self.changes.recv() {
            let mut changed = BTreeSet::from([first]);
            while let Ok(more) = self.changes.recv_timeout(QUIET) {
                changed.insert(more);
            }
            changed.into_iter().for_each(&mut tell);
        }
    }
}

/// What a changed file belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
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
        "src" | "tex" | "Cargo.toml" => Some(Source::Code),
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
