//! # Clock correction
//!
//! **Implements** [`ClockSync`]. **Uses** [`TimeEstimates`].
//!
//! **Model**: asynchronous, crash-recovery. The node's own clock drifts by at most
//! [`DRIFT_PPM`](crate::clock::ntp::DRIFT_PPM).
//!
//! **Guarantees**: [the time of day is as right as it is said to
//! be](crate::spec::clock_sync::error_is_bounded), if a majority of the servers is right; [the
//! correction is by the rule](crate::spec::clock_sync::correction_by_the_rule); [the monotonic clock
//! keeps its rate](crate::spec::clock_sync::monotonic_keeps_its_rate); [sooner or later the clock is
//! corrected](crate::spec::clock_sync::corrected_in_the_end).
//!
//! **How it works**: a small skew is slewed: both clocks run a little faster or slower until it is
//! gone. A larger one is stepped: the time of day is set at once; the monotonic clock is not. Beyond
//! that nothing is done, since the mistake may be the server's: somebody must look.
//!
//! **Source**: notes, section 3.2 (A06); Mills et al., RFC 5905.
//!
//! **Departures**: a layer cannot set the clock of its node. It makes a clock of its own out of the
//! node's monotonic one, and corrects that; others read it by asking this layer. Real NTP also
//! learns how fast the quartz is, and corrects its rate.

use crate::clock::difference;
use crate::clock::filter::Combined;
use crate::clock::ntp::drift;
use crate::clock::sync::{ClockSync, Correction, Estimated, ReadClock, TimeEstimates, Told};
use crate::layer::*;

// ANCHOR: rule
/// A skew from here on is not slewed.
pub const STEP_FROM: Time = 125 * MILLIS;
/// A skew from here on is left to a human: a good quarter of an hour.
pub const PANIC_FROM: Time = 1_000 * SECONDS;

/// What is done about this skew, in nanoseconds; positive if the clock is behind.
pub fn correction(skew: i64) -> Correction {
    match skew.unsigned_abs() {
        0..STEP_FROM => Correction::Slew,
        STEP_FROM..PANIC_FROM => Correction::Step,
        PANIC_FROM.. => Correction::Panic,
    }
}
// ANCHOR_END: rule

// ANCHOR: state
/// By how much a clock that is slewed runs faster or slower at most, in parts per
/// million.
pub const SLEW_PPM: u64 = 500;

/// A time-of-day clock and a monotonic clock, made of one counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Disciplined {
    /// When the counter said this …
    counter: Time,
    /// … this was the time of day,
    time_of_day: Time,
    /// this was the time on the monotonic clock,
    monotonic: Time,
    /// and so much was still to be slewed: positive if the clocks are behind.
    slew: i64,
}
// ANCHOR_END: state

impl Disciplined {
    /// Clocks that have not been corrected yet, when the counter says `counter`.
    pub fn new(counter: Time, time_of_day: Time) -> Self {
        Disciplined { counter, time_of_day, monotonic: counter, slew: 0 }
    }

    // ANCHOR: read
    /// The clocks when the counter says `counter`, which is not before the last
    /// correction.
    fn at(self, counter: Time) -> Self {
        let elapsed = counter.saturating_sub(self.counter);
        let most = slewed_in(elapsed);
        let slewed = self.slew.clamp(-most, most);
        let later = |clock: Time| (clock + elapsed).saturating_add_signed(slewed);
        Disciplined {
            counter: self.counter + elapsed,
            time_of_day: later(self.time_of_day),
            monotonic: later(self.monotonic),
            slew: self.slew - slewed,
        }
    }

    /// The time of day: it may jump.
    pub fn time_of_day(&self, counter: Time) -> Time {
        self.at(counter).time_of_day
    }
    /// The monotonic clock: it only goes forwards.
    pub fn monotonic(&self, counter: Time) -> Time {
        self.at(counter).monotonic
    }
    // ANCHOR_END: read
    /// What is still to be slewed; positive if the clocks are behind.
    pub fn to_slew(&self, counter: Time) -> i64 {
        self.at(counter).slew
    }

