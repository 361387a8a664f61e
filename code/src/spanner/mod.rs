//! Transactions ordered by clocks that know how wrong they may be.

pub mod commands;
pub mod commit_wait;
pub mod small;
pub mod true_time;
pub mod versions;

pub use commit_wait::CommitWait;
pub use small::SmallSpanner;
pub use true_time::TrueTime;
pub use versions::Versions;
