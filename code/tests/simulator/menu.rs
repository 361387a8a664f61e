//! A menu of faults: what a seeded run does to nodes and links.

use crate::{calm, send};
use distsys::layer::{MILLIS, Time};
use distsys::model::{Links, Nodes, Timing};
use distsys::sim::{Clocks, Fault, FaultMenu, Partitions, Script, Synchrony};
use tests::toys::puppet::{Do, said};

fn menu(recovery: bool) -> FaultMenu {
    FaultMenu {
        partitions: Partitions::symmetric(4),
        crashes: 4,
        recovery,
        pauses: 4,
        ..FaultMenu::default()
    }
}

fn sorted(mut plan: Vec<(Time, Fault)>) -> Vec<(Time, Fault)> {
    plan.sort_by_key(|(at, _)| *at);
    plan
}

#[test]
fn a_plan_is_a_function_of_menu_and_seed() {
    for seed in 0..100 {
        assert_eq!(menu(true).plan(seed, 3), menu(true).plan(seed, 3));
        assert_ne!(menu(true).plan(seed, 3), menu(true).plan(seed + 1, 3));
    }
}

#[test]
fn one_more_fault_of_one_kind_shifts_none_of_the_others() {
    let more = FaultMenu { partitions: Partitions::symmetric(5), ..menu(true) };
    for seed in 0..100 {
        let (few, many) = (menu(true).plan(seed, 3), more.plan(seed, 3));
        assert!(few.iter().all(|fault| many.contains(fault)), "seed {seed}");
    }
}

#[test]
fn everything_that_it_breaks_is_whole_again_in_time() {
    for seed in 0..300 {
        let flapping = Partitions { flapping: 2, cannot_send: 1, ..Partitions::symmetric(2) };
        let menu = FaultMenu { partitions: flapping, torn_writes: 3, slow_nodes: 2, ..menu(true) };
        let mut world = calm(3);
        for (at, fault) in sorted(menu.plan(seed, 3)) {
            assert!(at <= menu.until, "seed {seed}: {fault:?} comes at {at}, after {}", menu.until);
            world.fault_at(at, fault);
        }
        // Something to do for every node at all times, so that crashes within an event happen.
        for step in 0..100 {
            for node in world.nodes() {
                world.request_at(step * 10 * MILLIS, node, vec![Do::Store(0), Do::Store(1)]);
            }
        }
        world.run().expect("ends");
        let after = menu.until + MILLIS;
        let links: Vec<_> =
            world.nodes().flat_map(|a| world.nodes().map(move |b| (a, b))).collect();
        for (number, (from, to)) in (0..).zip(links) {
            send(&mut world, after, from, to, number);
        }
        world.run().expect("ends");
        let heard: usize = world.nodes().map(|node| said(&world, node).len()).sum();
        assert_eq!(heard, 9, "seed {seed}: not every link and node works again");
    }
}

#[test]
fn without_recovery_a_crashed_node_stays_down() {
    for seed in 0..100 {
        let plan = menu(false).plan(seed, 3);
        assert!(!plan.iter().any(|(_, fault)| matches!(fault, Fault::Recover(_))));
        let all = |is_it: fn(&Fault) -> bool| plan.iter().filter(|(_, fault)| is_it(fault)).count();
        // A crash within an event is followed by one between events, in case that no event came.
        // Of three nodes one may go, however many crashes are asked for.
        assert_eq!(all(|fault| matches!(fault, Fault::Crash(_) | Fault::CrashWithin(..))), 2);
        assert!(all(|fault| matches!(fault, Fault::Crash(_))) >= 1);
    }
}

#[test]
fn every_kind_of_fault_comes_up_on_every_node() {
    let mut seen = std::collections::BTreeSet::new();
    for (_, fault) in (0..100).flat_map(|seed| menu(true).plan(seed, 3)) {
        let kind = format!("{fault:?}").split('(').next().unwrap_or_default().to_string();
        seen.extend(fault.nodes().into_iter().map(|node| (kind.clone(), node)));
    }
    assert_eq!(seen.len(), 7 * 3, "{seen:?}");
}

#[test]
fn the_model_of_a_plan_is_what_it_does() {
    let model = |menu: FaultMenu| {
        let script = Script { faults: Some(menu.plan(1, 3)), ..Script::default() };
        let model = script.model();
        (model.links, model.nodes)
    };
    assert_eq!(model(FaultMenu::default()), (Links::Reliable, Nodes::CrashStop));
    assert_eq!(model(menu(true)), (Links::FairLoss, Nodes::CrashRecovery));
    assert_eq!(
        model(menu(false)),
        (Links::FairLoss, Nodes::CrashStop),
        "a partition loses packets"
    );
    let crashes = FaultMenu { partitions: Partitions::symmetric(0), ..menu(true) };
    assert_eq!(model(crashes), (Links::Reliable, Nodes::CrashRecovery));
}

/// The links that are cut by a spell of this kind, in order, with the times.
fn cuts(partitions: Partitions) -> Vec<Vec<(Time, Fault)>> {
    let menu = FaultMenu { partitions, ..FaultMenu::default() };
    (0..100).map(|seed| sorted(menu.plan(seed, 4))).collect()
}

