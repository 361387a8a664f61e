//! Links: from one that loses messages to one that keeps their order.

#[cfg(feature = "auth")]
pub mod authenticated;
pub mod direct;
pub mod durable;
pub mod fifo;
pub mod retransmit;
pub mod sealed;

#[cfg(feature = "auth")]
pub use authenticated::Authenticated;
pub use direct::Direct;
pub use durable::{Boundary, DurableFifo};
pub use fifo::Fifo;
pub use retransmit::Retransmit;

/// The number of a message on its way from one node to another, from 1.
pub type SeqNo = u64;
