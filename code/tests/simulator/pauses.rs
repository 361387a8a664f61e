//! A paused node notices nothing, and then everything.

use crate::{calm, losses, packet, send};
use distsys::layer::{MILLIS, Reading, Time};
use distsys::node::names::{A, B};
use distsys::sim::clock::EPOCH;
use distsys::sim::trace::Loss;
use distsys::sim::{Fault, What, World};
use tests::toys::puppet::{Do, Puppet, Told, said, told};

/// B sets a timer for 30 ms, is asked something at 20 ms and gets packets at 15 and 25 ms; it is paused from 10 ms on.
fn paused() -> World<Puppet> {
    let mut world = calm(2);
    world.request_at(0, B, vec![Do::Set("bell", 30 * MILLIS, 30 * MILLIS + 1)]);
    world.fault_at(10 * MILLIS, Fault::Pause(B));
    world.request_at(20 * MILLIS, B, vec![Do::Say(2)]);
    send(&mut world, 5 * MILLIS, A, B, 1);
    send(&mut world, 15 * MILLIS, A, B, 3);
    world
}

fn ms(ms: Time) -> Time {
    ms * MILLIS
}

#[test]
fn nothing_is_noticed_until_the_node_goes_on_and_then_all_in_order() {
    let mut world = paused();
    world.fault_at(ms(50), Fault::Resume(B));
    world.run().expect("ends");
    let time_of_day = EPOCH + ms(50);
    let reading = Reading { monotonic: ms(50), earliest: time_of_day, latest: time_of_day };
    let expected = [Told::Said(1), Told::Said(2), Told::Said(3), Told::Rang("bell", reading)];
    assert_eq!(told(&world, B), expected.map(|told| (ms(50), told)));
}

#[test]
fn no_record_of_a_paused_node_lies_between_the_pause_and_its_end() {
    let mut world = paused();
    world.fault_at(ms(50), Fault::Resume(B));
    world.run().expect("ends");
    let of_b = world.trace().records.into_iter().filter(|record| record.node == B);
    let mut whats = of_b.map(|record| record.what).skip_while(|what| *what != What::Pause);
    assert_eq!((whats.next(), whats.next()), (Some(What::Pause), Some(What::Resume)));
}

#[test]
fn what_comes_at_the_moment_at_which_it_goes_on_comes_after_what_it_had_missed() {
    let mut world = calm(2);
    world.fault_at(ms(10), Fault::Pause(B));
    world.fault_at(ms(50), Fault::Resume(B));
    send(&mut world, ms(5), A, B, 1);
    send(&mut world, ms(40), A, B, 2);
    world.run().expect("ends");
    assert_eq!(said(&world, B), [1, 2]);
}

#[test]
fn what_it_missed_at_one_moment_comes_in_the_order_in_which_it_came() {
    let mut world = paused();
    for number in 10..15 {
        world.request_at(ms(20), B, vec![Do::Say(number)]);
    }
    world.fault_at(ms(50), Fault::Resume(B));
    world.run().expect("ends");
    assert_eq!(said(&world, B), [1, 2, 10, 11, 12, 13, 14, 3]);
}

#[test]
fn a_node_that_is_never_resumed_never_notices() {
    let mut world = paused();
    world.run().expect("ends");
    assert_eq!(told(&world, B), []);
    assert!(losses(&world).is_empty());
}

#[test]
fn a_crash_during_a_pause_loses_what_came_during_it_and_ends_it() {
    let mut world = paused();
    world.fault_at(ms(40), Fault::Crash(B));
    world.fault_at(ms(60), Fault::Recover(B));
    world.fault_at(ms(70), Fault::Resume(B));
    world.request_at(ms(80), B, vec![Do::Say(4)]);
    world.run().expect("ends");
    assert_eq!(told(&world, B), [(ms(80), Told::Said(4))]);
    assert_eq!(losses(&world), [1, 2].map(|ordinal| (packet(A, B, ordinal), Loss::Down)));
    let resumed = world.trace().records.into_iter().any(|record| record.what == What::Resume);
    assert!(!resumed, "there was no pause left to end");
}

#[test]
fn pausing_twice_is_pausing_once() {
    let mut world = paused();
    world.fault_at(ms(30), Fault::Pause(B));
    world.fault_at(ms(50), Fault::Resume(B));
    world.run().expect("ends");
    assert_eq!(said(&world, B), [1, 2, 3]);
}

#[test]
fn the_others_go_on_meanwhile() {
    let mut world = paused();
    world.request_at(ms(20), A, vec![Do::Say(7)]);
    world.run_until(ms(30)).expect("goes on");
    assert_eq!(said(&world, A), [7]);
}
