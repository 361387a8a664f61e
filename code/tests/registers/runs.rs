//! The runs R7.2 to R7.8: times, answers, and whether they are linearizable.

use distsys::draw::{Style, history as bars};
use distsys::history::linearizability::Verdict;
use distsys::layer::{Layer, MILLIS};
use distsys::node::NodeId;
use distsys::runs::registers as drawn;
use distsys::service::{RegisterResult, Registers};
use distsys::sim::{Node, Trace, What};
use distsys::spec::registers;
use distsys::subject::registers::style;
use tests::golden;

/// Who asked, from when to when in milliseconds, and what a get got; a set gets nothing.
type Box = (NodeId, u64, Option<u64>, Option<&'static str>);

fn operations<N>(trace: &Trace<N>) -> Vec<Box>
where
    N: Node + Layer<Implements = Registers<&'static str>>,
{
    let (_, operations, _) = drawn::judged(trace);
    let boxes = operations.iter().map(|it| {
        let got = match it.result {
            Some(RegisterResult::Got(value)) => value,
            _ => None,
        };
        let ends = it.returned.map(|returned| returned.at / MILLIS);
        (it.node.unwrap(), it.invoked.at / MILLIS, ends, got)
    });
    boxes.collect()
}

fn is_linearizable<N>(trace: &Trace<N>) -> bool
where
    N: Node + Layer<Implements = Registers<&'static str>>,
{
    matches!(drawn::judged(trace).2, Verdict::Linearizable(_))
}

const V1: Option<&str> = Some("v1");
const V0: Option<&str> = Some("v0");
const CLIENT_1: NodeId = NodeId(0);

#[test]
fn r7_2_is_a_set_and_a_get_of_two_out_of_three() {
    let trace = drawn::operations();
    assert_eq!(operations(&trace), [(CLIENT_1, 0, Some(23), None), (CLIENT_1, 31, Some(52), V1)]);
    assert!(is_linearizable(&trace));
}

#[test]
fn r7_3_is_ordered_by_real_time_and_r7_4_is_not() {
    let trace = drawn::real_time();
    let client_6 = NodeId(5);
    assert_eq!(
        operations(&trace),
        [(CLIENT_1, 0, Some(22), None), (CLIENT_1, 32, Some(52), V1), (client_6, 32, Some(52), V1)]
    );
    let client_5 = NodeId(4);
    let sees = [(CLIENT_1, 0, Some(25), None), (client_5, 7, Some(32), V1)];
    assert_eq!(operations(&drawn::overlap(true)), sees);
    let misses = [(CLIENT_1, 0, Some(25), None), (client_5, 7, Some(32), V0)];
    assert_eq!(operations(&drawn::overlap(false)), misses);
    for trace in [trace, drawn::overlap(true), drawn::overlap(false)] {
        assert!(is_linearizable(&trace));
    }
}

/// In the lecture's drawing the set ends with the third acknowledgement, at 54 ms; two are enough.
#[test]
fn r7_5_is_not_linearizable_and_r7_7_is() {
    let (client_2, client_3) = (NodeId(4), NodeId(5));
    let plain = drawn::plain_quorums();
    let set = (CLIENT_1, 0, Some(51), None);
    assert_eq!(
        operations(&plain),
        [set, (client_2, 2, Some(21), V1), (client_3, 27, Some(46), V0)]
    );
    assert!(!is_linearizable(&plain));
    let repaired = drawn::write_back();
    // In the drawing this get ends with the second acknowledgement, at 40 ms.
    assert_eq!(
        operations(&repaired),
        [set, (client_2, 2, Some(36), V1), (client_3, 27, Some(46), V1)]
    );
    assert!(is_linearizable(&repaired));
}

#[test]
fn r7_8_waits_or_is_stale() {
    let quorums = drawn::linearizable_store();
    let [a, b, c] = [0, 1, 2].map(NodeId);
    let early = [(a, 0, Some(15), None), (a, 22, Some(41), V1), (b, 22, Some(41), V1)];
    let of_quorums = operations(&quorums);
    assert_eq!(of_quorums[..3], early);
    // C asks again when the partition is over.
    let (node, asked, ended, got) = of_quorums[3];
    assert_eq!((node, asked, got), (c, 22, V1));
    assert!(ended.unwrap() > 100, "{ended:?}");
    assert!(is_linearizable(&quorums));
    assert!(registers::returns_at_once(&quorums).is_err());

    let copies = drawn::available_store();
    assert_eq!(
        operations(&copies),
        [
            (a, 0, Some(0), None),
            (a, 22, Some(22), V1),
            (b, 22, Some(22), V1),
            (c, 22, Some(22), V0)
        ]
    );
    assert!(!is_linearizable(&copies));
    assert_eq!(registers::returns_at_once(&copies), Ok(()));
    let received = |what: &What<_>| matches!(what, What::Receive { id, .. } if id.to == c);
    assert!(copies.records.iter().any(|it| received(&it.what) && it.at > 100 * MILLIS));

    let names = ["A", "B", "C"].map(String::from).to_vec();
    let caption = "The same requests, and a copy at every node: each answers at once. C's answer is stale. When the \
                   partition is over, C hears of v1.";
    golden::check_run("R7.8-available", caption, &copies.text(), &Style { names, ..style() });
    boxes(
        "R7.8-boxes-quorums",
        "Quorums: whoever answers is right, and C answers only when the partition is over.",
        &quorums,
    );
    boxes("R7.8-boxes-copies", "Copies: all answer at once, and C is wrong.", &copies);
}

/// The operations as bars, with the verdict.
fn boxes<N>(name: &str, caption: &str, trace: &Trace<N>)
where
    N: Node + Layer<Implements = Registers<&'static str>>,
{
    let (object, operations, verdict) = drawn::judged(trace);
    let window = bars::window(&object, &operations, &verdict);
    golden::check(&format!("{name}.html"), &bars::figure(name, caption, &window));
}
