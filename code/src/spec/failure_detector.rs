//! The promises of a failure detector (notes, section 2.4).
//!
//! Source: Chandra and Toueg, "Unreliable failure detectors for reliable distributed systems" (1996),
//! whose words these are. All are about crash-stop nodes.

use crate::node::{NodeId, SECONDS, Time};
use crate::service::Suspicion;
use crate::sim::trace::{Terms, Trace, What};
use crate::spec::{Verdict, Violation, ms};
use std::collections::{BTreeMap, BTreeSet};

// ANCHOR: strong_accuracy
/// Strong accuracy: no node is suspected before it has crashed.
pub fn strong_accuracy<V: Terms<Indication = Suspicion>>(trace: &Trace<V>) -> Verdict {
    match false_suspicions(trace).first() {
        Some(&(record, node)) => Err(suspected(trace, record, node)),
        None => Ok(()),
    }
}
// ANCHOR_END: strong_accuracy

// ANCHOR: eventual_strong_accuracy
/// Eventual strong accuracy: from some moment on, no node is suspected before it has crashed; and
/// who was suspected falsely before is not any more.
///
/// A liveness property: judge it only when the system has been synchronous for a while. "From some
/// moment on" means here: no false suspicion begins in the last [`CALM`] of the run, and none is left
/// when it ends.
pub fn eventual_strong_accuracy<V: Terms<Indication = Suspicion>>(trace: &Trace<V>) -> Verdict {
    let end = trace.records.last().map_or(0, |record| record.at);
    for (record, node) in false_suspicions(trace) {
        let at = trace.records[record as usize].at;
        if at + CALM > end || is_lasting(trace, record, node) {
            return Err(suspected(trace, record, node));
        }
    }
    Ok(())
}
// ANCHOR_END: eventual_strong_accuracy

/// How long a run must have been without a false suspicion to say that there are no more.
pub const CALM: Time = 3 * SECONDS;

// ANCHOR: strong_completeness
/// Strong completeness: in the end, every node that has crashed is suspected by every node that has
/// not.
///
/// A liveness property: judge it only when the run is over.
pub fn strong_completeness<V: Terms<Indication = Suspicion>>(trace: &Trace<V>) -> Verdict {
    let crashed = crashes(trace);
    let labels = labels(trace);
    for (&node, &crash) in &crashed {
        for other in NodeId::all(trace.nodes).filter(|other| !crashed.contains_key(other)) {
            let label = labels.get(&(other, node));
            if !matches!(label, Some((_, Suspicion::Suspect(_)))) {
                let at = ms(trace.records[crash as usize].at);
                return Err(Violation {
                    explanation: format!(
                        "node {node} crashed at {at}, and {other} does not suspect it when the run ends"
                    ),
                    records: [Some(crash), label.map(|(record, _)| *record)]
                        .into_iter()
                        .flatten()
                        .collect(),
                });
            }
        }
    }
    Ok(())
}
// ANCHOR_END: strong_completeness

/// Suspicion and restoration of a node take turns, and suspicion is first.
pub fn turns<V: Terms<Indication = Suspicion>>(trace: &Trace<V>) -> Verdict {
    let mut suspected = BTreeSet::new();
    for (index, record) in (0..).zip(&trace.records) {
        let What::Deliver { indication } = &record.what else { continue };
        let in_turn = match indication {
            Suspicion::Suspect(node) => suspected.insert((record.node, *node)),
            Suspicion::Restore(node) => suspected.remove(&(record.node, *node)),
        };
        if !in_turn {
            let (at, node) = (ms(record.at), record.node);
            return Err(Violation {
                explanation: format!(
                    "at {at} node {node} says {indication:?}, which it had said already"
                ),
                records: vec![index],
            });
        }
    }
    Ok(())
}

/// Each suspicion of a node that had not crashed: its record, and the node.
fn false_suspicions<V: Terms<Indication = Suspicion>>(trace: &Trace<V>) -> Vec<(u64, NodeId)> {
    let mut crashed = BTreeSet::new();
    let mut found = Vec::new();
    for (index, record) in (0..).zip(&trace.records) {
        match &record.what {
            What::Crash { .. } => {
                crashed.insert(record.node);
            }
            What::Deliver { indication: Suspicion::Suspect(node) } if !crashed.contains(node) => {
                found.push((index, *node));
            }
            _ => {}
        }
    }
    found
}

/// Whether this suspicion of a node that had not crashed is left in the end: neither was it taken
/// back, nor did one of the two nodes crash later.
fn is_lasting<V: Terms<Indication = Suspicion>>(
    trace: &Trace<V>,
    suspicion: u64,
    node: NodeId,
) -> bool {
    let by = trace.records[suspicion as usize].node;
    let crashed = crashes(trace);
    let is_last = labels(trace).get(&(by, node)).is_some_and(|(record, _)| *record == suspicion);
    is_last && !crashed.contains_key(&by) && !crashed.contains_key(&node)
}

/// The nodes that crashed, each with the record.
fn crashes<V: Terms>(trace: &Trace<V>) -> BTreeMap<NodeId, u64> {
    let mut crashes = BTreeMap::new();
    for (index, record) in (0..).zip(&trace.records) {
        if let What::Crash { .. } = record.what {
            crashes.entry(record.node).or_insert(index);
        }
    }
    crashes
}

/// What each node said last of each other, with the record.
fn labels<V: Terms<Indication = Suspicion>>(
    trace: &Trace<V>,
) -> BTreeMap<(NodeId, NodeId), (u64, Suspicion)> {
    let mut labels = BTreeMap::new();
    for (index, record) in (0..).zip(&trace.records) {
        if let What::Deliver { indication } = record.what {
            let (Suspicion::Suspect(node) | Suspicion::Restore(node)) = indication;
            labels.insert((record.node, node), (index, indication));
        }
    }
    labels
}

fn suspected<V: Terms>(trace: &Trace<V>, record: u64, node: NodeId) -> Violation {
    let by = &trace.records[record as usize];
    Violation {
        explanation: format!(
            "at {} node {} suspects {node}, which has not crashed",
            ms(by.at),
            by.node
        ),
        records: vec![record],
    }
}
