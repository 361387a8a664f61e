//! Facts are observed from outside.

use distsys::layer::Fact;
use distsys::node::names::A;
use distsys::sim::{Fault, What, World};
use tests::toys::puppet::{Do, Puppet};

#[test]
fn facts_are_recorded_when_they_change_and_only_then() {
    let mut world = World::new(1, Puppet::troupe(1));
    world.request_at(10, A, vec![Do::Note(1), Do::Note(2)]);
    world.request_at(20, A, vec![Do::Say(3)]);
    world.request_at(30, A, vec![Do::Store(4)]);
    world.fault_at(40, Fault::Crash(A));
    world.fault_at(50, Fault::Recover(A));
    world.run().expect("ends");
    let facts = world.trace().records.into_iter().filter_map(|record| match record.what {
        What::Facts { facts } => Some((record.at, facts)),
        _ => None,
    });
    let remembers = |count| vec![Fact::number("remembers", count)];
    let expected = [(0, remembers(0)), (10, remembers(2)), (30, remembers(3)), (50, remembers(1))];
    assert_eq!(facts.collect::<Vec<_>>(), expected);
}

#[test]
fn the_record_of_a_fact_says_which_event_brought_it_about() {
    let mut world = World::new(1, Puppet::troupe(1));
    world.request_at(10, A, vec![Do::Note(1)]);
    world.run().expect("ends");
    let records = world.trace().records;
    let last = records.last().expect("something happened");
    let cause = last.cause.expect("a fact has a cause") as usize;
    assert!(matches!(last.what, What::Facts { .. }));
    assert!(matches!(records[cause].what, What::Request { ordinal: 0, .. }));
}
