//! A trace as causality sees it: events, what led to what, and the timestamps of clocks.

use crate::clock::logical::{Happened, Stamped, Step};
use crate::layer::Value;
use crate::node::NodeId;
use crate::sim::event::PacketId;
use crate::sim::trace::{Record, Terms, Trace, What};
use crate::spec::Violation;
use crate::spec::causality::Event;
use std::collections::{BTreeMap, BTreeSet};

/// The events of a run whose nodes have clocks.
#[derive(Clone, Debug)]
pub struct Stamps<T> {
    /// The execution.
    pub events: Vec<Event>,
    /// The timestamp of each event; `None` if a crash kept it from being told.
    pub times: Vec<Option<T>>,
    /// The record of each event in the trace.
    pub records: Vec<u64>,
    cut_short: BTreeSet<usize>,
}

impl<T: Value> Stamps<T> {
    /// Reads a trace: each request and each receipt is an event.
    ///
    /// Where the trace says nothing of packets, as in the model checker, a receipt is known by what
    /// the node told of it; then no two messages may be equal.
    pub fn of<V, M: Value>(trace: &Trace<V>) -> Self
    where
        V: Terms<Request = Step<M>, Indication = Stamped<T, M>>,
    {
        let (events, times, records) = (vec![], vec![], vec![]);
        let stamps = Stamps { events, times, records, cut_short: BTreeSet::new() };
        let (sent, said) = (BTreeMap::new(), Vec::new());
        let mut reader =
            Reader { stamps, of_record: BTreeMap::new(), sent, said, stored: BTreeSet::new() };
        for (index, record) in (0..).zip(&trace.records) {
            reader.read(index, record);
        }
        reader.stamps
    }

    /// The events that have a timestamp, with it.
    pub fn stamped(&self) -> impl Iterator<Item = (usize, &T)> + Clone {
        self.times.iter().enumerate().filter_map(|(event, time)| Some((event, time.as_ref()?)))
    }

    /// Whether a crash cut the event short.
    pub fn is_cut_short(&self, event: usize) -> bool {
        self.cut_short.contains(&event)
    }

    /// Every two different events that have timestamps.
    pub(super) fn pairs(&self) -> impl Iterator<Item = ((usize, &T), (usize, &T))> {
        let others = move |a: (usize, _)| self.stamped().filter(move |b| a.0 != b.0);
        self.stamped().flat_map(move |a| others((a.0, ())).map(move |b| (a, b)))
    }

    pub(super) fn violation(&self, a: (usize, &T), b: (usize, &T), relation: &str) -> Violation {
        let of = |(event, time): (usize, &T)| {
            let Event { node, received } = self.events[event];
            let number = self.events[..=event].iter().filter(|other| other.node == node).count();
            let what = if received.is_some() { ", a receipt," } else { "" };
            format!("event {number} of node {node}{what} has {time:?}")
        };
        let explanation = format!("{}, {}, {relation}", of(a), of(b));
        Violation { explanation, records: vec![self.records[a.0], self.records[b.0]] }
    }
}

/// A trace that is being read.
struct Reader<'a, T, M> {
    stamps: Stamps<T>,
    /// The event that each record began.
    of_record: BTreeMap<u64, usize>,
    /// The event in which each packet was sent.
    sent: BTreeMap<PacketId, usize>,
    /// What was asked to be sent: by whom, to whom, what, in which event.
    said: Vec<(NodeId, NodeId, &'a M, usize)>,
    /// The events that wrote to stable storage.
    stored: BTreeSet<usize>,
}

impl<'a, T: Value, M: Value> Reader<'a, T, M> {
    fn read<V>(&mut self, index: u64, record: &'a Record<V>)
    where
        V: Terms<Request = Step<M>, Indication = Stamped<T, M>>,
    {
        let node = record.node;
        let event = record.cause.and_then(|cause| self.of_record.get(&cause)).copied();
        match (&record.what, event) {
            (What::Request { request, .. }, _) => {
                let event = self.add(index, Event { node, received: None });
                if let Step::Send { to, msg } = request {
                    self.said.push((node, *to, msg, event));
                }
            }
            (What::Receive { id, .. }, _) => {
                let received = self.sent.get(&PacketId { copy: 0, ..*id }).copied();
                self.add(index, Event { node, received });
            }
            (What::Send { id, .. }, Some(event)) => {
                self.sent.insert(*id, event);
            }
            (What::Deliver { indication }, event) => {
                let event = event.unwrap_or_else(|| self.uncaused(index, node, &indication.event));
                self.stamps.times[event] = Some(indication.time.clone());
            }
            (What::Store { .. }, Some(event)) => {
                self.stored.insert(event);
            }
            (What::Crash { .. }, Some(event)) => self.cut_short(event),
            _ => {}
        }
    }

    /// Adds an event; returns its place.
    fn add(&mut self, record: u64, event: Event) -> usize {
        self.stamps.events.push(event);
        self.stamps.times.push(None);
        self.stamps.records.push(record);
        let place = self.stamps.events.len() - 1;
        self.of_record.insert(record, place);
        place
    }

    /// The event of which a node tells, where the trace does not say what led to that: its last, or
    /// a receipt that was not seen.
    fn uncaused(&mut self, index: u64, node: NodeId, event: &Happened<M>) -> usize {
        let Happened::Received { from, msg } = event else {
            let last = self.stamps.events.iter().rposition(|event| event.node == node);
            return last.unwrap_or_else(|| self.add(index, Event { node, received: None }));
        };
        let same =
            |said: &&(NodeId, NodeId, &M, usize)| (said.0, said.1, said.2) == (*from, node, msg);
        let received = self.said.iter().find(same).map(|&(.., event)| event);
        self.add(index, Event { node, received })
    }

    /// The node crashed in this event. If nothing of it is left, it is as if what was received had
    /// been lost.
    fn cut_short(&mut self, event: usize) {
        self.stamps.cut_short.insert(event);
        if self.stamps.times[event].is_none() && !self.stored.contains(&event) {
            self.stamps.events[event].received = None;
        }
    }
}
