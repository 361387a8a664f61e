//! What a menu can do to nodes and packets beyond losing and crashing them.

use crate::{calm, delays, packet, send};
use distsys::layer::{MILLIS, SECONDS, Stable, Time};
use distsys::node::NodeId;
use distsys::node::names::{A, B, C};
use distsys::sim::clock::{EPOCH, LocalClock};
use distsys::sim::random::{Draws, below};
use distsys::sim::trace::{Loss, Undone};
use distsys::sim::{
    EventId, Fate, Fault, Forgery, Forging, Network, Rate, Script, Synchrony, What, World,
};
use tests::toys::puppet::{Do, Log, Puppet, Told, said, told};

/// What is left of a packet under tampering: it says some number below 1,000 more.
#[expect(clippy::ptr_arg, reason = "a packet of puppets is a `Vec`")]
pub(crate) fn tamper(packet: &Vec<Do>, draws: &mut Draws) -> Vec<Do> {
    let change = |act: &Do| match act {
        Do::Say(number) => Do::Say(number + 1_000 * (1 + below(draws, 9) as u32)),
        other => other.clone(),
    };
    packet.iter().map(change).collect()
}

/// A says 0 to 99 to B, and B the same to A, over links on which this is forged.
fn forged(forging: Forging, faults: &[Fault]) -> World<Puppet> {
    let mut world = calm(3);
    world.forging = forging;
    world.mutator = Some(tamper.into());
    for fault in faults {
        world.fault_at(0, fault.clone());
    }
    for number in 0..100 {
        let at = u64::from(number) * MILLIS;
        send(&mut world, at, A, B, number);
        send(&mut world, at, B, A, number);
    }
    world.run().expect("ends");
    world
}

fn always() -> Rate {
    Rate::percent(100)
}

#[test]
fn tampering_changes_what_arrives_and_is_in_the_trace() {
    let world = forged(Forging { tampering: always(), ..Forging::default() }, &[]);
    assert!(said(&world, B).iter().all(|&number| number >= 1_000), "{:?}", said(&world, B));
    assert_eq!(said(&world, B).len(), 100);
    let records = world.trace().records;
    let forges = records.iter().filter(|record| matches!(record.what, What::Forge { .. }));
    assert_eq!(forges.count(), 200);
    let half = forged(Forging { tampering: Rate::percent(50), ..Forging::default() }, &[]);
    let changed = said(&half, B).iter().filter(|&&number| number >= 1_000).count();
    assert!((30..70).contains(&changed), "{changed}");
}

#[test]
fn without_a_mutator_nothing_is_changed() {
    let mut world = calm(2);
    world.forging = Forging { tampering: always(), ..Forging::default() };
    send(&mut world, 0, A, B, 7);
    world.run().expect("ends");
    assert_eq!(said(&world, B), [7]);
}

#[test]
fn a_spoofed_packet_names_another_sender_and_never_its_own() {
    let world = forged(Forging { spoofing: always(), ..Forging::default() }, &[]);
    let senders = world.trace().records.into_iter().filter_map(|record| match record.what {
        What::Forge { id, forgery, .. } => Some((id.from, forgery.sender)),
        _ => None,
    });
    let senders: std::collections::BTreeSet<_> = senders.collect();
    let expected = [(A, Some(B)), (A, Some(C)), (B, Some(A)), (B, Some(C))];
    assert_eq!(senders, expected.into());
}

#[test]
fn a_handler_is_told_the_sender_that_a_packet_names() {
    use distsys::link::Direct;
    use distsys::service::SendTo;
    let mut world = World::new(1, vec![Direct::<u32>::new(); 3]).with_network(Network::calm());
    world.script.forged = [(packet(A, B, 1), Forgery { sender: Some(C), tampered: None })].into();
    world.request(A, SendTo { to: B, msg: 7 });
    world.run().expect("ends");
    assert_eq!(world.trace().delivered::<u32>(B), [(C, 7)]);
}

