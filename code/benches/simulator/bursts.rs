//! The work: five nodes, each sending bursts of fifty messages round-robin to the others.

use std::ops::RangeInclusive;

/// How many nodes there are.
pub(crate) const NODES: u32 = 5;
/// How many messages a node sends at once.
pub(crate) const BURST: u32 = 50;
/// How long a node waits between two bursts, in nanoseconds.
pub(crate) const PERIOD: u64 = 10_000_000;
/// How long a message is under way, in nanoseconds.
pub(crate) const DELAY: RangeInclusive<u64> = 1_000_000..=10_000_000;
/// How many of a million messages are lost.
pub(crate) const LOSS: u64 = 10_000;

/// The receiver of the `number`-th message of a burst from `node`.
pub(crate) fn receiver(node: u32, number: u32) -> u32 {
    (node + 1 + number % (NODES - 1)) % NODES
}

/// How many messages are sent in so many rounds of bursts.
pub(crate) fn messages(rounds: u32) -> u64 {
    u64::from(rounds * NODES * BURST)
}

/// Whether about as many messages came as ought to: within five standard deviations.
pub(crate) fn is_plausible(delivered: u64, rounds: u32) -> bool {
    let (sent, loss) = (messages(rounds) as f64, LOSS as f64 / 1e6);
    let deviation = (sent * loss * (1.0 - loss)).sqrt();
    (delivered as f64 - sent * (1.0 - loss)).abs() <= 5.0 * deviation
}
