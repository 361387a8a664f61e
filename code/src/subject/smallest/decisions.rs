//! The decisions of a script, one by one, and when each of them matters.

use crate::node::{NodeId, Time};
use crate::sim::event::{EventId, PacketId};
use crate::sim::script::Script;
use crate::sim::trace::{Text, Trace, What};
use std::collections::{BTreeMap, BTreeSet};

/// One decision of a script.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Decision {
    Fault(u32),
    Fate(PacketId),
    Forged(PacketId),
    Torn(EventId),
    Crash(EventId),
    Choice(EventId),
    Timer(EventId),
}

/// All decisions of a script.
pub(super) fn decisions(script: &Script) -> Vec<Decision> {
    let faults = 0..script.faults.iter().flatten().count() as u32;
    let faults = faults.map(Decision::Fault);
    let fates = script.fates.keys().copied().map(Decision::Fate);
    let forged = script.forged.keys().copied().map(Decision::Forged);
    let torn = script.torn.keys().cloned().map(Decision::Torn);
    let crashes = script.crashes.keys().cloned().map(Decision::Crash);
    let choices = script.choices.keys().cloned().map(Decision::Choice);
    let timers = script.timers.keys().cloned().map(Decision::Timer);
    let packets = fates.chain(forged);
    faults.chain(packets).chain(torn).chain(crashes).chain(choices).chain(timers).collect()
}

/// The script without these decisions. The faults that stay are counted anew, also where others
/// speak of them.
pub(super) fn without(script: &Script, left_out: &BTreeSet<Decision>) -> Script {
    let stays = |fault: u32| !left_out.contains(&Decision::Fault(fault));
    let renamed = |event: &EventId| match *event {
        EventId::Fault(fault) if !stays(fault) => None,
        EventId::Fault(fault) => {
            Some(EventId::Fault((0..fault).filter(|&f| stays(f)).count() as u32))
        }
        _ => Some(event.clone()),
    };
    let mut rest = script.clone();
    if let Some(faults) = &mut rest.faults {
        let mut ordinals = 0..;
        faults.retain(|_| ordinals.next().is_none_or(stays));
    }
    if rest.calm {
        rest.faults = rest.faults.filter(|faults| !faults.is_empty());
    }
    rest.fates.retain(|packet, _| !left_out.contains(&Decision::Fate(*packet)));
    rest.forged.retain(|packet, _| !left_out.contains(&Decision::Forged(*packet)));
    rest.torn = kept(&script.torn, left_out, Decision::Torn, renamed);
    rest.crashes = kept(&script.crashes, left_out, Decision::Crash, renamed);
    rest.choices = kept(&script.choices, left_out, Decision::Choice, renamed);
    rest.timers = kept(&script.timers, left_out, Decision::Timer, renamed);
    rest
}

fn kept<T: Clone>(
    decided: &BTreeMap<EventId, T>,
    left_out: &BTreeSet<Decision>,
    decision: fn(EventId) -> Decision,
    renamed: impl Fn(&EventId) -> Option<EventId>,
) -> BTreeMap<EventId, T> {
    let stays = decided.iter().filter(|(event, _)| !left_out.contains(&decision((*event).clone())));
    stays.filter_map(|(event, what)| Some((renamed(event)?, what.clone()))).collect()
}

/// When the things of a run came about about which one can decide.
pub(super) struct Times {
    /// When each packet of a link was sent, in order.
    pub(super) packets: BTreeMap<(NodeId, NodeId), Vec<Time>>,
    /// When each timer of a node was set, in order.
    pub(super) timers: BTreeMap<(NodeId, String), Vec<Time>>,
    /// When each request was made.
    pub(super) requests: BTreeMap<u32, Time>,
}

impl Times {
    pub(super) fn of(trace: &Trace<Text>) -> Self {
        let (packets, timers, requests) = Default::default();
        let mut times = Times { packets, timers, requests };
        for record in &trace.records {
            match &record.what {
                What::Send { id, .. } => {
                    times.packets.entry((id.from, id.to)).or_default().push(record.at);
                }
                What::SetTimer { timer, .. } => {
                    let timer = (record.node, timer.clone());
                    times.timers.entry(timer).or_default().push(record.at);
                }
                What::Request { ordinal, .. } => {
                    times.requests.insert(*ordinal, record.at);
                }
                _ => {}
            }
        }
        times
    }

    /// When a decision begins to matter; `None` if it never does, since what it is about does not
    /// come about.
    pub(super) fn of_decision(&self, decision: &Decision, script: &Script) -> Option<Time> {
        match decision {
            Decision::Fault(fault) => of_fault(*fault, script),
            Decision::Fate(packet) | Decision::Forged(packet) => self.of_packet(*packet),
            Decision::Crash(event)
            | Decision::Torn(event)
            | Decision::Choice(event)
            | Decision::Timer(event) => self.of_event(event, script),
        }
    }

    fn of_event(&self, event: &EventId, script: &Script) -> Option<Time> {
        match event {
            EventId::Start(_) => Some(0),
            EventId::Packet(packet) => self.of_packet(*packet),
            EventId::Timer { node, timer, ordinal } => {
                nth(self.timers.get(&(*node, timer.clone()))?, *ordinal)
            }
            EventId::Request(request) => self.requests.get(request).copied(),
            EventId::Fault(fault) => of_fault(*fault, script),
        }
    }

    fn of_packet(&self, packet: PacketId) -> Option<Time> {
        nth(self.packets.get(&(packet.from, packet.to))?, packet.ordinal)
    }
}

fn of_fault(fault: u32, script: &Script) -> Option<Time> {
    script.faults.as_ref()?.get(fault as usize).map(|(at, _)| *at)
}

/// The time of the `ordinal`-th, counted from 1.
fn nth(times: &[Time], ordinal: u64) -> Option<Time> {
    times.get(usize::try_from(ordinal.checked_sub(1)?).ok()?).copied()
}
