//! A failure detector that is told whom to suspect, and when.

use distsys::layer::*;
use distsys::service::{Deliver, FailureDetector, FairLossLink, Suspicion};
use serde::{Deserialize, Serialize};

/// Suspects `whom` once, after a while, rightly or not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Doubts {
    pub(crate) by: NodeId,
    pub(crate) whom: Option<NodeId>,
    pub(crate) after: Time,
}

/// Time to suspect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Doubt;

impl Layer for Doubts {
    type Implements = FailureDetector;
    type Uses = FairLossLink<Doubt>;
    type Timer = Doubt;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        if ctx.me == self.by && self.whom.is_some() {
            ctx.set_timer(Doubt, self.after..self.after + 1);
        }
    }
    fn on_request(&mut self, request: Never, _: &mut Context<Self>) {
        match request {}
    }
    fn on_receive(&mut self, _: Deliver<Doubt>, _: &mut Context<Self>) {}
    fn on_timeout(&mut self, Doubt: Doubt, ctx: &mut Context<Self>) {
        if let Some(node) = self.whom {
            ctx.indicate(Suspicion::Suspect(node));
        }
    }
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
