//! The menu of faults from which a seeded run draws, and what the run with one seed gets of it.

use crate::model::Links;
use crate::node::{MILLIS, NodeId, Time};
use crate::sim::clock::LocalClock;
use crate::sim::fault::Fault;
use crate::sim::forge::Forging;
use crate::sim::network::{Network, Rate};
use crate::sim::random::{Draws, Purpose, below, draws};
use crate::sim::synchrony::Synchrony;
use serde::{Deserialize, Serialize};

/// What may go wrong in a seeded run, and how much of it.
///
/// Written in one line, for commands and pages: `loss=20% crashes=3 recovery until=2s`. See
/// [`FaultMenu::knobs`] for all there is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaultMenu {
    /// What the network does.
    pub network: Network,
    /// What an adversary on the links does.
    #[serde(skip_serializing_if = "Forging::is_never")]
    pub forging: Forging,
    /// What is known about delays.
    #[serde(skip_serializing_if = "is_default")]
    pub synchrony: Synchrony,
    /// How many partitions start, of each kind.
    #[serde(skip_serializing_if = "is_default")]
    pub partitions: Partitions,
    /// How many crashes happen.
    pub crashes: u32,
    /// How many more crashes tear what a node is writing to a log. Nodes without a log are spared.
    #[serde(skip_serializing_if = "is_default")]
    pub torn_writes: u32,
    /// Whether crashed nodes come back.
    pub recovery: bool,
    /// How many times a node pauses.
    pub pauses: u32,
    /// How many times a node is slow.
    #[serde(skip_serializing_if = "is_default")]
    pub slow_nodes: u32,
    /// What is wrong with the clocks.
    #[serde(skip_serializing_if = "is_default")]
    pub clocks: Clocks,
    /// How many nodes are Byzantine.
    #[serde(skip_serializing_if = "is_default")]
    pub byzantine: u32,
    /// The chance that what would happen to some node happens to whoever leads then.
    #[serde(skip_serializing_if = "is_default")]
    pub aimed: Rate,
    /// Whether each seed gets a menu of its own: some of this one, and less of the rest.
    #[serde(skip_serializing_if = "is_default")]
    pub swarm: bool,
    /// All faults of nodes and all partitions are over by this time; clocks stay wrong and traitors
    /// stay traitors. The network goes on losing packets.
    pub until: Time,
}

/// How many partitions there are, of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Partitions {
    /// Two groups do not hear each other.
    pub symmetric: u32,
    /// One group does not hear the other, which hears it.
    pub one_way: u32,
    /// Nobody hears one node.
    pub cannot_send: u32,
    /// One node hears nobody.
    pub cannot_receive: u32,
    /// Two groups do not hear each other, then they do, then they do not, and so on.
    pub flapping: u32,
}

/// What is wrong with the nodes' clocks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Clocks {
    /// At the start a time of day is off by at most this much, either way.
    pub offset: Time,
    /// How far off each node believes its time of day may be: it is right as long as this is more
    /// than what the other knobs allow.
    #[serde(skip_serializing_if = "is_default")]
    pub uncertainty: Time,
    /// Clocks run too fast or too slow by at most so many parts per million.
    pub drift_ppm: u32,
    /// How many times a time of day jumps.
    pub steps: u32,
    /// By how much at most, either way.
    pub step: Time,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Default for FaultMenu {
    /// No fault at all.
    fn default() -> Self {
        FaultMenu {
            network: Network::reliable(),
            forging: Forging::default(),
            synchrony: Synchrony::default(),
            partitions: Partitions::default(),
            crashes: 0,
            torn_writes: 0,
            recovery: false,
            pauses: 0,
            slow_nodes: 0,
            clocks: Clocks::default(),
            byzantine: 0,
            aimed: Rate::NEVER,
            swarm: false,
            until: 1_000 * MILLIS,
        }
    }
}

impl Partitions {
    /// So many in which two groups do not hear each other.
    pub const fn symmetric(how_many: u32) -> Self {
        let (one_way, cannot_send, cannot_receive, flapping) = (0, 0, 0, 0);
        Partitions { symmetric: how_many, one_way, cannot_send, cannot_receive, flapping }
    }
}

/// The kinds of spells, in the order in which their numbers were given: a number is part of what is
/// drawn.
#[derive(Clone, Copy)]
enum Kind {
    Symmetric,
    Crash,
    Pause,
    OneWay,
    CannotSend,
    CannotReceive,
    Flapping,
    TornWrite,
    Slow,
    Step,
}

