//! # FIFO link for nodes that come back
//!
//! **Implements** [`FifoLink`]. **Uses** [`ReliableLink`].
//!
//! **Model**: asynchronous, crash-recovery; any number of crashes.
//!
//! **Guarantees**: [no creation](crate::spec::reliable_link::no_creation), and at the
//! crash of a receiver one of two things, as chosen by [`Boundary`]:
//!
//! - [at most once](crate::spec::fifo_link::at_most_once): it may skip messages, never
//!   repeats one; and [delivery](crate::spec::fifo_link::delivery_despite_sender_crash)
//!   to a receiver that stays up;
//! - [at least once](crate::spec::fifo_link::at_least_once): it may repeat messages,
//!   never skips one; and [delivery](crate::spec::fifo_link::delivery_after_recovery)
//!   once both nodes stay up.
//!
//! **How it works**: as [`Fifo`](crate::link::Fifo), with three changes. The
//! counters are on stable storage, so that numbers are never used twice. A sender
//! keeps each message on stable storage until the receiver confirms that *it* has
//! written down the message's number; the acknowledgement of the link below is not
//! enough, since it comes before that. A node that comes back tells everyone how
//! far it got and sends again what was not confirmed. Messages that came early need
//! not be stored: they are not confirmed, so they come again.
//!
//! **Source**: notes, section 2.4, exercise 5.
//!
//! **Departures**: the exercise asks for a description; the confirmations and the
//! two choices are spelt out here.

use crate::layer::*;
use crate::link::SeqNo;
use crate::service::{Deliver, FifoLink, ReliableLink, SendTo};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

// ANCHOR: packet
/// What travels over the reliable link.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Packet<M> {
    /// The message with this number.
    Data(SeqNo, M),
    /// Everything up to this number is delivered, and that is on disk.
    Confirm(SeqNo),
    /// I am back. Everything up to this number was delivered before; send the rest
    /// again.
    Back(SeqNo),
}
// ANCHOR_END: packet

// ANCHOR: boundary
/// What comes first when a message is delivered: nobody can do both at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Boundary {
    /// Store its number, then deliver: a crash in between skips it.
    AtMostOnce,
    /// Deliver it, then store its number: a crash in between repeats it.
    AtLeastOnce,
}
// ANCHOR_END: boundary

// ANCHOR: state
/// FIFO link that survives crashes: what must not be forgotten is on stable
/// storage.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DurableFifo<M> {
    nodes: u32,
    boundary: Boundary,
    /// What stable storage holds, as of the last effect of the last event.
    kept: Kept<M>,
    /// Messages that came early.
    buffer: BTreeMap<(NodeId, SeqNo), M>,
}

/// On stable storage.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Kept<M> {
    last_sent: BTreeMap<NodeId, SeqNo>,
    last_delivered: BTreeMap<NodeId, SeqNo>,
    unconfirmed: BTreeMap<(NodeId, SeqNo), M>,
}

/// One step of what is on stable storage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Step<M> {
    /// A message to that node has this number.
    Sent(NodeId, SeqNo, M),
    /// That node has confirmed everything up to this number.
    Confirmed(NodeId, SeqNo),
    /// Everything from that node up to this number is delivered.
    Delivered(NodeId, SeqNo),
}
// ANCHOR_END: state

impl<M: Value> DurableFifo<M> {
    /// For a system of `nodes` nodes.
    pub fn new(nodes: u32, boundary: Boundary) -> Self {
        DurableFifo { nodes, boundary, kept: Kept::default(), buffer: BTreeMap::new() }
    }

    /// Makes the same step in memory and on stable storage.
    fn store(&mut self, step: Step<M>, ctx: &mut Context<Self>) {
        self.kept.apply(step.clone());
        ctx.store(step);
    }

    // ANCHOR: data
    /// A numbered message comes: deliver what can be delivered, and confirm what is
    /// on disk.
    fn on_data(&mut self, from: NodeId, number: SeqNo, msg: M, ctx: &mut Context<Self>) {
        let mut last = self.kept.last_delivered(from);
        if number > last {
            self.buffer.insert((from, number), msg);
        }
        let mut ready = Vec::new();
        while let Some(msg) = self.buffer.remove(&(from, last + 1)) {
            ready.push(msg);
            last += 1;
        }
        if !ready.is_empty() {
            self.deliver_and_store(from, ready, last, ctx);
        }
        ctx.send(from, Packet::Confirm(last));
    }

