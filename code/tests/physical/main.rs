//! Physical clocks, and how they are set.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod correction;
mod estimate;
mod programs;
mod quartz;
mod smear;
mod sync;
mod utc;
