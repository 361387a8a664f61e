//! Leaving out: requests, nodes, and decisions, of which the rest is calm.

use super::decisions::{Decision, Times, decisions as all_decisions, without};
use super::earlier;
use super::trials::{Broken, Trials};
use crate::node::{NodeId, Time};
use crate::sim::fault::Fault;
use crate::sim::script::Script;
use std::collections::BTreeSet;

/// All that comes after the promise was broken, and all that was decided about what never comes.
///
/// A safety property is broken at one moment, and nothing later matters. For a liveness property
/// it is worth trying: most often, nothing after the request that was never answered matters.
pub(super) fn after_violation(trials: &mut Trials) {
    let Some(Broken { trace, violation }) = trials.broken() else { return };
    let last = violation.records.iter().max().and_then(|&index| {
        let record = trace.records.get(usize::try_from(index).ok()?)?;
        Some(record.at)
    });
    let (Some(end), times) = (last, Times::of(&trace)) else { return };
    let script = trials.best.script.clone();
    let never = |decision: &Decision| times.of_decision(decision, &script).is_none();
    let later = |decision: &Decision| match decision {
        Decision::Fault(fault) if ends_a_spell(&script, *fault) => false,
        _ => times.of_decision(decision, &script).is_none_or(|at| at > end),
    };
    let chosen = |wanted: &dyn Fn(&Decision) -> bool| -> BTreeSet<Decision> {
        all_decisions(&script).into_iter().filter(wanted).collect()
    };
    let requests = later_requests(trials, &times, end);
    let mut candidate = without(&script, &chosen(&later));
    candidate.without.extend(&requests);
    if !trials.smaller_script(candidate) {
        trials.smaller_script(without(&script, &chosen(&never)));
    }
}

/// The requests that come after that time, or never came.
fn later_requests(trials: &Trials, times: &Times, end: Time) -> Vec<u32> {
    let later = |request: &u32| times.requests.get(request).is_none_or(|&at| at > end);
    trials.requests().into_iter().filter(later).collect()
}

fn ends_a_spell(script: &Script, fault: u32) -> bool {
    let fault = script.faults.as_ref().and_then(|faults| faults.get(fault as usize));
    let ends = |fault: &Fault| {
        matches!(fault, Fault::Heal(..) | Fault::Recover(_) | Fault::Resume(_) | Fault::Slow(_, 0))
    };
    fault.is_some_and(|(_, fault)| ends(fault))
}

/// All that is of one kind: most runs need no timer of odd length, and no particular choice.
pub(super) fn kinds(trials: &mut Trials) {
    let leave_out: [fn(&mut Script); 7] = [
        |script| script.timers.clear(),
        |script| script.choices.clear(),
        |script| script.faults = None,
        |script| script.crashes.clear(),
        |script| script.torn.clear(),
        |script| script.forged.clear(),
        |script| script.fates.clear(),
    ];
    for leave_out in leave_out {
        let mut candidate = trials.best.script.clone();
        leave_out(&mut candidate);
        trials.smaller_script(candidate);
    }
}

/// All decisions but the last few before the promise was broken: the last 1, 2, 4 and so on.
///
/// A run goes wrong late, as a rule, because of what happened shortly before.
pub(super) fn all_but_the_last(trials: &mut Trials) {
    let ordered = in_order(trials);
    let sizes = (0..32).map(|power| 1_usize << power);
    for size in sizes.take_while(|&size| size < ordered.len()) {
        let left_out = ordered[..ordered.len() - size].iter().cloned().collect();
        let candidate = without(&trials.best.script, &left_out);
        if earlier::to_the_start(trials, &candidate) || trials.smaller_script(candidate) {
            return;
        }
    }
}

/// The decisions of the best run, in the order in which they matter.
fn in_order(trials: &mut Trials) -> Vec<Decision> {
    let Some(Broken { trace, .. }) = trials.broken() else { return Vec::new() };
    let times = Times::of(&trace);
    let script = &trials.best.script;
    let mut ordered = all_decisions(script);
    ordered.sort_by_key(|decision| times.of_decision(decision, script));
    ordered
}

