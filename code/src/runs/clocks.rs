//! Physical clocks, chapter 3.

use super::{CourseRun, Played, arrivals};
use crate::clock::Ntp;
use crate::draw::{Show, Style, label};
use crate::node::names::{A, B};
use crate::node::{MILLIS, SECONDS, Time};
use crate::sim::clock::LocalClock;
use crate::sim::{Fate, Script, Trace, World};

/// The runs.
pub(super) const RUNS: &[CourseRun] = &[CourseRun {
    id: "R3.1",
    title: "an exchange with a time server",
    caption: "Of the 15 ms that the client waits, the server takes 5, so the messages were under way \
              for δ = 10 ms. If the answer took half of that, the server's clock says t3 + 5 ms when \
              it arrives: the client is θ = 40 ms behind. Here both ways took as long, and it is.",
    play: exchange,
}];

fn exchange() -> Played {
    let trace = ntp_exchange(5 * MILLIS, 5 * MILLIS).text();
    Played::new(trace, exchange_style())
}

/// When the exchange begins, by a clock that is right: ten to ten and 17 seconds.
const BEGINS: Time = (9 * 3_600 + 50 * 60 + 17) * SECONDS;
/// The client's clock is so far behind the server's.
pub const BEHIND: Time = 40 * MILLIS;
/// The server takes so long to answer.
pub const WORK: Time = 5 * MILLIS;

// ANCHOR: exchange
/// A client asks a server for the time. The request takes this long, and the answer that.
pub fn ntp_exchange(there: Time, back: Time) -> Trace<Ntp> {
    let client = Ntp::new(vec![B], 1);
    let server = Ntp::new(vec![], 1).with_work(WORK);
    let clock = |behind: Time| LocalClock {
        offset: BEGINS as i64 - behind as i64,
        ..LocalClock::default()
    };
    let mut world = World::new(0, vec![client, server]).with_script(ways(there, back));
    world.set_clock(A, clock(BEHIND));
    world.set_clock(B, clock(0));
    // Nothing is left to chance, so that no run can fail.
    let _ = world.run_until(there + WORK + back + MILLIS);
    world.trace()
}
// ANCHOR_END: exchange

/// When the two messages arrive.
fn ways(there: Time, back: Time) -> Script {
    let mut script = arrivals(&[(A, B, 1, None), (B, A, 1, None)]);
    let times = [there, there + WORK + back];
    for (fate, at) in script.fates.values_mut().zip(times) {
        *fate = Fate::At(vec![at]);
    }
    script
}

/// How an exchange is drawn: with its four timestamps, delta and theta.
pub fn exchange_style() -> Style {
    Style {
        names: ["client", "server"].map(String::from).to_vec(),
        label: timestamps,
        width: 60,
        show: Show { timers: false, stores: false, choices: false, facts: false },
        ..Style::default()
    }
}

/// The timestamps in the text of a packet, or what an estimate says.
fn timestamps(text: &str) -> String {
    let clock = |name: &str| Some(format!("{name} = {}", time_of_day(number(text, name)?)));
    match (clock("t1"), clock("t2"), clock("t3")) {
        (Some(_), Some(t2), Some(t3)) => format!("t1, {t2}, {t3}"),
        (Some(t1), ..) => t1,
        _ => estimate(text).unwrap_or_else(|| label(text)),
    }
}

/// What an estimate says, in the text of one.
fn estimate(text: &str) -> Option<String> {
    let [time, delay, skew] = ["time", "delay", "skew"].map(|field| number(text, field));
    let t4 = time_of_day(time? - skew?);
    Some(format!("t4 = {t4}: δ = {}, θ = {}", ms(delay?), ms(skew?)))
}

/// The number in the field of that name.
fn number(text: &str, field: &str) -> Option<i64> {
    let (_, rest) = text.split_once(&format!("{field}: "))?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(rest.len());
    rest[..end].parse().ok()
}

fn time_of_day(clock: i64) -> String {
    let ms = clock / MILLIS as i64 % 86_400_000;
    let (hours, minutes) = (ms / 3_600_000, ms / 60_000 % 60);
    format!("{hours:02}:{minutes:02}:{:02}.{:03}", ms / 1_000 % 60, ms % 1_000)
}

fn ms(span: i64) -> String {
    let micros = span / 1_000;
    match micros % 1_000 {
        0 => format!("{} ms", micros / 1_000),
        _ => format!("{micros} µs"),
    }
}