#[test]
fn a_replayed_packet_arrives_again_within_ten_seconds() {
    let world = forged(Forging { replay: always(), ..Forging::default() }, &[]);
    assert_eq!(said(&world, B).len(), 200);
    let delays = delays(&world);
    let again = delays.iter().filter(|(id, _)| id.copy == 1).map(|(_, &delay)| delay);
    let again: Vec<Time> = again.collect();
    assert_eq!(again.len(), 200);
    assert!(again.iter().all(|&delay| delay <= 11 * SECONDS));
    assert!(again.iter().any(|&delay| delay > 5 * SECONDS));
}

#[test]
fn a_traitor_forges_its_own_packets_and_no_others() {
    let world = forged(Forging::default(), &[Fault::Betray(A)]);
    let (at_a, at_b) = (said(&world, A), said(&world, B));
    assert_eq!(at_a, (0..100).collect::<Vec<_>>(), "B is honest");
    let changed = at_b.iter().filter(|&&number| number >= 1_000).count();
    let silent = (0..100).filter(|number| at_b.iter().all(|said| said % 1_000 != *number)).count();
    assert!(changed > 30 && changed < at_b.len(), "{changed} of {}", at_b.len());
    assert!(silent > 5 && silent < 40, "{silent}");
    let spoofed = world.trace().records.into_iter().any(
        |record| matches!(record.what, What::Forge { forgery, .. } if forgery.sender.is_some()),
    );
    assert!(!spoofed, "it cannot speak for others");
}

#[test]
fn about_what_a_script_decides_no_adversary_does_anything() {
    let scripted = |script| {
        let mut world = calm(3).with_script(script);
        world.forging = Forging { tampering: always(), spoofing: always(), replay: always() };
        world.mutator = Some(tamper.into());
        world.fault_at(0, Fault::Betray(A));
        for number in 0..100 {
            send(&mut world, u64::from(number) * MILLIS, A, B, number);
            send(&mut world, u64::from(number) * MILLIS, B, A, number);
        }
        world.run().expect("ends");
        world
    };
    let is_as_sent = |world: &World<Puppet>, node| said(world, node).into_iter().eq(0..100);
    let world = scripted(Script { calm: true, ..Script::default() });
    assert!(is_as_sent(&world, A) && is_as_sent(&world, B));
    let fate = |ordinal| (packet(A, B, ordinal), Fate::After(vec![10 * MILLIS]));
    let world = scripted(Script { fates: (1..=100).map(fate).collect(), ..Script::default() });
    assert!(!is_as_sent(&world, A) && is_as_sent(&world, B));
    assert!(said(&world, A).iter().all(|&number| number >= 1_000), "of the rest it does all");
}

#[test]
fn what_is_forged_once_is_forged_again_by_a_script() {
    let forging =
        Forging { tampering: Rate::percent(50), spoofing: Rate::percent(50), ..Forging::default() };
    let first = forged(forging, &[]);
    let script = Script::default().recorded(&first.trace().text(), vec![]);
    let mut second = calm(3).with_script(script);
    second.mutator = Some(tamper.into());
    for number in 0..100 {
        let at = u64::from(number) * MILLIS;
        send(&mut second, at, A, B, number);
        send(&mut second, at, B, A, number);
    }
    second.run().expect("ends");
    assert_eq!(second.trace(), first.trace());
}

/// A stores 1 to 5 in one event and says 6, with this fault before.
fn storing(fault: Fault) -> World<Puppet> {
    let mut world = calm(1);
    world.fault_at(0, fault);
    let stores = (1..=5).map(Do::Store).chain([Do::Say(6)]).collect();
    world.request_at(MILLIS, A, stores);
    world.run().expect("ends");
    world
}

#[test]
fn a_torn_write_keeps_the_beginning_of_a_log_at_each_place_in_turn() {
    let kept: Vec<usize> =
        (0..6).map(|place| storing(Fault::CrashTearing(A, place)).stable(A).0.len()).collect();
    assert_eq!(kept, [1, 2, 3, 4, 1, 2]);
    let world = storing(Fault::CrashTearing(A, 2));
    assert_eq!(world.stable(A), &Log(vec![1, 2, 3]));
    assert!(world.node(A).is_none() && said(&world, A).is_empty());
    let crash = world.trace().records.pop().map(|record| record.what);
    let torn =
        What::Crash { after_effects: Some(0), undone: vec![Undone::TornStore, Undone::Deliver] };
    assert_eq!(crash, Some(torn));
}

