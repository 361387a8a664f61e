//! Transactions carried out one after the other.

use super::{Action, Outcome, Store, Transaction};
use crate::layer::Value;
use std::collections::BTreeMap;

/// Whether the transactions have their results when they are carried out in this order.
pub(super) fn fits<K: Value + Ord, V: Value + Ord>(
    store: Store,
    transactions: &[Transaction<K, V>],
    order: &[usize],
) -> bool {
    let mut state: BTreeMap<&K, Vec<&V>> = BTreeMap::new();
    order.iter().map(|&index| &transactions[index]).all(|transaction| {
        transaction.actions.iter().all(|action| match action {
            Action::Write(key, value) => {
                let content = state.entry(key).or_default();
                if store == Store::Registers {
                    content.clear();
                }
                content.push(value);
                true
            }
            // What a transaction without an end read is not known.
            Action::Read(..) if transaction.outcome != Outcome::Committed => true,
            Action::Read(key, content) => {
                state.get(key).map(Vec::as_slice).unwrap_or_default().iter().copied().eq(content)
            }
        })
    })
}
