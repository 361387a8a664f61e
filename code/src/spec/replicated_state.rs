//! What state machine replication promises (notes, section 5.3).

use crate::layer::Value;
use crate::node::{NodeId, PerNode};
use crate::service::{Applied, Perform};
use crate::sim::trace::{Terms, Trace, What};
use crate::spec::shared_data::{correct, has_crash};
use crate::spec::{Verdict, Violation, ms};
use std::collections::{BTreeMap, BTreeSet};

/// An update, and who asked for it. No node is taken to ask for the same one twice.
type Asked<U> = (NodeId, U);

// ANCHOR: same_updates_same_state
/// Same updates, same state: replicas that have applied the same updates have equal states,
/// whatever the order. With one order for all, that is: same prefix, same state.
///
/// An update that came twice counts once.
pub fn same_updates_same_state<V, U: Value + Ord, S: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Perform<U>, Indication = Applied<U, S>>,
{
    let mut applied = PerNode::new(trace.nodes, BTreeSet::new());
    let mut states: BTreeMap<BTreeSet<Asked<U>>, (NodeId, &S, u64)> = BTreeMap::new();
    for (index, record) in (0..).zip(&trace.records) {
        let What::Deliver { indication: Applied { from, update, state } } = &record.what else {
            continue;
        };
        applied[record.node].insert((*from, update.clone()));
        let this = (record.node, state, index);
        let &mut (node, other, at) = states.entry(applied[record.node].clone()).or_insert(this);
        if other != state {
            let explanation = format!(
                "at {} node {} is in the state {state:?}; after the same updates, node {node} was in {other:?}",
                ms(record.at),
                record.node
            );
            return Err(Violation { explanation, records: vec![at, index] });
        }
    }
    Ok(())
}
// ANCHOR_END: same_updates_same_state

// ANCHOR: one_order
/// One order: of any two replicas, one has applied what the other has, in the same order, and
/// perhaps more.
pub fn one_order<V, U: Value + Ord, S: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Perform<U>, Indication = Applied<U, S>>,
{
    let mut lengths = PerNode::new(trace.nodes, 0);
    let mut order: Vec<(Asked<U>, NodeId, u64)> = Vec::new();
    for (index, record) in (0..).zip(&trace.records) {
        let What::Deliver { indication: Applied { from, update, .. } } = &record.what else {
            continue;
        };
        let this = (*from, update.clone());
        let position = lengths[record.node];
        lengths[record.node] += 1;
        match order.get(position) {
            None => order.push((this, record.node, index)),
            Some((other, ..)) if *other == this => {}
            Some(((_, other), node, at)) => {
                let explanation = format!(
                    "at {} node {} applies {update:?} as its update {}; node {node} has {other:?} there",
                    ms(record.at),
                    record.node,
                    position + 1
                );
                return Err(Violation { explanation, records: vec![*at, index] });
            }
        }
    }
    Ok(())
}
// ANCHOR_END: one_order

// ANCHOR: applied_as_asked
/// A replica applies only what was asked for, and each update once.
pub fn applied_as_asked<V, U: Value + Ord, S: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Perform<U>, Indication = Applied<U, S>>,
{
    let mut asked = BTreeSet::new();
    let mut applied = BTreeSet::new();
    for (index, record) in (0..).zip(&trace.records) {
        let (node, at) = (record.node, ms(record.at));
        let broken = |what: String| Err(Violation { explanation: what, records: vec![index] });
        match &record.what {
            What::Request { request: Perform(update), .. } => {
                asked.insert((node, update));
            }
            What::Deliver { indication: Applied { from, update, .. } } => {
                if !asked.contains(&(*from, update)) {
                    let what = format!("at {at} node {node} applies {update:?} as of node {from}");
                    return broken(format!("{what}, which had not asked for it"));
                }
                if !applied.insert((node, *from, update)) {
                    return broken(format!("at {at} node {node} applies {update:?} again"));
                }
            }
            _ => {}
        }
    }
    Ok(())
}
// ANCHOR_END: applied_as_asked

// ANCHOR: convergence
/// Convergence: in the end all correct replicas have applied the same updates, and so are in the
/// same state.
///
/// A liveness property: judge it only when faults have stopped and the run is over.
pub fn convergence<V, U: Value + Ord, S: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Perform<U>, Indication = Applied<U, S>>,
{
    let applied = applied(trace);
    for (node, updates) in &applied {
        for (other, theirs) in &applied {
            if let Some(update) = updates.iter().find(|it| !theirs.contains(it)) {
                let (by, update) = update;
                let explanation = format!(
                    "node {node} has applied {update:?} of {by}, and node {other} never does"
                );
                return Err(Violation { explanation, records: Vec::new() });
            }
        }
    }
    Ok(())
}

/// In the end a correct node has applied all that it was asked for.
///
/// A liveness property, like [convergence].
pub fn all_applied<V, U: Value + Ord, S: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Perform<U>, Indication = Applied<U, S>>,
{
    let applied = applied(trace);
    for (index, record) in (0..).zip(&trace.records) {
        if let What::Request { request: Perform(update), .. } = &record.what
            && let Some(own) = applied.get(&record.node)
            && !own.contains(&(record.node, update))
        {
            let explanation = format!("node {} never applies its own {update:?}", record.node);
            return Err(Violation { explanation, records: vec![index] });
        }
    }
    Ok(())
}
// ANCHOR_END: convergence

/// If nobody crashes, in the end all nodes have applied [all](all_applied) that was asked for
/// [everywhere](convergence).
pub fn all_without_crash<V, U: Value + Ord, S: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Perform<U>, Indication = Applied<U, S>>,
{
    if has_crash(trace) {
        return Ok(());
    }
    convergence(trace).and_then(|()| all_applied(trace))
}

/// What each correct node has applied in the end.
fn applied<V, U: Value + Ord, S: Value>(trace: &Trace<V>) -> BTreeMap<NodeId, BTreeSet<Asked<&U>>>
where
    V: Terms<Request = Perform<U>, Indication = Applied<U, S>>,
{
    let mut applied: BTreeMap<_, _> = correct(trace).map(|node| (node, BTreeSet::new())).collect();
    for record in &trace.records {
        if let What::Deliver { indication: Applied { from, update, .. } } = &record.what
            && let Some(updates) = applied.get_mut(&record.node)
        {
            updates.insert((*from, update));
        }
    }
    applied
}