#[test]
fn a_crash_that_tears_waits_for_something_to_tear() {
    let mut world = calm(1);
    world.fault_at(0, Fault::CrashTearing(A, 0));
    for (at, acts) in [
        (1, vec![Do::Say(1)]),
        (2, vec![Do::Store(1)]),
        (3, vec![Do::Store(2), Do::Say(2), Do::Store(3)]),
    ] {
        world.request_at(at * MILLIS, A, acts);
    }
    world.run().expect("ends");
    assert_eq!(said(&world, A), [1]);
    assert_eq!(world.stable(A), &Log(vec![1, 2]), "the two stores of an event are one write");
}

#[test]
fn a_script_can_tear_a_write() {
    let script = Script { torn: [(EventId::Request(0), 3)].into(), ..Script::default() };
    let mut world = calm(1).with_script(script);
    world.request(A, (1..=5).map(Do::Store).collect());
    world.run().expect("ends");
    assert_eq!(world.stable(A), &Log(vec![1, 2, 3, 4]));
}

/// Something that is written as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Whole(u32);
impl Stable for Whole {
    type Change = u32;
    fn apply(&mut self, change: u32) {
        self.0 = change;
    }
}

#[test]
fn what_is_no_log_is_never_torn_and_neither_is_what_stands_beside_one() {
    use distsys::stack::Either::{First, Second};
    let tears = |changes: &[_]| <(Whole, Log)>::tears(&changes.iter().collect::<Vec<_>>());
    assert_eq!(tears(&[Second(1), Second(2), Second(3)]), [1, 2]);
    assert_eq!(tears(&[First(1), First(2), First(3)]), [0; 0]);
    assert_eq!(tears(&[First(1), Second(2)]), [0; 0], "one entry is written or not");
    assert_eq!(tears(&[First(1), Second(2), Second(3)]), [2], "the whole comes first, all of it");
    assert_eq!(tears(&[Second(2), First(1), Second(3)]), [1, 2]);
    assert_eq!(tears(&[First(1), Second(2), Second(3), First(4)]), [0; 0], "it would be split");
    let both = |changes: &[_]| <(Log, Log)>::tears(&changes.iter().collect::<Vec<_>>());
    assert_eq!(both(&[First(1), First(2), Second(3), Second(4)]), [1, 3]);
    let other = |changes: &[_]| <(Log, Whole)>::tears(&changes.iter().collect::<Vec<_>>());
    assert_eq!(other(&[Second(1), First(2), First(3), Second(4)]), [0; 0], "it would be split");
    assert_eq!(other(&[First(2), First(3), Second(4)]), [1]);
}

#[test]
fn a_slow_node_is_slow_in_all_it_does_and_then_is_not() {
    let mut world = calm(3);
    world.fault_at(10 * MILLIS, Fault::Slow(B, 50 * MILLIS));
    world.fault_at(20 * MILLIS, Fault::Slow(B, 0));
    for (at, from, to) in [(5, A, B), (15, A, B), (15, B, C), (15, A, C), (25, A, B)] {
        send(&mut world, at * MILLIS, from, to, 0);
    }
    world.request_at(15 * MILLIS, B, vec![Do::Set("bell", 7 * MILLIS, 7 * MILLIS)]);
    world.run().expect("ends");
    let delays: Vec<Time> = delays(&world).into_values().map(|delay| delay / MILLIS).collect();
    assert_eq!(delays, [10, 60, 10, 10, 60], "A>B three times, A>C, B>C");
    let rang = told(&world, B).into_iter().find(|(_, it)| matches!(it, Told::Rang(..)));
    assert_eq!(rang.map(|(at, _)| at), Some(72 * MILLIS));
}

