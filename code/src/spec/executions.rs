//! All executions of a small size: what stands behind "checked for all".
//!
//! A drawing has a line for each node, events on the lines, and arrows from sendings to receipts.
//! Whoever draws can let an arrow go back in time; such a drawing is not an execution, since
//! nothing can happen in that order. Here are all drawings, so that a proof that needs time can be
//! seen to need it. An event sends or receives at most one message, and not both. Messages that
//! nobody receives are left out: for happens-before, sending one is like a local event.

use crate::node::NodeId;
use crate::spec::causality::Event;
use std::collections::BTreeSet;

/// All drawings with so many nodes and events, each node with at least one event.
pub fn drawings(nodes: u32, events: usize) -> Vec<Vec<Event>> {
    let mut all = Vec::new();
    for lines in lines(nodes, events) {
        let line = |(node, length): (u32, usize)| {
            std::iter::repeat_n(Event { node: NodeId(node), received: None }, length)
        };
        let bare: Vec<Event> = (0..).zip(lines).flat_map(line).collect();
        with_messages(bare, 0, &mut all);
    }
    all
}

/// The ways to share the events among the nodes.
fn lines(nodes: u32, events: usize) -> Vec<Vec<usize>> {
    if nodes == 0 {
        return if events == 0 { vec![vec![]] } else { vec![] };
    }
    let with = |first: usize| {
        let rest = lines(nodes - 1, events - first).into_iter();
        rest.map(move |rest| [vec![first], rest].concat())
    };
    (1..=events).flat_map(with).collect()
}

/// Adds the drawings that have these events, with messages received by those from `place` on.
fn with_messages(events: Vec<Event>, place: usize, all: &mut Vec<Vec<Event>>) {
    if place == events.len() {
        all.push(events);
        return;
    }
    let sends = |other: usize| events.iter().any(|event| event.received == Some(other));
    if !sends(place) {
        for sender in 0..events.len() {
            let free = events[sender].received.is_none() && !sends(sender);
            if events[sender].node != events[place].node && free {
                let mut more = events.clone();
                more[place].received = Some(sender);
                with_messages(more, place + 1, all);
            }
        }
    }
    with_messages(events, place + 1, all);
}

/// An order in which the events can happen, one after another, as time goes by; `None` if they
/// cannot, because some message would have to arrive before it is sent.
///
/// It lets happen whatever can: the next event of a node, if it receives nothing, or if what it
/// receives has been sent.
pub fn in_time(events: &[Event]) -> Option<Vec<usize>> {
    let mut order = Vec::new();
    while order.len() < events.len() {
        let can_happen = |&next: &usize| {
            let Event { node, received } = events[next];
            let earlier = (0..next).all(|e| events[e].node != node || order.contains(&e));
            !order.contains(&next) && earlier && received.is_none_or(|send| order.contains(&send))
        };
        let next = (0..events.len()).find(can_happen)?;
        order.push(next);
    }
    Some(order)
}

/// All executions with so many nodes and events: the drawings that can happen.
pub fn executions(nodes: u32, events: usize) -> Vec<Vec<Event>> {
    let all = drawings(nodes, events).into_iter();
    all.filter(|events| in_time(events).is_some()).collect()
}

/// One of each, where some differ only in the names of their nodes.
pub fn up_to_renaming(nodes: u32, all: &[Vec<Event>]) -> BTreeSet<Vec<Event>> {
    let orders = orders(&NodeId::all(nodes).collect::<Vec<_>>());
    let least = |events: &Vec<Event>| orders.iter().map(|order| renamed(events, order)).min();
    all.iter().filter_map(least).collect()
}

/// All orders of these nodes.
fn orders(nodes: &[NodeId]) -> Vec<Vec<NodeId>> {
    if nodes.is_empty() {
        return vec![vec![]];
    }
    let first = |&node: &NodeId| {
        let rest: Vec<_> = nodes.iter().copied().filter(|&other| other != node).collect();
        orders(&rest).into_iter().map(move |rest| [vec![node], rest].concat())
    };
    nodes.iter().flat_map(first).collect()
}

/// The same drawing with its lines in this order, named anew from A on.
fn renamed(events: &[Event], order: &[NodeId]) -> Vec<Event> {
    let of_line = |&line: &NodeId| (0..events.len()).filter(move |&e| events[e].node == line);
    let places: Vec<usize> = order.iter().flat_map(of_line).collect();
    let place = |old: usize| places.iter().position(|&place| place == old);
    let name = |old: NodeId| order.iter().position(|&line| line == old).unwrap_or(0) as u32;
    let event = |&old: &usize| {
        let Event { node, received } = events[old];
        Event { node: NodeId(name(node)), received: received.and_then(place) }
    };
    places.iter().map(event).collect()
}
