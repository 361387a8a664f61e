//! Histories of registers, and which write each read saw.

use super::{Because, Why};
use crate::layer::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A read or a write of one client. Those of one client are in the order in which it made them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Access<K, V> {
    /// Whose.
    pub client: u32,
    /// Of which register.
    pub key: K,
    /// What.
    pub what: What<V>,
}

/// What an access does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum What<V> {
    /// It reads this; `None` is what the register held at first.
    Read(Option<V>),
    /// It writes this.
    Write(V),
    /// It writes this, perhaps: nobody knows. If nobody read it, it did not.
    MaybeWrite(V),
}

/// Two accesses wrote the same value to the same register, so reads do not tell whose they saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ambiguous<K, V> {
    /// The register.
    pub key: K,
    /// The value.
    pub value: V,
    /// The accesses, by their indices.
    pub writes: [usize; 2],
}

/// What reads saw, as far as it can be explained at all.
pub(super) struct Seen<'a, K, V> {
    pub(super) accesses: &'a [Access<K, V>],
    /// For each read: which write it saw.
    pub(super) source: BTreeMap<usize, Option<usize>>,
    /// The writes that took effect, register by register.
    pub(super) writes: BTreeMap<&'a K, Vec<usize>>,
    /// The accesses of each client, without writes that did not take effect.
    pub(super) clients: BTreeMap<u32, Vec<usize>>,
    /// A read of what nobody wrote.
    pub(super) nowhere: Option<Because>,
}

impl<'a, K: Value + Ord, V: Value + Ord> Seen<'a, K, V> {
    pub(super) fn of(accesses: &'a [Access<K, V>]) -> Result<Self, Ambiguous<K, V>> {
        let writers = writers(accesses)?;
        let mut seen = Seen {
            accesses,
            source: BTreeMap::new(),
            writes: BTreeMap::new(),
            clients: BTreeMap::new(),
            nowhere: None,
        };
        for (index, access) in accesses.iter().enumerate() {
            let What::Read(value) = &access.what else { continue };
            let source = value.as_ref().map(|value| writers.get(&(&access.key, value)).copied());
            if source == Some(None) {
                seen.nowhere = Some(Because { accesses: vec![index], why: Why::FromNowhere });
            }
            seen.source.insert(index, source.flatten());
        }
        let was_read: BTreeSet<usize> = seen.source.values().flatten().copied().collect();
        for (index, access) in accesses.iter().enumerate() {
            match access.what {
                What::MaybeWrite(_) if !was_read.contains(&index) => continue,
                What::Write(_) | What::MaybeWrite(_) => {
                    seen.writes.entry(&access.key).or_default().push(index);
                }
                What::Read(_) => {}
            }
            seen.clients.entry(access.client).or_default().push(index);
        }
        Ok(seen)
    }
}

/// Who wrote each value.
type Writers<'a, K, V> = BTreeMap<(&'a K, &'a V), usize>;

fn writers<K: Value + Ord, V: Value + Ord>(
    accesses: &[Access<K, V>],
) -> Result<Writers<'_, K, V>, Ambiguous<K, V>> {
    let mut writers = BTreeMap::new();
    for (index, access) in accesses.iter().enumerate() {
        let (What::Write(value) | What::MaybeWrite(value)) = &access.what else { continue };
        if let Some(before) = writers.insert((&access.key, value), index) {
            let (key, value) = (access.key.clone(), value.clone());
            return Err(Ambiguous { key, value, writes: [before, index] });
        }
    }
    Ok(writers)
}
