//! A reliable broadcast on which a node's own messages come back late, and not in order.

use crate::layer::*;
use crate::service::{Broadcast, Deliver, ReliableBroadcast};
use std::collections::BTreeMap;

/// Holds a node's own messages back for a while, each for another.
///
/// Reliable broadcast promises that they come back, not when; and algorithms that rely on more than
/// that break here. It does nothing unless it is told to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OwnLate<M> {
    late: bool,
    next: u64,
    own: BTreeMap<u64, M>,
}

impl<M> OwnLate<M> {
    /// Does so, or passes everything on at once.
    pub const fn new(late: bool) -> Self {
        OwnLate { late, next: 0, own: BTreeMap::new() }
    }
}

/// Time to hand over one of the node's own messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Own(pub u64);

impl<M: Value> Layer for OwnLate<M> {
    type Implements = ReliableBroadcast<M>;
    type Uses = ReliableBroadcast<M>;
    type Timer = Own;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    /// The layer above broadcasts a message.
    fn on_request(&mut self, request: Broadcast<M>, ctx: &mut Context<Self>) {
        ctx.request(request);
    }

    /// A message comes; one of this node's own waits.
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<M>, ctx: &mut Context<Self>) {
        if from == ctx.me && self.late {
            self.own.insert(self.next, msg);
            ctx.set_timer(Own(self.next), MILLIS..30 * MILLIS);
            self.next += 1;
        } else {
            ctx.deliver(from, msg);
        }
    }

    /// A message has waited long enough.
    fn on_timeout(&mut self, Own(number): Own, ctx: &mut Context<Self>) {
        if let Some(msg) = self.own.remove(&number) {
            ctx.deliver(ctx.me, msg);
        }
    }

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
