//! The runs R5.7 to R5.9: times and outcomes.

use distsys::node::MILLIS;
use distsys::node::names::{A, B, C, D};
use distsys::quorum::Quorum;
use distsys::quorum::read_write::Packet;
use distsys::runs::quorums::{any_one_will_do, read_repair, two_of_three};
use distsys::service::{RegisterResult, Return};
use distsys::sim::{Trace, What};
use distsys::spec::quorums::{read_after_write, repaired};

type Word = &'static str;

/// What the client was told, and when.
fn told(trace: &Trace<Quorum<Word>>) -> Vec<(u64, RegisterResult<Word>)> {
    let told = trace.records.iter().filter_map(|record| match &record.what {
        What::Deliver { indication: Return { result, .. } } => {
            Some((record.at / MILLIS, result.clone()))
        }
        _ => None,
    });
    told.collect()
}

fn got(value: Word) -> RegisterResult<Word> {
    RegisterResult::Got(Some(value))
}

#[test]
fn r5_7_loses_sight_of_what_was_set() {
    let trace = any_one_will_do();
    assert_eq!(told(&trace), [(13, RegisterResult::Done), (32, got("v0"))]);
    let stale = read_after_write(&trace).unwrap_err();
    assert!(stale.explanation.contains("gets \"v0\" at 32 ms"), "{}", stale.explanation);
}

#[test]
fn r5_8_reads_what_it_has_written() {
    let trace = two_of_three();
    assert_eq!(told(&trace), [(23, RegisterResult::Done), (47, got("v1"))]);
    assert_eq!(read_after_write(&trace), Ok(()));
}

#[test]
fn r5_9_repairs_with_the_original_timestamp() {
    let trace = read_repair();
    assert_eq!(told(&trace), [(23, got("v1"))]);
    let arrived = trace.records.iter().filter_map(|record| match &record.what {
        What::Receive { packet: Packet::Set(_, _, pair), .. } => {
            Some((record.at / MILLIS, record.node, pair.stamp.0, pair.value))
        }
        _ => None,
    });
    assert_eq!(arrived.collect::<Vec<_>>(), [(39, B, 1, Some("v1")), (41, D, 1, Some("v1"))]);
    let senders = trace
        .records
        .iter()
        .filter(|record| matches!(&record.what, What::Send { packet: Packet::Answer(..), .. }));
    assert_eq!(senders.map(|record| record.node).collect::<Vec<_>>(), [C, B]);
    assert!(trace.records.iter().all(|record| record.node != A || record.at <= 60 * MILLIS));
    // A packet was lost after the get began, so nothing was promised.
    assert_eq!(repaired(&trace), Ok(()));
}
