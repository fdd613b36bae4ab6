//! The site on 127.0.0.1.

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    thread,
};

use anyhow::{Context, Result, bail};
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use percent_encoding::percent_decode_str;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; \
    connect-src 'self'; img-src 'self' blob: data:; style-src 'self'; base-uri 'none'; form-action 'none'; \
    require-trusted-types-for 'script'; trusted-types default";
/// How many ports after the wanted one are tried.
const PORTS: u16 = 100;

/// Why modules are missing, by their names: they are still being built, or could not be.
#[derive(Clone, Default)]
pub struct Missing(Arc<Mutex<HashMap<String, String>>>);

impl Missing {
    /// Sets the reason, in one sentence; an empty one says that the module is there.
    pub fn set(&self, name: &str, reason: &str) {
        let mut reasons = self.0.lock().expect("no holder panics");
        if reason.is_empty() {
            reasons.remove(name);
        } else {
            reasons.insert(name.to_owned(), reason.to_owned());
        }
    }

    /// The reason why this path of the site is missing, if it belongs to a module.
    fn reason(&self, path: &str) -> Option<String> {
        let file = path.strip_prefix("/pkg/")?;
        let name = file.strip_suffix(".js").or(file.strip_suffix("_bg.wasm"))?;
        let reasons = self.0.lock().expect("no holder panics");
        reasons.get(name).cloned()
    }
}

/// Answers 503 with the reason, instead of 404, for a module that will be there later.
async fn say_why_missing(State(missing): State<Missing>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    match missing.reason(&path) {
        Some(reason) if response.status() == StatusCode::NOT_FOUND => (
            StatusCode::SERVICE_UNAVAILABLE,
            [(header::RETRY_AFTER, "10")],
            reason,
        )
            .into_response(),
        _ => response,
    }
}

/// Answers 404 where a link inside of the folder leads out of it: only what is in it is meant to be seen.
async fn stay_inside(State(folder): State<PathBuf>, request: Request, next: Next) -> Response {
    let path = percent_decode_str(request.uri().path()).decode_utf8_lossy();
    let asked = folder.join(path.trim_start_matches('/'));
    let twin = PathBuf::from(format!("{}.br", asked.display()));
    let leads_out = |path: PathBuf| match (path.canonicalize(), folder.canonicalize()) {
        (Ok(path), Ok(folder)) => !path.starts_with(folder),
        _ => false, // nothing is there
    };
    if leads_out(asked) || leads_out(twin) {
        return StatusCode::NOT_FOUND.into_response();
    }
    next.run(request).await
}

/// A running server; it ends with the process.
pub struct Server {
    address: SocketAddr,
    thread: thread::JoinHandle<Result<()>>,
}

impl Server {
    /// Serves the site at `/`, and each further folder below its own path.
    pub fn start(
        port: u16,
        site: &Path,
        folders: &[(String, PathBuf)],
        missing: Missing,
    ) -> Result<Self> {
        let listener = listen(port)?;
        let address = listener.local_addr()?;
        let router = router(site, folders, missing);
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

    /// Returns only when the server has stopped.
    pub fn wait(self) -> Result<()> {
        self.thread
            .join()
            .unwrap_or_else(|_| bail!("the server panicked"))
    }
}

fn router(site: &Path, folders: &[(String, PathBuf)], missing: Missing) -> Router {
    let set = SetResponseHeaderLayer::if_not_present;
    let policy = set(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    let mut router = Router::new()
        .fallback_service(ServeDir::new(site).precompressed_br())
        .layer(middleware::from_fn_with_state(
            site.to_path_buf(),
            stay_inside,
        ))
        .layer(middleware::from_fn_with_state(missing, say_why_missing))
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
        let server = Server::start(
            0,
            &folder.join("site"),
            &[("/more".into(), folder.clone())],
            Missing::default(),
        )
        .unwrap();
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
    fn says_why_a_module_is_missing() {
        let folder = folder("missing");
        fs::create_dir_all(folder.join("site/pkg")).unwrap();
        fs::write(folder.join("site/pkg/genzoo_cpu.js"), "script").unwrap();
        let missing = Missing::default();
        let server = Server::start(0, &folder.join("site"), &[], missing.clone()).unwrap();
        missing.set("genzoo_lab", "genzoo_lab is being built");
        for path in ["/pkg/genzoo_lab.js", "/pkg/genzoo_lab_bg.wasm"] {
            let answer = get(&server, path, "").to_lowercase();
            assert!(answer.starts_with("http/1.1 503"), "{answer}");
            assert!(answer.contains("retry-after: "), "{answer}");
            assert!(answer.ends_with("genzoo_lab is being built"), "{answer}");
        }
        // A module that is being built again is still served; other files are just not there.
        missing.set("genzoo_cpu", "genzoo_cpu is being built");
        assert!(get(&server, "/pkg/genzoo_cpu.js", "").ends_with("script"));
        assert!(get(&server, "/pkg/other.js", "").starts_with("HTTP/1.1 404"));
        missing.set("genzoo_lab", "");
        assert!(get(&server, "/pkg/genzoo_lab.js", "").starts_with("HTTP/1.1 404"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn keeps_requests_inside_the_site() {
        let folder = folder("escapes");
        let server = Server::start(0, &folder.join("site"), &[], Missing::default()).unwrap();
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
                answer.starts_with("HTTP/1.1 4") && !answer.ends_with("secret"),
                "{path}: {answer}"
            );
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_link_leads_nowhere_outside_of_the_site() {
        use std::os::unix::fs::symlink;
        let folder = folder("links");
        symlink(&folder, folder.join("site/out")).unwrap();
        symlink(folder.join("secret.txt"), folder.join("site/secret.txt")).unwrap();
        symlink(folder.join("secret.txt"), folder.join("site/b.js.br")).unwrap();
        fs::write(folder.join("site/b.js"), "script").unwrap();
        symlink("a.js", folder.join("site/same.js")).unwrap();
        let server = Server::start(0, &folder.join("site"), &[], Missing::default()).unwrap();
        for path in ["/secret.txt", "/out/secret.txt", "/%73ecret.txt", "/b.js"] {
            let answer = get(&server, path, "Accept-Encoding: br\r\n");
            assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
        }
        assert!(get(&server, "/same.js", "").ends_with("script"));
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
