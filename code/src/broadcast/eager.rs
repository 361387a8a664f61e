//! # Eager reliable broadcast
//!
//! **Implements** [`ReliableBroadcast`]. **Uses** [`ReliableLink`].
//!
//! **Model**: asynchronous, crash-stop; any number of crashes.
//!
//! **Guarantees**: [validity](crate::spec::reliable_broadcast::validity),
//! [agreement](crate::spec::reliable_broadcast::agreement), [no
//! creation](crate::spec::reliable_broadcast::no_creation), [no
//! duplication](crate::spec::reliable_broadcast::no_duplication).
//!
//! **How it works**: whoever receives a message for the first time sends it to
//! everybody else before it delivers it. So if the broadcaster crashes halfway,
//! those that have the message bring it to those that have not. Each node receives
//! each message n - 1 times.
//!
//! **Source**: notes, section 4.3 (A10).
//!
//! **Departures**: messages are named by their broadcaster and a number, since two
//! may have the same content. The set of names seen grows for ever.

use crate::broadcast::{Named, SeqNo};
use crate::layer::*;
use crate::service::{Broadcast, Deliver, ReliableBroadcast, ReliableLink};
use std::collections::BTreeSet;
use std::marker::PhantomData;

// ANCHOR: state
/// Eager reliable broadcast: pass on what is new.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Eager<M> {
    nodes: u32,
    /// How many messages this node has broadcast.
    send_seq: SeqNo,
    /// The names of all messages that have been received.
    seen: BTreeSet<(NodeId, SeqNo)>,
    messages: PhantomData<M>,
}
// ANCHOR_END: state

impl<M> Eager<M> {
    /// For a system of `n` nodes.
    pub const fn new(n: u32) -> Self {
        Eager { nodes: n, send_seq: 0, seen: BTreeSet::new(), messages: PhantomData }
    }
}

impl<M: Value> Layer for Eager<M> {
    type Implements = ReliableBroadcast<M>;
    type Uses = ReliableLink<Named<M>>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: handlers
    /// The application broadcasts a message: as if it were received from outside.
    fn on_request(&mut self, Broadcast { msg }: Broadcast<M>, ctx: &mut Context<Self>) {
        let named = Named { msg, sender: ctx.me, number: self.send_seq };
        self.send_seq += 1;
        self.receive(named, ctx);
    }

    /// A message comes, from its broadcaster or from a node that passes it on.
    fn on_receive(&mut self, Deliver { msg, .. }: Deliver<Named<M>>, ctx: &mut Context<Self>) {
        self.receive(msg, ctx);
    }
    // ANCHOR_END: handlers

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

impl<M: Value> Eager<M> {
    // ANCHOR: receive
    /// The first time: passes it on to every other node, and delivers it.
    fn receive(&mut self, named: Named<M>, ctx: &mut Context<Self>) {
        if !self.seen.insert((named.sender, named.number)) {
            return;
        }
        for node in NodeId::all(self.nodes) {
            if node != ctx.me {
                ctx.send(node, named.clone());
            }
        }
        ctx.deliver(named.sender, named.msg);
    }
    // ANCHOR_END: receive
}
