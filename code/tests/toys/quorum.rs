//! A register that every node keeps, with quorums (after Attiya, Bar-Noy and Dolev), and what one
//! gets without parts of it.

use distsys::history::objects::{RegisterCall, RegisterReturn};
use distsys::layer::*;
use distsys::service::{Deliver, FairLossLink, Invoke, OpId, Return};
use std::collections::{BTreeMap, BTreeSet};

/// The service of a register.
#[derive(Clone, Debug)]
pub struct Registers;
impl Service for Registers {
    type Request = Invoke<RegisterCall<u32>>;
    type Indication = Return<RegisterReturn<u32>>;
}

/// How a read finds its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reads {
    /// It asks a majority, and makes sure that a majority has what it returns.
    WithWriteBack,
    /// A bug: it asks a majority, and returns.
    WithoutWriteBack,
    /// A bug: it returns what the node itself has.
    Locally,
}

/// A value with a timestamp: a number, and whose it is.
type Stamped = (u64, NodeId, u32);

/// What travels.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Packet {
    /// What do you have?
    Ask(OpId),
    /// This.
    Have(OpId, Stamped),
    /// Keep this, unless you have something newer.
    Keep(OpId, Stamped),
    /// It is kept.
    Kept(OpId),
}

/// What a node is doing for an operation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Phase {
    Asks { call: RegisterCall<u32>, answered: BTreeSet<NodeId>, newest: Stamped },
    Keeps { result: RegisterReturn<u32>, kept: BTreeSet<NodeId> },
}

/// One node of the register.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Quorum {
    n: u32,
    reads: Reads,
    content: Stamped,
    operations: BTreeMap<OpId, Phase>,
}

impl Quorum {
    /// One of `n` nodes. The register holds 0 at first.
    pub fn new(n: u32, reads: Reads) -> Self {
        Quorum { n, reads, content: (0, NodeId(0), 0), operations: BTreeMap::new() }
    }

    fn to_all(&self, packet: &Packet, ctx: &mut Context<Self>) {
        for node in NodeId::all(self.n) {
            ctx.send(node, packet.clone());
        }
    }

    /// A majority has answered: a write gets the next timestamp, a read has its value.
    fn answered(
        &mut self,
        op: OpId,
        call: &RegisterCall<u32>,
        newest: Stamped,
        ctx: &mut Context<Self>,
    ) {
        let (result, stamped) = match call {
            RegisterCall::Write(value) => (RegisterReturn::Written, (newest.0 + 1, ctx.me, *value)),
            RegisterCall::Read => (RegisterReturn::Read(newest.2), newest),
        };
        if *call == RegisterCall::Read && self.reads == Reads::WithoutWriteBack {
            self.operations.remove(&op);
            ctx.indicate(Return { op, result });
            return;
        }
        self.operations.insert(op, Phase::Keeps { result, kept: BTreeSet::new() });
        self.to_all(&Packet::Keep(op, stamped), ctx);
    }
}

impl Layer for Quorum {
    type Implements = Registers;
    type Uses = FairLossLink<Packet>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model =
        Model { links: Links::Reliable, nodes: Nodes::CrashStop, timing: Timing::Asynchronous };

    fn on_request(
        &mut self,
        Invoke { op, call }: Invoke<RegisterCall<u32>>,
        ctx: &mut Context<Self>,
    ) {
        if call == RegisterCall::Read && self.reads == Reads::Locally {
            ctx.indicate(Return { op, result: RegisterReturn::Read(self.content.2) });
            return;
        }
        let newest = self.content;
        self.operations.insert(op, Phase::Asks { call, answered: BTreeSet::new(), newest });
        self.to_all(&Packet::Ask(op), ctx);
    }

    fn on_receive(&mut self, Deliver { from, msg }: Deliver<Packet>, ctx: &mut Context<Self>) {
        match msg {
            Packet::Ask(op) => ctx.send(from, Packet::Have(op, self.content)),
            Packet::Keep(op, stamped) => {
                self.content = self.content.max(stamped);
                ctx.send(from, Packet::Kept(op));
            }
            Packet::Have(op, stamped) => {
                let n = self.n;
                if let Some(Phase::Asks { call, answered, newest }) = self.operations.get_mut(&op) {
                    answered.insert(from);
                    *newest = stamped.max(*newest);
                    if answered.len() as u32 > n / 2 {
                        let (call, newest) = (call.clone(), *newest);
                        self.answered(op, &call, newest, ctx);
                    }
                }
            }
            Packet::Kept(op) => {
                let n = self.n;
                if let Some(Phase::Keeps { result, kept }) = self.operations.get_mut(&op) {
                    kept.insert(from);
                    if kept.len() as u32 > n / 2 {
                        let result = result.clone();
                        self.operations.remove(&op);
                        ctx.indicate(Return { op, result });
                    }
                }
            }
        }
    }

    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}
