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

/// Whether each client can be given an order of the writes, given what `tell` says of each of its
/// reads: of what it did before, of the write that it saw, and of the read itself.
fn judge<K: Value + Ord, V: Value + Ord>(
    accesses: &[Access<K, V>],
    tell: impl Fn(&Own, usize, usize) -> Option<Older>,
) -> Result<Verdict, Ambiguous<K, V>> {
    let seen = Seen::of(accesses)?;
    if let Some(nowhere) = seen.nowhere {
        return Ok(Verdict::Broken(vec![nowhere]));
    }
    // What a register held at first counts as a write before all others.
    let keys: BTreeSet<&K> = accesses.iter().map(|access| &access.key).collect();
    let firsts: BTreeMap<&K, usize> = keys.into_iter().zip(accesses.len()..).collect();
    for indices in seen.clients.values() {
        let mut older = told(&seen, &firsts, indices, &tell);
        older.extend(in_turn(&seen, &firsts, &older));
        let mut edges = Edges::new();
        for (number, (older, newer, _)) in older.iter().enumerate() {
            edges.entry(*older).or_default().push((*newer, number));
        }
        if let Some(cycle) = cycle(&edges) {
            let steps = cycle.into_iter().map(|number| older[number].2.clone());
            let steps = steps.filter(|step| !step.accesses.is_empty());
            return Ok(Verdict::Broken(steps.collect()));
        }
    }
    Ok(Verdict::Kept)
}

/// Which writes are older than which, as what one client did tells.
fn told<K: Value + Ord, V: Value + Ord>(
    seen: &Seen<K, V>,
    firsts: &BTreeMap<&K, usize>,
    indices: &[usize],
    tell: &impl Fn(&Own, usize, usize) -> Option<Older>,
) -> Vec<Older> {
    let mut older: Vec<Older> = Vec::new();
    let mut did: BTreeMap<&K, Own> = BTreeMap::new();
    for &index in indices {
        let key = &seen.accesses[index].key;
        let own = did.entry(key).or_default();
        match seen.source.get(&index) {
            Some(source) => {
                let source = source.unwrap_or(firsts[key]);
                older.extend(tell(own, source, index));
                own.read = Some((source, index));
            }
            None => own.wrote = Some(index),
        }
    }
    older.retain(|(older, newer, _)| older != newer);
    older
}

/// Of the writes that these are about: each client made its own in turn, and what a register held at
/// first is older than all. Others cannot be on a cycle.
fn in_turn<K: Value + Ord, V: Value + Ord>(
    seen: &Seen<K, V>,
    firsts: &BTreeMap<&K, usize>,
    older: &[Older],
) -> Vec<Older> {
    let writes: BTreeSet<usize> = older.iter().flat_map(|older| [older.0, older.1]).collect();
    let mut last: BTreeMap<(&K, u32), usize> = BTreeMap::new();
    let mut turns = Vec::new();
    for write in writes {
        let Some(Access { client, key, .. }) = seen.accesses.get(write) else { continue };
        let because = |accesses| Because { accesses, why: Why::InTurn };
        turns.push((firsts[key], write, because(Vec::new())));
        if let Some(before) = last.insert((key, *client), write) {
            turns.push((before, write, because(vec![before, write])));
        }
    }
    turns
}
