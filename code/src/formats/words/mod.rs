//! What operations are called in files, object by object.
//!
//! | object | operations: `:f` and `:value` |
//! | --- | --- |
//! | [`Register`] | `read` `nil`, result the value; `write` `v` |
//! | [`CasRegister`] | the same, and `cas` `[from to]` |
//! | [`Map`] | `get` (or `read`) `[k nil]`, result `[k v]`; `put` (or `write`) `[k v]`; `append` `[k v]`; `cas` `[k [from to]]` |
//! | [`Queue`] | `enqueue` `v`; `dequeue` `nil`, result the value, or `nil` if the queue was empty |
//! | [`Counter`] | `read` `nil`, result the number; `add` `n` |
//! | transactions | `txn` `[[:r k nil] [:append k v] [:w k v]]`, result the same with what was read |
//! | [`Each`] of one of these | the same with `[k v]` for each value `v`: independent objects |
//!
//! A key may also stand by itself, as `:key`.

mod each;
mod map;
mod objects;
#[cfg(feature = "txn")]
mod transactions;

pub use each::has_keys;
pub use map::{Contents, contents};
#[cfg(feature = "txn")]
pub use transactions::{Transactions, transactions};

use super::{Completion, Datum, Event, FormatError, Log};
use crate::history::{Moment, Operation, Sequential};
use crate::node::Time;
use crate::service::OpId;
use std::collections::BTreeMap;

#[cfg(doc)]
use crate::history::objects::{CasRegister, Counter, Each, Map, Queue, Register};

/// An object whose operations have words in files.
pub trait Words: Sequential {
    /// What is asked, or why it makes no sense.
    fn call(&self, said: Said) -> Result<Self::Call, String>;

    /// What came of it, or why that makes no sense.
    fn result(&self, call: &Self::Call, said: Said) -> Result<Self::Return, String>;
}

/// What an event says of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said<'a> {
    /// The name of the operation.
    pub f: &'a str,
    /// The key, where it stands by itself.
    pub key: Option<&'a Datum>,
    /// The argument or the result.
    pub value: &'a Datum,
}

/// The operations of a log, as operations of an object, and where they stand in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading<C, T> {
    /// The operations; those that failed are left out.
    pub operations: Vec<Operation<C, T>>,
    /// For each, the line that begins it.
    pub lines: Vec<u64>,
}

/// The operations of the log as those of `object`.
pub fn operations<O: Words>(
    object: &O,
    log: &Log,
) -> Result<Reading<O::Call, O::Return>, FormatError> {
    let mut reading = Reading { operations: Vec::new(), lines: Vec::new() };
    let mut numbers: BTreeMap<u32, u64> = BTreeMap::new();
    for pair in log.pairs()? {
        let invoke = pair.invoke;
        let call = object.call(said(invoke));
        let call = call.map_err(|reason| FormatError::new(invoke.line, reason))?;
        let number = numbers.entry(invoke.process).or_default();
        let op = OpId { client: invoke.process, number: *number };
        *number += 1;
        let (result, returned) = match pair.completion {
            Completion::Fail => continue,
            Completion::Unknown => (None, None),
            Completion::Ok(event, at) => {
                let result = object.result(&call, said(event));
                let result = result.map_err(|reason| FormatError::new(event.line, reason))?;
                if !repeats(object, &call, event) {
                    return Err(another(event, invoke));
                }
                (Some(result), Some(moment(at)))
            }
        };
        let invoked = moment(pair.invoked);
        let operation = Operation { op, node: None, call, result, invoked, returned };
        reading.operations.push(operation);
        reading.lines.push(invoke.line);
    }
    Ok(reading)
}

/// Whether an answer is one to what was asked: it says again what was written, or nothing of it.
fn repeats<O: Words>(object: &O, call: &O::Call, event: &Event) -> bool {
    let value = event.value.pair().map_or(&event.value, |(_, value)| value);
    *value == Datum::Nil || object.call(said(event)).as_ref() == Ok(call)
}

fn another(event: &Event, invoke: &Event) -> FormatError {
    let (answer, asked, line) = (event.value.shown(), invoke.value.shown(), invoke.line);
    let reason = format!("{} of {answer}, but {asked} was asked for in line {line}", event.f);
    FormatError::new(event.line, reason)
}

fn said(event: &Event) -> Said<'_> {
    Said { f: &event.f, key: event.key.as_ref(), value: &event.value }
}

/// A history from a file has an order, but no times.
fn moment(position: u64) -> Moment {
    Moment { position, at: position as Time }
}
