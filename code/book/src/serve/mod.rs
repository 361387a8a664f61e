//! `cargo book serve`: the notebook on this machine, with live reload and Run buttons.
//!
//! The server runs whatever code its pages send, so it takes care who may send any: it listens on
//! 127.0.0.1 only, and [`guard`] turns away every page but its own. A program runs in a process of
//! its own ([`sandbox`]) with limits on time, memory and output, and leaves no child behind.

mod evaluate;
mod files;
mod guard;
mod library;
mod page;
mod processes;
mod sandbox;
mod server;
mod watch;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use oxhttp::ListeningServer;
use watch::Builder;

pub(crate) use evaluate::Limits;
pub(crate) use library::CompileCrates;
pub(crate) use sandbox::evaluate_in_this_process;
pub(crate) use server::{Notebook, Setup, start};

/// The first port to try when none is asked for: the one of `mdbook serve`.
const DEFAULT_PORT: u16 = 3000;
/// How many ports after it are tried when it is taken.
const PORTS_TO_TRY: u16 = 20;
/// The hidden command by which the server starts itself again to run one program.
pub(crate) const EVALUATE: &str = "evaluate-in-this-process";

/// Builds the pages into a folder.
pub(crate) type BuildPages = dyn Fn(&Path) -> Result<(), String> + Send + Sync;

/// What `cargo book serve` was asked to do, and how it is done.
pub(crate) struct Options {
    /// The port to listen on; without one, the first free port from 3000.
    pub(crate) port: Option<u16>,
    /// Whether to open the page in a browser.
    pub(crate) open: bool,
    /// The folder with book.toml.
    pub(crate) root: PathBuf,
    /// Where to put what is built.
    pub(crate) target: PathBuf,
    /// Builds the pages.
    pub(crate) build_pages: Box<BuildPages>,
    /// Compiles the crates that snippets use.
    pub(crate) compile_crates: Box<CompileCrates>,
}

/// Builds and serves the notebook until it is interrupted.
pub(crate) fn run(options: Options) -> Result<(), String> {
    let helper = std::env::current_exe()
        .map_err(|error| format!("cannot find the program that is running: {error}"))?;
    let scratch = options.target.join("snippets");
    let compile_crates: Arc<CompileCrates> = options.compile_crates.into();
    // Listening comes first: then the port is this server's own while it builds.
    let (notebook, server) = listen(options.port, &|port| {
        let (helper, scratch) = (helper.clone(), scratch.clone());
        let compile_crates = Arc::clone(&compile_crates);
        Notebook::new(Setup { port, helper, scratch, compile_crates, limits: Limits::default() })
    })?;
    println!("Building the notebook …");
    // The folders are this port's own: a second server must not disturb the first.
    let folder = options.target.join("serve").join(format!("port-{}", notebook.port()));
    let mut builder = Builder::new(&folder, options.build_pages);
    notebook.show(builder.build()?);

    let address = format!("http://127.0.0.1:{}/", notebook.port());
    println!("The notebook is at {address} (Ctrl-C ends it).");
    if options.open {
        open_browser(&address);
    }
    notebook.prepare_library();
    let root = options.root;
    std::thread::spawn(move || watch::rebuild_on_change(&root, &mut builder, &notebook));
    server.join().map_err(|error| format!("the server stopped: {error}"))
}

/// Serves on the port asked for, or on the first free one.
fn listen(
    port: Option<u16>,
    notebook: &dyn Fn(u16) -> Result<Notebook, String>,
) -> Result<(Arc<Notebook>, ListeningServer), String> {
    if let Some(port) = port {
        // As elsewhere, 0 stands for any free port.
        let port = if port == 0 { free_port().unwrap_or(0) } else { port };
        let notebook = Arc::new(notebook(port)?);
        let server = start(&notebook).map_err(|error| {
            format!(
                "cannot listen on port {port}: {error}; choose another with --port, or leave it out"
            )
        })?;
        return Ok((notebook, server));
    }
    for port in DEFAULT_PORT..=DEFAULT_PORT + PORTS_TO_TRY {
        let notebook = Arc::new(notebook(port)?);
        if let Ok(server) = start(&notebook) {
            if port != DEFAULT_PORT {
                println!("Port {DEFAULT_PORT} is taken: using {port}.");
            }
            return Ok((notebook, server));
        }
    }
    let last = DEFAULT_PORT + PORTS_TO_TRY;
    Err(format!("the ports {DEFAULT_PORT} to {last} are all taken; choose one with --port"))
}

/// A port that is free now.
pub(crate) fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

/// Opens the system's browser where there is one; where there is none, the printed address does.
fn open_browser(address: &str) {
    use std::process::{Command, Stdio};
    let has_screen =
        ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    let mut command = if cfg!(target_os = "windows") {
        let mut command = Command::new("rundll32");
        command.arg("url.dll,FileProtocolHandler");
        command
    } else if cfg!(target_os = "macos") {
        Command::new("open")
    } else if has_screen {
        Command::new("xdg-open")
    } else {
        return;
    };
    command.arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Ok(mut browser) = command.spawn() {
        std::thread::spawn(move || browser.wait());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listen_on(port: Option<u16>) -> Result<(Arc<Notebook>, ListeningServer), String> {
        listen(port, &|port| {
            Notebook::new(Setup {
                port,
                helper: PathBuf::new(),
                scratch: std::env::temp_dir(),
                compile_crates: Arc::new(|| Ok(Vec::new())),
                limits: Limits::default(),
            })
        })
    }

    #[test]
    fn a_second_start_uses_another_port() {
        let (one, two) = (listen_on(None).unwrap(), listen_on(None).unwrap());
        assert_ne!(one.0.port(), two.0.port());
    }

    #[test]
    fn a_taken_port_is_an_error_only_for_who_asked_for_it() {
        let (taken, _server) = listen_on(None).unwrap();
        let error = listen_on(Some(taken.port())).err().unwrap();
        let port = format!("port {}", taken.port());
        assert!(error.contains(&port) && error.contains("--port"), "{error}");
        assert!(listen_on(None).is_ok());
    }
}
