//! Section 5.1: retries, tombstones, anti-entropy, and rules for concurrent writes.

use crate::seeds::{assert_kept, thorough};
use distsys::node::names::{A, B, C, D};
use distsys::replication::register::Register;
use distsys::replication::{LastWriterWins, MultiValue};
use distsys::runs::remote_state;
use distsys::service::likes::LikesEvent;
use distsys::service::shared_data::Holds;
use distsys::sim::{Trace, What, marks};
use distsys::subject::{Systematic, Tally, stores};
use tests::mutants;

#[test]
fn stores_keep_their_promises_in_every_hunt_and_with_either_end() {
    let seeds = if thorough() { 20 } else { 5 };
    for subject in stores::subjects() {
        for hunt in subject.hunts() {
            let nodes = subject.parameters(&hunt.parameters).unwrap().nodes();
            for run in (0..seeds).flat_map(|seed| hunt.with_seed(seed).endings(nodes)) {
                let report = run.report(&subject).unwrap();
                assert!(report.promised, "{} is asked for more than it promises", subject.name);
                assert_kept(&subject, &run, &report);
            }
        }
    }
}

#[test]
fn what_can_go_wrong_for_stores_does_go_wrong_in_these_runs() {
    let mut seen = Tally::default();
    for subject in stores::subjects() {
        for hunt in subject.hunts() {
            seen.marks.extend(Tally::of(&subject, &hunt, 0..5).unwrap().marks);
        }
    }
    let wanted = [
        marks::LOST,
        marks::DUPLICATE,
        marks::OVERTAKEN,
        marks::CUT,
        marks::CRASH,
        marks::RECOVERY,
        marks::PAUSE,
    ];
    seen.require(&wanted).unwrap();
}

#[test]
fn stores_survive_every_small_change_of_a_calm_run() {
    let most = if thorough() { 100 } else { 15 };
    for subject in stores::subjects() {
        for run in subject.scenes() {
            for next in Systematic::of(&subject, 2).at_most(most).of_run(&subject, &run) {
                let run = next.unwrap().run;
                let broken = run.broken(&subject).unwrap();
                assert!(broken.is_empty(), "{} breaks {broken:?}", subject.name);
            }
        }
    }
}

#[test]
fn every_twin_of_stores_breaks_its_property_and_the_smallest_run_is_pinned() {
    mutants::each_breaks_its_property(mutants::topic("stores"));
}

#[test]
fn the_original_survives_the_smallest_run_of_each_twin_of_stores() {
    mutants::the_originals_survive(mutants::topic("stores"));
}

#[test]
fn every_property_of_stores_rejects_some_twin() {
    // Nothing is made up: no realistic slip does that; the twins of maps in chapter 8 do.
    let elsewhere = ["shared_map::no_creation"];
    mutants::each_promise_rejects_some_twin(
        mutants::topic("stores"),
        &stores::subjects(),
        &elsewhere,
    );
}

/// Some records, concurrent ones among them.
fn some<R: Register<Written = u64>>() -> Vec<R> {
    let start = R::default();
    let (a, b) = (start.write(A, 0, Some(1)), start.write(B, 0, Some(2)));
    let both = a.merge(&b);
    vec![
        a.write(A, 0, None),
        a.write(C, 0, Some(3)),
        both.write(D, 0, None),
        b.write(B, 0, Some(4)).write(A, 0, Some(5)),
        start,
        a,
        b,
        both,
    ]
}

fn assert_laws<R: Register<Written = u64>>() {
    let all = some::<R>();
    for a in &all {
        assert_eq!(a.merge(a), *a, "idempotent");
        assert_eq!(a.merge(&R::default()), *a);
        for b in &all {
            assert_eq!(a.merge(b), b.merge(a), "commutative");
            for c in &all {
                assert_eq!(a.merge(b).merge(c), a.merge(&b.merge(c)), "associative");
            }
        }
    }
}

#[test]
fn merging_is_idempotent_commutative_and_associative() {
    assert_laws::<LastWriterWins<u64>>();
    assert_laws::<MultiValue<u64>>();
}

#[test]
fn a_write_replaces_what_it_has_seen_and_nothing_else() {
    let start = MultiValue::<u64>::default();
    let (a, b) = (start.write(A, 0, Some(1)), start.write(B, 0, Some(2)));
    let both = a.merge(&b);
    assert_eq!(both.values().len(), 2);
    let merged = both.write(C, 0, Some(3));
    assert_eq!(merged.merge(&a).merge(&b).values(), [Some(3)]);
    let only_a = a.write(A, 0, None);
    assert_eq!(only_a.merge(&b).values().len(), 2);
    let last = LastWriterWins::<u64>::default();
    let one = last.write(A, 0, Some(1)).merge(&last.write(B, 0, Some(2)));
    assert_eq!(one.values(), [Some(2)], "the other value is lost");
}

/// What the node B, or the one with that name, had as the post.
fn posts(trace: &Trace<distsys::replication::Retry>) -> Vec<(u64, u64, String)> {
    let did = trace.records.iter().filter_map(|record| match &record.what {
        What::Deliver { indication: LikesEvent::Did(_, _, post) } => {
            let likers = post.likers.iter().collect();
            Some((record.at / 1_000_000, post.count, likers))
        }
        _ => None,
    });
    did.collect()
}

#[test]
fn r5_1_to_r5_3_end_as_in_the_lecture() {
    let none = String::new;
    let retried = posts(&remote_state::retried_increment());
    assert_eq!(retried, [(4, 12_301, none()), (24, 12_302, none())]);
    let liked: Vec<_> = posts(&remote_state::retried_like()).into_iter().map(|it| it.2).collect();
    assert_eq!(liked, ["c", "", "c"]);
    assert_eq!(posts(&remote_state::still_there()).len(), 3);
    assert_eq!(posts(&remote_state::not_yet_here()).len(), 1);
}

#[test]
fn r5_4_to_r5_6_end_as_in_the_lecture() {
    let last =
        |trace: &Trace<distsys::replication::AntiEntropy<char, LastWriterWins<&'static str>>>,
         node| {
            let mut told =
                trace.records.iter().filter(|it| it.node == node).filter_map(|it| match &it.what {
                    What::Deliver { indication: Holds { values, .. } } => Some(values.clone()),
                    _ => None,
                });
            told.next_back()
        };
    let tombstone = remote_state::tombstone();
    assert_eq!(last(&tombstone, B), Some(vec![None]));
    assert_eq!(last(&tombstone, C), Some(vec![Some("true")]));
    assert_eq!(last(&remote_state::reconciled(), B), Some(vec![None]));
    let concurrent = remote_state::concurrent();
    assert_eq!(last(&concurrent, B), Some(vec![Some("v2")]));
    assert_eq!(last(&concurrent, C), Some(vec![Some("v2")]));
}
