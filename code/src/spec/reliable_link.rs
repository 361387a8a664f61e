//! The promises of a reliable link (notes, section 2.3): a message is received if
//! and only if it was sent.

use crate::layer::Value;
use crate::node::NodeId;
use crate::service::{Deliver, SendTo};
use crate::sim::trace::{Terms, Trace};
use crate::spec::links::{Delivered, Links, Sent};
use crate::spec::{Verdict, Violation, ms};

// ANCHOR: no_creation
/// No creation: what is delivered had been sent before, by the node that it is said
/// to come from.
pub fn no_creation<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = SendTo<M>, Indication = Deliver<M>>,
{
    for ((from, to), link) in Links::of(trace).links {
        for delivered in &link.delivered {
            let was_sent =
                |sent: &Sent<M>| sent.msg == delivered.msg && sent.record < delivered.record;
            if !link.sent.iter().any(was_sent) {
                return Err(Violation {
                    explanation: format!(
                        "at {} node {to} delivered {:?} as if from {from}, but {from} had not sent it",
                        ms(delivered.at),
                        delivered.msg
                    ),
                    records: vec![delivered.record],
                });
            }
        }
    }
    Ok(())
}
// ANCHOR_END: no_creation

// ANCHOR: no_duplication
/// No duplication: between two crashes of the receiver, a message is delivered at
/// most as often as it was sent.
pub fn no_duplication<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = SendTo<M>, Indication = Deliver<M>>,
{
    for ((from, to), link) in Links::of(trace).links {
        for delivered in &link.delivered {
            let alike = |other: &&_| is_same(*other, delivered);
            let copies: Vec<_> = link.delivered.iter().filter(alike).map(|d| d.record).collect();
            let sent = link.sent.iter().filter(|sent| sent.msg == delivered.msg).count();
            if copies.len() > sent {
                return Err(Violation {
                    explanation: format!(
                        "node {to} delivered {:?} from {from} more often than it was sent: {} times, not {sent}",
                        delivered.msg,
                        copies.len()
                    ),
                    records: copies,
                });
            }
        }
    }
    Ok(())
}
// ANCHOR_END: no_duplication

// ANCHOR: delivery
/// Delivery: a message is delivered in the end, if neither its sender nor its
/// receiver crashes once it was sent.
///
/// A liveness property: judge it only when faults have stopped and the run is over.
pub fn delivery<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = SendTo<M>, Indication = Deliver<M>>,
{
    delivered_if(trace, |links, from, to, sent| {
        links.stays_up(from, sent.record) && links.stays_up(to, sent.record)
    })
}
// ANCHOR_END: delivery

/// Every message of which `required` holds is delivered in the end.
pub(crate) fn delivered_if<V, M: Value>(
    trace: &Trace<V>,
    required: impl Fn(&Links<M>, NodeId, NodeId, &Sent<M>) -> bool,
) -> Verdict
where
    V: Terms<Request = SendTo<M>, Indication = Deliver<M>>,
{
    let links = Links::of(trace);
    for (&(from, to), link) in &links.links {
        let mut alike: Alike<M> = Alike::new();
        for delivered in &link.delivered {
            alike.entry(&delivered.msg).or_default().1.push(delivered.record);
        }
        for sent in link.sent.iter().filter(|sent| required(&links, from, to, sent)) {
            alike.entry(&sent.msg).or_default().0.push(sent.record);
        }
        for sent in link.sent.iter().filter(|sent| required(&links, from, to, sent)) {
            let (all_sent, delivered) = &alike[&sent.msg];
            let needed = all_sent.iter().filter(|&&record| record >= sent.record).count();
            let got = delivered.iter().filter(|&&record| record > sent.record).count();
            if got < needed {
                return Err(Violation {
                    explanation: undelivered(from, to, &sent.msg, needed, got),
                    records: vec![sent.record],
                });
            }
        }
    }
    Ok(())
}

/// Where each message is sent, and where delivered.
#[expect(clippy::disallowed_types, reason = "only looked up: its order cannot show")]
type Alike<'a, M> = std::collections::HashMap<&'a M, (Vec<u64>, Vec<u64>)>;

fn undelivered<M: Value>(from: NodeId, to: NodeId, msg: &M, sent: usize, got: usize) -> String {
    match (sent, got) {
        (1, 0) => {
            format!("node {from} sent {msg:?} to {to}, and the run ended before {to} delivered it")
        }
        _ => format!(
            "node {from} sent {msg:?} to {to} {sent} times, and {to} delivered {got} of them"
        ),
    }
}

/// The same message, delivered in the same life of the receiver.
fn is_same<M: Eq>(one: &Delivered<M>, other: &Delivered<M>) -> bool {
    one.msg == other.msg && one.life == other.life
}
