//! Atomic commitment: the run of the lecture, random runs with faults, a coordinator that crashes at every possible point,
//! small systems explored to the end, broken twins.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod checks;
mod crashes;
mod doubts;
mod mutants;
mod runs;
mod seeds;
