//! Histories as JSON lines, our own format: one object a line.
//!
//! ```json
//! {"process":0,"type":"invoke","f":"write","value":3}
//! {"process":0,"type":"ok","f":"write","value":3}
//! ```
//!
//! | key | value |
//! | --- | --- |
//! | `process` | who: a number from 0 to 4294967295; what others do, such as `"nemesis"`, is left out |
//! | `type` | `"invoke"`, `"ok"`, `"fail"` or `"info"` |
//! | `f` | the name of the operation |
//! | `key` | the key, if the operation has one; may be left out |
//! | `value` | the argument or the result; `null` may be left out |
//!
//! A line has at most 4 MiB. Any other key is an error, so that a slip of the pen is not taken for a read of nothing. Blank
//! lines are skipped.
//!
//! Values are `null`, truth values, whole numbers of 64 bits, texts and arrays. What EDN has beyond
//! them stands in `{"edn": "#{1 2}"}`. A keyword is a text with a colon, `":a"`; a text that itself
//! begins with a colon gets one more, `"::a"`.

use super::edn::Reader;
use super::jepsen::{f_of, process_of};
use super::{Datum, Event, Format, FormatError, Kind, Log, VALUES};
use serde::Deserialize;
use serde_json::{Value, json};

/// As many bytes may a line have: what JSON says takes more memory than its text.
const LINE: usize = 4 << 20;

/// An event as the format has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    process: Value,
    #[serde(rename = "type")]
    kind: String,
    f: String,
    key: Option<Value>,
    #[serde(default)]
    value: Value,
}

/// Reads one object a line.
pub(super) fn read(text: &str) -> Result<Log, FormatError> {
    let mut log = Log { format: Format::Json, events: Vec::new(), skipped: 0 };
    let mut values = 0;
    for (line, number) in text.lines().zip(1..) {
        if line.trim().is_empty() {
            continue;
        }
        let Some(event) = read_line(line, number)? else {
            log.skipped += 1;
            continue;
        };
        values += event.value.size();
        if values > VALUES {
            return Err(FormatError::new(number, format!("there are more than {VALUES} values")));
        }
        log.events.push(event);
    }
    Ok(log)
}

/// One event, as it is written.
pub(super) fn write(event: &Event) -> String {
    let f = Value::from(event.f.as_str());
    let key = event.key.as_ref().map(|key| format!("\"key\":{},", value_of(key)));
    let (process, kind, value) = (event.process, event.kind, value_of(&event.value));
    let key = key.unwrap_or_default();
    format!("{{\"process\":{process},\"type\":\"{kind}\",\"f\":{f},{key}\"value\":{value}}}")
}

/// The event in this line, if it is one of a process with a number.
fn read_line(line: &str, number: u64) -> Result<Option<Event>, FormatError> {
    let wrong = |reason: String| FormatError::new(number, reason);
    if line.len() > LINE {
        return Err(wrong(format!("the line has more than {} MiB", LINE >> 20)));
    }
    if !line.trim_start().starts_with('{') {
        return Err(wrong("each line is to be one JSON object".to_string()));
    }
    let read: Line = serde_json::from_str(line).map_err(|error| wrong(in_words(&error)))?;
    if is_name(&read.process) {
        return Ok(None);
    }
    let kind = Kind::named(&read.kind);
    let kind = kind.ok_or_else(|| {
        let what = Datum::Text(read.kind).shown();
        wrong(format!("the type is \"invoke\", \"ok\", \"fail\" or \"info\", not {what}"))
    })?;
    let key = read.key.map(|key| datum_of(key, number)).transpose()?;
    Ok(Some(Event {
        line: number,
        process: process_of(&datum_of(read.process, number)?, number)?,
        kind,
        f: f_of(&Datum::Text(read.f), number)?,
        key: key.filter(|key| *key != Datum::Nil),
        value: datum_of(read.value, number)?,
    }))
}

/// Whether a process has a name instead of a number.
fn is_name(process: &Value) -> bool {
    process.as_str().is_some_and(|name| name.starts_with(|c: char| c == ':' || c.is_alphabetic()))
}

/// What serde says, without the line within this line.
fn in_words(error: &serde_json::Error) -> String {
    let said = error.to_string();
    let (what, column) = (said.rsplit_once(" at line "), error.column());
    format!("{} (at character {column} of the line)", what.map_or(said.as_str(), |(what, _)| what))
}

/// A value of JSON; serde has seen to it that it is not nested too deep.
fn datum_of(value: Value, line: u64) -> Result<Datum, FormatError> {
    match value {
        Value::Null => Ok(Datum::Nil),
        Value::Bool(truth) => Ok(Datum::Bool(truth)),
        Value::Number(number) => number.as_i64().map(Datum::Int).ok_or_else(|| {
            let reason = format!(
                "{number} is no whole number of 64 bits: write it as {{\"edn\": \"{number}\"}}"
            );
            FormatError::new(line, reason)
        }),
        Value::String(text) => text_of(text, line),
        Value::Array(parts) => {
            let parts = parts.into_iter().map(|part| datum_of(part, line));
            parts.collect::<Result<_, _>>().map(Datum::List)
        }
        Value::Object(object) => match object.get("edn") {
            Some(Value::String(text)) if object.len() == 1 => edn_of(text, line),
            _ => Err(FormatError::new(line, "a value may be an object only as {\"edn\": \"…\"}")),
        },
    }
}

fn text_of(text: String, line: u64) -> Result<Datum, FormatError> {
    if text.starts_with("::") {
        Ok(Datum::Text(text[1..].to_string()))
    } else if text.starts_with(':') {
        edn_of(&text, line)
    } else {
        Ok(Datum::Text(text))
    }
}

/// The one value that stands in `text` as EDN.
fn edn_of(text: &str, line: u64) -> Result<Datum, FormatError> {
    let mut reader = Reader::new(text, line);
    let datum = reader.datum();
    match (datum, reader.peek()) {
        (Ok(datum), Ok(None)) => Ok(datum),
        (Err(error), _) | (_, Err(error)) => Err(FormatError::new(line, error.reason)),
        (Ok(_), Ok(Some(_))) => {
            Err(FormatError::new(line, "there is more than one value in one text of EDN"))
        }
    }
}

fn value_of(datum: &Datum) -> Value {
    match datum {
        Datum::Nil => Value::Null,
        Datum::Bool(truth) => Value::from(*truth),
        Datum::Int(number) => Value::from(*number),
        Datum::Text(text) if text.starts_with(':') => Value::from(format!(":{text}")),
        Datum::Text(text) => Value::from(text.as_str()),
        Datum::Keyword(_) => Value::from(datum.to_string()),
        Datum::List(parts) => parts.iter().map(value_of).collect(),
        Datum::Set(_) | Datum::Map(_) | Datum::Other(_) => json!({ "edn": datum.to_string() }),
    }
}
