//! Replication by broadcast: all replicas do the same, in the same order.

pub mod compare_and_swap;
pub mod local_copy;

pub use compare_and_swap::CompareAndSwap;
pub use local_copy::LocalCopy;
