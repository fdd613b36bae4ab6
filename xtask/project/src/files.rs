//! Files that other processes may read or write at the same time.

use std::{
    fs::{self, File, TryLockError},
    io,
    path::Path,
};

use anyhow::{Context, Result};

use crate::target_dir;

/// Waits until no other process holds the lock of this name; it lasts as long as the file is open.
pub fn lock(name: &str) -> Result<File> {
    let folder = target_dir()?;
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut options = File::options();
    // Not truncated: Windows refuses that for a file that another process has locked.
    let file = options
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(name));
    let file = file.with_context(|| format!("cannot make {name}"))?;
    if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
        eprintln!("waiting for another xtask");
        file.lock()?;
    }
    Ok(file)
}

/// Replaces a file as a whole: a process that reads it meanwhile sees the old or the new one.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".part");
    let parent = path.parent().context("a file lies in a folder")?;
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(&temporary, bytes))
        .and_then(|()| fs::rename(&temporary, path))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// The bytes of a file; the error names it.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Removes a file that may not exist.
pub fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// Whether a link of a document or page leads to a file beside it.
pub fn is_relative(link: &str) -> bool {
    !link.contains("://")
        && !["mailto:", "data:", "blob:"]
            .iter()
            .any(|scheme| link.starts_with(scheme))
}
