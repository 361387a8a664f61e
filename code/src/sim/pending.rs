//! What is still to come in a run, and what is decided about it.

use crate::layer::{Asked, Choices, NodeId};
use crate::sim::Node;
use crate::sim::event::{EventId, PacketId};
use crate::sim::fault::Fault;
use crate::sim::random::{link, number_of};

/// Something that is to come. `cause` is the record of the trace that led to it.
#[derive(Clone, Debug)]
pub(crate) enum Pending<N: Node> {
    Start(NodeId),
    Request {
        node: NodeId,
        ordinal: u32,
        request: Asked<N>,
    },
    /// `from` is the sender that the packet names.
    Packet {
        id: PacketId,
        from: NodeId,
        packet: N::Packet,
        cause: Option<u64>,
    },
    Timer {
        node: NodeId,
        timer: N::Timer,
        ordinal: u64,
        cause: Option<u64>,
    },
    /// Boxed, since it is rare and large: all that is to come is moved about.
    Fault {
        ordinal: u32,
        fault: Box<Fault>,
    },
}

impl<N: Node> Pending<N> {
    pub(crate) fn id(&self) -> EventId {
        match self {
            Pending::Start(node) => EventId::Start(*node),
            Pending::Request { ordinal, .. } => EventId::Request(*ordinal),
            Pending::Packet { id, .. } => EventId::Packet(*id),
            Pending::Timer { node, timer, ordinal, .. } => {
                EventId::Timer { node: *node, timer: format!("{timer:?}"), ordinal: *ordinal }
            }
            Pending::Fault { ordinal, .. } => EventId::Fault(*ordinal),
        }
    }
    /// Where it happens and the how-manieth it is there, for draws: no other event of the run has both.
    pub(crate) fn place(&self) -> (u64, u64) {
        match self {
            Pending::Start(node) => (u64::MAX, u64::from(node.0)),
            Pending::Request { ordinal, .. } => (u64::MAX - 1, u64::from(*ordinal)),
            Pending::Fault { ordinal, .. } => (u64::MAX - 2, u64::from(*ordinal)),
            Pending::Packet { id, .. } => {
                (link(id.from, id.to), id.ordinal << 8 | u64::from(id.copy))
            }
            Pending::Timer { node, timer, ordinal, .. } => {
                (u64::from(node.0) << 32 | u64::from(number_of(timer)), *ordinal)
            }
        }
    }
    /// The node to which it will come.
    pub(crate) fn node(&self) -> Option<NodeId> {
        match self {
            Pending::Start(node) | Pending::Request { node, .. } | Pending::Timer { node, .. } => {
                Some(*node)
            }
            Pending::Packet { id, .. } => Some(id.to),
            Pending::Fault { .. } => None,
        }
    }
}

/// Where within an event a node crashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CrashPoint {
    /// When so many effects have been carried out.
    After(u32),
    /// As it writes to stable storage, at this place among those where that can be torn.
    Tearing(u32),
}

impl CrashPoint {
    /// The place, if writing is to be torn.
    pub(crate) fn tearing(self) -> Option<u32> {
        match self {
            CrashPoint::After(_) => None,
            CrashPoint::Tearing(place) => Some(place),
        }
    }
}

/// What is decided about one event before it happens.
#[derive(Debug, Default)]
pub(crate) struct Decided {
    /// Where the node crashes.
    pub(crate) crash: Option<CrashPoint>,
    /// What the node will choose.
    pub(crate) choices: Choices,
}

impl<N: Node> Pending<N> {
    /// What it carries.
    pub(crate) fn text(&self) -> String {
        match self {
            Pending::Start(_) => "start".to_string(),
            Pending::Request { request, .. } => format!("{request:?}"),
            Pending::Packet { packet, .. } => format!("{packet:?}"),
            Pending::Timer { timer, .. } => format!("{timer:?}"),
            Pending::Fault { fault, .. } => format!("{fault:?}"),
        }
    }
}
