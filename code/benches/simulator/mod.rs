//! Simulators that do the same work; for programs in other folders.

pub(crate) mod bursts;
pub(crate) mod heap;
pub(crate) mod ours;
