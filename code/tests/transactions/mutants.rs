//! Each twin, with the property that must reject it.

use distsys::subject::{spanner, transactions};
use tests::mutants;

#[test]
fn every_twin_breaks_its_property_and_the_smallest_run_is_pinned() {
    mutants::each_breaks_its_property(mutants::topic("transactions"));
}

#[test]
fn the_original_survives_the_smallest_run_of_each_twin() {
    mutants::the_originals_survive(mutants::topic("transactions"));
}

#[test]
fn every_property_of_transactions_rejects_some_twin() {
    mutants::each_promise_rejects_some_twin(
        mutants::topic("transactions"),
        &[transactions::subjects(), spanner::subjects()].into_iter().flatten().collect::<Vec<_>>(),
        // Whose twins are in `anomalies.rs`.
        &["transactions::strictly_serializable"],
    );
}
