//! The twenty-two exercises, titled in our own words.

use super::Kind::{Calculation, Code, Essay, Proof};
use super::{Exercise, Kind};

/// An exercise that is not written yet.
const fn planned(number: u8, section: &'static str, kind: Kind, title: &'static str) -> Exercise {
    Exercise { number, section, kind, title, program: None, written: false }
}

/// The exercises, in the order of the course.
pub(crate) const EXERCISES: &[Exercise] = &[
    planned(1, "1.2", Essay, "Sharing one TCP connection among requests"),
    planned(2, "1.3", Essay, "Remote call and local call compared"),
    planned(3, "2.3", Essay, "Dropping repeated requests at the server"),
    Exercise {
        number: 4,
        section: "2.4",
        kind: Code,
        title: "A FIFO link for nodes that may crash",
        program: Some("ex04_fifo_link"),
        written: true,
    },
    Exercise {
        number: 5,
        section: "2.4",
        kind: Essay,
        title: "A FIFO link for nodes that crash and recover",
        program: Some("ex05_fifo_recovery"),
        written: true,
    },
    planned(6, "3.1", Essay, "What a smeared leap second can break"),
    planned(7, "3.2", Calculation, "How wrong the NTP estimate can be"),
    planned(8, "3.3", Proof, "Happens-before is a strict partial order"),
    planned(9, "3.3", Proof, "Two events: before, after or concurrent"),
    planned(10, "4.1", Calculation, "Lamport timestamps of a run"),
    planned(11, "4.1", Proof, "The Lamport order is causal"),
    planned(12, "4.1", Calculation, "Vector timestamps of the same run"),
    planned(13, "4.1", Calculation, "Which events the timestamps put in order"),
    planned(14, "4.1", Essay, "Choosing a clock for the task"),
    planned(15, "4.2", Proof, "Which broadcast implies which"),
    planned(16, "4.3", Code, "FIFO-total order broadcast by Lamport clocks"),
    planned(17, "5.1", Essay, "Physical timestamps in a replicated store"),
    planned(18, "6.2", Calculation, "Raft logs: a past, commits, elections, repair"),
    planned(19, "7.2", Code, "The ABD register"),
    planned(20, "7.2", Calculation, "Is this history linearizable?"),
    planned(21, "8.1", Proof, "The map CRDT converges"),
    planned(22, "8.1", Code, "A map CRDT that keeps concurrent values"),
];
