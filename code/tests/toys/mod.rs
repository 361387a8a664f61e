//! Toy layers: the smallest ones that show what the contract and the simulator do.

pub mod chatter;
pub mod endless;
pub mod order;
pub mod pass;
pub mod paxos;
pub mod puppet;
pub mod quorum;
pub mod reactor;
pub mod register;
pub mod vote;

pub use chatter::Chatter;
pub use pass::Pass;
pub use puppet::{Do, Puppet, Told};
pub use reactor::Reactor;
