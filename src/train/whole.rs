//! Files written whole: a place holds the old or the new content, never a part of it.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf, absolute};

/// A file that is complete beside its place.
pub(super) struct Pending {
    beside: PathBuf,
    place: PathBuf,
}

impl Pending {
    /// Writes `bytes` beside `path`, and waits until they have reached the disk.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<Self, String> {
        let pending = Self::of(path)?;
        File::create(&pending.beside)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
            .map_err(|e| failed(path, &e))?;
        Ok(pending)
    }

    /// The name beside `path`.
    fn of(path: &Path) -> Result<Self, String> {
        let place = absolute(path).map_err(|e| failed(path, &e))?;
        let (folder, name) = match (place.parent(), place.file_name()) {
            (Some(folder), Some(name)) if !place.is_dir() => (folder, name),
            _ => {
                return Err(format!(
                    "\"{}\" names no file; choose a file name.",
                    path.display()
                ));
            }
        };
        let mut hidden = std::ffi::OsString::from(".");
        hidden.push(name);
        hidden.push(".new");
        let beside = folder.join(hidden);
        Ok(Self { beside, place })
    }

    /// What a kill before [`Self::commit`] has left beside `path`.
    pub(super) fn left(path: &Path) -> Option<Self> {
        Self::of(path).ok().filter(|left| left.beside.is_file())
    }

    /// Where its content is.
    pub(super) fn beside(&self) -> &Path {
        &self.beside
    }

    /// Puts it in its place.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub(super) fn commit(self) -> Result<(), String> {
        fs::rename(&self.beside, &self.place).map_err(|e| failed(&self.place, &e))?;
        // The rename itself must reach the disk; only Unix can sync a folder.
        if cfg!(unix) {
            let folder = self.place.parent().expect("a file in a folder");
            File::open(folder)
                .and_then(|f| f.sync_all())
                .map_err(|e| failed(&self.place, &e))?;
        }
        Ok(())
    }
}

fn failed(path: &Path, error: &std::io::Error) -> String {
    format!("{} could not be written: {error}.", path.display())
}

/// Writes a file so that its place holds the old or the new content, never a part of it.
///
/// # Errors
/// A sentence that names the file.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), String> {
    Pending::write(path, bytes)?.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_place_of_a_file_is_refused_with_a_sentence() {
        let here = tempfile::tempdir().unwrap();
        for (path, why) in [
            (Path::new("/"), "names no file"),
            (Path::new(".."), "names no file"),
            (Path::new(""), "could not be written"),
            (here.path(), "names no file"),
            (&here.path().join("no/such/a"), "could not be written"),
        ] {
            let told = write_whole(path, b"x").unwrap_err();
            assert!(told.contains(why) && told.ends_with('.'), "{told}");
        }
    }

    #[test]
    fn the_old_content_stays_until_the_new_one_is_whole() {
        let here = tempfile::tempdir().unwrap();
        let place = here.path().join("a");
        write_whole(&place, b"old").unwrap();
        let pending = Pending::write(&place, b"new").unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"old");
        assert!(Pending::left(&place).is_some());
        pending.commit().unwrap();
        assert_eq!(fs::read(&place).unwrap(), b"new");
        assert!(Pending::left(&place).is_none());
    }
}
