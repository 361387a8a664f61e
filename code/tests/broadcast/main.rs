//! Broadcasts: the runs of the lectures, random runs with faults, small systems explored to the end, broken twins; what
//! each broadcast costs; and which service implies which.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod checks;
mod costs;
mod executions;
mod exercises;
mod gossip;
mod hierarchy;
mod mutants;
mod runs;
mod seeds;
mod spec;
