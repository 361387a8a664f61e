//! Happens-before, and the clocks that know it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod clocks;
mod executions;
mod pictures;
mod programs;
mod relations;
