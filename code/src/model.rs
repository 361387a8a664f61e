//! System models: one assumption about the network, one about nodes, one about timing.
//!
//! Source: notes, section 2.3.

use serde::{Deserialize, Serialize};

/// What links may do to a message. Ordered by how much an algorithm that tolerates it must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Links {
    /// A message is received if and only if it was sent; it may be overtaken.
    Reliable,
    /// Messages may be lost, duplicated and reordered, but one that is sent again and again gets
    /// through.
    FairLoss,
    /// An active adversary may do anything with messages.
    Arbitrary,
}

/// What nodes may do. Ordered by how much an algorithm that tolerates it must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Nodes {
    /// A faulty node stops for ever.
    CrashStop,
    /// A faulty node loses its memory, keeps its disk, and may come back.
    CrashRecovery,
    /// A faulty node may do anything.
    Byzantine,
}

/// What is known about delays. Ordered by how much an algorithm that tolerates it must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timing {
    /// Delays of messages and pauses of nodes have a known bound.
    Synchronous,
    /// Asynchronous for finite, unknown stretches of time; synchronous otherwise.
    PartiallySynchronous,
    /// No bounds at all.
    Asynchronous,
}

/// A system model. What a layer assumes, or what a run does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Model {
    /// Of the links.
    pub links: Links,
    /// Of the nodes.
    pub nodes: Nodes,
    /// Of time.
    pub timing: Timing,
}

impl Model {
    /// A layer that meets the network only through the service below it: it adds no assumption
    /// about links.
    pub const fn any_links(nodes: Nodes, timing: Timing) -> Self {
        Model { links: Links::Arbitrary, nodes, timing }
    }
    /// What holds where both hold: the model of a stack of two layers.
    pub const fn meet(self, other: Model) -> Model {
        const fn least(a: u8, b: u8) -> bool {
            a <= b
        }
        Model {
            links: if least(self.links as u8, other.links as u8) {
                self.links
            } else {
                other.links
            },
            nodes: if least(self.nodes as u8, other.nodes as u8) {
                self.nodes
            } else {
                other.nodes
            },
            timing: if least(self.timing as u8, other.timing as u8) {
                self.timing
            } else {
                other.timing
            },
        }
    }
    /// What can happen where either can: the model of a run with both.
    pub fn join(self, other: Model) -> Model {
        Model {
            links: self.links.max(other.links),
            nodes: self.nodes.max(other.nodes),
            timing: self.timing.max(other.timing),
        }
    }
    /// Whether an algorithm made for `self` keeps its promises where `world` is all that can
    /// happen.
    pub fn covers(self, world: Model) -> bool {
        self.links >= world.links && self.nodes >= world.nodes && self.timing >= world.timing
    }
}
