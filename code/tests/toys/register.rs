//! A register that node A keeps, for clients at any node.

use distsys::layer::*;
use distsys::service::{Deliver, FairLossLink, Invoke, OpId, Return};
use std::collections::BTreeMap;

/// What a client can ask of the register.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// What is in it?
    Read,
    /// Put this in it.
    Write(u32),
}

/// The service of a register.
#[derive(Clone, Debug)]
pub struct Registers;
impl Service for Registers {
    type Request = Invoke<Call>;
    type Indication = Return<u32>;
}

/// What travels.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Packet {
    /// To node A.
    Ask(OpId, Call),
    /// From node A: the content.
    Answer(OpId, u32),
}

/// What a node is doing for an operation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Phase {
    Asked,
    Answered,
}

/// One node of the register.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Register {
    content: u32,
    operations: BTreeMap<OpId, Phase>,
    /// A bug to switch on: returns every operation twice.
    says_it_twice: bool,
}

impl Register {
    /// One that returns every operation twice.
    pub fn stuttering() -> Self {
        Register { says_it_twice: true, ..Register::default() }
    }
}

impl Layer for Register {
    type Implements = Registers;
    type Uses = FairLossLink<Packet>;
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model =
        Model { links: Links::Reliable, nodes: Nodes::CrashStop, timing: Timing::Asynchronous };

    fn on_request(&mut self, Invoke { op, call }: Invoke<Call>, ctx: &mut Context<Self>) {
        self.operations.insert(op, Phase::Asked);
        ctx.send(NodeId(0), Packet::Ask(op, call));
    }
    fn on_receive(&mut self, Deliver { from, msg }: Deliver<Packet>, ctx: &mut Context<Self>) {
        match msg {
            Packet::Ask(op, call) => {
                if let Call::Write(content) = call {
                    self.content = content;
                }
                ctx.send(from, Packet::Answer(op, self.content));
            }
            Packet::Answer(op, result) => {
                if self.operations.insert(op, Phase::Answered) == Some(Phase::Asked) {
                    ctx.indicate(Return { op, result });
                    if self.says_it_twice {
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
