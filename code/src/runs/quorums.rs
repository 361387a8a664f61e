//! Quorums, section 5.2.

use super::{CourseRun, Played, arrivals};
use crate::layer::{MILLIS, NodeId, SECONDS};
use crate::node::names::{A, B, C, D};
use crate::quorum::Quorum;
use crate::quorum::read_write::Timestamp;
use crate::service::{Invoke, OpId, RegisterOp};
use crate::sim::{Script, Trace, World};
use crate::subject::quorums::style;

/// The runs.
pub(super) const RUNS: &[CourseRun] = &[
    CourseRun {
        id: "R5.7",
        title: "a client does not see its own write",
        caption: "Two replicas, and any one of them will do. The set reached only B, the get only A. (The lecture does not \
                  draw how B tells the client that it has the value.)",
        play: || Played::new(any_one_will_do().text(), style(&["client", "A", "B"])),
    },
    CourseRun {
        id: "R5.8",
        title: "a quorum of two out of three",
        caption: "B and C have acknowledged the set, A and B have answered the get. B is in both quorums, and its answer has \
                  the greater timestamp.",
        play: || Played::new(two_of_three().text(), style(NAMES)),
    },
    CourseRun {
        id: "R5.9",
        title: "read repair",
        caption: "A answers with v0, C not at all. The client sends both what B had, with the timestamp that it has there.",
        play: || Played::new(read_repair().text(), style(NAMES)),
    },
];

/// The columns of R5.8 and R5.9.
const NAMES: &[&str] = &["client", "A", "B", "C"];

type Word = &'static str;

const T0: Timestamp = Timestamp(0, 0);
const T1: Timestamp = Timestamp(1, 0);
const SET: RegisterOp<Word> = RegisterOp::Set('x', "v1");
const GET: RegisterOp<Word> = RegisterOp::Get('x');

/// The client A asks for this, each at that time in milliseconds; what has not come by the end is lost.
fn asking(
    nodes: Vec<Quorum<Word>>,
    script: Script,
    asked: &[(u64, RegisterOp<Word>)],
) -> Trace<Quorum<Word>> {
    let mut world = World::new(0, nodes).with_script(script);
    for (number, (ms, call)) in (0..).zip(asked) {
        let op = OpId { client: 1, number };
        world.request_at(ms * MILLIS, A, Invoke { op, call: call.clone() });
    }
    let _ended = world.run_until(60 * MILLIS);
    world.trace()
}

/// A node of a system with these replicas, with v0 in x.
fn node(replicas: &[NodeId]) -> Quorum<Word> {
    Quorum::new(replicas.iter().copied(), SECONDS).holding('x', "v0", T0)
}

/// R5.7.
pub fn any_one_will_do() -> Trace<Quorum<Word>> {
    let script = arrivals(&[
        (A, C, 1, Some(8)),
        (A, B, 1, None),
        (C, A, 1, Some(13)),
        (A, C, 2, None),
        (A, B, 2, Some(25)),
        (B, A, 1, Some(32)),
    ]);
    let node = node(&[B, C]).with_quorums(1, 1);
    asking(vec![node; 3], script, &[(0, SET), (15, GET)])
}

/// R5.8.
pub fn two_of_three() -> Trace<Quorum<Word>> {
    let script = arrivals(&[
        (A, D, 1, Some(9)),
        (A, C, 1, Some(10)),
        (A, B, 1, None),
        (C, A, 1, Some(19)),
        (D, A, 1, Some(23)),
        (A, D, 2, None),
        (A, C, 2, Some(36)),
        (A, B, 2, Some(37)),
        (B, A, 1, Some(43)),
        (C, A, 2, Some(47)),
    ]);
    asking(vec![node(&[B, C, D]); 4], script, &[(0, SET), (26, GET)])
}

/// R5.9: of the replicas, only the one that the lecture calls B has v1.
pub fn read_repair() -> Trace<Quorum<Word>> {
    let script = arrivals(&[
        (A, D, 1, None),
        (A, C, 1, Some(10)),
        (A, B, 1, Some(11)),
        (B, A, 1, Some(19)),
        (C, A, 1, Some(23)),
        (A, D, 2, Some(41)),
        (A, B, 2, Some(39)),
        (B, A, 2, Some(48)),
        (D, A, 1, Some(50)),
    ]);
    let node = node(&[B, C, D]).with_read_repair();
    let newer = node.clone().holding('x', "v1", T1);
    asking(vec![node.clone(), node.clone(), newer, node], script, &[(0, GET)])
}
