//! Atomic commitment: a transaction that spans several nodes commits on all or on none.

pub mod fault_tolerant;
pub mod two_phase;
pub mod workspace;

pub use fault_tolerant::FaultTolerantCommit;
pub use two_phase::TwoPhaseCommit;
pub use workspace::Workspace;
