//! The forty-six runs that the lectures draw, titled in our own words.

use super::CourseRun;

/// A run that can be shown.
const fn written(
    ids: &'static [&'static str],
    section: &'static str,
    title: &'static str,
) -> CourseRun {
    CourseRun { ids, title, section, written: true }
}

/// The runs, in the order of the course.
pub(crate) const RUNS: &[CourseRun] = &[
    written(&["R1.1"], "1.2", "A request to a web server"),
    written(&["R1.2"], "1.3", "A payment"),
    written(&["R1.3"], "1.3", "A remote call from the inside"),
    written(&["R2.1a", "R2.1b"], "2.1", "Two generals: what the first one sees"),
    written(&["R2.2a", "R2.2b"], "2.2", "Byzantine generals: what the third one sees"),
    written(&["R3.1"], "3.2", "An exchange with a time server"),
    written(&["R3.2"], "3.3", "A reply overtakes what it replies to"),
    written(&["R3.3"], "3.3", "The same, with timestamps of physical clocks"),
    written(&["R3.4"], "3.3", "Which event happened before which"),
    written(&["R3.5"], "3.3", "Light cones"),
    written(&["R4.1"], "4.1", "Lamport timestamps"),
    written(&["R4.2"], "4.1", "Vector timestamps"),
    written(&["R4.3"], "4.2", "FIFO broadcast"),
    written(&["R4.4"], "4.2", "Causal broadcast"),
    written(&["R4.5"], "4.2", "Total order broadcast, one order"),
    written(&["R4.6"], "4.2", "Total order broadcast, another order"),
    written(&["R4.7"], "4.3", "The sender of a broadcast crashes"),
    written(&["R4.8"], "4.3", "Eager reliable broadcast"),
    written(&["R4.9"], "4.3", "Gossip"),
    written(&["R5.1"], "5.1", "A retry counts twice"),
    written(&["R5.2"], "5.1", "A retry brings back what was removed"),
    written(&["R5.3a", "R5.3b"], "5.1", "One state, two intentions"),
    written(&["R5.4"], "5.1", "Tombstones"),
    written(&["R5.5"], "5.1", "Anti-entropy"),
    written(&["R5.6"], "5.1", "Concurrent writes arrive in opposite orders"),
    written(&["R5.7"], "5.2", "A client does not see its own write"),
    written(&["R5.8"], "5.2", "A quorum of two out of three"),
    written(&["R5.9"], "5.2", "Read repair"),
    written(&["R5.10"], "5.3", "The order of commits at leader and follower"),
    written(&["R6.1"], "6.1", "A leader behind a partition"),
    written(&["R6.2"], "6.1", "Two round trips for each decision"),
    written(&["R7.1"], "7.1", "Two-phase commit"),
    written(&["R7.2"], "7.2", "Operations take time"),
    written(&["R7.3"], "7.2", "What one client did before another"),
    written(&["R7.4"], "7.2", "Operations overlap"),
    written(&["R7.5"], "7.2", "Quorums are not linearizable, in messages"),
    written(&["R7.6"], "7.2", "Quorums are not linearizable, in operations"),
    written(&["R7.7"], "7.2", "The reader writes back"),
    written(&["R7.8"], "7.3", "A partition, and two ways to live with it"),
    written(&["R8.1"], "8.1", "Two changes of one calendar entry"),
    written(&["R8.2"], "8.1", "Two insertions at shifted places"),
    written(&["R8.3"], "8.1", "Operational transformation"),
    written(&["R8.4"], "8.1", "A text CRDT"),
    written(&["R8.5"], "8.2", "A dependency by way of a person"),
    written(&["R8.6"], "8.2", "Commit wait"),
    written(&["R8.7"], "8.2", "How the uncertainty of a clock grows"),
];
