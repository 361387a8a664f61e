//! # Consistency models weaker than linearizability
//!
//! Linearizability asks for one order of all operations that keeps to real time. Each of these asks
//! for less:
//!
//! | model | what is promised | how it is decided |
//! | --- | --- | --- |
//! | [`sequential()`] | one order of all operations, in which those of each client keep theirs (Lamport 1979) | search within a budget: NP-complete |
//! | [`causal()`] | for each client an order of its operations and all writes, in which what comes causally first does so (causal memory: Ahamad and others 1995) | polynomial: bad patterns (Bouajjani and others 2017) |
//! | [`monotonic_reads`] | no client reads a value older than one that it read before (Terry and others 1994) | polynomial: a cycle |
//! | [`read_your_writes`] | no client reads a value older than one that it wrote before: read-after-write (Terry and others 1994) | polynomial: a cycle |
//!
//! The last two are given to each client by itself (a *session*, as Terry and others have it). For
//! them, older means: earlier in an order of the writes to a key, in which the writes of each client
//! come in the order in which it made them. The promise is broken if there is a client to whose
//! reads no such order fits; two clients need not agree on one. So causal consistency implies both.
//!
//! All but the first are about registers to which no value is written twice, so that a read tells
//! which write it saw.

mod causal;
mod cycle;
pub(crate) mod order;
pub mod registers;
mod sequential;
mod sessions;
mod words;

pub use causal::causal;
pub use registers::{Access, Ambiguous, What};
pub use sequential::{Rejection, Sequence, sequential};
pub use sessions::{monotonic_reads, read_your_writes};
pub use words::explain;

use crate::history::linearizability::Lack;

/// Whether a history of registers is as promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Kept,
    /// It is not.
    Broken(Vec<Because>),
    /// The budget, or the memory that a check may use, did not suffice to tell.
    NotDecided(Lack),
}

/// A step on the way to a contradiction: why one access must come before another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Because {
    /// The accesses that it is about, by their indices; the last two are in contradiction to what
    /// the other steps say.
    pub accesses: Vec<usize>,
    /// What is so.
    pub why: Why,
}

/// What is so of some accesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// One client did the first before the second.
    InTurn,
    /// The second read what the first wrote.
    Read,
    /// The client read the value of the second (the third access), though the first had come before
    /// that read; so the first is the older one.
    Overwritten,
    /// The client had written the first when it read the second (the third access).
    WroteBefore,
    /// The client had read the first (the third access) when it read the second (the fourth).
    ReadBefore,
    /// This read saw that nothing was written yet, though the first had come before it.
    SawNothing,
    /// This read saw a value that nobody wrote.
    FromNowhere,
}
