//! # Total order broadcast, made of consensus
//!
//! **Implements** [`FifoTotalOrderBroadcast`]. **Uses** [`Consensus`], an instance for
//! each position in the order.
//!
//! **Model**: asynchronous, crash-stop; it needs no more than the consensus below it.
//!
//! **Guarantees**: all that total order broadcast promises: [same
//! order](crate::spec::total_order::same_order),
//! [prefix](crate::spec::total_order::prefix), [no
//! creation](crate::spec::reliable_broadcast::no_creation), [no
//! duplication](crate::spec::reliable_broadcast::no_duplication),
//! [validity](crate::spec::reliable_broadcast::validity) and
//! [agreement](crate::spec::total_order::agreement), the last two as far as the
//! consensus below goes on deciding; and [FIFO
//! order](crate::spec::fifo_broadcast::order).
//!
//! **How it works**: which message is the first, which the second, and so on, is decided
//! one after the other. A node that has something to broadcast proposes it for the next
//! position. If another message is decided there, it proposes its own again for the
//! position after that.
//!
//! **Source**: notes, section 6.1 (A23).
//!
//! **Departures**: the notes do not say what becomes of a message that lost; it is
//! proposed again. Messages carry their sender and a number, since two nodes may
//! broadcast the same text. A node proposes one message at a time, so FIFO order comes
//! for nothing.

use crate::layer::*;
use crate::service::{Broadcast, Consensus, Decide, FifoTotalOrderBroadcast, Instance, Propose};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

// ANCHOR: state
/// A message that would like to be the next one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Proposal<M> {
    /// The node that broadcast it.
    pub sender: NodeId,
    /// Its number at that node.
    pub number: u64,
    /// What it says.
    pub msg: M,
}

/// Total order by consensus: one decision for each position.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ToTotalOrder<M> {
    /// The position whose message is delivered next.
    next: Instance,
    /// The last position for which this node has proposed something.
    proposed: Instance,
    /// What was decided for later positions.
    decided: BTreeMap<Instance, Proposal<M>>,
    /// Its own messages that have no position yet, and how many it ever had.
    waiting: VecDeque<Proposal<M>>,
    number: u64,
}
// ANCHOR_END: state

impl<M> ToTotalOrder<M> {
    /// Nothing is delivered yet.
    pub const fn new() -> Self {
        ToTotalOrder {
            next: 1,
            proposed: 0,
            decided: BTreeMap::new(),
            waiting: VecDeque::new(),
            number: 0,
        }
    }
}

impl<M> Default for ToTotalOrder<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M: Value> Layer for ToTotalOrder<M> {
    // ANCHOR: layer
    type Implements = FifoTotalOrderBroadcast<M>;
    type Uses = Consensus<Proposal<M>>;
    // ANCHOR_END: layer
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: handlers
    /// The application broadcasts a message: it waits for a position.
    fn on_request(&mut self, Broadcast { msg }: Broadcast<M>, ctx: &mut Context<Self>) {
        self.waiting.push_back(Proposal { sender: ctx.me, number: self.number, msg });
        self.number += 1;
        self.propose(ctx);
    }

    /// A position is decided. Deliver what has its turn now, and propose again what lost.
    fn on_receive(&mut self, decision: Decide<Proposal<M>>, ctx: &mut Context<Self>) {
        self.decided.insert(decision.instance, decision.value);
        while let Some(winner) = self.decided.remove(&self.next) {
            if self.waiting.front() == Some(&winner) {
                self.waiting.pop_front();
            }
            ctx.deliver(winner.sender, winner.msg);
            self.next += 1;
        }
        self.propose(ctx);
    }
    // ANCHOR_END: handlers

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

// ANCHOR: propose
impl<M: Value> ToTotalOrder<M> {
    /// Proposes the oldest message that waits for the next position, once.
    fn propose(&mut self, ctx: &mut Context<Self>) {
        if self.proposed < self.next
            && let Some(value) = self.waiting.front().cloned()
        {
            self.proposed = self.next;
            ctx.request(Propose { instance: self.next, value });
        }
    }
}
// ANCHOR_END: propose
