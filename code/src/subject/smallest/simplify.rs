//! Simpler: one copy instead of several, and round times instead of any.

use super::trials::Trials;
use crate::node::{MILLIS, Time};
use crate::sim::event::{EventId, PacketId};
use crate::sim::script::{Fate, Script};

/// Scripts with more decisions than this are not worth rounding yet.
const FEW: usize = 100;

/// Makes what is decided simpler, as far as the run does not get longer by that.
pub(super) fn simplify(trials: &mut Trials) {
    if super::decisions::decisions(&trials.best.script).len() > FEW {
        return;
    }
    for packet in trials.best.script.fates.keys().copied().collect::<Vec<_>>() {
        let mut candidate = trials.best.clone();
        if let Some(Fate::After(copies) | Fate::At(copies)) =
            candidate.script.fates.get_mut(&packet)
            && copies.len() > 1
        {
            copies.truncate(1);
            trials.simpler(candidate);
        }
        just_late(trials, packet);
    }
    for i in 0..times(&mut trials.best.script.clone()).len() {
        let _ = rounded().any(|round| {
            let mut candidate = trials.best.clone();
            if let Some(time) = times(&mut candidate.script).get_mut(i) {
                **time = round(**time);
            }
            trials.simpler(candidate)
        });
    }
    let mut tidy = trials.best.clone().without_defaults(trials.subject);
    // Unless something speaks of a fault by its number.
    let is_fault = |event: &EventId| matches!(event, EventId::Fault(_));
    let Script { crashes, torn, choices, timers, faults, .. } = &mut tidy.script;
    let crashes = crashes.keys().chain(torn.keys());
    if !crashes.chain(choices.keys()).chain(timers.keys()).any(is_fault) {
        faults.iter_mut().for_each(|faults| faults.sort_by_key(|(at, _)| *at));
    }
    trials.simpler(tidy);
}

/// A packet that comes so late that one sent later is first, and no later.
fn just_late(trials: &mut Trials, packet: PacketId) {
    let mut candidate = trials.best.clone();
    if let Some(Fate::After(delays)) = candidate.script.fates.get_mut(&packet)
        && delays.iter().any(|&delay| delay > JUST_LATE)
    {
        *delays = vec![JUST_LATE];
        trials.simpler(candidate);
    }
}

/// Twice as long as a packet is under way on a calm network.
const JUST_LATE: Time = 20 * MILLIS;

/// Every time that a script speaks of.
fn times(script: &mut Script) -> Vec<&mut Time> {
    let Script { faults, fates, timers, .. } = script;
    let fates = fates.values_mut().flat_map(|fate| match fate {
        Fate::Lost => &mut [],
        Fate::After(times) | Fate::At(times) => times.as_mut_slice(),
    });
    let faults = faults.iter_mut().flatten().map(|(at, _)| at);
    faults.chain(fates).chain(timers.values_mut()).collect()
}

/// Ways to round a time, coarsest first: down and up, to 100 ms, 10 ms, 5 ms and 1 ms.
fn rounded() -> impl Iterator<Item = impl Fn(Time) -> Time> {
    let ways = [100, 10, 5, 1].into_iter().flat_map(|step| [(step, false), (step, true)]);
    ways.map(|(step, up)| {
        let step = step * MILLIS;
        move |time: Time| if up { time.div_ceil(step) * step } else { (time / step).max(1) * step }
    })
}
