//! What each broadcast promises.

use super::Word;
use crate::layer::Service;
use crate::service::{Broadcast, Deliver};
use crate::spec::{causal_broadcast, fifo_broadcast, gossip, reliable_broadcast, total_order};
use crate::subject::Property;

/// A broadcast that carries words.
pub trait Words: Service<Request = Broadcast<Word>, Indication = Deliver<Word>> {}
impl<S: Service<Request = Broadcast<Word>, Indication = Deliver<Word>>> Words for S {}

/// Of every broadcast.
fn safe<S: Words>() -> Vec<Property<S>> {
    vec![
        property!(Safety, reliable_broadcast::no_creation, "what is delivered had been broadcast"),
        property!(
            Safety,
            reliable_broadcast::no_duplication,
            "nothing is delivered more often than it was broadcast"
        ),
    ]
}

pub(super) fn direct<S: Words>() -> Vec<Property<S>> {
    let mut promises = safe();
    promises.push(property!(
        Liveness,
        reliable_broadcast::delivery,
        "what a node broadcasts that does not crash, all correct nodes deliver"
    ));
    promises
}

pub(super) fn gossip<S: Words>() -> Vec<Property<S>> {
    let mut promises = safe();
    promises.push(property!(
        Liveness,
        gossip::relay,
        "whoever delivers a message has told as many others as its broadcaster, each once"
    ));
    promises
}

pub(super) fn reliable<S: Words>() -> Vec<Property<S>> {
    let mut promises = safe();
    promises.push(property!(
        Liveness,
        reliable_broadcast::validity,
        "what a correct node broadcasts, it delivers itself"
    ));
    promises.push(property!(
        Liveness,
        reliable_broadcast::agreement,
        "what one correct node delivers, all correct nodes deliver"
    ));
    promises
}

pub(super) fn fifo<S: Words>() -> Vec<Property<S>> {
    let mut promises = reliable();
    promises.push(fifo_order());
    promises
}

fn fifo_order<S: Words>() -> Property<S> {
    property!(
        Safety,
        fifo_broadcast::order,
        "each node's messages are delivered in the order in which it broadcast them"
    )
}

pub(super) fn causal<S: Words>() -> Vec<Property<S>> {
    let mut promises = fifo();
    promises.push(property!(
        Safety,
        causal_broadcast::order,
        "a message is delivered after all that its broadcaster had broadcast or delivered before it"
    ));
    promises
}

pub(super) fn total<S: Words>() -> Vec<Property<S>> {
    let mut promises = safe();
    promises.push(property!(
        Safety,
        total_order::same_order,
        "all nodes deliver in the same order"
    ));
    promises.push(property!(
        Safety,
        total_order::prefix,
        "of what two nodes have delivered, one is the beginning of the other"
    ));
    promises.push(fifo_order());
    promises.push(property!(
        Safety,
        causal_broadcast::order,
        "a message is delivered after all that its broadcaster had broadcast or delivered before it"
    ));
    promises.push(property!(
        Liveness,
        total_order::validity_without_crash,
        "what a node broadcasts, it delivers itself, if nobody crashes"
    ));
    promises.push(property!(
        Liveness,
        total_order::agreement_without_crash,
        "what any node delivers, all nodes deliver, if nobody crashes"
    ));
    promises
}
