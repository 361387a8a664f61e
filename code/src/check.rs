//! The same nodes under the model checker Stateright: not some runs of a small system but all.
//!
//! The simulator lets one thing happen after another as time goes by. Here time is gone: whatever
//! may happen next, does, in one branch or another. [`Explored`] says what is explored, a
//! [`Situation`] is one point that a run can reach, and an [`Action`] leads from one to the next.
//! Two runs that reach the same situation have the same futures, so they go on as one; that keeps
//! the number of situations finite for nodes that do not count for ever.
//!
//! - A request that is not yet made may be made at any time; at each node they keep their order.
//! - A packet that was sent may be received at any time: see [`Packets`].
//! - A timer that is set may run out at any time, so a wrong guess about time is among the branches.
//! - A free choice is made in every way, by running the handler again with other answers.
//! - A node may crash between events and before any effect, at most [`Explored::crashes`] times.
//!
//! Clocks always read zero: nodes that look at one are not for the checker. Properties are those of
//! [`spec`](crate::spec): each situation carries the trace of what the applications saw. A promise
//! that something happens in the end is judged where everything has gone on without faults: see
//! [`Explored::finish`].
//!
//! A check that passes proves little by itself, for it may never have met the case that matters.
//! Believe it only together with a broken twin that it rejects.

mod happen;
mod replay;

pub use replay::Replay;

use crate::check::happen::starts_of_steps;
use crate::layer::*;
use crate::sim::Node;
use crate::sim::trace::{Trace, What};
use stateright::{Checker, Model, Property};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A node that can be explored: what is kept in order must have one.
pub trait Explorable: Node<Packet: Ord> + Layer<Timer: Ord> {}
impl<N: Node<Packet: Ord> + Layer<Timer: Ord>> Explorable for N {}

/// The network that is explored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packets {
    /// What was once sent may be received at any later time, any number of times, or never: loss,
    /// duplication and reordering without bound, in few situations, because the network is just the
    /// set of all packets sent.
    FairLoss,
    /// Each packet is received once, in any order, unless its destination is down when it comes.
    Reliable,
}

/// A small system, and what may happen to it.
pub struct Explored<N: Explorable> {
    /// The nodes as they are first built.
    pub nodes: Vec<N>,
    /// What the applications ask: of each node in this order.
    pub requests: Vec<(NodeId, Asked<N>)>,
    /// What the network does.
    pub packets: Packets,
    /// How often each node may crash.
    pub crashes: PerNode<u32>,
    /// Whether a node that crashed may come back.
    pub recovery: bool,
    /// How many timers may run out; `None` for any number.
    pub timeouts: Option<u32>,
    /// What is claimed.
    pub properties: Vec<Property<Explored<N>>>,
}

/// A point that a run can reach: all that matters for what can happen next and for what is claimed.
///
/// Situations share (`Arc`) what they have in common with the one before.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Situation<N: Explorable> {
    /// The nodes.
    pub hosts: PerNode<Arc<Host<N>>>,
    /// The packets that may still be received, and how often.
    pub packets: Arc<BTreeMap<Envelope<N::Packet>, u32>>,
    /// How many more timers may run out; `None` for any number.
    pub timeouts: Option<u32>,
    /// What the applications saw: requests, deliveries, crashes and recoveries, all at time 0.
    pub seen: Arc<Trace<N>>,
    /// Layers of this node kept each other busy without end.
    pub endless: Option<NodeId>,
}

/// What is kept for one node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Host<N: Explorable> {
    /// Its state; `None` while it is down.
    pub state: Option<N>,
    /// What is on its stable storage.
    pub stable: N::Stable,
    /// The timers that are set.
    pub timers: BTreeSet<N::Timer>,
}

/// A packet with its addresses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Envelope<P> {
    /// The sender.
    pub from: NodeId,
    /// The destination.
    pub to: NodeId,
    /// What is sent.
    pub packet: P,
}

/// One step of a run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Action<N: Explorable> {
    /// Something comes to a node.
    Event {
        /// Where.
        node: NodeId,
        /// What.
        input: Input<N>,
        /// How the node chooses.
        answers: Vec<Choice>,
        /// The node crashes when it has carried out this many effects.
        crash: Option<u32>,
    },
    /// A node crashes between two events.
    Crash(NodeId),
    /// A packet comes to a node that is down.
    Lose(Envelope<N::Packet>),
}

