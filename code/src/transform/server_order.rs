//! # Operational transformation
//!
//! **Implements** [`SharedText`]. **Uses** [`FifoTotalOrderBroadcast`].
//!
//! **Model**: asynchronous, crash-stop; nobody crashes.
//!
//! **Guarantees**: [convergence](crate::spec::shared_text::convergence_without_crash), if
//! nobody crashes: in the end all nodes show the same; [own
//! edits](crate::spec::shared_text::own_edits): an edit does, where it is made and at
//! once, what was asked for.
//!
//! **How it works**: a node makes its own edits at once, and broadcasts them in total
//! order. Whoever is delivered an edit first rewrites it to come after all edits of
//! others that its author had not been delivered: then it fits the text that all have
//! who have been delivered as much. Then it is rewritten to come after the edits that
//! this node has made and not been delivered yet.
//!
//! **Source**: notes, section 8.1 (A34), slide "Operational transformation"; Nichols et
//! al. 1995 (Jupiter), with total order broadcast in the place of its server.
//!
//! **Departures**: the lecture leaves out the details. Each node keeps, for each
//! other, what that one has not been delivered yet, as Jupiter's server does for each
//! client; the lecture's history of operations is that list.

use crate::layer::*;
use crate::service::{Deliver, Edit, FifoTotalOrderBroadcast, SharedText, Shows};
use crate::transform::{Operation, transform};
use std::collections::VecDeque;

// ANCHOR: state
/// An edit, for the text that its author showed when it was made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Edited {
    op: Operation,
    /// How many edits of others its author had been delivered since its last edit.
    news: u64,
}

/// Operational transformation in one order for all.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServerOrder {
    /// What this node shows.
    text: Vec<char>,
    /// Its own edits that have not been delivered to it yet.
    pending: VecDeque<Operation>,
    /// How many edits of others it has been delivered since its last one.
    news: u64,
    /// For each node, the edits of others that it had not been delivered when it made its last edit, as they come after
    /// that edit.
    unseen: PerNode<VecDeque<Operation>>,
}
// ANCHOR_END: state

impl ServerOrder {
    /// With nothing in it, for a system of `n` nodes.
    pub fn new(n: u32) -> Self {
        ServerOrder::holding(n, "")
    }
    /// With this text in it, at every node of `n`.
    pub fn holding(n: u32, text: &str) -> Self {
        let (text, pending) = (text.chars().collect(), VecDeque::new());
        ServerOrder { text, pending, news: 0, unseen: PerNode::new(n, VecDeque::new()) }
    }
}

impl Layer for ServerOrder {
    // ANCHOR: layer
    type Implements = SharedText;
    type Uses = FifoTotalOrderBroadcast<Edited>;
    // ANCHOR_END: layer
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: request
    /// Asked for an edit: it is made at once.
    fn on_request(&mut self, edit: Edit, ctx: &mut Context<Self>) {
        let op = match edit {
            Edit::Insert { index, value } if index <= self.text.len() as u64 => {
                Operation::Insert(index as usize, value, ctx.me)
            }
            Edit::Delete { index } if index < self.text.len() as u64 => {
                Operation::Delete(index as usize)
            }
            _ => return,
        };
        self.show(op, ctx);
        self.pending.push_back(op);
        ctx.broadcast(Edited { op, news: self.news });
        self.news = 0;
    }
    // ANCHOR_END: request

    // ANCHOR: receive
    /// The next edit, in the order that all nodes share.
    fn on_receive(
        &mut self,
        Deliver { from, msg: Edited { mut op, news } }: Deliver<Edited>,
        ctx: &mut Context<Self>,
    ) {
        // What its author knew needs no thought; the rest comes before it.
        for _ in 0..news {
            self.unseen[from].pop_front();
        }
        rewrite(&mut op, &mut self.unseen[from]);
        for node in self.unseen.nodes().filter(|&node| node != from) {
            self.unseen[node].push_back(op);
        }
        if from == ctx.me {
            self.pending.pop_front();
        } else {
            self.news += 1;
            rewrite(&mut op, &mut self.pending);
            self.show(op, ctx);
        }
    }
    // ANCHOR_END: receive

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

impl ServerOrder {
    /// Does it to the text, and shows that.
    fn show(&mut self, op: Operation, ctx: &mut Context<Self>) {
        op.apply(&mut self.text);
        ctx.indicate(Shows { text: self.text.iter().collect() });
    }
}

// ANCHOR: rewrite
/// Rewrites `op` to come after the `others`, one after the other, and these to come after `op`.
fn rewrite(op: &mut Operation, others: &mut VecDeque<Operation>) {
    for other in others {
        (*op, *other) = (transform(*op, *other), transform(*other, *op));
    }
}
// ANCHOR_END: rewrite
