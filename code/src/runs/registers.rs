//! Registers, sections 7.2 and 7.3: operations take time.

use super::{CourseRun, Played, arrivals};
use crate::draw::{Style, history as bars};
use crate::history::linearizability::{Budget, VerdictOf};
use crate::history::objects::KeyedRegisters;
use crate::history::{History, linearizable};
use crate::layer::{Layer, MILLIS, NodeId, SECONDS};
use crate::link::Retransmit;
use crate::node::names::{A, B, C, D, E, F};
use crate::quorum::read_write::Timestamp;
use crate::quorum::{Abd, Quorum};
use crate::replication::LocalCopy;
use crate::service::{Invoke, OpId, RegisterOp, RegisterResult, Registers};
use crate::sim::{Fault, Node, Script, Trace, World};
use crate::subject::registers::style;

/// The runs.
pub(super) const RUNS: &[CourseRun] = &[
    CourseRun {
        id: "R7.2",
        title: "operations take time",
        caption: "A set and a get by quorums of two out of three: to the client each is one thing, from its start to its \
                  end. What happens inside, linearizability does not ask.",
        play: || played(&operations(), &["client", "A", "B", "C"]),
    },
    CourseRun {
        id: "R7.3",
        title: "what one client did before another",
        caption: "The set is over before either get starts. Both must return v1; that client 2, unlike client 1, has never \
                  heard of the set is no excuse.",
        play: || boxes("R7.3", &real_time()),
    },
    CourseRun {
        id: "R7.4",
        title: "operations overlap",
        caption: "Neither is over when the other starts, so either may take effect first: v0 would be as good an answer.",
        play: || boxes("R7.4", &overlap(true)),
    },
    CourseRun {
        id: "R7.5",
        title: "quorums are not linearizable, in messages",
        caption: "Client 2 reads v1 from A and B. Client 3 asks later, and its quorum is B and C, where v1 has not arrived: \
                  it reads v0. (What nobody draws in the lecture is lost here.)",
        play: || played(&plain_quorums(), NAMES),
    },
    CourseRun {
        id: "R7.6",
        title: "quorums are not linearizable, in operations",
        caption: "R7.5 as the clients see it. The get of v1 is over before the get of v0 starts.",
        play: || boxes("R7.6", &plain_quorums()),
    },
    CourseRun {
        id: "R7.7",
        title: "the reader writes back",
        caption: "The same until client 2 has its answers. They differ, so it first sees to it that a majority has v1. Now \
                  client 3 meets v1, whomever it asks.",
        play: || played(&write_back(), NAMES),
    },
];

/// The columns of R7.5 and R7.7.
const NAMES: &[&str] = &["client 1", "A", "B", "C", "client 2", "client 3"];

type Word = &'static str;
type Op = RegisterOp<Word>;

fn played<N: Node>(trace: &Trace<N>, names: &[&str]) -> Played {
    let names = names.iter().map(ToString::to_string).collect();
    Played::new(trace.text(), Style { names, ..style() })
}

/// The operations of a run, drawn as bars with the verdict of the checker.
fn boxes<N>(id: &str, trace: &Trace<N>) -> Played
where
    N: Node + Layer<Implements = Registers<Word>>,
{
    let (object, operations, verdict) = judged(trace);
    let window = bars::window(&object, &operations, &verdict);
    let picture = Some(bars::inline(&format!("{id}-boxes"), &window));
    Played { trace: trace.text(), style: style(), picture }
}

/// An object that holds v0 at first, the operations of a run on it, and whether they are
/// linearizable.
pub fn judged<N>(
    trace: &Trace<N>,
) -> (KeyedRegisters<Op>, Operations, VerdictOf<KeyedRegisters<Op>>)
where
    N: Node + Layer<Implements = Registers<Word>>,
{
    let object = KeyedRegisters::holding("v0");
    // The runs below ask each client for one thing at a time.
    let operations = History::of(trace).map_or_else(|_| Vec::new(), |history| history.operations);
    let verdict = linearizable(&object, &operations, Budget::default());
    (object, operations, verdict)
}