#[test]
fn each_kind_of_partition_cuts_what_its_name_says() {
    let none = Partitions::default();
    for plan in cuts(Partitions { one_way: 1, ..none }) {
        let [(_, Fault::Cut(from, to)), (_, Fault::Heal(..))] = &plan[..] else {
            panic!("{plan:?}")
        };
        assert_eq!(from.len() + to.len(), 4, "everybody is on one of two sides");
    }
    for plan in cuts(Partitions { symmetric: 1, ..none }) {
        let [(_, Fault::Cut(a, b)), (_, Fault::Cut(c, d)), _, _] = &plan[..] else {
            panic!("{plan:?}")
        };
        assert_eq!((a, b), (d, c));
        assert!(!a.is_empty() && !b.is_empty());
    }
    for plan in cuts(Partitions { cannot_send: 1, ..none }) {
        assert!(matches!(&plan[0].1, Fault::Cut(from, to) if from.len() == 1 && to.len() == 3));
    }
    for plan in cuts(Partitions { cannot_receive: 1, ..none }) {
        assert!(matches!(&plan[0].1, Fault::Cut(from, to) if from.len() == 3 && to.len() == 1));
    }
    for plan in cuts(Partitions { flapping: 1, ..none }) {
        let times: std::collections::BTreeSet<Time> = plan.iter().map(|(at, _)| *at).collect();
        assert!((4..=16).contains(&times.len()), "two to eight times: {plan:?}");
        assert!(plan.chunks(2).zip(1..).all(|(pair, turn)| {
            let cut = matches!(pair[0].1, Fault::Cut(..));
            cut == (turn % 2 == 1)
        }));
    }
}

#[test]
fn aimed_faults_are_the_same_faults_at_the_leader() {
    let menu = FaultMenu { partitions: Partitions::symmetric(2), ..menu(true) };
    let aimed = FaultMenu { aimed: distsys::sim::Rate::percent(100), ..menu.clone() };
    for seed in 0..50 {
        let flat = aimed.plan(seed, 5).into_iter().flat_map(|(start, fault)| match fault {
            Fault::AtLeader(_, later) => {
                later.into_iter().map(move |(after, fault)| (start + after, fault))
            }
            other => panic!("{other:?} is not aimed"),
        });
        assert_eq!(flat.collect::<Vec<_>>(), menu.plan(seed, 5));
    }
}

#[test]
fn clocks_are_wrong_within_bounds_and_traitors_are_as_many_as_asked_for() {
    let clocks = Clocks { offset: 10, uncertainty: 20, drift_ppm: 200, steps: 3, step: 7 };
    let menu = FaultMenu { clocks, byzantine: 2, ..FaultMenu::default() };
    let mut offsets = std::collections::BTreeSet::new();
    for seed in 0..200 {
        let plan = menu.plan(seed, 5);
        let traitors = plan.iter().filter(|(at, f)| *at == 0 && matches!(f, Fault::Betray(_)));
        let traitors: std::collections::BTreeSet<_> =
            traitors.flat_map(|(_, f)| f.nodes()).collect();
        assert_eq!(traitors.len(), 2);
        for (at, fault) in plan {
            match fault {
                Fault::Clock(_, clock) => {
                    assert!(at == 0 && clock.drift_ppm.abs() <= 200);
                    offsets.insert(clock.offset);
                }
                Fault::Step(_, ahead) => assert!(ahead.abs() <= 7),
                _ => {}
            }
        }
    }
    assert_eq!(offsets, (-10..=10).collect());
}

#[test]
fn in_a_synchronous_run_nothing_stalls_a_node_for_longer_than_the_bound() {
    let stalls = FaultMenu { pauses: 3, slow_nodes: 3, ..FaultMenu::default() };
    let timing = |menu: &FaultMenu, seed| {
        let subject = distsys::subject::subjects().remove(0);
        let run = distsys::subject::Run::new(&subject, seed).with_faults(menu.clone());
        run.model(3).timing
    };
    let bound = 50 * MILLIS;
    let synchronous = FaultMenu { synchrony: Synchrony::Synchronous { bound }, ..stalls.clone() };
    let stable_from = 100 * MILLIS;
    let synchrony = Synchrony::PartiallySynchronous { bound, stable_from };
    let partially = FaultMenu { synchrony, ..stalls.clone() };
    for seed in 0..50 {
        assert_eq!(timing(&stalls, seed), Timing::Asynchronous);
        assert_eq!(timing(&synchronous, seed), Timing::Synchronous);
        assert_eq!(timing(&partially, seed), Timing::PartiallySynchronous);
        let plan = synchronous.plan(seed, 3);
        for (begin, fault) in &plan {
            if let Fault::Pause(node) = fault {
                let back =
                    plan.iter().filter(|(end, f)| end >= begin && *f == Fault::Resume(*node));
                assert!(back.map(|(end, _)| end - begin).min() <= Some(bound));
            }
        }
    }
    let node = distsys::node::names::A;
    let late = |fault, end| {
        let faults = vec![(0, fault), (51 * MILLIS, end)];
        [faults.clone(), vec![(0, Fault::AtLeader(node, faults))]]
    };
    let subject = distsys::subject::subjects().remove(0);
    let run = distsys::subject::Run::new(&subject, 1).with_faults(synchronous);
    let pause = late(Fault::Pause(node), Fault::Resume(node));
    let slow = late(Fault::Slow(node, bound + 1), Fault::Slow(node, 0));
    for faults in pause.into_iter().chain(slow).chain([vec![(0, Fault::Pause(node))]]) {
        let script = Script { faults: Some(faults.clone()), ..Script::default() };
        let timing = run.clone().with_script(script).model(3).timing;
        assert_eq!(timing, Timing::Asynchronous, "{faults:?} is too much");
    }
}

