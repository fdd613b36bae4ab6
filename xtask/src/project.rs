//! Where things are, and how child processes are started.

use std::{
    env,
    ffi::OsStr,
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

use anyhow::{Context, Result, bail, ensure};

/// The checkout.
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        // What cargo says now counts for more than what it said at compile time: checkouts that share a target
        // directory share this program too.
        let own = env::var_os("CARGO_MANIFEST_DIR").unwrap_or(env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&own).parent();
        root.expect("xtask/ lies in the checkout").to_path_buf()
    })
}

/// Cargo's target directory, wherever the user's configuration puts it.
pub fn target_dir() -> Result<PathBuf> {
    if let Some(dir) = env::var_os("CARGO_TARGET_DIR") {
        return std::path::absolute(dir).context("CARGO_TARGET_DIR is not a path");
    }
    let exe = env::current_exe().context("cannot tell where xtask was built")?;
    let dir = exe
        .ancestors()
        .nth(2)
        .context("xtask does not lie in a target directory")?;
    Ok(dir.to_owned())
}

/// A command that runs in the checkout, without what `cargo run` put into our environment: a build
/// started here must find the same environment, and so the same cache, as one started by hand.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root()).stdin(Stdio::null());
    for (key, _) in env::vars_os() {
        let name = key.to_string_lossy();
        let ours = [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_BIN_",
            "CARGO_PRIMARY_",
        ];
        if ours.iter().any(|prefix| name.starts_with(prefix)) {
            command.env_remove(&key);
        }
    }
    command
}

/// The cargo that runs xtask.
pub fn cargo() -> Result<Command> {
    let mut command = command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.env("CARGO_TARGET_DIR", target_dir()?);
    Ok(command)
}

/// Runs to the end, showing the child's output.
pub fn run(command: &mut Command, what: &str) -> Result<()> {
    let status = command
        .status()
        .map_err(|error| explain(error, command, what))?;
    ensure!(status.success(), "{what} failed ({status})");
    Ok(())
}

/// Runs to the end in silence; the output of a success.
pub fn capture(command: &mut Command, what: &str) -> Result<Output> {
    let output = command
        .output()
        .map_err(|error| explain(error, command, what))?;
    if !output.status.success() {
        let reason = reason(&String::from_utf8_lossy(&output.stderr));
        bail!("{what} failed ({}): {reason}", output.status);
    }
    Ok(output)
}

/// What an installer's complaint comes to: its first lines, without chatter and addresses.
fn reason(stderr: &str) -> String {
    let chatter = ["info:", "W:", "npm warn"];
    let lines = stderr
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let lines = lines.filter(|line| !chatter.iter().any(|start| line.starts_with(start)));
    let words = lines
        .take(3)
        .flat_map(|line| line.split_whitespace().chain([";"]));
    let words: Vec<_> = words
        .map(|word| {
            if word.contains("://") {
                "(address)"
            } else {
                word
            }
        })
        .collect();
    words
        .join(" ")
        .replace(" ;", ";")
        .trim_end_matches(';')
        .to_owned()
}

pub fn explain(error: io::Error, command: &Command, what: &str) -> anyhow::Error {
    let program = command.get_program().to_string_lossy();
    match error.kind() {
        io::ErrorKind::NotFound => {
            anyhow::anyhow!("{what} needs `{program}`, which is not installed")
        }
        _ => anyhow::anyhow!("{what} could not start `{program}`: {error}"),
    }
}

/// Waits until no other xtask holds the lock of this name; ours lasts as long as the file is open.
pub fn lock(name: &str) -> Result<File> {
    let folder = target_dir()?;
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut options = File::options();
    // Not truncated: Windows refuses that for a file somebody has locked.
    let file = options
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join(name));
    let file = file.with_context(|| format!("cannot make {name}"))?;
    if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
        println!("waiting for another xtask");
        file.lock()?;
    }
    Ok(file)
}

/// Replaces a file as a whole: whoever reads it meanwhile sees the old or the new one.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".part");
    let parent = path.parent().context("a file lies in a folder")?;
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(&temporary, bytes))
        .and_then(|()| fs::rename(&temporary, path))
        .with_context(|| format!("cannot write {}", path.display()))
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_becomes_short() {
        let stderr =
            "info: syncing\n\nerror: no file\n  at https://example.org/x:\nnot found\nmore\n";
        assert_eq!(reason(stderr), "error: no file; at (address); not found");
    }
}
