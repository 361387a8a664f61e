//! The helper process: compiles and runs one program, and lets nothing of it outlive it.
//!
//! A process for each program has three uses. On Linux it becomes the parent of every process that
//! the program leaves behind, also of one that moved to a session of its own, so that none can
//! hide. The limits that it puts on itself hold for the program too. And it ends with its input,
//! which the server holds open, so that even a killed server leaves nothing running.
//!
//! What this is not: a protection from a program that means harm. It runs with the reader's
//! rights, may read files and use the network; so only the notebook's own pages may start one.
//! Outside Linux less is held: on macOS memory is not limited and a process that leaves its group is
//! not found; on Windows neither is memory, nor a process whose parent has ended.

use std::fs;
use std::io::{self, BufRead, PipeReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::evaluate::{Job, Limits, Reply};
use super::guard::random_hex;
use super::processes;

/// How often it is looked whether a program has ended.
const LOOK: Duration = Duration::from_millis(10);
/// How many of these looks there are for one at all its processes, which takes longer.
const LOOKS_PER_COUNT: usize = 5;
/// What the compiler may use at least: it is not the reader's doing how much that is.
const COMPILER_MEMORY: u64 = 2 * 1024 * 1024 * 1024;
const EDITIONS: [&str; 4] = ["2015", "2018", "2021", "2024"];

/// Reads a job from standard input and writes the reply to standard output.
pub(crate) fn evaluate_in_this_process() -> Result<(), String> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(|error| format!("no job: {error}"))?;
    let job: Job = serde_json::from_str(&line).map_err(|error| format!("not a job: {error}"))?;
    let cancelled = Arc::new(AtomicBool::new(false));
    cancel_at_end_of_input(Arc::clone(&cancelled));
    let reply = evaluate(&job, &cancelled).unwrap_or_else(Reply::failure);
    println!("{}", serde_json::json!(reply));
    Ok(())
}

/// Sets the flag when the server is gone.
fn cancel_at_end_of_input(cancelled: Arc<AtomicBool>) {
    thread::spawn(move || {
        let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
        cancelled.store(true, Ordering::SeqCst);
    });
}

/// Compiles the program and, if it compiles, runs it.
fn evaluate(job: &Job, cancelled: &AtomicBool) -> Result<Reply, String> {
    let deadline = Instant::now() + job.limits.answer;
    processes::adopt_orphans();
    let folder = Folder::new(&job.scratch)?;
    fs::write(folder.0.join("snippet.rs"), &job.code)
        .map_err(|error| format!("cannot write the program: {error}"))?;

    let limits = Limits { memory: job.limits.memory.max(COMPILER_MEMORY), ..job.limits.clone() };
    let compiler = Watch { who: "the compiler", limits: &limits, deadline, cancelled };
    let compiled = compiler.run(&mut compile(job, &folder.0)?)?;
    if !compiled.is_success() {
        return Ok(compiled.into_reply());
    }
    processes::limit_this_process(&job.limits);
    let deadline = deadline.min(Instant::now() + job.limits.run);
    let program = Watch { who: "the program", limits: &job.limits, deadline, cancelled };
    Ok(program.run(&mut run(&folder.0))?.into_reply())
}

/// The command that compiles `snippet.rs`; run in its folder, so that messages name it so.
fn compile(job: &Job, folder: &Path) -> Result<Command, String> {
    let edition = if job.edition.is_empty() { "2024" } else { &job.edition };
    if !EDITIONS.contains(&edition) {
        return Err(format!("there is no edition {edition:?} of Rust"));
    }
    let optimize =
        if matches!(job.optimize.as_str(), "1" | "2" | "3") { &job.optimize } else { "0" };
    let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command
        .current_dir(folder)
        .args(["snippet.rs", "--crate-name", "snippet", "-o", "snippet.exe"])
        .args(["--edition", edition, "-C"])
        .arg(format!("opt-level={optimize}"))
        .args(&job.crates);
    Ok(command)
}

