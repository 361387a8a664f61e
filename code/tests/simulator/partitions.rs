//! Partitions start and heal.

use crate::{calm, losses, packet, send};
use distsys::layer::{MILLIS, NodeId};
use distsys::node::names::{A, B, C};
use distsys::sim::trace::Loss;
use distsys::sim::{Fault, World};
use tests::toys::puppet::{Puppet, said};

/// A and B send each other their packet number `n` at `10 n` ms, for `n` below 5.
fn chat(world: &mut World<Puppet>) {
    for number in 0..5 {
        send(world, u64::from(number) * 10 * MILLIS, A, B, number);
        send(world, u64::from(number) * 10 * MILLIS, B, A, number);
    }
}

fn cut(from: NodeId, to: NodeId) -> Fault {
    Fault::Cut(vec![from], vec![to])
}

fn heal(from: NodeId, to: NodeId) -> Fault {
    Fault::Heal(vec![from], vec![to])
}

/// What A and B hear of each other's chat if these faults happen at these milliseconds.
fn heard(faults: Vec<(u64, Fault)>) -> (Vec<u32>, Vec<u32>) {
    let mut world = calm(2);
    chat(&mut world);
    for (at, fault) in faults {
        world.fault_at(at * MILLIS, fault);
    }
    world.run().expect("ends");
    (said(&world, A), said(&world, B))
}

#[test]
fn a_cut_loses_packets_until_it_heals_and_in_one_direction_only() {
    let faults = vec![(15, cut(A, B)), (35, heal(A, B))];
    assert_eq!(heard(faults), (vec![0, 1, 2, 3, 4], vec![0, 1, 4]));
}

#[test]
fn a_partition_is_a_cut_in_both_directions() {
    let faults = vec![(15, cut(A, B)), (15, cut(B, A)), (35, heal(A, B)), (35, heal(B, A))];
    assert_eq!(heard(faults), (vec![0, 1, 4], vec![0, 1, 4]));
}

#[test]
fn what_was_under_way_when_a_cut_begins_still_arrives() {
    assert_eq!(heard(vec![(1, cut(A, B))]).1, [0]);
}

#[test]
fn of_two_cuts_of_one_link_both_must_heal() {
    let faults = vec![(5, cut(A, B)), (15, cut(A, B)), (25, heal(A, B)), (35, heal(A, B))];
    assert_eq!(heard(faults).1, [0, 4]);
}

#[test]
fn healing_what_is_not_cut_does_nothing() {
    let faults = vec![(5, heal(A, B)), (15, cut(A, B)), (35, heal(A, B))];
    assert_eq!(heard(faults).1, [0, 1, 4]);
}

#[test]
fn a_cut_between_groups_leaves_links_within_them_alone() {
    let mut world = calm(3);
    world.fault_at(0, Fault::Cut(vec![A], vec![B, C]));
    for (number, (from, to)) in (0..).zip([(A, B), (A, C), (B, C), (C, B), (B, A), (A, A)]) {
        send(&mut world, MILLIS, from, to, number);
    }
    world.run().expect("ends");
    let expected = [(packet(A, B, 1), Loss::Cut), (packet(A, C, 1), Loss::Cut)];
    assert_eq!(losses(&world), expected);
}

#[test]
fn a_node_can_always_send_to_itself() {
    let mut world = calm(2);
    world.fault_at(0, Fault::Cut(vec![A, B], vec![A, B]));
    send(&mut world, MILLIS, A, A, 1);
    send(&mut world, MILLIS, A, B, 2);
    world.run().expect("ends");
    assert_eq!((said(&world, A), said(&world, B)), (vec![1], vec![]));
}
