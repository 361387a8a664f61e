//! Single-decree Paxos behind a register, with its clients as nodes: the protocol, the clients and the messages of
//! Stateright's example `paxos`, so that the two checkers can be compared on the same states.
//!
//! Each client writes one value through one server, then reads through the next.

use distsys::layer::*;
use distsys::service::{Deliver, FairLossLink};
use distsys::sim::trace::{Trace, What};
use std::collections::{BTreeMap, BTreeSet};

type Round = (u32, NodeId);
type RequestId = u64;
type Proposal = (RequestId, NodeId, char);

/// A node of the system.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Paxos {
    /// One of the first nodes.
    Server(Server),
    /// One of the others.
    Client(Client),
}

/// Proposer and acceptor in one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Server {
    servers: u32,
    round: Option<Round>,
    proposal: Option<Proposal>,
    prepares: BTreeMap<NodeId, Option<(Round, Proposal)>>,
    accepts: BTreeSet<NodeId>,
    accepted: Option<(Round, Proposal)>,
    is_decided: bool,
}

/// Writes once, then reads once.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    servers: u32,
    is_recorded: bool,
    awaiting: Option<RequestId>,
    operations: u32,
}

/// What nodes send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message {
    /// A client writes.
    Put(RequestId, char),
    /// A client reads.
    Get(RequestId),
    /// The value is written.
    PutOk(RequestId),
    /// The value is read.
    GetOk(RequestId, char),
    /// Phase 1: promise to accept nothing older.
    Prepare(Round),
    /// Promised; this was accepted last.
    Prepared(Round, Option<(Round, Proposal)>),
    /// Phase 2: accept this.
    Accept(Round, Proposal),
    /// Accepted.
    Accepted(Round),
    /// A majority accepted it.
    Decided(Round, Proposal),
}

/// What the clients tell of the register.
#[derive(Clone, Debug)]
pub struct Operations;
impl Service for Operations {
    type Request = Never;
    type Indication = Told;
}

/// A client asks, or is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Told {
    /// It writes this.
    Writes(char),
    /// It has written.
    Written,
    /// It reads.
    Reads,
    /// It has read this.
    Read(char),
}

/// The value of the register before the first write.
const NOTHING: char = '\0';

/// `servers` servers, then `clients` clients, which tell what they do or not.
pub fn system(servers: u32, clients: u32, is_recorded: bool) -> Vec<Paxos> {
    let server = Paxos::Server(Server { servers, ..Server::default() });
    let client = Client { servers, is_recorded, awaiting: None, operations: 0 };
    let clients = std::iter::repeat_n(Paxos::Client(client), clients as usize);
    std::iter::repeat_n(server, servers as usize).chain(clients).collect()
}

impl Layer for Paxos {
    type Implements = Operations;
    type Uses = FairLossLink<Message>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model =
        Model { links: Links::FairLoss, nodes: Nodes::CrashStop, timing: Timing::Asynchronous };

    fn on_start(&mut self, ctx: &mut Context<Self>) {
        if let Paxos::Client(client) = self {
            client.on_start(ctx);
        }
    }
    fn on_request(&mut self, request: Never, _: &mut Context<Self>) {
        match request {}
    }
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<Message>, ctx: &mut Context<Self>) {
        match self {
            Paxos::Server(server) => server.on_receive(from, msg, ctx),
            Paxos::Client(client) => client.on_receive(msg, ctx),
        }
    }
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

impl Server {
    fn on_receive(&mut self, from: NodeId, msg: Message, ctx: &mut Context<Paxos>) {
        if self.is_decided {
            // A server that has decided only answers those who read.
            if let (Message::Get(request), Some((_, (_, _, value)))) = (msg, self.accepted) {
                ctx.send(from, Message::GetOk(request, value));
            }
            return;
        }
        match msg {
            Message::Put(request, value) if self.proposal.is_none() => {
                self.prepare((request, from, value), ctx);
            }
            Message::Prepare(round) if self.round < Some(round) => {
                self.round = Some(round);
                ctx.send(from, Message::Prepared(round, self.accepted));
            }
            Message::Prepared(round, accepted) if self.round == Some(round) => {
                self.on_prepared(from, round, accepted, ctx);
            }
            Message::Accept(round, proposal) if self.round <= Some(round) => {
                (self.round, self.accepted) = (Some(round), Some((round, proposal)));
                ctx.send(from, Message::Accepted(round));
            }
            Message::Accepted(round) if self.round == Some(round) => {
                self.on_accepted(from, round, ctx);
            }
            Message::Decided(round, proposal) => {
                (self.round, self.accepted) = (Some(round), Some((round, proposal)));
                self.is_decided = true;
            }
            _ => {}
        }
    }

