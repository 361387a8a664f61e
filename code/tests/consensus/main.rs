//! Consensus: it and total order broadcast made of each other, random runs with faults, small systems explored to the end,
//! broken twins.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod checks;
mod flp;
mod logs;
mod mutants;
mod reductions;
mod seeds;
mod spec;
