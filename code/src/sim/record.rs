//! Writing down what happened in a run, so that nothing of it is left to the seed.

use crate::choices::Choice;
use crate::node::{MILLIS, Time};
use crate::sim::clock::LocalClock;
use crate::sim::event::{EventId, PacketId};
use crate::sim::fault::Fault;
use crate::sim::forge::Forgery;
use crate::sim::script::{Fate, Script};
use crate::sim::trace::{Loss, Record, Text, Trace, What};
use std::collections::BTreeMap;

impl Script {
    /// With everything written down that was drawn in the run of this trace, which had these
    /// faults: the fates of packets, what nodes chose, how long timers ran, at whom faults were
    /// aimed. The rest is calm, and the script gives the same run whatever the seed. What would be
    /// so anyway in a calm run is not written down.
    ///
    /// Timers of a clock that does not run true are written down as nearly as the trace can tell.
    pub fn recorded(&self, trace: &Trace<Text>, faults: Vec<(Time, Fault)>) -> Script {
        let settled = self.settled(trace, faults);
        Script {
            calm: true,
            fates: fates(trace),
            forged: forged(trace),
            choices: choices(trace, settled.faults.as_deref().unwrap_or_default()),
            timers: timers(trace),
            ..settled
        }
    }

    /// With these faults of the run of this trace, and in the place of each that was aimed at a
    /// leader those that it became: what happens depends no more on who leads, and every recovery
    /// has a [name](Trace::event). The run is the same, but for the records of the aiming.
    ///
    /// (Unless something else is due in the very nanosecond of an aimed fault: that was first.)
    pub fn settled(&self, trace: &Trace<Text>, faults: Vec<(Time, Fault)>) -> Script {
        let struck = struck(trace, faults);
        let names: BTreeMap<u32, u32> = struck.keys().copied().zip(0..).collect();
        Script {
            faults: Some(struck.into_values().collect()),
            crashes: renamed(&self.crashes, &names),
            torn: renamed(&self.torn, &names),
            choices: renamed(&self.choices, &names),
            ..self.clone()
        }
    }
}

/// The faults that struck a node or link, by the numbers that they had in the run. What comes of an
/// aimed fault is counted on when it strikes.
fn struck(trace: &Trace<Text>, faults: Vec<(Time, Fault)>) -> BTreeMap<u32, (Time, Fault)> {
    let aims = trace.records.iter().filter(|record| record.what == What::Aim);
    let mut aims = aims.peekable();
    let mut numbers = 0..;
    let numbered = faults.into_iter().zip(numbers.by_ref());
    let mut planned: BTreeMap<_, _> =
        numbered.map(|((at, fault), number)| ((at, number), fault)).collect();
    let mut struck = BTreeMap::new();
    while let Some(((at, number), fault)) = planned.pop_first() {
        match fault {
            Fault::AtLeader(node, later) => {
                let leader = aims.next_if(|aim| aim.at == at).map_or(node, |aim| aim.node);
                let later = later.into_iter().zip(numbers.by_ref());
                planned.extend(later.map(|((after, fault), number)| {
                    ((at.saturating_add(after), number), fault.swapped(node, leader))
                }));
            }
            fault => drop(struck.insert(number, (at, fault))),
        }
    }
    struck
}

/// What is decided about events, with new names for the faults among them; without those that have
/// none.
fn renamed<T: Clone>(
    decided: &BTreeMap<EventId, T>,
    names: &BTreeMap<u32, u32>,
) -> BTreeMap<EventId, T> {
    let name = |event: &EventId| match event {
        EventId::Fault(number) => names.get(number).copied().map(EventId::Fault),
        other => Some(other.clone()),
    };
    decided.iter().filter_map(|(event, what)| Some((name(event)?, what.clone()))).collect()
}

