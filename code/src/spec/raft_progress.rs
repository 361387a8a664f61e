//! That Raft gets on with its work once faults are over (notes, section 6.2).

use crate::layer::Value;
use crate::node::{NodeId, SECONDS, Time};
use crate::raft::ELECTION;
use crate::service::{Broadcast, Deliver};
use crate::sim::trace::{Terms, Trace, What};
use crate::spec::logs::{State, at_every_change, message_of, term_of};
use crate::spec::{Verdict, Violation, ms};
use std::collections::{BTreeMap, BTreeSet};

/// For how long a node must have led before anything is expected of it, and for how long
/// there may be no leader.
const LONG: Time = 5 * SECONDS;

// ANCHOR: progress
/// Progress: if a majority is up in the end, one of them leads. What nodes broadcast that
/// never crash is in its log; and if that ends with an entry of its own term, all of it is
/// committed at every node that is up.
///
/// Without such an entry nothing is promised: a leader commits what is left of earlier
/// terms only together with something new.
///
/// A liveness property: judge it only when faults have stopped and the run is over.
pub fn progress<V, M: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Broadcast<M>, Indication = Deliver<M>>,
{
    let end = End::of(trace);
    if 2 * end.up().count() <= trace.nodes as usize {
        return Ok(());
    }
    if end.last_led + LONG < end.at {
        let explanation = format!("a majority is up, and nobody leads after {}", ms(end.last_led));
        return Err(Violation { explanation, records: Vec::new() });
    }
    let Some((leader, since)) = end.leader().filter(|(_, since)| since + LONG < end.at) else {
        return Ok(());
    };
    let (State { log, term, .. }, since) = (end.states[&leader], ms(since));
    let known: BTreeSet<_> = log.iter().map(|entry| message_of(entry)).collect();
    for (record, node, msg) in &end.broadcast {
        if !end.crashed.contains(node) && !end.paused.contains(node) && !known.contains(&**msg) {
            let explanation = format!(
                "node {leader} leads since {since}, and {msg}, which {node} broadcast, is not in its log"
            );
            return Err(Violation { explanation, records: vec![*record] });
        }
    }
    if log.last().is_none_or(|entry| term_of(entry) != term) {
        return Ok(());
    }
    for node in end.up() {
        let state = end.states[&node];
        if state.committed() != log {
            let explanation = format!(
                "node {leader} leads since {since} and has {} entries, and in the end {} are committed at node {node}",
                log.len(),
                state.committed().len()
            );
            return Err(Violation { explanation, records: vec![state.record] });
        }
    }
    Ok(())
}
// ANCHOR_END: progress

// ANCHOR: no_needless_election
/// No needless election: a candidate that hears the leader of its term gives up: it does not
/// copy a leader's log and go on. And it does not stand again before that leader can have been
/// silent for too long.
pub fn no_needless_election<V: Terms>(trace: &Trace<V>) -> Verdict {
    // Candidates that became followers of somebody in their own term.
    let mut lost: BTreeMap<NodeId, State> = BTreeMap::new();
    at_every_change(trace, |moment| {
        let (node, before, now) = (moment.node, moment.before, moment.now());
        let stands = now.role == "candidate";
        if let Some(then) = lost.remove(&node)
            && stands
            && now.at < then.at + ELECTION.start
        {
            return Err(Violation {
                explanation: format!(
                    "node {node} lost the election of term {} and knew it at {}, and at {} it stands again",
                    then.term,
                    ms(then.at),
                    ms(now.at)
                ),
                records: vec![then.record, now.record],
            });
        }
        if before.role == "candidate" && now.term == before.term {
            if stands && now.log != before.log {
                return Err(Violation {
                    explanation: format!(
                        "node {node} copies a leader's log at {}, and still stands in term {}",
                        ms(now.at),
                        now.term
                    ),
                    records: vec![before.record, now.record],
                });
            }
            if now.role == "follower" {
                lost.insert(node, now);
            }
        }
        Ok(())
    })
}
// ANCHOR_END: no_needless_election

/// How a run ended.
#[derive(Default)]
struct End<'a> {
    at: Time,
    nodes: u32,
    /// What was last observed of each node.
    states: BTreeMap<NodeId, State<'a>>,
    /// Since when each node leads that did so last.
    since: BTreeMap<NodeId, Time>,
    /// When some node was last seen to lead.
    last_led: Time,
    /// What was broadcast: the record, the node, and the message.
    broadcast: Vec<(u64, NodeId, String)>,
    /// Nodes that ever crashed.
    crashed: BTreeSet<NodeId>,
    /// Nodes that are down at the end.
    down: BTreeSet<NodeId>,
    /// Nodes that are paused at the end.
    paused: BTreeSet<NodeId>,
}

impl<'a> End<'a> {
    fn of<V, M: Value>(trace: &'a Trace<V>) -> Self
    where
        V: Terms<Request = Broadcast<M>, Indication = Deliver<M>>,
    {
        let at = trace.records.last().map_or(0, |record| record.at);
        let mut end = End { at, nodes: trace.nodes, ..End::default() };
        // Nothing is judged here.
        let _ = at_every_change(trace, |moment| {
            let (node, before, now) = (moment.node, moment.before, moment.now());
            if now.leads && !(before.leads && before.term == now.term) {
                end.since.insert(node, now.at);
            }
            if now.leads || before.leads {
                end.last_led = now.at;
            }
            end.states.insert(node, now);
            Ok(())
        });
        for (index, record) in (0..).zip(&trace.records) {
            end.note(index, record.node, &record.what);
        }
        if end.leader().is_some() {
            end.last_led = at;
        }
        end
    }

    fn note<V, M: Value>(&mut self, index: u64, node: NodeId, what: &What<V>)
    where
        V: Terms<Request = Broadcast<M>, Indication = Deliver<M>>,
    {
        match what {
            What::Crash { .. } => {
                self.crashed.insert(node);
                self.down.insert(node);
                self.paused.remove(&node);
            }
            What::Recover => {
                self.down.remove(&node);
            }
            What::Pause => {
                self.paused.insert(node);
            }
            What::Resume => {
                self.paused.remove(&node);
            }
            What::Request { request: Broadcast { msg }, .. } => {
                self.broadcast.push((index, node, format!("{msg:?}")));
            }
            _ => {}
        }
    }

    /// The nodes that are up.
    fn up(&self) -> impl Iterator<Item = NodeId> {
        NodeId::all(self.nodes)
            .filter(|node| !self.down.contains(node) && !self.paused.contains(node))
    }

    /// Of those that are up, the one that leads in the highest term, and since when.
    fn leader(&self) -> Option<(NodeId, Time)> {
        let leads = |node: &NodeId| self.states.get(node).is_some_and(|state| state.leads);
        let leader = self.up().filter(leads).max_by_key(|node| self.states[node].term)?;
        Some((leader, self.since[&leader]))
    }
}
