//! Names of nodes, units of time, and what a clock says.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Index, IndexMut};

/// A node's name: its index in `0..n`. Printed as a letter, `A` for node 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeId(pub u32);

impl NodeId {
    /// The names of `n` nodes, in order.
    pub fn all(n: u32) -> impl DoubleEndedIterator<Item = NodeId> + Clone {
        (0..n).map(NodeId)
    }
}

impl fmt::Display for NodeId {
    /// `A` to `Z`, then `N26`, `N27` and so on.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match u8::try_from(self.0) {
            Ok(i @ 0..26) => f.pad((b'A' + i).escape_ascii().to_string().as_str()),
            _ => f.pad(&format!("N{}", self.0)),
        }
    }
}

impl fmt::Debug for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for NodeId {
    type Err = String;
    /// Reads what `Display` writes.
    fn from_str(name: &str) -> Result<Self, String> {
        let node = match name.as_bytes() {
            [letter @ b'A'..=b'Z'] => Some(NodeId(u32::from(letter - b'A'))),
            [b'N', ..] => {
                name[1..].parse().ok().map(NodeId).filter(|node| node.to_string() == name)
            }
            _ => None,
        };
        node.ok_or_else(|| format!("no node is named {name:?}: names are A to Z, then N26, N27, …"))
    }
}

/// The first six nodes, as the lectures name them.
pub mod names {
    use super::NodeId;
    /// Node 0.
    pub const A: NodeId = NodeId(0);
    /// Node 1.
    pub const B: NodeId = NodeId(1);
    /// Node 2.
    pub const C: NodeId = NodeId(2);
    /// Node 3.
    pub const D: NodeId = NodeId(3);
    /// Node 4.
    pub const E: NodeId = NodeId(4);
    /// Node 5.
    pub const F: NodeId = NodeId(5);
}

/// A point in time or a span of it, in nanoseconds.
pub type Time = u64;
/// One microsecond.
pub const MICROS: Time = 1_000;
/// One millisecond.
pub const MILLIS: Time = 1_000_000;
/// One second.
pub const SECONDS: Time = 1_000_000_000;

/// What a node's own clocks say at one moment. True time is not among it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reading {
    /// The monotonic clock: only differences on one node mean anything.
    pub monotonic: Time,
    /// The time of day is not before this …
    pub earliest: Time,
    /// … and not after this.
    pub latest: Time,
}

/// One entry for each node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PerNode<T>(pub Vec<T>);

impl<T: Clone> PerNode<T> {
    /// `value` for each of `n` nodes.
    pub fn new(n: u32, value: T) -> Self {
        PerNode(vec![value; n as usize])
    }
}

impl<T> PerNode<T> {
    /// Each node with its entry.
    pub fn iter(&self) -> impl Iterator<Item = (NodeId, &T)> {
        (0..).map(NodeId).zip(&self.0)
    }
    /// The names of the nodes.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = NodeId> + Clone + use<T> {
        NodeId::all(self.0.len() as u32)
    }
}

impl<T> Index<NodeId> for PerNode<T> {
    type Output = T;
    fn index(&self, node: NodeId) -> &T {
        &self.0[node.0 as usize]
    }
}

impl<T> IndexMut<NodeId> for PerNode<T> {
    fn index_mut(&mut self, node: NodeId) -> &mut T {
        &mut self.0[node.0 as usize]
    }
}
