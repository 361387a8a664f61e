//! Quorums: operations that wait for enough replicas, not for all.

pub mod availability;
pub mod read_write;

pub use read_write::Quorum;

/// How many of so many nodes are a majority: more than half.
pub const fn majority(nodes: usize) -> usize {
    nodes / 2 + 1
}
