//! A menu of faults: what a seeded run does to nodes and links.

use crate::{calm, send};
use distsys::layer::{MILLIS, Time};
use distsys::model::{Links, Nodes};
use distsys::sim::{Fault, FaultMenu, Partitions, Script};
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
        let menu = menu(true);
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
        assert_eq!(all(|fault| matches!(fault, Fault::Crash(_) | Fault::CrashWithin(..))), 8);
        assert!(all(|fault| matches!(fault, Fault::Crash(_))) >= 4);
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