    fn prepare(&mut self, proposal: Proposal, ctx: &mut Context<Paxos>) {
        let round = (self.round.map_or(0, |(number, _)| number) + 1, ctx.me);
        (self.round, self.proposal) = (Some(round), Some(proposal));
        self.prepares = BTreeMap::from([(ctx.me, self.accepted)]);
        self.accepts = BTreeSet::new();
        self.send_others(Message::Prepare(round), ctx);
    }
    fn on_prepared(
        &mut self,
        from: NodeId,
        round: Round,
        accepted: Option<(Round, Proposal)>,
        ctx: &mut Context<Paxos>,
    ) {
        self.prepares.insert(from, accepted);
        if self.prepares.len() as u32 == self.servers / 2 + 1 {
            // What a majority may have accepted before must not be changed any more.
            let latest = self.prepares.values().max().copied().flatten();
            if let Some(proposal) = latest.map(|(_, proposal)| proposal).or(self.proposal) {
                (self.proposal, self.accepted) = (Some(proposal), Some((round, proposal)));
                self.accepts.insert(ctx.me);
                self.send_others(Message::Accept(round, proposal), ctx);
            }
        }
    }
    fn on_accepted(&mut self, from: NodeId, round: Round, ctx: &mut Context<Paxos>) {
        self.accepts.insert(from);
        if let Some(proposal) = self.proposal
            && self.accepts.len() as u32 == self.servers / 2 + 1
        {
            self.is_decided = true;
            self.send_others(Message::Decided(round, proposal), ctx);
            let (request, client, _) = proposal;
            ctx.send(client, Message::PutOk(request));
        }
    }
    fn send_others(&self, msg: Message, ctx: &mut Context<Paxos>) {
        let me = ctx.me;
        for node in NodeId::all(self.servers).filter(|&node| node != me) {
            ctx.send(node, msg);
        }
    }
}

impl Client {
    fn on_start(&mut self, ctx: &mut Context<Paxos>) {
        let value = char::from(b'A' + (ctx.me.0 - self.servers) as u8);
        self.ask(|request| Message::Put(request, value), ctx);
        self.tell(Told::Writes(value), ctx);
    }
    fn on_receive(&mut self, msg: Message, ctx: &mut Context<Paxos>) {
        match msg {
            Message::PutOk(request) if self.awaiting == Some(request) => {
                self.tell(Told::Written, ctx);
                self.ask(Message::Get, ctx);
                self.tell(Told::Reads, ctx);
            }
            Message::GetOk(request, value) if self.awaiting == Some(request) => {
                self.awaiting = None;
                self.operations += 1;
                self.tell(Told::Read(value), ctx);
            }
            _ => {}
        }
    }
    /// Each operation goes to the next server.
    fn ask(&mut self, message: impl Fn(RequestId) -> Message, ctx: &mut Context<Paxos>) {
        let server = NodeId((ctx.me.0 + self.operations) % self.servers);
        self.operations += 1;
        let request = u64::from(self.operations * ctx.me.0);
        self.awaiting = Some(request);
        ctx.send(server, message(request));
    }
    fn tell(&self, told: Told, ctx: &mut Context<Paxos>) {
        if self.is_recorded {
            ctx.indicate(told);
        }
    }
}

/// One operation of the register: what it wrote or read, and the places in the trace where it began and ended.
#[derive(Clone, Copy)]
struct Operation {
    written: Option<char>,
    read: Option<char>,
    began: usize,
    ended: Option<usize>,
}

/// Whether what the clients told is linearizable: the operations can be put in an order that keeps those apart that
/// did not overlap, and in which each read returns what was written last.
pub fn is_linearizable(trace: &Trace<Paxos>) -> bool {
    let mut operations: BTreeMap<(NodeId, bool), Operation> = BTreeMap::new();
    for (place, record) in trace.records.iter().enumerate() {
        let What::Deliver { indication } = record.what else { continue };
        let new = |written| Operation { written, read: None, began: place, ended: None };
        match indication {
            Told::Writes(value) => {
                operations.insert((record.node, true), new(Some(value)));
            }
            Told::Reads => {
                operations.insert((record.node, false), new(None));
            }
            Told::Written => {
                operations.entry((record.node, true)).and_modify(|op| op.ended = Some(place));
            }
            Told::Read(value) => {
                operations.entry((record.node, false)).and_modify(|op| {
                    (op.ended, op.read) = (Some(place), Some(value));
                });
            }
        }
    }
    // A read that was not answered says nothing.
    let known = |op: &Operation| op.written.is_some() || op.ended.is_some();
    fits(NOTHING, &operations.into_values().filter(known).collect::<Vec<_>>())
}

/// Whether these operations fit in some order after the register has got this value.
fn fits(value: char, left: &[Operation]) -> bool {
    let first_end = left.iter().filter_map(|op| op.ended).min().unwrap_or(usize::MAX);
    let is_next = |op: &Operation| op.began < first_end && op.read.is_none_or(|read| read == value);
    first_end == usize::MAX
        || (0..left.len()).filter(|&i| is_next(&left[i])).any(|i| {
            let rest: Vec<_> = left[..i].iter().chain(&left[i + 1..]).copied().collect();
            fits(left[i].written.unwrap_or(value), &rest)
        })
}
