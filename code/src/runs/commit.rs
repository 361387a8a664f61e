//! Atomic commitment, section 7.1.

use super::{CourseRun, Played, arrivals};
use crate::commit::TwoPhaseCommit;
use crate::node::MILLIS;
use crate::node::names::{A, B, C, D};
use crate::service::{CommitRequest, Transaction, Write};
use crate::sim::{Fault, Script, Trace, World};
use crate::subject::commit::{PATIENCE, style};

/// The runs.
pub(super) const RUNS: &[CourseRun] = &[CourseRun {
    id: "R7.1",
    title: "Two-phase commit",
    caption: "First the work, then two rounds: prepare and the votes, the decision and its acknowledgements. Between its \
              vote and the decision, a participant can do nothing but wait.",
    play: || Played::new(two_phase().text(), drawn()),
}];

/// How these runs are drawn: as the lectures name the nodes.
pub fn drawn() -> crate::draw::Style {
    style(&["client", "coordinator", "A", "B"])
}

/// R7.1: a transaction at two participants, C and D in the code, commits.
pub fn two_phase() -> Trace<TwoPhaseCommit> {
    two_phase_with(&[])
}

/// R7.1 with these faults, each with its time in milliseconds.
pub fn two_phase_with(faults: &[(u64, Fault)]) -> Trace<TwoPhaseCommit> {
    let t1 = Transaction(1);
    let script = Script {
        faults: Some(faults.iter().map(|(ms, fault)| (ms * MILLIS, fault.clone())).collect()),
        ..arrivals(&[
            (A, C, 1, Some(8)),
            (A, D, 1, Some(12)),
            (A, B, 1, Some(38)),
            (B, D, 1, Some(46)),
            (B, C, 1, Some(50)),
            (C, B, 1, Some(58)),
            (D, B, 1, Some(62)),
            (B, D, 2, Some(70)),
            (B, C, 2, Some(74)),
        ])
    };
    let mut world = World::new(0, vec![TwoPhaseCommit::new(B, PATIENCE); 4]).with_script(script);
    let work = [(C, Write { key: 'x', value: 1 }), (D, Write { key: 'y', value: 2 })];
    let work = work.map(|(node, write)| (node, vec![write])).into();
    world.request_at(0, A, CommitRequest::Begin(t1, work));
    world.request_at(30 * MILLIS, A, CommitRequest::Commit(t1));
    // What is acknowledged by then is over: 450 ms show all.
    let _ended = world.run_until(450 * MILLIS);
    world.trace()
}
