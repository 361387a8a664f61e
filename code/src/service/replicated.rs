//! The services of section 5.3: a state that all replicas have, and a database with a leader.

use crate::layer::{Service, Value};
use crate::node::{NodeId, Time};
use crate::service::{AtLeast, Broadcast, Deliver};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::marker::PhantomData;

// ANCHOR: machine
/// What is replicated: a state, and what an update makes of it.
pub trait Machine: Value {
    /// What can be done to it.
    type Update: Value + Ord;
    /// The weakest broadcast by which replicas end up in the same state.
    type Needs: Service<Request = Broadcast<Self::Update>, Indication = Deliver<Self::Update>>;
    /// Does it. What comes of it may depend on the state and on the update, and on nothing else.
    fn apply(&mut self, update: &Self::Update);
}
// ANCHOR_END: machine

/// Asks for an update.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Perform<U>(pub U);

/// An update was done here.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Applied<U, S> {
    /// Who had asked for it.
    pub from: NodeId,
    /// The update.
    pub update: U,
    /// The state that it led to.
    pub state: S,
}

/// A state of which every node has a copy.
#[derive(Clone, Copy, Debug)]
pub struct ReplicatedState<S>(PhantomData<S>);
impl<S: Machine> Service for ReplicatedState<S> {
    type Request = Perform<S::Update>;
    type Indication = Applied<S::Update, S>;
}
impl<S: Machine> AtLeast<ReplicatedState<S>> for ReplicatedState<S> {
    fn request(request: Perform<S::Update>) -> Perform<S::Update> {
        request
    }
    fn indication(indication: Applied<S::Update, S>) -> Applied<S::Update, S> {
        indication
    }
}

/// A transaction that takes a while: its name, how long, and what it writes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Work {
    /// Its name.
    pub name: u32,
    /// How long it takes to execute.
    pub takes: Time,
    /// The keys that it writes, each with its name as the value.
    pub keys: Vec<char>,
}

/// What is in a database: for each key, the name of the transaction that wrote it last.
pub type Data = BTreeMap<char, u32>;

/// What is told of transactions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DatabaseEvent {
    /// At a replica: that transaction is committed here, and this is in the database now.
    Committed(u32, Data),
    /// At a client: its transaction is committed.
    Done(u32),
}

/// A database of which every node but the clients has a copy.
#[derive(Clone, Copy, Debug)]
pub struct ReplicatedDatabase;
impl Service for ReplicatedDatabase {
    type Request = Work;
    type Indication = DatabaseEvent;
}