/// Operations on words.
pub type Operations = Vec<crate::history::Operation<Op, RegisterResult<Word>>>;

/// Clients ask for operations, each at its time in milliseconds and at its node. They are counted
/// from 1, in the order in which they first ask.
fn asking<N>(nodes: Vec<N>, script: Script, asked: &[(u64, NodeId, Op)], until: u64) -> Trace<N>
where
    N: Node + Layer<Implements = Registers<Word>>,
{
    let mut world = World::new(0, nodes).with_script(script);
    let mut clients: Vec<NodeId> = Vec::new();
    for (number, (ms, node, call)) in (0..).zip(asked) {
        let client = clients.iter().position(|client| client == node).unwrap_or(clients.len());
        if client == clients.len() {
            clients.push(*node);
        }
        let op = OpId { client: client as u32 + 1, number };
        world.request_at(ms * MILLIS, *node, Invoke { op, call: call.clone() });
    }
    // What has not come by then is lost.
    let _ended = world.run_until(until * MILLIS);
    world.trace()
}

const SET: Op = RegisterOp::Set('x', "v1");
const GET: Op = RegisterOp::Get('x');

/// The replicas of the drawings, which come after the first client.
const REPLICAS: [NodeId; 3] = [B, C, D];

/// Nodes that read and write by plain quorums.
fn plain(how_many: u32) -> Vec<Quorum<Word>> {
    let node = Quorum::new(REPLICAS, SECONDS).holding('x', "v0", Timestamp(0, 0));
    vec![node; how_many as usize]
}

/// Nodes whose gets write back.
fn abd(how_many: u32) -> Vec<Abd<Word>> {
    vec![Abd::new(REPLICAS, SECONDS).holding('x', "v0"); how_many as usize]
}

/// R7.2.
pub fn operations() -> Trace<Quorum<Word>> {
    let script = arrivals(&[
        (A, D, 1, Some(9)),
        (A, C, 1, Some(10)),
        (A, B, 1, None),
        (C, A, 1, Some(19)),
        (D, A, 1, Some(23)),
        (A, D, 2, None),
        (A, C, 2, Some(41)),
        (A, B, 2, Some(42)),
        (B, A, 1, Some(48)),
        (C, A, 2, Some(52)),
    ]);
    asking(plain(4), script, &[(0, A, SET), (31, A, GET)], 60)
}

/// R7.3: two clients get x after the set; neither exchanges anything with the other.
pub fn real_time() -> Trace<Abd<Word>> {
    let script = arrivals(&[
        (A, B, 1, Some(8)),
        (A, C, 1, Some(9)),
        (A, D, 1, Some(10)),
        (B, A, 1, Some(18)),
        (C, A, 1, Some(22)),
        (D, A, 1, Some(24)),
        (B, A, 2, Some(48)),
        (C, A, 2, Some(52)),
        (D, A, 2, Some(54)),
        (B, F, 1, Some(48)),
        (C, F, 1, Some(52)),
        (D, F, 1, Some(54)),
    ]);
    asking(abd(6), script, &[(0, A, SET), (32, A, GET), (32, F, GET)], 60)
}

/// R7.4: the get overlaps the set, and sees it or not.
pub fn overlap(sees: bool) -> Trace<Abd<Word>> {
    let asked = if sees { 22 } else { 9 };
    let script = arrivals(&[
        (A, B, 1, Some(12)),
        (A, C, 1, Some(15)),
        (A, D, 1, Some(20)),
        (B, A, 1, Some(20)),
        (C, A, 1, Some(25)),
        (D, A, 1, Some(30)),
        (E, B, 1, Some(asked)),
        (E, C, 1, Some(asked)),
        (E, D, 1, None),
        (B, E, 1, Some(27)),
        (C, E, 1, Some(32)),
    ]);
    asking(abd(5), script, &[(0, A, SET), (7, E, GET)], 60)
}

