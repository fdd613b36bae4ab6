//! What `xtask` and the site's tools share: where things are, the modules, child processes, files. No heavy dependency:
//! everything waits for this crate.

pub mod files;
pub mod modules;
mod places;
pub mod process;

pub use places::{ROOT, root, target_dir};
