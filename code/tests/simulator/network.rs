//! What a link does to packets.

use crate::{calm, delays, losses, packet, send, traffic};
use distsys::layer::{MILLIS, Time};
use distsys::model::Links;
use distsys::node::names::{A, B};
use distsys::sim::trace::Loss;
use distsys::sim::{Delay, Network, Rate, What, World};
use std::collections::BTreeMap;
use tests::toys::puppet::{Puppet, said};

const MANY: u64 = 100_000;

/// How long many packets are under way, if none is lost; in order of size.
fn sorted_delays(network: Network) -> Vec<Time> {
    let arrivals = (1..=MANY).map(|ordinal| network.arrivals(3, A, B, ordinal));
    let mut delays: Vec<Time> = arrivals.filter_map(|arrivals| arrivals.first).collect();
    delays.sort_unstable();
    assert_eq!(delays.len() as u64, MANY);
    delays
}

fn with_delay(delay: Delay) -> Vec<Time> {
    sorted_delays(Network { delay, ..Network::reliable() })
}

fn counts(sorted: &[Time]) -> BTreeMap<Time, usize> {
    sorted.chunk_by(|a, b| a == b).map(|chunk| (chunk[0], chunk.len())).collect()
}

/// Whether `count` out of `MANY` is `percent`, give or take one in a hundred of all.
fn is_percent(count: usize, percent: u64) -> bool {
    (count as u64).abs_diff(MANY * percent / 100) < MANY / 100
}

#[test]
fn a_fixed_delay_is_always_the_same() {
    assert_eq!(counts(&with_delay(Delay::Fixed(5))), [(5, MANY as usize)].into());
}

#[test]
fn a_uniform_delay_takes_every_value_from_the_first_to_the_last_equally_often() {
    let counts = counts(&with_delay(Delay::Uniform(5, 9)));
    assert_eq!(counts.keys().copied().collect::<Vec<_>>(), [5, 6, 7, 8, 9]);
    assert!(counts.values().all(|&count| is_percent(count, 20)), "{counts:?}");
}

#[test]
fn a_heavy_tailed_delay_has_the_median_and_the_tail_of_its_table() {
    let sorted = with_delay(Delay::HeavyTailed(1_000));
    let quantile = |percent: usize| sorted[percent * sorted.len() / 100];
    assert!((980..=1_020).contains(&quantile(50)), "the median is {}", quantile(50));
    assert!((1_740..=1_820).contains(&quantile(75)), "3 in 4 take {}", quantile(75));
    assert!((3_700..=4_030).contains(&quantile(90)), "9 in 10 take {}", quantile(90));
    assert_eq!(sorted[0], 560);
    assert!((100_000..=200_000).contains(&sorted[sorted.len() - 1]), "the tail is long");
    let slow = sorted.iter().filter(|&&delay| delay > 10_000).count();
    assert!(is_percent(slow, 3), "{slow} packets take ten times as long as usual");
}

#[test]
fn a_delay_without_measure_is_as_long_as_can_be() {
    let delays = [
        Delay::Fixed(Time::MAX),
        Delay::Uniform(0, Time::MAX),
        Delay::Uniform(9, 5),
        Delay::HeavyTailed(Time::MAX),
    ];
    let always = Rate(u32::MAX);
    for delay in delays {
        let network = Network { delay, duplication: always, reordering: always, ..Network::calm() };
        let mut world = World::new(1, Puppet::troupe(2)).with_network(network);
        send(&mut world, 5, A, B, 1);
        world.run_until(Time::MAX).expect("ends");
        assert_eq!(said(&world, B), [1, 1], "{delay:?}");
    }
}

#[test]
fn a_packet_that_is_held_up_takes_two_to_five_times_as_long() {
    let network = Network { reordering: Rate::percent(40), ..Network::calm() };
    let counts = counts(&sorted_delays(network));
    let tens: Vec<Time> = counts.keys().map(|delay| delay / MILLIS).collect();
    assert_eq!(tens, [10, 20, 30, 40, 50]);
    assert!(is_percent(counts[&(10 * MILLIS)], 60), "{counts:?}");
    assert!((2..=5).all(|times| is_percent(counts[&(times * 10 * MILLIS)], 10)), "{counts:?}");
}

#[test]
fn a_packet_that_is_held_up_is_overtaken() {
    let network = Network { reordering: Rate::percent(30), ..Network::calm() };
    let mut world = World::new(2, Puppet::troupe(2)).with_network(network);
    for number in 0..100 {
        send(&mut world, u64::from(number) * MILLIS, A, B, number);
    }
    world.run().expect("ends");
    let mut heard = said(&world, B);
    assert!(!heard.is_sorted());
    heard.sort_unstable();
    assert!(heard.into_iter().eq(0..100));
}

