//! The compiler for `wasm32-unknown-unknown`: not every toolchain has that target's standard library.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context, Result};

use project::{
    files::{read, write_whole},
    process::{capture, cargo, command},
    target_dir,
};

use crate::install;

pub const TARGET: &str = "wasm32-unknown-unknown";
const DEBIAN: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];

#[derive(Clone, Copy, PartialEq)]
pub enum WasmCompiler {
    /// The toolchain that runs xtask.
    Active,
    /// Debian's toolchain, which builds the standard library from source.
    Debian,
}

impl WasmCompiler {
    /// The compiler to use, installed if need be.
    pub fn find() -> Result<Self> {
        let memory = target_dir()?.join("wasm-compiler");
        // Another compiler would build every dependency again, so a target directory keeps its own.
        let kept = read(&memory).unwrap_or_default();
        if kept == b"debian" && install::apt_has(&DEBIAN) {
            println!("wasm compiler: Debian's, as before");
            return Ok(Self::Debian);
        }
        let (compiler, name) = Self::search()?;
        write_whole(&memory, name)?;
        Ok(compiler)
    }

    fn search() -> Result<(Self, &'static [u8])> {
        if has_target() {
            println!("wasm compiler: the active toolchain");
            return Ok((Self::Active, b"active"));
        }
        let rustup = capture(
            command("rustup").args(["target", "add", TARGET]),
            &format!("rustup target add {TARGET}"),
        );
        if rustup.is_ok() && has_target() {
            println!("wasm compiler: the active toolchain, its {TARGET} just added by rustup");
            return Ok((Self::Active, b"active"));
        }
        if !install::apt_has(&DEBIAN) {
            install::apt(&DEBIAN).with_context(|| {
                format!(
                    "no compiler for {TARGET}: `rustup target add {TARGET}` did not succeed either"
                )
            })?;
        }
        println!("wasm compiler: Debian's, its standard library built from source");
        Ok((Self::Debian, b"debian"))
    }

    /// `cargo rustc` of the library for the web; what follows `--` is for the library alone.
    pub fn build(self) -> Result<Command> {
        let mut build = match self {
            Self::Active => cargo()?,
            Self::Debian => {
                let mut build = command("/usr/bin/cargo");
                build
                    .env("CARGO_TARGET_DIR", target_dir()?)
                    .env("RUSTC", "/usr/bin/rustc")
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld-22")
                    // rustup's libraries are not this compiler's.
                    .env_remove("LD_LIBRARY_PATH")
                    .env_remove("CARGO");
                build
            }
        };
        build
            .args(["rustc", "--release", "--lib", "--target", TARGET])
            // Without simd128 the CPU engine runs scalar; a global RUSTFLAGS would displace it.
            .env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
                "-C target-feature=+simd128",
            )
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS");
        if self == Self::Debian {
            build.arg("-Zbuild-std=std,panic_abort");
        }
        Ok(build)
    }
}

/// Whether the active toolchain has a standard library for the web.
fn has_target() -> bool {
    let mut rustc = command("rustc");
    let Ok(output) = rustc
        .args(["--print", "target-libdir", "--target", TARGET])
        .output()
    else {
        return false;
    };
    let folder = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    fs::read_dir(folder).is_ok_and(|mut files| {
        files.any(|file| {
            file.is_ok_and(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
        })
    })
}
