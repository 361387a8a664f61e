//! Marks: each situation is counted where it comes about, and nowhere else.

use crate::{calm, packet, send};
use distsys::layer::{MILLIS, SECONDS, Time};
use distsys::node::NodeId;
use distsys::node::names::{A, B, C};
use distsys::sim::marks::{self, Marks, SITUATIONS, marks};
use distsys::sim::{EventId, Fate, Fault, FaultMenu, Forgery, World};
use tests::toys::puppet::{Do, Puppet};

/// The marks of a run of three puppets that this prepares; what is sent is under way for 10 ms.
fn seen(prepare: impl Fn(&mut World<Puppet>)) -> Marks {
    let mut world = calm(3);
    prepare(&mut world);
    world.run().expect("ends");
    marks(&world.trace())
}

/// The first packet from A to B arrives after so many milliseconds.
fn fate(world: &mut World<Puppet>, after: &[Time]) {
    let delays = after.iter().map(|ms| ms * MILLIS).collect();
    world.script.fates.insert(packet(A, B, 1), Fate::After(delays));
}

/// These marks, and no others, are seen in such a run.
fn check(prepare: fn(&mut World<Puppet>), expected: &[(&'static str, u64)]) {
    assert_eq!(seen(prepare), expected.iter().copied().collect::<Marks>());
}

/// Faults, each after so many milliseconds.
fn faults(world: &mut World<Puppet>, faults: &[(Time, Fault)]) {
    for (at, fault) in faults {
        world.fault_at(at * MILLIS, fault.clone());
    }
}

fn cut(from: &[NodeId], to: &[NodeId]) -> Fault {
    Fault::Cut(from.to_vec(), to.to_vec())
}

fn heal(from: &[NodeId], to: &[NodeId]) -> Fault {
    Fault::Heal(from.to_vec(), to.to_vec())
}

/// A event that stores, delivers and sends, in which A crashes after so many effects.
fn crash_in_event(world: &mut World<Puppet>, effects: u32) {
    world.fault_at(0, Fault::CrashWithin(A, effects));
    let acts = vec![Do::Store(1), Do::Send(B, vec![]), Do::Say(2), Do::Store(3), Do::Store(4)];
    world.request_at(MILLIS, A, acts);
}

#[test]
fn nothing_is_seen_in_a_run_without_faults() {
    assert_eq!(seen(|world| crate::traffic(world, 50)), Marks::new());
}

#[test]
fn lost_packets_are_counted() {
    use marks::*;
    check(
        |world| {
            world.script.fates.insert(packet(A, B, 1), Fate::Lost);
            send(world, 0, A, B, 1);
        },
        &[(LOST, 1)],
    );
}

#[test]
fn duplicates_are_counted_by_when_they_come() {
    use marks::*;
    check(
        |world| {
            fate(world, &[10, 11]);
            send(world, 0, A, B, 1);
        },
        &[(DUPLICATE, 1), (DUPLICATE_AFTER_DELIVERY, 1)],
    );
    assert_eq!(
        seen(|world| {
            fate(world, &[10, 11]);
            world.request(A, vec![Do::Send(B, vec![Do::Note(1)])]);
        }),
        [(DUPLICATE, 1)].into(),
        "nothing was delivered"
    );
    check(
        |world| {
            fate(world, &[10, 21]);
            send(world, 0, A, B, 1);
            send(world, 10 * MILLIS, A, B, 2);
        },
        &[(DUPLICATE, 1), (DUPLICATE_AFTER_DELIVERY, 1), (LATE_DUPLICATE, 1)],
    );
    check(
        |world| {
            fate(world, &[10, 1_011]);
            send(world, 0, A, B, 1);
        },
        &[(DUPLICATE, 1), (DUPLICATE_AFTER_DELIVERY, 1), (STALE_DUPLICATE, 1)],
    );
}

#[test]
fn late_and_forged_packets_are_counted() {
    use marks::*;
    check(
        |world| {
            fate(world, &[30]);
            send(world, 0, A, B, 1);
            send(world, 0, A, B, 2);
        },
        &[(OVERTAKEN, 1)],
    );
    let held_up = |after| {
        let seen = seen(|world| {
            fate(world, &[after]);
            (0..3).for_each(|i| send(world, 0, A, C, i));
            send(world, 0, A, B, 1);
        });
        seen == [(HELD_UP, 1)].into()
    };
    assert!(held_up(101) && !held_up(100));
    check(
        |world| {
            let forgery = Forgery { tampered: Some(1), sender: Some(C) };
            world.mutator = Some(crate::adversity::tamper.into());
            world.script.forged.insert(packet(A, B, 1), forgery);
            send(world, 0, A, B, 1);
        },
        &[(SPOOFED, 1), (TAMPERED, 1)],
    );
}

#[test]
fn what_happens_to_links_is_counted() {
    use marks::*;
    let check = |plan: &[(Time, Fault)], expected: &[(&'static str, u64)]| {
        let seen = seen(|world| {
            faults(world, plan);
            send(world, 2 * MILLIS, A, B, 1);
        });
        assert_eq!(seen, expected.iter().copied().collect::<Marks>(), "{plan:?}");
    };
    check(&[(0, cut(&[A], &[B]))], &[(CUT, 1), (ONE_WAY, 1)]);
    check(&[(3, cut(&[A], &[B]))], &[(ONE_WAY, 1)]);
    check(&[(0, cut(&[A], &[B])), (0, cut(&[B], &[A]))], &[(BOTH_WAYS, 1), (CUT, 1)]);
    check(&[(0, cut(&[C], &[A, B]))], &[(ONE_WAY, 2), (UNHEARD, 1)]);
    check(&[(0, cut(&[A, B], &[C]))], &[(DEAF, 1), (ONE_WAY, 2)]);
    let twice = [(0, cut(&[B], &[A])), (1, heal(&[B], &[A])), (2, cut(&[B], &[A]))];
    check(&twice, &[(ONE_WAY, 2)]);
    let thrice = [&twice[..], &[(3, heal(&[B], &[A])), (4, cut(&[B], &[A]))]].concat();
    check(&thrice, &[(FLAPPING, 1), (ONE_WAY, 3)]);
}

#[test]
fn crashes_are_counted_by_what_they_leave_undone() {
    use marks::*;
    check(|world| faults(world, &[(1, Fault::Crash(A)), (1, Fault::Crash(A))]), &[(CRASH, 1)]);
    check(
        |w| faults(w, &[(1, Fault::Crash(A)), (2, Fault::Recover(A))]),
        &[(CRASH, 1), (RECOVERY, 1)],
    );
    check(|world| crash_in_event(world, 0), &[(CRASH_WITHIN, 1), (STORE_LOST, 1)]);
    check(|world| crash_in_event(world, 1), &[(CRASH_WITHIN, 1), (STORED_NOT_SENT, 1)]);
    check(|world| crash_in_event(world, 2), &[(CRASH_WITHIN, 1), (LAST_WORDS, 1)]);
    check(
        |world| {
            world.fault_at(0, Fault::CrashWithin(A, 1));
            world.request_at(MILLIS, A, vec![Do::Say(1), Do::Store(2)]);
        },
        &[(CRASH_WITHIN, 1), (DELIVERED_NOT_STORED, 1), (STORE_LOST, 1)],
    );
    check(
        |world| {
            world.fault_at(0, Fault::CrashTearing(A, 0));
            let acts = vec![Do::Store(1), Do::Store(2), Do::Send(B, vec![])];
            world.request_at(MILLIS, A, acts);
        },
        &[(CRASH_WITHIN, 1), (TORN_WRITE, 1)],
    );
    check(
        |world| {
            world.script.crashes.insert(EventId::Fault(1), 0);
            faults(world, &[(1, Fault::Crash(A)), (2, Fault::Recover(A))]);
        },
        &[(CRASH, 1), (CRASH_IN_RECOVERY, 1), (CRASH_WITHIN, 1), (RECOVERY, 1)],
    );
}

#[test]
fn what_a_crash_leaves_undone_need_not_be_what_would_have_come_next() {
    use marks::*;
    let set = || Do::Set("bell", 1, 2);
    let undone = |acts: Vec<Do>| {
        seen(|world| {
            world.fault_at(0, Fault::CrashWithin(A, 1));
            world.request_at(MILLIS, A, acts.clone());
        })
    };
    let told = undone(vec![Do::Store(1), set(), Do::Send(B, vec![])]);
    assert_eq!(told, [(CRASH_WITHIN, 1), (STORED_NOT_SENT, 1)].into());
    let stored = undone(vec![Do::Say(1), set(), Do::Store(1)]);
    let lost = [(CRASH_WITHIN, 1), (DELIVERED_NOT_STORED, 1), (STORE_LOST, 1)];
    assert_eq!(stored, lost.into());
}

#[test]
fn packets_that_outlive_a_node_are_counted() {
    use marks::*;
    check(
        |world| {
            send(world, 0, A, B, 1);
            faults(world, &[(1, Fault::Crash(B)), (2, Fault::Recover(B))]);
        },
        &[(CRASH, 1), (FORMER_LIFE, 1), (RECOVERY, 1)],
    );
    check(
        |world| {
            send(world, 0, A, B, 1);
            faults(world, &[(1, Fault::Crash(B))]);
        },
        &[(CRASH, 1), (LOST_AT_DEAD, 1)],
    );
}

#[test]
fn pauses_slowness_clocks_and_traitors_are_counted() {
    use marks::*;
    check(
        |world| {
            send(world, 2 * MILLIS, A, B, 1);
            faults(world, &[(1, Fault::Pause(A)), (3, Fault::Resume(A))]);
        },
        &[(PAUSE, 1), (ZOMBIE, 1)],
    );
    check(
        |world| {
            // C sends as A goes on, but did not pause; A sends later.
            faults(world, &[(1, Fault::Pause(A)), (3, Fault::Resume(A))]);
            send(world, 3 * MILLIS, C, B, 1);
            send(world, 4 * MILLIS, A, B, 1);
        },
        &[(PAUSE, 1)],
    );
    check(|w| faults(w, &[(1, Fault::Slow(A, 5)), (2, Fault::Slow(A, 0))]), &[(SLOW, 1)]);
    check(
        |world| faults(world, &[(0, Fault::Clock(A, Default::default())), (1, Fault::Step(A, 5))]),
        &[(CLOCK, 1), (CLOCK_STEP, 1)],
    );
    check(
        |world| {
            faults(world, &[(0, Fault::Betray(A))]);
            world.script.fates.insert(packet(A, B, 1), Fate::After(vec![1]));
            send(world, MILLIS, A, B, 1);
        },
        &[(TRAITOR, 1)],
    );
}

#[test]
fn what_happens_to_leaders_is_counted() {
    use marks::*;
    let lead = |world: &mut World<Puppet>, at: Time, node, term| {
        world.request_at(at * MILLIS, node, vec![Do::Lead(term)]);
    };
    let two = seen(|world| {
        lead(world, 1, A, Some(1));
        lead(world, 2, B, Some(2));
        lead(world, 3, B, None);
        lead(world, 4, B, Some(3));
    });
    assert_eq!(two, [(TWO_LEADERS, 2)].into());
    let struck = seen(|world| {
        lead(world, 1, B, Some(1));
        faults(world, &[(2, Fault::AtLeader(A, vec![(0, Fault::Crash(A))]))]);
    });
    assert_eq!(struck, [(AIMED, 1), (CRASH, 1), (LEADER_CRASHED, 1)].into());
    let stale = |back_in: Option<u64>| {
        seen(|world| {
            lead(world, 1, B, Some(1));
            send(world, 2 * MILLIS, A, B, 1);
            lead(world, 3, B, None);
            lead(world, 4, B, back_in);
        })
    };
    assert_eq!(stale(Some(2)), [(STALE_REPLY, 1)].into());
    assert_eq!(stale(Some(1)), Marks::new(), "the same term is not stale");
    assert_eq!(stale(None), Marks::new(), "it leads no more");
}

#[test]
fn a_menu_of_everything_brings_about_every_situation() {
    let mut all = Marks::new();
    for seed in 0..60 {
        for (mark, times) in marks(&everything(seed).trace()) {
            *all.entry(mark).or_default() += times;
        }
    }
    let missing: Vec<_> = SITUATIONS.iter().filter(|(name, _)| !all.contains_key(name)).collect();
    assert!(missing.is_empty(), "never seen: {missing:?}");
}

/// A busy run under a menu with something for every knob.
pub(crate) fn everything(seed: u64) -> World<Puppet> {
    let menu = FaultMenu { until: 2 * SECONDS, swarm: false, ..crate::menu_text::everything() };
    let mut world = World::new(seed, Puppet::troupe(3)).with_menu(&menu);
    world.mutator = Some(crate::adversity::tamper.into());
    for (at, fault) in menu.plan(seed, 3) {
        world.fault_at(at, fault);
    }
    for i in 0..200_u32 {
        let (node, at) = (NodeId(i % 3), Time::from(i) * 10 * MILLIS);
        let reply = vec![Do::Say(i), Do::Store(i), Do::Send(node, vec![Do::Note(i)])];
        let lead = Do::Lead((i / 3 % 4 < 2).then_some(u64::from(i / 12)));
        let acts = vec![lead, Do::Store(i), Do::Store(i), Do::Send(NodeId((i + 1) % 3), reply)];
        world.request_at(at, node, acts);
    }
    world.run().expect("ends");
    world
}
