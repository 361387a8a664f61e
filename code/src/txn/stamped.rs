//! Transactions with timestamps as the checker wants them, which looks at no timestamp.

use super::{Action, Level, Outcome, Store, Transaction, Verdict, check, name};
use crate::history::Operation;
use crate::service::{Key, Tx, TxResult};

/// The transactions of a history.
pub fn of_operations(operations: &[Operation<Tx, TxResult>]) -> Vec<Transaction<Key, u64>> {
    operations.iter().map(of_operation).collect()
}

fn of_operation(it: &Operation<Tx, TxResult>) -> Transaction<Key, u64> {
    let (outcome, read) = match &it.result {
        Some(TxResult::Committed { read, .. }) => (Outcome::Committed, Some(read)),
        Some(TxResult::Aborted) => (Outcome::Aborted, None),
        None => (Outcome::Unknown, None),
    };
    let reads = read.into_iter().flatten();
    let reads = reads.map(|(key, got)| Action::Read(*key, got.iter().copied().collect()));
    let mut actions: Vec<_> = reads.collect();
    if let Tx::Update { writes, .. } = &it.call {
        actions.extend(writes.iter().map(|(key, value)| Action::Write(*key, *value)));
    }
    let returned = it.returned.map(|moment| moment.position);
    Transaction { actions, outcome, invoked: it.invoked.position, returned }
}

/// What is wrong with a history of transactions that should be strictly serializable: the name of
/// the anomaly, and why, a sentence a line. None if nothing is.
pub fn anomaly(
    operations: &[Operation<Tx, TxResult>],
    steps: u64,
) -> Option<(&'static str, String)> {
    let transactions = of_operations(operations);
    match check(Store::Registers, Level::StrictSerializable, &transactions, steps) {
        Ok(Verdict::Serializable(_)) => None,
        Ok(verdict) => {
            let what = match &verdict {
                Verdict::NotSerializable(anomaly) => name::<Key, u64>(anomaly),
                _ => "not decided",
            };
            let call = |index: usize| format!("T{}", index + 1);
            let text = super::explain(Store::Registers, "strictly serializable", &verdict, call);
            Some((what, text))
        }
        Err(ambiguous) => Some(("ambiguous", format!("{ambiguous:?}"))),
    }
}
