//! The WebAssembly modules of the site, and whether they lie in pkg/.

use std::{fs, path::PathBuf};

use crate::places::root;

/// The most memory that a module may take, in bytes: 1 GiB. The linker writes it into the module, which browsers then hold to it.
pub const MEMORY_MAX: u64 = 1 << 30;

/// One build of the crate for the web.
pub struct Module {
    pub name: &'static str,
    pub features: &'static [&'static str],
    /// Minutes that it takes on two cores: the first time, and after a change of the crate.
    pub minutes: [u32; 2],
}

/// The start page's; small, and loaded first.
pub const CPU: Module = Module {
    name: "genzoo_cpu",
    features: &["toys"],
    minutes: [5, 1],
};
/// The image pages', for the CPU.
pub const IMAGES: Module = Module {
    name: "genzoo_images",
    features: &["images"],
    minutes: [1, 1],
};
/// The lab page's.
pub const LAB: Module = Module {
    name: "genzoo_lab",
    features: &["lab"],
    minutes: [1, 1],
};
/// Fetched by the page only when it has found a usable adapter.
pub const GPU: Module = Module {
    name: "genzoo_gpu",
    features: &["toys", "images", "gpu"],
    minutes: [20, 3],
};

/// In the order in which they are built.
pub const ALL: [Module; 4] = [CPU, IMAGES, LAB, GPU];

/// Where the modules lie, which is also the npm package.
pub fn pkg() -> PathBuf {
    root().join("pkg")
}

impl Module {
    /// The digest of the sources that the module in pkg/ was made from, if there is a whole one.
    pub fn made_from(&self) -> Option<String> {
        let files = [
            format!("{}.js", self.name),
            format!("{}_bg.wasm", self.name),
        ];
        let whole = files.iter().all(|file| pkg().join(file).is_file());
        fs::read_to_string(self.stamp()).ok().filter(|_| whole)
    }

    /// The file that holds this digest.
    pub fn stamp(&self) -> PathBuf {
        pkg().join(format!(".{}.stamp", self.name))
    }
}
