//! Nodes crash and come back.

use crate::{calm, losses, packet, send};
use distsys::layer::MILLIS;
use distsys::node::names::{A, B};
use distsys::sim::trace::Loss;
use distsys::sim::{Fault, What, World};
use tests::toys::puppet::{Do, Puppet, said};

/// B is asked to say 1 to 5 at 10 to 50 ms; these faults happen at these milliseconds.
fn asked(faults: Vec<(u64, Fault)>) -> World<Puppet> {
    let mut world = calm(2);
    for (at, fault) in faults {
        world.fault_at(at * MILLIS, fault);
    }
    for number in 1..=5 {
        world.request_at(u64::from(number) * 10 * MILLIS, B, vec![Do::Say(number)]);
    }
    world.run().expect("ends");
    world
}

#[test]
fn a_node_that_stops_does_nothing_any_more() {
    let world = asked(vec![(25, Fault::Crash(B))]);
    assert_eq!(said(&world, B), [1, 2]);
    let last = world.trace().records.into_iter().rfind(|record| record.node == B);
    assert_eq!(
        last.map(|record| record.what),
        Some(What::Crash { after_effects: None, undone: Vec::new() })
    );
}

#[test]
fn a_request_to_a_node_that_is_down_does_nothing() {
    let mut world = calm(2);
    world.fault_at(0, Fault::Crash(B));
    world.run().expect("ends");
    let before = world.trace();
    world.request(B, vec![Do::Say(1), Do::Store(2), Do::Send(A, vec![])]);
    world.run().expect("ends");
    assert_eq!(world.trace(), before);
}

#[test]
fn a_node_that_comes_back_goes_on() {
    let world = asked(vec![(15, Fault::Crash(B)), (35, Fault::Recover(B))]);
    assert_eq!(said(&world, B), [1, 4, 5]);
}

#[test]
fn packets_to_a_node_that_is_down_are_lost() {
    let mut world = calm(2);
    world.fault_at(5 * MILLIS, Fault::Crash(B));
    world.fault_at(25 * MILLIS, Fault::Recover(B));
    for number in 0..3 {
        send(&mut world, u64::from(number) * 10 * MILLIS, A, B, number);
    }
    world.run().expect("ends");
    assert_eq!(said(&world, B), [2]);
    assert_eq!(losses(&world), [1, 2].map(|ordinal| (packet(A, B, ordinal), Loss::Down)));
}

#[test]
fn crashing_a_node_that_is_down_and_recovering_one_that_is_up_do_nothing() {
    let records = |faults| asked(faults).trace().records;
    let once = vec![(15, Fault::Crash(B)), (35, Fault::Recover(B))];
    let twice = vec![
        (5, Fault::Recover(B)),
        (15, Fault::Crash(B)),
        (20, Fault::Crash(B)),
        (35, Fault::Recover(B)),
        (37, Fault::Recover(B)),
    ];
    assert_eq!(records(twice), records(once));
}

#[test]
fn a_crash_can_wait_for_the_middle_of_the_next_event() {
    let mut world = calm(1);
    world.fault_at(MILLIS, Fault::CrashWithin(A, 2));
    let acts = vec![Do::Say(1), Do::Say(2), Do::Say(3)];
    world.request_at(2 * MILLIS, A, acts.clone());
    world.run().expect("ends");
    assert_eq!(said(&world, A), [1, 2]);
    assert!(world.node(A).is_none());
    // It strikes once.
    world.fault_at(3 * MILLIS, Fault::Recover(A));
    world.request_at(4 * MILLIS, A, acts);
    world.run().expect("ends");
    assert_eq!(said(&world, A), [1, 2, 1, 2, 3]);
}

#[test]
fn a_crash_ordered_while_a_node_is_down_strikes_in_its_recovery_and_only_there() {
    let crash = |fault| {
        let mut world = calm(1);
        for (at, fault) in [(1, Fault::Crash(A)), (2, fault), (3, Fault::Recover(A))] {
            world.fault_at(at * MILLIS, fault);
        }
        world.request_at(4 * MILLIS, A, vec![Do::Store(1), Do::Store(2)]);
        world.run().expect("ends");
        world.node(A).is_some()
    };
    assert!(!crash(Fault::CrashWithin(A, 0)));
    assert!(crash(Fault::CrashTearing(A, 0)), "it stored nothing, and then it was spared");
    assert!(crash(Fault::Pause(A)));
}

#[test]
fn a_script_can_crash_a_node_within_its_recovery() {
    let crashes = [(distsys::sim::EventId::Fault(1), 0)].into();
    let script = distsys::sim::Script { crashes, ..Default::default() };
    let mut world = calm(1).with_script(script);
    world.fault_at(10, Fault::Crash(A));
    world.fault_at(20, Fault::Recover(A));
    world.run().expect("ends");
    assert!(world.node(A).is_none());
    let last = world.trace().records.pop().map(|record| record.what);
    assert_eq!(last, Some(What::Crash { after_effects: Some(0), undone: Vec::new() }));
}
