//! What tells the models apart.

use crate::{accesses, operations, registers};
use distsys::consistency::{
    Rejection, Sequence, Verdict, causal, explain, monotonic_reads, read_your_writes, sequential,
};
use distsys::history::linearizability::{Budget, Lack, linearizable};
use tests::golden;

/// Histories, each with what it is: linearizable, sequential, causal, monotonic reads, read your
/// writes. In the first the operations overlap in no case, so they are linearizable as they stand.
const EXAMPLES: &[(&str, &str, [bool; 5])] = &[
    ("all is well", "0 w x 1, 1 r x 1, 0 r x 1", [true; 5]),
    ("a stale read", "0 w x 1, 1 r x", [false, true, true, true, true]),
    ("store buffering", "0 w x 1, 0 r y, 1 w y 1, 1 r x", [false, false, true, true, true]),
    (
        "two readers disagree about the order of two writes",
        "0 w x 1, 1 w x 2, 2 r x 1, 2 r x 2, 3 r x 2, 3 r x 1",
        [false, false, true, true, true],
    ),
    (
        "each of two writers sees the write of the other",
        "0 w x 1, 1 w x 2, 0 r x 2, 1 r x 1",
        [false, false, true, true, true],
    ),
    (
        "one reader goes to and fro",
        "0 w x 1, 1 w x 2, 2 r x 1, 2 r x 2, 2 r x 1",
        [false, false, false, false, true],
    ),
    (
        "writes of one client are read out of turn",
        "0 w x 1, 0 w x 2, 1 r x 2, 1 r x 1",
        [false, false, false, false, true],
    ),
    (
        "an answer without its question",
        "0 w x 1, 1 r x 1, 1 w y 1, 2 r y 1, 2 r x",
        [false, false, false, true, true],
    ),
    (
        "causes that overwrite",
        "0 w x 1, 0 w x 2, 0 w y 1, 1 r y 1, 1 r x 1",
        [false, false, false, true, true],
    ),
    ("time goes back", "0 w x 1, 1 r x 1, 1 r x", [false, false, false, false, true]),
    ("what is written is gone", "0 w x 1, 0 r x", [false, false, false, true, false]),
    ("an older own write returns", "0 w x 1, 0 w x 2, 0 r x 1", [false, false, false, true, false]),
    ("a read of what nobody wrote", "0 w x 1, 1 r x 7", [false; 5]),
    ("a write that may have happened", "0 w? x 1, 1 r x 1, 2 r x 1", [true; 5]),
    ("a write that need not have happened", "0 w? x 1, 1 r x, 2 r x", [true; 5]),
];

/// Steps that always suffice.
const STEPS: u64 = 50_000_000;

fn is_kept(verdict: &Verdict) -> bool {
    assert!(!matches!(verdict, Verdict::NotDecided(_)), "{verdict:?}");
    *verdict == Verdict::Kept
}

#[test]
fn each_history_is_what_it_is() {
    for (name, text, expected) in EXAMPLES {
        let accesses = accesses(text);
        let operations = operations(&accesses);
        let linear = linearizable(&registers(), &operations, Budget::default());
        let order = sequential(&registers(), &operations, Budget::default());
        let is = [
            matches!(linear, distsys::history::linearizability::Verdict::Linearizable(_)),
            matches!(order, Sequence::Sequential(_)),
            is_kept(&causal(&accesses, STEPS).unwrap()),
            is_kept(&monotonic_reads(&accesses).unwrap()),
            is_kept(&read_your_writes(&accesses).unwrap()),
        ];
        assert_eq!(is, *expected, "{name}");
    }
}

#[test]
fn what_is_broken_is_explained() {
    let mut text = String::new();
    for (name, history, _) in EXAMPLES {
        text += &format!("{name}: {history}\n");
        let accesses = accesses(history);
        for (promise, verdict) in [
            ("causal", causal(&accesses, STEPS).unwrap()),
            ("monotonic reads", monotonic_reads(&accesses).unwrap()),
            ("read your writes", read_your_writes(&accesses).unwrap()),
        ] {
            text += &explain(promise, &accesses, &verdict, |_| String::new());
        }
        text += "\n";
    }
    golden::check("consistency.txt", &text);
}

