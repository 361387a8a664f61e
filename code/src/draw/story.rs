//! What a trace says at second sight: which packet arrived where, and which message was held back.

use super::label;
use crate::node::{MILLIS, NodeId, Time};
use crate::sim::event::PacketId;
use crate::sim::trace::{Loss, Text, Trace, What};
use std::collections::{BTreeMap, VecDeque};

/// How many received packets a node is thought to hold back at most. Keeps long runs linear.
const HOLDS: usize = 256;

/// A trace, and what was found in it. Everything is named by its index in the trace.
#[derive(Clone, Debug)]
pub struct Story<'a> {
    /// The run.
    pub trace: &'a Trace<Text>,
    /// All packets, in order of sending; copies right where they were made.
    pub flights: Vec<Flight<'a>>,
    /// The deliveries of messages that had been received earlier.
    pub held: BTreeMap<usize, Held>,
    /// The receipts of those messages, with their deliveries.
    until: BTreeMap<usize, usize>,
    /// Where records of a packet belong: index of the record to number of the flight.
    of_record: BTreeMap<usize, usize>,
}

/// A packet on its way.
#[derive(Clone, Copy, Debug)]
pub struct Flight<'a> {
    /// Its name.
    pub id: PacketId,
    /// The record of its sending.
    pub sent: usize,
    /// The record that began it: of the sending, or of the copying.
    pub began: usize,
    /// What is in it.
    pub packet: &'a str,
    /// How it ended.
    pub end: End,
}

/// How the way of a packet ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was received.
    Received(usize),
    /// It was lost.
    Lost(usize, Loss),
    /// It was still on its way when the run ended.
    Open,
}

/// A message that was delivered later than it was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The record of its receipt.
    pub received: usize,
    /// The delivery that it had to wait for, if one can be told.
    pub awaited: Option<usize>,
}

impl<'a> Story<'a> {
    /// Reads a trace.
    pub fn of(trace: &'a Trace<Text>) -> Self {
        let (held, until, of_record) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut story = Story { trace, flights: Vec::new(), held, until, of_record };
        story.follow_packets();
        story.find_held();
        story
    }

