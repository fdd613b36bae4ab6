//! How child processes are started.

use std::{
    env,
    ffi::OsStr,
    io,
    process::{Command, Output, Stdio},
};

use anyhow::{Result, bail, ensure};

use crate::{root, target_dir};

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

/// The cargo that runs `xtask`.
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

/// Why a program could not be started.
pub fn explain(error: io::Error, command: &Command, what: &str) -> anyhow::Error {
    let program = command.get_program().to_string_lossy();
    match error.kind() {
        io::ErrorKind::NotFound => {
            anyhow::anyhow!("{what} needs `{program}`, which is not installed")
        }
        _ => anyhow::anyhow!("{what} could not start `{program}`: {error}"),
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
