//! Earlier: what goes wrong late in a run goes wrong soon, if it comes about soon.

use super::decisions::{Times, decisions};
use super::trials::{Broken, Trials};
use crate::node::{MILLIS, Time};
use crate::sim::event::{EventId, PacketId};
use crate::sim::script::{Fate, Script};
use std::collections::BTreeMap;

/// Moves all decisions together towards the start, as far as that goes.
pub(super) fn earlier(trials: &mut Trials) {
    let script = trials.best.script.clone();
    let _ = to_the_start(trials, &script) || half_way(trials, &script);
}

/// Tries the best run with this script instead, all of whose decisions come earlier by the same
/// time, such that the first of them comes at the start; and without the requests that come after
/// the last decision, which makes for short runs.
pub(super) fn to_the_start(trials: &mut Trials, script: &Script) -> bool {
    let Some(Broken { trace, .. }) = trials.broken() else { return false };
    let times = Times::of(&trace);
    let Some((first, last)) = span(script, &times) else { return false };
    shifts(&times, first, |_| 0..4).into_iter().any(|shift| {
        let mut candidate = shifted(script, &times, first, shift);
        let later = |at: Time| at > last - shift + SOON;
        let requests = times.requests.iter().filter(|&(_, &at)| later(at));
        candidate.without.extend(requests.map(|(&request, _)| request));
        trials.smaller_script(candidate)
    })
}

/// Requests that come sooner than this after the last decision may have to do with it.
const SOON: Time = 100 * MILLIS;

/// The same, but half of the way to the start, three quarters and so on, and with all requests.
fn half_way(trials: &mut Trials, script: &Script) -> bool {
    let Some(Broken { trace, .. }) = trials.broken() else { return false };
    let times = Times::of(&trace);
    let Some((first, _)) = span(script, &times) else { return false };
    let halves = |now: usize| (1..=3).map(move |power| now - (now >> power));
    shifts(&times, first, halves).into_iter().any(|shift| {
        let candidate = shifted(script, &times, first, shift);
        trials.smaller_script(candidate)
    })
}

/// When the first and the last decision of a script matter.
fn span(script: &Script, times: &Times) -> Option<(Time, Time)> {
    let all = decisions(script);
    let when = || all.iter().filter_map(|decision| times.of_decision(decision, script));
    Some((when().min()?, when().max()?))
}

/// By how much to move what begins at that time, so that it comes as early as the things `onto`
/// which it is moved, of the same kind as the latest before it: packets of a link, or requests.
/// Most first.
fn shifts<I: Iterator<Item = usize>>(
    times: &Times,
    first: Time,
    onto: impl Fn(usize) -> I,
) -> Vec<Time> {
    let requests: Vec<_> = times.requests.values().copied().collect();
    let mut shifts = Vec::new();
    for series in times.packets.values().chain([&requests]) {
        let Some(now) = series.partition_point(|&at| at <= first).checked_sub(1) else { continue };
        let earlier = onto(now).filter(|&i| series[i.min(now)] < series[now]);
        shifts.extend(earlier.map(|i| series[now] - series[i]));
    }
    shifts.sort_unstable();
    shifts.dedup();
    shifts.reverse();
    shifts.truncate(MOST_SHIFTS);
    shifts
}

/// How many ways to move are tried at most.
const MOST_SHIFTS: usize = 24;

/// The script with all that it decides earlier by `shift`; the first decision is about `first`.
fn shifted(script: &Script, times: &Times, first: Time, shift: Time) -> Script {
    let until = |series: Option<&Vec<Time>>, end: Time| {
        series.map_or(0, |series| series.partition_point(|&at| at < end) as u64)
    };
    let fewer = |series: Option<&Vec<Time>>| until(series, first) - until(series, first - shift);
    let packet = |id: &PacketId| {
        let fewer = fewer(times.packets.get(&(id.from, id.to)));
        PacketId { ordinal: id.ordinal.saturating_sub(fewer).max(1), ..*id }
    };
    let requests: Vec<_> = times.requests.values().copied().collect();
    let event = |event: &EventId| match event {
        EventId::Packet(id) => EventId::Packet(packet(id)),
        EventId::Timer { node, timer, ordinal } => {
            let fewer = fewer(times.timers.get(&(*node, timer.clone())));
            let ordinal = ordinal.saturating_sub(fewer).max(1);
            EventId::Timer { node: *node, timer: timer.clone(), ordinal }
        }
        EventId::Request(ordinal) => {
            EventId::Request(ordinal.saturating_sub(fewer(Some(&requests)) as u32))
        }
        EventId::Start(_) | EventId::Fault(_) => event.clone(),
    };
    let mut moved = script.clone();
    for (at, _) in moved.faults.iter_mut().flatten() {
        *at = at.saturating_sub(shift);
    }
    let sooner = |fate: &Fate| match fate {
        Fate::At(times) => Fate::At(times.iter().map(|at| at.saturating_sub(shift)).collect()),
        other => other.clone(),
    };
    moved.fates = script.fates.iter().map(|(id, fate)| (packet(id), sooner(fate))).collect();
    moved.forged = script.forged.iter().map(|(id, forgery)| (packet(id), *forgery)).collect();
    moved.torn = renamed(&script.torn, event);
    moved.crashes = renamed(&script.crashes, event);
    moved.choices = renamed(&script.choices, event);
    moved.timers = renamed(&script.timers, event);
    moved
}

fn renamed<T: Clone>(
    decided: &BTreeMap<EventId, T>,
    name: impl Fn(&EventId) -> EventId,
) -> BTreeMap<EventId, T> {
    decided.iter().map(|(event, what)| (name(event), what.clone())).collect()
}
