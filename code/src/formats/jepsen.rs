//! Jepsen's and Maelstrom's histories: a map of EDN an event.

use super::edn::Reader;
use super::{Datum, Event, Format, FormatError, Kind, Log};

/// Reads maps, one after the other or in one vector.
pub(super) fn read(text: &str) -> Result<Log, FormatError> {
    let mut reader = Reader::new(text, 1);
    let mut log = Log { format: Format::Edn, events: Vec::new(), skipped: 0 };
    loop {
        if reader.opens(b'[')? {
            read_until(b']', &mut reader, &mut log)?;
        } else if reader.opens(b'(')? {
            read_until(b')', &mut reader, &mut log)?;
        } else if reader.peek()?.is_none() {
            return Ok(log);
        } else {
            read_event(&mut reader, &mut log)?;
        }
    }
}

/// One event, as it is written.
pub(super) fn write(event: &Event) -> String {
    let Event { process, kind, f, key, value, .. } = event;
    let key = key.as_ref().map(|key| format!(":key {key}, ")).unwrap_or_default();
    format!("{{:process {process}, :type :{kind}, :f :{f}, {key}:value {value}}}")
}

fn read_until(close: u8, reader: &mut Reader, log: &mut Log) -> Result<(), FormatError> {
    while !reader.closes(close)? {
        read_event(reader, log)?;
    }
    Ok(())
}

/// The keys that an event may have.
#[derive(Default)]
struct Keys {
    process: Option<Datum>,
    kind: Option<Datum>,
    f: Option<Datum>,
    key: Option<Datum>,
    value: Option<Datum>,
}

impl Keys {
    fn slot(&mut self, key: &Datum) -> Option<&mut Option<Datum>> {
        let Datum::Keyword(name) = key else { return None };
        match name.as_str() {
            "process" => Some(&mut self.process),
            "type" => Some(&mut self.kind),
            "f" => Some(&mut self.f),
            "key" => Some(&mut self.key),
            "value" => Some(&mut self.value),
            _ => None,
        }
    }
}

fn read_event(reader: &mut Reader, log: &mut Log) -> Result<(), FormatError> {
    if !reader.opens(b'{')? {
        return reader
            .error("an event is a map: {:process 0, :type :invoke, :f :read, :value nil}");
    }
    let line = reader.line();
    let mut keys = Keys::default();
    while !reader.closes(b'}')? {
        let key = reader.datum()?;
        match keys.slot(&key) {
            Some(Some(_)) => return reader.error(format!("the key {key} stands here twice")),
            Some(slot) => *slot = Some(reader.datum()?),
            None => reader.skip()?,
        }
    }
    match keys.process {
        Some(Datum::Keyword(_)) => log.skipped += 1,
        _ => log.events.push(event(keys, line)?),
    }
    Ok(())
}

fn event(keys: Keys, line: u64) -> Result<Event, FormatError> {
    let Keys { process, kind, f, key, value } = keys;
    let missing = |name| FormatError::new(line, format!("this event has no {name}"));
    let process = process.ok_or_else(|| missing(":process"))?;
    let kind = kind.ok_or_else(|| missing(":type"))?;
    let f = f.ok_or_else(|| missing(":f"))?;
    Ok(Event {
        line,
        process: process_of(&process, line)?,
        kind: kind_of(&kind, line)?,
        f: f_of(&f, line)?,
        key: key.filter(|key| *key != Datum::Nil),
        value: value.unwrap_or(Datum::Nil),
    })
}

pub(super) fn process_of(datum: &Datum, line: u64) -> Result<u32, FormatError> {
    let number = if let Datum::Int(number) = datum { u32::try_from(*number).ok() } else { None };
    number.ok_or_else(|| {
        let what = datum.shown();
        FormatError::new(line, format!("a process is a number from 0 to {}, not {what}", u32::MAX))
    })
}

pub(super) fn kind_of(datum: &Datum, line: u64) -> Result<Kind, FormatError> {
    datum.name().and_then(Kind::named).ok_or_else(|| {
        let what = datum.shown();
        FormatError::new(line, format!("the type is :invoke, :ok, :fail or :info, not {what}"))
    })
}

pub(super) fn f_of(datum: &Datum, line: u64) -> Result<String, FormatError> {
    // As a keyword, the name must be read as the same again.
    let is_word = |name: &&str| {
        Reader::new(&format!(":{name}"), line)
            .datum()
            .is_ok_and(|read| read == Datum::Keyword(name.to_string()))
    };
    let name = datum.name().filter(is_word).map(str::to_string);
    name.ok_or_else(|| {
        let what = datum.shown();
        FormatError::new(line, format!("the name of an operation is a keyword, not {what}"))
    })
}
