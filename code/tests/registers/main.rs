//! Registers: the runs of the lecture, random runs with faults, small systems explored to the end, broken twins; and which
//! of them are linearizable.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod checks;
mod exercises;
mod mutants;
mod runs;
mod seeds;
