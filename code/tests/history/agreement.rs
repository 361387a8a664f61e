//! The checker agrees with brute force, in its verdict and in everything that it says about it.

use crate::brute;
use crate::samples::{Bag, Blind, Sample, sample};
use distsys::history::linearizability::{Budget, OperationOf, Point, Rejection, Verdict};
use distsys::history::objects::*;
use distsys::history::{Sequential, linearizable};
use std::collections::BTreeSet;
use tests::golden;

/// How many histories of each object.
fn samples() -> u64 {
    match std::env::var_os("DISTSYS_THOROUGH") {
        Some(_) => 1_000_000,
        None => SOME,
    }
}

/// How many if nobody wants to wait.
const SOME: u64 = 10_000;

/// How the verdicts came out.
#[derive(Debug, Default)]
struct Tally {
    linearizable: u64,
    not_linearizable: u64,
    /// Rejections that list states.
    with_states: u64,
    /// Rejections that list none.
    without_states: u64,
}

fn agrees<S: Sample>(name: &str, object: &S) {
    let mut tally = Tally::default();
    for seed in 0..samples() {
        let operations = sample::<S>(seed, 7);
        let expected = brute::is_linearizable(object, &operations);
        match linearizable(object, &operations, Budget::default()) {
            Verdict::Linearizable(order) => {
                assert!(expected, "seed {seed}: brute force finds no order of {operations:#?}");
                tally.linearizable += 1;
                explains(object, &operations, &order, u64::MAX, seed);
            }
            Verdict::NotLinearizable(rejection) => {
                assert!(!expected, "seed {seed}: brute force finds an order of {operations:#?}");
                tally.not_linearizable += 1;
                match rejection.states.len() {
                    0 => tally.without_states += 1,
                    _ => tally.with_states += 1,
                }
                holds(object, &operations, &rejection, seed);
            }
            Verdict::NotDecided(why) => panic!("seed {seed}: {why:?} for {operations:#?}"),
        }
    }
    let Tally { linearizable, not_linearizable, .. } = tally;
    let rare = samples() / 10;
    assert!(linearizable > rare && not_linearizable > rare, "{tally:?}");
    println!("{name}: {tally:?}");
    if samples() == SOME {
        let line = format!(
            "{name:34} {SOME} histories: {linearizable} linearizable, {not_linearizable} not\n"
        );
        golden::check(
            &format!("agreement-{}.txt", name.replace(", ", "-").replace(' ', "-")),
            &line,
        );
    }
}

/// The order is a witness of what happened before that position: each operation takes effect between its call and its
/// return, all that returned are there, and the results are right.
fn explains<S: Sequential>(
    object: &S,
    operations: &[OperationOf<S>],
    order: &[Point],
    until: u64,
    seed: u64,
) {
    let case = || format!("seed {seed}: {order:?} of {operations:#?}");
    let mut wholes = brute::starts(object, operations);
    let mut before = 0;
    for point in order {
        let operation = &operations[point.operation];
        assert!(before <= point.before && point.before <= until, "{}", case());
        before = point.before;
        assert!(operation.invoked.position < point.before, "too early in {}", case());
        let returned = operation.returned.filter(|_| operation.result.is_some());
        assert!(returned.is_none_or(|at| point.before <= at.position), "too late in {}", case());
        wholes = wholes.iter().flat_map(|whole| brute::steps(object, whole, operation)).collect();
    }
    assert!(!wholes.is_empty(), "the results do not fit {}", case());
    let mut named: Vec<usize> = order.iter().map(|point| point.operation).collect();
    named.sort_unstable();
    assert!(named.windows(2).all(|pair| pair[0] != pair[1]), "one is there twice in {}", case());
    for (index, operation) in operations.iter().enumerate() {
        let returned = operation.returned.filter(|_| operation.result.is_some());
        let must = returned.is_some_and(|at| at.position < until);
        assert!(!must || named.binary_search(&index).is_ok(), "{index} is missing in {}", case());
    }
}

/// How many states a rejection lists.
const MOST_LISTED: usize = 16;

/// What the rejection says is so.
fn holds<S: Sequential>(
    object: &S,
    operations: &[OperationOf<S>],
    rejection: &Rejection<S::Key, S::State>,
    seed: u64,
) {
    let case = || format!("seed {seed}: {rejection:?} of {operations:#?}");
    let part: Vec<OperationOf<S>> = operations
        .iter()
        .filter(|operation| object.key(&operation.call) == rejection.key)
        .cloned()
        .collect();
    let misfit = &operations[rejection.operation];
    let returned = misfit.returned.unwrap().position;
    assert!(rejection.longest, "{}", case());
    assert!(!brute::is_linearizable(object, &brute::until(&part, returned)), "{}", case());
    assert!(brute::is_linearizable(object, &brute::until(&part, returned - 1)), "{}", case());
    for state in &rejection.states {
        let next = object.apply(state, &misfit.call, misfit.result.as_ref()).into_iter().next();
        assert!(next.is_none(), "it can be placed in {}", case());
    }
    let mut prefix = brute::until(operations, returned - 1);
    for operation in &mut prefix {
        if object.key(&operation.call) != rejection.key {
            operation.result = None;
        }
    }
    explains(object, &prefix, &rejection.order, returned, seed);
    let others = brute::until(&part, returned - 1);
    let others =
        others.into_iter().filter(|operation| operation.op != misfit.op).collect::<Vec<_>>();
    let states = brute::ends(object, brute::starts(object, &part), &others);
    let listed: BTreeSet<String> =
        rejection.states.iter().map(|state| format!("{state:?}")).collect();
    let complete = listed.is_empty() || listed.len() == MOST_LISTED || listed == states;
    assert!(complete && listed.is_subset(&states), "can be in {states:?} in {}", case());
}

#[test]
fn brute_force_agrees_about_registers() {
    agrees("register", &Register::holding(0));
}

#[test]
fn brute_force_agrees_about_registers_whose_first_value_is_unknown() {
    agrees("register, first value unknown", &Register::holding_one_of(vec![0, 2]));
}

#[test]
fn brute_force_agrees_about_registers_with_compare_and_swap() {
    agrees("register with compare-and-swap", &CasRegister::holding(0));
}

#[test]
fn brute_force_agrees_about_values_that_only_an_exact_comparison_tells_apart() {
    agrees("values with one hash", &CasRegister::holding(Blind::from(0)));
}

#[test]
fn brute_force_agrees_about_maps() {
    agrees("map with append", &Map::<u8, String>::default());
}

#[test]
fn brute_force_agrees_about_queues() {
    agrees("queue", &Queue::<u8>::default());
}

#[test]
fn brute_force_agrees_about_counters() {
    agrees("counter", &Counter);
}

#[test]
fn brute_force_agrees_about_an_object_that_is_free_to_choose() {
    agrees("bag", &Bag);
}
