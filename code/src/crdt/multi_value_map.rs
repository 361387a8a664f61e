//! # Multi-value map CRDT
//!
//! **Implements** [`SharedMap`]. **Uses** [`CausalBroadcast`].
//!
//! **Model**: asynchronous, crash-stop; any number of crashes.
//!
//! **Guarantees**: [convergence](crate::spec::shared_map::convergence): in the end all
//! correct nodes hold the same; [no creation](crate::spec::shared_map::no_creation):
//! only what was set is held; [no return of the
//! overwritten](crate::spec::shared_map::overwritten): what was seen when the key was
//! set again is gone; [all concurrent values](crate::spec::shared_map::all_kept): a
//! value that nobody has overwritten is held.
//!
//! **How it works**: whoever sets a key says which values it replaces: those that it
//! holds then, by their timestamps. Values that it does not know of stay beside the
//! new one, until somebody who sees them all sets the key again.
//!
//! **Source**: notes, section 8.1 (A33), which is exercise 22.
//!
//! **Departures**: from [the map by operations](super::operation_map): the message
//! names what it replaces, a key holds a set of values, and the broadcast is causal,
//! so that a value comes before the message that replaces it.

use crate::crdt::Timestamp;
use crate::layer::*;
use crate::service::shared_data::{Holds, MapRequest, SharedMap};
use crate::service::{CausalBroadcast, Deliver};
use std::collections::{BTreeMap, BTreeSet};

// ANCHOR: state
/// Somebody set a key, and saw these values of it when doing so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Set<K, V> {
    t: Timestamp,
    replaces: BTreeSet<Timestamp>,
    key: K,
    value: V,
}

/// A map CRDT that keeps all values that were set concurrently.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MultiValueMap<K: Ord, V> {
    /// The greatest time in any timestamp so far.
    clock: u64,
    /// For each key, its values, and when each was set.
    values: BTreeMap<K, BTreeMap<Timestamp, V>>,
}
// ANCHOR_END: state

impl<K: Ord, V> MultiValueMap<K, V> {
    /// With nothing in it.
    #[expect(clippy::new_without_default, reason = "layers are built with `new`")]
    pub const fn new() -> Self {
        MultiValueMap { clock: 0, values: BTreeMap::new() }
    }
}

impl<K: Value + Ord, V: Value> Layer for MultiValueMap<K, V> {
    // ANCHOR: layer
    type Implements = SharedMap<K, V>;
    type Uses = CausalBroadcast<Set<K, V>>;
    // ANCHOR_END: layer
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: handlers
    fn on_request(&mut self, request: MapRequest<K, V>, ctx: &mut Context<Self>) {
        match request {
            // Asked for what a key holds.
            MapRequest::Read { key } => self.tell(key, ctx),
            // Asked to set a key.
            MapRequest::Set { key, value } => {
                self.clock += 1;
                let t = (self.clock, ctx.me);
                let replaces =
                    self.values.get(&key).into_iter().flatten().map(|(&t, _)| t).collect();
                ctx.broadcast(Set { t, replaces, key, value });
            }
        }
    }

    /// A node has set a key, perhaps this one.
    fn on_receive(
        &mut self,
        Deliver { msg: Set { t, replaces, key, value }, .. }: Deliver<Set<K, V>>,
        ctx: &mut Context<Self>,
    ) {
        self.clock = self.clock.max(t.0);
        let values = self.values.entry(key.clone()).or_default();
        values.retain(|earlier, _| !replaces.contains(earlier));
        values.insert(t, value);
        self.tell(key, ctx);
    }
    // ANCHOR_END: handlers

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

impl<K: Value + Ord, V: Value> MultiValueMap<K, V> {
    /// Says what the key holds.
    fn tell(&self, key: K, ctx: &mut Context<Self>) {
        let values = self.values.get(&key).into_iter().flatten().map(|(_, value)| value.clone());
        ctx.indicate(Holds { values: values.collect(), key });
    }
}
