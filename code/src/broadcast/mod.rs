//! Broadcasts: from best effort to one order for all.

pub mod causal;
pub mod direct;
pub mod eager;
pub mod fifo;
pub mod gossip;
pub mod lamport_order;
pub mod leader;
pub mod nobody_crashes;

pub use causal::Causal;
pub use direct::Direct;
pub use eager::Eager;
pub use fifo::Fifo;
pub use gossip::Gossip;
pub use lamport_order::LamportOrder;
pub use leader::Leader;
pub use nobody_crashes::NobodyCrashes;

use crate::node::NodeId;
use serde::{Deserialize, Serialize};

/// The number of a message among those of its broadcaster, from 0.
pub type SeqNo = u64;

/// A message with its name, so that copies of it can be told from other messages.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Named<M> {
    /// The message.
    pub msg: M,
    /// Who broadcast it …
    pub sender: NodeId,
    /// … and as which of its messages.
    pub number: SeqNo,
}
