//! A database with a leader as a subject.

use crate::draw::{Show, Style, label};
use crate::layer::{Layer, MILLIS, NodeId, SECONDS, Time, Value};
use crate::link::{self, Retransmit};
use crate::node::names::A;
use crate::service::{FifoLink, ReplicatedDatabase, Work};
use crate::sim::{FaultMenu, Network, Partitions, Script};
use crate::spec::replicated_database;
use crate::subject::{Parameter, Parameters, Property, Run, Subject};

/// A leader, followers and clients over FIFO links.
pub fn database<U, P: Value>(name: &'static str, upper: fn(NodeId, Vec<NodeId>) -> U) -> Subject
where
    U: Layer<Implements = ReplicatedDatabase, Uses = FifoLink<P>>,
{
    let nodes = move |p: &Parameters| {
        let n = p.nodes();
        let followers = NodeId::all(n).skip(1).take(p.get("followers") as usize).collect();
        let node = upper(A, followers).over(link::Fifo::new(n).over(Retransmit::new(n)));
        vec![node; n as usize]
    };
    Subject::new(name, "Primary-backup replication", PARAMETERS, promises, nodes, |p| {
        Ok(workload(p))
    })
    .with_hunts(scenes, hunts)
    .with_style(style(&[]))
}

fn promises() -> Vec<Property<ReplicatedDatabase>> {
    let follows = "a follower commits what the leader has committed, in the same order";
    let done = "a client hears of no transaction that is not committed";
    let all = "if nobody crashes, all transactions commit everywhere, and all clients hear of it";
    vec![
        property!(Safety, replicated_database::follows_leader, follows),
        property!(Safety, replicated_database::done_is_committed, done),
        property!(Liveness, replicated_database::all_commit_without_crash, all),
    ]
}

/// How runs of the database are drawn.
pub fn style(names: &[&str]) -> Style {
    let show = Show { timers: true, stores: false, choices: false, facts: false };
    let names = names.iter().map(ToString::to_string).collect();
    Style { names, show, label: words, ..Style::default() }
}

/// What a reader wants to know: which transaction, and what is in the database then.
fn words(text: &str) -> String {
    let text = match text.split_once("takes: ") {
        Some((before, rest)) => {
            let rest = rest.split_once(", keys: ").map_or(rest, |(_, rest)| rest);
            format!("{before}{rest}").replace("[", "").replace("]", "").replace("'", "")
        }
        None => text.to_string(),
    };
    let text = text.replace("Committed(", "Commit(").replace("name: ", "");
    label(&text).replace("Begin(Work", "Begin(").replace("Commit(", "commit T(")
}

/// What can be chosen for a run of the database.
const PARAMETERS: &[Parameter] = &[
    Parameter { name: "nodes", about: "how many nodes", default: 4, least: 3, most: 9 },
    Parameter {
        name: "followers",
        about: "how many of them are followers; A leads, and the others are clients",
        default: 1,
        least: 1,
        most: 7,
    },
    Parameter {
        name: "transactions",
        about: "how many transactions each client asks for",
        default: 2,
        least: 1,
        most: 50,
    },
    Parameter {
        name: "apart",
        about: "how many milliseconds lie between those of a client",
        default: 15,
        least: 0,
        most: 1_000,
    },
];

/// The clients ask for their transactions, one after the other. Some take longer than others, and
/// two that are next to each other have a key in common.
fn workload(p: &Parameters) -> Vec<(Time, NodeId, Work)> {
    let mut workload = Vec::new();
    for number in 0..p.get("transactions") {
        for client in NodeId::all(p.nodes()).skip(1 + p.get("followers") as usize) {
            let name = workload.len() as u32 + 1;
            let takes = (5 + 30 * (u64::from(client.0) + number) % 50) * MILLIS;
            let keys = vec![(b'x' + (name % 2) as u8) as char, 'z'];
            let at = (1 + number * p.get("apart") + u64::from(client.0)) * MILLIS;
            workload.push((at, client, Work { name, takes, keys }));
        }
    }
    workload
}

/// Short calm runs, of which all small changes can be tried.
fn scenes(subject: &Subject) -> Vec<Run> {
    let run = Run::new(subject, 0).with_script(Script::calm()).with("transactions", 1);
    vec![run.clone(), run.clone().with("nodes", 3), run.with("nodes", 5).with("followers", 2)]
}

/// Runs in which bugs come to light, all of them within the model of the subject.
fn hunts(subject: &Subject) -> Vec<Run> {
    let menu = FaultMenu::of_network(Network::fair_loss());
    let partition = FaultMenu {
        partitions: Partitions::symmetric(2),
        pauses: 1,
        until: SECONDS,
        ..menu.clone()
    };
    let crashes = FaultMenu { crashes: 1, until: 60 * MILLIS, ..menu.clone() };
    let run = Run::new(subject, 0).with_faults(menu);
    vec![
        run.clone(),
        run.clone().with("nodes", 6).with("followers", 2),
        run.clone().with("transactions", 5).with("apart", 4),
        run.clone().with("transactions", 4).with("apart", 150).with_faults(partition),
        run.with("nodes", 5).with("followers", 2).with_faults(crashes),
    ]
}
