//! The Run button's other end: hands code to a process of its own and waits for the result.

use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::library::Library;
use super::server::Setup;

/// What a program may use. mdBook's script waits for 6 s in all, which bounds the times.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Limits {
    /// For everything: waiting for a turn, compiling, running.
    pub(crate) answer: Duration,
    /// For the program alone.
    pub(crate) run: Duration,
    /// Bytes of output.
    pub(crate) output: usize,
    /// Bytes of memory, the program and its children together.
    pub(crate) memory: u64,
    /// Processes at a time.
    pub(crate) processes: usize,
    /// Programs that run at once.
    pub(crate) running: usize,
    /// Programs that may wait for their turn.
    pub(crate) waiting: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            answer: Duration::from_millis(5500),
            run: Duration::from_secs(5),
            output: 64 * 1024,
            memory: 512 * 1024 * 1024,
            processes: 64,
            running: 2,
            waiting: 8,
        }
    }
}

/// What a page asks, in the form of the Playground. Its `version` is not heeded: there is one compiler.
#[derive(Debug, Deserialize)]
pub(super) struct Question {
    code: String,
    #[serde(default)]
    edition: String,
    #[serde(default)]
    optimize: String,
}

/// What a page is told, in the form of the Playground: all output in order, and what went wrong.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Reply {
    pub(super) result: String,
    pub(super) error: Option<String>,
}

impl Reply {
    /// A reply that there is no output, and why.
    pub(super) fn failure(reason: impl Into<String>) -> Self {
        let error = reason.into();
        Reply { result: error.clone(), error: Some(error) }
    }
}

/// One program to compile and run, as the helper process is told.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Job {
    pub(super) code: String,
    pub(super) edition: String,
    pub(super) optimize: String,
    /// The compiler's arguments that name the crates.
    pub(super) crates: Vec<String>,
    pub(super) scratch: PathBuf,
    pub(super) limits: Limits,
}

/// Runs programs, a few at a time.
pub(super) struct Evaluator {
    helper: PathBuf,
    scratch: PathBuf,
    limits: Limits,
    library: Library,
    queue: Mutex<Queue>,
    turn: Condvar,
}

#[derive(Default)]
struct Queue {
    running: usize,
    waiting: usize,
}

impl Evaluator {
    pub(super) fn new(setup: Setup) -> Result<Self, String> {
        let Setup { helper, scratch, limits, compile_crates, .. } = setup;
        fs::create_dir_all(&scratch).map_err(|error| format!("{}: {error}", scratch.display()))?;
        let scratch = fs::canonicalize(&scratch)
            .map_err(|error| format!("{}: {error}", scratch.display()))?;
        let library = Library::new(compile_crates);
        let queue = Mutex::default();
        Ok(Evaluator { helper, scratch, limits, library, queue, turn: Condvar::new() })
    }

    pub(super) fn prepare_library(&self) {
        self.library.rebuild();
    }

    /// Compiles and runs a program, when it is its turn.
    pub(super) fn evaluate(&self, question: Question) -> Reply {
        let deadline = Instant::now() + self.limits.answer;
        self.try_evaluate(question, deadline).unwrap_or_else(Reply::failure)
    }

    fn try_evaluate(&self, question: Question, deadline: Instant) -> Result<Reply, String> {
        let crates = self.library.arguments(deadline)?;
        let _turn = self.wait_for_turn(deadline)?;
        let answer = deadline.saturating_duration_since(Instant::now());
        let Question { code, edition, optimize } = question;
        let job = Job {
            code,
            edition,
            optimize,
            crates,
            scratch: self.scratch.clone(),
            limits: Limits { answer, ..self.limits.clone() },
        };
        self.run_in_helper(&job)
    }

    /// Starts this program anew as the helper for one job.
    ///
    /// The helper's standard input stays open until it is done: when the server ends, however it
    /// ends, the input does too, and the helper stops its program.
    fn run_in_helper(&self, job: &Job) -> Result<Reply, String> {
        let mut command = Command::new(&self.helper);
        command.arg(super::EVALUATE).stdin(Stdio::piped()).stdout(Stdio::piped());
        // A Ctrl-C in the terminal is for the server; the helper has to outlive it to clean up.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let lost = |error| format!("the process that runs programs failed: {error}");
        let mut helper = Running(command.spawn().map_err(lost)?);
        let mut job = serde_json::to_string(job).map_err(|error| error.to_string())?;
        job.push('\n');
        let input = helper.0.stdin.as_mut().ok_or("the helper has no input")?;
        input.write_all(job.as_bytes()).map_err(lost)?;
        let mut reply = String::new();
        let output = helper.0.stdout.as_mut().ok_or("the helper has no output")?;
        output.read_to_string(&mut reply).map_err(lost)?;
        serde_json::from_str(&reply).map_err(|_| "the process that runs programs died".to_owned())
    }

    /// Waits until fewer programs run than may; refuses when too many wait already.
    fn wait_for_turn(&self, deadline: Instant) -> Result<Turn<'_>, String> {
        let mut queue = self.queue();
        let is_busy = queue.running >= self.limits.running;
        if is_busy && queue.waiting >= self.limits.waiting {
            return Err("Too many programs are waiting: try again in a moment.".to_owned());
        }
        queue.waiting += 1;
        let left = deadline.saturating_duration_since(Instant::now());
        let (mut queue, _) = self
            .turn
            .wait_timeout_while(queue, left, |queue| queue.running >= self.limits.running)
            .unwrap_or_else(PoisonError::into_inner);
        queue.waiting -= 1;
        if queue.running >= self.limits.running {
            return Err("Other programs are running: try again in a moment.".to_owned());
        }
        queue.running += 1;
        Ok(Turn(self))
    }

    fn queue(&self) -> std::sync::MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to run one program, given back when dropped.
struct Turn<'a>(&'a Evaluator);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.queue().running -= 1;
        self.0.turn.notify_one();
    }
}

/// A helper that is waited for, however its use ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}
