//! Exercise 15: every small execution, and which services allow it.

use distsys::draw::Style;
use distsys::service::hierarchy;
use distsys::spec::broadcast_executions::{Execution, Which, each};
use distsys::spec::broadcast_services::allowing;
use distsys::spec::{causal_broadcast, fifo_broadcast, total_order};
use std::collections::BTreeSet;
use tests::golden;

fn count(nodes: u32, messages: usize, which: Which) -> u64 {
    let mut number = 0;
    each(nodes, messages, which, |_| number += 1);
    number
}

#[test]
fn there_are_as_many_executions_as_one_counts_by_hand() {
    // One message: its broadcaster delivers it or not, and so does every other node.
    assert_eq!(count(1, 1, Which::Partial), 2);
    assert_eq!(count(2, 1, Which::Partial), 4);
    assert_eq!(count(3, 1, Which::Partial), 8);
    assert_eq!(count(3, 1, Which::Complete), 1);
    // Two messages of A: A has three ways to put its deliveries behind its broadcasts, B has two orders. Or one message of
    // each: each has three ways, in one of which it waits for the other's message before it broadcasts; both cannot wait.
    assert_eq!(count(2, 2, Which::Complete), 3 * 2 + 3 * 3 - 1);
}

/// Sees every execution that the exercise looks at.
fn all(mut see: impl FnMut(&Execution)) -> u64 {
    let mut number = 0;
    for messages in 1..=3 {
        for nodes in 1..=3 {
            let which = if messages <= 2 { Which::Partial } else { Which::Complete };
            each(nodes, messages, which, |execution| {
                number += 1;
                see(execution);
            });
        }
    }
    number
}

#[test]
fn the_hierarchy_is_exactly_what_holds_in_all_small_executions() {
    let services: Vec<_> =
        hierarchy().into_iter().filter(|(name, _)| name.ends_with("Broadcast")).collect();
    let mut apart = BTreeSet::new();
    let number = all(|execution| {
        let allowing = allowing(&execution.trace());
        for &one in &allowing {
            for (other, _) in services.iter().filter(|(other, _)| !allowing.contains(other)) {
                apart.insert((one, *other));
            }
        }
    });
    assert_eq!(number, 3_392);
    for (strong, weaker) in &services {
        for (other, _) in &services {
            let implied = !apart.contains(&(*strong, *other));
            assert_eq!(implied, weaker.contains(other), "{strong} and {other}");
        }
    }
}

/// Pairs of services next to each other, and what the smallest execution between them shows.
const STRICT: [(&str, &str, &str, &str); 6] = [
    (
        "1",
        "BestEffortBroadcast",
        "ReliableBroadcast",
        "Best effort, not reliable: a message that not everybody delivers.",
    ),
    (
        "2",
        "ReliableBroadcast",
        "FifoBroadcast",
        "Reliable, not FIFO: m2 overtakes m1 of the same node.",
    ),
    (
        "3",
        "FifoBroadcast",
        "CausalBroadcast",
        "FIFO, not causal: A delivers the reply m2 before its own m1, to which it replies.",
    ),
    (
        "4",
        "CausalBroadcast",
        "FifoTotalOrderBroadcast",
        "Causal, not FIFO-total: concurrent messages, in two orders.",
    ),
    ("5", "ReliableBroadcast", "TotalOrderBroadcast", "Reliable, not total order."),
    (
        "6",
        "TotalOrderBroadcast",
        "FifoTotalOrderBroadcast",
        "Total order, not FIFO-total: all agree, on the wrong order.",
    ),
];

#[test]
fn the_smallest_executions_that_show_each_inclusion_to_be_strict_are_drawn() {
    for (number, weaker, stronger, caption) in STRICT {
        let mut first = None;
        all(|execution| {
            // A single node has no one to differ from.
            if first.is_none() && execution.nodes.len() > 1 {
                let allowing = allowing(&execution.trace());
                if allowing.contains(&weaker) && !allowing.contains(&stronger) {
                    first = Some(execution.clone());
                }
            }
        });
        let trace = first.unwrap().picture().text();
        golden::check_run(&format!("ex15-{number}"), caption, &trace, &Style::default());
    }
}

#[test]
fn if_a_node_may_crash_fifo_total_is_causal_only_with_the_prefix_property() {
    let (mut all, mut broken, mut first) = (0, 0, None);
    for messages in 1..=2 {
        for nodes in 2..=3 {
            each(nodes, messages, Which::LastCrashes, |execution| {
                let trace = execution.trace();
                all += 1;
                let fifo_total = fifo_broadcast::order(&trace).and(total_order::same_order(&trace));
                if fifo_total.is_ok() && causal_broadcast::order(&trace).is_err() {
                    broken += 1;
                    assert!(total_order::prefix(&trace).is_err(), "{execution:?}");
                    first.get_or_insert_with(|| execution.clone());
                }
            });
        }
    }
    assert_eq!((all, broken), (252, 6));
    let caption = "B replies to m1 and crashes. A delivers the reply first: FIFO order is kept, and there are no two nodes that \
                   deliver both messages in different orders.";
    golden::check_run("ex15-crash", caption, &first.unwrap().picture().text(), &Style::default());
}
