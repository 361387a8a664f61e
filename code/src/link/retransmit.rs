//! # Reliable link by retransmission
//!
//! **Implements** [`ReliableLink`]. **Uses** [`FairLossLink`].
//!
//! **Model**: fair-loss links, asynchronous, crash-recovery. A crash costs the node
//! the messages that it had not got acknowledged; whoever needs them after a crash
//! keeps them on disk, in a layer above.
//!
//! **Guarantees**: [no creation](crate::spec::reliable_link::no_creation); [no
//! duplication](crate::spec::reliable_link::no_duplication), as long as the
//! receiver does not crash; [delivery](crate::spec::reliable_link::delivery), if
//! neither node crashes after the request.
//!
//! **How it works**: the sender numbers its messages to each node and sends each
//! again and again until it is acknowledged, at most a window of them at a time;
//! the others wait. The receiver acknowledges whatever comes and passes on what is
//! new. It need not remember every number: each packet says below which number all
//! is acknowledged, so it keeps one number and at most a window of exceptions. A
//! node that comes back after a crash starts a new incarnation, and its packets say
//! so, else the receiver would take message 1 of the new life for an old one.
//!
//! **Source**: notes, section 2.3 (A02: fair-loss link to reliable link).
//!
//! **Departures**: the notes name retransmission and deduplication only; window,
//! bounded memory and incarnations are ours. The pause before a retransmission is
//! fixed; a link for the real Internet would let it grow.

use crate::layer::*;
use crate::link::SeqNo;
use crate::service::{Deliver, FairLossLink, ReliableLink, SendTo};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

// ANCHOR: packet
/// What travels over the lossy link.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Packet<M> {
    /// A message.
    Data {
        /// The sender's incarnation.
        incarnation: u64,
        /// All of the sender's messages with lower numbers have been acknowledged.
        base: SeqNo,
        /// The number of this message.
        number: SeqNo,
        /// The message.
        msg: M,
    },
    /// The message with this number has come.
    Ack {
        /// The incarnation that had sent it.
        incarnation: u64,
        /// Its number.
        number: SeqNo,
    },
}
// ANCHOR_END: packet

/// Time to send again whatever that node has not acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Resend(pub NodeId);

// ANCHOR: state
/// Reliable link: send again until acknowledged, pass on only what is new.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Retransmit<M> {
    window: u64,
    resend_after: Time,
    incarnation: u64,
    outgoing: PerNode<Outgoing<M>>,
    incoming: PerNode<Incoming>,
}

/// What a sender remembers about one receiver.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Outgoing<M> {
    next: SeqNo,
    unacknowledged: BTreeMap<SeqNo, M>,
    waiting: VecDeque<M>,
}

/// What a receiver remembers about one sender.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Incoming {
    incarnation: u64,
    /// All lower numbers have been passed on, or were acknowledged before this node
    /// came back from a crash.
    base: SeqNo,
    /// Higher numbers that have been passed on: at most a window of them.
    beyond: BTreeSet<SeqNo>,
}
// ANCHOR_END: state

impl<M: Value> Retransmit<M> {
    /// For a system of `n` nodes: at most 8 messages to a node unacknowledged at a
    /// time, sent again every 50 ms.
    pub fn new(n: u32) -> Self {
        let outgoing =
            Outgoing { next: 1, unacknowledged: BTreeMap::new(), waiting: VecDeque::new() };
        Retransmit {
            window: 8,
            resend_after: 50 * MILLIS,
            incarnation: 0,
            outgoing: PerNode::new(n, outgoing),
            incoming: PerNode::new(n, Incoming::default()),
        }
    }
    /// With at most `window` messages to a node unacknowledged at a time, and at least one.
    pub fn with_window(self, window: u64) -> Self {
        Retransmit { window: window.max(1), ..self }
    }

    /// How many messages to that node are not acknowledged.
    pub fn unacknowledged(&self, to: NodeId) -> usize {
        self.outgoing[to].unacknowledged.len()
    }
    /// How many numbers beyond the first missing one are remembered of that node.
    pub fn remembered(&self, from: NodeId) -> usize {
        self.incoming[from].beyond.len()
    }

