//! The network between simulated nodes: what happens to a packet on a directed link.

use crate::model::Links;
use crate::node::{MILLIS, NodeId, Time};
use crate::sim::random::{Draws, Purpose, below, draws, link};
use serde::{Deserialize, Serialize};

/// A chance, in parts per million.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Rate(pub u32);

impl Rate {
    /// Never.
    pub const NEVER: Rate = Rate(0);
    /// A chance of `percent` in a hundred.
    pub const fn percent(percent: u32) -> Rate {
        Rate(percent * 10_000)
    }
    /// Whether it is never.
    pub(crate) fn is_never(&self) -> bool {
        self.0 == 0
    }
    /// Whether it comes about this time. Takes one draw, whatever the rate.
    pub(crate) fn strikes(self, draws: &mut Draws) -> bool {
        if self.is_never() {
            draws.skip();
            return false;
        }
        below(draws, 1_000_000) < u64::from(self.0)
    }
}

/// How long a packet is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Delay {
    /// Always this long.
    Fixed(Time),
    /// Anything from the first to the second, both included, all equally likely.
    Uniform(Time, Time),
    /// Usually about this long, sometimes ten times, rarely hundreds of times as long.
    HeavyTailed(Time),
}

/// What the network does to packets. The same for all links; partitions come from faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// How long packets are under way.
    pub delay: Delay,
    /// The chance that a packet is lost.
    pub loss: Rate,
    /// The chance that a second copy of a packet arrives as well, one delay after the first.
    pub duplication: Rate,
    /// The chance that another copy arrives late: after five to twenty delays.
    #[serde(default, skip_serializing_if = "Rate::is_never")]
    pub late_duplication: Rate,
    /// The chance that another copy arrives when it is stale: after a hundred to five hundred
    /// delays, when the conversation that it belongs to is long over.
    #[serde(default, skip_serializing_if = "Rate::is_never")]
    pub stale_duplication: Rate,
    /// The chance that a packet is held up for another one to four delays, so that later ones
    /// overtake it.
    pub reordering: Rate,
    /// The chance that a link is congested, in each 100 ms anew: whatever is sent on it then takes
    /// ten to a hundred delays more.
    #[serde(default, skip_serializing_if = "Rate::is_never")]
    pub spikes: Rate,
}

/// When the copies of one packet arrive, counted from when it was sent; none arrives if it is lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Arrivals {
    /// The packet itself.
    pub first: Option<Time>,
    /// A duplicate.
    pub second: Option<Time>,
    /// A duplicate that comes late.
    pub late: Option<Time>,
    /// A duplicate that comes when it is stale.
    pub stale: Option<Time>,
}

impl Arrivals {
    /// How many copies there are beside the packet itself.
    pub fn copies(&self) -> usize {
        [self.second, self.late, self.stale].iter().flatten().count()
    }
    /// All of them, from the packet itself to its last copy.
    pub fn times(self) -> impl Iterator<Item = Time> {
        [self.first, self.second, self.late, self.stale].into_iter().flatten()
    }
}

