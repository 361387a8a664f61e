//! # A copy at every node
//!
//! **Implements** [`Registers`]. **Uses** [`ReliableLink`].
//!
//! **Model**: asynchronous, crash-stop; any number of crashes.
//!
//! **Guarantees**: an operation [returns at
//! once](crate::spec::registers::returns_at_once), whoever else is there; and
//! [convergence](crate::spec::registers::convergence_without_crash): when all updates
//! have arrived, all nodes give the same answers, if nobody crashes. It is not
//! linearizable.
//!
//! **How it works**: a node reads and writes its own copy, and sends each write to the
//! others, who take it over if it is the newest that they know: the last writer wins.
//!
//! **Source**: notes, section 7.3 (optimistic replication, as in the calendar of the
//! lecture); last writer wins is A18.
//!
//! **Departures**: the notes show what such a store does, not how.

use crate::layer::*;
use crate::service::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// When something was written: a Lamport timestamp, and who wrote.
pub type Timestamp = (u64, NodeId);

// ANCHOR: state
/// Every node has its copy, and waits for nobody.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LocalCopy<V> {
    nodes: u32,
    /// The Lamport clock.
    time: u64,
    copy: BTreeMap<Key, (Timestamp, V)>,
}

/// Somebody has written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Update<V> {
    key: Key,
    stamp: Timestamp,
    value: V,
}
// ANCHOR_END: state

impl<V: Value> LocalCopy<V> {
    /// For a system of `nodes` nodes.
    pub fn new(nodes: u32) -> Self {
        LocalCopy { nodes, time: 0, copy: BTreeMap::new() }
    }

    /// With this in a register at first.
    pub fn holding(mut self, key: Key, value: V) -> Self {
        self.copy.insert(key, ((0, NodeId(0)), value));
        self
    }

    // ANCHOR: take_over
    /// The last writer wins.
    fn take_over(&mut self, Update { key, stamp, value }: Update<V>) {
        self.time = self.time.max(stamp.0);
        if self.copy.get(&key).is_none_or(|(known, _)| stamp > *known) {
            self.copy.insert(key, (stamp, value));
        }
    }
    // ANCHOR_END: take_over
}

impl<V: Value> Layer for LocalCopy<V> {
    type Implements = Registers<V>;
    type Uses = ReliableLink<Update<V>>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: handlers
    /// A client asks: the answer is here.
    fn on_request(&mut self, Invoke { op, call }: Invoke<RegisterOp<V>>, ctx: &mut Context<Self>) {
        let result = match call {
            RegisterOp::Get(key) => {
                RegisterResult::Got(self.copy.get(&key).map(|(_, value)| value.clone()))
            }
            RegisterOp::Set(key, value) => {
                self.time += 1;
                let update = Update { key, stamp: (self.time, ctx.me), value };
                let me = ctx.me;
                for node in NodeId::all(self.nodes).filter(|&node| node != me) {
                    ctx.send(node, update.clone());
                }
                self.take_over(update);
                RegisterResult::Done
            }
        };
        ctx.indicate(Return { op, result });
    }

    /// Another node has written.
    fn on_receive(
        &mut self,
        Deliver { msg: update, .. }: Deliver<Update<V>>,
        _: &mut Context<Self>,
    ) {
        self.take_over(update);
    }
    // ANCHOR_END: handlers

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
