//! Failure detectors: which nodes are down?

pub mod heartbeat;

pub use heartbeat::Heartbeats;
