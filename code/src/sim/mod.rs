//! The deterministic simulator: the same run gives the same trace, on every machine.

pub mod event;
pub mod random;
pub mod trace;

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
