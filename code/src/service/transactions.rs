//! The service of section 8.2: transactions on a database, each with a timestamp.

use crate::beside::Both;
use crate::layer::{Indication, Request, Service, Value};
use crate::node::Time;
use crate::service::{AtLeast, Broadcast, Deliver, FifoTotalOrderBroadcast, Invoke, Key, Return};
use crate::stack::Either;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;

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

/// One of two shards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Shard {
    /// The first.
    First,
    /// The second.
    Second,
}

/// A total order broadcast for each of two shards: two of them side by side.
#[derive(Clone, Debug)]
pub struct Shards<M>(PhantomData<M>);
impl<M: Value> Service for Shards<M> {
    type Request = (Shard, Broadcast<M>);
    type Indication = (Shard, Deliver<M>);
}
impl<M, A, B> AtLeast<Shards<M>> for Both<A, B>
where
    M: Value,
    A: AtLeast<FifoTotalOrderBroadcast<M>>,
    B: AtLeast<FifoTotalOrderBroadcast<M>>,
{
    fn request((shard, request): (Shard, Broadcast<M>)) -> Request<Self> {
        match shard {
            Shard::First => Either::First(A::request(request)),
            Shard::Second => Either::Second(B::request(request)),
        }
    }
    fn indication(indication: Indication<Self>) -> (Shard, Deliver<M>) {
        match indication {
            Either::First(indication) => (Shard::First, A::indication(indication)),
            Either::Second(indication) => (Shard::Second, B::indication(indication)),
        }
    }
}
