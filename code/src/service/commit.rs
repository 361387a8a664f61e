//! The service of chapter 7: transactions that commit on all nodes or on none.

use crate::layer::Service;
use crate::node::NodeId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A transaction, by its number. The client that makes it sees to it that no other has the same.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Transaction(pub u32);

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "T{}", self.0)
    }
}

/// What a transaction writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Write {
    /// Where.
    pub key: char,
    /// What.
    pub value: u64,
}

/// What a client may ask.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CommitRequest {
    /// Begin the transaction: these nodes are its participants, and each is to write this.
    Begin(Transaction, BTreeMap<NodeId, Vec<Write>>),
    /// All work is given out: commit the transaction if you can.
    Commit(Transaction),
}

/// How a transaction ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// All that it wrote counts.
    Commit,
    /// It never was.
    Abort,
}

/// What is told of transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CommitEvent {
    /// At a participant: it votes yes, and so must be able to commit, whatever happens from now on.
    Ready(Transaction),
    /// At a coordinator: this is decided.
    Decided(Transaction, Outcome),
    /// At a participant: the transaction is over here.
    Ended(Transaction, Outcome),
    /// At a participant that is back from a crash: the transaction was over here before that,
    /// whether that was still told or not.
    WasOver(Transaction, Outcome),
}

/// A transaction commits at all its participants or aborts at all of them.
#[derive(Clone, Copy, Debug)]
pub struct AtomicCommit;
impl Service for AtomicCommit {
    type Request = CommitRequest;
    type Indication = CommitEvent;
}
