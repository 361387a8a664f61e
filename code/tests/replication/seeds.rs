//! Many random runs with faults.

use distsys::sim::marks;
use distsys::subject::{Report, Run, Subject, Systematic, Tally, replicated, smallest};

pub(crate) fn thorough() -> bool {
    std::env::var_os("DISTSYS_THOROUGH").is_some()
}

#[test]
fn replicated_state_keeps_its_promises_in_every_hunt_and_with_either_end() {
    let seeds = if thorough() { 30 } else { 10 };
    for subject in replicated::subjects() {
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
fn what_can_go_wrong_for_replicated_state_does_go_wrong_in_these_runs() {
    let wanted =
        [marks::LOST, marks::DUPLICATE, marks::OVERTAKEN, marks::CUT, marks::PAUSE, marks::CRASH];
    for name in ["state-machine-causal", "primary-backup"] {
        let subject = &tests::mutants::subject(name);
        let mut seen = Tally::default();
        for hunt in subject.hunts() {
            seen.marks.extend(Tally::of(subject, &hunt, 0..10).unwrap().marks);
        }
        seen.require(&wanted).unwrap();
    }
}

#[test]
fn replicated_state_survives_every_small_change_of_a_calm_run() {
    let most = if thorough() { 300 } else { 40 };
    for subject in replicated::subjects() {
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

/// Fails with the promise, the smallest run that breaks it, and the run.
pub(crate) fn assert_kept(subject: &Subject, run: &Run, report: &Report) {
    let replay = serde_json::to_string(run).unwrap();
    assert_eq!(report.error, None, "{} in the run {replay}", subject.name);
    if let Some((promise, violation)) = report.broken() {
        let (_, small) = smallest(subject, run, promise.name).unwrap();
        panic!(
            "{} breaks {}: {}\n\nthe smallest run found:\n{}\nThe run: {replay}",
            subject.name,
            promise.name,
            violation.explanation,
            distsys::draw::terminal(&small.trace, false, &subject.style),
        );
    }
}
