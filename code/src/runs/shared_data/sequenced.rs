//! One order for two nodes: the script decides when messages come.

use crate::layer::*;
use crate::service::{Broadcast, Deliver, FairLossLink, FifoTotalOrderBroadcast};
use crate::transform::server_order::Edited;

/// Delivers whatever comes when it comes, a node's own messages too. It is a total order only because the script makes it
/// one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sequenced;

impl Layer for Sequenced {
    type Implements = FifoTotalOrderBroadcast<Edited>;
    type Uses = FairLossLink<Edited>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model =
        Model { links: Links::Reliable, nodes: Nodes::CrashStop, timing: Timing::Synchronous };

    fn on_request(&mut self, Broadcast { msg }: Broadcast<Edited>, ctx: &mut Context<Self>) {
        for node in NodeId::all(2) {
            ctx.send(node, msg.clone());
        }
    }

    fn on_receive(&mut self, Deliver { from, msg }: Deliver<Edited>, ctx: &mut Context<Self>) {
        ctx.deliver(from, msg);
    }

    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
