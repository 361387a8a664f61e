//! What can be inferred, and what cannot.

use crate::{at_once, in_turn};
use distsys::txn::{Ambiguous, Level, STEPS, Store, Verdict, check};

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

#[test]
fn hard_histories_of_registers_end_with_the_budget() {
    let mut texts = Vec::new();
    for i in 0..60 {
        texts.push(format!("w x {}, w y {}", i + 1, i + 1));
        texts.push(format!("r x {}, w z{i} 1", i + 1));
    }
    let leaked: Vec<&'static str> = texts.into_iter().map(|text| &*text.leak()).collect();
    let transactions = at_once(&leaked);
    let verdict = check(Store::Registers, Level::Serializable, &transactions, 100).unwrap();
    assert_eq!(verdict, Verdict::NotDecided);
    let verdict = check(Store::Registers, Level::Serializable, &transactions, STEPS).unwrap();
    assert!(matches!(verdict, Verdict::Serializable(order) if order.len() == 120));
}

/// Whichever of two writes is tried first, the other order has its turn.
#[test]
fn both_orders_of_two_writes_are_tried() {
    let transactions = at_once(&[
        "w x 1, w x 2",
        "r x 2",
        "w z 5, r y",
        "r z 4, r x 2",
        "r z 5, r x 2",
        "w z 3, r y, w z 4",
        "w x 6, w x 7, w y 8",
    ]);
    let verdict = check(Store::Registers, Level::Serializable, &transactions, STEPS).unwrap();
    assert!(matches!(verdict, Verdict::Serializable(order) if order.len() == 7));
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
