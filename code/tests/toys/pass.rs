//! Layers that pass on what they get.

use crate::toys::puppet::Log;
use distsys::layer::*;
use distsys::service::{Deliver, FairLossLink, SendTo};
use std::marker::PhantomData;

/// Counts what it passes on; allocates nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pass<M> {
    /// How much has passed.
    pub count: u64,
    messages: PhantomData<M>,
}

impl<M> Pass<M> {
    /// Nothing has passed yet.
    pub fn new() -> Self {
        Pass { count: 0, messages: PhantomData }
    }
}

impl<M> Default for Pass<M> {
    fn default() -> Self {
        Pass::new()
    }
}

impl<M: Value> Layer for Pass<M> {
    type Implements = FairLossLink<M>;
    type Uses = FairLossLink<M>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashRecovery, Timing::Asynchronous);

    fn on_request(&mut self, request: SendTo<M>, ctx: &mut Context<Self>) {
        self.count += 1;
        ctx.request(request);
    }
    fn on_receive(&mut self, indication: Deliver<M>, ctx: &mut Context<Self>) {
        self.count += 1;
        ctx.indicate(indication);
    }
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

/// Notes on stable storage that it was asked to send something, before it does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Scribe<M>(PhantomData<M>);

impl<M> Scribe<M> {
    /// A scribe.
    pub fn new() -> Self {
        Scribe(PhantomData)
    }
}

/// What a scribe notes.
pub const NOTE: u32 = 1000;

impl<M: Value> Layer for Scribe<M> {
    type Implements = FairLossLink<M>;
    type Uses = FairLossLink<M>;
    type Timer = NoTimer;
    type Stable = Log;
    const MODEL: Model = Model::any_links(Nodes::CrashRecovery, Timing::Asynchronous);

    fn on_request(&mut self, request: SendTo<M>, ctx: &mut Context<Self>) {
        ctx.store(NOTE);
        ctx.request(request);
    }
    fn on_receive(&mut self, indication: Deliver<M>, ctx: &mut Context<Self>) {
        ctx.indicate(indication);
    }
    fn on_recovery(fresh: Self, _: Log, _: &mut Context<Self>) -> Self {
        fresh
    }
}

/// Plays ping-pong: each ball comes back with one bounce less.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Player;

impl Layer for Player {
    type Implements = FairLossLink<u64>;
    type Uses = FairLossLink<u64>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    fn on_request(&mut self, SendTo { to, msg }: SendTo<u64>, ctx: &mut Context<Self>) {
        ctx.send(to, msg);
    }
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<u64>, ctx: &mut Context<Self>) {
        match msg.checked_sub(1) {
            Some(bounces) => ctx.send(from, bounces),
            None => ctx.deliver(from, msg),
        }
    }
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
