//! Happens-before, by brute force (notes, section 3.3), and what clocks promise about it
//! (section 4.1).

use crate::clock::logical::{Stamped, Step};
use crate::layer::Value;
use crate::node::NodeId;
use crate::sim::event::PacketId;
use crate::sim::trace::{Terms, Trace, What};
pub use crate::spec::stamps::Stamps;
use crate::spec::{Verdict, Violation};
use std::collections::BTreeMap;

// ANCHOR: event
/// An event: a step at one node. An execution is a list of events, in which
/// those of each node stand in the order in which they happened there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Event {
    /// Where it happened.
    pub node: NodeId,
    /// If it is the receipt of a message: the place in the list of the event
    /// that sent it.
    pub received: Option<usize>,
}
// ANCHOR_END: event

// ANCHOR: relation
/// A relation between the events of an execution: for each two of them, whether it holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Relation(Vec<Vec<bool>>);
// ANCHOR_END: relation

impl Relation {
    /// The relation that holds where `holds` says so, between `n` events.
    pub fn new(n: usize, holds: impl Fn(usize, usize) -> bool) -> Self {
        Relation((0..n).map(|a| (0..n).map(|b| holds(a, b)).collect()).collect())
    }
    /// Whether it holds from `a` to `b`.
    pub fn holds(&self, a: usize, b: usize) -> bool {
        self.0[a][b]
    }
    /// Between how many events it is.
    pub fn size(&self) -> usize {
        self.0.len()
    }
    /// All pairs between which it holds.
    pub fn pairs(&self) -> Vec<(usize, usize)> {
        let all = (0..self.size()).flat_map(|a| (0..self.size()).map(move |b| (a, b)));
        all.filter(|&(a, b)| self.holds(a, b)).collect()
    }

    // ANCHOR: orders
    /// Whether it never holds from an event to itself.
    pub fn is_irreflexive(&self) -> bool {
        (0..self.size()).all(|a| !self.holds(a, a))
    }
    /// Whether it never holds both ways.
    pub fn is_asymmetric(&self) -> bool {
        self.pairs().into_iter().all(|(a, b)| !self.holds(b, a))
    }
    /// Whether it holds from `a` to `c` wherever it holds from `a` to `b` and from `b` to `c`.
    pub fn is_transitive(&self) -> bool {
        self.missing_step().is_none()
    }
    /// Whether it holds one way or the other between any two different events.
    pub fn is_total(&self) -> bool {
        let n = self.size();
        (0..n).all(|a| (0..a).all(|b| self.holds(a, b) || self.holds(b, a)))
    }
    /// Whether it holds wherever `other` does.
    pub fn contains(&self, other: &Relation) -> bool {
        other.pairs().into_iter().all(|(a, b)| self.holds(a, b))
    }
    // ANCHOR_END: orders

    /// The first `a`, `b`, `c` such that it holds from `a` to `b` and from `b` to `c`, but not
    /// from `a` to `c`.
    pub fn missing_step(&self) -> Option<(usize, usize, usize)> {
        let steps = self.pairs().into_iter();
        let mut chains = steps.flat_map(|(a, b)| (0..self.size()).map(move |c| (a, b, c)));
        chains.find(|&(a, b, c)| self.holds(b, c) && !self.holds(a, c))
    }

    // ANCHOR: concurrent
    /// Between which events it holds neither way, and which are not the same.
    pub fn concurrent(&self) -> Relation {
        Relation::new(self.size(), |a, b| a != b && !self.holds(a, b) && !self.holds(b, a))
    }
    // ANCHOR_END: concurrent
}

// ANCHOR: happens_before
/// Happens-before: from which event to which.
pub fn happens_before(events: &[Event]) -> Relation {
    let mut before = directly_before(events);
    // Rule 3: a -> c and c -> b make a -> b.
    // To try each c once, in any order, is enough (Warshall).
    for c in 0..before.size() {
        before = Relation::new(before.size(), |a, b| {
            before.holds(a, b) || (before.holds(a, c) && before.holds(c, b))
        });
    }
    before
}

