//! What shared data stands on in these subjects.

use crate::broadcast::lamport_order::Stamped;
use crate::broadcast::{Causal, Direct, Eager, Fifo, LamportOrder, Named, SeqNo, causal};
use crate::layer::{Layer, Service, Value};
use crate::link::Retransmit;
use crate::service::{
    AtLeast, BestEffortBroadcast, CausalBroadcast, FairLossLink, FifoBroadcast,
    FifoTotalOrderBroadcast, ReliableBroadcast,
};
use crate::sim::Node;
use crate::stack::Stack;

/// A service that knows the plainest stack of this notebook that implements it, on links that lose packets.
pub trait Ground: Service + Sized {
    /// What the stack sends.
    type Packet: Value;
    /// The stack.
    type Stack: Layer<Implements: AtLeast<Self>, Uses = FairLossLink<Self::Packet>>;
    /// The stack of a node, for a system of `n`.
    fn stack(n: u32) -> Self::Stack;
}

impl<M: Value> Ground for BestEffortBroadcast<M> {
    type Packet = <Retransmit<M> as Node>::Packet;
    type Stack = Stack<Direct<M>, Retransmit<M>>;
    fn stack(n: u32) -> Self::Stack {
        Direct::new(n).over(Retransmit::new(n))
    }
}

impl<M: Value> Ground for ReliableBroadcast<M> {
    type Packet = <Retransmit<Named<M>> as Node>::Packet;
    type Stack = Stack<Eager<M>, Retransmit<Named<M>>>;
    fn stack(n: u32) -> Self::Stack {
        Eager::new(n).over(Retransmit::new(n))
    }
}

impl<M: Value> Ground for CausalBroadcast<M> {
    type Packet = <ReliableBroadcast<(M, causal::Deps)> as Ground>::Packet;
    type Stack = Stack<Causal<M>, <ReliableBroadcast<(M, causal::Deps)> as Ground>::Stack>;
    fn stack(n: u32) -> Self::Stack {
        Causal::new(n).over(ReliableBroadcast::stack(n))
    }
}

impl<M: Value> Ground for FifoBroadcast<M> {
    type Packet = <ReliableBroadcast<(M, SeqNo)> as Ground>::Packet;
    type Stack = Stack<Fifo<M>, <ReliableBroadcast<(M, SeqNo)> as Ground>::Stack>;
    fn stack(n: u32) -> Self::Stack {
        Fifo::new(n).over(ReliableBroadcast::stack(n))
    }
}

impl<M: Value> Ground for FifoTotalOrderBroadcast<M> {
    type Packet = <FifoBroadcast<Stamped<M>> as Ground>::Packet;
    type Stack = Stack<LamportOrder<M>, <FifoBroadcast<Stamped<M>> as Ground>::Stack>;
    fn stack(n: u32) -> Self::Stack {
        LamportOrder::new(n).over(FifoBroadcast::stack(n))
    }
}
