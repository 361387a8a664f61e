//! A clock over simulated days, left alone or set by NTP: how wrong it is, and when.

use crate::clock::quartz::{DAY, Oscillator, Quartz, TUNED_FOR};
use crate::clock::{Disciplined, Exchange};
use crate::draw::Plot;
use crate::draw::plot::Axis;
use crate::node::{MICROS, MILLIS, SECONDS, Time};
use crate::sim::random::{Draws, Purpose, below, draws};

/// A computer somewhere, for some days.
#[derive(Clone, Copy, Debug)]
pub struct Computer {
    /// What its clock counts with.
    pub quartz: Quartz,
    /// How much warmer it is in the afternoon than at night, in tenths of a degree.
    pub swing: i64,
    /// How far its clock is ahead at the start, in nanoseconds; behind, if
    /// negative.
    pub ahead: i64,
    /// How often it asks a time server; `None` if never.
    pub polls: Option<Time>,
}

/// Each way of a message to the time server and back takes at least this long …
const LEAST_DELAY: Time = 5 * MILLIS;
/// … and up to so much longer.
const JITTER: Time = 20 * MILLIS;

impl Computer {
    /// One with this drift, in a room of one temperature, whose clock is right at
    /// the start.
    pub fn drifting(ppm: i64) -> Self {
        Computer { quartz: Quartz::drifting(ppm), swing: 0, ahead: 0, polls: None }
    }
    /// One that asks a time server so often.
    pub fn polling(self, polls: Time) -> Self {
        Computer { polls: Some(polls), ..self }
    }

    // ANCHOR: errors
    /// How far the clock is ahead, every `step` until `until`: true time and error,
    /// both in nanoseconds.
    pub fn errors(&self, until: Time, step: Time) -> Vec<(Time, i64)> {
        let mut counter = Oscillator::new(self.quartz);
        let start = DAY; // there is room for a clock that is behind
        let mut clock = Disciplined::new(0, start.saturating_add_signed(self.ahead));
        let mut errors = Vec::new();
        let mut next_poll = self.polls.unwrap_or(0);
        for now in (0..=until).step_by(step as usize) {
            let passed = if now == 0 { 0 } else { step };
            let counted = counter.pass(passed, self.temperature(now));
            if let Some(polls) = self.polls
                && now >= next_poll
            {
                next_poll += polls;
                let mut draws = draws(0, Purpose::Packet, 0, now / step);
                let skew = exchange(clock.time_of_day(counted), start + now, &mut draws).skew();
                clock.correct(counted, skew);
            }
            errors.push((now, clock.error(counted, start + now)));
        }
        errors
    }
    // ANCHOR_END: errors

    /// In tenths of a degree: it rises and falls in straight lines, for half a day
    /// each.
    fn temperature(&self, now: Time) -> i64 {
        let half = (DAY / 2) as i64;
        let hour = (now % DAY) as i64;
        let up = half - (hour - half).abs();
        TUNED_FOR - self.swing / 2
            + (i128::from(self.swing) * i128::from(up) / i128::from(half)) as i64
    }
}

/// A request and an answer that arrives now, when the client's clock says `client`,
/// and the server's, which is right, says `server`.
fn exchange(client: Time, server: Time, draws: &mut Draws) -> Exchange {
    let mut way = || LEAST_DELAY + below(draws, JITTER);
    let (there, back) = (way(), way());
    let work = 100 * MICROS;
    let t3 = server - back;
    Exchange { t1: client - there - work - back, t2: t3 - work, t3, t4: client }
}

/// As points of a plot: the time in so long units, the error in others.
fn points(errors: &[(Time, i64)], time: Time, error: i64) -> Vec<(i64, i64)> {
    errors.iter().map(|(now, ahead)| ((now / time) as i64, ahead / error)).collect()
}

/// A week of clocks that are left alone, and of one that asks a time server.
pub fn week() -> Plot {
    let hour = 3_600 * SECONDS;
    let of =
        |computer: Computer| points(&computer.errors(7 * DAY, hour), DAY / 1_000, MILLIS as i64);
    let curve = Quartz { curve_ppb: 35, ..Quartz::drifting(0) };
    let warm = Computer { quartz: curve, swing: 400, ..Computer::drifting(0) };
    let asking = Computer::drifting(50).polling(hour);
    let y = Axis::new("ahead of true time, in seconds").with_decimals(3);
    Plot::new("A week without a time server, and with one", Axis::new("days").with_decimals(3), y)
        .line("50 ppm", of(Computer::drifting(50)))
        .line("−20 ppm", of(Computer::drifting(-20)))
        .line("from 5 to 45 °C", of(warm))
        .line("50 ppm, asks every hour", of(asking))
}

/// A quarter of an hour of clocks that ask a time server every 64 seconds.
pub fn corrections() -> Plot {
    let of = |ahead: i64| {
        let computer = Computer { ahead: ahead * MILLIS as i64, ..Computer::drifting(50) };
        let errors = computer.polling(64 * SECONDS).errors(900 * SECONDS, SECONDS);
        points(&errors, SECONDS, 100 * MICROS as i64)
    };
    let alone = Computer::drifting(50).errors(900 * SECONDS, SECONDS);
    let (x, y) = (Axis::new("seconds"), Axis::new("ahead of true time, in ms").with_decimals(1));
    Plot::new("A quarter of an hour with a time server", x, y)
        .line("100 ms ahead: slewed", of(100))
        .line("150 ms behind: stepped", of(-150))
        .line("nobody asked", points(&alone, SECONDS, 100 * MICROS as i64))
}
