//! The services around time servers: estimates of the time, and a clock that is kept right by them.

use crate::clock::filter::Combined;
use crate::layer::{Never, Service};
use crate::node::{NodeId, Time};
use crate::service::AtLeast;
use serde::{Deserialize, Serialize};

/// What time it is, as far as time servers let one know. It tells without being asked.
#[derive(Clone, Debug)]
pub struct TimeEstimates;

impl Service for TimeEstimates {
    type Request = Never;
    type Indication = Estimated;
}

impl AtLeast<TimeEstimates> for TimeEstimates {
    fn request(request: Never) -> Never {
        request
    }
    fn indication(indication: Estimated) -> Estimated {
        indication
    }
}

/// What is told about the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Estimated {
    /// An answer has come from a server.
    Answer(Estimate),
    /// A round of answers is over: this is what they come to.
    Round(Combined),
}

/// What one answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Estimate {
    /// The server.
    pub server: NodeId,
    /// What its clock says now, give or take half the delay: `t3 + delta/2`.
    pub time: Time,
    /// How long request and answer were under way together: delta.
    pub delay: Time,
    /// How far this node's own clock is behind the server's: theta; negative if it is ahead.
    pub skew: i64,
}

/// A clock that is kept right by asking others.
#[derive(Clone, Debug)]
pub struct ClockSync;

impl Service for ClockSync {
    type Request = ReadClock;
    type Indication = Told;
}

/// What is done about a skew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Correction {
    /// The clock runs faster or slower for a while.
    Slew,
    /// The clock is set at once.
    Step,
    /// Nothing.
    Panic,
}

/// Asks what the clocks say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ReadClock;

/// What such a clock tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Told {
    /// An answer has come from a server.
    Estimate(Estimate),
    /// Enough answers have come, and the clock was corrected.
    Corrected {
        /// How far it was behind; negative if it was ahead.
        skew: i64,
        /// What was done.
        correction: Correction,
    },
    /// What the clocks say.
    Clocks {
        /// The time of day.
        time_of_day: Time,
        /// The monotonic clock.
        monotonic: Time,
        /// The time of day is right, give or take this; `None` while nobody knows.
        error: Option<Time>,
    },
}
