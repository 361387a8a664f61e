//! An adversary at the network's edge: packets in, packets out.

use crate::node::{NodeId, Time};
use std::fmt::Debug;

/// A packet that an adversary lets go, changed or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InFlight<P> {
    /// How long it will be under way.
    pub after: Time,
    /// The sender that it names: an adversary may lie.
    pub from: NodeId,
    /// Its destination.
    pub to: NodeId,
    /// What is in it.
    pub packet: P,
}

/// Whoever controls the links. Sees each packet and decides what becomes of it: it may delay, drop,
/// keep for later, change or invent packets.
///
/// A value like all else in a world: it is copied with it, and must depend on nothing but what it
/// has seen.
pub trait Adversary<P>: Debug {
    /// Takes a packet that is sent now; returns the packets that go on their way.
    fn intercept(&mut self, packet: InFlight<P>) -> Vec<InFlight<P>>;
    /// A copy of this adversary.
    fn copy(&self) -> Box<dyn Adversary<P>>;
}

impl<P> Clone for Box<dyn Adversary<P>> {
    fn clone(&self) -> Self {
        self.copy()
    }
}
