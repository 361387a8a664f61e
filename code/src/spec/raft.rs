//! What Raft promises (Ongaro and Ousterhout 2014, figure 3; notes, section 6.2), judged by what can
//! be observed of its nodes: role, term, log and how much of it is committed.

use crate::layer::Value;
use crate::node::NodeId;
use crate::service::{Broadcast, Deliver};
use crate::sim::trace::{Terms, Trace, What};
use crate::spec::logs::{Moment, State, at_every_change, message_of, term_of};
use crate::spec::{Verdict, Violation, ms};
use std::collections::{BTreeMap, BTreeSet};

pub use crate::spec::raft_progress::{no_needless_election, progress};

// ANCHOR: election_safety
/// Election safety: no two nodes ever lead in the same term.
pub fn election_safety<V: Terms>(trace: &Trace<V>) -> Verdict {
    let mut leaders: BTreeMap<u64, (NodeId, u64)> = BTreeMap::new();
    at_every_change(trace, |moment| {
        let State { leads, term, record, .. } = moment.now();
        if !leads {
            return Ok(());
        }
        let &mut (leader, first) = leaders.entry(term).or_insert((moment.node, record));
        if leader == moment.node {
            return Ok(());
        }
        Err(Violation {
            explanation: format!("nodes {leader} and {} both lead in term {term}", moment.node),
            records: vec![first, record],
        })
    })
}
// ANCHOR_END: election_safety

// ANCHOR: log_matching
/// Log matching: if two logs have an entry of the same term at the same index, they are
/// the same up to there.
pub fn log_matching<V: Terms>(trace: &Trace<V>) -> Verdict {
    at_every_change(trace, |moment| {
        let now = moment.now();
        if now.log == moment.before.log {
            return Ok(());
        }
        for (other, state) in moment.states.iter().filter(|(other, _)| *other != moment.node) {
            let both = now.log.iter().zip(state.log);
            let Some(last) = both.clone().rposition(|(a, b)| term_of(a) == term_of(b)) else {
                continue;
            };
            if let Some(index) = both.take(last + 1).position(|(a, b)| a != b) {
                return Err(Violation {
                    explanation: format!(
                        "the logs of {} and {other} both have term {} at index {last}, and yet differ at index {index}: \
                         {} and {}",
                        moment.node,
                        term_of(&now.log[last]),
                        now.log[index],
                        state.log[index]
                    ),
                    records: vec![state.record, now.record],
                });
            }
        }
        Ok(())
    })
}
// ANCHOR_END: log_matching

// ANCHOR: leader_completeness
/// Leader completeness: what is committed in a term is in the log of whoever leads in a
/// later one.
pub fn leader_completeness<V: Terms>(trace: &Trace<V>) -> Verdict {
    at_every_change(trace, |moment| {
        for (node, state) in moment.states.iter().filter(|(_, state)| state.leads) {
            for (index, it) in (0..).zip(&moment.committed) {
                if state.term > it.term && state.log.get(index).is_none_or(|own| own != it.entry) {
                    return Err(Violation {
                        explanation: format!(
                            "{} was committed in term {} at index {index}, and node {node}, which leads in term {}, has {} \
                             there",
                            it.entry,
                            it.term,
                            state.term,
                            state.log.get(index).map_or("nothing", |entry| entry)
                        ),
                        records: vec![it.record, state.record],
                    });
                }
            }
        }
        Ok(())
    })
}
// ANCHOR_END: leader_completeness

// ANCHOR: state_machine_safety
/// State machine safety: no two nodes ever take different entries to be committed at the
/// same index.
pub fn state_machine_safety<V: Terms>(trace: &Trace<V>) -> Verdict {
    at_every_change(trace, |moment| {
        let now = moment.now();
        for (index, (own, it)) in (0..).zip(now.committed().iter().zip(&moment.committed)) {
            if own != it.entry {
                return Err(Violation {
                    explanation: format!(
                        "at index {index} {} is committed according to node {}, and {own} according to node {}",
                        it.entry, it.by, moment.node
                    ),
                    records: vec![it.record, now.record],
                });
            }
        }
        Ok(())
    })
}
// ANCHOR_END: state_machine_safety

// ANCHOR: committed_stays
/// Committed entries never change: what a node takes to be committed stays in its log, and
/// it takes it to be committed for ever.
pub fn committed_stays<V: Terms>(trace: &Trace<V>) -> Verdict {
    at_every_change(trace, |moment| {
        let (before, now) = (moment.before, moment.now());
        if now.committed().starts_with(before.committed()) {
            return Ok(());
        }
        Err(Violation {
            explanation: format!(
                "at {} node {} had committed {:?}, and then {:?}",
                ms(now.at),
                moment.node,
                before.committed(),
                now.committed()
            ),
            records: vec![before.record, now.record],
        })
    })
}
// ANCHOR_END: committed_stays

