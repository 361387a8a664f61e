//! A layer that reacts by a table, for tests of the order of effects.

use crate::toys::puppet::Log;
use distsys::layer::*;
use distsys::service::{Deliver, FairLossLink, SendTo};
use distsys::sim::step::{Event, step};
use std::collections::VecDeque;

/// What can come to a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Come {
    /// It is asked this from above.
    Asked(u32),
    /// It is told this from below.
    Heard(u32),
    /// It comes back from a crash.
    Recovered,
}

/// What a layer does then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// Ask the layer below for this.
    Ask(u32),
    /// Tell this to the layer above.
    Tell(u32),
    /// Store this.
    Store(u32),
}

/// Does what the table says; passes on what the table does not name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reactor(pub &'static [(Come, &'static [Act])]);

impl Reactor {
    fn react(&self, come: Come, ctx: &mut Context<Self>) {
        let listed = self.0.iter().find(|(listed, _)| *listed == come).map(|(_, acts)| *acts);
        let default = match come {
            Come::Asked(number) => vec![Act::Ask(number)],
            Come::Heard(number) => vec![Act::Tell(number)],
            Come::Recovered => vec![],
        };
        for act in listed.unwrap_or(&default) {
            match *act {
                Act::Ask(number) => ctx.send(NodeId(0), number),
                Act::Tell(number) => ctx.deliver(NodeId(0), number),
                Act::Store(number) => ctx.store(number),
            }
        }
    }
}

impl Layer for Reactor {
    type Implements = FairLossLink<u32>;
    type Uses = FairLossLink<u32>;
    type Timer = NoTimer;
    type Stable = Log;
    const MODEL: Model = Model::any_links(Nodes::CrashRecovery, Timing::Asynchronous);

    fn on_request(&mut self, SendTo { msg, .. }: SendTo<u32>, ctx: &mut Context<Self>) {
        self.react(Come::Asked(msg), ctx);
    }
    fn on_receive(&mut self, Deliver { msg, .. }: Deliver<u32>, ctx: &mut Context<Self>) {
        self.react(Come::Heard(msg), ctx);
    }
    fn on_recovery(fresh: Self, _: Log, ctx: &mut Context<Self>) -> Self {
        fresh.react(Come::Recovered, ctx);
        fresh
    }
}

/// The effects that `layer` asks for when this comes to it, in words and in order, e.g. `store 1, send 2, deliver 3`.
pub fn effects<L>(mut layer: L, come: Come) -> String
where
    L: Layer<Implements = FairLossLink<u32>, Uses = FairLossLink<u32>>,
{
    let mut env = Env::new(NodeId(0), Reading::default(), Choices::default());
    let mut effects = VecDeque::new();
    let event = match come {
        Come::Asked(msg) => Event::Request(SendTo { to: NodeId(0), msg }),
        Come::Heard(msg) => Event::Receive(Deliver { from: NodeId(0), msg }),
        Come::Recovered => Event::Recover(L::Stable::default()),
    };
    step(&mut layer, event, &mut env, &mut effects);
    effects.iter().map(in_words).collect::<Vec<_>>().join(", ")
}

fn in_words<L>(effect: &Effect<L>) -> String
where
    L: Layer<Implements = FairLossLink<u32>, Uses = FairLossLink<u32>>,
{
    match effect {
        Effect::Request(request) => format!("send {}", request.msg),
        Effect::Indicate(indication) => format!("deliver {}", indication.msg),
        // Which layer's change it is, its number tells.
        Effect::Store(change) => {
            let number: String =
                format!("{change:?}").chars().filter(char::is_ascii_digit).collect();
            format!("store {number}")
        }
        Effect::SetTimer(timer, _) => format!("set {timer:?}"),
        Effect::CancelTimer(timer) => format!("cancel {timer:?}"),
    }
}
