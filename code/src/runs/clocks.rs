//! Physical clocks, chapter 3.

use super::{CourseRun, Played, arrivals};
use crate::clock::Ntp;
use crate::clock::label::clock_label;
use crate::draw::{Show, Style};
use crate::node::names::{A, B};
use crate::node::{MILLIS, SECONDS, Time};
use crate::sim::clock::LocalClock;
use crate::sim::{Fate, Script, Trace, World};

/// The runs.
pub(super) const RUNS: &[CourseRun] = &[CourseRun {
    id: "R3.1",
    title: "an exchange with a time server",
    caption: "Times are in seconds after ten to ten. Of the 15 ms that the client waits, the server takes 5, so the messages were under way \
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
        label: clock_label,
        width: 60,
        show: Show { timers: false, stores: false, choices: false, facts: false },
        ..Style::default()
    }
}
