//! What `xtask` and the site's tools share: where things are, the modules, child processes, files. No heavy dependency:
//! everything waits for this crate.

pub mod files;
pub mod modules;
pub mod process;

use std::{
    env,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use anyhow::{Context, Result};

/// Names the checkout to programs that a command of another checkout may have replaced meanwhile.
pub const ROOT: &str = "GENZOO_ROOT";

/// The checkout.
pub fn root() -> &'static Path {
    static FOUND: OnceLock<PathBuf> = OnceLock::new();
    FOUND.get_or_init(|| {
        // What the environment says counts for more than the path at compile time: checkouts that share a target
        // directory share this program too.
        if let Some(root) = env::var_os(ROOT) {
            return root.into();
        }
        let package =
            env::var_os("CARGO_MANIFEST_DIR").unwrap_or(env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&package)
            .ancestors()
            .find(|folder| folder.join("Cargo.lock").is_file());
        root.expect("a Cargo.lock lies in the checkout").to_owned()
    })
}

/// Cargo's target directory, wherever the user's configuration puts it.
pub fn target_dir() -> Result<PathBuf> {
    if let Some(dir) = env::var_os("CARGO_TARGET_DIR") {
        return std::path::absolute(dir).context("CARGO_TARGET_DIR is not a path");
    }
    let exe = env::current_exe().context("cannot tell where this program was built")?;
    let dir = exe
        .ancestors()
        .nth(2)
        .context("this program does not lie in a target directory")?;
    Ok(dir.to_owned())
}
