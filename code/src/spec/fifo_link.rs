//! The promises of a FIFO link (notes, section 2.4, exercises 4 and 5), beside
//! those of a reliable link.

use crate::layer::Value;
use crate::node::NodeId;
use crate::service::{Deliver, SendTo};
use crate::sim::trace::{Terms, Trace};
use crate::spec::links::{Delivered, Link, Links};
use crate::spec::reliable_link::delivered_if;
use crate::spec::{Verdict, Violation, ms};

// ANCHOR: order
/// Order: when a message is delivered, all that its sender had sent to this node
/// before it have been delivered.
///
/// For nodes that do not come back after a crash.
pub fn order<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = SendTo<M>, Indication = Deliver<M>>,
{
    for ((from, to), link) in Links::of(trace).links {
        let mut expected = 0;
        for delivered in &link.delivered {
            match link.position(&delivered.msg, expected) {
                Some(position) if position == expected => expected += 1,
                Some(_) => return Err(link.skipped(from, to, expected, delivered)),
                // Not sent, or delivered before: other properties say so.
                None => {}
            }
        }
    }
    Ok(())
}
// ANCHOR_END: order

// ANCHOR: at_most_once
/// At most once, in order: no message is delivered twice, whatever crashes; messages
/// are skipped only if they had been sent before a crash of the receiver.
///
/// For runs in which all messages on a link differ.
pub fn at_most_once<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = SendTo<M>, Indication = Deliver<M>>,
{
    let links = Links::of(trace);
    for (&(from, to), link) in &links.links {
        let mut expected = 0;
        for delivered in &link.delivered {
            let Some(position) = link.position(&delivered.msg, expected) else {
                match link.position(&delivered.msg, 0) {
                    Some(_) => return Err(link.repeated(from, to, delivered)),
                    None => continue, // not sent: another property says so
                }
            };
            let crash = links.last_crash(to, delivered.record).unwrap_or(0);
            let lost = |skipped: &usize| link.sent[*skipped].record < crash;
            if let Some(skipped) = (expected..position).find(|skipped| !lost(skipped)) {
                return Err(link.skipped(from, to, skipped, delivered));
            }
            expected = position + 1;
        }
    }
    Ok(())
}
// ANCHOR_END: at_most_once

// ANCHOR: at_least_once
/// At least once, in order: no message is skipped, whatever crashes; messages are
/// repeated only where the receiver crashed, and then in order again.
///
/// For runs in which all messages on a link differ.
pub fn at_least_once<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = SendTo<M>, Indication = Deliver<M>>,
{
    for ((from, to), link) in Links::of(trace).links {
        let (mut expected, mut furthest, mut life) = (0, 0, 0);
        for delivered in &link.delivered {
            let Some(position) = link.position(&delivered.msg, 0) else { continue };
            if position > furthest {
                return Err(link.skipped(from, to, furthest, delivered));
            }
            if position != expected && delivered.life == life {
                return Err(link.repeated(from, to, delivered));
            }
            (expected, life) = (position + 1, delivered.life);
            furthest = furthest.max(expected);
        }
    }
    Ok(())
}
// ANCHOR_END: at_least_once

/// Delivery to a correct receiver: a message is delivered in the end if its
/// receiver does not crash once it was sent, its sender is up in the end, and the
/// sender did not crash within the very request.
pub fn delivery_despite_sender_crash<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = SendTo<M>, Indication = Deliver<M>>,
{
    delivered_if(trace, |links, from, to, sent| {
        links.is_up(from) && !sent.interrupted && links.stays_up(to, sent.record)
    })
}

/// Delivery after recovery: a message is delivered in the end if both nodes are up
/// in the end, and the sender did not crash within the very request.
pub fn delivery_after_recovery<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = SendTo<M>, Indication = Deliver<M>>,
{
    delivered_if(trace, |links, from, to, sent| {
        links.is_up(from) && links.is_up(to) && !sent.interrupted
    })
}

impl<M: Value> Link<M> {
    /// Where in the order of sending, from `start` on, this message stands.
    fn position(&self, msg: &M, start: usize) -> Option<usize> {
        let found = self.sent.iter().skip(start).position(|sent| sent.msg == *msg);
        found.map(|position| start + position)
    }

    fn skipped(&self, from: NodeId, to: NodeId, missing: usize, got: &Delivered<M>) -> Violation {
        let missing = &self.sent[missing];
        Violation {
            explanation: format!(
                "at {} node {to} delivered {:?} from {from}, but {from} had sent {:?} before it, which was not yet \
                 delivered",
                ms(got.at),
                got.msg,
                missing.msg
            ),
            records: vec![missing.record, got.record],
        }
    }

    fn repeated(&self, from: NodeId, to: NodeId, got: &Delivered<M>) -> Violation {
        let earlier = self.delivered.iter().filter(|d| d.msg == got.msg && d.record < got.record);
        Violation {
            explanation: format!(
                "at {} node {to} delivered {:?} from {from}, which it had delivered before",
                ms(got.at),
                got.msg
            ),
            records: earlier.map(|d| d.record).chain([got.record]).collect(),
        }
    }
}
