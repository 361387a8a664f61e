//! The service of section 8.2: transactions on a database, each with a timestamp.

use crate::layer::Service;
use crate::node::Time;
use crate::service::{AtLeast, Invoke, Key, Return};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a client may ask: all of a transaction at once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Tx {
    /// Read these keys, then write those.
    Update {
        /// What to read.
        reads: BTreeSet<Key>,
        /// What to write.
        writes: BTreeMap<Key, u64>,
    },
    /// Read these keys as they all were at one time.
    Snapshot {
        /// What to read.
        keys: BTreeSet<Key>,
        /// The time; `None` for now.
        at: Option<Time>,
    },
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TxResult {
    /// It has happened, all of it.
    Committed {
        /// Its timestamp: its place in the order of transactions. Of a snapshot, its time.
        at: Time,
        /// What it read.
        read: BTreeMap<Key, Option<u64>>,
    },
    /// Nothing of it has happened.
    Aborted,
}

/// Transactions on a database.
#[derive(Clone, Copy, Debug)]
pub struct Transactions;
impl Service for Transactions {
    type Request = Invoke<Tx>;
    type Indication = Return<TxResult>;
}
impl AtLeast<Transactions> for Transactions {
    fn request(request: Invoke<Tx>) -> Invoke<Tx> {
        request
    }
    fn indication(indication: Return<TxResult>) -> Return<TxResult> {
        indication
    }
}
