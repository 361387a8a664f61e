//! Quorums: operations that wait for enough replicas, not for all.

pub mod abd;
pub mod abd_multi_writer;
pub mod availability;
pub mod read_write;

pub use abd::Abd;
pub use abd_multi_writer::AbdMultiWriter;
pub use read_write::Quorum;

/// How many of so many nodes are a majority: more than half.
pub const fn majority(nodes: usize) -> usize {
    nodes / 2 + 1
}