impl FaultMenu {
    /// Only the network is faulty.
    pub fn of_network(network: Network) -> Self {
        FaultMenu { network, ..FaultMenu::default() }
    }

    /// Which of the course's link models covers network and adversary.
    pub fn links(&self) -> Links {
        if self.forging.is_never() { self.network.model() } else { Links::Arbitrary }
    }

    /// Whether it changes messages, which needs somebody to say how.
    pub fn tampers(&self) -> bool {
        self.byzantine > 0 || self.forging.tampering > Rate::NEVER
    }

    /// The faults of the run with this seed: each with its time, in no particular order.
    pub fn plan(&self, seed: u64, nodes: u32) -> Vec<(Time, Fault)> {
        let mut plan = self.lasting(seed, nodes);
        if self.until == 0 {
            return plan;
        }
        for (kind, how_many) in self.spells() {
            for ordinal in 0..self.at_most(kind, how_many, nodes) {
                let mut draws = draws(seed, Purpose::Fault, kind as u64, u64::from(ordinal));
                let start = below(&mut draws, self.until);
                let lasting = 1 + below(&mut draws, self.until - start);
                let drawn = any_node(&mut draws, nodes);
                let node =
                    if self.is_for_good(kind) { doomed(seed, nodes, ordinal) } else { drawn };
                let span = (start, lasting);
                let faults = self.spell(kind, &mut draws, node, nodes, span);
                if self.aimed.strikes(&mut draws) {
                    plan.push((start, Fault::AtLeader(node, faults)));
                } else {
                    let later = |(after, fault): (Time, Fault)| (start + after, fault);
                    plan.extend(faults.into_iter().map(later));
                }
            }
        }
        plan
    }

    /// Whether a spell of this kind never ends.
    fn is_for_good(&self, kind: Kind) -> bool {
        matches!(kind, Kind::Crash) && !self.recovery
    }

    /// How often a spell comes that is asked for so often: of crashes for good only so many that a
    /// majority is left, but for a run of two nodes.
    fn at_most(&self, kind: Kind, how_many: u32, nodes: u32) -> u32 {
        if self.is_for_good(kind) { how_many.min(((nodes - 1) / 2).max(1)) } else { how_many }
    }

    /// How often each kind of spell comes.
    fn spells(&self) -> [(Kind, u32); 10] {
        let Partitions { symmetric, one_way, cannot_send, cannot_receive, flapping } =
            self.partitions;
        [
            (Kind::Symmetric, symmetric),
            (Kind::Crash, self.crashes),
            (Kind::Pause, self.pauses),
            (Kind::OneWay, one_way),
            (Kind::CannotSend, cannot_send),
            (Kind::CannotReceive, cannot_receive),
            (Kind::Flapping, flapping),
            (Kind::TornWrite, self.torn_writes),
            (Kind::Slow, self.slow_nodes),
            (Kind::Step, self.clocks.steps),
        ]
    }

    /// One spell of faults about this node, each with the time since it began.
    fn spell(
        &self,
        kind: Kind,
        draws: &mut Draws,
        node: NodeId,
        nodes: u32,
        (start, lasting): (Time, Time),
    ) -> Vec<(Time, Fault)> {
        let stall = self.synchrony.latest(start, start + lasting) - start;
        match kind {
            Kind::Symmetric => cut(sides(draws, node, nodes), lasting, 1),
            Kind::OneWay => cut(sides(draws, node, nodes)[..1].to_vec(), lasting, 1),
            Kind::CannotSend => cut(vec![(vec![node], others(node, nodes))], lasting, 1),
            Kind::CannotReceive => cut(vec![(others(node, nodes), vec![node])], lasting, 1),
            Kind::Flapping => {
                let sides = sides(draws, node, nodes);
                cut(sides, lasting, 2 + below(draws, 7))
            }
            Kind::Crash => {
                let crash = match below(draws, 8) {
                    0 | 1 => Fault::Crash(node),
                    effects => Fault::CrashWithin(node, effects as u32 - 2),
                };
                crash_for(node, crash, lasting, self.recovery)
            }
            Kind::TornWrite => {
                let crash = Fault::CrashTearing(node, below(draws, 16) as u32);
                let end = Fault::Recover(node);
                vec![(0, crash), (lasting, end)]
            }
            Kind::Pause => vec![(0, Fault::Pause(node)), (stall, Fault::Resume(node))],
            Kind::Slow => {
                let lag = 1 + below(draws, 20 * self.network.delay.usual().max(1));
                let lag = lag.min(self.synchrony.longest_lag());
                vec![(0, Fault::Slow(node, lag)), (stall, Fault::Slow(node, 0))]
            }
            Kind::Step => vec![(0, Fault::Step(node, either_way(draws, self.clocks.step)))],
        }
    }

