//! The trace of a run: a value that says everything that happened, and what led to what.

use crate::facts::Fact;
use crate::layer::{Change, Choice, Indication, Request, Value};
use crate::node::{NodeId, Time};
use crate::service::Deliver;
use crate::sim::Node;
use crate::sim::clock::LocalClock;
use crate::sim::event::{EventId, PacketId};
use crate::sim::forge::Forgery;
use serde::{Deserialize, Deserializer, Serialize};

/// The version of the trace format. A reader refuses any other.
pub const VERSION: u32 = 1;

/// The words of a trace: what its requests, packets and so on are made of.
///
/// A node type has its own words; [`Text`] is the erased form, in which every value is what `{:?}`
/// printed.
pub trait Terms {
    /// Asked of a node.
    type Request: Value;
    /// Told by a node.
    type Indication: Value;
    /// Sent over the network.
    type Packet: Value;
    /// Names of timers.
    type Timer: Value;
    /// Steps of stable storage.
    type Change: Value;
}

impl<N: Node> Terms for N {
    type Request = Request<N::Implements>;
    type Indication = Indication<N::Implements>;
    type Packet = N::Packet;
    type Timer = N::Timer;
    type Change = Change<N>;
}

/// The erased words: everything is text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Text;
impl Terms for Text {
    type Request = String;
    type Indication = String;
    type Packet = String;
    type Timer = String;
    type Change = String;
}

/// A run, as it happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(bound(serialize = "What<V>: Serialize", deserialize = "What<V>: Deserialize<'de>"))]
pub struct Trace<V: Terms> {
    /// The format: [`VERSION`].
    #[serde(deserialize_with = "this_version")]
    pub version: u32,
    /// How many nodes there are.
    pub nodes: u32,
    /// Everything that happened, in order of time.
    pub records: Vec<Record<V>>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(bound(serialize = "What<V>: Serialize", deserialize = "What<V>: Deserialize<'de>"))]
pub struct Record<V: Terms> {
    /// When, in true time.
    pub at: Time,
    /// Where.
    pub node: NodeId,
    /// Which record led to this one: its index in the trace.
    pub cause: Option<u64>,
    /// What.
    pub what: What<V>,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(bound(
    serialize = "V::Request: Serialize, V::Indication: Serialize, V::Packet: Serialize, V::Timer: Serialize, V::Change: Serialize",
    deserialize = "V::Request: Deserialize<'de>, V::Indication: Deserialize<'de>, V::Packet: Deserialize<'de>, V::Timer: Deserialize<'de>, V::Change: Deserialize<'de>"
))]
pub enum What<V: Terms> {
    /// The node started.
    Start,
    /// The layer above asked something of the node.
    Request {
        /// The number of the request in this run, from 0.
        ordinal: u32,
        /// What was asked.
        request: V::Request,
    },
    /// The node sent a packet.
    Send {
        /// Its name.
        id: PacketId,
        /// What is in it.
        packet: V::Packet,
    },
    /// The network made a copy of a packet.
    Duplicate {
        /// The name of the copy.
        id: PacketId,
    },
    /// A packet was lost: at its sender's side by the network, or at its destination because that
    /// was down.
    Lose {
        /// Its name.
        id: PacketId,
        /// Why.
        why: Loss,
    },
    /// A packet arrived.
    Receive {
        /// Its name.
        id: PacketId,
        /// What is in it.
        packet: V::Packet,
    },
    /// The node delivered to the layer above.
    Deliver {
        /// What it told.
        indication: V::Indication,
    },
    /// The node wrote to stable storage, in one step.
    Store {
        /// The changes of all its layers.
        changes: Vec<V::Change>,
    },
    /// The node set a timer.
    SetTimer {
        /// Its name.
        timer: V::Timer,
        /// How often the node had set it, this time included.
        ordinal: u64,
        /// When it will run out, in true time.
        due: Time,
    },
    /// The node cancelled a timer, whether it was set or not.
    CancelTimer {
        /// Its name.
        timer: V::Timer,
    },
    /// A timer ran out.
    Timeout {
        /// Its name.
        timer: V::Timer,
        /// Which setting of it.
        ordinal: u64,
    },
    /// The node made a free choice.
    Choose {
        /// The answer, and how many were possible.
        choice: Choice,
    },
    /// What can be observed of the node's state changed to this.
    Facts {
        /// All its facts.
        facts: Vec<Fact>,
    },
    /// The node crashed.
    Crash {
        /// If it happened within a handler: how many effects had been carried out.
        after_effects: Option<u32>,
        /// And which ones did not come about any more, in order.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        undone: Vec<Undone>,
    },
    /// The node came back with what stable storage kept.
    Recover,
    /// The node stopped running, without noticing.
    Pause,
    /// The node went on.
    Resume,
    /// Packets from here to that node are lost from now on.
    Cut {
        /// The other end of the link.
        to: NodeId,
    },
    /// Packets from here to that node pass again.
    Heal {
        /// The other end of the link.
        to: NodeId,
    },
    /// An adversary changed a packet that the node sent.
    Forge {
        /// Its name.
        id: PacketId,
        /// How.
        forgery: Forgery,
        /// What is in it now.
        packet: V::Packet,
    },
    /// From now on all takes so much longer here; as long as ever, if it is 0.
    Slow {
        /// By how much.
        lag: Time,
    },
    /// The node's clocks are like this from now on.
    Clock {
        /// How they differ from true time.
        clock: LocalClock,
    },
    /// The node is Byzantine from now on.
    Betray,
    /// A fault was aimed at this node because it led.
    Aim,
    /// Two layers of this node kept each other busy without end. The run ends here, in error.
    Endless,
}