#[test]
fn packets_are_lost_and_duplicated_as_often_as_the_rates_say() {
    let network = Network::fair_loss();
    let arrivals: Vec<_> = (1..=MANY).map(|ordinal| network.arrivals(3, A, B, ordinal)).collect();
    let lost = arrivals.iter().filter(|arrivals| arrivals.first.is_none()).count();
    let doubled = arrivals.iter().filter(|arrivals| arrivals.second.is_some()).count();
    assert!(is_percent(lost, 20), "{lost} are lost");
    assert!(is_percent(doubled, 8), "{doubled} of those that are not lost are duplicated");
    assert!(arrivals.iter().all(|it| it.second.is_none() || it.second > it.first));
}

#[test]
fn a_link_is_congested_for_a_tenth_of_a_second_at_a_time() {
    let network = Network { spikes: Rate::percent(30), ..Network::reliable() };
    let later = |to, now| network.congestion(3, A, to, now);
    let spells = 0..2_000;
    for spell in spells.clone() {
        let (begin, end) = (spell * 100 * MILLIS, (spell + 1) * 100 * MILLIS);
        let within = [begin, begin + 1, begin + 50 * MILLIS, end - 1];
        assert!(within.iter().all(|&now| later(B, now) == later(B, begin)), "spell {spell}");
    }
    let congested = |to, spell: Time| later(to, spell * 100 * MILLIS) > 0;
    let counts = [
        spells.clone().filter(|&spell| congested(B, spell)).count(),
        spells.clone().filter(|&spell| congested(B, spell) && congested(B, spell + 1)).count(),
        spells.filter(|&spell| congested(B, spell) && congested(A, spell)).count(),
    ];
    let expected = [600, 180, 180];
    let near = |(count, expected): (&usize, usize)| count.abs_diff(expected) < 60;
    assert!(counts.iter().zip(expected).all(near), "each spell and link anew: {counts:?}");
}

#[test]
fn a_rate_of_100_percent_is_always_and_one_of_0_never() {
    let always = Rate::percent(100);
    let all_lost = Network { loss: always, ..Network::calm() };
    let all_doubled = Network { duplication: always, ..Network::calm() };
    for ordinal in 1..=1_000 {
        assert_eq!(all_lost.arrivals(3, A, B, ordinal).first, None);
        let doubled = all_doubled.arrivals(3, A, B, ordinal);
        assert_eq!((doubled.first, doubled.second), (Some(10 * MILLIS), Some(20 * MILLIS)));
        assert_eq!(Network::calm().arrivals(3, A, B, ordinal).second, None);
    }
}

#[test]
fn a_duplicate_arrives_as_a_copy_with_its_own_name_caused_by_a_record_of_its_making() {
    let network = Network { duplication: Rate::percent(100), ..Network::calm() };
    let mut world = World::new(1, Puppet::troupe(2)).with_network(network);
    send(&mut world, 0, A, B, 7);
    world.run().expect("ends");
    assert_eq!(said(&world, B), [7, 7]);
    let records = world.trace().records;
    let received = |copy| {
        let is_it = |what: &What<_>| matches!(what, What::Receive { id, .. } if id.copy == copy);
        let received = records.iter().find(|record| is_it(&record.what));
        let cause = received.and_then(|record| record.cause).expect("it came, and from a packet");
        &records[cause as usize].what
    };
    assert!(matches!(received(0), What::Send { .. }));
    assert!(matches!(received(1), What::Duplicate { id } if id.to_string() == "A>B#1.1"));
}

#[test]
fn a_reliable_network_receives_every_packet_once() {
    let mut world = World::new(3, Puppet::troupe(3));
    traffic(&mut world, 50);
    world.run().expect("ends");
    let delays = delays(&world);
    assert_eq!(delays.len(), 3 * 2 * 50);
    assert!(delays.keys().all(|id| id.copy == 0));
    assert!(delays.values().all(|delay| (MILLIS..=20 * MILLIS).contains(delay)));
}

#[test]
fn the_networks_are_covered_by_the_link_models_of_their_names() {
    assert_eq!(Network::reliable().model(), Links::Reliable);
    assert_eq!(Network::calm().model(), Links::Reliable);
    assert_eq!(Network::fair_loss().model(), Links::FairLoss);
    let reordering = Network { reordering: Rate::percent(50), ..Network::reliable() };
    assert_eq!(reordering.model(), Links::Reliable, "a reliable link may reorder");
}

#[test]
fn the_trace_says_that_the_network_lost_a_packet() {
    let mut world = calm(2);
    world.network.loss = Rate::percent(100);
    send(&mut world, 0, A, B, 1);
    world.run().expect("ends");
    assert_eq!(losses(&world), [(packet(A, B, 1), Loss::Network)]);
}
