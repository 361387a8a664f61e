//! The broadcasts of chapter 4 as subjects.

mod hunts;
mod own_late;
mod promises;

pub use own_late::{Own, OwnLate};
pub use promises::Words;

use crate::beside::{Beside, Both};
use crate::broadcast::{
    Causal, Direct, Eager, Fifo, Gossip, LamportOrder, Leader, Named, SeqNo, causal,
};
use crate::draw::Style;
use crate::layer::{Layer, MILLIS, Service, Value};
use crate::link::{self, Retransmit};
use crate::node::NodeId;
use crate::service::{
    AtLeast, BestEffortBroadcast, Broadcast, CausalBroadcast, FairLossLink, FifoBroadcast,
    FifoLink, FifoTotalOrderBroadcast, ReliableBroadcast, ReliableLink,
};
use crate::sim::Node;
use crate::stack::Stack;
use crate::subject::{Parameter, Parameters, Property, Subject, Workload};

/// What the examples broadcast.
pub type Word = String;

/// The broadcasts as the notebook explains them.
pub fn subjects() -> Vec<Subject> {
    vec![
        direct("direct-broadcast", Direct::new),
        reliable("eager-reliable-broadcast", Eager::new),
        gossip("gossip", Gossip::new),
        fifo("fifo-broadcast", Fifo::new),
        causal("causal-broadcast", Causal::new),
        led("leader-total-order", |_| Leader::new(NodeId(0))),
        total("lamport-total-order", LamportOrder::new),
    ]
}

/// A reliable broadcast for others to stand on: eager, over retransmission.
pub type Below<M> = Stack<OwnLate<M>, Stack<Eager<M>, Retransmit<Named<M>>>>;

/// A reliable broadcast for others to stand on.
pub(super) fn below<M: Value>(parameters: &Parameters) -> Below<M> {
    let n = parameters.nodes();
    let late = parameters.get("own_late") == 1;
    OwnLate::new(late).over(Eager::new(n).over(Retransmit::new(n)))
}

