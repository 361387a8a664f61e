//! # Map CRDT by operations
//!
//! **Implements** [`SharedMap`]. **Uses** [`ReliableBroadcast`].
//!
//! **Model**: asynchronous, crash-stop; any number of crashes.
//!
//! **Guarantees**: [convergence](crate::spec::shared_map::convergence): in the end all
//! correct nodes hold the same; [no creation](crate::spec::shared_map::no_creation):
//! only what was set is held; [no return of the
//! overwritten](crate::spec::shared_map::overwritten): a value that was seen when the
//! key was set again does not win over the new one.
//!
//! **How it works**: whoever sets a key broadcasts the new value with a timestamp that
//! nobody else has. For each key, the greatest timestamp wins, at every node, in
//! whatever order the messages come.
//!
//! **Source**: notes, section 8.1 (A31), slide "Operation-based map CRDT"; Shapiro et
//! al. 2011.
//!
//! **Departures**: `values` is a map from the key to the rest of the triple, since
//! there is at most one for each key. How timestamps are made is written out: a
//! Lamport clock, which deliveries raise.

use crate::crdt::Timestamp;
use crate::layer::*;
use crate::service::shared_data::{Holds, MapRequest, SharedMap};
use crate::service::{Deliver, ReliableBroadcast};
use std::collections::BTreeMap;

// ANCHOR: state
/// Somebody set a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Set<K, V> {
    t: Timestamp,
    key: K,
    value: V,
}

/// A map CRDT: for each key, the greatest timestamp wins.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OperationMap<K: Ord, V> {
    /// The greatest time in any timestamp so far.
    clock: u64,
    /// For each key, a value and when it was set.
    values: BTreeMap<K, (Timestamp, V)>,
}
// ANCHOR_END: state

impl<K: Ord, V> OperationMap<K, V> {
    /// With nothing in it.
    #[expect(clippy::new_without_default, reason = "layers are built with `new`")]
    pub const fn new() -> Self {
        OperationMap { clock: 0, values: BTreeMap::new() }
    }
    /// With these values in it, at every node.
    pub fn holding(values: impl IntoIterator<Item = (K, V)>) -> Self {
        let from_the_start = |(key, value)| (key, ((0, NodeId(0)), value));
        OperationMap { clock: 0, values: values.into_iter().map(from_the_start).collect() }
    }
}

impl<K: Value + Ord, V: Value> Layer for OperationMap<K, V> {
    // ANCHOR: layer
    type Implements = SharedMap<K, V>;
    type Uses = ReliableBroadcast<Set<K, V>>;
    // ANCHOR_END: layer
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: handlers
    fn on_request(&mut self, request: MapRequest<K, V>, ctx: &mut Context<Self>) {
        match request {
            // Asked for what a key holds: this node's own copy is enough.
            MapRequest::Read { key } => self.tell(key, ctx),
            // Asked to set a key.
            MapRequest::Set { key, value } => {
                self.clock += 1;
                let t = (self.clock, ctx.me);
                ctx.broadcast(Set { t, key, value });
            }
        }
    }

    /// A node has set a key, perhaps this one.
    fn on_receive(
        &mut self,
        Deliver { msg: Set { t, key, value }, .. }: Deliver<Set<K, V>>,
        ctx: &mut Context<Self>,
    ) {
        self.clock = self.clock.max(t.0);
        let previous = self.values.get(&key);
        if previous.is_none_or(|(earlier, _)| *earlier < t) {
            self.values.insert(key.clone(), (t, value));
        }
        self.tell(key, ctx);
    }
    // ANCHOR_END: handlers

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

impl<K: Value + Ord, V: Value> OperationMap<K, V> {
    /// Says what the key holds.
    fn tell(&self, key: K, ctx: &mut Context<Self>) {
        let value = self.values.get(&key).map(|(_, value)| value.clone());
        ctx.indicate(Holds { key, values: value.into_iter().collect() });
    }
}
