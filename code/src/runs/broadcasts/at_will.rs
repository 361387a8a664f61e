//! The nodes of the drawings of total order: the drawing decides when they deliver.

use crate::layer::*;
use crate::runs::broadcasts::Word;
use crate::service::{Broadcast, Deliver, FairLossLink, TotalOrderBroadcast};

/// Delivers whatever comes when it comes, a node's own messages too: the order is that of whoever
/// says when packets arrive.
///
/// The drawings of section 4.2 say what order is kept, not how. It is a total order only because
/// the arrivals make it one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AtWill;

impl Layer for AtWill {
    type Implements = TotalOrderBroadcast<Word>;
    type Uses = FairLossLink<Word>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model =
        Model { links: Links::Reliable, nodes: Nodes::CrashStop, timing: Timing::Synchronous };

    /// A node broadcasts: to the three nodes of the drawings.
    fn on_request(&mut self, Broadcast { msg }: Broadcast<Word>, ctx: &mut Context<Self>) {
        for node in NodeId::all(3) {
            ctx.send(node, msg);
        }
    }

    /// A message comes.
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<Word>, ctx: &mut Context<Self>) {
        ctx.deliver(from, msg);
    }

    /// There is nothing to remember.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