/// The command that runs the program, with as little of this process's surroundings as works.
fn run(folder: &Path) -> Command {
    let mut command = Command::new(folder.join("snippet.exe"));
    command.current_dir(folder).env_clear().env("HOME", folder).env("TMPDIR", folder);
    for name in ["PATH", "SystemRoot", "TEMP", "TMP"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

/// How a process came to its end.
enum End {
    Exited(ExitStatus),
    Stopped(String),
}

/// What a process wrote and how it ended.
struct Outcome {
    who: &'static str,
    output: String,
    end: End,
}

impl Outcome {
    fn is_success(&self) -> bool {
        matches!(self.end, End::Exited(status) if status.success())
    }

    /// The output as it is, and below it what went wrong.
    fn into_reply(self) -> Reply {
        let error = match self.end {
            End::Exited(status) if status.success() => None,
            End::Exited(status) => Some(format!("{} ended with {status}", self.who)),
            End::Stopped(why) => Some(format!("stopped: {} {why}", self.who)),
        };
        let result = match &error {
            Some(error) if self.output.is_empty() => format!("[{error}]"),
            Some(error) => format!("{}\n[{error}]", self.output.trim_end()),
            None => self.output,
        };
        Reply { result, error }
    }
}

/// Looks after one process.
struct Watch<'a> {
    who: &'static str,
    limits: &'a Limits,
    deadline: Instant,
    cancelled: &'a AtomicBool,
}

impl Watch<'_> {
    /// Runs the command until it ends or has to be ended, and then ends all that it started.
    fn run(&self, command: &mut Command) -> Result<Outcome, String> {
        let failed = |error: io::Error| format!("cannot start {}: {error}", self.who);
        // One pipe for both outputs, so that they keep their order.
        let (reader, writer) = io::pipe().map_err(failed)?;
        let errors = writer.try_clone().map_err(failed)?;
        command.stdin(Stdio::null()).stdout(writer).stderr(errors);
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(command, 0);
        let mut child = command.spawn().map_err(failed)?;
        // The pipe ends when all its writing ends are closed, and the command holds two.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let output = Output::collect(reader, self.limits.output);
        let end = self.wait(&mut child, &output);
        processes::kill_all(&mut child);
        let output = output.finish();
        Ok(Outcome { who: self.who, output, end: end? })
    }

    /// Waits for the process's end, or for a reason to end it.
    fn wait(&self, child: &mut Child, output: &Output) -> Result<End, String> {
        let start = Instant::now();
        for look in 1.. {
            let status = child.try_wait().map_err(|error| format!("lost a process: {error}"))?;
            let is_time_to_count = look % LOOKS_PER_COUNT == 0;
            let stop = self.reason_to_stop(start, output);
            let stop = stop.or_else(|| is_time_to_count.then(|| self.takes_too_much())?);
            match (stop, status) {
                (Some(why), _) => return Ok(End::Stopped(why)),
                (None, Some(status)) => return Ok(End::Exited(status)),
                (None, None) => thread::sleep(LOOK),
            }
        }
        unreachable!("the looks are without end")
    }

    fn reason_to_stop(&self, start: Instant, output: &Output) -> Option<String> {
        if output.is_full.load(Ordering::SeqCst) {
            return Some(format!("wrote more than {} bytes", self.limits.output));
        }
        if self.cancelled.load(Ordering::SeqCst) {
            return Some("was left alone by the notebook's server".to_owned());
        }
        let is_late = Instant::now() >= self.deadline;
        is_late.then(|| format!("was not done after {:.1} s", start.elapsed().as_secs_f32()))
    }

    /// Whether the process and those that it started are too many or too large.
    fn takes_too_much(&self) -> Option<String> {
        let Limits { memory, processes, .. } = *self.limits;
        let family = processes::descendants();
        if family.len() > processes {
            return Some(format!("had more than {processes} processes"));
        }
        let used: u64 = family.iter().map(|process| process.memory).sum();
        (used > memory).then(|| format!("used more than {} MiB of memory", memory / (1024 * 1024)))
    }
}

/// The output of a process while it is being written, up to a limit.
struct Output {
    kept: Arc<Mutex<Vec<u8>>>,
    is_full: Arc<AtomicBool>,
    ended: Receiver<()>,
}

impl Output {
    /// Starts to read; what comes after the limit is read and thrown away.
    fn collect(mut reader: PipeReader, limit: usize) -> Self {
        let (end, ended) = mpsc::channel();
        let output = Output { kept: Arc::default(), is_full: Arc::default(), ended };
        let (kept, is_full) = (Arc::clone(&output.kept), Arc::clone(&output.is_full));
        thread::spawn(move || {
            let mut chunk = [0; 8192];
            while let Ok(length @ 1..) = reader.read(&mut chunk) {
                let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                let room = limit - kept.len();
                kept.extend_from_slice(&chunk[..length.min(room)]);
                if length > room {
                    is_full.store(true, Ordering::SeqCst);
                }
            }
            let _ = end.send(());
        });
        output
    }

    /// All that was kept. All writers are gone by now, or on some systems nearly all: a process
    /// that could not be found may hold the pipe open, so the wait for its end is bounded.
    fn finish(self) -> String {
        let _ = self.ended.recv_timeout(Duration::from_secs(1));
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&kept).into_owned()
    }
}

/// The private folder of one program, removed with all that is in it.
struct Folder(PathBuf);

impl Folder {
    fn new(scratch: &Path) -> Result<Self, String> {
        let path = scratch.join(random_hex()?);
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
