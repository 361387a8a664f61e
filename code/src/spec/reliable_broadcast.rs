//! The promises of reliable broadcast, and of the best-effort one below it (notes,
//! section 4.2).

use crate::layer::Value;
use crate::node::NodeId;
use crate::service::{Broadcast, Deliver};
use crate::sim::trace::{Terms, Trace};
use crate::spec::broadcasts::{Broadcasts, Sent};
use crate::spec::{Verdict, Violation, ms};

// ANCHOR: no_creation
/// No creation: what is delivered had been broadcast before, by the node that it is
/// said to come from.
pub fn no_creation<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Broadcast<M>, Indication = Deliver<M>>,
{
    let view = Broadcasts::of(trace);
    for (node, got) in view.deliveries() {
        let was_broadcast = |sent: &Sent<M>| {
            (sent.by, &sent.msg) == (got.from, &got.msg) && sent.record < got.record
        };
        if !view.sent.iter().any(was_broadcast) {
            return Err(Violation {
                explanation: format!(
                    "at {} node {node} delivered {:?} as if from {}, which had not broadcast it",
                    ms(got.at),
                    got.msg,
                    got.from
                ),
                records: vec![got.record],
            });
        }
    }
    Ok(())
}
// ANCHOR_END: no_creation

// ANCHOR: no_duplication
/// No duplication: no node delivers a message more often than it was broadcast.
pub fn no_duplication<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Broadcast<M>, Indication = Deliver<M>>,
{
    let view = Broadcasts::of(trace);
    for (node, got) in view.deliveries() {
        let sent = view.sent.iter().filter(|it| (it.by, &it.msg) == (got.from, &got.msg)).count();
        let copies = view.delivered(node).filter(|it| (it.from, &it.msg) == (got.from, &got.msg));
        let copies: Vec<_> = copies.map(|it| it.record).collect();
        if copies.len() > sent {
            return Err(Violation {
                explanation: format!(
                    "node {node} delivered {:?} from {} {} times, and it was broadcast {sent} times",
                    got.msg,
                    got.from,
                    copies.len()
                ),
                records: copies,
            });
        }
    }
    Ok(())
}
// ANCHOR_END: no_duplication

// ANCHOR: validity
/// Validity: what a node broadcasts that does not crash, it delivers itself in the
/// end.
///
/// A liveness property: judge it only when faults have stopped and the run is over.
pub fn validity<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Broadcast<M>, Indication = Deliver<M>>,
{
    let view = Broadcasts::of(trace);
    for (number, sent) in (0..).zip(&view.sent) {
        if view.is_correct(sent.by) && !view.has(sent.by, number) {
            return Err(never_delivered(sent, sent.by));
        }
    }
    Ok(())
}
// ANCHOR_END: validity

// ANCHOR: agreement
/// Agreement: what one correct node delivers, every correct node delivers in the
/// end. A node is correct if it never crashes.
///
/// A liveness property: judge it only when faults have stopped and the run is over.
pub fn agreement<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Broadcast<M>, Indication = Deliver<M>>,
{
    let view = Broadcasts::of(trace);
    agreement_with(&view, |node| view.is_correct(node))
}
// ANCHOR_END: agreement

// ANCHOR: delivery
/// Delivery: what a node broadcasts that does not crash, every node delivers in the
/// end that does not crash either. All that best effort gives.
///
/// A liveness property: judge it only when faults have stopped and the run is over.
pub fn delivery<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Broadcast<M>, Indication = Deliver<M>>,
{
    let view = Broadcasts::of(trace);
    for (number, sent) in (0..).zip(&view.sent).filter(|(_, sent)| view.is_correct(sent.by)) {
        if let Some(node) = view.correct().find(|&node| !view.has(node, number)) {
            return Err(never_delivered(sent, node));
        }
    }
    Ok(())
}
// ANCHOR_END: delivery

/// What any node delivers that `counts`, every correct node delivers.
pub(crate) fn agreement_with<M: Value>(
    view: &Broadcasts<M>,
    counts: impl Fn(NodeId) -> bool,
) -> Verdict {
    for (by, got) in view.deliveries().filter(|(node, _)| counts(*node)) {
        let Some(number) = got.sent else { continue }; // made up: another property says so
        if let Some(node) = view.correct().find(|&node| !view.has(node, number)) {
            return Err(Violation {
                explanation: format!(
                    "node {by} delivered {:?} from {} at {}, and node {node} never did",
                    got.msg,
                    got.from,
                    ms(got.at)
                ),
                records: vec![got.record],
            });
        }
    }
    Ok(())
}

fn never_delivered<M: Value>(sent: &Sent<M>, node: NodeId) -> Violation {
    Violation {
        explanation: format!(
            "node {} broadcast {:?} at {}, and node {node} never delivered it",
            sent.by,
            sent.msg,
            ms(sent.at)
        ),
        records: vec![sent.record],
    }
}
