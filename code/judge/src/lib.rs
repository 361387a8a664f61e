//! `cargo book check`: reads a history and says whether it is as a consistency model promises. And `cargo book replay`.
//!
//! The tool of the notebook starts these as programs of their own, compiled for speed.

mod objects;
mod options;
mod replay;
mod sessions;
mod transactions;

pub use replay::replay;

use distsys::formats::{Format, Log};
use options::{Answer, Consistency, Options};
use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write};

/// What the command says, and its exit status.
pub(crate) struct Judgement {
    /// In words.
    pub(crate) words: String,
    /// Whether the history is as promised, if that is known.
    pub(crate) verdict: Option<bool>,
    /// A picture.
    pub(crate) svg: Option<String>,
}

/// Does what the arguments ask, the name of the program first; returns the exit status.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    stdin: impl Read,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> u8 {
    let options = match Options::parse(arguments) {
        Ok(Answer::Check(options)) => options,
        Ok(Answer::Help(help)) => return told(out, &help, 0),
        Err(error) => {
            let error = format!("error: {error}; try `cargo book check --help`\n");
            return told(err, &error, UNREADABLE);
        }
    };
    match judge(&options, stdin) {
        Ok(judgement) => {
            let status = match judgement.verdict {
                Some(true) => 0,
                Some(false) => 1,
                None => 2,
            };
            told(out, &judgement.words, status)
        }
        Err(error) => told(err, &format!("error: {error}\n"), UNREADABLE),
    }
}

/// The exit status where there is nothing to judge.
const UNREADABLE: u8 = 3;

/// Says it. If nobody listens any more, so be it.
fn told(to: &mut dyn Write, text: &str, status: u8) -> u8 {
    let _ = to.write_all(text.as_bytes()).and_then(|()| to.flush());
    status
}

fn judge(options: &Options, stdin: impl Read) -> Result<Judgement, String> {
    let name = options.file.display();
    let cannot_read = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::InvalidData => format!("{name}, {error}"),
        _ => format!("cannot read {name}: {error}"),
    };
    let log = if options.file.as_os_str() == "-" {
        Log::from_reader(stdin, options.format)
    } else {
        File::open(&options.file).and_then(|file| Log::from_reader(file, options.format))
    };
    let log = log.map_err(cannot_read)?;
    let judgement = match options.consistency {
        Consistency::Linearizable | Consistency::Sequential => objects::judge(&log, options),
        Consistency::Serializable | Consistency::StrictSerializable => {
            transactions::judge(&log, options)
        }
        _ => sessions::judge(&log, options),
    };
    let mut judgement = judgement.map_err(|error| format!("{name}, {error}"))?;
    if log.skipped > 0 {
        judgement.words += &skipped(&log);
    }
    match (&options.svg, &judgement.svg) {
        (None, _) => {}
        (Some(_), None) => judgement.words += "Nothing is drawn: this verdict has no picture.\n",
        (Some(file), Some(svg)) => {
            let written = std::fs::write(file, svg);
            written.map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        }
    }
    Ok(judgement)
}

/// How much of the file was left out: more than expected may be a slip of the pen.
fn skipped(log: &Log) -> String {
    let what = match (log.format, log.skipped) {
        (Format::Edn, 1) => "1 event was".to_string(),
        (Format::Edn, number) => format!("{number} events were"),
        (_, 1) => "1 line was".to_string(),
        (_, number) => format!("{number} lines were"),
    };
    format!("{what} skipped: no operation of a process with a number.\n")
}
