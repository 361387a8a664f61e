//! From a failing run to a small one that fails in the same way.
//!
//! Source: delta debugging (Zeller and Hildebrandt 2002), here over the decisions of a [`Script`].

use crate::node::{MILLIS, NodeId, Time};
use crate::sim::event::PacketId;
use crate::sim::fault::Fault;
use crate::sim::forge::Forgery;
use crate::sim::script::{Fate, Script};
use crate::sim::trace::{Loss, Terms, Trace, What};
use std::collections::BTreeMap;

/// Writes down what happened to every packet of a run, so that nothing is left to the seed.
pub fn fates<V: Terms>(trace: &Trace<V>) -> BTreeMap<PacketId, Fate> {
    let mut sent: BTreeMap<PacketId, Time> = BTreeMap::new();
    let mut fates: BTreeMap<PacketId, Fate> = BTreeMap::new();
    let original = |id: PacketId| PacketId { copy: 0, ..id };
    for record in &trace.records {
        match &record.what {
            What::Send { id, .. } => {
                sent.insert(*id, record.at);
            }
            What::Lose { id, why: Loss::Network | Loss::Dropped } if id.copy == 0 => {
                fates.insert(*id, Fate::Lost);
            }
            What::Receive { id, .. } | What::Lose { id, why: Loss::Down } => {
                let id = original(*id);
                let after = record.at - sent.get(&id).copied().unwrap_or(record.at);
                match fates.entry(id).or_insert(Fate::After(Vec::new())) {
                    Fate::After(delays) => delays.push(after),
                    other => *other = Fate::After(vec![after]),
                }
            }
            _ => {}
        }
    }
    fates
}

/// Writes down what an adversary did to every packet of a run.
pub fn forged<V: Terms>(trace: &Trace<V>) -> BTreeMap<PacketId, Forgery> {
    let forged = trace.records.iter().filter_map(|record| match &record.what {
        What::Forge { id, forgery, .. } => Some((*id, *forgery)),
        _ => None,
    });
    forged.collect()
}

/// The smallest script found that still `fails`, starting from one that does.
///
/// Leaves out requests (of `requests` in all), nodes (of `nodes`), faults, crashes and fates of
/// packets, as long as the run still fails without them; what a script does not say must then be
/// calm, not random. Deterministic. `fails` is asked about at most a few thousand scripts.
pub fn shrink(
    script: Script,
    requests: u32,
    nodes: u32,
    mut fails: impl FnMut(&Script) -> bool,
) -> Script {
    let mut best = script;
    let mut budget = MOST_TRIALS;
    let mut try_it = |best: &mut Script, candidate: Script| {
        let smaller = budget > 0 && candidate != *best && fails(&candidate);
        budget = budget.saturating_sub(1);
        if smaller {
            *best = candidate;
        }
        smaller
    };
    loop {
        let before = best.clone();
        leave_out_nodes(&mut best, nodes, &mut try_it);
        leave_out_requests(&mut best, requests, &mut try_it);
        leave_out_faults(&mut best, &mut try_it);
        leave_out_fates(&mut best, &mut try_it);
        simplify_fates(&mut best, &mut try_it);
        round_times_of_faults(&mut best, &mut try_it);
        if best == before {
            return best;
        }
    }
}

/// How many scripts are tried at most.
const MOST_TRIALS: u32 = 4_000;

type TryIt<'a> = &'a mut dyn FnMut(&mut Script, Script) -> bool;

fn leave_out_nodes(best: &mut Script, nodes: u32, try_it: TryIt) {
    for node in
        NodeId::all(nodes).rev().filter(|node| !best.absent.contains(node)).collect::<Vec<_>>()
    {
        let mut candidate = best.clone();
        candidate.absent.insert(node);
        try_it(best, candidate);
    }
}

fn leave_out_requests(best: &mut Script, requests: u32, try_it: TryIt) {
    let kept = |script: &Script| {
        (0..requests).filter(|request| !script.without.contains(request)).collect::<Vec<_>>()
    };
    in_chunks(best, kept, try_it, |candidate, chunk| candidate.without.extend(chunk));
}

