//! Faults: what can be done to nodes and links.

use crate::model::{Links, Model, Nodes, Timing};
use crate::node::{NodeId, Time};
use crate::sim::clock::LocalClock;
use crate::sim::synchrony::Synchrony;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One fault, or the end of one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Fault {
    /// The node stops and loses its memory.
    Crash(NodeId),
    /// The node will crash in its next event, after this many effects have been carried out.
    CrashWithin(NodeId, u32),
    /// The node will crash in its next event whose writing to stable storage can be torn, and only
    /// the beginning of it will be written: up to the place among
    /// [`Stable::tears`](crate::layer::Stable::tears) that this number, counted round, says.
    CrashTearing(NodeId, u32),
    /// The node comes back, if it had crashed; if a crash within its next event was ordered
    /// meanwhile, that is its recovery. If it was up and about to crash, it will not.
    Recover(NodeId),
    /// The node stops, and will not notice that it did.
    Pause(NodeId),
    /// The node goes on, if it was paused.
    Resume(NodeId),
    /// From now on packets from and to this node are under way, and its timers run, for this much
    /// longer; 0 ends it.
    Slow(NodeId, Time),
    /// The node has these clocks. At time 0 only, before the node starts.
    Clock(NodeId, LocalClock),
    /// The node's time of day jumps ahead by so many nanoseconds; back, if negative.
    Step(NodeId, i64),
    /// From now on the node is Byzantine: what it sends is tampered with, sent again or not sent.
    Betray(NodeId),
    /// Packets from any of the first to any of the second are lost from now on. Those already under way arrive.
    Cut(Vec<NodeId>, Vec<NodeId>),
    /// Ends one such cut.
    Heal(Vec<NodeId>, Vec<NodeId>),
    /// These faults, each so much later, with the node that leads now in the place of the one
    /// named here, and the other way round. As they are, if no node says that it leads.
    AtLeader(NodeId, Vec<(Time, Fault)>),
    /// All nodes crash for good but a bare majority: the first of these that are up.
    LeaveMajority(Vec<NodeId>),
}

impl Fault {
    /// The nodes that it names.
    pub fn nodes(&self) -> Vec<NodeId> {
        match self {
            Fault::Crash(node)
            | Fault::CrashWithin(node, _)
            | Fault::CrashTearing(node, _)
            | Fault::Recover(node)
            | Fault::Pause(node)
            | Fault::Resume(node)
            | Fault::Slow(node, _)
            | Fault::Clock(node, _)
            | Fault::Step(node, _)
            | Fault::Betray(node) => vec![*node],
            Fault::Cut(from, to) | Fault::Heal(from, to) => [from.as_slice(), to].concat(),
            Fault::AtLeader(node, faults) => {
                let others = faults.iter().flat_map(|(_, fault)| fault.nodes());
                std::iter::once(*node).chain(others).collect()
            }
            Fault::LeaveMajority(nodes) => nodes.clone(),
        }
    }

    /// The same fault with `a` and `b` in each other's place.
    pub(crate) fn swapped(&self, a: NodeId, b: NodeId) -> Fault {
        let one = |node: &NodeId| match *node {
            node if node == a => b,
            node if node == b => a,
            node => node,
        };
        let all = |nodes: &[NodeId]| nodes.iter().map(one).collect();
        match self {
            Fault::Crash(node) => Fault::Crash(one(node)),
            Fault::CrashWithin(node, effects) => Fault::CrashWithin(one(node), *effects),
            Fault::CrashTearing(node, place) => Fault::CrashTearing(one(node), *place),
            Fault::Recover(node) => Fault::Recover(one(node)),
            Fault::Pause(node) => Fault::Pause(one(node)),
            Fault::Resume(node) => Fault::Resume(one(node)),
            Fault::Slow(node, lag) => Fault::Slow(one(node), *lag),
            Fault::Clock(node, clock) => Fault::Clock(one(node), *clock),
            Fault::Step(node, ahead) => Fault::Step(one(node), *ahead),
            Fault::Betray(node) => Fault::Betray(one(node)),
            Fault::Cut(from, to) => Fault::Cut(all(from), all(to)),
            Fault::Heal(from, to) => Fault::Heal(all(from), all(to)),
            Fault::AtLeader(node, faults) => {
                let faults = faults.iter().map(|(after, fault)| (*after, fault.swapped(a, b)));
                Fault::AtLeader(one(node), faults.collect())
            }
            Fault::LeaveMajority(nodes) => Fault::LeaveMajority(all(nodes)),
        }
    }
}

