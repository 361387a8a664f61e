//! The services of the course, and which is at least as strong as which.

use crate::layer::{Indication, Never, Request, Service, Value};
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

pub mod commit;
pub mod consensus;
pub mod likes;
pub mod register;
pub mod replicated;
pub mod shared_data;
pub mod transactions;

pub use crate::node::NodeId;
pub use commit::{AtomicCommit, CommitEvent, CommitRequest, Outcome, Transaction, Write};
pub use consensus::{Consensus, Decide, Instance, Propose};
pub use register::{Key, RegisterOp, RegisterResult, Registers, SwapOp, SwapRegisters, SwapResult};
pub use replicated::{
    Applied, Data, DatabaseEvent, Machine, Perform, ReplicatedDatabase, ReplicatedState, Work,
};
pub use shared_data::{Edit, Holds, MapRequest, SharedMap, SharedText, Shows};
pub use transactions::{Shard, Shards, Transactions, Tx, TxResult};

/// Asks a link to send `msg` to the node `to`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SendTo<M> {
    /// The destination.
    pub to: NodeId,
    /// What to send.
    pub msg: M,
}

/// Asks a broadcast to send `msg` to every node, the sender included.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Broadcast<M> {
    /// What to send.
    pub msg: M,
}

/// Hands over `msg`, which the node `from` had sent or broadcast.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Deliver<M> {
    /// The sender.
    pub from: NodeId,
    /// What was sent.
    pub msg: M,
}

/// The name that the runtime gives to one operation of one client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OpId {
    /// Which client. A client has at most one operation open.
    pub client: u32,
    /// The number of the operation at that client, from 0.
    pub number: u64,
}

/// A client asks for the operation `call`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Invoke<C> {
    /// The operation's name.
    pub op: OpId,
    /// What is to be done.
    pub call: C,
}

/// The operation `op` is done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Return<T> {
    /// The operation's name.
    pub op: OpId,
    /// What came of it.
    pub result: T,
}

/// What a failure detector thinks of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Suspicion {
    /// From now on it takes the node for faulty.
    Suspect(NodeId),
    /// It takes the node for correct again.
    Restore(NodeId),
}

/// Says which nodes it takes for faulty. How far it can be believed depends on the system model.
#[derive(Clone, Copy, Debug)]
pub struct FailureDetector;
impl Service for FailureDetector {
    type Request = Never;
    type Indication = Suspicion;
}
impl AtLeast<FailureDetector> for FailureDetector {
    fn request(request: Never) -> Never {
        request
    }
    fn indication(indication: Suspicion) -> Suspicion {
        indication
    }
}

/// `Self` keeps every promise of `S`, so a layer that uses `S` may stand on `Self`.
///
/// The two functions translate between the words of the two services; where both use the same words
/// they do nothing. The relation is not transitive by itself: [`hierarchy`] lists every pair.
#[diagnostic::on_unimplemented(
    message = "the service `{Self}` is too weak: the layer above needs `{S}`",
    label = "the service below this layer is too weak",
    note = "put a layer in between that implements `{S}` or something stronger"
)]
pub trait AtLeast<S: Service>: Service {
    /// A request to `S`, in the words of `Self`.
    fn request(request: Request<S>) -> Request<Self>;
    /// An indication of `Self`, in the words of `S`.
    fn indication(indication: Indication<Self>) -> Indication<S>;
}

