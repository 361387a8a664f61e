//! Histories as others write them: Jepsen's and Maelstrom's EDN, the plain log that Jepsen prints,
//! and JSON lines.
//!
//! Every format says the same: one [`Event`] after the other, in the order in which they happened.
//! A process *invokes* an operation, and what came of it is `ok` (it happened), `fail` (it
//! definitely did not) or `info` (nobody knows: it may have taken effect, may still do so, or
//! never). Times in a file are not read, its order is: clocks of different machines could not say
//! more.
//!
//! | format | one event |
//! | --- | --- |
//! | [`Format::Edn`] | `{:process 0, :type :invoke, :f :write, :value 3}`, one a line or all in one vector; other keys are skipped |
//! | [`Format::Log`] | `INFO  jepsen.util - 0 :invoke :write 3`, tabs or spaces, whatever stands before `jepsen.util`; or only `0 :invoke :write 3` |
//! | [`Format::Json`] | `{"process":0,"type":"invoke","f":"write","value":3}`, one a line (see [`json`]) |
//!
//! What an operation is called, and what its value looks like, depends on the model: see [`words`].
//! What processes do that are not numbered, such as `:nemesis`, is no operation and is left out.
//!
//! Input comes from outside, so everything has a limit: [`BYTES`], [`DEPTH`], [`VALUES`]. The EDN
//! reader is our own, because those that were tried (edn-rs 0.19, clojure-reader 0.7, edn-format
//! 3.3) overflow the stack on 200,000 brackets.

mod datum;
pub mod editing;
mod edn;
mod jepsen;
pub mod json;
mod log;
mod pairs;
pub mod words;

pub use datum::Datum;
pub use pairs::{Completion, Pair};

use std::fmt;
use std::io::{self, Read};

/// As many bytes may a file have: 256 MiB.
pub const BYTES: u64 = 256 << 20;
/// So deep may brackets be nested.
pub const DEPTH: u32 = 100;
/// So many values may the operations have in all, a list counting as one more than its parts.
pub const VALUES: u64 = 1 << 23;

/// One line of a history: a process begins an operation, or learns what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The line of the file, from 1.
    pub line: u64,
    /// Who.
    pub process: u32,
    /// What is told.
    pub kind: Kind,
    /// The name of the operation, such as `read`.
    pub f: String,
    /// The key, where it stands by itself and is not nil.
    pub key: Option<Datum>,
    /// The argument or the result, depending on the operation.
    pub value: Datum,
}

/// What an event tells of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// It begins.
    Invoke,
    /// It happened, with this result.
    Ok,
    /// It did not happen.
    Fail,
    /// It happened, will happen, or never will.
    Info,
}

/// A way to write histories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Maps of Clojure, as Jepsen and Maelstrom store them.
    Edn,
    /// Lines of text, as Jepsen prints them.
    Log,
    /// A JSON object a line.
    Json,
}

/// A history as it stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// How it was written.
    pub format: Format,
    /// What the numbered processes did, in order.
    pub events: Vec<Event>,
    /// How many lines or maps were left out: what other processes did, and what else stands in a
    /// log.
    pub skipped: u64,
}

/// Why something cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError {
    /// The line, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub reason: String,
}

impl Log {
    /// Reads all of `input`, whose format shows itself where none is given.
    pub fn from_reader(input: impl Read, format: Option<Format>) -> io::Result<Self> {
        let mut bytes = Vec::new();
        input.take(BYTES + 1).read_to_end(&mut bytes)?;
        Log::read(&bytes, format).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// Reads a history, whose format shows itself where none is given.
    pub fn read(bytes: &[u8], format: Option<Format>) -> Result<Self, FormatError> {
        let text = text_of(bytes)?;
        let format = format.unwrap_or_else(|| Format::of(text));
        let log = match format {
            Format::Edn => jepsen::read(text),
            Format::Log => log::read(text),
            Format::Json => json::read(text),
        }?;
        if log.events.is_empty() {
            let what = if text.trim().is_empty() { "is empty" } else { "holds no operation" };
            return Err(FormatError::new(1, format!("the file {what} (read as {format})")));
        }
        Ok(log)
    }

    /// The events as text in this format.
    pub fn write(&self, format: Format) -> String {
        let line = match format {
            Format::Edn => jepsen::write,
            Format::Log => log::write,
            Format::Json => json::write,
        };
        self.events.iter().map(|event| line(event) + "\n").collect()
    }
}

/// The text in `bytes`, without a byte order mark.
fn text_of(bytes: &[u8]) -> Result<&str, FormatError> {
    if bytes.len() as u64 > BYTES {
        let limit = BYTES >> 20;
        return Err(FormatError::new(1, format!("the file has more than {limit} MiB")));
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(FormatError::new(1, "the file is UTF-16: save it as UTF-8"));
    }
    let text = str::from_utf8(bytes).map_err(|error| {
        let line = line_of(bytes, error.valid_up_to());
        FormatError::new(line, "this line is not UTF-8 text")
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The line in which the byte `at` stands.
fn line_of(bytes: &[u8], at: usize) -> u64 {
    1 + bytes[..at].iter().filter(|&&byte| byte == b'\n').count() as u64
}

impl Format {
    /// How this text seems to be written.
    pub fn of(text: &str) -> Self {
        let mut marks = text.chars().filter(|c| !c.is_whitespace() && *c != ',');
        match (marks.next(), marks.next(), marks.next()) {
            (Some('{'), Some('"'), _) | (Some('['), Some('{'), Some('"')) => Format::Json,
            (Some('{' | '#' | ';'), ..)
            | (Some('[' | '('), None | Some('{' | '#' | ';' | ']' | ')'), _) => Format::Edn,
            _ => Format::Log,
        }
    }

    /// The format of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Format::Edn, Format::Log, Format::Json].into_iter().find(|one| one.to_string() == name)
    }
}

impl Kind {
    const ALL: [Kind; 4] = [Kind::Invoke, Kind::Ok, Kind::Fail, Kind::Info];

    fn named(name: &str) -> Option<Self> {
        Kind::ALL.into_iter().find(|kind| kind.to_string() == name)
    }
}

impl FormatError {
    /// An error in this line.
    pub fn new(line: u64, reason: impl Into<String>) -> Self {
        FormatError { line, reason: reason.into() }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Format::Edn => "edn",
            Format::Log => "log",
            Format::Json => "json",
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Kind::Invoke => "invoke",
            Kind::Ok => "ok",
            Kind::Fail => "fail",
            Kind::Info => "info",
        })
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.reason)
    }
}

impl std::error::Error for FormatError {}