fn leave_out_faults(best: &mut Script, try_it: TryIt) {
    // A fault and what ends it go together first: a crash without its recovery is another
    // situation.
    for node in
        best.faults.iter().flatten().flat_map(|(_, fault)| fault.nodes()).collect::<Vec<_>>()
    {
        let mut candidate = best.clone();
        let spared = |fault: &Fault| fault.nodes() != [node];
        candidate.faults.iter_mut().for_each(|faults| faults.retain(|(_, fault)| spared(fault)));
        try_it(best, candidate);
    }
    let all = |script: &Script| script.faults.iter().flatten().cloned().collect::<Vec<_>>();
    in_chunks(best, all, try_it, |candidate, chunk| {
        candidate
            .faults
            .iter_mut()
            .for_each(|faults| faults.retain(|fault| !chunk.contains(fault)));
    });
    let crashes = |script: &Script| script.crashes.keys().cloned().collect::<Vec<_>>();
    in_chunks(best, crashes, try_it, |candidate, chunk| {
        candidate.crashes.retain(|event, _| !chunk.contains(event));
    });
}

fn leave_out_fates(best: &mut Script, try_it: TryIt) {
    let forged = |script: &Script| script.forged.keys().copied().collect::<Vec<_>>();
    in_chunks(best, forged, try_it, |candidate, chunk| {
        candidate.forged.retain(|packet, _| !chunk.contains(packet));
    });
    let all = |script: &Script| script.fates.keys().copied().collect::<Vec<_>>();
    in_chunks(best, all, try_it, |candidate, chunk| {
        candidate.fates.retain(|packet, _| !chunk.contains(packet));
    });
}

/// One copy instead of several, and round numbers of milliseconds instead of any.
fn simplify_fates(best: &mut Script, try_it: TryIt) {
    for (packet, fate) in best.fates.clone() {
        let Fate::After(delays) = fate else { continue };
        if delays.len() > 1 {
            let mut candidate = best.clone();
            candidate.fates.insert(packet, Fate::After(delays[..1].to_vec()));
            if try_it(best, candidate) {
                continue;
            }
        }
        let _ = rounded().any(|round| {
            let mut candidate = best.clone();
            let delays = delays.iter().map(|&delay| round(delay)).collect();
            candidate.fates.insert(packet, Fate::After(delays));
            try_it(best, candidate)
        });
    }
}

fn round_times_of_faults(best: &mut Script, try_it: TryIt) {
    for i in 0..best.faults.iter().flatten().count() {
        let _ = rounded().any(|round| {
            let mut candidate = best.clone();
            if let Some((at, _)) = candidate.faults.as_mut().and_then(|faults| faults.get_mut(i)) {
                *at = round(*at);
            }
            try_it(best, candidate)
        });
    }
}

/// Ways to round a time, coarsest first: down and up, to 10 ms, 5 ms and 1 ms.
fn rounded() -> impl Iterator<Item = impl Fn(Time) -> Time> {
    let ways = [10, 5, 1].into_iter().flat_map(|step| [(step, false), (step, true)]);
    ways.map(|(step, up)| {
        let step = step * MILLIS;
        move |time: Time| if up { time.div_ceil(step) * step } else { (time / step).max(1) * step }
    })
}

/// Leaves out halves, quarters and so on of some items, down to single ones, from the last to the
/// first.
fn in_chunks<T: Clone + PartialEq>(
    best: &mut Script,
    items: impl Fn(&Script) -> Vec<T>,
    try_it: TryIt,
    leave_out: impl Fn(&mut Script, Vec<T>),
) {
    let mut size = items(best).len();
    while size > 0 {
        for chunk in items(best).chunks(size).rev() {
            let mut candidate = best.clone();
            leave_out(&mut candidate, chunk.to_vec());
            try_it(best, candidate);
        }
        size /= 2;
    }
}
