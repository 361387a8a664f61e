//! What transactions saw of each other.

use super::{Action, Ambiguous, Anomaly, Outcome, Seen, Store, Transaction};
use crate::layer::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Who wrote what.
pub(super) struct Writes<'a, K, V> {
    /// The writer of each value, and whether it was its last to that key.
    by_value: BTreeMap<(&'a K, &'a V), (usize, bool)>,
}

/// What is left to explain: which transactions happened, and what each read that others wrote.
pub(super) struct Observed<'a, K, V> {
    /// The transactions that happened: their indices in the history.
    pub(super) happened: Vec<usize>,
    /// What they read before they wrote to that key themselves.
    pub(super) reads: Vec<Read<'a, K, V>>,
    /// The last value that each wrote to each key.
    pub(super) written: BTreeMap<&'a K, Vec<(usize, &'a V)>>,
}

/// A read of what others wrote.
pub(super) struct Read<'a, K, V> {
    pub(super) reader: usize,
    pub(super) key: &'a K,
    pub(super) content: &'a [V],
    /// Who wrote the last value in it.
    pub(super) writer: Option<usize>,
}

impl<'a, K: Value + Ord, V: Value + Ord> Writes<'a, K, V> {
    pub(super) fn of(transactions: &'a [Transaction<K, V>]) -> Result<Self, Ambiguous<K, V>> {
        let mut by_value = BTreeMap::new();
        for (index, transaction) in transactions.iter().enumerate() {
            let mut last = BTreeMap::new();
            for (key, value) in writes(transaction) {
                if let Some((before, _)) = by_value.insert((key, value), (index, false)) {
                    let (key, value) = (key.clone(), value.clone());
                    return Err(Ambiguous { key, value, writers: [before, index] });
                }
                last.insert(key, value);
            }
            for place in last {
                by_value.insert(place, (index, true));
            }
        }
        Ok(Writes { by_value })
    }

    /// Who wrote this value.
    pub(super) fn writer(&self, key: &'a K, value: &'a V) -> Option<usize> {
        self.by_value.get(&(key, value)).map(|(writer, _)| *writer)
    }
}

fn writes<K, V>(transaction: &Transaction<K, V>) -> impl Iterator<Item = (&K, &V)> {
    transaction.actions.iter().filter_map(|action| match action {
        Action::Write(key, value) => Some((key, value)),
        Action::Read(..) => None,
    })
}

type Found<K, V, T> = Result<T, Box<Anomaly<K, V>>>;

impl<'a, K: Value + Ord, V: Value + Ord> Observed<'a, K, V> {
    pub(super) fn of(
        store: Store,
        transactions: &'a [Transaction<K, V>],
        writes: &Writes<'a, K, V>,
    ) -> Found<K, V, Self> {
        let outcome = |index: &usize| transactions[*index].outcome;
        let committed = (0..transactions.len()).filter(|i| outcome(i) == Outcome::Committed);
        let mut happened: BTreeSet<usize> = committed.collect();
        let mut reads = Vec::new();
        for reader in happened.clone() {
            for read in reads_of_others(store, reader, &transactions[reader])? {
                happened.extend(examined(&read, transactions, writes)?);
                reads.push(read);
            }
        }
        for read in &mut reads {
            read.writer = read.content.last().and_then(|value| writes.writer(read.key, value));
        }
        let mut written: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for ((key, value), (writer, is_last)) in &writes.by_value {
            if *is_last && happened.contains(writer) {
                written.entry(*key).or_default().push((*writer, *value));
            }
        }
        Ok(Observed { happened: happened.into_iter().collect(), reads, written })
    }
}

/// What the transaction read, without what it had written itself.
fn reads_of_others<'a, K: Value + Ord, V: Value>(
    store: Store,
    reader: usize,
    transaction: &'a Transaction<K, V>,
) -> Found<K, V, Vec<Read<'a, K, V>>> {
    let mut own: BTreeMap<&K, Vec<&V>> = BTreeMap::new();
    let mut reads = Vec::new();
    for action in &transaction.actions {
        match action {
            Action::Write(key, value) => {
                let own = own.entry(key).or_default();
                if store == Store::Registers {
                    own.clear();
                }
                own.push(value);
            }
            Action::Read(key, content) => {
                let own = own.get(key).map(Vec::as_slice).unwrap_or_default();
                let others = content.len().checked_sub(own.len());
                let others =
                    others.filter(|others| content[*others..].iter().eq(own.iter().copied()));
                let Some(others) = others else {
                    let seen =
                        Seen { reader, key: key.clone(), content: content.clone(), of: None };
                    return Err(Box::new(Anomaly::Internal(seen)));
                };
                if store == Store::Lists || own.is_empty() {
                    reads.push(Read { reader, key, content: &content[..others], writer: None });
                }
            }
        }
    }
    Ok(reads)
}

/// Whose writes the read saw, if all of them were there to be seen.
fn examined<'a, K: Value + Ord, V: Value + Ord>(
    read: &Read<'a, K, V>,
    transactions: &[Transaction<K, V>],
    writes: &Writes<'a, K, V>,
) -> Found<K, V, Vec<usize>> {
    let Read { reader, key, content, .. } = *read;
    let seen = |of| Seen { reader, key: key.clone(), content: content.to_vec(), of };
    let mut writers = Vec::new();
    let mut before = BTreeSet::new();
    for (place, value) in content.iter().enumerate() {
        let Some(&(writer, is_last)) = writes.by_value.get(&(key, value)) else {
            return Err(Box::new(Anomaly::Unwritten(seen(Some((value.clone(), reader))))));
        };
        let seen = || seen(Some((value.clone(), writer)));
        if writer == reader {
            return Err(Box::new(Anomaly::Internal(seen())));
        }
        if transactions[writer].outcome == Outcome::Aborted {
            return Err(Box::new(Anomaly::AbortedRead(seen())));
        }
        if !before.insert(value) {
            return Err(Box::new(Anomaly::Duplicate(seen())));
        }
        if place + 1 == content.len() && !is_last {
            return Err(Box::new(Anomaly::IntermediateRead(seen())));
        }
        writers.push(writer);
    }
    Ok(writers)
}
