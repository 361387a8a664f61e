//! Each twin, with the property that must reject it.

use distsys::subject::replicated;
use tests::mutants;

#[test]
fn every_twin_of_replicated_state_breaks_its_property_and_the_smallest_run_is_pinned() {
    mutants::each_breaks_its_property(mutants::topic("replicated"));
}

#[test]
fn the_original_survives_the_smallest_run_of_each_twin_of_replicated_state() {
    mutants::the_originals_survive(mutants::topic("replicated"));
}

#[test]
fn every_property_of_replicated_state_rejects_some_twin() {
    let topic = mutants::topic("replicated");
    mutants::each_promise_rejects_some_twin(topic, &replicated::subjects(), &[]);
}