#[test]
fn a_clock_is_wrong_from_the_start_and_steps() {
    let mut world = calm(1);
    let clock = LocalClock { offset: 3 * MILLIS as i64, drift_ppm: 0, uncertainty: 0 };
    world.fault_at(0, Fault::Clock(A, clock));
    world.fault_at(20 * MILLIS, Fault::Step(A, -5 * MILLIS as i64));
    for at in [0, 10, 30] {
        world.request_at(at * MILLIS, A, vec![Do::ReadClock]);
    }
    world.run().expect("ends");
    let readings: Vec<_> = told(&world, A)
        .into_iter()
        .map(|(_, told)| match told {
            Told::Clock(reading) => {
                (reading.monotonic / MILLIS, (reading.earliest - EPOCH) / MILLIS)
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(readings, [(0, 3), (10, 13), (30, 28)], "a step leaves monotonic time alone");
}

/// C leads in term 2, B in term 1; then this is aimed at the leader in A's place.
fn aimed(faults: Vec<(Time, Fault)>) -> World<Puppet> {
    let mut world = calm(3);
    world.request_at(0, B, vec![Do::Lead(Some(1))]);
    world.request_at(0, C, vec![Do::Lead(Some(2))]);
    world.fault_at(MILLIS, Fault::AtLeader(A, faults));
    world.run().expect("ends");
    world
}

/// When and to which nodes this happened, in order.
fn happened(world: &World<Puppet>, is_it: fn(&What<Puppet>) -> bool) -> Vec<(Time, NodeId)> {
    let records = world.trace().records.into_iter().filter(|record| is_it(&record.what));
    records.map(|record| (record.at, record.node)).collect()
}

#[test]
fn a_fault_can_be_aimed_at_the_leader_of_the_highest_term_until_its_end() {
    let world = aimed(vec![(2 * MILLIS, Fault::Crash(A)), (5 * MILLIS, Fault::Recover(A))]);
    assert_eq!(happened(&world, |what| *what == What::Aim), [(MILLIS, C)]);
    let crashes = happened(&world, |what| matches!(what, What::Crash { .. }));
    assert_eq!(crashes, [(3 * MILLIS, C)]);
    assert_eq!(happened(&world, |what| *what == What::Recover), [(6 * MILLIS, C)]);
    assert!(world.node(A).is_some() && world.node(C).is_some());
    let cut = || (vec![A], vec![B, C]);
    let world = aimed(vec![(0, Fault::Cut(cut().0, cut().1))]);
    let cuts: Vec<_> = world
        .trace()
        .records
        .into_iter()
        .filter_map(|record| match record.what {
            What::Cut { to } => Some((record.node, to)),
            _ => None,
        })
        .collect();
    assert_eq!(cuts, [(C, B), (C, A)], "A and C change places in all of it");
}

#[test]
fn a_clock_that_is_behind_runs_all_the_same() {
    let mut world = calm(1);
    let clock = LocalClock { offset: -1_000 * MILLIS as i64, drift_ppm: 0, uncertainty: 0 };
    world.fault_at(0, Fault::Clock(A, clock));
    for at in [0, 300] {
        world.request_at(at * MILLIS, A, vec![Do::ReadClock]);
    }
    world.run().expect("ends");
    let behind: Vec<_> = told(&world, A)
        .into_iter()
        .map(|(at, told)| match told {
            Told::Clock(reading) => (EPOCH + at - reading.latest) / MILLIS,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(behind, [1_000, 1_000]);
}

#[test]
fn a_crash_of_the_script_and_one_that_is_armed_do_not_swallow_each_other() {
    let crashes = [(EventId::Request(0), 1)].into();
    let mut world = calm(1).with_script(Script { crashes, ..Script::default() });
    world.fault_at(0, Fault::CrashTearing(A, 0));
    world.request_at(MILLIS, A, vec![Do::Say(1), Do::Say(2)]);
    world.run().expect("ends");
    assert_eq!(said(&world, A), [1]);
    let torn = [(EventId::Request(0), 0)].into();
    let mut world = calm(1).with_script(Script { torn, ..Script::default() });
    world.fault_at(0, Fault::CrashWithin(A, 1));
    world.request_at(MILLIS, A, vec![Do::Say(1)]);
    world.request_at(2 * MILLIS, A, vec![Do::Say(2), Do::Say(3)]);
    world.run().expect("ends");
    assert_eq!(said(&world, A), [1, 2], "nothing to tear at first, so the armed one waits");
}

#[test]
fn what_an_adversary_keeps_or_leaves_as_it_is_is_told_truly() {
    let world = forged(Forging::default(), &[Fault::Betray(A)]);
    let losses = crate::losses(&world);
    assert!(!losses.is_empty() && losses.iter().all(|(_, why)| *why == Loss::Adversary));
    let mut same = calm(2);
    same.forging = Forging { tampering: always(), ..Forging::default() };
    same.mutator = Some((|packet: &Vec<Do>, _: &mut Draws| packet.clone()).into());
    send(&mut same, 0, A, B, 7);
    same.run().expect("ends");
    let forged = same.trace().records.iter().any(|r| matches!(r.what, What::Forge { .. }));
    assert!(!forged, "nothing was changed");
}

#[test]
fn where_nobody_leads_an_aimed_fault_strikes_the_node_it_names() {
    let mut world = calm(3);
    world.fault_at(0, Fault::AtLeader(B, vec![(0, Fault::Crash(B))]));
    world.run().expect("ends");
    assert!(world.node(B).is_none() && world.node(A).is_some() && world.node(C).is_some());
}

#[test]
fn a_bare_majority_is_left_of_those_that_are_up_and_the_rest_never_comes_back() {
    let mut world = calm(5);
    let order = [4, 0, 3, 1, 2].map(NodeId).to_vec();
    world.fault_at(0, Fault::Crash(NodeId(0)));
    world.fault_at(MILLIS, Fault::LeaveMajority(order));
    for node in world.nodes() {
        world.fault_at(2 * MILLIS, Fault::Recover(node));
    }
    world.run().expect("ends");
    let up: Vec<u32> = world.nodes().filter(|&n| world.node(n).is_some()).map(|n| n.0).collect();
    assert_eq!(up, [1, 3, 4]);
}

#[test]
fn in_a_synchronous_run_no_packet_is_late_whatever_holds_it_up() {
    let bad = Network {
        spikes: always(),
        reordering: always(),
        late_duplication: always(),
        stale_duplication: always(),
        duplication: always(),
        ..Network::reliable()
    };
    let run = |synchrony| {
        let mut world = World::new(5, Puppet::troupe(3)).with_network(bad);
        world.synchrony = synchrony;
        world.fault_at(0, Fault::Slow(B, 70 * MILLIS));
        crate::traffic(&mut world, 100);
        world.run().expect("ends");
        delays(&world)
    };
    let longest = |delays: std::collections::BTreeMap<_, Time>| delays.into_values().max();
    let bound = 50 * MILLIS;
    assert!(longest(run(Synchrony::Asynchronous)) > Some(SECONDS));
    assert_eq!(longest(run(Synchrony::Synchronous { bound })), Some(bound));
}

#[test]
fn in_a_partially_synchronous_run_packets_are_late_only_until_the_stabilisation_time() {
    let bad = Network { spikes: always(), ..Network::reliable() };
    let mut world = World::new(5, Puppet::troupe(3)).with_network(bad);
    let (bound, stable_from) = (30 * MILLIS, 60 * MILLIS);
    world.synchrony = Synchrony::PartiallySynchronous { bound, stable_from };
    crate::traffic(&mut world, 100);
    world.run().expect("ends");
    let (mut late, mut capped) = (0, [false; 2]);
    for record in &world.trace().records {
        if let What::Receive { id, .. } = record.what {
            // The ordinal-th packet of a link is sent in the ordinal-th millisecond, from 0.
            let sent = (id.ordinal - 1) * MILLIS;
            let (first, last) = (sent + MILLIS, sent.max(stable_from) + bound);
            assert!((first..=last).contains(&record.at), "{id} sent {sent} at {}", record.at);
            late += u32::from(record.at > sent + bound);
            capped[usize::from(sent > stable_from)] |= record.at == last;
        }
    }
    assert!(late > 50, "before that they may be late, and are: {late}");
    assert_eq!(capped, [true; 2], "but not for ever, before as after");
}