/// Rules 1 and 2 only.
pub fn directly_before(events: &[Event]) -> Relation {
    Relation::new(events.len(), |a, b| {
        // Rule 1: at one node, the earlier event.
        let earlier = events[a].node == events[b].node && a < b;
        // Rule 2: the sending of a message, and the receipt of it.
        let message = events[b].received == Some(a);
        earlier || message
    })
}
// ANCHOR_END: happens_before

// ANCHOR: told
/// Told: every event gets a timestamp, unless its node crashes at that moment.
pub fn told<V, T: Value, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Step<M>, Indication = Stamped<T, M>>,
{
    let stamps = Stamps::of(trace);
    let silent = |&event: &usize| stamps.times[event].is_none() && !stamps.is_cut_short(event);
    match (0..stamps.events.len()).find(silent) {
        None => Ok(()),
        Some(event) => {
            let node = stamps.events[event].node;
            let explanation = format!("something happened at node {node} and got no timestamp");
            Err(Violation { explanation, records: vec![stamps.records[event]] })
        }
    }
}
// ANCHOR_END: told

// ANCHOR: consistent
/// Consistent with causality: a -> b implies T(a) < T(b).
pub fn consistent<V, T: Value + PartialOrd, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Step<M>, Indication = Stamped<T, M>>,
{
    let stamps = Stamps::of(trace);
    let before = happens_before(&stamps.events);
    for (a, b) in stamps.pairs() {
        let rises = a.1 < b.1;
        if before.holds(a.0, b.0) && !rises {
            return Err(stamps.violation(a, b, "and the first happened before the second"));
        }
    }
    Ok(())
}
// ANCHOR_END: consistent

// ANCHOR: total_order
/// Total order: the pairs of timestamp and name of the node are all different, and in
/// their order no event stands before one that happened before it.
pub fn total_order<V, T: Value + Ord, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Step<M>, Indication = Stamped<T, M>>,
{
    let stamps = Stamps::of(trace);
    let before = happens_before(&stamps.events);
    let named = |(event, time): (usize, &T)| (time.clone(), stamps.events[event].node);
    for (a, b) in stamps.pairs() {
        if named(a) == named(b) {
            return Err(stamps.violation(a, b, "so nothing tells them apart"));
        }
        if before.holds(a.0, b.0) && named(a) > named(b) {
            return Err(stamps.violation(a, b, "and the first happened before the second"));
        }
    }
    Ok(())
}
// ANCHOR_END: total_order

// ANCHOR: characterises
/// Characterises causality: V(a) < V(b) just if a -> b, and V(a) = V(b) just if
/// a = b. So V(a) and V(b) are incomparable just if a || b.
pub fn characterises<V, T: Value + PartialOrd, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Step<M>, Indication = Stamped<T, M>>,
{
    let stamps = Stamps::of(trace);
    let before = happens_before(&stamps.events);
    for (a, b) in stamps.pairs() {
        let says = match (before.holds(a.0, b.0), a.1 < b.1, a.1 == b.1) {
            (_, _, true) => "so they look like one event",
            (true, false, _) => "and the first happened before the second",
            (false, true, _) => "but the first did not happen before the second",
            _ => continue,
        };
        return Err(stamps.violation(a, b, says));
    }
    Ok(())
}
// ANCHOR_END: characterises

/// The causality among what nodes sent, whatever algorithm they run.
///
/// For each packet that was sent, in order, whether its sending happened before that of which
/// others: computed from the records of the trace alone, in which every request, receipt,
/// timeout and sending counts as an event.
pub fn between_packets<V: Terms>(trace: &Trace<V>) -> (Vec<PacketId>, Relation) {
    let mut events = Vec::new();
    let mut sent: BTreeMap<PacketId, usize> = BTreeMap::new();
    for record in &trace.records {
        let received = match &record.what {
            What::Receive { id, .. } => sent.get(&PacketId { copy: 0, ..*id }).copied(),
            What::Send { id, .. } => {
                sent.insert(*id, events.len());
                None
            }
            What::Start | What::Request { .. } | What::Timeout { .. } => None,
            _ => continue,
        };
        events.push(Event { node: record.node, received });
    }
    let before = happens_before(&events);
    let (names, places): (Vec<_>, Vec<_>) = sent.into_iter().unzip();
    let relation = Relation::new(places.len(), |a, b| before.holds(places[a], places[b]));
    (names, relation)
}