    /// The packet that this record is about.
    pub fn flight(&self, record: usize) -> Option<&Flight<'a>> {
        self.of_record.get(&record).map(|&flight| &self.flights[flight])
    }

    /// The message that this receipt brought, if it was held back: its delivery.
    pub fn held_until(&self, receipt: usize) -> Option<usize> {
        self.until.get(&receipt).copied()
    }

    fn follow_packets(&mut self) {
        let mut open: BTreeMap<PacketId, usize> = BTreeMap::new();
        for (index, record) in self.trace.records.iter().enumerate() {
            let flight = match &record.what {
                What::Send { id, packet } => {
                    let (sent, began, end) = (index, index, End::Open);
                    self.flights.push(Flight { id: *id, sent, began, packet, end });
                    self.flights.len() - 1
                }
                What::Duplicate { id } => {
                    let Some(&first) = open.get(&PacketId { copy: 0, ..*id }) else { continue };
                    let first = self.flights[first];
                    self.flights.push(Flight { id: *id, began: index, end: End::Open, ..first });
                    self.flights.len() - 1
                }
                What::Receive { id, .. } | What::Lose { id, .. } => {
                    let Some(&flight) = open.get(id) else { continue };
                    self.flights[flight].end = match record.what {
                        What::Lose { why, .. } => End::Lost(index, why),
                        _ => End::Received(index),
                    };
                    flight
                }
                _ => continue,
            };
            open.insert(self.flights[flight].id, flight);
            self.of_record.insert(index, flight);
        }
    }

    /// A delivery that names a message not in the packet that led to it must have found that message held back: in the
    /// earliest packet that has it and of which nothing was delivered yet.
    fn find_held(&mut self) {
        let mut waiting: BTreeMap<NodeId, VecDeque<usize>> = BTreeMap::new();
        let mut direct: BTreeMap<usize, usize> = BTreeMap::new();
        for (index, record) in self.trace.records.iter().enumerate() {
            let waiting = waiting.entry(record.node).or_default();
            match &record.what {
                What::Receive { .. } => {
                    waiting.push_back(index);
                    if waiting.len() > HOLDS {
                        waiting.pop_front();
                    }
                }
                What::Deliver { indication } => {
                    let message = label::message(indication);
                    let event = self.event_behind(index);
                    let Some(found) = self.find_receipt(message, event, waiting) else { continue };
                    waiting.retain(|&receipt| receipt != found);
                    if Some(found) == event {
                        direct.insert(found, index);
                    } else if !event.is_some_and(|event| self.is_recovery(event)) {
                        let awaited = event.and_then(|event| direct.get(&event).copied());
                        self.held.insert(index, Held { received: found, awaited });
                        self.until.insert(found, index);
                    }
                }
                _ => {}
            }
        }
    }

    /// Which receipt brought the message: the one that led to the delivery if it can be, else the earliest.
    fn find_receipt(
        &self,
        message: &str,
        event: Option<usize>,
        waiting: &VecDeque<usize>,
    ) -> Option<usize> {
        let direct = event.filter(|r| waiting.contains(r) && self.brought(*r, message));
        direct.or_else(|| waiting.iter().copied().find(|&r| self.brought(r, message)))
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

    /// What a recovery delivers was kept, not held back.
    fn is_recovery(&self, index: usize) -> bool {
        matches!(self.trace.records[index].what, What::Recover)
    }

    /// Whether that receipt brought this message: its text, as a whole, is in the packet.
    fn brought(&self, receipt: usize, message: &str) -> bool {
        let What::Receive { packet, .. } = &self.trace.records[receipt].what else { return false };
        let inside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        packet.match_indices(message).any(|(at, _)| {
            let before = packet[..at].chars().next_back();
            let after = packet[at + message.len()..].chars().next();
            let (first, last) = (message.chars().next(), message.chars().next_back());
            !(inside(before) && inside(first) || inside(last) && inside(after))
        })
    }
}

/// Writes points in time in milliseconds: exactly if few digits will do, else with as many as it takes to tell the times
/// of one run apart.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    digits: u32,
}

impl Times {
    /// For the times of this run: at most microseconds are written.
    pub fn of(trace: &Trace<Text>) -> Self {
        let shown = |what: &What<Text>| !matches!(what, What::SetTimer { .. });
        let mut times: Vec<Time> =
            trace.records.iter().filter(|r| shown(&r.what)).map(|record| record.at).collect();
        times.dedup();
        let exact = |digits| times.iter().all(|at| at % (MILLIS / 10_u64.pow(digits)) == 0);
        let apart =
            |digits| times.windows(2).all(|pair| round(pair[0], digits) != round(pair[1], digits));
        let digits = (0..3).find(|&d| exact(d)).or_else(|| (0..3).find(|&d| apart(d)));
        Times { digits: digits.unwrap_or(3) }
    }

    /// `at` in milliseconds, without the unit.
    pub fn number(self, at: Time) -> String {
        let unit = 10_u64.pow(self.digits);
        let rounded = round(at, self.digits);
        let (whole, part) = (rounded / unit, rounded % unit);
        if part == 0 {
            return whole.to_string();
        }
        let text = format!("{whole}.{part:0width$}", width = self.digits as usize);
        text.trim_end_matches('0').to_string()
    }

    /// `at` in milliseconds, with the unit.
    pub fn ms(self, at: Time) -> String {
        format!("{} ms", self.number(at))
    }
}

/// Nanoseconds as a count of the `digits`-th decimals of a millisecond.
fn round(at: Time, digits: u32) -> u64 {
    let unit = 10_u64.pow(6 - digits.min(6));
    at.saturating_add(unit / 2) / unit
}