    /// The boundary between this node and its application.
    fn deliver_and_store(
        &mut self,
        from: NodeId,
        ready: Vec<M>,
        last: SeqNo,
        ctx: &mut Context<Self>,
    ) {
        if self.boundary == Boundary::AtMostOnce {
            self.store(Step::Delivered(from, last), ctx);
        }
        for msg in ready {
            ctx.deliver(from, msg);
        }
        if self.boundary == Boundary::AtLeastOnce {
            self.store(Step::Delivered(from, last), ctx);
        }
    }
    // ANCHOR_END: data

    // ANCHOR: confirm
    /// The receiver has everything up to `number` on disk: forget it here.
    fn on_confirm(&mut self, from: NodeId, number: SeqNo, ctx: &mut Context<Self>) {
        if self.kept.first_unconfirmed(from).is_some_and(|first| first <= number) {
            self.store(Step::Confirmed(from, number), ctx);
        }
    }

    /// Sends again what that node has not confirmed.
    fn send_unconfirmed(&self, to: NodeId, ctx: &mut Context<Self>) {
        for (&(_, number), msg) in self.kept.unconfirmed.range((to, 0)..=(to, SeqNo::MAX)) {
            ctx.send(to, Packet::Data(number, msg.clone()));
        }
    }
    // ANCHOR_END: confirm
}

impl<M: Value> Layer for DurableFifo<M> {
    type Implements = FifoLink<M>;
    type Uses = ReliableLink<Packet<M>>;
    type Timer = NoTimer;
    type Stable = Kept<M>;
    const MODEL: Model = Model::any_links(Nodes::CrashRecovery, Timing::Asynchronous);

    // ANCHOR: handlers
    /// The application sends a message.
    fn on_request(&mut self, SendTo { to, msg }: SendTo<M>, ctx: &mut Context<Self>) {
        let number = self.kept.last_sent(to) + 1;
        self.store(Step::Sent(to, number, msg.clone()), ctx);
        ctx.send(to, Packet::Data(number, msg));
    }

    /// A packet comes.
    fn on_receive(
        &mut self,
        Deliver { from, msg: packet }: Deliver<Packet<M>>,
        ctx: &mut Context<Self>,
    ) {
        match packet {
            Packet::Data(number, msg) => self.on_data(from, number, msg, ctx),
            Packet::Confirm(number) => self.on_confirm(from, number, ctx),
            Packet::Back(number) => {
                self.on_confirm(from, number, ctx);
                self.send_unconfirmed(from, ctx);
            }
        }
    }
    // ANCHOR_END: handlers

    // ANCHOR: recovery
    /// The node comes back with what it had kept.
    fn on_recovery(fresh: Self, kept: Kept<M>, ctx: &mut Context<Self>) -> Self {
        let (node, me) = (DurableFifo { kept, ..fresh }, ctx.me);
        for other in NodeId::all(node.nodes) {
            if other != me {
                ctx.send(other, Packet::Back(node.kept.last_delivered(other)));
            }
            node.send_unconfirmed(other, ctx);
        }
        node
    }
    // ANCHOR_END: recovery
}

impl<M> Kept<M> {
    fn last_sent(&self, to: NodeId) -> SeqNo {
        self.last_sent.get(&to).copied().unwrap_or(0)
    }
    fn last_delivered(&self, from: NodeId) -> SeqNo {
        self.last_delivered.get(&from).copied().unwrap_or(0)
    }
    fn first_unconfirmed(&self, to: NodeId) -> Option<SeqNo> {
        let mut unconfirmed = self.unconfirmed.range((to, 0)..=(to, SeqNo::MAX));
        unconfirmed.next().map(|(&(_, number), _)| number)
    }
}

impl<M> Default for Kept<M> {
    fn default() -> Self {
        Kept {
            last_sent: BTreeMap::new(),
            last_delivered: BTreeMap::new(),
            unconfirmed: BTreeMap::new(),
        }
    }
}

impl<M: Value> Stable for Kept<M> {
    type Change = Step<M>;
    fn apply(&mut self, step: Step<M>) {
        match step {
            Step::Sent(to, number, msg) => {
                self.last_sent.insert(to, number);
                self.unconfirmed.insert((to, number), msg);
            }
            Step::Confirmed(to, number) => {
                self.unconfirmed.retain(|&(node, n), _| node != to || n > number);
            }
            Step::Delivered(from, number) => {
                self.last_delivered.insert(from, number);
            }
        }
    }
}
