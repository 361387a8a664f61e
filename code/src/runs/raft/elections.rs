//! Leaders and their quorums, section 6.1.

use super::shown::{later, roles};
use super::{Run, Word, elect, world};
use crate::draw::{Show, Style};
use crate::layer::{MILLIS, Time};
use crate::node::names::{A, B, C};
use crate::raft::Raft;
use crate::runs::{CourseRun, Played, arrivals};
use crate::sim::{EventId, Fault, Script, Trace};
use crate::subject::raft::style;

/// The runs.
pub(in crate::runs) const RUNS: &[CourseRun] = &[
    CourseRun {
        id: "R6.1",
        title: "a leader behind a partition",
        caption: "Node 1 has been elected for term 1. Then it is cut off from the others, and these elect node 2 for term 2. \
                  Nobody can tell node 1, which goes on leading; but nobody answers it either.",
        play: || {
            Played::new(roles(partitioned().text()), with_roles(&["node 1", "node 2", "node 3"]))
        },
    },
    CourseRun {
        id: "R6.2",
        title: "two round trips for each decision",
        caption: "What Raft's packets mean. One quorum accepts the leader of term 1, another the next message; then the leader \
                  delivers it, and tells the others when it is next heard. The faint packets say who leads, and that all is \
                  well.",
        play: || Played::new(later(two_rounds().text(), BEGIN), asking()),
    },
];

fn named(names: &[&str]) -> Style {
    let names = names.iter().map(ToString::to_string).collect();
    Style { names, ..style() }
}

/// With each node's role and term, wherever they change.
fn with_roles(names: &[&str]) -> Style {
    let style = named(names);
    Style { show: Show { facts: true, ..style.show }, ..style }
}

/// R6.1. None of its steps can fail.
fn partitioned() -> Trace<Raft<Word>> {
    partitioned_leader().map_or_else(|_| world(3, &[]).trace(), |run| run.trace())
}

/// R6.1: A is node 1.
pub fn partitioned_leader() -> Result<Run, String> {
    let mut run = Run::new(world(3, &[]));
    elect(&mut run, A, &[B])?;
    run.lose(A, C)?;
    run.exchange(A, B)?;
    run.strike(Fault::Cut(vec![A], vec![B, C]))?;
    run.strike(Fault::Cut(vec![B, C], vec![A]))?;
    elect(&mut run, B, &[C])?;
    run.exchange(B, C)?;
    run.time_out(A, "Heartbeat")?;
    Ok(run)
}

/// When R6.2 begins to be drawn: the leader's heartbeat comes 46 ms later.
const BEGIN: Time = 554 * MILLIS;

/// R6.2: A is the leader, B and C its followers.
pub fn two_rounds() -> Trace<Raft<Word>> {
    let at = |ms: u64| Some(BEGIN / MILLIS + ms);
    let script = arrivals(&[
        (A, C, 1, at(8)),
        (A, B, 1, at(7)),
        (B, A, 1, at(14)),
        (C, A, 1, at(19)),
        // The leader says that it leads.
        (A, B, 2, at(19)),
        (B, A, 2, at(23)),
        (A, C, 2, at(22)),
        (C, A, 2, at(26)),
        (A, C, 3, at(31)),
        (A, B, 3, at(30)),
        (B, A, 3, at(37)),
        (C, A, 3, at(42)),
        (A, C, 4, at(54)),
        (A, B, 4, at(53)),
        (B, A, 4, at(59)),
        (C, A, 4, at(60)),
    ]);
    let first = EventId::Timer { node: A, timer: "Election".to_string(), ordinal: 1 };
    let others = [B, C].map(|node| EventId::Timer { node, timer: "Election".into(), ordinal: 1 });
    let timers = others.map(|id| (id, 900 * MILLIS)).into_iter().chain([(first, BEGIN)]).collect();
    let mut world = world(3, &[]).with_script(Script { timers, ..script });
    world.request_at(BEGIN + 23 * MILLIS, A, crate::service::Broadcast { msg: "m" });
    let _ended = world.run_until(BEGIN + 61 * MILLIS);
    world.trace()
}

/// Packets as the questions and answers that they are.
fn asking() -> Style {
    let label = |text: &str| {
        let says = |part: &str| text.contains(part);
        let meaning = match () {
            () if says("VoteRequest {") => "accept me as leader of term 1?",
            () if says("VoteResponse {") => "yes",
            () if says("LogRequest {") && says("msg: ") => "deliver m next in term 1?",
            () if says("LogRequest {") && says("leader_commit: 1") => "now deliver m",
            () if says("LogRequest {") => "I lead",
            () if says("LogResponse {") && says("ack: 1") => "okay",
            () if says("LogResponse {") => "ok",
            () => return (style().label)(text),
        };
        meaning.to_string()
    };
    let quiet =
        |text: &str| text.contains("ack: 0") || text.contains("leader_commit: 0, suffix: []");
    Style { label, quiet, ..named(&["leader", "follower 1", "follower 2"]) }
}
