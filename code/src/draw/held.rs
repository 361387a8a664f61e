//! Which messages were held back: received at one time, delivered at a later one.
//!
//! A trace does not say so, but it can be told. A delivery that names a message not in the packet that led to it must have
//! found that message held back, in an earlier packet of which nothing was delivered yet.

use super::label::{contains, message, sender};
use crate::node::NodeId;
use crate::sim::trace::{Text, Trace, What};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How many received packets a node is thought to hold back at most. Keeps long runs linear.
const HOLDS: usize = 256;

/// A message that was delivered later than it was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The record of its receipt.
    pub received: usize,
    /// The delivery that it had to wait for, if one can be told.
    pub awaited: Option<usize>,
}

/// The deliveries of messages that had been held back.
pub(super) fn find(trace: &Trace<Text>) -> BTreeMap<usize, Held> {
    let mut finder = Finder { trace, waiting: BTreeMap::new(), stored: BTreeSet::new() };
    let mut held = BTreeMap::new();
    // The deliveries of what came with the very packet that led to them.
    let mut direct: BTreeMap<usize, usize> = BTreeMap::new();
    for index in 0..trace.records.len() {
        let Some(received) = finder.step(index) else { continue };
        let event = finder.event_behind(index);
        if Some(received) == event {
            direct.insert(received, index);
        } else if !event.is_some_and(|event| matches!(trace.records[event].what, What::Recover)) {
            let awaited = event.and_then(|event| direct.get(&event).copied());
            held.insert(index, Held { received, awaited });
        }
    }
    held
}

struct Finder<'a> {
    trace: &'a Trace<Text>,
    /// The receipts of packets of which nothing was delivered yet, by node.
    waiting: BTreeMap<NodeId, VecDeque<usize>>,
    /// The receipts that led to something being stored: these survive a crash.
    stored: BTreeSet<usize>,
}

impl Finder<'_> {
    /// Goes on by one record. If that is a delivery: the receipt of what it delivers.
    fn step(&mut self, index: usize) -> Option<usize> {
        let record = &self.trace.records[index];
        let event = self.event_behind(index);
        let found = match &record.what {
            What::Deliver { indication } => {
                Some(self.receipt_of(record.node, indication, event)?)
            }
            _ => None,
        };
        let waiting = self.waiting.entry(record.node).or_default();
        match &record.what {
            What::Receive { .. } => {
                waiting.push_back(index);
                if waiting.len() > HOLDS {
                    waiting.pop_front();
                }
            }
            What::Store { .. } => self.stored.extend(event),
            What::Crash { .. } => waiting.retain(|receipt| self.stored.contains(receipt)),
            _ => waiting.retain(|&receipt| Some(receipt) != found),
        }
        found
    }

    /// Which receipt brought a message: that which led to its delivery, if it did; else the earliest packet from its
    /// sender that has it; else the earliest that has it.
    fn receipt_of(&self, node: NodeId, indication: &str, event: Option<usize>) -> Option<usize> {
        let brought = |&receipt: &usize| self.brought(receipt, message(indication));
        let from_sender = |&receipt: &usize| match &self.trace.records[receipt].what {
            What::Receive { id, .. } => sender(indication) == Some(id.from.to_string().as_str()),
            _ => false,
        };
        let waiting = || self.waiting.get(&node).into_iter().flatten().copied();
        event
            .filter(|event| waiting().any(|receipt| receipt == *event))
            .filter(brought)
            .or_else(|| waiting().filter(from_sender).find(brought))
            .or_else(|| waiting().find(brought))
    }

    /// The event that led to this record: a receipt, a timeout, a recovery or the like.
    fn event_behind(&self, index: usize) -> Option<usize> {
        let mut index = index;
        loop {
            // A cause comes before its effect; whatever else a file says, this ends.
            let cause = usize::try_from(self.trace.records[index].cause?).ok()?;
            if cause >= index {
                return None;
            }
            index = cause;
            match self.trace.records[index].what {
                What::Receive { .. }
                | What::Timeout { .. }
                | What::Request { .. }
                | What::Recover
                | What::Start => return Some(index),
                _ => {}
            }
        }
    }

    /// Whether that receipt brought this message.
    fn brought(&self, receipt: usize, message: &str) -> bool {
        match &self.trace.records[receipt].what {
            What::Receive { packet, .. } => contains(packet, message),
            _ => false,
        }
    }
}
