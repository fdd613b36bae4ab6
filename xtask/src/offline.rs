//! The list of files that the service worker keeps.

use std::{
    collections::BTreeSet,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use anyhow::Result;

use crate::project::{read, write_whole};

/// Its name beside the service worker.
pub const LIST: &str = "offline-files.js";

/// Writes the list of these files of `folder`, with a version that changes when any of them does.
pub fn write(folder: &Path, files: BTreeSet<PathBuf>) -> Result<()> {
    let mut version = DefaultHasher::new();
    let mut names = vec!["\"./\"".to_owned()];
    for name in files {
        read(&folder.join(&name))?.hash(&mut version);
        let name = name.to_string_lossy().replace('\\', "/");
        name.hash(&mut version);
        names.push(format!("{name:?}"));
    }
    let text = format!(
        "const VERSION = \"{:016x}\";\nconst FILES = [{}];\n",
        version.finish(),
        names.join(", ")
    );
    let place = folder.join(LIST);
    if !fs::read(&place).is_ok_and(|old| old == text.as_bytes()) {
        let _ = fs::remove_file(place.with_extension("js.br"));
        write_whole(&place, text.as_bytes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_follows_the_content() {
        let folder = std::env::temp_dir().join(format!("genzoo-offline-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let list = |text: &str| {
            fs::write(folder.join("a.js"), text).unwrap();
            write(&folder, BTreeSet::from(["a.js".into()])).unwrap();
            fs::read_to_string(folder.join(LIST)).unwrap()
        };
        let first = list("1");
        assert!(
            first.ends_with("const FILES = [\"./\", \"a.js\"];\n"),
            "{first}"
        );
        assert_eq!(list("1"), first);
        assert_ne!(list("2"), first);
        fs::remove_dir_all(folder).unwrap();
    }
}
