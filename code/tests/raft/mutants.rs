//! Each twin, with the property that must reject it.

use crate::seeds::thorough;
use distsys::subject::raft;
use tests::mutants;
use zoo::HARMLESS;

const TOPICS: [&str; 2] = ["raft", "raft-logs"];

/// The runs in the golden file break the properties. That they are found, and are the smallest that are, takes minutes:
/// see the next one.
#[test]
fn every_twin_breaks_its_property_in_its_pinned_run() {
    for topic in TOPICS {
        mutants::each_pinned_run_breaks_its_property(mutants::topic(topic));
    }
}

#[test]
fn the_original_survives_the_smallest_run_of_each_twin() {
    for topic in TOPICS {
        mutants::the_originals_survive(mutants::topic(topic));
    }
}

/// Each promise is broken by some twin.
#[test]
fn every_property_of_raft_rejects_some_twin() {
    let broken: Vec<_> =
        TOPICS.iter().flat_map(|topic| mutants::topic(topic).twins).map(|it| it.breaks).collect();
    for promise in &raft::subjects()[0].promises {
        assert!(broken.contains(&promise.name), "no twin breaks {}", promise.name);
    }
}

/// Who fails these is too strict. Chance must be left in the runs: see the zoo.
#[test]
fn harmless_changes_keep_every_promise() {
    let seeds = if thorough() { 30 } else { 1 };
    for twin in HARMLESS.iter().flat_map(|topic| topic.twins) {
        let subject = twin.subject().unwrap();
        for hunt in subject.hunts().iter().filter(|hunt| !hunt.script.calm) {
            let nodes = subject.parameters(&hunt.parameters).unwrap().nodes();
            for run in (0..seeds).flat_map(|seed| hunt.with_seed(seed).endings(nodes)) {
                let broken = run.broken(&subject).unwrap();
                let replay = || serde_json::to_string(&run).unwrap();
                assert!(broken.is_empty(), "{} breaks {broken:?} in {}", twin.name, replay());
            }
        }
    }
}
