//! # Direct broadcast
//!
//! **Implements** [`BestEffortBroadcast`]. **Uses** [`ReliableLink`].
//!
//! **Model**: asynchronous, crash-stop; any number of crashes.
//!
//! **Guarantees**: [no creation](crate::spec::reliable_broadcast::no_creation), [no
//! duplication](crate::spec::reliable_broadcast::no_duplication); and
//! [delivery](crate::spec::reliable_broadcast::delivery): what a node that does not
//! crash broadcasts, all nodes deliver that do not crash.
//!
//! **How it works**: the broadcaster sends the message to everybody else.
//!
//! **Source**: notes, section 4.3 (A09, the first attempt).
//!
//! **Departures**: none. The node's own message does not go through the network.

use crate::layer::*;
use crate::service::{BestEffortBroadcast, Broadcast, Deliver, ReliableLink};
use std::marker::PhantomData;

/// Direct broadcast: send it to everybody.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Direct<M> {
    nodes: u32,
    messages: PhantomData<M>,
}

impl<M> Direct<M> {
    /// For a system of `n` nodes.
    pub const fn new(n: u32) -> Self {
        Direct { nodes: n, messages: PhantomData }
    }
}

impl<M: Value> Layer for Direct<M> {
    type Implements = BestEffortBroadcast<M>;
    type Uses = ReliableLink<M>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: handlers
    /// The application broadcasts a message.
    fn on_request(&mut self, Broadcast { msg }: Broadcast<M>, ctx: &mut Context<Self>) {
        for node in NodeId::all(self.nodes) {
            if node != ctx.me {
                ctx.send(node, msg.clone());
            }
        }
        ctx.deliver(ctx.me, msg);
    }

    /// A message comes.
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<M>, ctx: &mut Context<Self>) {
        ctx.deliver(from, msg);
    }
    // ANCHOR_END: handlers

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
