//! The properties themselves, on traces made by hand.

use distsys::broadcast::{Direct, Eager};
use distsys::layer::NodeId;
use distsys::node::names::{A, B, C};
use distsys::service::{Broadcast, Deliver};
use distsys::sim::{Record, Trace, What};
use distsys::spec::{causal_broadcast, fifo_broadcast, reliable_broadcast, total_order};

type Words = distsys::stack::Stack<
    Eager<&'static str>,
    distsys::link::Direct<distsys::broadcast::Named<&'static str>>,
>;

/// What can happen in a trace.
#[derive(Clone, Copy)]
enum Seen {
    /// The node broadcasts.
    Says(NodeId, &'static str),
    /// The first node delivers from the second.
    Hears(NodeId, NodeId, &'static str),
    /// The node crashes.
    Dies(NodeId),
}
use Seen::{Dies, Hears, Says};

fn trace(seen: &[Seen]) -> Trace<Words> {
    let mut trace = Trace::new(3);
    for (at, &seen) in (0..).zip(seen) {
        let (node, what) = match seen {
            Says(node, msg) => (node, What::Request { ordinal: 0, request: Broadcast { msg } }),
            Hears(node, from, msg) => (node, What::Deliver { indication: Deliver { from, msg } }),
            Dies(node) => (node, What::Crash { after_effects: None, undone: Vec::new() }),
        };
        trace.records.push(Record { at, node, cause: None, what });
    }
    trace
}

#[test]
fn no_creation_rejects_what_was_not_broadcast_or_not_by_that_node_or_not_yet() {
    let right = [Says(A, "x"), Hears(B, A, "x")];
    assert_eq!(reliable_broadcast::no_creation(&trace(&right)), Ok(()));
    for wrong in [
        [Says(A, "x"), Hears(B, A, "y")],
        [Says(A, "x"), Hears(B, C, "x")],
        [Hears(B, A, "x"), Says(A, "x")],
    ] {
        assert!(reliable_broadcast::no_creation(&trace(&wrong)).is_err());
    }
}

#[test]
fn no_duplication_allows_two_equal_messages_and_rejects_three_deliveries() {
    let twice = [Says(A, "x"), Says(A, "x"), Hears(B, A, "x"), Hears(B, A, "x")];
    assert_eq!(reliable_broadcast::no_duplication(&trace(&twice)), Ok(()));
    let thrice = [&twice[..], &[Hears(B, A, "x")]].concat();
    assert!(reliable_broadcast::no_duplication(&trace(&thrice)).is_err());
}

#[test]
fn agreement_counts_correct_nodes_only_and_uniform_agreement_all() {
    let dead = [Says(A, "x"), Hears(A, A, "x"), Dies(A)];
    assert_eq!(reliable_broadcast::agreement(&trace(&dead)), Ok(()));
    assert!(total_order::agreement(&trace(&dead)).is_err());
    assert_eq!(total_order::agreement_without_crash(&trace(&dead)), Ok(()));
    let alive = [Says(A, "x"), Hears(B, A, "x"), Dies(A)];
    assert!(reliable_broadcast::agreement(&trace(&alive)).is_err());
    // Nothing is delivered at all: nobody disagrees.
    let silent = [Says(A, "x"), Dies(A)];
    assert_eq!(total_order::agreement(&trace(&silent)), Ok(()));
    assert_eq!(reliable_broadcast::validity(&trace(&silent)), Ok(()));
    assert!(reliable_broadcast::validity(&trace(&silent[..1])).is_err());
    assert!(reliable_broadcast::delivery(&trace(&silent[..1])).is_err());
}

#[test]
fn fifo_order_rejects_what_overtakes_and_what_skips_but_only_for_one_sender() {
    let says = [Says(A, "x"), Says(A, "y"), Says(B, "z")];
    let hears = |order: &[(NodeId, &'static str)]| {
        let hears = order.iter().map(|&(from, msg)| Hears(C, from, msg));
        trace(&says.iter().copied().chain(hears).collect::<Vec<_>>())
    };
    assert_eq!(fifo_broadcast::order(&hears(&[(A, "x"), (B, "z"), (A, "y")])), Ok(()));
    assert_eq!(fifo_broadcast::order(&hears(&[(B, "z"), (A, "x")])), Ok(()));
    assert!(fifo_broadcast::order(&hears(&[(A, "y"), (A, "x")])).is_err());
    assert!(fifo_broadcast::order(&hears(&[(A, "y")])).is_err(), "x is left out");
}

#[test]
fn causal_order_counts_what_the_broadcaster_delivered_and_not_what_it_only_received() {
    let says = [Says(A, "x"), Hears(B, A, "x"), Says(B, "y")];
    let wrong = [&says[..], &[Hears(C, B, "y"), Hears(C, A, "x")]].concat();
    assert!(causal_broadcast::order(&trace(&wrong)).is_err());
    assert_eq!(fifo_broadcast::order(&trace(&wrong)), Ok(()));
    // B delivers x only after it has broadcast y, though x may have been at B before: no matter.
    let concurrent = [Says(A, "x"), Says(B, "y"), Hears(B, A, "x"), Hears(C, B, "y")];
    assert_eq!(causal_broadcast::order(&trace(&concurrent)), Ok(()));
    // Through a third node, whose message C has not delivered either.
    let chain = [Says(A, "x"), Hears(B, A, "x"), Says(B, "y"), Hears(C, A, "x"), Hears(C, B, "y")];
    assert_eq!(causal_broadcast::order(&trace(&chain)), Ok(()));
}

#[test]
fn a_total_order_is_the_same_at_all_and_a_prefix_leaves_nothing_out() {
    let says = [Says(A, "x"), Says(A, "y"), Says(A, "z")];
    let with = |hears: &[Seen]| trace(&[&says[..], hears].concat());
    let same = with(&[Hears(A, A, "x"), Hears(A, A, "z"), Hears(B, A, "x"), Hears(B, A, "y")]);
    assert_eq!(total_order::same_order(&same), Ok(()));
    assert!(total_order::prefix(&same).is_err(), "A left y out, or B delivered too much");
    let crossed = with(&[Hears(A, A, "x"), Hears(A, A, "y"), Hears(C, A, "y"), Hears(C, A, "x")]);
    assert!(total_order::same_order(&crossed).is_err());
    let shorter = with(&[Hears(A, A, "x"), Hears(A, A, "y"), Hears(C, A, "x")]);
    assert_eq!(total_order::prefix(&shorter), Ok(()));
    let three = [
        Hears(A, A, "x"),
        Hears(A, A, "y"),
        Hears(A, A, "z"),
        Hears(B, A, "z"),
        Hears(B, A, "y"),
        Hears(B, A, "x"),
    ];
    assert!(total_order::same_order(&with(&three)).is_err());
}

#[test]
fn direct_broadcast_is_not_reliable_by_its_type() {
    fn service<L: distsys::layer::Layer>(_: &L) -> &'static str {
        std::any::type_name::<L::Implements>()
    }
    assert!(service(&Direct::<u32>::new(2)).contains("BestEffortBroadcast"));
}
