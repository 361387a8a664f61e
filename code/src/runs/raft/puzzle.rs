//! Exercise 18: a past, commit lengths, elections and the repair of three logs of Raft.

use super::{ByHand, Run, elect, world};
use crate::draw::logs::Log;
use crate::layer::NodeId;
use crate::node::names::{A, B, C};
use crate::sim::{Fault, What};
use std::collections::{BTreeMap, BTreeSet};

// ANCHOR: logs
/// The three logs of the exercise: messages with their terms.
pub const LOGS: [&[(&str, u64)]; 3] = [
    &[("m1", 1), ("m2", 1)],
    &[("m1", 1), ("m4", 2), ("m5", 2), ("m6", 2)],
    &[("m1", 1), ("m4", 2), ("m7", 3)],
];
// ANCHOR_END: logs

/// Who broadcasts what.
const MESSAGES: &[(NodeId, &str)] =
    &[(A, "m1"), (A, "m2"), (B, "m4"), (B, "m5"), (B, "m6"), (C, "m7")];

// ANCHOR: past
/// One course of events that leads to these logs.
pub fn past() -> Result<Run, String> {
    let mut run = ByHand::new(world(3, MESSAGES));
    elect(&mut run, A, &[B, C])?;
    run.lose_all()?;
    // m1 gets to both, m2 to nobody.
    run.ask(0)?;
    run.exchange(A, B)?;
    run.exchange(A, C)?;
    run.ask(1)?;
    run.lose_all()?;
    // B has as much as C, so C votes for it. m4 gets to C, m5 and m6 to nobody.
    elect(&mut run, B, &[C])?;
    run.lose_all()?;
    run.ask(2)?;
    run.exchange(B, C)?;
    run.lose_all()?;
    run.ask(3)?;
    run.ask(4)?;
    run.lose_all()?;
    // Of B and A, only A has a log that is no better than C's. m7 gets to nobody.
    elect(&mut run, C, &[B, A])?;
    run.lose_all()?;
    run.ask(5)?;
    run.lose_all()?;
    Ok(run)
}
// ANCHOR_END: past

/// The logs of these nodes, with all else that is known of them.
pub fn logs(run: &Run) -> Vec<Log> {
    run.world().nodes().map(|node| log(run, node)).collect()
}

/// The log of one node; of one that is down, as it was.
fn log(run: &Run, node: NodeId) -> Log {
    if run.world().node(node).is_some() {
        return Log::of(&node.to_string(), &run.facts(node));
    }
    let trace = run.trace();
    let last = trace.records.iter().rev().find_map(|record| match &record.what {
        What::Facts { facts } if record.node == node => Some(facts),
        _ => None,
    });
    let log = Log::of(&node.to_string(), last.map_or(&[], Vec::as_slice));
    Log { role: Some("down".to_string()), ..log }
}

/// Whether the logs are those of the exercise.
pub fn is_reached(run: &Run) -> bool {
    logs(run).iter().zip(LOGS).all(|(log, wanted)| log.entries.len() == wanted.len())
        && is_on_the_way(run)
}

/// Whether each log is the beginning of what it is in the exercise.
fn is_on_the_way(run: &Run) -> bool {
    logs(run).iter().zip(LOGS).all(|(log, wanted)| {
        let here = log.entries.iter().map(|(msg, term)| (msg.as_str(), *term));
        log.entries.len() <= wanted.len() && here.eq(wanted[..log.entries.len()].iter().copied())
    })
}

// ANCHOR: search
/// What happens in any case, in this order: who stands for election, and what leaders broadcast
/// and when they are heard again. Between any two of these, all packets may come or be lost.
const SPINE: &[(NodeId, Event)] = &[
    (A, Event::Stands),
    (A, Event::Broadcasts(0)),
    (A, Event::IsHeard),
    (A, Event::Broadcasts(1)),
    (B, Event::Stands),
    (B, Event::Broadcasts(2)),
    (B, Event::IsHeard),
    (B, Event::Broadcasts(3)),
    (B, Event::Broadcasts(4)),
    (C, Event::Stands),
    (C, Event::Broadcasts(5)),
];

