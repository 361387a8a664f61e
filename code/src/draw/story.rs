//! What a trace says at second sight: which packet arrived where, and which message was held back.

use super::held::{self, Held};
use super::never;
use crate::node::{MILLIS, Time};
use crate::sim::event::PacketId;
use crate::sim::trace::{Loss, Text, Trace, What};
use std::collections::{BTreeMap, BTreeSet};

/// A trace, and what was found in it. Everything is named by its index in the trace.
#[derive(Clone, Debug)]
pub struct Story<'a> {
    /// The run.
    pub trace: &'a Trace<Text>,
    /// All packets, in order of sending; copies right where they were made.
    pub flights: Vec<Flight<'a>>,
    /// The deliveries of messages that had been received earlier.
    pub held: BTreeMap<usize, Held>,
    /// The receipts of messages that are never delivered there.
    pub never: BTreeSet<usize>,
    /// The receipts of messages that were held back, with their deliveries.
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

impl<'a> Story<'a> {
    /// Reads a trace.
    pub fn of(trace: &'a Trace<Text>) -> Self {
        let held = held::find(trace);
        let until = held.iter().map(|(&delivery, held)| (held.received, delivery)).collect();
        let never = never::find(trace);
        let (flights, of_record) = (Vec::new(), BTreeMap::new());
        let mut story = Story { trace, flights, held, never, until, of_record };
        story.follow_packets();
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

    /// The first crash of that node after this record.
    pub fn crash_after(&self, record: usize) -> Option<usize> {
        let node = self.trace.records[record].node;
        let later = self.trace.records.iter().enumerate().skip(record + 1);
        let mut crashes =
            later.filter(|(_, r)| r.node == node && matches!(r.what, What::Crash { .. }));
        crashes.next().map(|(index, _)| index)
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
                // From here on it is what the adversary made of it.
                What::Forge { id, packet, .. } => {
                    if let Some(&flight) = open.get(id) {
                        self.flights[flight].packet = packet;
                    }
                    continue;
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

    /// A long span in whole milliseconds, a short one like [`number`](Self::number); without the unit.
    pub fn rough(self, span: Time) -> String {
        if span < 10 * MILLIS { self.number(span) } else { round(span, 0).to_string() }
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