    // ANCHOR: correct
    /// The clocks turn out to be behind by `skew` nanoseconds (ahead, if it is
    /// negative), when the counter says `counter`.
    pub fn correct(&mut self, counter: Time, skew: i64) -> Correction {
        *self = self.at(counter);
        let correction = correction(skew);
        match correction {
            Correction::Slew => self.slew = skew,
            Correction::Step => {
                self.time_of_day = self.time_of_day.saturating_add_signed(skew);
                self.slew = 0;
            }
            Correction::Panic => {}
        }
        correction
    }
    // ANCHOR_END: correct

    /// How far these clocks have the time of day ahead of a clock that is right.
    pub fn error(&self, counter: Time, right: Time) -> i64 {
        difference(self.time_of_day(counter), right)
    }
}

/// How much is slewed in this time at most.
fn slewed_in(elapsed: Time) -> i64 {
    (u128::from(elapsed) * u128::from(SLEW_PPM) / 1_000_000) as i64
}

/// How long it takes to slew this skew.
pub fn slew_time(skew: i64) -> Time {
    (u128::from(skew.unsigned_abs()) * 1_000_000).div_ceil(u128::from(SLEW_PPM)) as Time
}

/// Keeps a clock right, by estimates from below.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Discipline {
    clock: Disciplined,
    /// What the last round of answers came to, if the clock was corrected by it.
    known: Option<Combined>,
}

impl Discipline {
    /// One that has not heard anything yet.
    #[expect(clippy::new_without_default, reason = "layers are built with `new`")]
    pub fn new() -> Self {
        Discipline { clock: Disciplined::new(0, 0), known: None }
    }

    // ANCHOR: error
    /// By how much the time of day may be wrong: what the answers left open, what
    /// the clock has drifted since, and what is still to be slewed.
    fn error(&self, counter: Time) -> Option<Time> {
        let Combined { error, taken, .. } = self.known?;
        let age = counter.saturating_sub(taken);
        Some(error + drift(age) + self.clock.to_slew(counter).unsigned_abs())
    }
    // ANCHOR_END: error
}

impl Layer for Discipline {
    type Implements = ClockSync;
    type Uses = TimeEstimates;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashRecovery, Timing::Asynchronous);

    /// The node's own clock is all there is at first.
    fn on_start(&mut self, ctx: &mut Context<Self>) {
        let Reading { monotonic, earliest, latest } = ctx.clock();
        self.clock = Disciplined::new(monotonic, earliest + (latest - earliest) / 2);
    }

    /// Somebody reads the clocks.
    fn on_request(&mut self, ReadClock: ReadClock, ctx: &mut Context<Self>) {
        let counter = ctx.clock().monotonic;
        let (time_of_day, monotonic) =
            (self.clock.time_of_day(counter), self.clock.monotonic(counter));
        ctx.indicate(Told::Clocks { time_of_day, monotonic, error: self.error(counter) });
    }

    // ANCHOR: round
    /// Another estimate has come, or a round of them is over.
    fn on_receive(&mut self, estimated: Estimated, ctx: &mut Context<Self>) {
        match estimated {
            Estimated::Answer(estimate) => ctx.indicate(Told::Estimate(estimate)),
            Estimated::Round(known) => {
                let counter = ctx.clock().monotonic;
                let right = counter.saturating_add_signed(known.offset);
                let skew = difference(right, self.clock.time_of_day(counter));
                let correction = self.clock.correct(counter, skew);
                self.known = (correction != Correction::Panic).then_some(known);
                ctx.indicate(Told::Corrected { skew, correction });
            }
        }
    }
    // ANCHOR_END: round

    /// Begins anew: the node's own clock has gone on.
    fn on_recovery(mut fresh: Self, (): (), ctx: &mut Context<Self>) -> Self {
        fresh.on_start(ctx);
        fresh
    }
}
