//! Every draw is a function of what it is for, and of nothing else.

use crate::{delays, packet, traffic};
use distsys::layer::{MILLIS, NodeId, Time};
use distsys::node::names::{A, B};
use distsys::sim::random::{Draws, Purpose, below, draws};
use distsys::sim::{Fate, Network, Rate, Script, What, World};
use rand::Rng;
use std::collections::BTreeMap;
use tests::toys::puppet::{Do, Puppet};

/// A busy run of three puppets on fair-loss links, with timers and choices.
fn busy(seed: u64, script: Script, network: Network) -> World<Puppet> {
    let mut world = World::new(seed, Puppet::troupe(3)).with_network(network).with_script(script);
    traffic(&mut world, 50);
    for at in 0..50 {
        let acts = vec![Do::Set("bell", MILLIS, 90 * MILLIS), Do::ThrowCoins];
        world.request_at(at * 100 * MILLIS, NodeId(at as u32 % 3), acts);
    }
    world.run().expect("ends");
    world
}

/// When each setting of each timer will ring.
fn timers(world: &World<Puppet>) -> BTreeMap<(NodeId, &'static str, u64), Time> {
    let records = world.trace().records.into_iter();
    records
        .filter_map(|record| match record.what {
            What::SetTimer { timer, ordinal, due } => {
                Some(((record.node, timer, ordinal), due - record.at))
            }
            _ => None,
        })
        .collect()
}

fn text(world: &World<Puppet>) -> String {
    world.trace().text().to_string()
}

#[test]
fn the_same_run_gives_the_same_trace() {
    let run = || text(&busy(7, Script::default(), Network::fair_loss()));
    assert_eq!(run(), run());
}

#[test]
fn another_seed_gives_another_trace() {
    let traces: Vec<String> =
        (0..20).map(|seed| text(&busy(seed, Script::default(), Network::fair_loss()))).collect();
    for (index, trace) in traces.iter().enumerate() {
        assert!(!traces[..index].contains(trace), "seed {index} repeats another one's run");
    }
}

#[test]
fn one_more_lost_packet_changes_nothing_about_the_others_nor_about_timers() {
    let before = busy(7, Script::default(), Network::fair_loss());
    for (victim, _) in delays(&before).into_iter().filter(|(id, _)| id.copy == 0).step_by(10) {
        let fates = [(victim, Fate::Lost)].into();
        let after = busy(7, Script { fates, ..Script::default() }, Network::fair_loss());
        let mut expected = delays(&before);
        expected.retain(|id, _| {
            (id.from, id.to, id.ordinal) != (victim.from, victim.to, victim.ordinal)
        });
        assert_eq!(delays(&after), expected);
        assert_eq!(timers(&after), timers(&before));
    }
}

#[test]
fn a_packet_that_sets_another_timer_first_does_not_shift_the_draws_of_either() {
    // A tells B to set one timer, then the other; without the first packet, B sets the other one first.
    let run = |script| {
        let mut world = World::new(7, Puppet::troupe(2)).with_script(script);
        for (at, timer) in [(0, "bell"), (100 * MILLIS, "gong"), (200 * MILLIS, "bell")] {
            let set = Do::Set(timer, 0, 1_000_000 * MILLIS);
            world.request_at(at, A, vec![Do::Send(B, vec![set])]);
        }
        world.run().expect("ends");
        timers(&world)
    };
    let fates = [(packet(A, B, 1), Fate::Lost)].into();
    let (before, after) = (run(Script::default()), run(Script { fates, ..Script::default() }));
    assert_eq!(after[&(B, "gong", 1)], before[&(B, "gong", 1)]);
    assert_eq!(after[&(B, "bell", 1)], before[&(B, "bell", 1)]);
}

#[test]
fn the_loss_rate_does_not_change_how_long_the_surviving_packets_take() {
    let with_loss = |percent| {
        let network = Network { loss: Rate::percent(percent), ..Network::fair_loss() };
        delays(&busy(7, Script::default(), network))
    };
    let (few, many) = (with_loss(5), with_loss(50));
    let lost_more = few.len() - many.len();
    assert!(lost_more > 50, "{} and {} packets arrive", few.len(), many.len());
    for (id, delay) in &many {
        assert_eq!(few.get(id), Some(delay), "{id} survives a higher rate, so also a lower one");
    }
}

