//! Histories of transactions: serializability.

use crate::Judgement;
use crate::options::{Consistency, Model, Options};
use distsys::draw::cycle;
use distsys::formats::words::{Transactions, transactions};
use distsys::formats::{Datum, FormatError, Log};
use distsys::txn::{
    self, Action, Anomaly, Level, Outcome, Store, Transaction, Verdict, check, explain,
};

/// Judges the transactions of a log.
pub(crate) fn judge(log: &Log, options: &Options) -> Result<Judgement, FormatError> {
    let store = match options.model {
        Model::ListAppend => Store::Lists,
        _ => Store::Registers,
    };
    let (level, promise) = match options.consistency {
        Consistency::StrictSerializable => (Level::StrictSerializable, "strictly serializable"),
        _ => (Level::Serializable, "serializable"),
    };
    let Transactions { transactions, lines } = transactions(store, log)?;
    let steps = options.budget.unwrap_or(txn::STEPS);
    let verdict = check(store, level, &transactions, steps).map_err(|ambiguous| {
        let [first, second] = ambiguous.writers.map(|writer| lines[writer]);
        let (key, value) = (&ambiguous.key, &ambiguous.value);
        let reason = format!(
            "{value} is written to {key} a second time, after line {first}: which of them a read saw cannot be told"
        );
        FormatError::new(second, reason)
    })?;
    let mut words = explain(store, promise, &verdict, call);
    if let Verdict::NotSerializable(anomaly) = &verdict {
        for index in txn::involved(anomaly) {
            let written = written(store, &transactions[index]);
            words += &format!("{}, line {}: {written}\n", call(index), lines[index]);
        }
    }
    let svg = match &verdict {
        Verdict::NotSerializable(anomaly) => picture(store, promise, &transactions, anomaly),
        _ => None,
    };
    let verdict = match verdict {
        Verdict::Serializable(_) => Some(true),
        Verdict::NotSerializable(_) => Some(false),
        Verdict::NotDecided(_) => None,
    };
    Ok(Judgement { words, verdict, svg })
}

/// The cycle as a picture, if it is one.
fn picture(
    store: Store,
    promise: &str,
    transactions: &[Transaction<Datum, Datum>],
    anomaly: &Anomaly<Datum, Datum>,
) -> Option<String> {
    let Anomaly::Cycle(edges) = anomaly else { return None };
    let title = format!("not {promise}: {}", txn::name(anomaly));
    let text = |index: usize| written(store, &transactions[index]);
    Some(cycle::svg(&title, &txn::steps(store, edges, call, text)))
}

/// What to call a transaction.
fn call(index: usize) -> String {
    format!("T{}", index + 1)
}

/// A transaction as it stands in a file.
fn written(store: Store, transaction: &Transaction<Datum, Datum>) -> String {
    let actions = transaction.actions.iter().map(|action| match (action, store) {
        (Action::Read(key, content), Store::Lists) => {
            format!("[:r {key} {}]", Datum::List(content.clone()))
        }
        (Action::Read(key, content), Store::Registers) => {
            format!("[:r {key} {}]", content.first().unwrap_or(&Datum::Nil))
        }
        (Action::Write(key, value), Store::Lists) => format!("[:append {key} {value}]"),
        (Action::Write(key, value), Store::Registers) => format!("[:w {key} {value}]"),
    });
    let actions: Vec<String> = actions.collect();
    let outcome = match transaction.outcome {
        Outcome::Committed => "",
        Outcome::Aborted => " (failed)",
        Outcome::Unknown => " (its end is not known)",
    };
    actions.join(" ") + outcome
}
