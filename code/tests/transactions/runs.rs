//! The runs R8.5 to R8.7: times, timestamps, and whether they agree.

use distsys::history::History;
use distsys::layer::{MILLIS, NodeId, SECONDS};
use distsys::node::Reading;
use distsys::runs::transactions as drawn;
use distsys::service::{Transactions, TxResult};
use distsys::sim::clock::EPOCH;
use distsys::sim::{Node, Trace, What};
use distsys::spec::transactions::{external_consistency, interval_holds_true_time};

/// Of each transaction the node, the start and the end in milliseconds, and the timestamp.
fn stamps<N: Node<Implements = Transactions>>(trace: &Trace<N>) -> Vec<(u32, u64, u64, u64)> {
    let operations = History::of(trace).unwrap().operations;
    let of = |it: &distsys::history::Operation<_, TxResult>| {
        let Some(TxResult::Committed { at, .. }) = it.result else { panic!("it ends") };
        let (begin, end) = (it.invoked.at / MILLIS, it.returned.unwrap().at / MILLIS);
        (it.node.unwrap().0, begin, end, (at - EPOCH) / MILLIS)
    };
    operations.iter().map(of).collect()
}

#[test]
fn r8_5_gets_timestamps_in_the_wrong_order() {
    let trace = drawn::through_a_person();
    assert_eq!(stamps(&trace), [(0, 10, 10, 10), (1, 14, 14, 8)]);
    assert!(external_consistency(&trace).is_err());
}

#[test]
fn r8_6_waits_for_the_whole_interval() {
    let trace = drawn::waits();
    // [8, 16], and 8 ms of waiting; [18, 24], and 6.
    assert_eq!(stamps(&trace), [(0, 10, 18, 16), (1, 24, 30, 24)]);
    assert_eq!(external_consistency(&trace), Ok(()));
}

#[test]
fn r8_7_goes_up_to_7_ms_and_down_to_1() {
    let trace = drawn::sawtooth();
    assert_eq!(interval_holds_true_time(&trace), Ok(()));
    let told =
        trace.records.iter().filter(|it| it.node == NodeId(0)).filter_map(|it| match it.what {
            What::Deliver { indication: Reading { earliest, latest, .. } } => {
                // In the drawing, 0 is half way between two answers.
                let second = (it.at + MILLIS * 10).checked_sub(15 * SECONDS).unwrap() / SECONDS;
                Some((second, (latest - earliest + MILLIS / 2) / (2 * MILLIS)))
            }
            _ => None,
        });
    let told: Vec<_> = told.filter(|(second, _)| second % 15 == 0).collect();
    let tooth = |at| [(at, 7), (at, 1)];
    let expected = [vec![(0, 4)], tooth(15).into(), vec![(30, 4)], tooth(45).into(), vec![(60, 4)]];
    let expected = [expected.concat(), tooth(75).into(), vec![(90, 4)]].concat();
    assert_eq!(told, expected);
}
