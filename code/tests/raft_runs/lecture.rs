//! R6.1 and R6.2, and an election that never ends.

use distsys::draw::Style;
use distsys::layer::MILLIS;
use distsys::node::names::{A, B, C};
use distsys::runs::flp::{is_fair, keep_electing};
use distsys::runs::raft::elections::{partitioned_leader, two_rounds};
use distsys::runs::raft::shown::{later, roles};
use distsys::runs::raft::{puzzle, world};
use distsys::sim::What;
use distsys::subject::raft::style;
use tests::golden;

#[test]
fn r6_1_has_two_leaders_of_different_terms() {
    let run = partitioned_leader().unwrap();
    let logs = puzzle::logs(&run);
    let state = |index: usize| (logs[index].role.as_deref(), logs[index].term);
    assert_eq!(state(0), (Some("leader"), Some(1)));
    assert_eq!(state(1), (Some("leader"), Some(2)));
    assert_eq!(state(2), (Some("follower"), Some(2)));
}

/// In the lecture's drawing a question takes some time to be thought about; here it is answered at once.
#[test]
fn r6_2_asks_a_quorum_twice() {
    let trace = two_rounds();
    let delivered = trace.records.iter().filter_map(|record| match &record.what {
        What::Deliver { .. } => Some((record.node, record.at / MILLIS - 554)),
        _ => None,
    });
    assert_eq!(delivered.collect::<Vec<_>>(), [(A, 37), (B, 53), (C, 54)]);
}

/// The same as with a stub in `tests/consensus/flp.rs`, for as long as one likes.
#[test]
fn no_election_ends_while_the_adversary_does_not_want_it() {
    let mut most = 0;
    for (nodes, most_rounds) in [(3, 200), (5, 20)] {
        for rounds in [1, 2, most_rounds] {
            let (trace, all) = keep_electing(world(nodes, &[]), rounds).unwrap();
            assert!(is_fair(&trace));
            for (number, round) in (1..).zip(&all) {
                assert!(round.is_as_before(), "{round:?}");
                assert_eq!(round.terms, vec![number; nodes as usize]);
            }
            most = most.max(all.len());
        }
    }
    golden::check("flp-rounds.txt", &most.to_string());
}

#[test]
fn two_rounds_of_the_adversary_look_alike() {
    let (trace, _) = keep_electing(world(3, &[]), 2).unwrap();
    let caption = "Two elections out of as many as the adversary likes. All three nodes stand before any of them hears of the \
                   others; each votes for itself, and so refuses the others. All packets arrive, and all nodes are in the next \
                   term: it can begin again.";
    let trace = later(roles(trace.text()), MILLIS);
    let style = style();
    let style = Style { show: distsys::draw::Show { facts: true, ..style.show }, ..style };
    golden::check_run("flp", caption, &trace, &style);
}