#[test]
fn links_and_nodes_draw_independently_of_each_other() {
    let world = busy(7, Script { ..Script::default() }, Network::reliable());
    let of_link = |from, to| -> Vec<Time> {
        let delays = delays(&world).into_iter();
        delays.filter(|(id, _)| (id.from, id.to) == (from, to)).map(|(_, delay)| delay).collect()
    };
    assert_ne!(of_link(A, B), of_link(B, A));
    let of_node = |node| -> Vec<Time> {
        timers(&world).into_iter().filter(|((of, ..), _)| *of == node).map(|(_, due)| due).collect()
    };
    assert_ne!(of_node(A), of_node(B));
}

#[test]
fn a_run_without_a_trace_is_the_same_run() {
    let run = |traced: bool| {
        let mut world = World::new(7, Puppet::troupe(3)).with_network(Network::fair_loss());
        if !traced {
            world = world.untraced();
        }
        traffic(&mut world, 100);
        world.request_at(5 * MILLIS, A, vec![Do::Store(1), Do::Set("bell", 0, MILLIS)]);
        world.run().expect("ends");
        world
    };
    let (traced, untraced) = (run(true), run(false));
    assert!(untraced.delivered() > 400, "{} deliveries", untraced.delivered());
    assert_eq!(untraced.delivered(), traced.delivered());
    assert_eq!(untraced.now(), traced.now());
    assert!(traced.nodes().all(|node| traced.node(node) == untraced.node(node)));
    assert_eq!(untraced.trace().records, []);
}

#[test]
fn a_copy_of_a_world_goes_on_as_the_world_does() {
    let mut world = World::new(7, Puppet::troupe(3)).with_network(Network::fair_loss());
    traffic(&mut world, 20);
    world.run_until(10 * MILLIS).expect("goes on");
    let mut copy = world.clone();
    world.run().expect("ends");
    copy.run().expect("ends");
    assert_eq!(world.trace(), copy.trace());
}

/// How far so many draws below 16 are from falling on all 16 equally often: chi-squared, which has a
/// mean of 15 and is above 45 once in ten thousand times.
fn unevenness(draws: impl Iterator<Item = u64>) -> f64 {
    let mut counts = [0_u32; 16];
    draws.for_each(|draw| counts[draw as usize] += 1);
    let expected = f64::from(counts.iter().sum::<u32>()) / 16.0;
    counts.iter().map(|&count| (f64::from(count) - expected).powi(2) / expected).sum()
}

#[test]
fn the_generator_is_split_mix_64() {
    // The first numbers of the reference implementation in C for this seed.
    let mut draws = Draws::new(1_234_567);
    let numbers: [u64; 3] = std::array::from_fn(|_| draws.next_u64());
    assert_eq!(
        numbers,
        [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
    );
}

#[test]
fn a_draw_that_is_passed_over_shifts_none_of_the_later_ones() {
    let (mut all, mut some) = (Draws::new(7), Draws::new(7));
    all.next_u64();
    some.skip();
    assert_eq!(all.next_u64(), some.next_u64());
}

#[test]
fn neighbours_in_any_respect_draw_evenly_and_independently() {
    // Seeds, places, links and ordinals that differ by little: by themselves, and with the one before.
    let directions: [fn(u64) -> [u64; 3]; 4] =
        [|i| [i, 3, 1], |i| [7, i, 1], |i| [7, i << 32, 1], |i| [7, 3, i]];
    for direction in directions {
        let along = |i| {
            let [seed, place, ordinal] = direction(i);
            below(&mut draws(seed, Purpose::Packet, place, ordinal), 16)
        };
        let even = unevenness((0..10_000).map(along));
        let paired = unevenness((0..10_000).map(|i| (along(i) + along(i + 1)) % 16));
        assert!(even < 45.0 && paired < 45.0, "{even} and {paired}");
    }
}