/// What can come to a node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Input<N: Explorable> {
    /// The node starts.
    Start,
    /// The request with this place among [`Explored::requests`].
    Request(u32),
    /// A packet.
    Receive(Envelope<N::Packet>),
    /// A timer runs out.
    Timeout(N::Timer),
    /// The node comes back.
    Recover,
}

/// The name of the property that no two layers keep each other busy without end.
pub const SETTLES: &str = "settles";

/// [`Explored::finish`] gives up after everything that can happen has happened this often.
const MOST_ROUNDS: u64 = 100;

impl<N: Explorable> Explored<N> {
    /// These nodes over fair-loss links, without requests and crashes. That they settle is claimed.
    pub fn new(nodes: Vec<N>) -> Self {
        Explored {
            crashes: PerNode::new(nodes.len() as u32, 0),
            nodes,
            requests: Vec::new(),
            packets: Packets::FairLoss,
            recovery: true,
            timeouts: None,
            properties: vec![Property::always(SETTLES, |_, now: &Situation<N>| {
                now.endless.is_none()
            })],
        }
    }
    /// The application at `node` asks for this, after all that it asked for before.
    pub fn asking(mut self, node: NodeId, request: impl Into<Asked<N>>) -> Self {
        self.requests.push((node, request.into()));
        self
    }
    /// This node may crash so often.
    pub fn crashing(mut self, node: NodeId, times: u32) -> Self {
        self.crashes[node] = times;
        self
    }
    /// Claims that this holds in every situation.
    pub fn always(mut self, name: &'static str, holds: fn(&Self, &Situation<N>) -> bool) -> Self {
        self.properties.push(Property::always(name, holds));
        self
    }
    /// Claims that this holds in some situation: what guards the other claims against being empty.
    pub fn sometimes(
        mut self,
        name: &'static str,
        holds: fn(&Self, &Situation<N>) -> bool,
    ) -> Self {
        self.properties.push(Property::sometimes(name, holds));
        self
    }

    /// Whether the nodes promise anything under what is explored.
    pub fn is_promised(&self) -> bool {
        let links = match self.packets {
            Packets::FairLoss => Links::FairLoss,
            Packets::Reliable => Links::Reliable,
        };
        let comes_back = self.recovery && self.crashes.0.iter().any(|&times| times > 0);
        let nodes = if comes_back { Nodes::CrashRecovery } else { Nodes::CrashStop };
        let timing = Timing::Asynchronous;
        N::MODEL.covers(crate::model::Model { links, nodes, timing })
    }

