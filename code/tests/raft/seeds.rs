//! Many random runs with faults.

use distsys::draw::terminal;
use distsys::sim::marks;
use distsys::subject::{Report, Run, Subject, Systematic, raft, smallest};
use std::collections::BTreeMap;

pub(crate) fn thorough() -> bool {
    std::env::var_os("DISTSYS_THOROUGH").is_some()
}

/// What must have come about in the runs, or they say too little.
const REQUIRED: &[&str] = &[
    marks::LOST,
    marks::DUPLICATE,
    marks::DUPLICATE_AFTER_DELIVERY,
    marks::LATE_DUPLICATE,
    marks::STALE_DUPLICATE,
    marks::OVERTAKEN,
    marks::CUT,
    marks::ONE_WAY,
    marks::BOTH_WAYS,
    marks::UNHEARD,
    marks::DEAF,
    marks::FLAPPING,
    marks::CRASH,
    marks::CRASH_WITHIN,
    marks::STORE_LOST,
    marks::STORED_NOT_SENT,
    marks::TORN_WRITE,
    marks::RECOVERY,
    marks::FORMER_LIFE,
    marks::LAST_WORDS,
    marks::LOST_AT_DEAD,
    marks::PAUSE,
    marks::ZOMBIE,
    marks::SLOW,
    marks::AIMED,
    marks::LEADER_CRASHED,
    marks::TWO_LEADERS,
    marks::STALE_REPLY,
];

#[test]
fn raft_keeps_its_promises_in_every_hunt_and_with_either_end() {
    let seeds = if thorough() { 360 } else { 12 };
    let subject = raft::subjects().swap_remove(0);
    let (mut seen, mut runs) = (BTreeMap::new(), 0);
    for hunt in subject.hunts() {
        let nodes = subject.parameters(&hunt.parameters).unwrap().nodes();
        for run in (0..seeds).flat_map(|seed| hunt.with_seed(seed).endings(nodes)) {
            let report = run.report(&subject).unwrap();
            assert!(report.promised, "it is asked for more than it promises");
            assert_kept(&subject, &run, &report);
            for (mark, times) in report.marks() {
                *seen.entry(mark).or_insert(0) += times;
            }
            runs += 1;
        }
    }
    println!("{runs} runs: {seen:?}");
    for mark in REQUIRED {
        assert!(seen.contains_key(mark), "{mark:?} never came about");
    }
}

#[test]
fn raft_survives_every_small_change_of_a_calm_run() {
    let most = if thorough() { 1_500 } else { 60 };
    let subject = raft::subjects().swap_remove(0);
    for run in subject.scenes() {
        for next in Systematic::of(&subject, 2).at_most(most).of_run(&subject, &run) {
            let run = next.unwrap().run;
            let mut broken = run.broken(&subject).unwrap();
            // Where chance is taken out of a run, nodes may stand for election at once for ever.
            broken.retain(|name| *name != "raft::progress");
            let replay = || serde_json::to_string(&run).unwrap();
            assert!(broken.is_empty(), "Raft breaks {broken:?} in {}", replay());
        }
    }
}

/// Fails with the promise, the smallest run that breaks it, and the run.
fn assert_kept(subject: &Subject, run: &Run, report: &Report) {
    let replay = serde_json::to_string(run).unwrap();
    assert_eq!(report.error, None, "{} in the run {replay}", subject.name);
    if let Some((promise, violation)) = report.broken() {
        let (_, mut small) = smallest(subject, run, promise.name).unwrap();
        let violation_there = small.breaks(promise.name).unwrap();
        let last = violation_there.records.iter().max().copied().unwrap_or(100);
        small.trace.records.truncate(last as usize + 1);
        panic!(
            "{} breaks {}: {}\n\nthe smallest run found:\n{}\nThe run: {replay}",
            subject.name,
            promise.name,
            violation.explanation,
            terminal(&small.trace, false, &subject.style),
        );
    }
}
