//! Which event begins an operation, and which ends it.

use super::{Event, FormatError, Kind, Log};
use std::collections::BTreeMap;

/// One operation of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair<'a> {
    /// How it began.
    pub invoke: &'a Event,
    /// Where among all events.
    pub invoked: u64,
    /// How it ended.
    pub completion: Completion<'a>,
}

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Completion<'a> {
    /// It happened, as this event tells, which stands there among all events.
    Ok(&'a Event, u64),
    /// It did not happen.
    Fail,
    /// Nobody knows.
    Unknown,
}

impl Log {
    /// The operations, in the order in which they began.
    ///
    /// A process does one thing at a time. One that does not know what came of its operation
    /// (`info`) does nothing any more, as the operation stays open: Jepsen goes on with a process
    /// of another number.
    pub fn pairs(&self) -> Result<Vec<Pair<'_>>, FormatError> {
        let mut pairs: Vec<Pair> = Vec::new();
        // Which operation each process has open, and whether it is open for ever.
        let mut open: BTreeMap<u32, (usize, Option<&Event>)> = BTreeMap::new();
        for (event, at) in self.events.iter().zip(0..) {
            let before = open.get(&event.process).copied();
            if event.kind == Kind::Invoke {
                if let Some((index, crashed)) = before {
                    return Err(still_open(event, pairs[index].invoke, crashed));
                }
                open.insert(event.process, (pairs.len(), None));
                let completion = Completion::Unknown;
                pairs.push(Pair { invoke: event, invoked: at, completion });
                continue;
            }
            let Some((index, None)) = before else { return Err(unmatched(event)) };
            let invoke = pairs[index].invoke;
            if invoke.f != event.f {
                return Err(another(event, invoke));
            }
            pairs[index].completion = match event.kind {
                Kind::Ok => Completion::Ok(event, at),
                Kind::Fail => Completion::Fail,
                Kind::Info | Kind::Invoke => Completion::Unknown,
            };
            if event.kind == Kind::Info {
                open.insert(event.process, (index, Some(event)));
            } else {
                open.remove(&event.process);
            }
        }
        Ok(pairs)
    }
}

fn still_open(event: &Event, before: &Event, crashed: Option<&Event>) -> FormatError {
    let (process, began) = (event.process, before.line);
    let reason = match crashed {
        None => format!(
            "process {process} begins an operation while that of line {began} is open: a process \
             does one thing at a time"
        ),
        Some(info) => format!(
            "process {process} begins an operation, but since line {} nobody knows what became of \
             that of line {began}: go on as another process",
            info.line
        ),
    };
    FormatError::new(event.line, reason)
}

fn unmatched(event: &Event) -> FormatError {
    let Event { process, kind, f, .. } = event;
    FormatError::new(event.line, format!("{kind} of {f}, but process {process} has nothing open"))
}

fn another(event: &Event, invoke: &Event) -> FormatError {
    let Event { process, kind, f, .. } = event;
    let (asked, line) = (&invoke.f, invoke.line);
    let reason = format!("{kind} of {f}, but process {process} asked for {asked} in line {line}");
    FormatError::new(event.line, reason)
}
