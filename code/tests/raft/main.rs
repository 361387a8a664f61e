//! Raft: random runs with faults, scripts, small systems explored to the end, broken twins.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod checks;
mod mutants;
mod scripts;
mod seeds;
