//! Faults: what can be done to nodes and links, and the menu from which a seeded run draws.

use crate::model::{Links, Model, Nodes, Timing};
use crate::node::{MILLIS, NodeId, Time};
use crate::sim::network::{Network, Rate};
use crate::sim::random::{Draws, Purpose, below, draws};
use serde::{Deserialize, Serialize};

/// One fault, or the end of one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Fault {
    /// The node stops and loses its memory.
    Crash(NodeId),
    /// The node will crash in its next event, after this many effects have been carried out.
    CrashWithin(NodeId, u32),
    /// The node comes back, if it had crashed. If it was about to, it will not.
    Recover(NodeId),
    /// The node stops, and will not notice that it did.
    Pause(NodeId),
    /// The node goes on, if it was paused.
    Resume(NodeId),
    /// Packets from any of the first to any of the second are lost from now on. Those already under way arrive.
    Cut(Vec<NodeId>, Vec<NodeId>),
    /// Ends one such cut.
    Heal(Vec<NodeId>, Vec<NodeId>),
}

impl Fault {
    /// The nodes that it names.
    pub fn nodes(&self) -> Vec<NodeId> {
        match self {
            Fault::Crash(node)
            | Fault::CrashWithin(node, _)
            | Fault::Recover(node)
            | Fault::Pause(node)
            | Fault::Resume(node) => vec![*node],
            Fault::Cut(from, to) | Fault::Heal(from, to) => [from.as_slice(), to].concat(),
        }
    }
}

/// What may go wrong in a seeded run, and how much of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultMenu {
    /// What the network does.
    pub network: Network,
    /// How many partitions start.
    pub partitions: u32,
    /// How many crashes happen.
    pub crashes: u32,
    /// Whether crashed nodes come back.
    pub recovery: bool,
    /// How many times a node pauses.
    pub pauses: u32,
    /// All faults of nodes and all partitions are over by this time. The network goes on losing
    /// packets.
    pub until: Time,
}

impl Default for FaultMenu {
    /// No fault at all.
    fn default() -> Self {
        FaultMenu {
            network: Network::reliable(),
            partitions: 0,
            crashes: 0,
            recovery: false,
            pauses: 0,
            until: 1_000 * MILLIS,
        }
    }
}

impl FaultMenu {
    /// Only the network is faulty.
    pub fn of_network(network: Network) -> Self {
        FaultMenu { network, ..FaultMenu::default() }
    }
    /// The faults of the run with this seed: each with its time, in no particular order.
    pub fn plan(&self, seed: u64, nodes: u32) -> Vec<(Time, Fault)> {
        let mut plan = Vec::new();
        for (kind, how_many) in [self.partitions, self.crashes, self.pauses].into_iter().enumerate()
        {
            for ordinal in 0..how_many {
                let mut draws = draws(seed, Purpose::Fault, kind as u64, u64::from(ordinal));
                let start = below(&mut draws, self.until.max(1));
                let end = start + 1 + below(&mut draws, (self.until - start).max(1));
                let (begin, finish) = match kind {
                    0 => partition(&mut draws, nodes),
                    1 => crash(&mut draws, nodes, self.recovery),
                    _ => pause(&mut draws, nodes),
                };
                plan.extend(begin.into_iter().map(|fault| (start, fault)));
                plan.extend(finish.into_iter().map(|fault| (end, fault)));
            }
        }
        plan
    }
}

/// How a spell of faults begins, and how it ends.
type Spell = (Vec<Fault>, Vec<Fault>);

fn any_node(draws: &mut Draws, nodes: u32) -> NodeId {
    NodeId(below(draws, u64::from(nodes)) as u32)
}

fn crash(draws: &mut Draws, nodes: u32, recovery: bool) -> Spell {
    let node = any_node(draws, nodes);
    let crash = match below(draws, 8) {
        0 | 1 => Fault::Crash(node),
        effects => Fault::CrashWithin(node, effects as u32 - 2),
    };
    (vec![crash], recovery.then_some(Fault::Recover(node)).into_iter().collect())
}

fn pause(draws: &mut Draws, nodes: u32) -> Spell {
    let node = any_node(draws, nodes);
    (vec![Fault::Pause(node)], vec![Fault::Resume(node)])
}

/// Cuts all links between two random groups; one time in three in one direction only.
fn partition(draws: &mut Draws, nodes: u32) -> Spell {
    let odd_one = any_node(draws, nodes);
    let (mut left, mut right) = (vec![odd_one], Vec::new());
    for node in NodeId::all(nodes).filter(|&node| node != odd_one) {
        let group = if nodes > 2 && below(draws, 3) == 0 { &mut left } else { &mut right };
        group.push(node);
    }
    if right.is_empty() {
        // Everyone came to be on one side: the odd one is alone after all.
        right = left.split_off(1);
    }
    let mut directions = vec![(left.clone(), right.clone()), (right, left)];
    if below(draws, 3) == 0 {
        directions.pop();
    }
    let begin = directions.iter().cloned().map(|(from, to)| Fault::Cut(from, to)).collect();
    let finish = directions.into_iter().map(|(from, to)| Fault::Heal(from, to)).collect();
    (begin, finish)
}

/// Chances as a percentage, for people.
impl std::fmt::Display for Rate {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{} %", f64::from(self.0) / 10_000.0)
    }
}

/// The mildest model in which these faults, each with its time, can happen.
///
/// A cut that is never healed makes links arbitrary: even a message that is sent for ever does not get through.
pub fn model(faults: &[(Time, Fault)]) -> Model {
    let mut model =
        Model { links: Links::Reliable, nodes: Nodes::CrashStop, timing: Timing::Asynchronous };
    for (at, fault) in faults {
        match fault {
            Fault::Recover(_) => model.nodes = Nodes::CrashRecovery,
            Fault::Cut(from, to) => {
                let heals = |(end, fault): &(Time, Fault)| {
                    end >= at && matches!(fault, Fault::Heal(a, b) if a == from && b == to)
                };
                let healed = faults.iter().any(heals);
                let links = if healed { Links::FairLoss } else { Links::Arbitrary };
                model.links = model.links.max(links);
            }
            _ => {}
        }
    }
    model
}
