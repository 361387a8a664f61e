//! Raft as a subject.

mod hunts;
mod scripts;
mod words;

pub use scripts::{
    doubled_refusal, figure_8, forgotten_vote, isolated_node, longer_log, request_of_an_old_term,
    unwritten_vote, vote_of_an_old_term,
};
pub use words::style;

use crate::layer::{Layer, MILLIS, NodeId};
use crate::raft::Raft;
use crate::service::{Broadcast, FifoTotalOrderBroadcast};
use crate::sim::Node;
use crate::spec::{raft, reliable_broadcast, total_order};
use crate::subject::broadcasts::Word;
use crate::subject::{Parameter, Parameters, Property, Subject, Workload};

/// The algorithm as the notebook explains it.
pub fn subjects() -> Vec<Subject> {
    vec![replicated("raft", Raft::new)]
}

/// Raft, made for so many nodes.
pub fn replicated<N>(name: &'static str, node: fn(u32) -> N) -> Subject
where
    N: Node + Layer<Implements = FifoTotalOrderBroadcast<Word>>,
{
    let nodes = move |p: &Parameters| vec![node(p.nodes()); p.nodes() as usize];
    Subject::new(name, "Raft", PARAMETERS, promises, nodes, |p| Ok(workload::<N>(p)))
        .with_hunts(hunts::scenes, hunts::hunts)
        .with_style(style())
}

fn promises() -> Vec<Property<FifoTotalOrderBroadcast<Word>>> {
    let progresses = "in the end a node leads, and all nodes have what it has, if that ends with something of its term";
    vec![
        property!(Safety, raft::election_safety, "a term has one leader at most"),
        property!(Safety, raft::log_matching, "same term at the same index: same log up to there"),
        property!(Safety, raft::leader_completeness, "later leaders have all that is committed"),
        property!(Safety, raft::state_machine_safety, "all nodes commit the same at each index"),
        property!(Safety, raft::committed_stays, "what a node has committed never changes"),
        property!(Safety, raft::committed_is_kept, "what is committed stays on a majority"),
        property!(Safety, raft::deliveries, "a node delivers what is committed, once, in order"),
        property!(Safety, raft::fifo, "each node's messages are committed in its order"),
        property!(Safety, total_order::same_order, "all nodes deliver in the same order"),
        property!(Safety, reliable_broadcast::no_creation, "what is delivered had been broadcast"),
        property!(Safety, reliable_broadcast::no_duplication, "nothing is delivered twice"),
        property!(Safety, raft::no_needless_election, "who has lost an election waits"),
        property!(Liveness, raft::progress, progresses),
    ]
}

/// What can be chosen for a run of Raft.
pub const PARAMETERS: &[Parameter] = &[
    Parameter { name: "nodes", about: "how many nodes", default: 3, least: 1, most: 9 },
    Parameter {
        name: "messages",
        about: "how many messages each sender broadcasts",
        default: 2,
        least: 1,
        most: 100,
    },
    Parameter {
        name: "senders",
        about: "how many nodes broadcast; 0: all",
        default: 0,
        least: 0,
        most: 9,
    },
    Parameter {
        name: "gap",
        about: "how many milliseconds lie between the messages of a node",
        default: 400,
        least: 0,
        most: 10_000,
    },
    Parameter {
        name: "apart",
        about: "how many milliseconds lie between the first messages of two nodes",
        default: 50,
        least: 0,
        most: 10_000,
    },
    Parameter {
        name: "late",
        about: "after how many milliseconds each sender broadcasts once more; 0: it does not",
        default: 0,
        least: 0,
        most: 100_000,
    },
];

/// Each sender broadcasts its words, one after the other; the senders begin one after the other
/// too.
fn workload<N>(p: &Parameters) -> Workload<N>
where
    N: Layer<Implements = FifoTotalOrderBroadcast<Word>>,
{
    let (messages, gap, apart, late) =
        (p.get("messages"), p.get("gap"), p.get("apart"), p.get("late"));
    let senders = match p.get("senders") as u32 {
        0 => p.nodes(),
        some => some.min(p.nodes()),
    };
    let mut times: Vec<_> = (0..messages).map(|number| 1 + number * gap).collect();
    times.extend((late > 0).then_some(late));
    let mut workload = Vec::new();
    for (number, at) in (1..).zip(times) {
        for node in NodeId::all(senders) {
            let msg = format!("{}{number}", node.to_string().to_lowercase());
            workload.push(((at + u64::from(node.0) * apart) * MILLIS, node, Broadcast { msg }));
        }
    }
    workload
}
