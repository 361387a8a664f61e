//! # Serializability
//!
//! A history of transactions is serializable if they could have been carried out one after the
//! other, in some order, with the same results; it is strictly serializable if that order can also
//! keep a transaction that ended before another began ahead of it.
//!
//! **How it works**: every value is written to a key only once, so a read tells whose write it saw.
//! That gives edges between transactions (`graph.rs`), each of which says that one must come before
//! the other:
//!
//! | edge | meaning |
//! | --- | --- |
//! | write to write | the second overwrote, or appended to, what the first wrote |
//! | write to read | the second read what the first wrote |
//! | read to write | the second overwrote, or appended to, what the first had read |
//! | real time | the first had ended before the second began |
//!
//! A cycle refutes, and what edges it consists of is its name (Adya 1999). What can be inferred
//! depends on the store:
//!
//! - **lists**, to which transactions append: whoever reads a list sees in which order it was
//!   written. All edges are known, so no cycle means that any order along the edges will do.
//! - **registers**: the value that a transaction read before it wrote came before its own; of other
//!   writes the order is not known. If the edges that are known have no cycle, all orders of the
//!   writes are tried (`orders.rs`), within a budget: the problem is NP-complete. A refutation that
//!   needs this has no name in the literature, since names depend on the order.
//!
//! Before all that, the transactions are carried out in the order in which they began (`witness.rs`):
//! if each has its results then, nothing is left to show.
//!
//! A transaction whose end is unknown counts if somebody read what it wrote, and else might as well
//! not have happened.
//!
//! **Source**: Adya, "Weak consistency" (1999) for the names; Berenson and others, "A critique of
//! ANSI SQL isolation levels" (1995) for lost update and the skews; Kingsbury and Alvaro, "Elle:
//! inferring isolation anomalies from experimental observations" (2020) for the method.

mod cycles;
mod graph;
mod observed;
mod orders;
mod stamped;
mod witness;
mod words;

pub use graph::{Edge, Kind};
pub use stamped::{anomaly, of_operations};
pub use words::{explain, involved, name, steps};

use crate::history::linearizability::Lack;
use crate::layer::Value;

/// What a transaction works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Store {
    /// A list under each key; writing appends. Each is empty at first.
    Lists,
    /// A value under each key, at first none.
    Registers,
}

/// What was promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Level {
    /// As if one after the other.
    Serializable,
    /// In an order that keeps what ended before something else began ahead of it.
    StrictSerializable,
}

/// Several reads and writes that are to happen all at once, or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Transaction<K, V> {
    /// What it did, in order. Of one that did not end nothing is known that it read.
    pub actions: Vec<Action<K, V>>,
    /// What became of it.
    pub outcome: Outcome,
    /// Where among all events it began.
    pub invoked: u64,
    /// Where it ended, if it did.
    pub returned: Option<u64>,
}

/// What a transaction does with one key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Action<K, V> {
    /// Sets a register, or appends to a list.
    Write(K, V),
    /// Reads a list, or a register: then no value or one.
    Read(K, Vec<V>),
}

/// What became of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It happened.
    Committed,
    /// It did not.
    Aborted,
    /// Nobody knows.
    Unknown,
}

/// Whether a history is as promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict<K, V> {
    /// It is: in this order. Transactions that did not happen, or need not have, are not in it.
    Serializable(Vec<usize>),
    /// It is not.
    NotSerializable(Anomaly<K, V>),
    /// The budget, or the memory that a check may use, did not suffice to tell.
    NotDecided(Lack),
}

/// Why a history is not as promised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Anomaly<K, V> {
    /// A cycle: each edge ends where the next begins, and the last where the first does.
    Cycle(Vec<Edge<K, V>>),
    /// **Aborted read** (G1a): a transaction read what one that did not happen had written.
    AbortedRead(Seen<K, V>),
    /// **Intermediate read** (G1b): a transaction read what another overwrote, or added to, itself.
    IntermediateRead(Seen<K, V>),
    /// A transaction read what nobody wrote.
    Unwritten(Seen<K, V>),
    /// A transaction read something else than it had written itself.
    Internal(Seen<K, V>),
    /// One list has the same element twice.
    Duplicate(Seen<K, V>),
    /// Two transactions read lists of which neither continues the other.
    Incompatible(Seen<K, V>, Seen<K, V>),
    /// Whatever the order of the writes, it leads to a cycle.
    NoOrder {
        /// How many orders were tried.
        tried: u64,
        /// What was wrong with the first.
        clash: Clash<K>,
    },
}

/// A write that would have to come between another write and a read that saw that other write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash<K> {
    /// Where all three read or wrote.
    pub key: K,
    /// Which transaction wrote what was read: its index in the history.
    pub writer: usize,
    /// Which read it.
    pub reader: usize,
    /// Which would have to come between the two.
    pub other: usize,
}

/// What a transaction read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen<K, V> {
    /// Which transaction: its index in the history.
    pub reader: usize,
    /// What it read.
    pub key: K,
    /// What was there.
    pub content: Vec<V>,
    /// The value in question, and who wrote it.
    pub of: Option<(V, usize)>,
}

/// Two transactions wrote the same value to the same key, so reads do not tell whose they saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ambiguous<K, V> {
    /// The key.
    pub key: K,
    /// The value.
    pub value: V,
    /// Who wrote it: their indices in the history. One that wrote it twice is here twice.
    pub writers: [usize; 2],
}

/// How many steps a check takes at most unless told otherwise.
pub const STEPS: u64 = 50_000_000;

/// Whether the transactions are as promised. Gives up after so many steps.
pub fn check<K: Value + Ord, V: Value + Ord>(
    store: Store,
    level: Level,
    transactions: &[Transaction<K, V>],
    steps: u64,
) -> Result<Verdict<K, V>, Ambiguous<K, V>> {
    let writes = observed::Writes::of(transactions)?;
    let observed = match observed::Observed::of(store, transactions, &writes) {
        Ok(observed) => observed,
        Err(anomaly) => return Ok(Verdict::NotSerializable(*anomaly)),
    };
    // Many histories are fine as they stand, and then there is nothing to look for. What began first
    // comes first, so that real time is kept, too.
    let mut in_turn = observed.happened.clone();
    in_turn.sort_by_key(|&index| transactions[index].invoked);
    if witness::fits(store, transactions, &in_turn) {
        return Ok(Verdict::Serializable(in_turn));
    }
    let mut graph = graph::Graph::new(transactions, &observed.happened);
    let versions = match store {
        Store::Lists => graph.add_lists(&observed, &writes),
        Store::Registers => graph.add_registers(&observed),
    };
    if let Err(anomaly) = versions {
        return Ok(Verdict::NotSerializable(*anomaly));
    }
    if level == Level::StrictSerializable {
        graph.add_real_time();
    }
    if let Some(cycle) = cycles::worst(&graph) {
        return Ok(Verdict::NotSerializable(Anomaly::Cycle(cycle)));
    }
    if graph.is_full {
        return Ok(Verdict::NotDecided(Lack::Bytes));
    }
    Ok(match store {
        Store::Lists => Verdict::Serializable(graph.order()),
        Store::Registers => orders::search(transactions, &graph, &observed, steps),
    })
}
