//! Transactions, as Elle has them: `:f :txn, :value [[:r x nil] [:append x 1]]`.

use super::objects::{NEVER, something};
use crate::formats::{Completion, Datum, Event, FormatError, Log};
use crate::txn::{Action, Outcome, Store, Transaction};

/// The transactions of a log, and where they stand in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transactions {
    /// The transactions.
    pub transactions: Vec<Transaction<Datum, Datum>>,
    /// For each, the line that begins it.
    pub lines: Vec<u64>,
}

/// The operations of the log as transactions on such a store.
pub fn transactions(store: Store, log: &Log) -> Result<Transactions, FormatError> {
    let mut read = Transactions { transactions: Vec::new(), lines: Vec::new() };
    for pair in log.pairs()? {
        let asked = actions(store, pair.invoke)?;
        let writes = |actions: Vec<Action<Datum, Datum>>| {
            let writes = actions.into_iter().filter(|action| matches!(action, Action::Write(..)));
            writes.collect()
        };
        let (actions, outcome, returned) = match pair.completion {
            // What was read is not known.
            Completion::Fail => (writes(asked), Outcome::Aborted, None),
            Completion::Unknown => (writes(asked), Outcome::Unknown, None),
            Completion::Ok(event, at) => {
                let done = actions(store, event)?;
                if !asked.iter().map(place).eq(done.iter().map(place)) {
                    let line = pair.invoke.line;
                    let reason = format!("this is not the transaction that began in line {line}");
                    return Err(FormatError::new(event.line, reason));
                }
                (done, Outcome::Committed, Some(at))
            }
        };
        let invoked = pair.invoked;
        read.transactions.push(Transaction { actions, outcome, invoked, returned });
        read.lines.push(pair.invoke.line);
    }
    Ok(read)
}

/// An action without what is read.
fn place(action: &Action<Datum, Datum>) -> (&Datum, Option<&Datum>) {
    match action {
        Action::Write(key, value) => (key, Some(value)),
        Action::Read(key, _) => (key, None),
    }
}

fn actions(store: Store, event: &Event) -> Result<Vec<Action<Datum, Datum>>, FormatError> {
    let wrong = |reason| FormatError::new(event.line, reason);
    if event.f != "txn" {
        let f = &event.f;
        return Err(wrong(format!(
            "a database has no operation {f}, only txn: is it another model?"
        )));
    }
    let parts = event.value.list().ok_or_else(|| {
        let what = event.value.shown();
        wrong(format!("a transaction is a list such as [[:r x nil] [:append x 1]], not {what}"))
    })?;
    parts.iter().map(|part| action(store, part).map_err(wrong)).collect()
}

fn action(store: Store, part: &Datum) -> Result<Action<Datum, Datum>, String> {
    let Some([f, key, value]) = part.list() else {
        let what = part.shown();
        return Err(format!("a part of a transaction is such as [:r x nil], not {what}"));
    };
    match (f.name(), store) {
        (Some("r" | "read"), Store::Lists) => match value {
            Datum::Nil => Ok(Action::Read(key.clone(), Vec::new())),
            Datum::List(content) => Ok(Action::Read(key.clone(), content.clone())),
            other => Err(format!("a list is read, not {}: is it rw-register?", other.shown())),
        },
        (Some("r" | "read"), Store::Registers) => match value {
            Datum::Nil => Ok(Action::Read(key.clone(), Vec::new())),
            Datum::List(_) => Err(format!("{} is a list: is it list-append?", value.shown())),
            other => Ok(Action::Read(key.clone(), vec![other.clone()])),
        },
        (Some("append"), Store::Lists) => Ok(Action::Write(key.clone(), value.clone())),
        (Some(f @ ("w" | "write")), Store::Registers) => {
            something(f, value, NEVER)?;
            Ok(Action::Write(key.clone(), value.clone()))
        }
        (_, Store::Lists) => Err(format!(
            "with lists, :r and :append are known, not {}: is it rw-register?",
            f.shown()
        )),
        (_, Store::Registers) => Err(format!(
            "with registers, :r and :w are known, not {}: is it list-append?",
            f.shown()
        )),
    }
}
