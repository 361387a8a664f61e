//! What a fair-loss link promises (notes, section 2.3), beside that [nothing is made
//! up](crate::spec::reliable_link::no_creation).

use crate::layer::Value;
use crate::service::{Deliver, SendTo};
use crate::sim::trace::{Terms, Trace};
use crate::spec::links::{Links, Sent};
use crate::spec::{Verdict, Violation};

/// How often a message must be sent before "again and again" holds.
pub const AGAIN_AND_AGAIN: usize = 30;

// ANCHOR: fair_loss
/// Fair loss: a message that is sent again and again, here [`AGAIN_AND_AGAIN`] times, is delivered,
/// if neither its sender nor its receiver crashes.
///
/// A liveness property: judge it only when faults have stopped and the run is over.
pub fn fair_loss<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = SendTo<M>, Indication = Deliver<M>>,
{
    let links = Links::of(trace);
    for (&(from, to), link) in &links.links {
        let lasting =
            |sent: &&Sent<M>| links.stays_up(from, sent.record) && links.stays_up(to, sent.record);
        for msg in link.sent.iter().filter(lasting).map(|sent| &sent.msg) {
            let alike = link.sent.iter().filter(lasting).filter(|sent| sent.msg == *msg);
            let times: Vec<_> = alike.map(|sent| sent.record).collect();
            let delivered = link.delivered.iter().any(|delivered| delivered.msg == *msg);
            if times.len() >= AGAIN_AND_AGAIN && !delivered {
                return Err(Violation {
                    explanation: format!(
                        "node {from} sent {msg:?} to {to} {} times, and {to} never delivered it",
                        times.len()
                    ),
                    records: times,
                });
            }
        }
    }
    Ok(())
}
// ANCHOR_END: fair_loss
