//! Broadcasts, sections 4.2 and 4.3.

mod at_will;
mod gossip;

use super::{CourseRun, Played, arrivals};
use crate::broadcast::{Causal, Direct, Eager, Fifo, NobodyCrashes};
use crate::draw::Style;
use crate::layer::Layer;
use crate::link::{self, Retransmit};
use crate::node::names::{A, B, C};
use crate::node::{MILLIS, NodeId};
use crate::service::Broadcast;
use crate::sim::{Fault, Network, Node, Script, Trace, World};

pub use at_will::AtWill;

/// What the drawings broadcast.
pub type Word = &'static str;

/// The runs.
pub(super) const RUNS: &[CourseRun] = &[
    CourseRun {
        id: "R4.3",
        title: "FIFO broadcast",
        caption: "m1 is held up on its way to C, and m2 comes first. Each node's messages keep their order, so FIFO \
                  broadcast allows it. Causal broadcast does not: B had delivered m1 when it broadcast m2.",
        play: || played(&fifo()),
    },
    CourseRun {
        id: "R4.4",
        title: "Causal broadcast",
        caption: "Both m2 and m3 were broadcast by nodes that had delivered m1, so m1 comes first everywhere. m2 and m3 \
                  are concurrent: B delivers m2 first, A and C deliver m3 first.",
        play: || played(&causal()),
    },
    CourseRun {
        id: "R4.5",
        title: "Total order broadcast, one order",
        caption: "All deliver m1, m2, m3. A may not deliver its own m3 when it broadcasts it: m2 comes first, and has \
                  not come yet.",
        play: || played(&total_order(M2_FIRST)),
    },
    CourseRun {
        id: "R4.6",
        title: "Total order broadcast, another order",
        caption: "The same broadcasts, and all deliver m1, m3, m2. This time it is B that waits with its own m2.",
        play: || played(&total_order(M3_FIRST)),
    },
    CourseRun {
        id: "R4.7",
        title: "The sender of a broadcast crashes",
        caption: "The packet to B is lost, and A crashes before it sends it again. C has delivered m1; B never will.",
        play: || played(&sender_crashes()),
    },
    CourseRun {
        id: "R4.8",
        title: "Eager reliable broadcast",
        caption: "Whoever gets m1 for the first time passes it on to all others: six packets for three nodes, of which \
                  two bring something new.",
        play: || played(&eager()),
    },
    CourseRun {
        id: "R4.9",
        title: "Gossip",
        caption: "30 nodes, and each tells three others, once. A strong line tells a node for the first time, a faint one \
                  tells it what it knows. After five rounds all have the message.",
        play: gossip::play,
    },
];

fn played<N: Node>(trace: &Trace<N>) -> Played {
    Played::new(trace.text(), Style::default())
}

/// The broadcasts of runs R4.3 to R4.6: m1 and m3 by A, m2 by B.
type Times = [(NodeId, u64, Word); 3];

/// What these nodes do when A, B and C broadcast at these times, in milliseconds.
fn broadcasting<N>(node: N, requests: &[(NodeId, u64, Word)], script: Script) -> Trace<N>
where
    N: Node + Layer<Implements: crate::layer::Service<Request = Broadcast<Word>>>,
{
    let mut world = World::new(0, vec![node; 3]).with_network(Network::calm()).with_script(script);
    for &(node, ms, msg) in requests {
        world.request_at(ms * MILLIS, node, Broadcast { msg });
    }
    // Nodes that crash leave others that send to them for ever: half a second shows all.
    let _ended = world.run_until(500 * MILLIS);
    world.trace()
}

/// R4.3.
pub fn fifo() -> Trace<impl Node<Implements = crate::service::FifoBroadcast<Word>>> {
    const TIMES: Times = [(A, 0, "m1"), (B, 16, "m2"), (A, 25, "m3")];
    let script = arrivals(&[
        (A, C, 1, Some(27)),
        (A, B, 1, Some(11)),
        (B, A, 1, Some(20)),
        (B, C, 1, Some(21)),
        (A, C, 2, Some(33)),
        (A, B, 2, Some(36)),
    ]);
    broadcasting(Fifo::new(3).over(unfailing()), &TIMES, script)
}

