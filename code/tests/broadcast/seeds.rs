//! Many random runs with faults.

use distsys::subject::{Report, Run, Subject, Systematic, broadcasts, smallest};

#[test]
fn broadcasts_keep_their_promises_in_every_hunt_and_with_either_end() {
    let seeds = if std::env::var_os("DISTSYS_THOROUGH").is_some() { 60 } else { 20 };
    for subject in broadcasts::subjects() {
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
fn broadcasts_survive_every_small_change_of_a_calm_run() {
    let most = if std::env::var_os("DISTSYS_THOROUGH").is_some() { 500 } else { 60 };
    for subject in broadcasts::subjects() {
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
             `cargo book exercise 16 --replay FILE`:\n{replay}",
            subject.name,
            promise.name,
            violation.explanation,
            distsys::draw::terminal(&small.trace, false, &subject.style),
        );
    }
}