/// Why a packet did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Loss {
    /// The network lost it.
    Network,
    /// The link was cut.
    Cut,
    /// The destination was down when it came.
    Down,
    /// Somebody decided so, by hand.
    Dropped,
    /// The adversary kept it.
    Adversary,
}

/// An effect that a crash prevented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Undone {
    /// A packet was not sent.
    Send,
    /// Nothing was delivered.
    Deliver,
    /// Nothing was written to stable storage.
    Store,
    /// Only the beginning was written to stable storage.
    TornStore,
    /// A timer was not set.
    SetTimer,
    /// A timer was not cancelled.
    CancelTimer,
}

impl<V: Terms> Trace<V> {
    /// Of a run of `nodes` nodes in which nothing has happened yet.
    pub fn new(nodes: u32) -> Self {
        Trace { version: VERSION, nodes, records: Vec::new() }
    }
    /// The messages delivered at `node`, with their senders, in order.
    pub fn delivered<M: Value>(&self, node: NodeId) -> Vec<(NodeId, M)>
    where
        V: Terms<Indication = Deliver<M>>,
    {
        let of_node = self.records.iter().filter(|record| record.node == node);
        of_node
            .filter_map(|record| match &record.what {
                What::Deliver { indication } => Some((indication.from, indication.msg.clone())),
                _ => None,
            })
            .collect()
    }
}

impl<V: Terms> Record<V> {
    /// Whether this records an effect that a handler asked for.
    pub fn is_effect(&self) -> bool {
        matches!(
            self.what,
            What::Send { .. }
                | What::Deliver { .. }
                | What::Store { .. }
                | What::SetTimer { .. }
                | What::CancelTimer { .. }
        )
    }
}

impl Record<Text> {
    /// The name of the event that this record begins, if it is one that came to a node.
    pub fn event(&self) -> Option<EventId> {
        match &self.what {
            What::Start => Some(EventId::Start(self.node)),
            What::Request { ordinal, .. } => Some(EventId::Request(*ordinal)),
            What::Receive { id, .. } => Some(EventId::Packet(*id)),
            What::Timeout { timer, ordinal } => {
                Some(EventId::Timer { node: self.node, timer: timer.clone(), ordinal: *ordinal })
            }
            _ => None,
        }
    }
}

impl<V: Terms> What<V> {
    /// A crash that comes while the node does nothing.
    pub(crate) const CRASH: What<V> = What::Crash { after_effects: None, undone: Vec::new() };
}

fn this_version<'de, D: Deserializer<'de>>(reader: D) -> Result<u32, D::Error> {
    match u32::deserialize(reader)? {
        VERSION => Ok(VERSION),
        other => Err(serde::de::Error::custom(format!(
            "this trace has format version {other}, and only version {VERSION} can be read here"
        ))),
    }
}
