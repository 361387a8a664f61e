//! # Failure detector by timeout
//!
//! **Implements** [`FailureDetector`]. **Uses** [`ReliableLink`].
//!
//! **Model**: reliable links, partially synchronous, crash-stop; any number of crashes.
//!
//! **Guarantees**: [completeness](crate::spec::failure_detector::strong_completeness)
//! and [accuracy in the end](crate::spec::failure_detector::eventual_strong_accuracy).
//! Where the system is synchronous, and the timeout longer than any silence of a
//! node that is up ([`Heartbeats::longest_silence`]),
//! [accuracy](crate::spec::failure_detector::strong_accuracy) from the start.
//! Everywhere: [suspicion and restoration take
//! turns](crate::spec::failure_detector::turns).
//!
//! **How it works**: each node says now and then to every other that it is alive. A
//! node from which nothing came for too long is suspected. If something does come
//! from it later, the suspicion was false: it is taken back, and this node is waited
//! for a little longer from now on.
//!
//! **Source**: notes, section 2.4 (A03). That the timeout grows: Chandra and Toueg
//! (1996).
//!
//! **Departures**: the notes ask and await an answer; here nodes speak unasked, which
//! is one message instead of two. That the timeout grows is not in the notes. Timers
//! count the node's own time: clocks are taken to run equally fast.

use crate::layer::*;
use crate::service::{Deliver, FailureDetector, ReliableLink, Suspicion};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

// ANCHOR: state
/// Failure detector: who is silent for too long is suspected.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Heartbeats {
    /// How often a node says that it is alive.
    period: Time,
    /// How long to wait for a word of each node.
    timeout: PerNode<Time>,
    /// How much longer to wait after a false suspicion.
    growth: Time,
    /// Who is suspected now.
    suspected: BTreeSet<NodeId>,
}

/// "I am alive."
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Heartbeat;

/// What this layer waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Timer {
    /// Time to say that this node is alive.
    Beat,
    /// Nothing has come from that node for too long.
    Silence(NodeId),
}
// ANCHOR_END: state

impl Heartbeats {
    /// For a system of `n` nodes: a heartbeat every `period`, and at first so much
    /// patience with each node.
    pub fn new(n: u32, period: Time, timeout: Time) -> Self {
        let (timeout, suspected) = (PerNode::new(n, timeout), BTreeSet::new());
        Heartbeats { period, timeout, growth: period / 2, suspected }
    }

    // ANCHOR: longest_silence
    /// The longest time between two heartbeats of a node that is up, where the system
    /// is synchronous with that `bound`: the node's timer may be late by as much, then
    /// the node may stand still for as long, and then the packet is under way.
    pub const fn longest_silence(period: Time, bound: Time) -> Time {
        period + 3 * bound
    }
    // ANCHOR_END: longest_silence

    // ANCHOR: helpers
    /// Says to all others that this node is alive.
    fn beat(&self, ctx: &mut Context<Self>) {
        for node in self.others(ctx.me) {
            ctx.send(node, Heartbeat);
        }
        ctx.set_timer(Timer::Beat, self.period..self.period + 1);
    }

    /// Waits for the next word of that node.
    fn wait_for(&self, node: NodeId, ctx: &mut Context<Self>) {
        // The last heartbeat may come at the very last moment, and is not late then.
        let patience = self.timeout[node] + 1;
        ctx.set_timer(Timer::Silence(node), patience..patience + 1);
    }
    // ANCHOR_END: helpers

    fn others(&self, me: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        self.timeout.nodes().filter(move |&node| node != me)
    }
}

impl Layer for Heartbeats {
    type Implements = FailureDetector;
    type Uses = ReliableLink<Heartbeat>;
    type Timer = Timer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::PartiallySynchronous);

    // ANCHOR: handlers
    /// Begins to speak, and to listen.
    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.beat(ctx);
        for node in self.others(ctx.me) {
            self.wait_for(node, ctx);
        }
    }

    /// There is nothing to ask of a failure detector.
    fn on_request(&mut self, request: Never, _: &mut Context<Self>) {
        match request {}
    }

    /// A node is alive.
    fn on_receive(
        &mut self,
        Deliver { from, msg: Heartbeat }: Deliver<Heartbeat>,
        ctx: &mut Context<Self>,
    ) {
        if self.suspected.remove(&from) {
            self.timeout[from] += self.growth;
            ctx.indicate(Suspicion::Restore(from));
        }
        self.wait_for(from, ctx);
    }

    /// Time for a heartbeat; or a node was silent for too long.
    fn on_timeout(&mut self, timer: Timer, ctx: &mut Context<Self>) {
        match timer {
            Timer::Beat => self.beat(ctx),
            Timer::Silence(node) => {
                self.suspected.insert(node);
                ctx.indicate(Suspicion::Suspect(node));
            }
        }
    }
    // ANCHOR_END: handlers

    /// Starts with nothing; in the crash-stop model, nobody comes back.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
