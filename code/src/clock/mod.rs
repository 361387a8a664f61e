//! Clocks: those that count seconds, and those that count events.

pub mod days;
pub mod discipline;
pub mod durable_lamport;
pub mod filter;
pub mod label;
pub mod lamport;
pub mod logical;
pub mod ntp;
pub mod quartz;
pub mod smear;
pub mod sync;
pub mod utc;
pub mod vector;
pub mod wall;

pub use discipline::{Discipline, Disciplined, correction};
pub use durable_lamport::DurableLamport;
pub use lamport::Lamport;
pub use ntp::{Exchange, Ntp};
pub use quartz::{Oscillator, Quartz};
pub use sync::{ClockSync, Correction, Estimate, Estimated, ReadClock, TimeEstimates, Told};
pub use utc::Utc;
pub use vector::{Vector, VectorTime};
pub use wall::Wall;

use crate::node::Time;

/// How much later `one` is than `other`; negative if it is earlier.
pub fn difference(one: Time, other: Time) -> i64 {
    let exact = i128::from(one) - i128::from(other);
    exact.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
}
