//! Scripts: runs in which everything is decided, and the logs that they lead to.

use distsys::choices::Choices;
use distsys::draw::logs::{Log, figure as logs_figure};
use distsys::draw::{figure, terminal};
use distsys::layer::{Context, Env, Layer, MILLIS, NodeId, Reading};
use distsys::node::names::{A, B, C, F};
use distsys::raft::{Entry, Kept, Packet, Raft, Step, VoteResponse};
use distsys::service::Broadcast;
use distsys::sim::{EventId, Script, What, World};
use distsys::spec::raft;
use distsys::stable::Stable;
use distsys::subject::raft as runs;
use distsys::subject::{Run, Subject};
use std::collections::VecDeque;
use tests::{golden, mutants};

type Made = fn(&Subject) -> Run;

const SCRIPTS: &[(&str, Made, &str, u64)] = &[
    ("raft-forgotten-vote", runs::forgotten_vote, "B remembers for whom it voted", 600),
    ("raft-unwritten-vote", runs::unwritten_vote, "B writes its vote down, then it crashes", 600),
    (
        "raft-vote-of-an-old-term",
        runs::vote_of_an_old_term,
        "a vote of term 1 comes in term 2, and does not count",
        1_100,
    ),
    (
        "raft-request-of-an-old-term",
        runs::request_of_an_old_term,
        "C is asked for its vote in a term that is over, and refuses",
        1_150,
    ),
    (
        "raft-longer-log",
        runs::longer_log,
        "A has more entries than C, of an older term, and does not get its vote",
        1_760,
    ),
    (
        "raft-isolated-node",
        runs::isolated_node,
        "C comes back with a high term and a short log; A and B adopt the term, and elect A again",
        3_900,
    ),
    (
        "raft-figure-8",
        runs::figure_8,
        "an entry of term 1 is on four of five nodes, and yet it is not committed: in term 4 another takes its place",
        2_130,
    ),
    (
        "raft-doubled-refusal",
        runs::doubled_refusal,
        "a refusal comes twice, and A sends more than it would have to",
        2_480,
    ),
];

#[test]
fn raft_survives_each_script_and_the_runs_are_pinned() {
    let subject = mutants::subject("raft");
    for (name, made, caption, until) in SCRIPTS {
        let report = made(&subject).report(&subject).unwrap();
        assert!(report.promised && report.broken().is_none(), "{name}: {:?}", report.broken());
        let mut trace = report.trace;
        trace.records.retain(|record| record.at <= until * MILLIS);
        golden::check(&format!("{name}.txt"), &terminal(&trace, false, &subject.style));
        golden::check(&format!("{name}.html"), &figure(name, caption, &trace, &subject.style));
    }
}

/// The logs of all nodes at that time of the run.
fn logs_at(subject: &Subject, run: &Run, millis: u64) -> Vec<Log> {
    let mut world = subject.open(run).unwrap();
    world.finish(millis * MILLIS).unwrap();
    let nodes = subject.parameters(&run.parameters).unwrap().nodes();
    NodeId::all(nodes).map(|node| Log::of(&node.to_string(), &world.facts(node))).collect()
}

/// Just before A dies: its entry of term 1 is on four nodes. And when E leads in term 4.
#[test]
fn figure_8_of_the_paper() {
    let raft = mutants::subject("raft");
    let run = runs::figure_8(&raft);
    let before = logs_at(&raft, &run, 1_479);
    let after = logs_at(&raft, &run, 2_400);
    let entries = |logs: &[Log]| -> Vec<String> {
        let words = |log: &Log| {
            let entries: Vec<_> =
                log.entries.iter().map(|(msg, term)| format!("{msg}/{term}")).collect();
            format!("{}: {} ({:?})", log.name, entries.join(" "), log.commit_length.unwrap_or(0))
        };
        logs.iter().map(words).collect()
    };
    assert_eq!(
        entries(&before),
        ["A: a1/1 (0)", "B: a1/1 (0)", "C: a1/1 (0)", "D: a1/1 (0)", "E: e1/2 (0)"]
    );
    assert_eq!(
        entries(&after),
        ["A:  (0)", "B: e1/2 (0)", "C: e1/2 (0)", "D: e1/2 (0)", "E: e1/2 (0)"]
    );
    let caption = |when: &str| format!("Figure 8 of the paper, as this code plays it: {when}.");
    for (name, logs, when) in [
        (
            "raft-figure-8-before",
            &before,
            "A leads in term 3, and its entry of term 1 is on four nodes",
        ),
        ("raft-figure-8-after", &after, "A is dead, and E leads in term 4"),
    ] {
        golden::check(&format!("{name}.html"), &logs_figure(name, &caption(when), logs));
    }
}

