//! What one client may rely on: read your writes, monotonic reads.

use super::cycle::{Edges, cycle};
use super::registers::{Access, Ambiguous, Seen};
use super::{Because, Verdict, Why};
use crate::layer::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Whether no client reads a value older than one that it wrote before.
pub fn read_your_writes<K: Value + Ord, V: Value + Ord>(
    accesses: &[Access<K, V>],
) -> Result<Verdict, Ambiguous<K, V>> {
    judge(accesses, |own, source, read| {
        let write = own.wrote?;
        Some((write, source, Because { accesses: vec![write, read], why: Why::WroteBefore }))
    })
}

/// Whether no client reads a value older than one that it read before.
pub fn monotonic_reads<K: Value + Ord, V: Value + Ord>(
    accesses: &[Access<K, V>],
) -> Result<Verdict, Ambiguous<K, V>> {
    judge(accesses, |own, source, read| {
        let (write, before) = own.read?;
        Some((write, source, Because { accesses: vec![before, read], why: Why::ReadBefore }))
    })
}

/// What a client last did with a register.
#[derive(Default)]
struct Own {
    /// What it wrote.
    wrote: Option<usize>,
    /// The write that it saw, and the read.
    read: Option<(usize, usize)>,
}

/// A write that is older than another, and why.
type Older = (usize, usize, Because);

/// Whether the writes can be put in an order, given what `tell` says of each read: of what its
/// client did before, of the write that it saw, and of the read itself.
fn judge<K: Value + Ord, V: Value + Ord>(
    accesses: &[Access<K, V>],
    tell: impl Fn(&Own, usize, usize) -> Option<Older>,
) -> Result<Verdict, Ambiguous<K, V>> {
    let seen = Seen::of(accesses)?;
    if let Some(nowhere) = seen.nowhere {
        return Ok(Verdict::Broken(vec![nowhere]));
    }
    let mut older = older(&seen, tell);
    older.retain(|(older, newer, _)| older != newer);
    let mut edges = Edges::new();
    for (number, (older, newer, _)) in older.iter().enumerate() {
        edges.entry(*older).or_default().push((*newer, number));
    }
    Ok(match cycle(&edges) {
        None => Verdict::Kept,
        Some(cycle) => {
            let steps = cycle.into_iter().map(|number| older[number].2.clone());
            Verdict::Broken(steps.filter(|step| !step.accesses.is_empty()).collect())
        }
    })
}

/// Which writes are older than which.
fn older<K: Value + Ord, V: Value + Ord>(
    seen: &Seen<K, V>,
    tell: impl Fn(&Own, usize, usize) -> Option<Older>,
) -> Vec<Older> {
    // What a register held at first counts as a write before all others.
    let keys: BTreeSet<&K> = seen.accesses.iter().map(|access| &access.key).collect();
    let firsts: BTreeMap<&K, usize> = keys.into_iter().zip(seen.accesses.len()..).collect();
    let mut older: Vec<Older> = Vec::new();
    let because = |accesses| Because { accesses, why: Why::InTurn };
    for (key, writes) in &seen.writes {
        older.extend(writes.iter().map(|&write| (firsts[key], write, because(Vec::new()))));
    }
    for indices in seen.clients.values() {
        let mut did: BTreeMap<&K, Own> = BTreeMap::new();
        for &index in indices {
            let key = &seen.accesses[index].key;
            let own = did.entry(key).or_default();
            if let Some(source) = seen.source.get(&index) {
                let source = source.unwrap_or(firsts[key]);
                older.extend(tell(own, source, index));
                own.read = Some((source, index));
            } else if let Some(before) = own.wrote.replace(index) {
                older.push((before, index, because(vec![before, index])));
            }
        }
    }
    older
}
