//! The deterministic simulator: the same run gives the same trace, on every machine.

pub mod adversary;
mod agenda;
pub mod clock;
mod effects;
pub mod erased;
pub mod event;
pub mod fault;
pub mod forge;
pub mod hand;
mod host;
pub(crate) mod knobs;
pub mod marks;
pub mod menu;
pub mod network;
pub(crate) mod pending;
pub mod random;
mod record;
pub mod script;
pub mod step;
mod strike;
pub mod synchrony;
mod told;
pub mod trace;
pub mod world;

pub use event::{EventId, PacketId};
pub use fault::Fault;
pub use forge::{Forgery, Forging, Mutator};
pub use hand::{Hand, Move, PendingEvent};
pub use menu::{Clocks, FaultMenu, Partitions};
pub use network::{Delay, Network, Rate};
pub use script::{Fate, Script};
pub use synchrony::Synchrony;
pub use trace::{Record, Text, Trace, What};
pub use world::{RunError, World};

use crate::layer::{Layer, Value};
use crate::service::FairLossLink;

/// A layer, or a stack of layers, that stands on the network itself: what a runtime can run.
pub trait Node: Layer<Uses = FairLossLink<Self::Packet>> {
    /// What it sends over the network.
    type Packet: Value;
}
impl<N, W: Value> Node for N
where
    N: Layer<Uses = FairLossLink<W>>,
{
    type Packet = W;
}
