//! # Gossip, or epidemic broadcast
//!
//! **Implements** [`BestEffortBroadcast`]. **Uses** [`FairLossLink`].
//!
//! **Model**: fair-loss links, asynchronous, crash-stop.
//!
//! **Guarantees**: [no creation](crate::spec::reliable_broadcast::no_creation), [no
//! duplication](crate::spec::reliable_broadcast::no_duplication); and
//! [relay](crate::spec::gossip::relay): whoever delivers a message passes it on. That
//! all nodes get it is only likely.
//!
//! **How it works**: whoever receives a message for the first time sends it to a
//! few others, chosen at random. Nobody sends anything again and nobody
//! acknowledges: what is lost here comes by another way.
//!
//! **Source**: notes, section 4.3 (A11).
//!
//! **Departures**: as for [eager broadcast](crate::broadcast::eager): messages have
//! names, and the set of names seen grows for ever.

use crate::broadcast::{Named, SeqNo};
use crate::layer::*;
use crate::service::{BestEffortBroadcast, Broadcast, Deliver, FairLossLink};
use std::collections::BTreeSet;
use std::marker::PhantomData;

// ANCHOR: state
/// Gossip: pass on to a few what is new.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Gossip<M> {
    nodes: u32,
    /// To how many others a message is passed on.
    fan_out: u32,
    /// How many messages this node has broadcast.
    send_seq: SeqNo,
    /// The names of all messages that have been received.
    seen: BTreeSet<(NodeId, SeqNo)>,
    messages: PhantomData<M>,
}
// ANCHOR_END: state

impl<M> Gossip<M> {
    /// For a system of `n` nodes, each of which tells so many others.
    pub const fn new(n: u32, fan_out: u32) -> Self {
        Gossip { nodes: n, fan_out, send_seq: 0, seen: BTreeSet::new(), messages: PhantomData }
    }
}

impl<M: Value> Layer for Gossip<M> {
    type Implements = BestEffortBroadcast<M>;
    type Uses = FairLossLink<Named<M>>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model =
        Model { links: Links::FairLoss, nodes: Nodes::CrashStop, timing: Timing::Asynchronous };

    /// The application broadcasts a message: as if it were received from outside.
    fn on_request(&mut self, Broadcast { msg }: Broadcast<M>, ctx: &mut Context<Self>) {
        let named = Named { msg, sender: ctx.me, number: self.send_seq };
        self.send_seq += 1;
        self.receive(named, ctx);
    }

    /// A message comes, from wherever.
    fn on_receive(&mut self, Deliver { msg, .. }: Deliver<Named<M>>, ctx: &mut Context<Self>) {
        self.receive(msg, ctx);
    }

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

impl<M: Value> Gossip<M> {
    // ANCHOR: receive
    /// The first time: passes it on to a few others, and delivers it.
    fn receive(&mut self, named: Named<M>, ctx: &mut Context<Self>) {
        if !self.seen.insert((named.sender, named.number)) {
            return;
        }
        let mut others: Vec<NodeId> = NodeId::all(self.nodes).filter(|&it| it != ctx.me).collect();
        for _ in 0..self.fan_out.min(self.nodes - 1) {
            let choice = ctx.choose(others.len() as u32) as usize;
            ctx.send(others.remove(choice), named.clone());
        }
        ctx.deliver(named.sender, named.msg);
    }
    // ANCHOR_END: receive
}
