//! # FIFO link
//!
//! **Implements** [`FifoLink`]. **Uses** [`ReliableLink`].
//!
//! **Model**: asynchronous, crash-stop; any number of crashes.
//!
//! **Guarantees**, each between two nodes that do not crash: [no
//! creation](crate::spec::reliable_link::no_creation), [no
//! duplication](crate::spec::reliable_link::no_duplication),
//! [order](crate::spec::fifo_link::order),
//! [delivery](crate::spec::reliable_link::delivery).
//!
//! **How it works**: the sender numbers the messages to each node separately. The
//! receiver keeps, for each sender, the number that must come next. A message that
//! comes early waits in the buffer until all before it have been delivered.
//!
//! **Source**: notes, section 2.4, exercise 4 (algorithm A04 is its solution).
//!
//! **Departures**: none. The numbers start at 1.

use crate::layer::*;
use crate::link::SeqNo;
use crate::service::{Deliver, FifoLink, ReliableLink, SendTo};
use std::collections::BTreeMap;

// ANCHOR: state
/// FIFO link: number the messages, hold back those that are early.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fifo<M> {
    /// The number of the last message sent to each node.
    last_sent: PerNode<SeqNo>,
    /// The number that must be delivered next from each node.
    next_received: PerNode<SeqNo>,
    /// Messages that came early.
    buffer: BTreeMap<(NodeId, SeqNo), M>,
}
// ANCHOR_END: state

impl<M> Fifo<M> {
    /// For a system of `n` nodes.
    pub fn new(n: u32) -> Self {
        Fifo {
            last_sent: PerNode::new(n, 0),
            next_received: PerNode::new(n, 1),
            buffer: BTreeMap::new(),
        }
    }
}

// ANCHOR: layer
impl<M: Value> Layer for Fifo<M> {
    type Implements = FifoLink<M>;
    type Uses = ReliableLink<(M, SeqNo)>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);
    // ANCHOR_END: layer

    // ANCHOR: request
    /// The application sends a message.
    fn on_request(&mut self, SendTo { to, msg }: SendTo<M>, ctx: &mut Context<Self>) {
        self.last_sent[to] += 1;
        ctx.send(to, (msg, self.last_sent[to]));
    }
    // ANCHOR_END: request

    // ANCHOR: receive
    /// A numbered message comes.
    fn on_receive(
        &mut self,
        Deliver { from, msg: (msg, number) }: Deliver<(M, SeqNo)>,
        ctx: &mut Context<Self>,
    ) {
        self.buffer.insert((from, number), msg);
        while let Some(msg) = self.buffer.remove(&(from, self.next_received[from])) {
            ctx.deliver(from, msg);
            self.next_received[from] += 1;
        }
    }
    // ANCHOR_END: receive

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
