//! Remote calls: frames, connections, calls, and calls that are executed at most once.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod checks;
mod exercises;
mod framing;
#[path = "../../examples/shared/json.rs"]
mod json;
mod payments;
mod runs;
mod spec;

use distsys::subject::{Report, Run, Subject, rpc};
use tests::mutants;

// Seeds: many random runs with faults.

#[test]
fn remote_calls_keep_their_promises_in_every_hunt() {
    for subject in rpc::subjects() {
        for hunt in subject.hunts() {
            let nodes = subject.parameters(&hunt.parameters).unwrap().nodes();
            for run in (0..150).flat_map(|seed| hunt.with_seed(seed).endings(nodes)) {
                let report = run.report(&subject).unwrap();
                assert!(report.promised, "{} is asked for more than it promises", subject.name);
                assert_kept(&subject, &run, &report);
            }
        }
    }
}

/// Fails with the promise, and the smallest run that breaks it.
fn assert_kept(subject: &Subject, run: &Run, report: &Report) {
    assert_eq!(report.error, None, "{}: {}", subject.name, serde_json::to_string(run).unwrap());
    if let Some((promise, violation)) = report.broken() {
        let (small, smallest) = distsys::subject::smallest(subject, run, promise.name).unwrap();
        panic!(
            "{} breaks {}: {}\n{}\n{}\n{}",
            subject.name,
            promise.name,
            violation.explanation,
            distsys::draw::terminal(&smallest.trace, false, &subject.style),
            serde_json::to_string(&small).unwrap(),
            serde_json::to_string(run).unwrap(),
        );
    }
}

// Mutants: each twin, with the property that must reject it.

#[test]
fn every_twin_breaks_its_property_and_the_smallest_run_is_pinned() {
    mutants::each_breaks_its_property(mutants::topic("rpc"));
}

#[test]
fn the_original_survives_the_smallest_run_of_each_twin() {
    mutants::the_originals_survive(mutants::topic("rpc"));
}

#[test]
fn every_property_of_remote_calls_rejects_some_twin() {
    // Those of links have their twins among the links.
    let elsewhere =
        ["reliable_link::no_creation", "reliable_link::no_duplication", "fifo_link::order"];
    let topic = mutants::topic("rpc");
    mutants::each_promise_rejects_some_twin(topic, &rpc::subjects(), &elsewhere);
}
