//! Small systems of quorums, explored to the end.

use distsys::check::{Explored, Order, Packets, Situation};
use distsys::node::names::{A, B};
use distsys::quorum::Quorum;
use distsys::service::{Invoke, OpId, RegisterOp, RegisterResult};
use distsys::sim::What;
use distsys::spec::quorums::read_after_write;

/// A sets x and gets it, of two replicas; B sets it too, if it is asked to.
fn system(quorum: &Quorum<u64>, b_sets: bool) -> Explored<Quorum<u64>> {
    let op = |client| OpId { client, number: 0 };
    let mut system = Explored::new(vec![quorum.clone(); 2]);
    system.packets = Packets::FairLoss;
    system = system
        .asking(A, Invoke { op: op(0), call: RegisterOp::Set('x', 1) })
        .asking(A, Invoke { op: op(1), call: RegisterOp::Get('x') });
    if b_sets {
        system = system.asking(B, Invoke { op: op(2), call: RegisterOp::Set('x', 2) });
    }
    system
        .always("read-after-write", |_, now| read_after_write(&now.seen).is_ok())
        .sometimes("its own", |_, now| gets_its_own(now))
}

/// Whether somebody gets 1.
fn gets_its_own(now: &Situation<Quorum<u64>>) -> bool {
    let got = RegisterResult::Got(Some(1));
    let mut all = now.seen.records.iter();
    all.any(|it| matches!(&it.what, What::Deliver { indication } if indication.result == got))
}

fn quorums(w: usize, r: usize) -> Quorum<u64> {
    Quorum::new([A, B], 1).with_quorums(w, r)
}

#[test]
fn quorums_that_meet_show_a_client_its_own_set() {
    let mut sizes = Vec::new();
    for (w, r, b_sets) in [(2, 1, false), (1, 2, false), (2, 2, false)] {
        let report = system(&quorums(w, r), b_sets).search_by(Order::BreadthFirst, 2);
        assert!(report.is_exhaustive() && report.holds(), "{report}");
        sizes.push(report.situations);
    }
    assert_eq!(sizes, [280, 308, 376]);
    if std::env::var_os("DISTSYS_THOROUGH").is_some() {
        let report = system(&quorums(2, 2), true).search_by(Order::BreadthFirst, 2);
        assert!(report.is_exhaustive() && report.holds(), "{report}");
        assert_eq!(report.situations, 46_888);
    }
}

#[test]
fn one_replica_each_is_not_enough() {
    let found = system(&quorums(1, 1), false).shortest("read-after-write");
    assert_eq!(found.expect("a run in which the client does not see its set").len(), 6);
}
