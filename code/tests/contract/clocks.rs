//! A node sees its own clocks, and its timers count by them.

use distsys::layer::*;
use distsys::node::names::{A, B};
use distsys::sim::clock::{EPOCH, LocalClock};
use distsys::sim::{Fault, World};
use tests::toys::puppet::{Do, Puppet, Told, told};

const SLOW: LocalClock = LocalClock { offset: -7, drift_ppm: -200_000, uncertainty: 3 };
const FAST: LocalClock = LocalClock { offset: 1_000, drift_ppm: 250_000, uncertainty: 0 };

fn rings(world: &World<Puppet>, node: NodeId) -> Vec<(Time, &'static str)> {
    let told = told(world, node).into_iter();
    told.filter_map(|(at, told)| match told {
        Told::Rang(timer, _) => Some((at, timer)),
        _ => None,
    })
    .collect()
}

/// Runs a single node that does this at those times; returns when its timers rang.
fn rings_of_one(acts: Vec<(Time, Vec<Do>)>) -> Vec<(Time, &'static str)> {
    let mut world = World::new(1, Puppet::troupe(1));
    for (at, acts) in acts {
        world.request_at(at, A, acts);
    }
    world.run().expect("ends");
    rings(&world, A)
}

#[test]
fn a_layer_sees_its_own_reading_and_no_other() {
    let mut world = World::new(1, Puppet::troupe(2));
    world.set_clock(A, SLOW);
    world.set_clock(B, FAST);
    world.request_at(1_000, A, vec![Do::ReadClock]);
    world.request_at(1_000, B, vec![Do::ReadClock]);
    world.run().expect("ends");
    let slow = Reading { monotonic: 800, earliest: EPOCH + 790, latest: EPOCH + 796 };
    let fast = Reading { monotonic: 1_250, earliest: EPOCH + 2_250, latest: EPOCH + 2_250 };
    assert_eq!(told(&world, A), [(1_000, Told::Clock(slow))]);
    assert_eq!(told(&world, B), [(1_000, Told::Clock(fast))]);
}

#[test]
fn a_timer_of_a_fast_clock_rings_early_in_true_time_and_that_of_a_slow_one_late() {
    let mut world = World::new(1, Puppet::troupe(2));
    world.set_clock(A, SLOW);
    world.set_clock(B, FAST);
    for node in [A, B] {
        world.request_at(0, node, vec![Do::Set("bell", 1_000, 1_001)]);
    }
    world.run().expect("ends");
    assert_eq!(rings(&world, A), [(1_250, "bell")]);
    assert_eq!(rings(&world, B), [(800, "bell")]);
    for node in [A, B] {
        let (_, Told::Rang(_, reading)) = &told(&world, node)[0] else { panic!("no bell") };
        assert_eq!(reading.monotonic, 1_000, "by its own clock, {node} waited as long as it asked");
    }
}

#[test]
fn no_clock_stands_still_or_makes_a_timer_ring_before_its_span_is_over() {
    for drift_ppm in [i32::MIN, -1_000_000, -999_999, -333_333, -1, 0, 1, 7, 333_333, i32::MAX] {
        let clock = LocalClock { drift_ppm, ..LocalClock::default() };
        for span in [0, 1, 2, 999, 1_000_000, 123_456_789] {
            let rings = clock.true_span(span);
            assert!(clock.read(rings).monotonic >= span, "{drift_ppm} ppm, {span} ns");
            let before = rings.checked_sub(1).map(|before| clock.read(before).monotonic);
            assert!(before.is_none_or(|before| before < span), "{drift_ppm} ppm, {span} ns: late");
        }
    }
}

#[test]
fn setting_a_timer_again_replaces_it() {
    let rings = rings_of_one(vec![
        (0, vec![Do::Set("bell", 100, 101), Do::Set("gong", 120, 121)]),
        (50, vec![Do::Set("bell", 200, 201)]),
    ]);
    assert_eq!(rings, [(120, "gong"), (250, "bell")]);
}

#[test]
fn a_timer_can_be_replaced_by_an_earlier_one() {
    let acts = vec![Do::Set("bell", 100, 101), Do::Set("bell", 10, 11)];
    assert_eq!(rings_of_one(vec![(0, acts)]), [(10, "bell")]);
}

#[test]
fn a_cancelled_timer_never_rings() {
    let set = || vec![Do::Set("bell", 100, 101)];
    let cancel = || vec![Do::Cancel("bell")];
    assert_eq!(rings_of_one(vec![(0, set()), (99, cancel())]), []);
    // Nor if it is cancelled at the very moment at which it would ring.
    assert_eq!(rings_of_one(vec![(100, cancel()), (0, set())]), []);
    // The next one of that name does.
    assert_eq!(rings_of_one(vec![(0, set()), (50, cancel()), (60, set())]), [(160, "bell")]);
}

#[test]
fn a_timer_rings_once() {
    assert_eq!(rings_of_one(vec![(0, vec![Do::Set("bell", 10, 11)])]), [(10, "bell")]);
}

#[test]
fn a_crash_cancels_all_timers() {
    let mut world = World::new(1, Puppet::troupe(1));
    world.request(A, vec![Do::Set("bell", 100, 101), Do::Set("gong", 200, 201)]);
    world.fault_at(50, Fault::Crash(A));
    world.fault_at(60, Fault::Recover(A));
    world.request_at(70, A, vec![Do::Set("gong", 500, 501)]);
    world.run().expect("ends");
    assert_eq!(rings(&world, A), [(570, "gong")]);
}

#[test]
fn timers_of_one_name_on_two_nodes_are_two_timers() {
    let mut world = World::new(1, Puppet::troupe(2));
    world.request(A, vec![Do::Set("bell", 100, 101)]);
    world.request(B, vec![Do::Set("bell", 100, 101)]);
    world.request_at(50, B, vec![Do::Cancel("bell")]);
    world.run().expect("ends");
    assert_eq!((rings(&world, A).len(), rings(&world, B).len()), (1, 0));
}
