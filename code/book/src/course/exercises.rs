//! The twenty-two exercises, titled in our own words.

use super::Kind::{Calculation, Code, Essay, Proof};
use super::{Exercise, Kind};

/// An exercise with its program, on the page of its section.
const fn solved(
    number: u8,
    section: &'static str,
    kind: Kind,
    title: &'static str,
    program: &'static str,
) -> Exercise {
    Exercise { number, section, kind, title, program: Some(program), written: true }
}

/// The exercises, in the order of the course.
pub(crate) const EXERCISES: &[Exercise] = &[
    solved(1, "1.2", Essay, "Sharing one TCP connection among requests", "ex01_shared_connection"),
    solved(2, "1.3", Essay, "Remote call and local call compared", "ex02_remote_or_local"),
    solved(3, "2.3", Essay, "Dropping repeated requests at the server", "ex03_deduplication"),
    solved(4, "2.4", Code, "A FIFO link for nodes that may crash", "ex04_fifo_link"),
    solved(5, "2.4", Essay, "A FIFO link for nodes that crash and recover", "ex05_fifo_recovery"),
    solved(6, "3.1", Essay, "What a smeared leap second can break", "ex06_smearing"),
    solved(7, "3.2", Calculation, "How wrong the NTP estimate can be", "ex07_ntp_error"),
    solved(
        8,
        "3.3",
        Proof,
        "Happens-before is a strict partial order",
        "ex08_strict_partial_order",
    ),
    solved(
        9,
        "3.3",
        Proof,
        "Two events: before, after or concurrent",
        "ex09_before_after_concurrent",
    ),
    solved(10, "4.1", Calculation, "Lamport timestamps of a run", "ex10_lamport_timestamps"),
    solved(11, "4.1", Proof, "The Lamport order is causal", "ex11_lamport_order"),
    solved(12, "4.1", Calculation, "Vector timestamps of the same run", "ex12_vector_timestamps"),
    solved(
        13,
        "4.1",
        Calculation,
        "Which events the timestamps put in order",
        "ex13_what_timestamps_tell",
    ),
    solved(14, "4.1", Essay, "Choosing a clock for the task", "ex14_which_clock"),
    solved(15, "4.2", Proof, "Which broadcast implies which", "ex15_which_implies_which"),
    solved(
        16,
        "4.3",
        Code,
        "FIFO-total order broadcast by Lamport clocks",
        "ex16_lamport_total_order",
    ),
    solved(
        17,
        "5.1",
        Essay,
        "Physical timestamps in a replicated store",
        "ex17_physical_timestamps",
    ),
    solved(
        18,
        "6.2",
        Calculation,
        "Raft logs: a past, commits, elections, repair",
        "ex18_raft_logs",
    ),
    solved(19, "7.2", Code, "The ABD register", "ex19_abd"),
    solved(20, "7.2", Calculation, "Is this history linearizable?", "ex20_linearizable"),
    solved(21, "8.1", Proof, "The map CRDT converges", "ex21_map_converges"),
    solved(22, "8.1", Code, "A map CRDT that keeps concurrent values", "ex22_multi_value_map"),
];
