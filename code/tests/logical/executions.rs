//! All executions of a small size, and what holds in all of them.

use distsys::clock::logical::stamp;
use distsys::clock::{Lamport, Vector};
use distsys::node::NodeId;
use distsys::node::names::{A, B, C};
use distsys::spec::causality::{Event, Relation, directly_before, happens_before};
use distsys::spec::executions::{drawings, executions, in_time, up_to_renaming};

/// Sizes that are tried here. The programs of exercises 8, 9 and 11 go as far, and print more.
fn sizes() -> Vec<(u32, usize)> {
    let most = if std::env::var_os("DISTSYS_THOROUGH").is_some() { 8 } else { 7 };
    (1..=3).flat_map(|nodes| (nodes as usize..=most).map(move |events| (nodes, events))).collect()
}

#[test]
fn there_are_so_many_drawings_and_executions() {
    let count = |nodes, events| {
        let all = executions(nodes, events);
        (drawings(nodes, events).len(), all.len(), up_to_renaming(nodes, &all).len())
    };
    // By hand: two events at two nodes are apart, or one sends to the other, either way.
    assert_eq!(count(2, 2), (3, 3, 2));
    // Of four events, two at each node, two messages can cross backwards in time in one way.
    assert_eq!(count(2, 4), (31, 30, 16));
    assert_eq!(count(3, 6), (1_412, 1_353, 228));
    assert_eq!(count(3, 7), (6_435, 5_967, 998));
}

#[test]
fn a_drawing_is_an_execution_just_if_no_event_happens_before_itself() {
    for (nodes, events) in sizes() {
        for drawing in drawings(nodes, events) {
            let before = happens_before(&drawing);
            assert_eq!(in_time(&drawing).is_some(), before.is_irreflexive(), "{drawing:?}");
            assert!(before.is_transitive());
        }
    }
}

#[test]
fn happens_before_is_what_can_be_reached_step_by_step() {
    // A second way to compute it: walk from each event.
    for drawing in drawings(3, 6) {
        let direct = directly_before(&drawing);
        let before = happens_before(&drawing);
        for start in 0..drawing.len() {
            let mut reached = vec![false; drawing.len()];
            let mut waiting = vec![start];
            while let Some(event) = waiting.pop() {
                for next in (0..drawing.len()).filter(|&next| direct.holds(event, next)) {
                    if !std::mem::replace(&mut reached[next], true) {
                        waiting.push(next);
                    }
                }
            }
            let all: Vec<_> = (0..drawing.len()).map(|end| before.holds(start, end)).collect();
            assert_eq!(all, reached);
        }
    }
}

/// What is claimed of the timestamps that Lamport clocks give: number and node of each event.
fn lamport_order(events: &[Event]) -> Relation {
    let times = stamp(vec![Lamport::new(); 3], events).unwrap();
    let named = |e: usize| (times[e], events[e].node);
    Relation::new(events.len(), |a, b| named(a) < named(b))
}

#[test]
fn the_lamport_order_is_total_and_causal_in_every_small_execution() {
    for (nodes, size) in sizes() {
        for events in executions(nodes, size) {
            let order = lamport_order(&events);
            assert!(order.is_irreflexive() && order.is_transitive() && order.is_total());
            assert!(order.contains(&happens_before(&events)), "{events:?}");
        }
    }
}

#[test]
fn vectors_characterise_happens_before_in_every_small_execution() {
    for (nodes, size) in sizes() {
        for events in executions(nodes, size) {
            let times = stamp(vec![Vector::new(3); 3], &events).unwrap();
            let less = Relation::new(size, |a, b| times[a] < times[b]);
            assert_eq!(less, happens_before(&events), "{events:?}");
            let all_differ = (0..size).all(|a| (0..a).all(|b| times[a] != times[b]));
            assert!(all_differ);
        }
    }
}

/// Lamport's count is the length of the longest chain of events that ends here.
#[test]
fn a_lamport_timestamp_is_the_length_of_the_longest_chain() {
    for events in executions(3, 6) {
        let times = stamp(vec![Lamport::new(); 3], &events).unwrap();
        let before = happens_before(&events);
        let mut longest = vec![1; events.len()];
        for event in in_time(&events).unwrap() {
            let earlier = (0..events.len()).filter(|&e| before.holds(e, event));
            longest[event] = 1 + earlier.map(|e| longest[e]).max().unwrap_or(0);
        }
        assert_eq!(times, longest);
    }
}

#[test]
fn an_execution_that_cannot_happen_is_not_stamped() {
    let event = |node: NodeId, received| Event { node, received };
    // Each of two messages arrives just before the other is sent.
    let circle = [event(A, Some(3)), event(A, None), event(B, Some(1)), event(B, None)];
    assert_eq!(in_time(&circle), None);
    assert_eq!(stamp(vec![Lamport::new(); 2], &circle), None);
    assert!(!happens_before(&circle).is_irreflexive());
    let line = [event(A, None), event(B, Some(0)), event(B, None), event(C, Some(2))];
    assert_eq!(in_time(&line), Some(vec![0, 1, 2, 3]));
    assert_eq!(stamp(vec![Lamport::new(); 3], &line), Some(vec![1, 2, 3, 4]));
}