/// R4.4.
pub fn causal() -> Trace<impl Node<Implements = crate::service::CausalBroadcast<Word>>> {
    causal_with(34)
}

/// R4.4, with m2 at C at that time.
pub fn causal_with(
    m2: u64,
) -> Trace<impl Node<Implements = crate::service::CausalBroadcast<Word>>> {
    const TIMES: Times = [(A, 0, "m1"), (B, 16, "m2"), (A, 20, "m3")];
    let script = arrivals(&[
        (A, C, 1, Some(8)),
        (A, B, 1, Some(11)),
        (B, A, 1, Some(32)),
        (B, C, 1, Some(m2)),
        (A, C, 2, Some(28)),
        (A, B, 2, Some(31)),
    ]);
    broadcasting(Causal::new(3).over(unfailing()), &TIMES, script)
}

/// When m2 and m3 of R4.5 and R4.6 come to the nodes that broadcast them, and to others.
struct Order {
    m2: [(NodeId, u64); 3],
    m3: [(NodeId, u64); 3],
}

const M2_FIRST: Order = Order { m2: [(B, 16), (A, 27), (C, 21)], m3: [(A, 32), (C, 28), (B, 31)] };
const M3_FIRST: Order = Order { m2: [(B, 33), (A, 30), (C, 34)], m3: [(A, 20), (C, 28), (B, 29)] };

/// R4.5.
pub fn m2_first() -> Trace<AtWill> {
    total_order(M2_FIRST)
}

/// R4.6.
pub fn m3_first() -> Trace<AtWill> {
    total_order(M3_FIRST)
}

fn total_order(Order { m2, m3 }: Order) -> Trace<AtWill> {
    const TIMES: Times = [(A, 0, "m1"), (B, 16, "m2"), (A, 20, "m3")];
    let m1 = [(A, A, 1, Some(0)), (A, C, 1, Some(8)), (A, B, 1, Some(11))];
    let m2 = m2.map(|(to, ms)| (B, to, 1, Some(ms)));
    let m3 = m3.map(|(to, ms)| (A, to, 2, Some(ms)));
    let script = arrivals(&[m1, m2, m3].concat());
    broadcasting(AtWill, &TIMES, script)
}

/// R4.7.
pub fn sender_crashes() -> Trace<impl Node<Implements = crate::service::BestEffortBroadcast<Word>>>
{
    let packets = arrivals(&[(A, C, 1, Some(8)), (A, B, 1, None)]);
    let script = Script { faults: Some(vec![(10 * MILLIS, Fault::Crash(A))]), ..packets };
    broadcasting(Direct::new(3).over(Retransmit::new(3)), &[(A, 0, "m1")], script)
}

/// R4.8.
pub fn eager() -> Trace<impl Node<Implements = crate::service::ReliableBroadcast<Word>>> {
    let script = arrivals(&[
        (A, C, 1, Some(8)),
        (A, B, 1, Some(11)),
        (C, B, 1, Some(23)),
        (C, A, 1, Some(32)),
        (B, A, 1, Some(19)),
        (B, C, 1, Some(20)),
    ]);
    broadcasting(Eager::new(3).over(link::Direct::new()), &[(A, 0, "m1")], script)
}

/// A broadcast that is reliable because in these runs nobody crashes, and that shows no more than
/// the messages themselves.
fn unfailing<M: crate::layer::Value>()
-> impl Node<Implements = crate::service::ReliableBroadcast<M>> {
    NobodyCrashes::new().over(Direct::new(3).over(link::Direct::new()))
}

/// R4.9, with who told whom first in each round.
pub use gossip::{FAN_OUT, NODES, gossip, told_in_rounds};