/// A direct broadcast.
pub fn direct<U>(name: &'static str, upper: fn(u32) -> U) -> Subject
where
    U: Layer<Implements = BestEffortBroadcast<Word>, Uses = ReliableLink<Word>>,
{
    let build = move |p: &Parameters| upper(p.nodes()).over(Retransmit::new(p.nodes()));
    subject(name, "Direct broadcast", promises::direct, build)
}

/// A reliable broadcast over links.
pub fn reliable<U, P: Value>(name: &'static str, upper: fn(u32) -> U) -> Subject
where
    U: Layer<Implements = ReliableBroadcast<Word>, Uses = ReliableLink<P>>,
{
    let build = move |p: &Parameters| upper(p.nodes()).over(Retransmit::new(p.nodes()));
    subject(name, "Eager reliable broadcast", promises::reliable, build)
}

/// Gossip over links that lose packets.
pub fn gossip<U, P: Value>(name: &'static str, upper: fn(u32, u32) -> U) -> Subject
where
    U: Layer<Implements = BestEffortBroadcast<Word>, Uses = FairLossLink<P>>,
{
    let build = move |p: &Parameters| upper(p.nodes(), p.get("fan_out") as u32);
    subject(name, "Gossip", promises::gossip, build)
}

/// A FIFO broadcast over a reliable one.
pub fn fifo<U>(name: &'static str, upper: fn(u32) -> U) -> Subject
where
    U: Layer<Implements = FifoBroadcast<Word>, Uses = ReliableBroadcast<(Word, SeqNo)>>,
{
    subject(name, "FIFO broadcast", promises::fifo, move |p| upper(p.nodes()).over(below(p)))
}

/// A causal broadcast over a reliable one.
pub fn causal<U>(name: &'static str, upper: fn(u32) -> U) -> Subject
where
    U: Layer<Implements = CausalBroadcast<Word>, Uses = ReliableBroadcast<(Word, causal::Deps)>>,
{
    subject(name, "Causal broadcast", promises::causal, move |p| upper(p.nodes()).over(below(p)))
}

/// A total order broadcast over a FIFO one.
pub fn total<U, P: Value>(name: &'static str, upper: fn(u32) -> U) -> Subject
where
    U: Layer<Implements = FifoTotalOrderBroadcast<Word>, Uses = FifoBroadcast<P>>,
{
    let build = move |p: &Parameters| upper(p.nodes()).over(Fifo::new(p.nodes()).over(below(p)));
    subject(name, "Total order broadcast by Lamport clocks", promises::total, build)
}

/// A total order broadcast by a leader: over FIFO links beside a FIFO broadcast.
pub fn led<U, P>(name: &'static str, upper: fn(u32) -> U) -> Subject
where
    U: Layer<Implements = FifoTotalOrderBroadcast<Word>, Uses = P>,
    P: Service,
    Lines: AtLeast<P>,
{
    let build = move |p: &Parameters| {
        let link = link::Fifo::new(p.nodes()).over(Retransmit::new(p.nodes()));
        let broadcast = Fifo::new(p.nodes()).over(below(p));
        upper(p.nodes()).over(Beside::new(link, broadcast))
    };
    subject(name, "Total order broadcast by a leader", promises::total, build)
}

/// What implements total order broadcast, whatever it stands on.
pub(super) fn ordered<N>(
    name: &'static str,
    title: &'static str,
    build: impl Fn(&Parameters) -> N + Send + Sync + 'static,
) -> Subject
where
    N: Node + Layer<Implements = FifoTotalOrderBroadcast<Word>>,
{
    subject(name, title, promises::total, build)
}

/// What a total order by a leader stands on.
pub type Lines = Both<FifoLink<Word>, FifoBroadcast<(Word, NodeId)>>;

fn subject<N>(
    name: &'static str,
    title: &'static str,
    promises: fn() -> Vec<Property<N::Implements>>,
    build: impl Fn(&Parameters) -> N + Send + Sync + 'static,
) -> Subject
where
    N: Node + Layer<Implements: Words>,
{
    let nodes = move |p: &Parameters| vec![build(p); p.nodes() as usize];
    Subject::new(name, title, PARAMETERS, promises, nodes, workload::<N>)
        .with_hunts(hunts::scenes, hunts::hunts)
        .with_style(Style { width: 36, ..Style::default() })
}

/// What can be chosen for a run of a broadcast.
pub const PARAMETERS: &[Parameter] = &[
    Parameter { name: "nodes", about: "how many nodes", default: 3, least: 2, most: 26 },
    Parameter {
        name: "messages",
        about: "how many messages each sender broadcasts",
        default: 2,
        least: 1,
        most: 1_000,
    },
    Parameter {
        name: "senders",
        about: "how many nodes broadcast; 0: all",
        default: 0,
        least: 0,
        most: 26,
    },
    Parameter {
        name: "apart",
        about: "how many milliseconds lie between a node's messages",
        default: 2,
        least: 0,
        most: 1_000,
    },
    Parameter {
        name: "own_late",
        about: "1: a node's own messages come back to it late, where another broadcast stands below",
        default: 0,
        least: 0,
        most: 1,
    },
    Parameter {
        name: "fan_out",
        about: "how many others a node tells: for gossip only",
        default: 2,
        least: 1,
        most: 25,
    },
];

/// The most deliveries of a run.
const MOST: u64 = 100_000;

/// Each sender broadcasts its words, one after the other; the senders begin one after the other
/// too.
fn workload<N>(parameters: &Parameters) -> Result<Workload<N>, String>
where
    N: Node + Layer<Implements: Words>,
{
    let (n, messages, apart) =
        (parameters.nodes(), parameters.get("messages"), parameters.get("apart"));
    let senders = match parameters.get("senders") as u32 {
        0 => n,
        some => some.min(n),
    };
    let deliveries = messages * u64::from(senders) * u64::from(n);
    if deliveries > MOST {
        return Err(format!("that makes {deliveries} deliveries, and a run has {MOST} at most"));
    }
    let mut workload = Vec::new();
    for i in 0..messages {
        for node in NodeId::all(senders) {
            let later = u64::from(node.0) * apart / u64::from(senders);
            let msg = format!("{}{}", node.to_string().to_lowercase(), i + 1);
            workload.push(((1 + i * apart + later) * MILLIS, node, Broadcast { msg }));
        }
    }
    Ok(workload)
}
