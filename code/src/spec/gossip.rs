//! What gossip promises for certain: not who gets a message, but who passes it on
//! (notes, section 4.3).

use crate::layer::Value;
use crate::node::NodeId;
use crate::service::{Broadcast, Deliver};
use crate::sim::trace::{Terms, Trace, What};
use crate::spec::broadcasts::Broadcasts;
use crate::spec::{Verdict, Violation};
use std::collections::BTreeSet;

// ANCHOR: relay
/// Relay: a node that delivers a message, and does not crash, has sent it to as many
/// different others as the message's broadcaster did, and to nobody twice.
///
/// For networks below that do not change packets, where equal packets are copies of
/// one message. A liveness property: judge it only when the run is over.
pub fn relay<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Broadcast<M>, Indication = Deliver<M>>,
{
    let view = Broadcasts::of(trace);
    for (first, packet) in first_copies(trace) {
        let copies = |node: NodeId| copies_of(trace, node, packet);
        let wanted = copies(first).len();
        for node in view.correct() {
            let sent = copies(node);
            let different: BTreeSet<_> = sent.iter().collect();
            let heard = trace.records.iter().any(|record| {
                record.node == node
                    && matches!(&record.what, What::Receive { packet: it, .. } if it == packet)
            });
            let right = sent.len() == different.len()
                && (sent.len() == wanted || (sent.is_empty() && !heard));
            if !right && view.is_correct(first) {
                return Err(Violation {
                    explanation: format!(
                        "node {node} sent {packet:?} to {} nodes in {} copies, and {first}, who began, to {wanted}",
                        different.len(),
                        sent.len()
                    ),
                    records: Vec::new(),
                });
            }
        }
    }
    Ok(())
}
// ANCHOR_END: relay

/// Each different packet, with the node that was the first to send it.
fn first_copies<V: Terms>(trace: &Trace<V>) -> Vec<(NodeId, &V::Packet)> {
    let mut firsts: Vec<(NodeId, &V::Packet)> = Vec::new();
    for record in &trace.records {
        if let What::Send { packet, .. } = &record.what
            && !firsts.iter().any(|(_, seen)| *seen == packet)
        {
            firsts.push((record.node, packet));
        }
    }
    firsts
}

/// To whom the node sent copies of the packet, in order.
fn copies_of<V: Terms>(trace: &Trace<V>, node: NodeId, packet: &V::Packet) -> Vec<NodeId> {
    let records = trace.records.iter().filter(|record| record.node == node);
    let sends = records.filter_map(|record| match &record.what {
        What::Send { id, packet: sent } if sent == packet => Some(id.to),
        _ => None,
    });
    sends.collect()
}
