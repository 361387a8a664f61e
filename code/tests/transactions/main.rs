//! Transactions of section 8.2: the runs of the lecture, random runs with faults and wrong clocks, clocks tried on a grid,
//! broken twins.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod anomalies;
mod clocks;
mod mutants;
mod runs;
mod seeds;

/// Whether there is time for more runs.
fn thorough() -> bool {
    std::env::var_os("DISTSYS_THOROUGH").is_some()
}
