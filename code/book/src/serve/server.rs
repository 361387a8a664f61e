//! The HTTP server: which request gets which answer.

use std::fs;
use std::io::{self, Read};
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use oxhttp::model::{Body, HeaderValue, Method, Request, Response, StatusCode};
use oxhttp::{ListeningServer, Server};

use super::evaluate::{Evaluator, Limits};
use super::guard::{Guard, Refusal, random_hex};
use super::library::CompileCrates;
use super::{files, page};

/// The most that a page may send: a snippet is far smaller.
const MAX_BODY: u64 = 256 * 1024;

type Answer = Response<Body>;

/// What a server needs to know.
pub(crate) struct Setup {
    /// The port it is reached under.
    pub(crate) port: u16,
    /// The program that runs one snippet when called with [`super::EVALUATE`].
    pub(crate) helper: PathBuf,
    /// Where each program gets its private folder.
    pub(crate) scratch: PathBuf,
    /// Compiles the crates that snippets use.
    pub(crate) compile_crates: Arc<CompileCrates>,
    /// What a program may use.
    pub(crate) limits: Limits,
}

/// The notebook as it is being served.
pub(crate) struct Notebook {
    port: u16,
    guard: Guard,
    evaluator: Evaluator,
    /// The folder of the pages, once they are built.
    pages: RwLock<Option<PathBuf>>,
    start: String,
    builds: AtomicU64,
}

/// Listens on the notebook's port and answers requests, each connection on a thread of its own.
pub(crate) fn start(notebook: &Arc<Notebook>) -> io::Result<ListeningServer> {
    let port = notebook.port;
    let notebook = Arc::clone(notebook);
    Server::new(move |request| notebook.handle(request)).bind((Ipv4Addr::LOCALHOST, port)).spawn()
}

impl Notebook {
    /// A notebook that has no pages yet.
    pub(crate) fn new(setup: Setup) -> Result<Self, String> {
        Ok(Notebook {
            port: setup.port,
            guard: Guard::new(setup.port)?,
            evaluator: Evaluator::new(setup)?,
            pages: RwLock::default(),
            start: random_hex()?,
            builds: AtomicU64::new(0),
        })
    }

    /// The port it is reached under.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Serves the pages in this folder from now on; pages that are open load again.
    pub(crate) fn show(&self, pages: PathBuf) {
        *self.pages.write().unwrap_or_else(PoisonError::into_inner) = Some(pages);
        self.builds.fetch_add(1, Ordering::SeqCst);
    }

    /// Compiles the crate that snippets use, in the background.
    pub(crate) fn prepare_library(&self) {
        self.evaluator.prepare_library();
    }

    /// Answers one request.
    fn handle(&self, request: &mut Request<Body>) -> Answer {
        let mut answer = self.answer(request).unwrap_or_else(|refusal| refuse(&refusal));
        if request.method() == Method::HEAD {
            *answer.body_mut() = Body::empty();
        }
        secure(answer)
    }

    fn answer(&self, request: &mut Request<Body>) -> Result<Answer, Refusal> {
        self.guard.check_host(request.headers())?;
        let is_reading = matches!(*request.method(), Method::GET | Method::HEAD);
        match request.uri().path() {
            "/evaluate.json" if request.method() == Method::POST => self.evaluate(request),
            "/evaluate.json" => Err(Refusal { status: 405, reason: "use POST" }),
            _ if !is_reading => Err(Refusal { status: 405, reason: "use GET" }),
            "/notebook-version" => Ok(text(200, self.version())),
            path => Ok(self.file(path)),
        }
    }

    /// Runs the code in the request.
    fn evaluate(&self, request: &mut Request<Body>) -> Result<Answer, Refusal> {
        self.guard.check_evaluate(request.headers())?;
        let mut body = String::new();
        request
            .body_mut()
            .take(MAX_BODY + 1)
            .read_to_string(&mut body)
            .map_err(|_| Refusal { status: 400, reason: "the request is cut off or not UTF-8" })?;
        if body.len() as u64 > MAX_BODY {
            return Err(Refusal { status: 413, reason: "the code is longer than 256 kB" });
        }
        let question = serde_json::from_str(&body)
            .map_err(|_| Refusal { status: 400, reason: "expected JSON with \"code\"" })?;
        let reply = serde_json::json!(self.evaluator.evaluate(question)).to_string();
        Ok(answer(200, "application/json", reply))
    }

    /// A file of the book, or its page for what is not there.
    fn file(&self, path: &str) -> Answer {
        let pages = self.pages.read().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(pages) = pages else {
            return text(503, "The notebook is being built: load again in a moment.\n".to_owned());
        };
        let (status, file) = match files::find(&pages, path) {
            Some(file) => (200, Some(file)),
            None => (404, files::find(&pages, "/404.html")),
        };
        let Some((file, content)) =
            file.and_then(|file| fs::read(&file).ok().map(|content| (file, content)))
        else {
            return text(404, "There is no such page.\n".to_owned());
        };
        let content_type = files::content_type(&file);
        if !content_type.starts_with("text/html") {
            return answer(status, content_type, content);
        }
        let html = String::from_utf8_lossy(&content);
        let page = page::dress(&html, self.guard.token(), &self.version());
        let mut answer = answer(status, content_type, page.html);
        set(&mut answer, "content-security-policy", &page.policy);
        answer
    }

    /// Changes with every build and every start, so that no open page is out of date.
    fn version(&self) -> String {
        format!("{}-{}", self.start, self.builds.load(Ordering::SeqCst))
    }
}

fn text(status: u16, text: String) -> Answer {
    answer(status, "text/plain; charset=utf-8", text)
}

fn refuse(refusal: &Refusal) -> Answer {
    text(refusal.status, format!("{}\n", refusal.reason))
}

fn answer(status: u16, content_type: &str, body: impl Into<Body>) -> Answer {
    let mut answer = Response::new(body.into());
    *answer.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    set(&mut answer, "content-type", content_type);
    answer
}

/// What every answer carries, whatever it is.
fn secure(mut answer: Answer) -> Answer {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("referrer-policy", "same-origin"),
        ("cache-control", "no-store"),
    ] {
        set(&mut answer, name, value);
    }
    answer
}

/// Sets a header of our own making, whose value is always ASCII.
fn set(answer: &mut Answer, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        answer.headers_mut().insert(name, value);
    }
}