/// Logs of figure 7 of the paper: the terms of their entries. The first one leads.
const FIGURE_7: [&[u64]; 7] = [
    &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6],
    &[1, 1, 1, 4, 4, 5, 5, 6, 6],
    &[1, 1, 1, 4],
    &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
    &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
    &[1, 1, 1, 4, 4, 4, 4],
    &[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
];

/// A node that comes back with this log, in term 7.
fn with_log(node: u32, terms: &[u64]) -> Raft<String> {
    let mut kept = Kept::default();
    kept.apply(Step::Vote(7, None));
    for (number, &term) in (0..).zip(terms) {
        let msg = format!("m{number}.{term}");
        kept.apply(Step::Append(Entry { term, from: A, number, msg }));
    }
    let mut env = Env::new(NodeId(node), Reading::default(), Choices::default());
    let mut effects = VecDeque::new();
    Raft::on_recovery(Raft::new(7), kept, &mut Context::new(&mut env, &mut effects))
}

/// Whatever the followers have, the leader's log replaces it, back from where they differ.
#[test]
fn figure_7_of_the_paper() {
    let nodes: Vec<_> = (0..).zip(FIGURE_7).map(|(node, terms)| with_log(node, terms)).collect();
    let timers = (1..7).flat_map(|node| {
        (1..9).map(move |ordinal| {
            let timer = "Election".to_string();
            (EventId::Timer { node: NodeId(node), timer, ordinal }, 999 * MILLIS)
        })
    });
    let script = Script { timers: timers.collect(), ..Script::calm() };
    let mut world = World::new(0, nodes).with_script(script);
    world.request_at(700 * MILLIS, A, Broadcast { msg: "new".to_string() });
    let logs = |world: &World<Raft<String>>| -> Vec<Log> {
        let facts = |node| world.node(node).unwrap().facts();
        world.nodes().map(|node| Log::of(&node.to_string(), &facts(node))).collect()
    };
    world.run_until(MILLIS).unwrap();
    let caption = "Figure 7 of the paper: what a leader can meet.";
    golden::check(
        "raft-figure-7-before.html",
        &logs_figure("raft-figure-7-before", caption, &logs(&world)),
    );
    world.run_until(2_000 * MILLIS).unwrap();
    let after = logs(&world);
    let caption = "And after its first message in term 8.";
    golden::check("raft-figure-7-after.html", &logs_figure("raft-figure-7-after", caption, &after));
    for log in &after {
        assert_eq!(log.entries, after[0].entries);
        assert_eq!((log.entries.len(), log.commit_length), (11, Some(11)));
    }
    let trace = world.trace();
    let voted = trace.records.iter().filter_map(|record| match &record.what {
        What::Receive { id, packet: Packet::VoteResponse(VoteResponse { term: 8, granted }) } => {
            Some((id.from, *granted))
        }
        _ => None,
    });
    let voted: Vec<_> = voted.filter(|(_, granted)| *granted).map(|(node, _)| node).collect();
    // C and D have logs that are longer, or end with a later term.
    assert_eq!(voted, [A, B, C, F, NodeId(6)]);
    assert_eq!(raft::log_matching(&trace), Ok(()));
    assert_eq!(raft::leader_completeness(&trace), Ok(()));
    assert_eq!(raft::deliveries(&trace), Ok(()));
}
