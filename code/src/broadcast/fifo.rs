//! # FIFO broadcast
//!
//! **Implements** [`FifoBroadcast`]. **Uses** [`ReliableBroadcast`].
//!
//! **Model**: asynchronous, crash-stop; any number of crashes.
//!
//! **Guarantees**: [order](crate::spec::fifo_broadcast::order), and what the
//! broadcast below gives: [validity](crate::spec::reliable_broadcast::validity),
//! [agreement](crate::spec::reliable_broadcast::agreement), [no
//! creation](crate::spec::reliable_broadcast::no_creation), [no
//! duplication](crate::spec::reliable_broadcast::no_duplication).
//!
//! **How it works**: each node numbers its messages. Whoever gets one holds it back
//! until it has delivered all that the same node had broadcast before. A node's own
//! messages come back to it through the broadcast below and are treated alike.
//!
//! **Source**: notes, section 4.3 (A12), slide "FIFO broadcast algorithm".
//!
//! **Departures**: the sender's name is not in what is broadcast, since the
//! broadcast below tells it. A message that is delivered leaves the buffer; on the
//! slide it stays, which does no harm but fills memory.

use crate::broadcast::SeqNo;
use crate::layer::*;
use crate::service::{Broadcast, Deliver, FifoBroadcast, ReliableBroadcast};

// ANCHOR: state
/// FIFO broadcast: number the messages, hold back those that are early.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fifo<M> {
    /// How many messages this node has broadcast.
    send_seq: SeqNo,
    /// How many messages of each node have been delivered.
    delivered: PerNode<SeqNo>,
    /// Messages that are held back: who broadcast it, its number there, and the message.
    buffer: Vec<(NodeId, SeqNo, M)>,
}
// ANCHOR_END: state

impl<M> Fifo<M> {
    /// For a system of `n` nodes.
    pub fn new(n: u32) -> Self {
        Fifo { send_seq: 0, delivered: PerNode::new(n, 0), buffer: Vec::new() }
    }
    /// How many messages are held back.
    pub fn held_back(&self) -> usize {
        self.buffer.len()
    }
}

impl<M: Value> Layer for Fifo<M> {
    // ANCHOR: layer
    type Implements = FifoBroadcast<M>;
    type Uses = ReliableBroadcast<(M, SeqNo)>;
    // ANCHOR_END: layer
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: handlers
    /// The application broadcasts a message.
    fn on_request(&mut self, Broadcast { msg }: Broadcast<M>, ctx: &mut Context<Self>) {
        ctx.broadcast((msg, self.send_seq));
        self.send_seq += 1;
    }

    /// A message comes, perhaps one of this node's own.
    fn on_receive(
        &mut self,
        Deliver { from, msg: (msg, seq) }: Deliver<(M, SeqNo)>,
        ctx: &mut Context<Self>,
    ) {
        self.buffer.push((from, seq, msg));
        while let Some(next) = self.next() {
            let (sender, _, msg) = self.buffer.remove(next);
            ctx.deliver(sender, msg);
            self.delivered[sender] += 1;
        }
    }
    // ANCHOR_END: handlers

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

impl<M> Fifo<M> {
    // ANCHOR: next
    /// Where in the buffer a message stands that is the next of its sender.
    fn next(&self) -> Option<usize> {
        self.buffer.iter().position(|(sender, seq, _)| *seq == self.delivered[*sender])
    }
    // ANCHOR_END: next
}
