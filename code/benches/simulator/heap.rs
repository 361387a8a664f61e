//! The least that any simulator does: a loop around a `BinaryHeap`, with xoshiro.

use super::bursts::{BURST, DELAY, LOSS, NODES, PERIOD, receiver};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Something to come, by time, then in the order of entry.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    due: u64,
    entered: u64,
    node: u32,
    /// `None`: time for a burst.
    message: Option<u64>,
}

/// Runs so many rounds; says how many messages came.
pub(crate) fn run(seed: u64, rounds: u32) -> u64 {
    let mut draws = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut heap = BinaryHeap::new();
    let mut entered = 0;
    let mut enter = |heap: &mut BinaryHeap<_>, due, node, message| {
        entered += 1;
        heap.push(Reverse(Entry { due, entered, node, message }));
    };
    let mut received = [0; NODES as usize];
    let mut bursts = [0; NODES as usize];
    for node in 0..NODES {
        enter(&mut heap, PERIOD, node, None);
    }
    while let Some(Reverse(Entry { due, node, message, .. })) = heap.pop() {
        if message.is_some() {
            received[node as usize] += 1;
            continue;
        }
        for number in 0..BURST {
            if below(&mut draws, 1_000_000) >= LOSS {
                let delay = DELAY.start() + below(&mut draws, DELAY.end() - DELAY.start() + 1);
                enter(
                    &mut heap,
                    due + delay,
                    receiver(NODES, node, number),
                    Some(u64::from(number)),
                );
            }
        }
        bursts[node as usize] += 1;
        if bursts[node as usize] < rounds {
            enter(&mut heap, due + PERIOD, node, None);
        }
    }
    received.iter().sum()
}

fn below(draws: &mut impl Rng, bound: u64) -> u64 {
    let wide = u128::from(draws.next_u64()) * u128::from(bound);
    (wide >> 64) as u64
}
