//! What is to come comes by time, and in the order of entry where times are equal.

use crate::calm;
use distsys::layer::Time;
use distsys::node::names::A;
use distsys::sim::random::{Purpose, below, draws};
use distsys::sim::{EventId, Hand, Move, What};
use std::collections::BTreeSet;
use tests::toys::puppet::Do;

const REQUESTS: u32 = 1_000;

/// A hand over a world in which requests are to come at random times, often several at once, and the
/// times.
fn crowded(seed: u64) -> (Hand<tests::toys::Puppet>, Vec<Time>) {
    let mut draws = draws(seed, Purpose::Workload, 0, 0);
    let mut world = calm(1);
    let times: Vec<_> = (0..REQUESTS).map(|_| below(&mut draws, 400)).collect();
    for (&at, ordinal) in times.iter().zip(0..) {
        assert_eq!(world.request_at(at, A, vec![Do::Say(ordinal)]), ordinal);
    }
    (Hand::new(world), times)
}

/// The requests of a run, in the order in which they came.
fn came(hand: &Hand<tests::toys::Puppet>) -> Vec<u32> {
    let records = hand.world().trace().records.into_iter();
    records
        .filter_map(|record| match record.what {
            What::Request { ordinal, .. } => Some(ordinal),
            _ => None,
        })
        .collect()
}

#[test]
fn everything_comes_by_time_and_then_in_the_order_of_entry() {
    for seed in 0..10 {
        let (mut hand, times) = crowded(seed);
        let mut expected: Vec<u32> = (0..REQUESTS).collect();
        expected.sort_by_key(|&ordinal| (times[ordinal as usize], ordinal));
        let pending = hand.pending().into_iter().map(|event| event.id);
        let listed = expected.iter().map(|&ordinal| EventId::Request(ordinal));
        assert!(pending.eq(listed), "seed {seed}: as it is shown");
        hand.finish(Time::MAX).expect("ends");
        assert_eq!(came(&hand), expected, "seed {seed}: as it comes");
    }
}

#[test]
fn what_is_taken_out_of_turn_leaves_all_else_in_order() {
    for seed in 0..10 {
        let (mut hand, times) = crowded(seed);
        let mut draws = draws(seed, Purpose::Workload, 1, 0);
        let mut taken = Vec::new();
        for _ in 0..REQUESTS / 4 {
            let ordinal = below(&mut draws, u64::from(REQUESTS)) as u32;
            let again = taken.contains(&ordinal);
            let done = hand.play(Move::Take(EventId::Request(ordinal)));
            assert_eq!(done.is_err(), again, "seed {seed}: {done:?}");
            if !again {
                taken.push(ordinal);
            }
        }
        let left: BTreeSet<_> = (0..REQUESTS).filter(|ordinal| !taken.contains(ordinal)).collect();
        let mut expected: Vec<u32> = left.into_iter().collect();
        expected.sort_by_key(|&ordinal| (times[ordinal as usize], ordinal));
        hand.finish(Time::MAX).expect("ends");
        assert_eq!(came(&hand), [taken, expected].concat(), "seed {seed}");
    }
}
