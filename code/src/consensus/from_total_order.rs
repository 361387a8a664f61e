//! # Consensus, made of total order broadcast
//!
//! **Implements** [`Consensus`]. **Uses** [`TotalOrderBroadcast`].
//!
//! **Model**: asynchronous, crash-stop; it needs no more than the broadcast below it.
//!
//! **Guarantees**: [uniform agreement](crate::spec::consensus::uniform_agreement),
//! [validity](crate::spec::consensus::validity),
//! [integrity](crate::spec::consensus::integrity) and
//! [termination](crate::spec::consensus::termination), the last one as far as the
//! broadcast below goes on delivering.
//!
//! **How it works**: to propose a value is to broadcast it. The first message that is
//! delivered is the decision. All nodes deliver in the same order, so it is the same
//! message at all of them.
//!
//! **Source**: notes, section 6.1 (A23).
//!
//! **Departures**: the notes make one decision; here each has a number, and of each
//! number the first message counts.

use crate::layer::*;
use crate::service::{Consensus, Decide, Deliver, Instance, Propose, TotalOrderBroadcast};
use std::collections::BTreeSet;
use std::marker::PhantomData;

/// Consensus by total order broadcast: what is delivered first is decided.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FromTotalOrder<V> {
    decided: BTreeSet<Instance>,
    values: PhantomData<V>,
}

impl<V> FromTotalOrder<V> {
    /// Nothing is decided yet.
    pub const fn new() -> Self {
        FromTotalOrder { decided: BTreeSet::new(), values: PhantomData }
    }
}

impl<V> Default for FromTotalOrder<V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<V: Value> Layer for FromTotalOrder<V> {
    // ANCHOR: layer
    type Implements = Consensus<V>;
    type Uses = TotalOrderBroadcast<(Instance, V)>;
    // ANCHOR_END: layer
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: handlers
    /// The application proposes a value: broadcast it.
    fn on_request(&mut self, Propose { instance, value }: Propose<V>, ctx: &mut Context<Self>) {
        ctx.broadcast((instance, value));
    }

    /// A proposal is delivered. The first one of each instance is the decision.
    fn on_receive(&mut self, Deliver { msg, .. }: Deliver<(Instance, V)>, ctx: &mut Context<Self>) {
        let (instance, value) = msg;
        if self.decided.insert(instance) {
            ctx.indicate(Decide { instance, value });
        }
    }
    // ANCHOR_END: handlers

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
