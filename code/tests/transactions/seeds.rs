//! Many random runs with faults, whose histories go through the checker of transactions, too.

use distsys::sim::What;
use distsys::subject::{Report, Run, Subject, Systematic, smallest, spanner, transactions};

#[test]
fn transactions_keep_their_promises_in_every_hunt_and_with_either_end() {
    for subject in all() {
        let mut ended = 0;
        // Runs of Raft are long.
        let seeds = if is_raft(&subject) { 2 } else { 15 };
        let seeds = if super::thorough() { 3 * seeds } else { seeds };
        for hunt in subject.hunts() {
            let nodes = subject.parameters(&hunt.parameters).unwrap().nodes();
            for run in (0..seeds).flat_map(|seed| hunt.with_seed(seed).endings(nodes)) {
                let report = run.report(&subject).unwrap();
                assert!(report.promised, "{} is asked for more than it promises", subject.name);
                assert_kept(&subject, &run, &report);
                let is_return = |what: &What<_>| matches!(what, What::Deliver { .. });
                ended += report.trace.records.iter().filter(|it| is_return(&it.what)).count();
            }
        }
        // A database that never answers breaks nothing.
        assert!(ended > 150, "{}: {ended}", subject.name);
    }
}

#[test]
fn transactions_survive_every_small_change_of_a_calm_run() {
    // Where all timers are alike, two nodes of Raft may stand for election for ever.
    for subject in all().into_iter().filter(|subject| !is_raft(subject)) {
        let most = if super::thorough() { 500 } else { 100 };
        for run in subject.scenes() {
            for next in Systematic::of(&subject, 2).at_most(most).of_run(&subject, &run) {
                let run = next.unwrap().run;
                let broken = run.broken(&subject).unwrap();
                let replay = || serde_json::to_string(&run).unwrap();
                assert!(broken.is_empty(), "{} breaks {broken:?} in {}", subject.name, replay());
            }
        }
    }
}

/// Fails with the promise, the smallest run that breaks it, and how to see it again.
fn assert_kept(subject: &Subject, run: &Run, report: &Report) {
    let replay = serde_json::to_string(run).unwrap();
    assert_eq!(report.error, None, "{} in the run {replay}", subject.name);
    if let Some((promise, violation)) = report.broken() {
        let (_, small) = smallest(subject, run, promise.name).unwrap();
        panic!(
            "{} breaks {}: {}\n\nthe smallest run found:\n{}\nTo see it again, replay {replay}",
            subject.name,
            promise.name,
            violation.explanation,
            distsys::draw::terminal(&small.trace, false, &subject.style),
        );
    }
}

fn all() -> Vec<Subject> {
    transactions::subjects().into_iter().chain(spanner::subjects()).collect()
}

fn is_raft(subject: &Subject) -> bool {
    subject.name.ends_with("raft")
}
