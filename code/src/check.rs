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
//! Where that is too much, [`Bounds`] cut the search off, [`Explored::reach`] begins it where it
//! gets interesting, and [`Explored::alike`] takes for one what differs only in the names of nodes. The [`Report`] of a search says what it left out.
//!
//! Clocks always say [`Explored::clock`]: nodes that measure time are not for the checker.
//! Properties are those of [`spec`](crate::spec): each situation carries the trace of what the
//! applications saw. A promise that something happens in the end is judged where everything has
//! gone on without faults: see [`Explored::finish`].
//!
//! A check that passes proves little by itself, for it may never have met the case that matters.
//! Believe it only together with a broken twin that it rejects.

mod bounds;
mod finish;
mod happen;
mod model;
mod rename;
mod replay;
mod search;
mod shared;
mod stage;
pub mod symmetry;

pub use bounds::{Bound, Bounds};
pub use finish::Unsettled;
pub use rename::{Rename, Renaming};
pub use replay::Replay;
pub use search::{Order, Report};
pub use shared::{Bag, Shared};
pub use stage::{Goals, Start, Unreached};
pub use symmetry::ACT_ALIKE;

use crate::check::bounds::Cut;
use crate::check::symmetry::Symmetry;
use crate::layer::*;
use crate::sim::Node;
use crate::sim::trace::Trace;
use stateright::Property;
use std::collections::BTreeSet;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A node that can be explored: what is kept in order must have one.
pub trait Explorable: Node<Packet: Ord> + Layer<Timer: Ord> {}
impl<N: Node<Packet: Ord> + Layer<Timer: Ord>> Explorable for N {}

/// What holds in a situation, or does not.
pub type Condition<N> = fn(&Explored<N>, &Situation<N>) -> bool;

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
    /// Whether a node may receive what it ignores: what neither changes it nor has an effect.
    ///
    /// If not, such a packet stays under way. That loses nothing for properties that hold always,
    /// for it may still be received later; but one that must not come too early is never lost.
    pub ignoring: bool,
    /// How often each node may crash.
    pub crashes: PerNode<u32>,
    /// How often nodes may crash in all; `None` if only `crashes` counts.
    pub crashes_in_all: Option<u32>,
    /// Whether a node that crashed may come back.
    pub recovery: bool,
    /// How many timers may run out; `None` for any number.
    pub timeouts: Option<u32>,
    /// What all clocks always say.
    pub clock: Reading,
    /// How far the search goes.
    pub bounds: Bounds<N>,
    /// What is claimed.
    pub properties: Vec<Property<Explored<N>>>,
    stages: Vec<&'static str>,
    reached: Vec<Start<N>>,
    symmetry: Option<Symmetry<N>>,
    cut: Cut,
}

/// A point that a run can reach: all that matters for what can happen next and for what is claimed.
///
/// Situations share what they have in common with the one before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Situation<N: Explorable> {
    /// The nodes.
    pub hosts: PerNode<Shared<Host<N>>>,
    /// The packets that may still be received, and how often.
    pub packets: Arc<Bag<Envelope<N::Packet>>>,
    /// How many packets were sent; `None` where that is not bounded.
    pub sent: Option<u32>,
    /// How many more timers may run out; `None` for any number.
    pub timeouts: Option<u32>,
    /// What the applications saw: requests, deliveries, crashes and recoveries, all at time 0.
    pub seen: Shared<Trace<N>>,
    /// Layers of this node kept each other busy without end.
    pub endless: Option<NodeId>,
    /// How many steps led here.
    pub steps: Steps,
    /// Where nodes are alike, the hash of what stands for this situation. A search takes those with
    /// the same for one.
    class: Option<u64>,
}
impl<N: Explorable> Hash for Situation<N> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        match self.class {
            Some(class) => hasher.write_u64(class),
            None => {
                let Situation { hosts, packets, sent, timeouts, seen, endless, .. } = self;
                (hosts, packets, sent, timeouts, seen, endless).hash(hasher);
            }
        }
    }
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
    /// How many of its requests were made.
    pub requests: u32,
    /// How often it crashed.
    pub crashes: u32,
}

/// How many steps led to a situation. It is no part of the situation: all are equal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Steps(pub u32);
impl PartialEq for Steps {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}
impl Eq for Steps {}

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

impl<N: Explorable> Action<N> {
    /// Whether a node starts, without choosing anything.
    fn is_plain_start(&self) -> bool {
        matches!(self, Action::Event { input: Input::Start, answers, .. } if answers.is_empty())
    }
}

/// The name of the property that no two layers keep each other busy without end.
pub const SETTLES: &str = "settles";

impl<N: Explorable> Explored<N> {
    /// These nodes over fair-loss links, without requests and crashes. That they settle is claimed.
    pub fn new(nodes: Vec<N>) -> Self {
        Explored {
            crashes: PerNode::new(nodes.len() as u32, 0),
            nodes,
            requests: Vec::new(),
            packets: Packets::FairLoss,
            ignoring: true,
            crashes_in_all: None,
            recovery: true,
            timeouts: None,
            clock: Reading::default(),
            bounds: Bounds::default(),
            properties: vec![Property::always(SETTLES, |_, now: &Situation<N>| {
                now.endless.is_none()
            })],
            stages: Vec::new(),
            reached: Vec::new(),
            symmetry: None,
            cut: Cut::default(),
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
    /// The search goes as far as this.
    pub fn bounded(mut self, bounds: Bounds<N>) -> Self {
        self.bounds = bounds;
        self
    }
    /// Claims that this holds in every situation.
    pub fn always(mut self, name: &'static str, holds: Condition<N>) -> Self {
        self.properties.push(Property::always(name, holds));
        self
    }
    /// Claims that this holds in some situation: what guards the other claims against being empty.
    pub fn sometimes(mut self, name: &'static str, holds: Condition<N>) -> Self {
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
}
