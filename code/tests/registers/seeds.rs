//! Many random runs with faults: each history goes through the linearizability checker.

use distsys::sim::What;
use distsys::subject::{Report, Run, Subject, Systematic, registers, smallest};

#[test]
fn registers_are_linearizable_in_every_hunt_and_with_either_end() {
    let seeds = if std::env::var_os("DISTSYS_THOROUGH").is_some() { 500 } else { 20 };
    for subject in registers::subjects() {
        let mut returned = 0;
        for hunt in subject.hunts() {
            let nodes = subject.parameters(&hunt.parameters).unwrap().nodes();
            for run in (0..seeds).flat_map(|seed| hunt.with_seed(seed).endings(nodes)) {
                let report = run.report(&subject).unwrap();
                assert!(report.promised, "{} is asked for more than it promises", subject.name);
                assert_kept(&subject, &run, &report);
                let is_return = |what: &What<_>| matches!(what, What::Deliver { .. });
                returned += report.trace.records.iter().filter(|it| is_return(&it.what)).count();
            }
        }
        // A register that never returns is linearizable.
        assert!(returned > 1_000, "{}: {returned}", subject.name);
    }
}

#[test]
fn registers_survive_every_small_change_of_a_calm_run() {
    let most = if std::env::var_os("DISTSYS_THOROUGH").is_some() { 2_000 } else { 150 };
    for subject in registers::subjects() {
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
            "{} breaks {}: {}\n\nthe smallest run found:\n{}\nTo see it again, put this line into a file and call \
             `cargo book exercise 19 --replay FILE`:\n{replay}",
            subject.name,
            promise.name,
            violation.explanation,
            distsys::draw::terminal(&small.trace, false, &subject.style),
        );
    }
}
