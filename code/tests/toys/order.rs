//! A layer over two services: questions go over a link, votes through a total order.

use distsys::layer::*;
use distsys::ports;
use distsys::service::{
    Broadcast, Deliver, FairLossLink, ReliableLink, SendTo, TotalOrderBroadcast,
};
use std::collections::BTreeMap;

ports! {
    /// Links for questions, a total order for votes.
    pub Ports uses
        Link(SendTo<&'static str>): ReliableLink<&'static str>,
        Order(Broadcast<u32>): TotalOrderBroadcast<u32>;
    asks Ask, hears Hear
}

/// Total order by a sequencer, node A, on links that lose nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sequencer {
    nodes: u32,
    last_given: u64,
    next: u64,
    early: BTreeMap<u64, Deliver<u32>>,
}

/// What the sequencer and the others send to each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Numbered {
    /// To the sequencer: give it a number.
    Please(u32),
    /// From the sequencer: that node's message has this number.
    This(u64, NodeId, u32),
}

impl Sequencer {
    /// For a system of `nodes` nodes.
    pub fn new(nodes: u32) -> Self {
        Sequencer { nodes, last_given: 0, next: 1, early: BTreeMap::new() }
    }
}

impl Layer for Sequencer {
    type Implements = TotalOrderBroadcast<u32>;
    type Uses = FairLossLink<Numbered>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model =
        Model { links: Links::Reliable, nodes: Nodes::CrashStop, timing: Timing::Asynchronous };

    fn on_request(&mut self, Broadcast { msg }: Broadcast<u32>, ctx: &mut Context<Self>) {
        ctx.send(NodeId(0), Numbered::Please(msg));
    }
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<Numbered>, ctx: &mut Context<Self>) {
        match msg {
            Numbered::Please(msg) => {
                self.last_given += 1;
                for node in NodeId::all(self.nodes) {
                    ctx.send(node, Numbered::This(self.last_given, from, msg));
                }
            }
            Numbered::This(number, from, msg) => {
                self.early.insert(number, Deliver { from, msg });
                while let Some(next) = self.early.remove(&self.next) {
                    ctx.indicate(next);
                    self.next += 1;
                }
            }
        }
    }
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

/// Asks all for their votes over the link; they vote in total order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Voter {
    /// What it votes when it is asked.
    pub vote: u32,
    /// How many nodes there are.
    pub nodes: u32,
    /// Who asked it what.
    pub questions: Vec<(NodeId, &'static str)>,
}

/// The service of a voter: a question, and then all votes in the same order at all nodes.
#[derive(Clone, Debug)]
pub struct Poll;
impl Service for Poll {
    type Request = &'static str;
    type Indication = Deliver<u32>;
}

impl Layer for Voter {
    type Implements = Poll;
    type Uses = Ports;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    fn on_request(&mut self, question: &'static str, ctx: &mut Context<Self>) {
        for node in NodeId::all(self.nodes) {
            ctx.send(node, question);
        }
    }
    fn on_receive(&mut self, hear: Hear, ctx: &mut Context<Self>) {
        match hear {
            Hear::Link(Deliver { from, msg }) => {
                self.questions.push((from, msg));
                ctx.broadcast(self.vote);
            }
            Hear::Order(vote) => ctx.indicate(vote),
        }
    }
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

/// A link for a network that loses nothing: it has nothing to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Wire;

impl Layer for Wire {
    type Implements = ReliableLink<&'static str>;
    type Uses = FairLossLink<&'static str>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model =
        Model { links: Links::Reliable, nodes: Nodes::CrashStop, timing: Timing::Asynchronous };

    fn on_request(&mut self, request: SendTo<&'static str>, ctx: &mut Context<Self>) {
        ctx.request(request);
    }
    fn on_receive(&mut self, indication: Deliver<&'static str>, ctx: &mut Context<Self>) {
        ctx.indicate(indication);
    }
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
