//! The clocks of a simulated node.

use crate::node::{Reading, SECONDS, Time};
use serde::{Deserialize, Serialize};

/// How a node's clocks differ from true time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LocalClock {
    /// What the time-of-day clock is ahead at the start, in nanoseconds; negative if it is behind.
    pub offset: i64,
    /// How much faster than true time both clocks run, in parts per million; negative if slower.
    pub drift_ppm: i32,
    /// How far the time of day may be from the reading, as the node believes, in nanoseconds.
    pub uncertainty: Time,
}

impl LocalClock {
    /// What the clocks say at the true time `now`.
    pub fn read(self, now: Time) -> Reading {
        let monotonic = self.elapsed(now);
        let time_of_day = EPOCH.saturating_add(monotonic).saturating_add_signed(self.offset);
        Reading {
            monotonic,
            earliest: time_of_day.saturating_sub(self.uncertainty),
            latest: time_of_day.saturating_add(self.uncertainty),
        }
    }
    /// The local time that passes in a span of true time.
    fn elapsed(self, span: Time) -> Time {
        match self.rate() {
            MILLION => span,
            rate => (u128::from(span) * u128::from(rate) / u128::from(MILLION)) as Time,
        }
    }
    /// The true time after which a span of local time is over.
    pub fn true_span(self, span: Time) -> Time {
        match self.rate() {
            MILLION => span,
            rate => (u128::from(span) * u128::from(MILLION)).div_ceil(u128::from(rate)) as Time,
        }
    }
    /// Local microseconds in a true second. A clock never stands still.
    fn rate(self) -> u64 {
        MILLION.saturating_add_signed(i64::from(self.drift_ppm)).max(1)
    }
}

/// What a clock that is right says at time 0: a day, so that one that is behind has somewhere to be.
pub const EPOCH: Time = 24 * 3_600 * SECONDS;

const MILLION: u64 = 1_000_000;