// ANCHOR: committed_is_kept
/// Nothing acknowledged is lost: what is committed is in the logs of a majority from then
/// on, on the disks of nodes that are down too.
pub fn committed_is_kept<V: Terms>(trace: &Trace<V>) -> Verdict {
    at_every_change(trace, |moment| {
        for (index, it) in (0..).zip(&moment.committed) {
            let has = |state: &State| {
                state.may_have_more || state.log.get(index).is_some_and(|own| own == it.entry)
            };
            let copies = moment.states.0.iter().filter(|state| has(state)).count();
            if copies * 2 <= trace.nodes as usize {
                return Err(Violation {
                    explanation: format!(
                        "{} is committed at index {index} according to node {}, and at {} only {copies} of {} nodes have \
                         it",
                        it.entry,
                        it.by,
                        ms(moment.now().at),
                        trace.nodes
                    ),
                    records: vec![it.record, moment.now().record],
                });
            }
        }
        Ok(())
    })
}
// ANCHOR_END: committed_is_kept

// ANCHOR: deliveries
/// Deliveries: each node delivers what is committed, each entry once, in the order of the
/// log. One that crashes may skip what it had on disk as delivered.
pub fn deliveries<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Broadcast<M>, Indication = Deliver<M>>,
{
    let committed = committed(trace);
    // How many entries each node has delivered or skipped.
    let mut done: BTreeMap<NodeId, usize> = BTreeMap::new();
    let mut returned = BTreeSet::new();
    for (index, record) in (0..).zip(&trace.records) {
        let (node, done) = (record.node, done.entry(record.node).or_default());
        let explanation = match &record.what {
            What::Deliver { indication } => {
                let (place, msg) = (*done, format!("{:?}", indication.msg));
                *done += 1;
                let entry = committed.get(place).map(|entry| message_of(entry));
                let Some(entry) = entry.filter(|entry| *entry != msg) else { continue };
                format!("node {node} delivered {msg} where the log has {entry}")
            }
            What::Recover => {
                returned.insert(node);
                continue;
            }
            What::Request { .. } | What::Receive { .. } | What::Timeout { .. } => {
                returned.remove(&node);
                continue;
            }
            What::Facts { facts } => {
                let length = State::of(index, record.at, facts).commit_length;
                if returned.remove(&node) {
                    *done = length.max(*done);
                }
                if *done == length {
                    continue;
                }
                format!("node {node} has {length} entries committed, and has delivered {done}")
            }
            _ => continue,
        };
        return Err(Violation { explanation, records: vec![index] });
    }
    Ok(())
}
// ANCHOR_END: deliveries

// ANCHOR: fifo
/// FIFO order: the messages of a node are committed in the order in which it broadcast them.
/// None is left out, unless the node crashed when it was asked to broadcast it.
pub fn fifo<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Broadcast<M>, Indication = Deliver<M>>,
{
    let mut broadcast: BTreeMap<NodeId, Vec<(u64, String)>> = BTreeMap::new();
    let mut asked = BTreeMap::new();
    for (index, record) in (0..).zip(&trace.records) {
        match &record.what {
            What::Request { request: Broadcast { msg }, .. } => {
                asked.insert(record.node, (index, format!("{msg:?}")));
            }
            What::Store { .. } => {
                let stored = asked.remove(&record.node);
                broadcast.entry(record.node).or_default().extend(stored);
            }
            // The request was not written down.
            What::Crash { .. } => {
                asked.remove(&record.node);
            }
            _ => {}
        }
    }
    let committed = committed(trace);
    let place = |msg: &str| committed.iter().position(|entry| message_of(entry) == msg);
    for (node, messages) in broadcast {
        let mut before: Option<(u64, &String)> = None;
        let mut last = None;
        for (record, msg) in &messages {
            let now = place(msg);
            if let Some((earlier, missing)) = before
                && now.is_some()
                && (last.is_none() || now < last)
            {
                let explanation = format!(
                    "node {node} broadcast {missing} before {msg}, and {msg} is committed first"
                );
                return Err(Violation { explanation, records: vec![earlier, *record] });
            }
            (before, last) = (Some((*record, msg)), now);
        }
    }
    Ok(())
}
// ANCHOR_END: fifo

/// All that is ever committed, in order.
fn committed<V: Terms>(trace: &Trace<V>) -> Vec<String> {
    let mut all = Vec::new();
    // Nothing is judged here.
    let _ = at_every_change(trace, |moment: &Moment| {
        all.extend(moment.committed.iter().skip(all.len()).map(|it| it.entry.to_string()));
        Ok(())
    });
    all
}
