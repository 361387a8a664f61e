//! Quartz clocks: crystals that swing nearly as often as they should.
//!
//! Source: notes, section 3.1. Everything is in integers: spans in nanoseconds, rates in parts per
//! billion (1,000 of them are one part per million).

use crate::node::{SECONDS, Time};

/// A day, in nanoseconds.
pub const DAY: Time = 86_400 * SECONDS;
/// Computers' clocks are mostly within so many parts per million.
pub const USUAL_PPM: i64 = 50;

// ANCHOR: quartz
/// A crystal, as it left the factory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Quartz {
    /// How much too fast it is at the temperature that it is tuned for; too slow,
    /// if negative.
    pub manufacture_ppb: i64,
    /// How much faster it gets in a day; slower, if negative.
    pub ageing_ppb: i64,
    /// How much slower it gets a degree away from that temperature: four times as
    /// much two degrees away, and so on.
    pub curve_ppb: i64,
}

/// The temperature for which crystals are tuned: that of a room, in tenths of a
/// degree Celsius.
pub const TUNED_FOR: i64 = 250;

impl Quartz {
    /// A crystal that is so many parts per million too fast, whatever its age and
    /// temperature.
    pub fn drifting(ppm: i64) -> Self {
        Quartz { manufacture_ppb: ppm * 1_000, ..Quartz::default() }
    }
    /// How much too fast it is at this age, and at this temperature in tenths of a
    /// degree.
    pub fn drift_ppb(&self, age: Time, temperature: i64) -> i64 {
        let away = temperature - TUNED_FOR;
        let aged = i128::from(self.ageing_ppb) * i128::from(age) / i128::from(DAY);
        self.manufacture_ppb + aged as i64 - self.curve_ppb * away * away / 100
    }
}
// ANCHOR_END: quartz

// ANCHOR: oscillator
/// A crystal that swings, and a counter of its swings, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Oscillator {
    quartz: Quartz,
    age: Time,
    counted: Time,
    /// What the counter has not got to a whole nanosecond yet, in parts per billion
    /// of one.
    rest: u64,
}

impl Oscillator {
    /// A new one, which has counted nothing.
    pub fn new(quartz: Quartz) -> Self {
        Oscillator { quartz, age: 0, counted: 0, rest: 0 }
    }
    /// Lets so much true time pass at this temperature, in tenths of a degree.
    /// Returns what the counter says then.
    pub fn pass(&mut self, span: Time, temperature: i64) -> Time {
        let drift = self.quartz.drift_ppb(self.age, temperature);
        // A crystal never stands still.
        let rate = (BILLION + i128::from(drift)).max(1);
        let exact = i128::from(span) * rate + i128::from(self.rest);
        self.counted += (exact / BILLION) as Time;
        self.rest = (exact % BILLION) as u64;
        self.age += span;
        self.counted
    }
}
// ANCHOR_END: oscillator

const BILLION: i128 = 1_000_000_000;
