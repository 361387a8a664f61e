//! Where in a run something can be changed.

use crate::node::{MILLIS, NodeId, Time};
use crate::sim::event::{EventId, PacketId};
use crate::sim::fault::Fault;
use crate::sim::trace::{Loss, Record, Text, Trace, What};
use std::collections::{BTreeMap, BTreeSet};

/// Every point of a run with these faults at which a node can crash within an event, its recovery
/// among them, if [named](Trace::event): before its first effect, between any two, and after the
/// last. Each with the index of the record that begins the event.
pub fn crash_points(
    trace: &Trace<Text>,
    faults: &[(Time, Fault)],
) -> Vec<(usize, EventId, NodeId, u32)> {
    let mut effects: BTreeMap<u64, u32> = BTreeMap::new();
    for record in trace.records.iter().filter(|record| record.is_effect()) {
        *effects.entry(record.cause.unwrap_or(u64::MAX)).or_default() += 1;
    }
    let mut points = Vec::new();
    for (index, record) in trace.records.iter().enumerate() {
        let Some(event) = trace.event(index as u64, faults) else { continue };
        let effects = effects.get(&(index as u64)).copied().unwrap_or(0);
        points.extend((0..=effects).map(|done| (index, event.clone(), record.node, done)));
    }
    points
}

/// The packets that are sent in a run, each with the index of its record.
pub(super) fn sent(
    trace: &Trace<Text>,
    wanted: impl Fn(PacketId) -> bool,
) -> impl Iterator<Item = (usize, PacketId)> {
    let sent = trace.records.iter().enumerate().filter_map(|(index, record)| match record.what {
        What::Send { id, .. } => Some((index, id)),
        _ => None,
    });
    sent.filter(move |(_, id)| wanted(*id))
}

/// How a packet arrives that arrives once.
pub(super) struct Arrival {
    pub(super) at: Time,
    /// Its receiver is up.
    pub(super) is_received: bool,
    /// Something else happens to its receiver at the same time, after it.
    pub(super) is_followed_at_once: bool,
}

impl Arrival {
    pub(super) fn of(trace: &Trace<Text>, packet: PacketId) -> Option<Self> {
        let of_it = |what: &What<Text>| match what {
            What::Receive { id, .. } | What::Lose { id, why: Loss::Down } => {
                PacketId { copy: 0, ..*id } == packet
            }
            _ => false,
        };
        let mut arrivals =
            trace.records.iter().enumerate().filter(|(_, record)| of_it(&record.what));
        let (Some((index, record)), None) = (arrivals.next(), arrivals.next()) else { return None };
        let at_once = trace.records[index + 1..].iter().take_while(|other| other.at == record.at);
        Some(Arrival {
            at: record.at,
            is_received: matches!(record.what, What::Receive { .. }),
            is_followed_at_once: at_once.into_iter().any(|other| comes_to(other, packet.to)),
        })
    }
}

/// Whether this record is something that comes to this node from outside.
fn comes_to(record: &Record<Text>, node: NodeId) -> bool {
    let is_fault = matches!(
        record.what,
        What::Crash { after_effects: None, .. } | What::Recover | What::Pause | What::Resume
    );
    record.node == node && (is_fault || record.event().is_some())
}

/// The times at which something can arrive at a node after `start`, one for each gap between the
/// moments at which something else comes to it: shortly after the one before. `None` for a gap in
/// which there is no room.
pub(super) fn gaps_after(trace: &Trace<Text>, node: NodeId, start: Time) -> Vec<Option<Time>> {
    let comes = trace.records.iter().filter(|record| comes_to(record, node));
    let moments: BTreeSet<Time> = comes.map(|record| record.at).filter(|&at| at > start).collect();
    let begins = std::iter::once(start).chain(moments.iter().copied());
    let ends = moments.iter().copied().chain([Time::MAX]);
    begins
        .zip(ends)
        .map(|(begin, end)| {
            let room = (end - begin).min(2 * MILLIS) / 2;
            (room > 0).then_some(begin + room)
        })
        .collect()
}
