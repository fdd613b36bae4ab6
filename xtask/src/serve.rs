//! `cargo xtask serve`: the site on 127.0.0.1, built behind it as far as need be.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    thread,
};

use anyhow::{Context, Result, bail};
use axum::{Router, http::HeaderValue, http::header};
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

use crate::{
    ServeArgs,
    build::{self, CPU, GPU, IMAGES, LAB},
    project::command,
    site::Site,
    watch::Watch,
};

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
    connect-src 'self'; img-src 'self' blob: data:; style-src 'self'; base-uri 'none'; form-action 'none'";
/// How many ports after the wanted one are tried.
const PORTS: u16 = 100;

pub fn run(args: &ServeArgs) -> Result<()> {
    let site = if args.no_build {
        Site::existing(&args.build.out)?
    } else {
        let site = Site::open(&args.build.out)?;
        build::module(&CPU)?;
        site.place()?;
        site
    };
    let server = Server::start(args.port, &site.folder, &[])?;
    println!("\n    genzoo: {}    (Ctrl-C stops)\n", server.url());
    if args.open {
        open(&server.url());
    }
    if args.no_build {
        return server.wait();
    }
    if !args.watch {
        // The page works without the GPU module.
        finish(&site, args).unwrap_or_else(|error| eprintln!("{error:#}"));
        return server.wait();
    }
    let watch = Watch::start()?;
    let page = watch.page;
    // Beside the compiler, so that a change of the page does not wait for it.
    let folder = site.folder.clone();
    thread::spawn(move || {
        page.each(|| {
            Site {
                folder: folder.clone(),
            }
            .assemble()
        })
    });
    finish(&site, args).unwrap_or_else(|error| eprintln!("{error:#}"));
    watch.code.each(|| {
        build::module(&CPU)?;
        site.assemble()?;
        finish(&site, args)
    });
    Ok(())
}

/// What comes after the CPU module.
fn finish(site: &Site, args: &ServeArgs) -> Result<()> {
    build::module(&IMAGES)?;
    build::module(&LAB)?;
    site.assemble()?;
    if !args.build.cpu_only {
        build::module(&GPU)?;
        site.assemble()?;
    }
    print!("{}", site.table()?);
    Ok(())
}

/// A running server; it ends with the process.
pub struct Server {
    address: SocketAddr,
    thread: thread::JoinHandle<Result<()>>,
}

impl Server {
    /// Serves the site at `/`, and each further folder below its own path.
    pub fn start(port: u16, site: &Path, folders: &[(&str, PathBuf)]) -> Result<Self> {
        let listener = listen(port)?;
        let address = listener.local_addr()?;
        let router = router(site, folders);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let thread = thread::spawn(move || {
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                axum::serve(listener, router)
                    .await
                    .context("the server stopped")
            })
        });
        Ok(Self { address, thread })
    }

    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    fn wait(self) -> Result<()> {
        self.thread
            .join()
            .unwrap_or_else(|_| bail!("the server panicked"))
    }
}

fn router(site: &Path, folders: &[(&str, PathBuf)]) -> Router {
    let set = SetResponseHeaderLayer::if_not_present;
    let policy = set(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    let mut router = Router::new()
        .fallback_service(ServeDir::new(site).precompressed_br())
        .layer(policy)
        // Public files: a page of another host, such as a notebook, may import the module.
        .layer(set(
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("*"),
        ));
    for (path, folder) in folders {
        // Pages that are not ours, such as the peers in the benchmark, do not live by our policy.
        router = router.nest_service(path, ServeDir::new(folder));
    }
    router
        .layer(set(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(set(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-cache"),
        ))
        .layer(set(
            header::VARY,
            HeaderValue::from_static("accept-encoding"),
        ))
}

/// The wanted port or the next free one, on this machine only. Port 0 is any free one.
fn listen(port: u16) -> Result<TcpListener> {
    let last = if port == 0 {
        0
    } else {
        port.saturating_add(PORTS)
    };
    for candidate in port..=last {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, candidate)) {
            Ok(listener) => {
                listener.set_nonblocking(true)?;
                return Ok(listener);
            }
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot listen on port {candidate}"));
            }
        }
    }
    bail!("no free port from {port} to {last}: choose another with --port")
}

/// Asks the system to show the page; the address is printed anyway.
fn open(url: &str) {
    let (program, args): (_, &[&str]) = if cfg!(windows) {
        ("cmd", &["/C", "start", ""])
    } else if cfg!(target_os = "macos") {
        ("open", &[])
    } else {
        ("xdg-open", &[])
    };
    let started = command(program)
        .args(args)
        .arg(url)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    if started.is_err() {
        eprintln!("no browser could be opened: please open the address above");
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        io::{Read as _, Write as _},
        net::TcpStream,
    };

    use super::*;

    /// Status line, headers and body of the answer to one raw request.
    fn get(server: &Server, path: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(server.address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n"
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("genzoo-{name}-{}", std::process::id()));
        fs::create_dir_all(folder.join("site")).unwrap();
        fs::write(folder.join("secret.txt"), "secret").unwrap();
        fs::write(folder.join("site/index.html"), "page").unwrap();
        fs::write(folder.join("site/a.js"), "script").unwrap();
        fs::write(folder.join("site/a.js.br"), "squeezed").unwrap();
        fs::write(folder.join("site/a.wasm"), "module").unwrap();
        folder
    }

    #[test]
    fn serves_types_policy_and_brotli() {
        let folder = folder("types");
        let server = Server::start(0, &folder.join("site"), &[("/more", folder.clone())]).unwrap();
        let page = get(&server, "/", "").to_lowercase();
        assert!(
            page.starts_with("http/1.1 200") && page.ends_with("page"),
            "{page}"
        );
        assert!(page.contains("content-type: text/html"), "{page}");
        assert!(
            page.contains(&format!("content-security-policy: {POLICY}")),
            "{page}"
        );
        assert!(page.contains("x-content-type-options: nosniff"), "{page}");
        assert!(page.contains("cache-control: no-cache"), "{page}");
        assert!(page.contains("access-control-allow-origin: *"), "{page}");
        assert!(get(&server, "/a.wasm", "").contains("application/wasm"));
        assert!(get(&server, "/a.js", "").ends_with("script"));
        let squeezed = get(&server, "/a.js", "Accept-Encoding: gzip, br\r\n");
        assert!(
            squeezed.ends_with("squeezed") && squeezed.contains("text/javascript"),
            "{squeezed}"
        );
        let more = get(&server, "/more/secret.txt", "").to_lowercase();
        assert!(
            more.ends_with("secret") && !more.contains("content-security-policy"),
            "{more}"
        );
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn keeps_requests_inside_the_site() {
        let folder = folder("escapes");
        let server = Server::start(0, &folder.join("site"), &[]).unwrap();
        let paths = [
            "/../secret.txt",
            "/..%2fsecret.txt",
            "/%2e%2e/secret.txt",
            "/x/..%5c..%5csecret.txt",
            "//etc/passwd",
        ];
        for path in paths {
            let answer = get(&server, path, "");
            assert!(
                answer.starts_with("HTTP/1.1 4") && !answer.contains("secret\n"),
                "{path}: {answer}"
            );
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn takes_the_next_free_port() {
        let first = listen(0).unwrap();
        let port = first.local_addr().unwrap().port();
        let second = listen(port).unwrap().local_addr().unwrap();
        assert!(second.port() > port && second.ip().is_loopback());
    }
}
