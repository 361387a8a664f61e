//! # Registers with timestamps
//!
//! **Implements** [`Register`]: what is stored under a key, with a rule for concurrent
//! writes. **Uses** nothing: [`AntiEntropy`](crate::replication::AntiEntropy) stores such
//! registers.
//!
//! **Model**: any; a register is a value.
//!
//! **Guarantees**: merging is idempotent, commutative and associative, so that replicas
//! [converge](crate::spec::shared_map::convergence); and with [`MultiValue`], [all
//! concurrent values are kept](crate::spec::shared_map::all_kept).
//!
//! **How it works**: last writer wins: timestamps are totally ordered, and the greatest
//! survives. Multi-value: they are partially ordered, and what no other one is greater
//! than survives. By the time of day: to show what comes of that (exercise 17).
//!
//! **Source**: notes, section 5.1 (A18).
//!
//! **Departures**: the notes have this in words only.

use crate::layer::{NodeId, Time, Value};
use crate::replication::register::Register;
use std::collections::BTreeMap;

// ANCHOR: last_writer_wins
/// Last writer wins: timestamps are totally ordered, and the greatest survives.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LastWriterWins<V> {
    /// A Lamport timestamp: a number, and who wrote, to break ties.
    stamp: (u64, NodeId),
    value: Option<V>,
}

impl<V: Value + Ord> Register for LastWriterWins<V> {
    type Written = V;
    fn write(&self, me: NodeId, _: Time, value: Option<V>) -> Self {
        LastWriterWins { stamp: (self.stamp.0 + 1, me), value }
    }
    fn merge(&self, other: &Self) -> Self {
        if other.stamp > self.stamp { other.clone() } else { self.clone() }
    }
    fn values(&self) -> Vec<Option<V>> {
        if self.stamp.0 == 0 { vec![] } else { vec![self.value.clone()] }
    }
}
// ANCHOR_END: last_writer_wins

impl<V> Default for LastWriterWins<V> {
    fn default() -> Self {
        LastWriterWins { stamp: (0, NodeId(0)), value: None }
    }
}

// ANCHOR: multi_value
/// A vector timestamp: how many writes of each node it comes after, its own included.
type Vector = BTreeMap<NodeId, u64>;

/// Multi-value: timestamps are partially ordered. What a write has seen it replaces; concurrent
/// values stay side by side.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MultiValue<V> {
    siblings: BTreeMap<Vector, Option<V>>,
}

impl<V: Value + Ord> Register for MultiValue<V> {
    type Written = V;
    fn write(&self, me: NodeId, _: Time, value: Option<V>) -> Self {
        let mut vector = Vector::new();
        for (node, count) in self.siblings.keys().flatten() {
            let known = vector.entry(*node).or_default();
            *known = (*known).max(*count);
        }
        *vector.entry(me).or_default() += 1;
        MultiValue { siblings: [(vector, value)].into() }
    }
    fn merge(&self, other: &Self) -> Self {
        let mut siblings = self.siblings.clone();
        siblings.extend(other.siblings.clone());
        let all: Vec<_> = siblings.keys().cloned().collect();
        siblings.retain(|one, _| !all.iter().any(|other| is_less(one, other)));
        MultiValue { siblings }
    }
    fn values(&self) -> Vec<Option<V>> {
        self.siblings.values().cloned().collect()
    }
}

/// Whether the write of `one` happened before that of `other`.
fn is_less(one: &Vector, other: &Vector) -> bool {
    let most = |node| other.get(node).copied().unwrap_or(0);
    one != other && one.iter().all(|(node, count)| *count <= most(node))
}
// ANCHOR_END: multi_value

impl<V> Default for MultiValue<V> {
    fn default() -> Self {
        MultiValue { siblings: BTreeMap::new() }
    }
}

// ANCHOR: physical
/// Last writer wins by the time of day: who wrote last is for the clocks to say, and they may be
/// wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByTimeOfDay<V> {
    stamp: (Time, NodeId),
    value: Option<V>,
}

impl<V: Value + Ord> Register for ByTimeOfDay<V> {
    type Written = V;
    fn write(&self, me: NodeId, now: Time, value: Option<V>) -> Self {
        ByTimeOfDay { stamp: (now, me), value }
    }
    fn merge(&self, other: &Self) -> Self {
        if self.stamp >= other.stamp { self.clone() } else { other.clone() }
    }
    fn values(&self) -> Vec<Option<V>> {
        if self.stamp.0 == 0 { vec![] } else { vec![self.value.clone()] }
    }
}
// ANCHOR_END: physical

impl<V> Default for ByTimeOfDay<V> {
    fn default() -> Self {
        ByTimeOfDay { stamp: (0, NodeId(0)), value: None }
    }
}
