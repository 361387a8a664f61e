//! What consensus promises (notes, section 6.1), of each instance by itself.

use crate::layer::Value;
use crate::node::NodeId;
use crate::service::{Decide, Instance, Propose};
use crate::sim::trace::{Terms, Trace, What};
use crate::spec::{Verdict, Violation};
use std::collections::BTreeSet;

// ANCHOR: uniform_agreement
/// Uniform agreement: no two nodes decide differently, not even one that crashes later.
pub fn uniform_agreement<V, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Propose<T>, Indication = Decide<T>>,
{
    let view = Decisions::of(trace);
    for one in &view.decided {
        let differs = |it: &&Told<T>| it.instance == one.instance && it.value != one.value;
        if let Some(other) = view.decided.iter().find(differs) {
            let what = format!("node {} decided {:?}", other.node, other.value);
            return Err(one.violates("decided", &format!("and {what}"), &[other.record]));
        }
    }
    Ok(())
}
// ANCHOR_END: uniform_agreement

// ANCHOR: validity
/// Validity: what is decided had been proposed, in the same instance.
pub fn validity<V, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Propose<T>, Indication = Decide<T>>,
{
    let view = Decisions::of(trace);
    for one in &view.decided {
        let names = |it: &Told<T>| {
            (it.instance, &it.value) == (one.instance, &one.value) && it.record < one.record
        };
        if !view.proposed.iter().any(names) {
            return Err(one.violates("decided", "which nobody had proposed there", &[]));
        }
    }
    Ok(())
}
// ANCHOR_END: validity

// ANCHOR: integrity
/// Integrity: a node decides at most once in each instance. A decision is final.
pub fn integrity<V, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Propose<T>, Indication = Decide<T>>,
{
    let view = Decisions::of(trace);
    let mut seen = BTreeSet::new();
    for one in &view.decided {
        if !seen.insert((one.node, one.instance)) {
            return Err(one.violates("decided", "and it had decided there before", &[]));
        }
    }
    Ok(())
}
// ANCHOR_END: integrity

// ANCHOR: termination
/// Termination: where a correct node has proposed, or any node has decided, every correct node
/// decides in the end. A node is correct if it never crashes.
///
/// A liveness property: judge it only when faults have stopped and the run is over.
pub fn termination<V, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Propose<T>, Indication = Decide<T>>,
{
    let view = Decisions::of(trace);
    let proposed = view.proposed.iter().filter(|it| view.correct.contains(&it.node));
    let has =
        |node, instance| view.decided.iter().any(|it| (it.node, it.instance) == (node, instance));
    for one in proposed.chain(&view.decided) {
        if let Some(node) = view.correct.iter().find(|&&node| !has(node, one.instance)) {
            let what = format!("and node {node} never decided there");
            return Err(one.violates("proposed or decided", &what, &[]));
        }
    }
    Ok(())
}
// ANCHOR_END: termination

/// [Termination](termination), for algorithms that stand on a broadcast which tolerates no crash:
/// judged only of runs without one.
///
/// A liveness property.
pub fn termination_without_crash<V, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Propose<T>, Indication = Decide<T>>,
{
    if Decisions::of(trace).has_crash { Ok(()) } else { termination(trace) }
}

/// A trace as consensus sees it.
struct Decisions<T> {
    proposed: Vec<Told<T>>,
    decided: Vec<Told<T>>,
    /// The nodes that never crash, and are not paused at the end.
    correct: BTreeSet<NodeId>,
    has_crash: bool,
}

/// A value that a node proposed or decided.
struct Told<T> {
    record: u64,
    node: NodeId,
    instance: Instance,
    value: T,
}

impl<T: Value> Decisions<T> {
    fn of<V>(trace: &Trace<V>) -> Self
    where
        V: Terms<Request = Propose<T>, Indication = Decide<T>>,
    {
        let correct = NodeId::all(trace.nodes).collect();
        let mut view =
            Decisions { proposed: Vec::new(), decided: Vec::new(), correct, has_crash: false };
        let mut crashed = BTreeSet::new();
        for (record, it) in (0..).zip(&trace.records) {
            let node = it.node;
            match &it.what {
                What::Request { request: Propose { instance, value }, .. } => {
                    let (instance, value) = (*instance, value.clone());
                    view.proposed.push(Told { record, node, instance, value });
                }
                What::Deliver { indication: Decide { instance, value } } => {
                    let (instance, value) = (*instance, value.clone());
                    view.decided.push(Told { record, node, instance, value });
                }
                What::Crash { .. } => {
                    crashed.insert(node);
                    view.correct.remove(&node);
                }
                What::Pause => {
                    view.correct.remove(&node);
                }
                What::Resume if !crashed.contains(&node) => {
                    view.correct.insert(node);
                }
                _ => {}
            }
        }
        view.has_crash = !crashed.is_empty();
        view
    }
}

impl<T: Value> Told<T> {
    fn violates(&self, did: &str, but: &str, others: &[u64]) -> Violation {
        Violation {
            explanation: format!(
                "node {} {did} {:?} in instance {}, {but}",
                self.node, self.value, self.instance
            ),
            records: [others, &[self.record]].concat(),
        }
    }
}
