//! The runs R8.1 to R8.4: what is shown, and when.

use distsys::layer::{Layer, MILLIS, Service};
use distsys::node::NodeId;
use distsys::node::names::{A, B};
use distsys::runs::shared_data as drawn;
use distsys::service::{Holds, Shows};
use distsys::sim::{Node, Trace, What};
use distsys::spec::{shared_map, shared_text};

/// What the node tells, each with its time in milliseconds.
fn told<N: Node>(
    trace: &Trace<N>,
    node: NodeId,
) -> Vec<(u64, <N::Implements as Service>::Indication)> {
    let records = trace.records.iter().filter(|record| record.node == node);
    let told = records.filter_map(|record| match &record.what {
        What::Deliver { indication } => Some((record.at / MILLIS, indication.clone())),
        _ => None,
    });
    told.collect()
}

#[test]
fn r8_1_ends_with_both_changes_at_both_nodes() {
    let trace = drawn::calendar();
    let holds = |at, key, value| (at, Holds { key, values: vec![value] });
    let finally = [
        holds(50, "title", "Lecture 1"),
        holds(53, "date", "2020-11-05"),
        holds(56, "time", "10:00"),
    ];
    let own = [holds(10, "title", "Lecture 1"), holds(43, "time", "10:00")];
    assert_eq!(told(&trace, A), [&own[..], &finally].concat());
    let own = [holds(13, "time", "10:00"), holds(40, "title", "Lecture 1")];
    assert_eq!(told(&trace, B), [&own[..], &finally].concat());
    assert_eq!(shared_map::convergence(&trace), Ok(()));
}

/// What A and B show, each with its time.
fn shown<N>(trace: &Trace<N>) -> [Vec<(u64, String)>; 2]
where
    N: Node + Layer<Implements: Service<Indication = Shows>>,
{
    [A, B].map(|node| told(trace, node).into_iter().map(|(at, it)| (at, it.text)).collect())
}

fn texts(shown: &[(u64, &str)]) -> Vec<(u64, String)> {
    shown.iter().map(|(at, text)| (*at, (*text).to_string())).collect()
}

#[test]
fn r8_2_diverges() {
    let trace = drawn::by_index();
    let expected = [texts(&[(10, "ABC"), (43, "ABDC")]), texts(&[(13, "BCD"), (40, "ABCD")])];
    assert_eq!(shown(&trace), expected);
    assert!(shared_text::convergence(&trace).is_err());
    assert!(shared_text::one_order(&trace).is_err());
}

#[test]
fn r8_3_and_r8_4_end_with_one_text() {
    let expected = [texts(&[(10, "ABC"), (43, "ABCD")]), texts(&[(13, "BCD"), (40, "ABCD")])];
    assert_eq!(shown(&drawn::transformed()), expected);
    assert_eq!(shown(&drawn::positions()), expected);
    assert_eq!(shared_text::convergence(&drawn::transformed()), Ok(()));
    assert_eq!(shared_text::convergence(&drawn::positions()), Ok(()));
}

#[test]
fn r8_4_has_the_positions_of_the_lecture() {
    let text = drawn::positions().text().to_string();
    for position in ["0.25", "0.875"] {
        assert!(text.contains(position), "{position} is missing:\n{text}");
    }
}
