//! What can be inferred, and what cannot.

use crate::{at_once, in_turn};
use distsys::history::linearizability::Lack;
use distsys::txn::{
    Ambiguous, Anomaly, Clash, Level, STEPS, Store, Transaction, Verdict, check, explain, involved,
};

#[test]
fn two_writes_of_one_value_are_refused() {
    let transactions = at_once(&["w x 1", "w y 1", "w x 1"]);
    let error = check(Store::Lists, Level::Serializable, &transactions, STEPS).unwrap_err();
    assert_eq!(error, Ambiguous { key: "x".to_string(), value: 1, writers: [0, 2] });
    let transactions = at_once(&["w x 1, w x 1"]);
    let error = check(Store::Registers, Level::Serializable, &transactions, STEPS).unwrap_err();
    assert_eq!(error.writers, [0, 0]);
}

#[test]
fn what_is_open_counts_if_somebody_saw_it() {
    for (texts, order) in [
        (&["open: w x 1", "r x"][..], vec![1]),
        (&["open: w x 1", "r x 1"], vec![0, 1]),
        (&["failed: w x 1", "r x"], vec![1]),
    ] {
        for store in [Store::Lists, Store::Registers] {
            let verdict = check(store, Level::StrictSerializable, &in_turn(texts), STEPS).unwrap();
            assert_eq!(verdict, Verdict::Serializable(order.clone()), "{texts:?}");
        }
    }
}

/// Pairs of a read and the write that it saw, with more writes to the same key: the reads come first
/// in the file, so that its order will not do.
fn reads_before_writes(number: u32) -> Vec<Transaction<String, u32>> {
    let mut texts = Vec::new();
    for i in 1..=number {
        texts.push(format!("r x {i}, w z{i} 1"));
        texts.push(format!("w x {i}, w y {i}"));
    }
    all_at_once(texts)
}

fn all_at_once(texts: Vec<String>) -> Vec<Transaction<String, u32>> {
    let leaked: Vec<&'static str> = texts.into_iter().map(|text| &*text.leak()).collect();
    at_once(&leaked)
}

#[test]
fn hard_histories_of_registers_end_with_the_budget() {
    let transactions = reads_before_writes(60);
    let verdict = check(Store::Registers, Level::Serializable, &transactions, 100).unwrap();
    assert_eq!(verdict, Verdict::NotDecided(Lack::Steps));
    let verdict = check(Store::Registers, Level::Serializable, &transactions, STEPS).unwrap();
    assert!(matches!(verdict, Verdict::Serializable(order) if order.len() == 120));
}

/// That every pair of many writes could be in either order does no harm where the order of the file,
/// or one near it, will do.
#[test]
fn many_writes_in_unknown_order_are_no_trouble() {
    let in_file: Vec<String> =
        (1..=400).flat_map(|i| [format!("w x {i}"), format!("r x {i}")]).collect();
    for transactions in [all_at_once(in_file), reads_before_writes(400)] {
        let verdict = check(Store::Registers, Level::Serializable, &transactions, STEPS).unwrap();
        assert!(matches!(verdict, Verdict::Serializable(order) if order.len() == 800));
    }
}

/// Memory is another limit than steps.
#[test]
fn too_many_edges_or_transactions_are_not_decided() {
    // As many reads of nothing as writes, each of which overwrote them all.
    let all = 2_100;
    let writes = (0..all).map(|i| format!("w x {i}"));
    let edges = all_at_once(writes.chain((0..all).map(|_| "r x".to_string())).collect());
    // Each read comes before its write in the file.
    let pairs = (0..33_000).flat_map(|i| [format!("r x{i} 1"), format!("w x{i} 1")]);
    let long = all_at_once(pairs.collect());
    for (store, transactions) in
        [(Store::Lists, &edges), (Store::Registers, &edges), (Store::Registers, &long)]
    {
        let verdict = check(store, Level::Serializable, transactions, STEPS).unwrap();
        assert_eq!(verdict, Verdict::NotDecided(Lack::Bytes));
        let said = explain(store, "serializable", &verdict, |index| index.to_string());
        assert!(!said.contains("larger budget"), "{said}");
    }
}

#[test]
fn a_contradiction_names_three_transactions() {
    let transactions = at_once(&["w x 1, w y 1", "w x 2, w y 2", "r x 1, r y 2", "r x 2, r y 1"]);
    let verdict = check(Store::Registers, Level::Serializable, &transactions, STEPS).unwrap();
    let Verdict::NotSerializable(anomaly) = verdict else { panic!("{verdict:?}") };
    let Anomaly::NoOrder { tried: 1, clash } = &anomaly else { panic!("{anomaly:?}") };
    // The third read 1 from x and 2 from y: so the second comes before the first, and then 2 was gone.
    assert_eq!(*clash, Clash { key: "y".to_string(), writer: 1, reader: 2, other: 0 });
    assert_eq!(involved(&anomaly), [0, 1, 2]);
}

/// Whichever of two writes is tried first, the other order has its turn, and nothing of the first is
/// left: wherever the transactions stand in the file.
#[test]
fn both_orders_of_two_writes_are_tried() {
    let mut texts = [
        "w x 1, w x 2",
        "r x 2",
        "w z 5, r y",
        "r z 4, r x 2",
        "r z 5, r x 2",
        "w z 3, r y, w z 4",
        "w x 6, w x 7, w y 8",
    ];
    every_order(&mut texts, 0, &mut |texts| {
        let transactions = at_once(texts);
        let verdict = check(Store::Registers, Level::Serializable, &transactions, STEPS).unwrap();
        assert!(
            matches!(&verdict, Verdict::Serializable(order) if order.len() == 7),
            "{texts:?}: {verdict:?}"
        );
    });
}

/// Calls `then` with every order of what comes from `from` on.
fn every_order<T>(all: &mut [T], from: usize, then: &mut dyn FnMut(&[T])) {
    if from == all.len() {
        return then(all);
    }
    for next in from..all.len() {
        all.swap(from, next);
        every_order(all, from + 1, then);
        all.swap(from, next);
    }
}

/// Long histories, the kind that a test of a real database gives.
#[test]
fn thousands_of_transactions_are_no_trouble() {
    let mut lists: Vec<Vec<u32>> = vec![Vec::new(); 20];
    let mut transactions = Vec::new();
    for i in 0..5_000_u32 {
        let (key, other) = (i as usize * 7 % 20, i as usize * 3 % 20);
        // Lists that go on for ever would make the test long, not the check hard.
        let key_name = format!("{key}-{}", lists[key].len() / 50);
        let start = lists[key].len() / 50 * 50;
        let content: String = lists[key][start..].iter().map(|value| format!(" {value}")).collect();
        let mut text = format!("r {key_name}{content}, w {key_name} {i}");
        if key != other {
            text += &format!(", r {other}-{} ", lists[other].len() / 50);
            let start = lists[other].len() / 50 * 50;
            text += &lists[other][start..].iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
        }
        lists[key].push(i);
        transactions.push(text.trim_end().to_string());
    }
    let leaked: Vec<&'static str> = transactions.into_iter().map(|text| &*text.leak()).collect();
    for history in [at_once(&leaked), in_turn(&leaked)] {
        let verdict = check(Store::Lists, Level::StrictSerializable, &history, STEPS).unwrap();
        assert!(matches!(verdict, Verdict::Serializable(order) if order.len() == 5_000));
    }
}
