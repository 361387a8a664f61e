//! # Causal broadcast
//!
//! **Implements** [`CausalBroadcast`]. **Uses** [`ReliableBroadcast`].
//!
//! **Model**: asynchronous, crash-stop; any number of crashes.
//!
//! **Guarantees**: [causal order](crate::spec::causal_broadcast::order), hence [FIFO
//! order](crate::spec::fifo_broadcast::order), and what the broadcast below gives:
//! [validity](crate::spec::reliable_broadcast::validity),
//! [agreement](crate::spec::reliable_broadcast::agreement), [no
//! creation](crate::spec::reliable_broadcast::no_creation), [no
//! duplication](crate::spec::reliable_broadcast::no_duplication).
//!
//! **How it works**: each message says how many messages of each node its
//! broadcaster had delivered; for the broadcaster itself, how many it had broadcast.
//! Whoever gets the message holds it back until it has delivered as many.
//!
//! **Source**: notes, section 4.3 (A13), slide "Causal broadcast algorithm".
//!
//! **Departures**: the sender's name is not in what is broadcast, since the
//! broadcast below tells it.

use crate::broadcast::SeqNo;
use crate::layer::*;
use crate::service::{Broadcast, CausalBroadcast, Deliver, ReliableBroadcast};

/// What a message depends on: how many messages of each node must be delivered before it.
pub type Deps = PerNode<SeqNo>;

// ANCHOR: state
/// Causal broadcast: say what a message depends on, hold it back until that is delivered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Causal<M> {
    /// How many messages this node has broadcast.
    send_seq: SeqNo,
    /// How many messages of each node have been delivered.
    delivered: PerNode<SeqNo>,
    /// Messages that are held back: who broadcast it, what it depends on, and the message.
    buffer: Vec<(NodeId, Deps, M)>,
}
// ANCHOR_END: state

impl<M> Causal<M> {
    /// For a system of `n` nodes.
    pub fn new(n: u32) -> Self {
        Causal { send_seq: 0, delivered: PerNode::new(n, 0), buffer: Vec::new() }
    }
    /// How many messages are held back.
    pub fn held_back(&self) -> usize {
        self.buffer.len()
    }
}

impl<M: Value> Layer for Causal<M> {
    // ANCHOR: layer
    type Implements = CausalBroadcast<M>;
    type Uses = ReliableBroadcast<(M, Deps)>;
    // ANCHOR_END: layer
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: handlers
    /// The application broadcasts a message.
    fn on_request(&mut self, Broadcast { msg }: Broadcast<M>, ctx: &mut Context<Self>) {
        let mut deps = self.delivered.clone();
        // Also on those of its own messages that have not come back to it yet.
        deps[ctx.me] = self.send_seq;
        ctx.broadcast((msg, deps));
        self.send_seq += 1;
    }

    /// A message comes, perhaps one of this node's own.
    fn on_receive(
        &mut self,
        Deliver { from, msg: (msg, deps) }: Deliver<(M, Deps)>,
        ctx: &mut Context<Self>,
    ) {
        self.buffer.push((from, deps, msg));
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

impl<M> Causal<M> {
    // ANCHOR: next
    /// Where in the buffer a message stands whose `deps` are at most what is delivered.
    fn next(&self) -> Option<usize> {
        self.buffer.iter().position(|(_, deps, _)| {
            deps.iter().all(|(node, &number)| number <= self.delivered[node])
        })
    }
    // ANCHOR_END: next
}
