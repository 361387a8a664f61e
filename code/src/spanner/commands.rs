//! What the replicas of a shard are told to do, and what they keep of a transaction.

use crate::node::{NodeId, Time};
use crate::service::{Key, OpId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What was in some keys.
pub type Read = BTreeMap<Key, Option<u64>>;

// ANCHOR: commands
/// A transaction, named by when it began, where, and as what. The smaller is the older.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Age {
    /// When it began, by the clock of its node …
    pub began: Time,
    /// … which coordinates it …
    pub node: NodeId,
    /// … and was asked for this.
    pub op: OpId,
}

/// What the replicas of a shard do, all in the same order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Command {
    /// Lock what the transaction will read and write.
    Lock(Age, BTreeSet<Key>, BTreeMap<Key, u64>),
    /// Can it commit? It will get a timestamp that is no smaller than this.
    Prepare(Age, Time),
    /// It commits with this timestamp; or aborts, if there is none.
    End(Age, Option<Time>),
    /// No transaction from here on gets a timestamp that is not later than this.
    Pass(Time),
}
// ANCHOR_END: commands

// ANCHOR: part
/// What a transaction does at one shard, and how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Part {
    /// What it reads here.
    pub reads: BTreeSet<Key>,
    /// What it writes here.
    pub writes: BTreeMap<Key, u64>,
    /// How far it is.
    pub state: State,
}

/// How far a transaction is at one shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It waits for locks.
    Waits,
    /// It has all its locks here.
    Holds,
    /// It has promised to commit, with a timestamp no smaller than this, if it is told to.
    Prepared(Time),
}
// ANCHOR_END: part
