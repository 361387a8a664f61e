//! The HTTP server: which request gets which answer.

use std::fs;
use std::io::{Cursor, Read};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::JoinHandle;

use tiny_http::{Header, Method, Request, Response, Server};

use super::evaluate::{Evaluator, Limits};
use super::guard::{Guard, Refusal, random_hex};
use super::library::CompileCrates;
use super::{files, page};

/// The most that a page may send: a snippet is far smaller.
const MAX_BODY: u64 = 256 * 1024;

type Answer = Response<Cursor<Vec<u8>>>;

/// What a server needs to know.
pub(crate) struct Setup {
    /// The port it is reached under.
    pub(crate) port: u16,
    /// The program that runs one snippet when called with [`super::EVALUATE`].
    pub(crate) helper: PathBuf,
    /// Where each program gets its private folder.
    pub(crate) scratch: PathBuf,
    /// Compiles the crates that snippets use.
    pub(crate) compile_crates: Box<CompileCrates>,
    /// What a program may use.
    pub(crate) limits: Limits,
}

/// The notebook as it is being served.
pub(crate) struct Notebook {
    guard: Guard,
    evaluator: Evaluator,
    pages: RwLock<PathBuf>,
    start: String,
    builds: AtomicU64,
}

/// Answers requests on a thread of its own for ever.
pub(crate) fn start(
    notebook: Arc<Notebook>,
    listener: TcpListener,
) -> Result<JoinHandle<()>, String> {
    let server = Server::from_listener(listener, None)
        .map_err(|error| format!("cannot start the server: {error}"))?;
    Ok(std::thread::spawn(move || {
        for request in server.incoming_requests() {
            let notebook = Arc::clone(&notebook);
            std::thread::spawn(move || notebook.handle(request));
        }
    }))
}

impl Notebook {
    /// A notebook that has no pages yet.
    pub(crate) fn new(setup: Setup) -> Result<Self, String> {
        Ok(Notebook {
            guard: Guard::new(setup.port)?,
            evaluator: Evaluator::new(setup)?,
            pages: RwLock::default(),
            start: random_hex()?,
            builds: AtomicU64::new(0),
        })
    }

    /// Serves the pages in this folder from now on; pages that are open load again.
    pub(crate) fn show(&self, pages: PathBuf) {
        *self.pages.write().unwrap_or_else(PoisonError::into_inner) = pages;
        self.builds.fetch_add(1, Ordering::SeqCst);
    }

    /// Compiles the crate that snippets use, in the background.
    pub(crate) fn prepare_library(&self) {
        self.evaluator.prepare_library();
    }

    /// Answers one request.
    fn handle(&self, mut request: Request) {
        let answer = self.answer(&mut request).unwrap_or_else(|refusal| refuse(&refusal));
        // A client that went away needs no answer.
        let _ = request.respond(secure(answer));
    }

    fn answer(&self, request: &mut Request) -> Result<Answer, Refusal> {
        self.guard.check_host(request.headers())?;
        let path = request.url().split(['?', '#']).next().unwrap_or_default().to_owned();
        match (path.as_str(), request.method()) {
            ("/evaluate.json", Method::Post) => self.evaluate(request),
            ("/evaluate.json", _) => Err(Refusal { status: 405, reason: "use POST" }),
            (path, Method::Get | Method::Head) => Ok(match path {
                "/notebook-version" => text(200, self.version()),
                path => self.file(path),
            }),
            _ => Err(Refusal { status: 405, reason: "use GET" }),
        }
    }

    /// Runs the code in the request.
    fn evaluate(&self, request: &mut Request) -> Result<Answer, Refusal> {
        self.guard.check_evaluate(request.headers())?;
        let mut body = String::new();
        request
            .as_reader()
            .take(MAX_BODY + 1)
            .read_to_string(&mut body)
            .map_err(|_| Refusal { status: 400, reason: "the request is cut off or not UTF-8" })?;
        if body.len() as u64 > MAX_BODY {
            return Err(Refusal { status: 413, reason: "the code is longer than 256 kB" });
        }
        let question = serde_json::from_str(&body)
            .map_err(|_| Refusal { status: 400, reason: "expected JSON with \"code\"" })?;
        let reply = serde_json::json!(self.evaluator.evaluate(question)).to_string();
        Ok(Response::from_string(reply).with_header(header("Content-Type", "application/json")))
    }

    /// A file of the book, or its page for what is not there.
    fn file(&self, path: &str) -> Answer {
        let pages = self.pages.read().unwrap_or_else(PoisonError::into_inner).clone();
        let (status, file) = match files::find(&pages, path) {
            Some(file) => (200, Some(file)),
            None => (404, files::find(&pages, "/404.html")),
        };
        let Some(content) = file.as_ref().and_then(|file| fs::read(file).ok()) else {
            return text(404, "There is no such page.".to_owned());
        };
        let content_type = file.as_deref().map_or("text/plain", files::content_type);
        let answer = if content_type.starts_with("text/html") {
            let html = String::from_utf8_lossy(&content);
            let page = page::dress(&html, self.guard.token(), &self.version());
            Response::from_string(page.html)
                .with_header(header("Content-Security-Policy", &page.policy))
        } else {
            Response::from_data(content)
        };
        answer.with_status_code(status).with_header(header("Content-Type", content_type))
    }

    /// Changes with every build and every start, so that no open page is out of date.
    fn version(&self) -> String {
        format!("{}-{}", self.start, self.builds.load(Ordering::SeqCst))
    }
}

fn text(status: u16, text: String) -> Answer {
    Response::from_string(text)
        .with_status_code(status)
        .with_header(header("Content-Type", "text/plain; charset=utf-8"))
}

fn refuse(refusal: &Refusal) -> Answer {
    text(refusal.status, format!("{}\n", refusal.reason))
}

/// What every answer carries, whatever it is.
fn secure(answer: Answer) -> Answer {
    let answer = answer.with_chunked_threshold(usize::MAX);
    [
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Referrer-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ]
    .into_iter()
    .fold(answer, |answer, (name, value)| answer.with_header(header(name, value)))
}

/// A header of our own making; all its characters are ASCII, so it is always well-formed.
fn header(name: &str, value: &str) -> Header {
    Header::from_bytes(name, value).unwrap_or_else(|()| unreachable!("{name}: {value}"))
}