macro_rules! services {
    ($($(#[$doc:meta])* $name:ident($request:ident -> $indication:ident) at least $($weaker:ident),*;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug)]
            pub struct $name<M>(PhantomData<M>);
            impl<M: Value> Service for $name<M> {
                type Request = $request<M>;
                type Indication = $indication<M>;
            }
            $(impl<M: Value> AtLeast<$weaker<M>> for $name<M> {
                fn request(request: $request<M>) -> $request<M> {
                    request
                }
                fn indication(indication: $indication<M>) -> $indication<M> {
                    indication
                }
            })*
        )*
        /// Each service of the course with those that it can stand in for, itself included.
        pub fn hierarchy() -> Vec<(&'static str, Vec<&'static str>)> {
            vec![$((stringify!($name), vec![$(stringify!($weaker)),*]),)*]
        }
    };
}

// ANCHOR: hierarchy
services! {
    /// Messages may be lost, duplicated and reordered, but one that is sent for ever is received.
    FairLossLink(SendTo -> Deliver) at least FairLossLink;
    /// A message is received exactly once if neither node crashes, in any order.
    ReliableLink(SendTo -> Deliver) at least ReliableLink, FairLossLink;
    /// Reliable, and messages are received in the order in which they were sent.
    FifoLink(SendTo -> Deliver) at least FifoLink, ReliableLink, FairLossLink;

    /// Messages may be lost, some nodes may get what others do not.
    BestEffortBroadcast(Broadcast -> Deliver) at least BestEffortBroadcast;
    /// What one correct node delivers, every correct node delivers, exactly once.
    ReliableBroadcast(Broadcast -> Deliver) at least ReliableBroadcast, BestEffortBroadcast;
    /// Reliable, and each node's messages are delivered in the order in which it broadcast them.
    FifoBroadcast(Broadcast -> Deliver) at least FifoBroadcast, ReliableBroadcast, BestEffortBroadcast;
    /// Reliable, and messages are delivered in causal order.
    CausalBroadcast(Broadcast -> Deliver) at least
        CausalBroadcast, FifoBroadcast, ReliableBroadcast, BestEffortBroadcast;
    /// Reliable, and all nodes deliver in the same order.
    TotalOrderBroadcast(Broadcast -> Deliver) at least
        TotalOrderBroadcast, ReliableBroadcast, BestEffortBroadcast;
    /// Total order and FIFO at once.
    FifoTotalOrderBroadcast(Broadcast -> Deliver) at least
        FifoTotalOrderBroadcast, TotalOrderBroadcast, CausalBroadcast, FifoBroadcast,
        ReliableBroadcast, BestEffortBroadcast;
}
// ANCHOR_END: hierarchy

/// Which call a node works on: whose, and the number that its caller gave it. The later of two
/// calls of one client is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Caller {
    /// The node that called.
    pub client: NodeId,
    /// How often that node had come back from a crash.
    pub incarnation: u64,
    /// The number of the call since then, from 1.
    pub number: u64,
}

/// Why a call has no result.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Failure {
    /// No answer came in time: whether the work was done is not known.
    TimedOut,
    /// The server answered that it knows of the call, but not what came of it.
    Unknown,
    /// What came over the network could not be read.
    Unreadable(String),
}

/// Asks for a procedure of the node `to` to be called.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Call<C> {
    /// The operation's name.
    pub op: OpId,
    /// The server.
    pub to: NodeId,
    /// The arguments.
    pub args: C,
}

/// What may be asked where requests are answered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Exchange<C, T> {
    /// The client asks.
    Call(Call<C>),
    /// The server answers.
    Reply {
        /// Whom.
        caller: Caller,
        /// What came of the call.
        result: Result<T, Failure>,
    },
}

/// What is told where requests are answered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Exchanged<C, T> {
    /// To the server: somebody calls. Do the work, and reply.
    Called {
        /// Who.
        caller: Caller,
        /// The arguments.
        args: C,
    },
    /// To the client: the call is over.
    Return(Return<Result<T, Failure>>),
}

/// What is told of remote calls.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum CallEvent<C, T> {
    /// At the server: the work of a call was done here, now.
    Executed {
        /// Who had called.
        client: NodeId,
        /// The arguments.
        args: C,
        /// What came of it.
        result: T,
    },
    /// At the client: the call is over.
    Return {
        /// The operation's name.
        op: OpId,
        /// What came of it.
        result: Result<T, Failure>,
    },
}

/// Requests that are answered, or time out. The server may be told of a request more than once.
#[derive(Clone, Debug)]
pub struct RequestResponse<C, T>(PhantomData<(C, T)>);
impl<C: Value, T: Value> Service for RequestResponse<C, T> {
    type Request = Exchange<C, T>;
    type Indication = Exchanged<C, T>;
}

/// Requests that are answered, or time out. The server is told of each at most once.
#[derive(Clone, Debug)]
pub struct AtMostOnce<C, T>(PhantomData<(C, T)>);
impl<C: Value, T: Value> Service for AtMostOnce<C, T> {
    type Request = Exchange<C, T>;
    type Indication = Exchanged<C, T>;
}

/// Procedures of other nodes, called as if they were here.
#[derive(Clone, Debug)]
pub struct RemoteCall<C, T>(PhantomData<(C, T)>);
impl<C: Value, T: Value> Service for RemoteCall<C, T> {
    type Request = Call<C>;
    type Indication = CallEvent<C, T>;
}

macro_rules! exchanges {
    ($($stronger:ident at least $weaker:ident;)*) => {$(
        impl<C: Value, T: Value> AtLeast<$weaker<C, T>> for $stronger<C, T> {
            fn request(request: Exchange<C, T>) -> Exchange<C, T> {
                request
            }
            fn indication(indication: Exchanged<C, T>) -> Exchanged<C, T> {
                indication
            }
        }
    )*};
}
exchanges! {
    RequestResponse at least RequestResponse;
    AtMostOnce at least AtMostOnce;
    AtMostOnce at least RequestResponse;
}
