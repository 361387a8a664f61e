//! Shared data, section 8.1.

mod by_index;
mod label;
mod sequenced;

use super::{CourseRun, Played, arrivals};
use crate::broadcast::{Causal, Direct, NobodyCrashes};
use crate::crdt::{OperationMap, Text};
use crate::draw::Style;
use crate::layer::{Asked, Layer, Value};
use crate::link;
use crate::node::names::{A, B};
use crate::node::{MILLIS, NodeId};
use crate::service::{Edit, MapRequest, ReliableBroadcast, SharedMap, SharedText};
use crate::sim::{Network, Node, Script, Trace, World};
use crate::transform::ServerOrder;

pub use by_index::ByIndex;
pub use label::shared_label;
pub use sequenced::Sequenced;

/// The runs.
pub(super) const RUNS: &[CourseRun] = &[
    CourseRun {
        id: "R8.1",
        title: "Two changes of one calendar entry",
        caption: "A and B cannot reach each other when A changes the title and B the time. Once the messages have come, \
                  both hold the new title and the new time, and the date that nobody touched.",
        play: || played(&calendar()),
    },
    CourseRun {
        id: "R8.2",
        title: "Two insertions at shifted places",
        caption: "B meant the end of the text. At A the place 2 is no longer the end: D comes before C, and the two texts \
                  stay different.",
        play: || played(&by_index()),
    },
    CourseRun {
        id: "R8.3",
        title: "Operational transformation",
        caption: "A rewrites B's insertion at 2 to come after its own at 0: it inserts at 3. B rewrites A's insertion at \
                  0 to come after its own at 2, which changes nothing. All edits have one order, A's first; so B is told \
                  of its own after A's.",
        play: || played(&transformed()),
    },
    CourseRun {
        id: "R8.4",
        title: "A text CRDT",
        caption: "B stands at 0.5 and C at 0.75, the marks of beginning and end at 0 and 1. A inserts halfway between 0 \
                  and 0.5, B halfway between 0.75 and 1. Positions mean the same at every node.",
        play: || played(&positions()),
    },
];

fn played<N: Node>(trace: &Trace<N>) -> Played {
    Played::new(trace.text(), Style { label: shared_label, width: 34, ..Style::default() })
}

/// What two such nodes do when they are asked for this, each request with its time in milliseconds.
fn playing<N: Node>(node: N, requests: Vec<(NodeId, u64, Asked<N>)>, script: Script) -> Trace<N> {
    let mut world = World::new(0, vec![node; 2]).with_network(Network::calm()).with_script(script);
    for (node, ms, request) in requests {
        world.request_at(ms * MILLIS, node, request);
    }
    let _ended = world.run();
    world.trace()
}

/// A broadcast that is reliable because in these runs nobody crashes.
fn unfailing<M: Value>() -> impl Node<Implements = ReliableBroadcast<M>> {
    NobodyCrashes::new().over(Direct::new(2).over(link::Direct::new()))
}

/// They cannot reach each other for 30 ms; then the messages come.
fn apart() -> Script {
    arrivals(&[(A, B, 1, Some(40)), (B, A, 1, Some(43))])
}

/// R8.1.
pub fn calendar() -> Trace<impl Node<Implements = SharedMap<&'static str, &'static str>>> {
    let entry = [("title", "Lecture"), ("date", "2020-11-05"), ("time", "12:00")];
    let node = OperationMap::holding(entry).over(unfailing());
    let mut requests = vec![
        (A, 10, MapRequest::Set { key: "title", value: "Lecture 1" }),
        (B, 13, MapRequest::Set { key: "time", value: "10:00" }),
    ];
    for (i, (key, _)) in (0..).zip(entry) {
        requests.extend([A, B].map(|node| (node, 50 + 3 * i, MapRequest::Read { key })));
    }
    playing(node, requests, apart())
}

/// What A and B ask for in R8.2 to R8.4.
fn edits() -> Vec<(NodeId, u64, Edit)> {
    vec![
        (A, 10, Edit::Insert { index: 0, value: 'A' }),
        (B, 13, Edit::Insert { index: 2, value: 'D' }),
    ]
}

/// R8.2.
pub fn by_index() -> Trace<impl Node<Implements = SharedText>> {
    playing(ByIndex::holding("BC").over(unfailing()), edits(), apart())
}

/// R8.3.
pub fn transformed() -> Trace<impl Node<Implements = SharedText>> {
    let script = arrivals(&[
        (A, A, 1, Some(10)),
        (A, B, 1, Some(40)),
        (B, A, 1, Some(43)),
        (B, B, 1, Some(43)),
    ]);
    playing(ServerOrder::holding(2, "BC").over(Sequenced), edits(), script)
}

/// R8.4.
pub fn positions() -> Trace<impl Node<Implements = SharedText>> {
    playing(Text::holding("BC").over(Causal::new(2).over(unfailing())), edits(), apart())
}