impl Network {
    /// Reliable links: every packet is received once, in any order.
    pub const fn reliable() -> Self {
        Network {
            delay: Delay::Uniform(MILLIS, 20 * MILLIS),
            loss: Rate::NEVER,
            duplication: Rate::NEVER,
            late_duplication: Rate::NEVER,
            stale_duplication: Rate::NEVER,
            reordering: Rate::NEVER,
            spikes: Rate::NEVER,
        }
    }
    /// Fair-loss links: packets may be lost, duplicated and reordered, but not for ever.
    pub const fn fair_loss() -> Self {
        Network {
            loss: Rate::percent(20),
            duplication: Rate::percent(10),
            reordering: Rate::percent(10),
            ..Network::reliable()
        }
    }
    /// Nothing is lost or duplicated, and every packet takes 10 ms: for scripted runs.
    pub const fn calm() -> Self {
        Network { delay: Delay::Fixed(10 * MILLIS), ..Network::reliable() }
    }
    /// Which of the course's link models covers this network.
    pub fn model(&self) -> Links {
        let doubled = [self.duplication, self.late_duplication, self.stale_duplication];
        let faultless = self.loss.is_never() && doubled.iter().all(Rate::is_never);
        match self.loss {
            // Not even a message that is sent for ever gets through.
            Rate(1_000_000..) => Links::Arbitrary,
            _ if faultless => Links::Reliable,
            _ => Links::FairLoss,
        }
    }
    /// What happens to the `ordinal`-th packet from `from` to `to`.
    ///
    /// Draws the same number of times whatever happens, so that one rate does not shift what
    /// another one draws.
    pub fn arrivals(&self, seed: u64, from: NodeId, to: NodeId, ordinal: u64) -> Arrivals {
        let mut draws = draws(seed, Purpose::Packet, link(from, to), ordinal);
        let lost = self.loss.strikes(&mut draws);
        let doubled = self.duplication.strikes(&mut draws);
        let held_up = self.reordering.strikes(&mut draws);
        let more = 1 + below(&mut draws, 4);
        let first = self.delay.draw(&mut draws);
        if lost {
            return Arrivals::default();
        }
        let first = if held_up { first.saturating_mul(1 + more) } else { first };
        let mut second = || first.saturating_add(self.delay.draw(&mut draws));
        let second = doubled.then(&mut second);
        let mut arrivals = Arrivals { first: Some(first), second, ..Arrivals::default() };
        if !(self.late_duplication.is_never() && self.stale_duplication.is_never()) {
            self.echo(seed, from, to, ordinal, &mut arrivals);
        }
        arrivals
    }
    /// Adds the copies that come long after the packet.
    fn echo(&self, seed: u64, from: NodeId, to: NodeId, ordinal: u64, arrivals: &mut Arrivals) {
        let mut draws = draws(seed, Purpose::Echo, link(from, to), ordinal);
        let late = self.late_duplication.strikes(&mut draws);
        let stale = self.stale_duplication.strikes(&mut draws);
        let delay = self.delay.draw(&mut draws).max(1);
        let after = |delays| Some(arrivals.first?.saturating_add(delay.saturating_mul(delays)));
        let (late_by, stale_by) = (5 + below(&mut draws, 16), 100 + below(&mut draws, 401));
        let (late, stale) =
            (late.then(|| after(late_by)).flatten(), stale.then(|| after(stale_by)).flatten());
        (arrivals.late, arrivals.stale) = (late, stale);
    }
    /// By how much congestion delays what is sent now on this link.
    pub fn congestion(&self, seed: u64, from: NodeId, to: NodeId, now: Time) -> Time {
        if self.spikes.is_never() {
            return 0;
        }
        let mut draws = draws(seed, Purpose::Congestion, link(from, to), now / SPELL);
        if !self.spikes.strikes(&mut draws) {
            return 0;
        }
        self.delay.draw(&mut draws).saturating_mul(10 + below(&mut draws, 91))
    }
}

impl Delay {
    /// How long it is at most.
    pub(crate) fn longest(self) -> Time {
        match self {
            Delay::Fixed(time) | Delay::Uniform(_, time) => time,
            Delay::HeavyTailed(time) => time.saturating_mul(TAIL[32] / 100),
        }
    }
    /// About how long that is.
    pub(crate) fn usual(self) -> Time {
        match self {
            Delay::Fixed(time) | Delay::HeavyTailed(time) => time,
            Delay::Uniform(least, most) => least / 2 + most / 2,
        }
    }
    fn draw(self, draws: &mut Draws) -> Time {
        match self {
            Delay::Fixed(delay) => delay,
            Delay::Uniform(least, most) => {
                least + below(draws, most.saturating_sub(least).saturating_add(1))
            }
            Delay::HeavyTailed(typical) => {
                let step = below(draws, 256) as usize;
                let (low, high) = (TAIL[step / 8], TAIL[step / 8 + 1]);
                let within = low + (high - low) * (step as u64 % 8) / 8;
                typical.saturating_mul(within) / 100
            }
        }
    }
}

/// How long a link stays as congested as it is.
const SPELL: Time = 100 * MILLIS;

/// Quantiles 0/32 to 32/32 of a Pareto distribution with shape 1.2, in hundredths of its median,
/// cut off at 200 times the median. A table, because `powf` gives other bits on other machines.
const TAIL: [u64; 33] = [
    56, 58, 59, 61, 63, 65, 67, 69, 71, 74, 77, 80, 83, 87, 91, 95, 100, 106, 112, 119, 127, 137,
    148, 162, 178, 199, 226, 264, 317, 403, 566, 1008, 20_000,
];
