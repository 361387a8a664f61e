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
    /// Whether it comes about this time. Takes one draw, whatever the rate.
    fn strikes(self, draws: &mut Draws) -> bool {
        if self == Rate::NEVER {
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
    /// The chance that a second copy of a packet arrives as well.
    pub duplication: Rate,
    /// The chance that a packet is held up for another one to four delays, so that later ones
    /// overtake it.
    pub reordering: Rate,
}

/// When the copies of one packet arrive, counted from when it was sent; none arrives if it is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrivals {
    /// The packet itself.
    pub first: Option<Time>,
    /// A duplicate.
    pub second: Option<Time>,
}

impl Network {
    /// Reliable links: every packet is received once, in any order.
    pub const fn reliable() -> Self {
        Network {
            delay: Delay::Uniform(MILLIS, 20 * MILLIS),
            loss: Rate::NEVER,
            duplication: Rate::NEVER,
            reordering: Rate::NEVER,
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
        let faultless = self.loss == Rate::NEVER && self.duplication == Rate::NEVER;
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
            return Arrivals { first: None, second: None };
        }
        let first = if held_up { first.saturating_mul(1 + more) } else { first };
        let mut second = || first.saturating_add(self.delay.draw(&mut draws));
        Arrivals { first: Some(first), second: doubled.then(&mut second) }
    }
}

impl Delay {
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

/// Quantiles 0/32 to 32/32 of a Pareto distribution with shape 1.2, in hundredths of its median,
/// cut off at 200 times the median. A table, because `powf` gives other bits on other machines.
const TAIL: [u64; 33] = [
    56, 58, 59, 61, 63, 65, 67, 69, 71, 74, 77, 80, 83, 87, 91, 95, 100, 106, 112, 119, 127, 137,
    148, 162, 178, 199, 226, 264, 317, 403, 566, 1008, 20_000,
];