/// The faults in order of time, with those aimed at a leader in their places, as if it were the node
/// that they name.
pub(crate) fn in_order(faults: &[(Time, Fault)]) -> Vec<(Time, &Fault)> {
    fn add<'a>(begin: Time, faults: &'a [(Time, Fault)], all: &mut Vec<(Time, &'a Fault)>) {
        for (after, fault) in faults {
            let at = begin.saturating_add(*after);
            match fault {
                Fault::AtLeader(_, later) => add(at, later, all),
                _ => all.push((at, fault)),
            }
        }
    }
    let mut all = Vec::new();
    add(0, faults, &mut all);
    all.sort_by_key(|(at, _)| *at);
    all
}

/// Whether no time of day is set further off than its node believes it can be. Where a node believes
/// nothing of the kind, it may be off as it likes; and what drift adds does not count here.
pub(crate) fn keeps_clocks(faults: &[(Time, Fault)]) -> bool {
    let mut clocks: BTreeMap<NodeId, (Time, Time)> = BTreeMap::new();
    for (_, fault) in in_order(faults) {
        match fault {
            Fault::Clock(node, clock) => {
                clocks.insert(*node, (clock.uncertainty, clock.offset.unsigned_abs()));
            }
            Fault::Step(node, ahead) => {
                if let Some((_, off)) = clocks.get_mut(node) {
                    *off = off.saturating_add(ahead.unsigned_abs());
                }
            }
            _ => {}
        }
    }
    clocks.values().all(|(uncertainty, off)| *uncertainty == 0 || off <= uncertainty)
}

/// Whether no node is kept from running for longer than this timing model allows.
pub(crate) fn keeps(faults: &[(Time, Fault)], synchrony: Synchrony) -> bool {
    let mut paused = BTreeMap::new();
    for (at, fault) in in_order(faults) {
        match fault {
            Fault::Pause(node) => {
                paused.entry(node).or_insert(at);
            }
            Fault::Resume(node)
                if paused.remove(node).is_some_and(|begin| at > synchrony.latest(begin, at)) =>
            {
                return false;
            }
            Fault::Slow(_, lag) if *lag > synchrony.longest_lag() => return false,
            _ => {}
        }
    }
    paused.is_empty() || synchrony == Synchrony::Asynchronous
}

/// The mildest model in which these faults, each with its time, can happen.
///
/// A link that stays cut is arbitrary: even a message that is sent for ever does not get through.
pub fn model(faults: &[(Time, Fault)]) -> Model {
    let mut model =
        Model { links: Links::Reliable, nodes: Nodes::CrashStop, timing: Timing::Synchronous };
    let mut cuts: BTreeMap<(NodeId, NodeId), u32> = BTreeMap::new();
    for (_, fault) in in_order(faults) {
        match fault {
            Fault::Recover(_) => model.nodes = model.nodes.max(Nodes::CrashRecovery),
            Fault::Betray(_) => model.nodes = Nodes::Byzantine,
            Fault::Cut(from, to) => {
                model.links = Links::FairLoss;
                links(from, to).for_each(|link| *cuts.entry(link).or_default() += 1);
            }
            Fault::Heal(from, to) => links(from, to).for_each(|link| {
                let cuts = cuts.entry(link).or_default();
                *cuts = cuts.saturating_sub(1);
            }),
            _ => {}
        }
    }
    if cuts.values().any(|&cuts| cuts > 0) {
        model.links = Links::Arbitrary;
    }
    model
}

/// The links from each of the first to each of the second.
fn links(from: &[NodeId], to: &[NodeId]) -> impl Iterator<Item = (NodeId, NodeId)> {
    let pairs = from.iter().flat_map(move |&from| to.iter().map(move |&to| (from, to)));
    pairs.filter(|(from, to)| from != to)
}
