//! Histories as others write them: read, written, and refused in words.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod edn;
mod fuzz;
mod json;
mod limits;
mod log;
mod pairs;
mod round;
mod words;

use distsys::formats::{Event, Format, Log};

/// Reads a history whose format shows itself.
fn read(text: &str) -> Log {
    Log::read(text.as_bytes(), None).unwrap()
}

/// Why this cannot be read.
fn refused(text: &str, format: Format) -> String {
    Log::read(text.as_bytes(), Some(format)).unwrap_err().to_string()
}

/// Who did what, in short.
fn told(log: &Log) -> Vec<String> {
    let tell = |event: &Event| {
        let Event { line, process, kind, f, key, value } = event;
        let key = key.as_ref().map(|key| format!("{key} ")).unwrap_or_default();
        format!("{line}: {process} {kind} {f} {key}{value}")
    };
    log.events.iter().map(tell).collect()
}
