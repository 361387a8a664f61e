//! # Total order broadcast by Lamport clocks
//!
//! **Implements** [`FifoTotalOrderBroadcast`]. **Uses** [`FifoBroadcast`].
//!
//! **Model**: asynchronous; and no node crashes, or nothing is promised to happen:
//! one silent node blocks all.
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
//! **How it works**: each message carries the Lamport timestamp of its broadcast, and
//! all nodes deliver in the order of the timestamps, ties by the broadcaster's name. A
//! message may be delivered when nothing can come any more that stands before it: when
//! every node has been heard with a timestamp at least as high, since each node's
//! timestamps rise and FIFO broadcast keeps their order.
//!
//! **Source**: notes, section 4.3, exercise 16 (algorithm A15 is its solution).
//!
//! **Departures**: the notes leave open what to do about a node that broadcasts
//! nothing. Here, each node acknowledges the messages of others by a broadcast of its
//! own, unless it is built [without](LamportOrder::without_acknowledgements).

use crate::layer::*;
use crate::service::{Broadcast, Deliver, FifoBroadcast, FifoTotalOrderBroadcast};
use serde::{Deserialize, Serialize};

/// A Lamport timestamp.
pub type Timestamp = u64;

// ANCHOR: state
/// Total order by Lamport clocks: deliver by timestamp, when nothing earlier can come.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LamportOrder<M> {
    /// Whether this node tells the others that it has received their messages.
    acknowledges: bool,
    /// The Lamport clock.
    time: Timestamp,
    /// The last timestamp heard from each node.
    heard: PerNode<Timestamp>,
    /// Messages that are held back, each with its timestamp and who broadcast it.
    buffer: Vec<(Timestamp, NodeId, M)>,
}

/// What is broadcast.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Stamped<M> {
    /// A message, with the timestamp of its broadcast.
    Message(Timestamp, M),
    /// Nothing but the timestamp: nothing earlier will come from here.
    Ack(Timestamp),
}
// ANCHOR_END: state

impl<M> LamportOrder<M> {
    /// For a system of `n` nodes.
    pub fn new(n: u32) -> Self {
        LamportOrder { acknowledges: true, time: 0, heard: PerNode::new(n, 0), buffer: Vec::new() }
    }
    /// Broadcasts nothing of its own accord: as long as one node has nothing to say, all wait.
    pub fn without_acknowledgements(self) -> Self {
        LamportOrder { acknowledges: false, ..self }
    }
    /// How many messages are held back.
    pub fn held_back(&self) -> usize {
        self.buffer.len()
    }
}

impl<M: Value> Layer for LamportOrder<M> {
    // ANCHOR: layer
    type Implements = FifoTotalOrderBroadcast<M>;
    type Uses = FifoBroadcast<Stamped<M>>;
    // ANCHOR_END: layer
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: request
    /// The application broadcasts a message.
    fn on_request(&mut self, Broadcast { msg }: Broadcast<M>, ctx: &mut Context<Self>) {
        self.time += 1;
        ctx.broadcast(Stamped::Message(self.time, msg));
    }
    // ANCHOR_END: request

    // ANCHOR: receive
    /// A message or an acknowledgement comes, perhaps one of this node's own.
    fn on_receive(
        &mut self,
        Deliver { from, msg: stamped }: Deliver<Stamped<M>>,
        ctx: &mut Context<Self>,
    ) {
        let (Stamped::Message(stamp, _) | Stamped::Ack(stamp)) = stamped;
        self.time = self.time.max(stamp) + 1;
        self.heard[from] = stamp;
        if let Stamped::Message(stamp, msg) = stamped {
            self.buffer.push((stamp, from, msg));
            if self.acknowledges && from != ctx.me {
                self.time += 1;
                ctx.broadcast(Stamped::<M>::Ack(self.time));
            }
        }
        while let Some(next) = self.next() {
            let (_, sender, msg) = self.buffer.remove(next);
            ctx.deliver(sender, msg);
        }
    }
    // ANCHOR_END: receive

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

impl<M> LamportOrder<M> {
    // ANCHOR: next
    /// Where in the buffer the first message stands, if nothing can come before it any more.
    fn next(&self) -> Option<usize> {
        let in_order = |(_, (stamp, sender, _)): &(_, &(Timestamp, NodeId, M))| (*stamp, *sender);
        let (place, (first, ..)) = self.buffer.iter().enumerate().min_by_key(in_order)?;
        self.heard.iter().all(|(_, heard)| heard >= first).then_some(place)
    }
    // ANCHOR_END: next
}
