//! Shared data: the runs of the lectures, random runs with faults, small systems explored to the end, every order of a few
//! messages, broken twins.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod checks;
mod errata;
mod exercises;
mod maps;
mod mutants;
mod replay;
mod runs;
mod seeds;
mod texts;