    // ANCHOR: send
    /// Moves messages from the queue into the window, as far as there is room.
    fn fill_window(&mut self, to: NodeId, ctx: &mut Context<Self>) {
        let outgoing = &mut self.outgoing[to];
        if outgoing.unacknowledged.is_empty() && !outgoing.waiting.is_empty() {
            ctx.set_timer(Resend(to), self.resend_after..self.resend_after + 1);
        }
        while outgoing.next < outgoing.base() + self.window
            && let Some(msg) = outgoing.waiting.pop_front()
        {
            let (incarnation, number) = (self.incarnation, outgoing.next);
            outgoing.next += 1;
            outgoing.unacknowledged.insert(number, msg.clone());
            ctx.send(to, Packet::Data { incarnation, base: outgoing.base(), number, msg });
        }
    }
    // ANCHOR_END: send
}

impl<M> Outgoing<M> {
    /// The lowest number that is not acknowledged.
    fn base(&self) -> SeqNo {
        self.unacknowledged.first_key_value().map_or(self.next, |(&number, _)| number)
    }
}

impl Incoming {
    // ANCHOR: is_new
    /// Whether the message with this number is new; remembers it from now on.
    fn is_new(&mut self, incarnation: u64, base: SeqNo, number: SeqNo) -> bool {
        if incarnation < self.incarnation {
            return false;
        }
        if incarnation > self.incarnation {
            *self = Incoming { incarnation, ..Incoming::default() };
        }
        self.base = self.base.max(base);
        let new = number >= self.base && self.beyond.insert(number);
        while self.beyond.remove(&self.base) {
            self.base += 1;
        }
        self.beyond = self.beyond.split_off(&self.base);
        new
    }
    // ANCHOR_END: is_new
}

impl<M: Value> Layer for Retransmit<M> {
    type Implements = ReliableLink<M>;
    type Uses = FairLossLink<Packet<M>>;
    type Timer = Resend;
    type Stable = Restarts;
    const MODEL: Model =
        Model { links: Links::FairLoss, nodes: Nodes::CrashRecovery, timing: Timing::Asynchronous };

    // ANCHOR: handlers
    /// The layer above sends a message.
    fn on_request(&mut self, SendTo { to, msg }: SendTo<M>, ctx: &mut Context<Self>) {
        self.outgoing[to].waiting.push_back(msg);
        self.fill_window(to, ctx);
    }

    /// A message or an acknowledgement comes.
    fn on_receive(
        &mut self,
        Deliver { from, msg: packet }: Deliver<Packet<M>>,
        ctx: &mut Context<Self>,
    ) {
        match packet {
            Packet::Data { incarnation, base, number, msg } => {
                if self.incoming[from].is_new(incarnation, base, number) {
                    ctx.deliver(from, msg);
                }
                // Also for an old message: its first acknowledgement may have been
                // lost.
                ctx.send(from, Packet::Ack { incarnation, number });
            }
            Packet::Ack { incarnation, number } if incarnation == self.incarnation => {
                self.outgoing[from].unacknowledged.remove(&number);
                if self.outgoing[from].unacknowledged.is_empty() {
                    ctx.cancel_timer(Resend(from));
                }
                self.fill_window(from, ctx);
            }
            // For a message that this node sent before it crashed.
            Packet::Ack { .. } => {}
        }
    }

    /// No acknowledgement for too long: send everything again that waits for one.
    fn on_timeout(&mut self, Resend(to): Resend, ctx: &mut Context<Self>) {
        let (incarnation, base) = (self.incarnation, self.outgoing[to].base());
        for (&number, msg) in &self.outgoing[to].unacknowledged {
            ctx.send(to, Packet::Data { incarnation, base, number, msg: msg.clone() });
        }
        ctx.set_timer(Resend(to), self.resend_after..self.resend_after + 1);
    }

    /// Starts a new incarnation, and says so on disk before any packet leaves.
    fn on_recovery(fresh: Self, restarts: Restarts, ctx: &mut Context<Self>) -> Self {
        ctx.store(Restarted);
        Retransmit { incarnation: restarts.0 + 1, ..fresh }
    }
    // ANCHOR_END: handlers
}

/// On stable storage: how often this node has come back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Restarts(pub u64);

/// The node has come back once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Restarted;

impl Stable for Restarts {
    type Change = Restarted;
    fn apply(&mut self, _: Restarted) {
        self.0 += 1;
    }
}