    /// What is wrong from the start to the end.
    fn lasting(&self, seed: u64, nodes: u32) -> Vec<(Time, Fault)> {
        let mut plan = Vec::new();
        let Clocks { offset, uncertainty, drift_ppm, .. } = self.clocks;
        let is_plain = offset == 0 && drift_ppm == 0 && uncertainty == 0;
        for node in NodeId::all(nodes).filter(|_| !is_plain) {
            let mut draws = draws(seed, Purpose::Fault, CLOCKS, u64::from(node.0));
            let offset = either_way(&mut draws, offset);
            let drift_ppm = either_way(&mut draws, u64::from(drift_ppm)) as i32;
            plan.push((0, Fault::Clock(node, LocalClock { offset, drift_ppm, uncertainty })));
        }
        let mut draws = draws(seed, Purpose::Fault, TRAITORS, 0);
        let traitors = shuffled(&mut draws, nodes).into_iter().take(self.byzantine as usize);
        plan.extend(traitors.map(|node| (0, Fault::Betray(node))));
        plan
    }
}

/// Where the draws for clocks are made, and those for traitors: beyond the kinds of spells.
const CLOCKS: u64 = 100;
const TRAITORS: u64 = 101;

fn any_node(draws: &mut Draws, nodes: u32) -> NodeId {
    NodeId(below(draws, u64::from(nodes)) as u32)
}

/// The nodes in random order.
pub(crate) fn shuffled(draws: &mut Draws, nodes: u32) -> Vec<NodeId> {
    let mut order: Vec<_> = NodeId::all(nodes).collect();
    for last in (1..order.len()).rev() {
        order.swap(last, below(draws, last as u64 + 1) as usize);
    }
    order
}

/// In which order nodes live on when a majority is left: those of the end crash first.
pub(crate) fn survivors(seed: u64, nodes: u32) -> Vec<NodeId> {
    shuffled(&mut draws(seed, Purpose::Heal, 0, 0), nodes)
}

/// The node that crashes for good in the spell of this number.
fn doomed(seed: u64, nodes: u32, ordinal: u32) -> NodeId {
    survivors(seed, nodes).into_iter().rev().nth(ordinal as usize).unwrap_or(NodeId(0))
}

/// From `-most` to `most`.
fn either_way(draws: &mut Draws, most: u64) -> i64 {
    let most = most.min(i64::MAX as u64 / 2);
    below(draws, 2 * most + 1) as i64 - most as i64
}

fn others(node: NodeId, nodes: u32) -> Vec<NodeId> {
    NodeId::all(nodes).filter(|&other| other != node).collect()
}

/// A crash, and its end: the node comes back, or else is down for certain, even if no event came
/// within which it could have crashed.
fn crash_for(node: NodeId, crash: Fault, lasting: Time, recovery: bool) -> Vec<(Time, Fault)> {
    let end = if recovery { Fault::Recover(node) } else { Fault::Crash(node) };
    vec![(0, crash), (lasting, end)]
}

/// Links that are cut: from each of the first to each of the second.
type Direction = (Vec<NodeId>, Vec<NodeId>);

/// The two directions between a random group with this node in it, and the rest.
fn sides(draws: &mut Draws, odd_one: NodeId, nodes: u32) -> Vec<Direction> {
    let (mut left, mut right) = (vec![odd_one], Vec::new());
    for node in others(odd_one, nodes) {
        let group = if nodes > 2 && below(draws, 3) == 0 { &mut left } else { &mut right };
        group.push(node);
    }
    if right.is_empty() {
        // Everyone came to be on one side: the odd one is alone after all.
        right = left.split_off(1);
    }
    vec![(left.clone(), right.clone()), (right, left)]
}

/// Cuts these, `times` times in the whole span, with gaps as long as the cuts between them.
fn cut(directions: Vec<Direction>, lasting: Time, times: u64) -> Vec<(Time, Fault)> {
    let phases = 2 * times - 1;
    let at = |phase: u64| (u128::from(lasting) * u128::from(phase) / u128::from(phases)) as Time;
    let mut faults = Vec::new();
    for (from, to) in directions {
        for phase in (0..phases).step_by(2) {
            faults.push((at(phase), Fault::Cut(from.clone(), to.clone())));
            faults.push((at(phase + 1), Fault::Heal(from.clone(), to.clone())));
        }
    }
    faults
}
