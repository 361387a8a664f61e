//! What generals must agree on (notes, sections 2.1 and 2.2).
//!
//! Source: Lamport, Shostak and Pease, "The Byzantine Generals Problem" (1982), section 1; the names of
//! the conditions are ours.

use crate::generals::{Decide, FIRST, Plan};
use crate::node::NodeId;
use crate::sim::trace::{Terms, Trace, What};
use crate::spec::{Verdict, Violation, ms};
use std::collections::{BTreeMap, BTreeSet};

// ANCHOR: agreement
/// Agreement: all honest generals decide on the same.
pub fn agreement<V: Terms<Indication = Decide>>(trace: &Trace<V>) -> Verdict {
    let decisions = decisions(trace);
    let Some((&one, &(first, plan))) = decisions.iter().next() else { return Ok(()) };
    match decisions.iter().find(|(_, (_, other))| *other != plan) {
        Some((other, (second, different))) => Err(Violation {
            explanation: format!(
                "{one} decides on {plan:?} and {other} on {different:?}, and both are honest"
            ),
            records: vec![first, *second],
        }),
        None => Ok(()),
    }
}
// ANCHOR_END: agreement

// ANCHOR: obedience
/// Obedience: if the commander is honest, all honest generals decide on what it was asked for.
pub fn obedience<V: Terms<Request = Plan, Indication = Decide>>(trace: &Trace<V>) -> Verdict {
    if faulty(trace).contains(&FIRST) {
        return Ok(());
    }
    let asked = trace.records.iter().find_map(|record| match &record.what {
        What::Request { request, .. } => Some(*request),
        _ => None,
    });
    let Some(order) = asked else { return Ok(()) };
    match decisions(trace).iter().find(|(_, (_, plan))| *plan != order) {
        Some((node, (record, plan))) => Err(Violation {
            explanation: format!(
                "at {} node {node} decides on {plan:?}, but the honest commander said {order:?}",
                ms(trace.records[*record as usize].at)
            ),
            records: vec![*record],
        }),
        None => Ok(()),
    }
}
// ANCHOR_END: obedience

/// Decision: every honest general decides in the end.
///
/// A liveness property: judge it only when the run is over.
pub fn decision<V: Terms<Indication = Decide>>(trace: &Trace<V>) -> Verdict {
    let (decisions, faulty) = (decisions(trace), faulty(trace));
    let undecided = |node: &NodeId| !decisions.contains_key(node) && !faulty.contains(node);
    match NodeId::all(trace.nodes).find(undecided) {
        Some(node) => Err(Violation {
            explanation: format!("node {node} is honest and has not decided when the run ends"),
            records: Vec::new(),
        }),
        None => Ok(()),
    }
}

/// Whether a third of the generals or more are traitors or crash: then nothing can be promised.
pub fn too_many_are_faulty<V: Terms>(trace: &Trace<V>) -> bool {
    3 * faulty(trace).len() as u32 >= trace.nodes
}

/// What each honest general decided first, with the record.
fn decisions<V: Terms<Indication = Decide>>(trace: &Trace<V>) -> BTreeMap<NodeId, (u64, Plan)> {
    let faulty = faulty(trace);
    let mut decisions = BTreeMap::new();
    for (index, record) in (0..).zip(&trace.records) {
        if let What::Deliver { indication: Decide(plan) } = record.what
            && !faulty.contains(&record.node)
        {
            decisions.entry(record.node).or_insert((index, plan));
        }
    }
    decisions
}

/// The traitors, and those that crash.
fn faulty<V: Terms>(trace: &Trace<V>) -> BTreeSet<NodeId> {
    let is_faulty = |what: &What<V>| matches!(what, What::Betray | What::Crash { .. });
    let faults = trace.records.iter().filter(|record| is_faulty(&record.what));
    faults.map(|record| record.node).collect()
}
