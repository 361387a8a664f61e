//! Quorums: the runs of the lecture, random runs with faults, small systems explored to the end, broken twins, and how
//! likely it is that a quorum is up.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod availability;
mod checks;
mod mutants;
mod runs;
mod seeds;