/// Decisions, as many at a time as go.
pub(super) fn decisions(trials: &mut Trials) {
    spells(trials);
    let ordered = in_order(trials);
    // The names of faults change when one is left out: they are done apart, by what they are.
    let (faults, others): (Vec<_>, _) =
        ordered.into_iter().partition(|decision| matches!(decision, Decision::Fault(_)));
    in_chunks(trials, &others, |script, chunk| without(script, &chunk.iter().cloned().collect()));
    for fault in faults.iter().rev() {
        let candidate = without(&trials.best.script, &[fault.clone()].into());
        trials.smaller_script(candidate);
    }
    pairs(trials);
}

/// Two at a time, once there are few: of two packets that are lost, it may be enough that neither
/// is.
fn pairs(trials: &mut Trials) {
    let mut all = all_decisions(&trials.best.script);
    let mut next = 0;
    while next < all.len() && all.len() <= FEW {
        let found = (next + 1..all.len()).any(|other| {
            let pair = [all[next].clone(), all[other].clone()].into();
            trials.smaller_script(without(&trials.best.script, &pair))
        });
        if found {
            all = all_decisions(&trials.best.script);
        }
        next = if found { 0 } else { next + 1 };
    }
}

/// With more decisions than this, pairs are too many.
const FEW: usize = 16;

/// A fault and what ends it go together: a crash without its recovery is another situation.
fn spells(trials: &mut Trials) {
    let faults = |trials: &Trials| trials.best.script.faults.clone().unwrap_or_default();
    let mut first = 0;
    while first < faults(trials).len() {
        let all = faults(trials);
        let is_of_it = |(_, (_, fault)): &(u32, &(Time, Fault))| is_one_spell(&all[first].1, fault);
        let spell = (0..).zip(&all).filter(is_of_it).map(|(ordinal, _)| Decision::Fault(ordinal));
        let candidate = without(&trials.best.script, &spell.collect());
        if !trials.smaller_script(candidate) {
            first += 1;
        }
    }
}

fn is_one_spell(one: &Fault, other: &Fault) -> bool {
    one.nodes() == other.nodes()
}

/// Requests, as many at a time as go.
pub(super) fn requests(trials: &mut Trials) {
    // As many as now, but the first ones.
    let (_, all) = trials.size(&trials.best).unwrap_or_default();
    let mut first_ones = trials.best.script.clone();
    first_ones.without = (trials.requests().len() as u32..all).collect();
    trials.smaller_script(first_ones);
    let requests = trials.requests();
    in_chunks(trials, &requests, |script, chunk| {
        let mut candidate = script.clone();
        candidate.without.extend(chunk);
        candidate
    });
}

/// Nodes.
pub(super) fn nodes(trials: &mut Trials) {
    let (nodes, _) = trials.size(&trials.best).unwrap_or_default();
    for node in NodeId::all(nodes).rev() {
        let mut candidate = trials.best.script.clone();
        candidate.absent.insert(node);
        trials.smaller_script(candidate);
    }
}

/// Leaves out halves, quarters and so on of some items, down to single ones, from the last to the
/// first.
fn in_chunks<T: Clone + Ord>(
    trials: &mut Trials,
    items: &[T],
    leave_out: impl Fn(&Script, &[T]) -> Script,
) {
    let mut left = items.to_vec();
    let mut size = left.len();
    while size > 0 {
        let mut kept = Vec::new();
        for chunk in left.chunks(size).rev() {
            let candidate = leave_out(&trials.best.script, chunk);
            if !trials.smaller_script(candidate) {
                kept.push(chunk);
            }
        }
        left = kept.into_iter().rev().flatten().cloned().collect();
        size = (size / 2).min(left.len());
    }
}
