//! The tools of xtask/site, compiled when they are first needed and started as programs.

use std::{
    ffi::{OsStr, OsString},
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf, absolute},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::OnceLock,
};

use anyhow::{Context, Result, bail, ensure};

use project::{
    ROOT,
    process::{cargo, command, explain, run},
    root, target_dir,
};

use crate::install;

/// The cargo profile of these commands and tools; see Cargo.toml.
pub const PROFILE: &str = "xtask";

/// A folder that holds the site, or will.
pub struct Site {
    folder: PathBuf,
}

impl Site {
    /// The default lies in the checkout; any other folder is relative to the current one.
    pub fn of(out: &Path) -> Result<Self> {
        let folder = if out == Path::new("dist") {
            root().join(out)
        } else {
            absolute(out).context("the site needs a folder")?
        };
        Ok(Self { folder })
    }

    /// A site that is there already.
    pub fn existing(out: &Path) -> Result<Self> {
        let site = Self::of(out)?;
        ensure!(
            site.folder.join("index.html").is_file(),
            "there is no page in {}: run `cargo xtask build` first",
            site.folder.display()
        );
        Ok(site)
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Fails where the folder holds other files.
    pub fn open(&self) -> Result<()> {
        self.tool("open", "opening the site")
    }

    /// Puts the files there, uncompressed.
    pub fn place(&self) -> Result<()> {
        install::npm("www")?;
        self.tool("place", "placing the site")
    }

    /// Makes the site what the sources say.
    pub fn assemble(&self) -> Result<()> {
        install::npm("www")?;
        self.tool("assemble", "assembling the site")
    }

    /// Prints what the parts of the site weigh.
    pub fn table(&self) -> Result<()> {
        self.tool("table", "weighing the site")
    }

    /// Fails where a first visit is too heavy.
    pub fn check_sizes(&self) -> Result<()> {
        self.tool("sizes", "the check of sizes")
    }

    /// Fails where a link of the site leads nowhere.
    pub fn check_links(&self) -> Result<()> {
        self.tool("links", "the check of links")
    }

    fn tool(&self, name: &str, what: &str) -> Result<()> {
        run(tool()?.arg(name).arg(&self.folder), what)
    }
}

/// Makes the files that a page imports of a compiled module: in pkg/, with the digest of its sources.
pub fn bind(name: &str, wasm: &Path, digest: &str) -> Result<()> {
    let mut tool = tool()?;
    tool.arg("bind").arg(name).arg(wasm).arg("--digest");
    run(tool.arg(digest), &format!("binding {name}"))
}

/// The same in another folder.
pub fn bind_in(folder: &Path, name: &str, wasm: &Path) -> Result<()> {
    let mut tool = tool()?;
    tool.arg("bind").arg(name).arg(wasm).arg("--folder");
    run(tool.arg(folder), &format!("binding {name}"))
}

/// The tools, up to date.
fn tool() -> Result<Command> {
    static TOOL: OnceLock<PathBuf> = OnceLock::new();
    let program = if let Some(found) = TOOL.get() {
        found
    } else {
        TOOL.get_or_init({
            let built = build_tool()?;
            || built
        })
    };
    let mut tool = command(program);
    // The program may have been replaced by one of another checkout with the same target directory.
    tool.env(ROOT, root())
        .env("CARGO_TARGET_DIR", target_dir()?);
    Ok(tool)
}

fn build_tool() -> Result<PathBuf> {
    let program = target_dir()?
        .join(PROFILE)
        .join("site")
        .with_extension(std::env::consts::EXE_EXTENSION);
    if !program.is_file() {
        println!(
            "compiling the tools that bind, compress and serve: about a minute on two cores, once"
        );
    }
    let mut build = cargo()?;
    build.args(["build", "--profile", PROFILE, "--package", "site"]);
    if program.is_file() {
        build.arg("--quiet");
    }
    run(&mut build, "compiling xtask/site")?;
    Ok(program)
}

/// A running server. It ends with this value, and with this process.
pub struct Server {
    child: Child,
    input: ChildStdin,
    output: Option<BufReader<ChildStdout>>,
    url: String,
}

impl Server {
    /// Serves the site at `/` of this port or the next free one, and each further folder below its own path. With `watch`
    /// it tells what changes.
    pub fn start(site: &Site, port: u16, also: &[(&str, PathBuf)], watch: bool) -> Result<Self> {
        let mut tool = tool()?;
        tool.arg("serve").arg(&site.folder);
        tool.args(["--port", &port.to_string()]);
        for (path, folder) in also {
            let also = [OsStr::new(path), OsStr::new("="), folder.as_os_str()];
            tool.arg("--also")
                .arg(also.into_iter().collect::<OsString>());
        }
        if watch {
            tool.arg("--watch");
        }
        let child = tool.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.map_err(|error| explain(error, &tool, "the server"))?;
        let input = child.stdin.take().expect("stdin is piped");
        let mut output = BufReader::new(child.stdout.take().expect("stdout is piped"));
        let mut url = String::new();
        output.read_line(&mut url)?;
        ensure!(!url.is_empty(), "the server did not start");
        Ok(Self {
            child,
            input,
            output: Some(output),
            url: url.trim_end().to_owned(),
        })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Lines that say what changes, `page` or `code`; for the first caller.
    pub fn changes(&mut self) -> Option<impl Iterator<Item = String> + Send + use<>> {
        Some(self.output.take()?.lines().map_while(Result::ok))
    }

    /// Says why a module is missing; an empty reason says that it is there.
    pub fn explain_missing(&mut self, name: &str, reason: &str) -> Result<()> {
        let line = format!("{name} {reason}");
        writeln!(self.input, "{}", line.trim_end()).context("the server stopped")
    }

    /// Returns only when the server has stopped.
    pub fn wait(&mut self) -> Result<()> {
        // Its input stays open meanwhile, as it ends with that.
        bail!("the server stopped ({})", self.child.wait()?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
