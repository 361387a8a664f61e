//! The run R7.1: times and outcome.

use distsys::node::MILLIS;
use distsys::node::names::{A, B, C, D};
use distsys::runs::commit::two_phase;
use distsys::service::{CommitEvent, Outcome, Transaction};
use distsys::sim::What;
use distsys::spec::atomic_commit;

const T1: Transaction = Transaction(1);

#[test]
fn r7_1_prepares_in_one_round_and_commits_in_another() {
    let trace = two_phase();
    let told = trace.records.iter().filter_map(|record| match &record.what {
        What::Deliver { indication } => Some((record.at / MILLIS, record.node, *indication)),
        _ => None,
    });
    let commit = Outcome::Commit;
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            (46, D, CommitEvent::Ready(T1)),
            (50, C, CommitEvent::Ready(T1)),
            (62, B, CommitEvent::Decided(T1, commit)),
            (70, D, CommitEvent::Ended(T1, commit)),
            (74, C, CommitEvent::Ended(T1, commit)),
        ]
    );
    for check in [
        atomic_commit::agreement,
        atomic_commit::validity,
        atomic_commit::once,
        atomic_commit::durability,
        atomic_commit::isolation,
        atomic_commit::commits_when_calm,
        atomic_commit::termination,
    ] {
        assert_eq!(check(&trace), Ok(()));
    }
    let sends = trace.records.iter().filter(|record| matches!(record.what, What::Send { .. }));
    let by = |node| sends.clone().filter(|record| record.node == node).count();
    // Three by the client; prepare and decision twice each; and each participant votes and obeys.
    assert_eq!([A, B, C, D].map(by), [3, 4, 2, 2]);
}
