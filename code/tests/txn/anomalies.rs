//! The anomalies of the literature, each beside a history that looks much like it and is fine.

use crate::{at_once, in_turn, judged};
use distsys::draw::cycle::figure;
use distsys::txn::{Anomaly, Level, STEPS, Store, Verdict, check, steps};
use std::collections::BTreeSet;
use tests::golden;

/// Name, store, and the two histories.
const EXAMPLES: &[(&str, Store, &[&str], &[&str])] = &[
    (
        "dirty write (G0)",
        Store::Lists,
        &["w x 1, w y 1", "w x 2, w y 2", "r x 1 2, r y 2 1"],
        &["w x 1, w y 1", "w x 2, w y 2", "r x 1 2, r y 1 2"],
    ),
    (
        "aborted read (G1a)",
        Store::Registers,
        &["failed: w x 1", "r x 1"],
        &["failed: w x 1", "r x"],
    ),
    (
        "aborted read (G1a)",
        Store::Lists,
        &["failed: w x 1", "w x 2", "r x 1 2"],
        &["open: w x 1", "w x 2", "r x 1 2"],
    ),
    (
        "intermediate read (G1b)",
        Store::Registers,
        &["w x 1, w x 2", "r x 1"],
        &["w x 1, w x 2", "r x 2"],
    ),
    (
        "intermediate read (G1b)",
        Store::Lists,
        &["w x 1, w x 2", "r x 1"],
        &["w x 1, w x 2", "r x 1 2"],
    ),
    (
        "circular information flow (G1c)",
        Store::Registers,
        &["w x 1, r y 2", "w y 2, r x 1"],
        &["w x 1, r y", "w y 2, r x 1"],
    ),
    (
        "circular information flow (G1c)",
        Store::Lists,
        &["w x 1, r y 1", "w y 1, r x 1"],
        &["w x 1, r y", "w y 1, r x 1"],
    ),
    (
        "lost update (G-single)",
        Store::Registers,
        &["r x, w x 1", "r x, w x 2"],
        &["r x, w x 1", "r x 1, w x 2"],
    ),
    (
        "lost update (G-single)",
        Store::Lists,
        &["r x, w x 1", "r x, w x 2", "r x 1 2"],
        &["r x, w x 1", "r x 1, w x 2", "r x 1 2"],
    ),
    // Each overwrote under y, too, what the other had read; but under x both wrote.
    (
        "lost update (G-single)",
        Store::Registers,
        &["r x, r y, w x 1", "r x, r y, w x 2, w y 2"],
        &["r x, r y, w x 1", "r x 1, r y, w x 2, w y 2"],
    ),
    (
        "lost update (G-single)",
        Store::Lists,
        &["r x, r y, w x 1", "r x, r y, w x 2, w y 2"],
        &["r x, r y, w x 1", "r x 1, r y, w x 2, w y 2"],
    ),
    (
        "lost update (G-single)",
        Store::Lists,
        &["r x, w x 1, w z 1", "r x, w x 2, w z 2", "r x 1 2, r z 1 2"],
        &["r x, w x 1, w z 1", "r x 1, w x 2, w z 2", "r x 1 2, r z 1 2"],
    ),
    (
        "read skew (G-single)",
        Store::Registers,
        &["w x 1, w y 1", "r x, r y 1"],
        &["w x 1, w y 1", "r x 1, r y 1"],
    ),
    (
        "read skew (G-single)",
        Store::Lists,
        &["w x 1, w y 1", "r x, r y 1"],
        &["w x 1, w y 1", "r x, r y"],
    ),
    (
        "write skew (G2)",
        Store::Registers,
        &["r x, r y, w x 1", "r x, r y, w y 1"],
        &["r x, r y, w x 1", "r x 1, r y, w y 1"],
    ),
    (
        "anti-dependency cycle (G2)",
        Store::Registers,
        &["w x 1", "w y 1", "r x 1, r y", "r y 1, r x"],
        &["w x 1", "w y 1", "r x 1, r y", "r y 1, r x 1"],
    ),
    (
        "a transaction that does not see its own writes",
        Store::Registers,
        &["w x 1, r x", "w x 2"],
        &["w x 1, r x 1", "w x 2"],
    ),
    ("a read of what nobody wrote", Store::Lists, &["w x 1", "r x 1 7"], &["w x 1", "r x 1"]),
    (
        "a write that took effect twice",
        Store::Lists,
        &["w x 1", "w x 2", "r x 1 2 1"],
        &["w x 1", "w x 2", "r x 1 2"],
    ),
    (
        "incompatible orders",
        Store::Lists,
        &["w x 1", "w x 2", "r x 1", "r x 2 1"],
        &["w x 1", "w x 2", "r x 2", "r x 2 1"],
    ),
    (
        "no order of the writes fits",
        Store::Registers,
        &["w x 1, w y 1", "w x 2, w y 2", "r x 1, r y 2", "r x 2, r y 1"],
        &["w x 1, w y 1", "w x 2, w y 2", "r x 1, r y 1", "r x 2, r y 2"],
    ),
];