/// The packets of R7.5 and R7.7 up to the answers of client 2, and the slow ones of client 1.
fn slow_set() -> Vec<(NodeId, NodeId, u64, Option<u64>)> {
    vec![
        (A, B, 1, Some(2)),
        (A, C, 1, Some(39)),
        (A, D, 1, Some(45)),
        (B, A, 1, Some(7)),
        (C, A, 1, Some(51)),
        (D, A, 1, Some(54)),
        (E, B, 1, Some(8)),
        (E, C, 1, Some(9)),
        (E, D, 1, None),
        (B, E, 1, Some(17)),
        (C, E, 1, Some(21)),
        (F, B, 1, None),
        (F, C, 1, Some(33)),
        (F, D, 1, Some(34)),
        (C, F, 1, Some(42)),
        (D, F, 1, Some(46)),
    ]
}

/// What is asked in R7.5 and R7.7.
const ASKED: &[(u64, NodeId, Op)] = &[(0, A, SET), (2, E, GET), (27, F, GET)];

/// R7.5: plain quorums.
pub fn plain_quorums() -> Trace<Quorum<Word>> {
    asking(plain(6), arrivals(&slow_set()), ASKED, 60)
}

/// R7.7: the reader writes back.
pub fn write_back() -> Trace<Abd<Word>> {
    let back = [(E, C, 2, Some(30)), (E, D, 2, Some(31)), (D, E, 1, Some(36)), (C, E, 2, Some(40))];
    asking(abd(6), arrivals(&[slow_set(), back.to_vec()].concat()), ASKED, 60)
}

/// The runs of section 7.3.
pub(super) const AVAILABILITY: &[CourseRun] = &[CourseRun {
    id: "R7.8",
    title: "a partition, and two ways to live with it",
    caption: "C is cut off. A register by quorums: A and B are a majority, and go on; C's get waits for as long as the \
              partition lasts.",
    play: || played(&linearizable_store(), &["A", "B", "C"]),
}];

/// What is asked in R7.8, with C cut off until that time, in milliseconds.
fn partitioned<N>(node: &N, packets: Script) -> Trace<N>
where
    N: Node + Layer<Implements = Registers<Word>>,
{
    let rest = || vec![A, B];
    let apart = [Fault::Cut(rest(), vec![C]), Fault::Cut(vec![C], rest())];
    let whole = [Fault::Heal(rest(), vec![C]), Fault::Heal(vec![C], rest())];
    let cut = apart.map(|fault| (0, fault)).into_iter();
    let faults = cut.chain(whole.map(|fault| (100 * MILLIS, fault))).collect();
    let script = Script { faults: Some(faults), ..packets };
    let gets = [A, B, C].map(|node| (22, node, GET));
    asking(vec![node.clone(); 3], script, &[&[(0, A, SET)], &gets[..]].concat(), 200)
}

/// R7.8 with a linearizable register.
pub fn linearizable_store() -> Trace<Abd<Word>> {
    let node = Abd::new([A, B, C], 60 * MILLIS).holding('x', "v0");
    let packets = arrivals(&[
        (A, A, 1, Some(5)),
        (A, A, 2, Some(10)),
        (A, B, 1, Some(8)),
        (A, C, 1, None),
        (B, A, 1, Some(15)),
        (A, A, 3, Some(26)),
        (A, A, 4, Some(30)),
        (B, B, 1, Some(26)),
        (B, B, 2, Some(30)),
        (A, B, 2, Some(31)),
        (B, A, 2, Some(31)),
        (A, B, 3, Some(41)),
        (B, A, 3, Some(41)),
    ]);
    partitioned(&node, packets)
}

/// R7.8 with a copy at every node.
pub fn available_store() -> Trace<impl Node<Implements = Registers<Word>> + use<>> {
    let node = LocalCopy::new(3).holding('x', "v0").over(Retransmit::new(3));
    partitioned(&node, arrivals(&[(A, B, 1, Some(8)), (A, C, 1, None)]))
}