/// The commit lengths of A, B and C that are possible together, and how many situations it took to
/// say so.
pub fn commit_lengths() -> Result<(BTreeSet<[u64; 3]>, usize), String> {
    let start = ByHand::new(world(3, MESSAGES).untraced());
    let (mut now, mut situations) = (vec![start], 0);
    for &(node, event) in SPINE {
        let mut next = BTreeMap::new();
        for mut run in now {
            if can_happen(&run, node, event) {
                happen(&mut run, node, event)?;
                whatever_arrives(&run, &mut next)?;
            }
        }
        situations += next.len();
        now = without_packets(next)?;
    }
    let lengths = |run: &Run| {
        let lengths: Vec<_> = logs(run).iter().filter_map(|log| log.commit_length).collect();
        lengths.try_into().unwrap_or_default()
    };
    Ok((now.iter().filter(|run| is_reached(run)).map(lengths).collect(), situations))
}

/// Adds all situations that can come of this one while nothing happens but that packets arrive or
/// are lost.
fn whatever_arrives(run: &Run, met: &mut BTreeMap<String, Run>) -> Result<(), String> {
    let name = run.situation();
    if !is_on_the_way(run) || met.contains_key(&name) {
        return Ok(());
    }
    let packets = run.packets();
    met.insert(name, run.clone());
    for packet in packets {
        if let Some(run) = run.changed_by(packet)? {
            whatever_arrives(&run, met)?;
        }
    }
    Ok(())
}

/// The same situations when what has not arrived is lost.
fn without_packets(met: BTreeMap<String, Run>) -> Result<Vec<Run>, String> {
    let mut quiet = BTreeMap::new();
    for mut run in met.into_values() {
        run.lose_all()?;
        quiet.insert(run.situation(), run);
    }
    Ok(quiet.into_values().collect())
}
// ANCHOR_END: search

/// What happens at a node in the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Stands,
    Broadcasts(u32),
    IsHeard,
}

/// Leaders broadcast and are heard. Who is going to lead has all that it ever gets from others: of
/// its log, the last term is its own.
fn can_happen(run: &Run, node: NodeId, event: Event) -> bool {
    let wanted = LOGS[node.0 as usize];
    let from_others = wanted.iter().filter(|(_, term)| *term < u64::from(node.0) + 1).count();
    match event {
        Event::Stands => logs(run)[node.0 as usize].entries.len() == from_others,
        Event::Broadcasts(_) | Event::IsHeard => leads(run, node),
    }
}

fn happen(run: &mut Run, node: NodeId, event: Event) -> Result<(), String> {
    match event {
        Event::Stands => run.time_out(node, "Election"),
        Event::Broadcasts(request) => run.ask(request),
        Event::IsHeard => run.time_out(node, "Heartbeat"),
    }
}

fn leads(run: &Run, node: NodeId) -> bool {
    run.facts(node).iter().any(crate::facts::Fact::is_leader)
}

// ANCHOR: elections
/// The node stands for election in term 4, and everybody answers. A leader stands only after it has
/// crashed and come back.
pub fn election(candidate: NodeId) -> Result<Run, String> {
    let mut run = past()?;
    if leads(&run, candidate) {
        run.strike(Fault::Crash(candidate))?;
        run.strike(Fault::Recover(candidate))?;
    }
    let voters: Vec<_> = run.world().nodes().filter(|&node| node != candidate).collect();
    elect(&mut run, candidate, &voters)?;
    Ok(run)
}

/// Whether it leads after that.
pub fn is_elected(candidate: NodeId) -> Result<bool, String> {
    Ok(leads(&election(candidate)?, candidate))
}
// ANCHOR_END: elections

// ANCHOR: repair
/// B is elected in term 4 by A, and then B and C exchange packets until C's log is B's; what C
/// forwards to B takes longer.
pub fn repair() -> Result<Run, String> {
    let mut run = past()?;
    elect(&mut run, B, &[A])?;
    while run.under_way(B, C).len() > 1 {
        run.pass(B, C)?;
    }
    run.lose(C, B)?;
    loop {
        let held = run.find(C, B, "Forward");
        let next = [(B, C), (C, B)].map(|(from, to)| run.under_way(from, to));
        let Some(&packet) = next.iter().flatten().find(|&&id| Some(id) != held) else { break };
        run.receive(packet)?;
    }
    Ok(run)
}

/// After that, what C forwarded arrives.
pub fn forward(mut run: Run) -> Result<Run, String> {
    while run.pass(C, B)? || run.pass(B, C)? {}
    Ok(run)
}
// ANCHOR_END: repair
