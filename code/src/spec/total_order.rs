//! What total order broadcast promises: five properties, of which two are those of
//! reliable broadcast (notes, section 4.2, and in this form the edition of 2025).

use crate::layer::Value;
use crate::node::NodeId;
use crate::service::{Broadcast, Deliver};
use crate::sim::trace::{Terms, Trace};
use crate::spec::broadcasts::{Broadcasts, Delivered};
use crate::spec::reliable_broadcast::{self, agreement_with};
use crate::spec::{Verdict, Violation, ms};

// ANCHOR: same_order
/// Same order: two nodes that both deliver two messages deliver them in the same
/// order.
pub fn same_order<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Broadcast<M>, Indication = Deliver<M>>,
{
    let view = Broadcasts::of(trace);
    for (one, other) in pairs(&view) {
        let place = |number| view.delivered(other).position(|it| it.sent == Some(number));
        let mut last: Option<(usize, &Delivered<M>)> = None;
        // What both deliver, as `one` does it: do the places at `other` rise?
        for got in view.delivered(one) {
            let Some(place) = got.sent.and_then(place) else { continue };
            if let Some((before, earlier)) = last
                && before > place
            {
                return Err(Violation {
                    explanation: format!(
                        "node {one} delivered {:?} from {} before {:?} from {}, node {other} the other way round",
                        earlier.msg, earlier.from, got.msg, got.from
                    ),
                    records: vec![earlier.record, got.record],
                });
            }
            last = Some((place, got));
        }
    }
    Ok(())
}
// ANCHOR_END: same_order

// ANCHOR: prefix
/// Prefix: of what two nodes have delivered, one is the beginning of the other. So
/// they deliver in the same order, and neither leaves anything out.
pub fn prefix<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Broadcast<M>, Indication = Deliver<M>>,
{
    let view = Broadcasts::of(trace);
    for (one, other) in pairs(&view) {
        let mut both = view.delivered(one).zip(view.delivered(other));
        if let Some((a, b)) = both.find(|(a, b)| (a.from, &a.msg) != (b.from, &b.msg)) {
            return Err(Violation {
                explanation: format!(
                    "after the same beginning, node {one} delivered {:?} from {} at {}, and node {other} {:?} from {} \
                     at {}",
                    a.msg,
                    a.from,
                    ms(a.at),
                    b.msg,
                    b.from,
                    ms(b.at)
                ),
                records: vec![a.record, b.record],
            });
        }
    }
    Ok(())
}
// ANCHOR_END: prefix

// ANCHOR: agreement
/// Agreement: what any node delivers, even one that crashes later, every node
/// delivers in the end that never crashes.
///
/// A liveness property: judge it only when faults have stopped and the run is over.
pub fn agreement<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Broadcast<M>, Indication = Deliver<M>>,
{
    agreement_with(&Broadcasts::of(trace), |_| true)
}
// ANCHOR_END: agreement

/// [Agreement](agreement), which algorithms that tolerate no crash promise for runs
/// without one.
pub fn agreement_without_crash<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Broadcast<M>, Indication = Deliver<M>>,
{
    if Broadcasts::of(trace).has_crash() { Ok(()) } else { agreement(trace) }
}

/// [Validity](reliable_broadcast::validity), which algorithms that tolerate no crash
/// promise for runs without one.
pub fn validity_without_crash<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Broadcast<M>, Indication = Deliver<M>>,
{
    if Broadcasts::of(trace).has_crash() { Ok(()) } else { reliable_broadcast::validity(trace) }
}

/// Each two nodes, once.
fn pairs<M>(view: &Broadcasts<M>) -> Vec<(NodeId, NodeId)> {
    let nodes = || view.nodes.keys().copied();
    let pairs = nodes().flat_map(|one| nodes().map(move |other| (one, other)));
    pairs.filter(|(one, other)| one < other).collect()
}
