//! Two generals, several generals with traitors among them, and a shop that is better off.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod byzantine;
mod checks;
mod sale;
mod two;

use distsys::subject::generals;
use tests::mutants;

// Seeds: many random runs with faults.

#[test]
fn generals_and_shops_keep_their_promises_in_every_hunt() {
    for subject in generals::subjects() {
        for hunt in subject.hunts() {
            let nodes = subject.parameters(&hunt.parameters).unwrap().nodes();
            for seed in 0..150 {
                for run in hunt.with_seed(seed).endings(nodes) {
                    let report = run.report(&subject).unwrap();
                    assert!(report.promised, "{} is asked for too much", subject.name);
                    let broken = report.broken();
                    let replay = || serde_json::to_string(&run).unwrap();
                    assert!(broken.is_none(), "{}: {broken:?} in {}", subject.name, replay());
                }
            }
        }
    }
}

// Mutants: each twin, with the property that must reject it.

#[test]
fn every_twin_breaks_its_property_and_the_smallest_run_is_pinned() {
    mutants::each_breaks_its_property(mutants::topic("generals"));
}

#[test]
fn the_original_survives_the_smallest_run_of_each_twin() {
    mutants::the_originals_survive(mutants::topic("generals"));
}

#[test]
fn every_property_of_generals_and_shops_rejects_some_twin() {
    let topic = mutants::topic("generals");
    mutants::each_promise_rejects_some_twin(topic, &generals::subjects(), &[]);
}
