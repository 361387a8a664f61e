//! Two layers that keep each other busy without end.

use distsys::layer::*;
use distsys::service::{Deliver, FairLossLink, SendTo};

/// Asks again for whatever it is told.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Insistent;

/// Answers whatever it is asked at once, if the number is not 0; sends it on if it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Echo;

impl Layer for Insistent {
    type Implements = FairLossLink<u32>;
    type Uses = FairLossLink<u32>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    fn on_request(&mut self, request: SendTo<u32>, ctx: &mut Context<Self>) {
        ctx.request(request);
    }
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<u32>, ctx: &mut Context<Self>) {
        ctx.deliver(from, msg);
        if msg > 0 {
            ctx.send(from, msg);
        }
    }
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

impl Layer for Echo {
    type Implements = FairLossLink<u32>;
    type Uses = FairLossLink<u32>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    fn on_request(&mut self, SendTo { to, msg }: SendTo<u32>, ctx: &mut Context<Self>) {
        match msg {
            0 => ctx.send(to, msg),
            _ => ctx.deliver(to, msg),
        }
    }
    fn on_receive(&mut self, indication: Deliver<u32>, ctx: &mut Context<Self>) {
        ctx.indicate(indication);
    }
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