impl Trace<Text> {
    /// The name of the event that the record at this index begins, in a run with these faults, of
    /// which a recovery is one. A recovery that was aimed at a leader has none until the faults
    /// are [settled](Script::settled).
    pub fn event(&self, index: u64, faults: &[(Time, Fault)]) -> Option<EventId> {
        let record = self.records.get(usize::try_from(index).ok()?)?;
        if record.what != What::Recover {
            return record.event();
        }
        let fault = (record.at, Fault::Recover(record.node));
        let (ordinal, _) = (0..).zip(faults).find(|(_, planned)| **planned == fault)?;
        Some(EventId::Fault(ordinal))
    }
}

/// What happened to every packet that was lost by the network or arrived.
fn fates(trace: &Trace<Text>) -> BTreeMap<PacketId, Fate> {
    let mut sent: BTreeMap<PacketId, Time> = BTreeMap::new();
    let mut arrivals: BTreeMap<PacketId, BTreeMap<u32, Time>> = BTreeMap::new();
    for record in &trace.records {
        match &record.what {
            What::Send { id, .. } => {
                sent.insert(*id, record.at);
            }
            What::Lose { id, why: Loss::Network | Loss::Dropped | Loss::Adversary }
                if id.copy == 0 =>
            {
                arrivals.entry(*id).or_default();
            }
            What::Receive { id, .. } | What::Lose { id, why: Loss::Down } => {
                let original = PacketId { copy: 0, ..*id };
                let after = record.at - sent.get(&original).copied().unwrap_or(record.at);
                arrivals.entry(original).or_default().insert(id.copy, after);
            }
            _ => {}
        }
    }
    let fate = |copies: BTreeMap<u32, Time>| match copies.is_empty() {
        true => Fate::Lost,
        false => Fate::After(copies.into_values().collect()),
    };
    let fates = arrivals.into_iter().map(|(packet, copies)| (packet, fate(copies)));
    // Packets of a slow node take longer if nothing is said about them.
    let slow = trace.records.iter().any(|record| matches!(record.what, What::Slow { .. }));
    fates.filter(|(_, fate)| slow || *fate != Fate::After(vec![CALM_DELAY])).collect()
}

/// How long a packet is under way on a calm network.
const CALM_DELAY: Time = 10 * MILLIS;

/// What nodes chose in every event of a run with these faults.
fn choices(trace: &Trace<Text>, faults: &[(Time, Fault)]) -> BTreeMap<EventId, Vec<Choice>> {
    let mut choices: BTreeMap<EventId, Vec<Choice>> = BTreeMap::new();
    for record in &trace.records {
        if let What::Choose { choice } = record.what
            && let Some(event) = record.cause.and_then(|cause| trace.event(cause, faults))
        {
            choices.entry(event).or_default().push(choice);
        }
    }
    choices
}

/// What an adversary did to every packet.
fn forged(trace: &Trace<Text>) -> BTreeMap<PacketId, Forgery> {
    let forged = trace.records.iter().filter_map(|record| match &record.what {
        What::Forge { id, forgery, .. } => Some((*id, *forgery)),
        _ => None,
    });
    forged.collect()
}

/// How long every timer was to run on the clock of its node.
fn timers(trace: &Trace<Text>) -> BTreeMap<EventId, Time> {
    let (mut lags, mut clocks) = (BTreeMap::new(), BTreeMap::new());
    let mut timers = BTreeMap::new();
    for Record { node, at, what, .. } in &trace.records {
        match what {
            What::Slow { lag } => drop(lags.insert(*node, *lag)),
            What::Clock { clock } => drop(clocks.insert(*node, *clock)),
            What::SetTimer { timer, ordinal, due } => {
                let lag = lags.get(node).copied().unwrap_or(0);
                let clock: LocalClock = clocks.get(node).copied().unwrap_or_default();
                let local = clock.read((due - at).saturating_sub(lag)).monotonic;
                let (node, timer, ordinal) = (*node, timer.clone(), *ordinal);
                timers.insert(EventId::Timer { node, timer, ordinal }, local);
            }
            _ => {}
        }
    }
    timers
}
