//! # Map CRDT by states
//!
//! **Implements** [`SharedMap`]. **Uses** [`BestEffortBroadcast`].
//!
//! **Model**: asynchronous, crash-stop.
//!
//! **Guarantees**: [convergence](crate::spec::shared_map::convergence_without_crash),
//! if nobody crashes: in the end all nodes hold the same; [no
//! creation](crate::spec::shared_map::no_creation): only what was set is held; [no
//! return of the overwritten](crate::spec::shared_map::overwritten): a value that was
//! seen when the key was set again does not win over the new one.
//!
//! **How it works**: whoever sets a key changes its own copy at once, and broadcasts
//! all of it. Whoever gets a copy merges it with its own: for each key the greatest
//! timestamp wins. Messages may be lost, if later ones get through, and may come
//! twice or in any order.
//!
//! **Source**: notes, section 8.1 (A32), slide "State-based map CRDT"; Shapiro et al.
//! 2011.
//!
//! **Departures**: `values` is a map from the key to the rest of the triple, since
//! there is at most one for each key. How timestamps are made is written out: a
//! Lamport clock, which merging raises. A node may get its own state back: merging it
//! changes nothing.

use crate::crdt::Timestamp;
use crate::layer::*;
use crate::service::shared_data::{Holds, MapRequest, SharedMap};
use crate::service::{BestEffortBroadcast, Deliver};
use std::collections::BTreeMap;

// ANCHOR: state
/// For each key, a value and when it was set.
pub type Values<K, V> = BTreeMap<K, (Timestamp, V)>;

/// A map CRDT: states are exchanged and merged.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StateMap<K: Ord, V> {
    /// The greatest time in any timestamp so far.
    clock: u64,
    values: Values<K, V>,
}
// ANCHOR_END: state

impl<K: Ord, V> StateMap<K, V> {
    /// With nothing in it.
    #[expect(clippy::new_without_default, reason = "layers are built with `new`")]
    pub const fn new() -> Self {
        StateMap { clock: 0, values: BTreeMap::new() }
    }
}

// ANCHOR: merge
/// For each key in either, the value that was set last.
pub fn merge<K: Ord, V>(one: Values<K, V>, other: Values<K, V>) -> Values<K, V> {
    let mut merged = one;
    for (key, (t, value)) in other {
        if merged.get(&key).is_none_or(|(earlier, _)| *earlier < t) {
            merged.insert(key, (t, value));
        }
    }
    merged
}
// ANCHOR_END: merge

impl<K: Value + Ord, V: Value> Layer for StateMap<K, V> {
    // ANCHOR: layer
    type Implements = SharedMap<K, V>;
    type Uses = BestEffortBroadcast<Values<K, V>>;
    // ANCHOR_END: layer
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: handlers
    fn on_request(&mut self, request: MapRequest<K, V>, ctx: &mut Context<Self>) {
        match request {
            // Asked for what a key holds.
            MapRequest::Read { key } => self.tell(key, ctx),
            // Asked to set a key: here it is done at once.
            MapRequest::Set { key, value } => {
                self.clock += 1;
                let t = (self.clock, ctx.me);
                self.values.insert(key.clone(), (t, value));
                self.tell(key, ctx);
                ctx.broadcast(self.values.clone());
            }
        }
    }

    /// The state of some node comes, perhaps an old one of this node itself.
    fn on_receive(&mut self, Deliver { msg, .. }: Deliver<Values<K, V>>, ctx: &mut Context<Self>) {
        let before = self.values.clone();
        self.values = merge(before.clone(), msg);
        let latest = self.values.values().map(|((time, _), _)| *time).max();
        self.clock = self.clock.max(latest.unwrap_or(0));
        for key in self.values.keys().filter(|key| self.values.get(key) != before.get(key)) {
            self.tell(key.clone(), ctx);
        }
    }
    // ANCHOR_END: handlers

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

impl<K: Value + Ord, V: Value> StateMap<K, V> {
    /// Says what the key holds.
    fn tell(&self, key: K, ctx: &mut Context<Self>) {
        let value = self.values.get(&key).map(|(_, value)| value.clone());
        ctx.indicate(Holds { key, values: value.into_iter().collect() });
    }
}
