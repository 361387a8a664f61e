//! A script decides what becomes of single packets.

use crate::{calm, losses, packet, send};
use distsys::layer::{MILLIS, Time};
use distsys::node::names::{A, B};
use distsys::sim::trace::Loss;
use distsys::sim::{Fate, Script, What, World};
use tests::toys::puppet::{Puppet, said};

/// A sends B two packets at 5 ms; the first one's fate is this.
fn with_fate(fate: Fate) -> World<Puppet> {
    let fates = [(packet(A, B, 1), fate)].into();
    let mut world = calm(2).with_script(Script { fates, ..Script::default() });
    send(&mut world, 5 * MILLIS, A, B, 1);
    send(&mut world, 5 * MILLIS, A, B, 2);
    world.run().expect("ends");
    world
}

/// When the copies of the first packet arrive, in milliseconds.
fn arrivals(world: &World<Puppet>) -> Vec<(Time, u32)> {
    let records = world.trace().records.into_iter();
    records
        .filter_map(|record| match record.what {
            What::Receive { id, .. } if id.ordinal == 1 => Some((record.at / MILLIS, id.copy)),
            _ => None,
        })
        .collect()
}

#[test]
fn a_packet_can_be_lost() {
    let world = with_fate(Fate::Lost);
    assert_eq!(said(&world, B), [2]);
    assert_eq!(losses(&world), [(packet(A, B, 1), Loss::Network)]);
}

#[test]
fn a_packet_can_take_a_given_time() {
    let world = with_fate(Fate::After(vec![30 * MILLIS]));
    assert_eq!(arrivals(&world), [(35, 0)]);
    assert_eq!(said(&world, B), [2, 1]);
}

#[test]
fn a_packet_can_arrive_at_a_given_time_and_not_before_it_was_sent() {
    assert_eq!(arrivals(&with_fate(Fate::At(vec![12 * MILLIS]))), [(12, 0)]);
    assert_eq!(arrivals(&with_fate(Fate::At(vec![2 * MILLIS]))), [(5, 0)]);
}

#[test]
fn a_packet_can_arrive_several_times_in_any_order() {
    let world = with_fate(Fate::At(vec![30 * MILLIS, 8 * MILLIS, 20 * MILLIS]));
    assert_eq!(arrivals(&world), [(8, 1), (20, 2), (30, 0)]);
    let duplicates = world.trace().records.into_iter();
    assert_eq!(duplicates.filter(|it| matches!(it.what, What::Duplicate { .. })).count(), 2);
}

#[test]
fn a_packet_with_no_arrivals_at_all_is_lost() {
    for fate in [Fate::At(vec![]), Fate::After(vec![])] {
        assert_eq!(losses(&with_fate(fate)), [(packet(A, B, 1), Loss::Network)]);
    }
}

#[test]
fn a_request_can_be_left_out_and_the_others_keep_their_numbers() {
    let mut world = calm(2).with_script(Script { without: [1].into(), ..Script::default() });
    for number in 0..3 {
        send(&mut world, 0, A, B, number);
    }
    world.run().expect("ends");
    assert_eq!(said(&world, B), [0, 2]);
    let ordinals = world.trace().records.into_iter().filter_map(|record| match record.what {
        What::Request { ordinal, .. } => Some(ordinal),
        _ => None,
    });
    assert_eq!(ordinals.collect::<Vec<_>>(), [0, 2]);
}

#[test]
fn an_absent_node_takes_no_part() {
    let mut world = calm(2).with_script(Script { absent: [B].into(), ..Script::default() });
    send(&mut world, 0, A, B, 1);
    send(&mut world, 0, B, A, 2);
    world.fault_at(MILLIS, distsys::sim::Fault::Recover(B));
    world.run().expect("ends");
    assert!(world.node(B).is_none());
    assert!(said(&world, A).is_empty());
    assert_eq!(losses(&world), [(packet(A, B, 1), Loss::Down)]);
}
