//! A layer that keeps a run busy: it chooses, sets timers, stores and sends.

use crate::toys::puppet::Log;
use distsys::layer::*;
use distsys::service::{Deliver, FifoLink, SendTo};
use serde::{Deserialize, Serialize};

/// Every now and then sends the next number to a node that it chooses.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Chatter {
    nodes: u32,
    said: u32,
    until: u32,
}

/// Time to say something, or to write down how much has been said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Chat {
    /// Say it.
    Say,
    /// Write it down.
    Write,
}

impl Chatter {
    /// One of `nodes` nodes, which says `until` numbers.
    pub fn new(nodes: u32, until: u32) -> Self {
        Chatter { nodes, said: 0, until }
    }

    fn go_on(&self, ctx: &mut Context<Self>) {
        if self.said < self.until {
            ctx.set_timer(Chat::Say, 2 * MILLIS..30 * MILLIS);
        }
    }
}

impl Layer for Chatter {
    type Implements = FifoLink<u32>;
    type Uses = FifoLink<u32>;
    type Timer = Chat;
    type Stable = Log;
    const MODEL: Model = Model::any_links(Nodes::CrashRecovery, Timing::Asynchronous);

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        self.go_on(ctx);
    }
    fn on_request(&mut self, SendTo { to, msg }: SendTo<u32>, ctx: &mut Context<Self>) {
        ctx.send(to, msg);
    }
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<u32>, ctx: &mut Context<Self>) {
        ctx.deliver(from, msg);
        ctx.set_timer(Chat::Write, 10 * MILLIS..40 * MILLIS);
    }
    fn on_timeout(&mut self, timer: Chat, ctx: &mut Context<Self>) {
        match timer {
            Chat::Say => {
                self.said += 1;
                let other = (ctx.me.0 + 1 + ctx.choose(self.nodes - 1)) % self.nodes;
                ctx.send(NodeId(other), self.said);
                self.go_on(ctx);
            }
            Chat::Write => ctx.store(self.said),
        }
    }
    fn on_recovery(fresh: Self, Log(said): Log, ctx: &mut Context<Self>) -> Self {
        let said = said.last().copied().unwrap_or(0);
        let chatter = Chatter { said, ..fresh };
        chatter.go_on(ctx);
        chatter
    }
    fn facts(&self) -> Vec<Fact> {
        vec![Fact::number("said", u64::from(self.said))]
    }
}
