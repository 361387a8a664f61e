//! Histories as Jepsen prints them: `INFO  jepsen.util - 0 :invoke :write 3`.

use super::edn::Reader;
use super::jepsen::{f_of, kind_of, process_of};
use super::{Datum, Event, Format, FormatError, Kind, Log, VALUES};

/// What stands before an event in a log.
const LOGGER: &str = "jepsen.util";

/// Reads the lines that hold events. Others, such as those of other loggers, are skipped.
pub(super) fn read(text: &str) -> Result<Log, FormatError> {
    let mut log = Log { format: Format::Log, events: Vec::new(), skipped: 0 };
    let mut values = 0;
    for (line, number) in text.lines().zip(1..) {
        match read_line(line, number)? {
            Some(event) => {
                values += event.value.size();
                log.events.push(event);
            }
            None => log.skipped += u64::from(!line.trim().is_empty()),
        }
        if values > VALUES {
            return Err(FormatError::new(number, format!("there are more than {VALUES} values")));
        }
    }
    Ok(log)
}

/// One event, as it is written. The log has no place for a key of its own.
pub(super) fn write(event: &Event) -> String {
    let Event { process, kind, f, key, value, .. } = event;
    let value = match key {
        Some(key) => format!("[{key} {value}]"),
        None => value.to_string(),
    };
    format!("INFO  {LOGGER} - {process}\t:{kind}\t:{f}\t{value}")
}

/// The event in this line, if it holds one.
fn read_line(line: &str, number: u64) -> Result<Option<Event>, FormatError> {
    let Some(told) = told(line) else { return Ok(None) };
    let wrong = |reason: String| Err(FormatError::new(number, reason));
    if let Some(kind) = told.split_whitespace().nth(1).filter(|word| is_kind(word)) {
        return wrong(format!("the type has a colon before it: :{kind}"));
    }
    let mut reader = Reader::new(told, number);
    let process = process_of(&reader.datum()?, number)?;
    let kind = kind_of(&reader.datum()?, number)?;
    let f = f_of(&reader.datum()?, number)?;
    let value = match kind {
        // What stands here is the reason, in any form: `:timed-out`, or what the driver printed.
        Kind::Fail | Kind::Info => reader.datum().unwrap_or(Datum::Nil),
        Kind::Invoke | Kind::Ok if reader.peek()?.is_none() => Datum::Nil,
        Kind::Invoke | Kind::Ok => reader.datum()?,
    };
    if matches!(kind, Kind::Invoke | Kind::Ok) && reader.peek()?.is_some() {
        let value = value.shown();
        return wrong(format!(
            "more follows after {value}: an operation has one value, as in [1 2]"
        ));
    }
    Ok(Some(Event { line: number, process, kind, f, key: None, value }))
}

/// What the line tells of an operation: from a number that a keyword follows, or a type that should
/// be one, at its beginning or after the name of the logger.
fn told(line: &str) -> Option<&str> {
    let after_logger = line.split_once(LOGGER).map(|(_, rest)| rest);
    let starts =
        [Some(line), after_logger.map(|rest| rest.trim_start_matches([' ', '\t', '-', ':']))];
    starts.into_iter().flatten().map(str::trim_start).find(|told| {
        let mut words = told.split_whitespace();
        let numbered = words.next().is_some_and(|word| word.bytes().all(|b| b.is_ascii_digit()));
        numbered && words.next().is_some_and(|word| word.starts_with(':') || is_kind(word))
    })
}

/// Whether the word is a type without its colon: a slip that would leave out an operation.
fn is_kind(word: &str) -> bool {
    Kind::named(word).is_some()
}
