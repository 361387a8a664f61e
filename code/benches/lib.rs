//! How benches measure, and how they write down what they measured. `README.md` says how to run
//! them.

pub mod machine;
pub mod measure;
pub mod report;

pub use machine::Machine;
pub use measure::{by_turns, nanos, wall_nanos};
pub use report::{Curve, Figure, Report, Section, Target, Wanted};
