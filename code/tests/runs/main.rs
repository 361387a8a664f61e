//! The runs of the lectures: each is the one whose picture the page shows.

use distsys::runs::runs;
use std::collections::BTreeSet;
use tests::golden;

#[test]
fn every_run_is_the_one_in_its_golden_files() {
    for run in runs() {
        golden::check(&format!("{}.txt", run.id), &(run.play)().trace.to_string());
        golden::check(&format!("{}.html", run.id), &run.figure());
    }
}

#[test]
fn no_two_runs_have_one_name() {
    let ids: BTreeSet<_> = runs().iter().map(|run| run.id).collect();
    assert_eq!(ids.len(), runs().len());
}