/// How long each stall of these plans lasts, with when it begins.
fn stalls(menu: &FaultMenu) -> Vec<(Time, Time)> {
    let mut stalls = Vec::new();
    for plan in (0..200).map(|seed| menu.plan(seed, 3)) {
        // A spell is two faults, one after the other.
        for spell in plan.chunks(2) {
            let [(begin, _), (end, Fault::Resume(_) | Fault::Slow(_, 0))] = spell else {
                panic!("{spell:?}")
            };
            stalls.push((*begin, end - begin));
        }
    }
    stalls
}

#[test]
fn in_a_partially_synchronous_run_nodes_stall_at_most_until_a_bound_after_the_stabilisation_time() {
    let (bound, stable_from) = (50 * MILLIS, 400 * MILLIS);
    let synchrony = Synchrony::PartiallySynchronous { bound, stable_from };
    let menu = FaultMenu { synchrony, ..FaultMenu::default() };
    for menu in
        [FaultMenu { pauses: 3, ..menu.clone() }, FaultMenu { slow_nodes: 3, ..menu.clone() }]
    {
        let most = |begin: Time| begin.max(stable_from) + bound - begin;
        let (before, after): (Vec<_>, Vec<_>) =
            stalls(&menu).into_iter().partition(|(begin, _)| *begin < stable_from);
        for stalls in [&before, &after] {
            assert!(stalls.iter().all(|&(begin, lasting)| lasting <= most(begin)));
            assert!(stalls.iter().any(|&(begin, lasting)| lasting == most(begin)));
        }
        assert!(before.iter().any(|&(_, lasting)| lasting > 4 * bound), "that is late");
    }
    let slow = FaultMenu { slow_nodes: 3, ..menu.clone() };
    let lags = (0..200).flat_map(|seed| slow.plan(seed, 3)).filter_map(|(_, fault)| match fault {
        Fault::Slow(_, lag) => Some(lag),
        _ => None,
    });
    assert_eq!(lags.max(), Some(bound), "a node lags by no more at any time");
    let subject = distsys::subject::subjects().remove(0);
    let node = distsys::node::names::A;
    let timing_of = |faults| {
        let script = Script { faults: Some(faults), ..Script::default() };
        let run = distsys::subject::Run::new(&subject, 1).with_faults(menu.clone());
        run.with_script(script).model(3).timing
    };
    let timing = |begin, lasting| {
        timing_of(vec![(begin, Fault::Pause(node)), (begin + lasting, Fault::Resume(node))])
    };
    let lagging = |lag| timing_of(vec![(0, Fault::Slow(node, lag))]);
    assert_eq!(lagging(bound), Timing::PartiallySynchronous);
    assert_eq!(lagging(bound + 1), Timing::Asynchronous);
    for (begin, most) in [(0, 450), (399, 51), (400, 50), (700, 50)] {
        let (begin, most) = (begin * MILLIS, most * MILLIS);
        assert_eq!(timing(begin, most), Timing::PartiallySynchronous);
        assert_eq!(timing(begin, most + 1), Timing::Asynchronous);
    }
}

#[test]
fn a_link_is_arbitrary_if_it_stays_cut_whoever_cut_and_healed_it() {
    use distsys::node::names::{A, B, C};
    let cut = |at, to: &[_]| (at, Fault::Cut(vec![A], to.to_vec()));
    let heal = |at, to: &[_]| (at, Fault::Heal(vec![A], to.to_vec()));
    let links = |faults| Script { faults: Some(faults), ..Script::default() }.model().links;
    assert_eq!(links(vec![cut(0, &[B]), cut(1, &[B]), heal(2, &[B])]), Links::Arbitrary);
    assert_eq!(links(vec![cut(0, &[B, C]), heal(1, &[B]), heal(2, &[C])]), Links::FairLoss);
    assert_eq!(links(vec![heal(0, &[B]), cut(1, &[B])]), Links::Arbitrary);
    let aimed = vec![(3, Fault::AtLeader(A, vec![cut(0, &[B]), heal(9, &[B])]))];
    assert_eq!(links(aimed), Links::FairLoss);
    assert_eq!(links(vec![(3, Fault::AtLeader(A, vec![cut(0, &[B])]))]), Links::Arbitrary);
}
