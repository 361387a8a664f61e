//! The work: five nodes, each sending bursts of fifty messages round-robin to the others.

use std::ops::RangeInclusive;

/// How many nodes there are, unless it is that which is varied.
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
pub(crate) fn receiver(nodes: u32, node: u32, number: u32) -> u32 {
    (node + 1 + number % (nodes - 1)) % nodes
}

/// How many messages are sent in so many rounds of bursts.
pub(crate) fn messages(nodes: u32, rounds: u32) -> u64 {
    u64::from(rounds * nodes * BURST)
}

/// Whether about as many of the messages `sent` came as ought to: within five standard deviations.
pub(crate) fn is_plausible(delivered: u64, sent: u64) -> bool {
    let (sent, loss) = (sent as f64, LOSS as f64 / 1e6);
    let deviation = (sent * loss * (1.0 - loss)).sqrt();
    (delivered as f64 - sent * (1.0 - loss)).abs() <= 5.0 * deviation
}