#[test]
fn what_nobody_saw_need_not_have_happened() {
    let unseen = accesses("0 w? x 1, 0 r x, 1 r x");
    for verdict in [causal(&unseen, STEPS), monotonic_reads(&unseen), read_your_writes(&unseen)] {
        assert!(is_kept(&verdict.unwrap()));
    }
    let operations = operations(&accesses("0 w? x 1, 1 r x, 2 r x"));
    let order = sequential(&registers(), &operations, Budget::default());
    assert!(matches!(order, Sequence::Sequential(order) if order.len() == 2));
}

#[test]
fn what_cannot_come_next_is_named() {
    let accesses = accesses("0 w x 1, 0 r y, 1 w y 1, 1 r x");
    let verdict = sequential(&registers(), &operations(&accesses), Budget::default());
    let Sequence::NotSequential(Rejection { order, next }) = verdict else { panic!("it is not") };
    assert_eq!((order.len(), next.len()), (3, 1));
}

#[test]
fn a_hard_history_ends_with_the_budget() {
    // Many writers, and one who saw something that never was.
    let mut text: Vec<String> =
        (0..10).flat_map(|i| (0..10).map(move |j| format!("{i} w x {}", 10 * i + j + 1))).collect();
    text.push("10 r x 50".to_string());
    text.push("10 r x 1".to_string());
    text.push("10 r x 50".to_string());
    let operations = operations(&accesses(&text.join(", ")));
    for (budget, lack) in [
        (Budget { steps: 10_000, ..Budget::default() }, Lack::Steps),
        (Budget { bytes: 1 << 20, ..Budget::default() }, Lack::Bytes),
    ] {
        assert_eq!(sequential(&registers(), &operations, budget), Sequence::NotDecided(lack));
    }
}

/// What is still to be looked at takes memory, too: here far more than what was.
#[test]
fn orders_that_are_still_to_be_tried_count() {
    let text: Vec<String> = (0..100).map(|i| format!("{i} w x{i} 1")).collect();
    let operations = operations(&accesses(&text.join(", ")));
    let little = Budget { bytes: 1 << 20, ..Budget::default() };
    assert_eq!(sequential(&registers(), &operations, little), Sequence::NotDecided(Lack::Bytes));
    let order = sequential(&registers(), &operations, Budget::default());
    assert!(matches!(order, Sequence::Sequential(order) if order.len() == 100));
}

/// Many clients that write, and one that reads it all.
#[test]
fn causal_consistency_has_a_budget() {
    let all = 1_000;
    let writes = (0..all).map(|i| format!("{i} w x {i}"));
    let reads = (0..all).map(|i| format!("{all} r x {i}"));
    let text: Vec<String> = writes.chain(reads).collect();
    let accesses = accesses(&text.join(", "));
    assert_eq!(causal(&accesses, 10_000).unwrap(), Verdict::NotDecided(Lack::Steps));
    assert!(is_kept(&causal(&accesses, STEPS).unwrap()));
}

#[test]
fn long_histories_are_no_trouble() {
    let one = |i: u32| {
        let value = if i < 8 { String::new() } else { format!(" {}", i - 7) };
        format!("{} w x{} {}, {} r x{}{value}", i % 7, i % 8, i + 1, 7 + i % 5, i % 8)
    };
    let text: Vec<String> = (0..1_000).map(one).collect();
    let accesses = accesses(&text.join(", "));
    assert!(is_kept(&read_your_writes(&accesses).unwrap()));
    assert!(is_kept(&monotonic_reads(&accesses).unwrap()));
    assert!(is_kept(&causal(&accesses, STEPS).unwrap()));
    let many: Vec<String> = (0..20_001).map(|i| format!("0 w x {i}")).collect();
    let verdict = causal(&crate::accesses(&many.join(", ")), STEPS).unwrap();
    assert_eq!(verdict, Verdict::NotDecided(Lack::Bytes));
}

#[test]
fn values_written_twice_are_refused() {
    let error = causal(&accesses("0 w x 1, 1 w y 1, 2 w x 1"), STEPS).unwrap_err();
    assert_eq!((error.key.as_str(), error.value, error.writes), ("x", 1, [0, 2]));
}