#[test]
fn each_anomaly_has_its_name_and_its_near_miss_is_fine() {
    for (name, store, wrong, fine) in EXAMPLES {
        let said = judged(*store, Level::Serializable, &at_once(wrong));
        assert!(said.starts_with(&format!("not serializable: {name}\n")), "{wrong:?}: {said}");
        let said = judged(*store, Level::Serializable, &at_once(fine));
        assert!(said.starts_with("serializable: "), "{fine:?}: {said}");
    }
}

/// What the page shows: each history, and what the checker says of it.
#[test]
fn what_is_said_of_each_is_as_the_page_shows_it() {
    let mut text = String::new();
    let mut shown = BTreeSet::new();
    for (name, store, wrong, _) in EXAMPLES {
        let kind = if *store == Store::Lists { "lists" } else { "registers" };
        let mut example = String::new();
        for (number, transaction) in (1..).zip(*wrong) {
            example += &format!("T{number}  {transaction}\n");
        }
        example += "\n";
        example += &judged(*store, Level::Serializable, &at_once(wrong));
        let name = name.split(" (").next().unwrap().replace(' ', "-");
        // The first of a name is on the page.
        let name = format!("txn-{name}-{kind}.txt");
        if shown.insert(name.clone()) {
            golden::check(&name, &example);
        }
        text += &format!("{kind}\n{example}\n");
    }
    assert_eq!(text.matches("not serializable").count(), EXAMPLES.len());
}

/// The cycle of a write skew, as the page shows it.
#[test]
fn a_cycle_is_drawn() {
    let texts = ["r anna 1, r ben 1, w anna 2", "r anna 1, r ben 1, w ben 2", "w anna 1, w ben 1"];
    let transactions = at_once(&texts);
    let verdict = check(Store::Registers, Level::Serializable, &transactions, STEPS).unwrap();
    let Verdict::NotSerializable(Anomaly::Cycle(edges)) = verdict else { panic!("{verdict:?}") };
    let call = |index| format!("T{}", index + 1);
    let steps = steps(Store::Registers, &edges, call, |index| texts[index].to_string());
    let caption = "T1 and T2 each read that both are on call (1), and each takes itself off (2).";
    let html = figure("txn-on-call", caption, "write skew", &steps);
    golden::check("txn-on-call.html", &html);
}

#[test]
fn what_real_time_adds_is_as_the_page_shows_it() {
    let history = in_turn(&["w x 1", "r x"]);
    let said = judged(Store::Registers, Level::StrictSerializable, &history);
    golden::check("txn-real-time.txt", &format!("T1  w x 1\nT2  r x\n\n{said}"));
}

#[test]
fn real_time_matters_only_where_it_was_promised() {
    for (name, store, texts) in [
        ("stale read (G-single-realtime)", Store::Registers, &["w x 1", "r x"][..]),
        ("stale read (G-single-realtime)", Store::Lists, &["w x 1", "r x", "r x 1"]),
        ("writes against real time (G0-realtime)", Store::Lists, &["w x 1", "w x 2", "r x 2 1"]),
        ("a read from the future (G1c-realtime)", Store::Registers, &["r x 1", "w x 1"]),
        ("no order of the writes fits", Store::Registers, &["w x 1", "w x 2", "r x 1"]),
    ] {
        let said = judged(store, Level::Serializable, &in_turn(texts));
        assert!(said.starts_with("serializable: "), "{texts:?}: {said}");
        let said = judged(store, Level::StrictSerializable, &in_turn(texts));
        let expected = format!("not strictly serializable: {name}\n");
        assert!(said.starts_with(&expected), "{texts:?}: {said}");
        let said = judged(store, Level::StrictSerializable, &at_once(texts));
        assert!(said.starts_with("strictly serializable: "), "{texts:?}: {said}");
    }
}

#[test]
fn two_overwritten_reads_and_real_time_make_a_cycle() {
    let mut transactions = at_once(&["r x", "w x 1, r y", "w y 1"]);
    let times = [(2, 3), (0, 5), (0, 1)];
    for (transaction, (invoked, returned)) in transactions.iter_mut().zip(times) {
        (transaction.invoked, transaction.returned) = (invoked, Some(returned));
    }
    let said = judged(Store::Registers, Level::Serializable, &transactions);
    assert!(said.starts_with("serializable"), "{said}");
    let said = judged(Store::Registers, Level::StrictSerializable, &transactions);
    let name = "anti-dependency cycle against real time (G2-realtime)";
    assert!(said.starts_with(&format!("not strictly serializable: {name}\n")), "{said}");
}
