//! Replication: the runs of the lecture, random runs with faults, small systems explored to the end, broken twins.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod checks;
mod compiler;
mod cost;
mod exercise;
mod mutants;
mod orders;
mod runs;
mod seeds;
mod stores;
