//! What state machines stand on, and what stands on them, in runs: as little as is promised.

use crate::layer::*;
use crate::replication::updates::Pinning;
use crate::service::*;
use std::collections::BTreeSet;
use std::marker::PhantomData;

/// A best-effort broadcast that makes no effort: each message is sent once to everybody, over links
/// that lose and repeat.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Once<M> {
    nodes: u32,
    messages: PhantomData<M>,
}

impl<M> Once<M> {
    /// For a system of so many nodes.
    pub(super) const fn new(nodes: u32) -> Self {
        Once { nodes, messages: PhantomData }
    }
}

impl<M: Value> Layer for Once<M> {
    type Implements = BestEffortBroadcast<M>;
    type Uses = FairLossLink<M>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    /// A message goes to everybody.
    fn on_request(&mut self, Broadcast { msg }: Broadcast<M>, ctx: &mut Context<Self>) {
        for node in NodeId::all(self.nodes) {
            ctx.send(node, msg.clone());
        }
    }

    /// A message comes, perhaps again.
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<M>, ctx: &mut Context<Self>) {
        ctx.deliver(from, msg);
    }

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

/// Someone before a board: takes down only notes that were seen there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct SeenFirst<S> {
    seen: BTreeSet<u32>,
    board: PhantomData<S>,
}

impl<S> SeenFirst<S> {
    /// Has seen nothing yet.
    pub(super) const fn new() -> Self {
        SeenFirst { seen: BTreeSet::new(), board: PhantomData }
    }
}

impl<S: Machine<Update = Pinning>> Layer for SeenFirst<S> {
    type Implements = ReplicatedState<S>;
    type Uses = ReplicatedState<S>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    /// A note is to be put up, or taken down: that is not asked for unless it was seen.
    fn on_request(&mut self, Perform(update): Perform<Pinning>, ctx: &mut Context<Self>) {
        let known = match &update {
            Pinning::Pin(_) => true,
            Pinning::Unpin(note) => self.seen.contains(note),
        };
        if known {
            ctx.request(Perform(update));
        }
    }

    /// Something was done on the board.
    fn on_receive(&mut self, applied: Applied<Pinning, S>, ctx: &mut Context<Self>) {
        if let Pinning::Pin(note) = applied.update {
            self.seen.insert(note);
        }
        ctx.indicate(applied);
    }

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