    /// The shortest run that breaks a property, or that shows what happens only sometimes.
    ///
    /// Looks for this one property with one thread: with more of either, Stateright may find a
    /// longer run.
    pub fn shortest(mut self, name: &'static str) -> Option<Vec<Action<N>>>
    where
        Self: Send + Sync,
        Situation<N>: Send + Sync,
    {
        self.properties = vec![self.property(name)];
        let found = self.checker().threads(1).spawn_bfs().join().discovery(name)?;
        Some(found.into_actions())
    }

    /// How a run ends that goes on from here without faults and with everything happening again and
    /// again: nodes that are down come back, all requests are made, timers run out, packets are
    /// received; until nothing changes any more.
    ///
    /// What fair-loss links carry now may still be lost, all of it, and here it is. So if a promise
    /// is kept at the end of every situation, then no run is ever stuck for want of a packet that
    /// nobody sends again.
    pub fn finish(&self, now: &Situation<N>) -> Situation<N> {
        let mut end = Situation { timeouts: None, ..now.clone() };
        if self.packets == Packets::FairLoss {
            end.packets = Arc::default();
        }
        for round in 0..MOST_ROUNDS {
            let before = end.clone();
            // Packets sent in this round wait for the next one: timers are not starved.
            for (event, (node, input)) in (0..).zip(self.inputs(&before)) {
                if end.admits(node, &input) {
                    let choices = Choices::drawn(round, u64::from(node.0), event);
                    let outcome = self.outcome(&end, node, &input, choices);
                    self.happen(&mut end, node, &input, outcome, None);
                }
            }
            if end == before {
                break;
            }
        }
        end
    }

    /// Everything that can come to a node now.
    fn inputs(&self, now: &Situation<N>) -> Vec<(NodeId, Input<N>)> {
        let mut inputs = Vec::new();
        if now.endless.is_some() {
            return inputs;
        }
        for (node, host) in now.hosts.iter() {
            if host.state.is_none() {
                inputs.extend(self.recovery.then_some((node, Input::Recover)));
                continue;
            }
            let made = now.count(node, |what| matches!(what, What::Request { .. }));
            let mut requests = (0..).zip(&self.requests).filter(|(_, (at, _))| *at == node);
            let request = requests.nth(made).map(|(i, _)| Input::Request(i));
            inputs.extend(request.map(|request| (node, request)));
            if now.timeouts != Some(0) {
                let timeouts = host.timers.iter().cloned().map(Input::Timeout);
                inputs.extend(timeouts.map(|timeout| (node, timeout)));
            }
        }
        let up = |to: NodeId| now.hosts[to].state.is_some();
        let received = now.packets.keys().filter(|envelope| up(envelope.to));
        inputs.extend(received.map(|envelope| (envelope.to, Input::Receive(envelope.clone()))));
        inputs
    }

    fn may_crash(&self, now: &Situation<N>, node: NodeId) -> bool {
        let crashes = now.count(node, |what| matches!(what, What::Crash { .. })) as u32;
        now.endless.is_none() && crashes < self.crashes[node]
    }

    /// All ways in which `input` can go: each way to choose, and with each a crash before each
    /// effect, if one is left.
    fn ways(&self, now: &Situation<N>, node: NodeId, input: &Input<N>) -> Vec<Action<N>> {
        let mut ways = Vec::new();
        let mut answers = Some(Vec::new());
        while let Some(prefix) = answers {
            let outcome = self.outcome(now, node, input, Choices::enumerated(prefix));
            let choices = outcome.env.choices;
            let steps = starts_of_steps(&outcome.effects).len() as u32;
            let crashes = if self.may_crash(now, node) { 0..steps } else { 0..0 };
            ways.extend(std::iter::once(None).chain(crashes.map(Some)).map(|crash| {
                let (input, answers) = (input.clone(), choices.answers().to_vec());
                Action::Event { node, input, answers, crash }
            }));
            answers = choices.successor();
        }
        ways
    }
}

impl<N: Explorable> Model for Explored<N> {
    type State = Situation<N>;
    type Action = Action<N>;

    /// All nodes have started, in every way to choose. None crashes while it starts: it has nothing
    /// to forget yet.
    fn init_states(&self) -> Vec<Situation<N>> {
        let host = |node: &N| {
            Arc::new(Host {
                state: Some(node.clone()),
                stable: N::Stable::default(),
                timers: BTreeSet::new(),
            })
        };
        let mut situations = vec![Situation {
            hosts: PerNode(self.nodes.iter().map(host).collect()),
            packets: Arc::default(),
            timeouts: self.timeouts,
            seen: Arc::new(Trace::new(self.nodes.len() as u32)),
            endless: None,
        }];
        for node in NodeId::all(self.nodes.len() as u32) {
            let started = |now: &Situation<N>| {
                let ways = self.ways(now, node, &Input::Start).into_iter();
                let ways = ways.filter(|way| !matches!(way, Action::Event { crash: Some(_), .. }));
                ways.map(|way| self.after(now, &way)).collect::<Vec<_>>()
            };
            situations = situations.iter().flat_map(started).collect();
        }
        situations
    }

    fn actions(&self, now: &Situation<N>, actions: &mut Vec<Action<N>>) {
        let up = |node: NodeId| now.hosts[node].state.is_some();
        let crashing = now.hosts.nodes().filter(|&node| up(node) && self.may_crash(now, node));
        // First, since of two runs that are equally short the one with the plainer crash is easier
        // to read.
        actions.extend(crashing.map(Action::Crash));
        for (node, input) in self.inputs(now) {
            actions.extend(self.ways(now, node, &input));
        }
        if self.packets == Packets::Reliable {
            let lost = now.packets.keys().filter(|envelope| !up(envelope.to)).cloned();
            actions.extend(lost.map(Action::Lose));
        }
    }

    fn next_state(&self, now: &Situation<N>, action: Action<N>) -> Option<Situation<N>> {
        let next = self.after(now, &action);
        (next != *now).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        self.properties.clone()
    }
}
