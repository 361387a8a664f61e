//! # Total order broadcast by a leader
//!
//! **Implements** [`FifoTotalOrderBroadcast`]. **Uses** a [`FifoLink`] to the leader
//! beside a [`FifoBroadcast`] of the leader.
//!
//! **Model**: asynchronous; and no node crashes, or nothing is promised to happen:
//! the leader is a single point of failure.
//!
//! **Guarantees**: the five properties of total order broadcast: [same
//! order](crate::spec::total_order::same_order), [no
//! creation](crate::spec::reliable_broadcast::no_creation), [no
//! duplication](crate::spec::reliable_broadcast::no_duplication),
//! [validity](crate::spec::total_order::validity_without_crash) and
//! [agreement](crate::spec::total_order::agreement_without_crash), the last two as
//! long as nobody crashes; [prefix](crate::spec::total_order::prefix) and [FIFO
//! order](crate::spec::fifo_broadcast::order).
//!
//! **How it works**: every message goes to the leader, and the leader broadcasts it
//! to all. The FIFO broadcast keeps the leader's order, so all deliver in it. FIFO
//! links to the leader keep each node's order.
//!
//! **Source**: notes, section 4.3 (A14).
//!
//! **Departures**: the notes have this in words only. The leader's own messages
//! skip the link.

use crate::beside::ports;
use crate::layer::*;
use crate::service::{
    Broadcast, Deliver, FifoBroadcast, FifoLink, FifoTotalOrderBroadcast, SendTo,
};
use std::marker::PhantomData;

// ANCHOR: ports
ports! {
    /// A link to the leader, beside the broadcast by which the leader tells all.
    pub LinkAndBroadcast<M> uses
        Link(SendTo<M>): FifoLink<M>,
        Broadcast(Broadcast<(M, NodeId)>): FifoBroadcast<(M, NodeId)>;
    asks Ask, hears Hear
}
// ANCHOR_END: ports

/// Total order by a leader: what it says, in the order in which it says it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Leader<M> {
    leader: NodeId,
    messages: PhantomData<M>,
}

impl<M> Leader<M> {
    /// With this leader, the same at all nodes.
    pub const fn new(leader: NodeId) -> Self {
        Leader { leader, messages: PhantomData }
    }
}

impl<M: Value> Layer for Leader<M> {
    // ANCHOR: layer
    type Implements = FifoTotalOrderBroadcast<M>;
    type Uses = LinkAndBroadcast<M>;
    // ANCHOR_END: layer
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: handlers
    /// The application broadcasts a message: that is for the leader to do.
    fn on_request(&mut self, Broadcast { msg }: Broadcast<M>, ctx: &mut Context<Self>) {
        if ctx.me == self.leader {
            ctx.broadcast((msg, ctx.me));
        } else {
            ctx.send(self.leader, msg);
        }
    }

    /// At the leader a message comes over a link; at all nodes, one that the leader broadcast.
    fn on_receive(&mut self, hear: Hear<M>, ctx: &mut Context<Self>) {
        match hear {
            Hear::Link(Deliver { from, msg }) => ctx.broadcast((msg, from)),
            Hear::Broadcast(Deliver { msg: (msg, sender), .. }) => ctx.deliver(sender, msg),
        }
    }
    // ANCHOR_END: handlers

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
