//! Quorum reads and writes as subjects.

use crate::draw::{Show, Style, label};
use crate::layer::{Layer, MILLIS, NodeId, Time};
use crate::node::names::{A, B, C};
use crate::quorum::Quorum;
use crate::service::*;
use crate::sim::{
    Delay, Fate, Fault, FaultMenu, Network, Node, PacketId, Partitions, Rate, Script,
};
use crate::spec::{quorums, registers};
use crate::subject::{Parameter, Parameters, Property, Run, Subject, Workload};

/// The algorithms as the notebook explains them.
pub fn subjects() -> Vec<Subject> {
    vec![
        plain("quorum", Quorum::new),
        repairing("read-repair", |all, patience| Quorum::new(all, patience).with_read_repair()),
    ]
}

/// After how long a client asks again.
pub const PATIENCE: Time = 100 * MILLIS;

/// Quorums: all nodes are replicas, and clients.
pub fn plain<N>(
    name: &'static str,
    node: impl Fn(Vec<NodeId>, Time) -> N + Send + Sync + 'static,
) -> Subject
where
    N: Node + Layer<Implements = Registers<u64>>,
{
    subject(name, "Quorum reads and writes", promises, node)
}

/// Quorums with read repair.
pub fn repairing<N>(
    name: &'static str,
    node: impl Fn(Vec<NodeId>, Time) -> N + Send + Sync + 'static,
) -> Subject
where
    N: Node + Layer<Implements = Registers<u64>>,
{
    subject(name, "Quorum reads and writes with read repair", repair_promises, node)
}

fn subject<N>(
    name: &'static str,
    title: &'static str,
    promises: fn() -> Vec<Property<Registers<u64>>>,
    node: impl Fn(Vec<NodeId>, Time) -> N + Send + Sync + 'static,
) -> Subject
where
    N: Node + Layer<Implements = Registers<u64>>,
{
    let nodes = move |p: &Parameters| {
        vec![node(NodeId::all(p.nodes()).collect(), PATIENCE); p.nodes() as usize]
    };
    Subject::new(name, title, PARAMETERS, promises, nodes, |p| Ok(workload::<N>(p)))
        .with_hunts(scenes, hunts)
        .with_style(style(&[]))
}

fn promises() -> Vec<Property<Registers<u64>>> {
    let sees = "a node gets what it had set before, or something later";
    let ends = "an operation ends, if its node stays up and a majority is up";
    vec![
        property!(Safety, quorums::read_after_write, sees),
        property!(Liveness, registers::termination, ends),
    ]
}

fn repair_promises() -> Vec<Property<Registers<u64>>> {
    let equal = "after a get all replicas have the same, if nothing else goes on or wrong";
    let repaired = property!(Liveness, quorums::repaired, equal);
    promises().into_iter().chain([repaired]).collect()
}

/// How runs of quorums are drawn.
pub fn style(names: &[&str]) -> Style {
    let show = Show { timers: false, stores: false, choices: false, facts: false };
    let names = names.iter().map(ToString::to_string).collect();
    Style { names, show, label: words, quiet: |_| false, ..Style::default() }
}

/// What a reader wants to know of the words in these runs: not which operation a packet belongs to,
/// and of a timestamp the number, with the name of the node that set, where that matters.
fn words(text: &str) -> String {
    let mut text = text.replace("value: None", "nothing").replace("stamp: Timestamp", "t");
    while let Some(start) = text.find("OpId {") {
        let end = text[start..].find('}').map_or(text.len(), |end| start + end + 1);
        let end = if text[end..].starts_with(", ") { end + 2 } else { end };
        text.replace_range(start..end, "");
    }
    let text = text.replace("Ok()", "ok").replace("Done", "ok").replace("Stamped ", "");
    label(&text).replace("Answer", "")
}

/// What can be chosen for a run of quorums.
pub const PARAMETERS: &[Parameter] = &[
    Parameter { name: "nodes", about: "how many nodes", default: 3, least: 3, most: 9 },
    Parameter {
        name: "operations",
        about: "how many operations each node is asked for",
        default: 4,
        least: 1,
        most: 50,
    },
    Parameter {
        name: "writers",
        about: "how many nodes set; all others only get. 0: all set and get",
        default: 0,
        least: 0,
        most: 9,
    },
    Parameter {
        name: "turns",
        about: "1: one node sets at a time, the last one first",
        default: 0,
        least: 0,
        most: 1,
    },
    Parameter {
        name: "gap",
        about: "how many milliseconds lie between the operations of a node",
        default: 40,
        least: 0,
        most: 10_000,
    },
    Parameter {
        name: "apart",
        about: "how many milliseconds lie between the first operations of two nodes",
        default: 10,
        least: 0,
        most: 10_000,
    },
    Parameter {
        name: "last_get",
        about: "after how many milliseconds A gets once more; 0: it does not",
        default: 0,
        least: 0,
        most: 100_000,
    },
];

/// Each node is asked for its operations, one after the other, whether it is done with the one
/// before or not: each is of a client of its own. Sets and gets take turns.
fn workload<N>(p: &Parameters) -> Workload<N>
where
    N: Layer<Implements = Registers<u64>>,
{
    let (n, mut workload) = (p.nodes(), Vec::new());
    let mut ask = |at, node, call| {
        let op = OpId { client: workload.len() as u32, number: 0 };
        workload.push((at, node, Invoke { op, call }));
    };
    for number in 0..p.get("operations") {
        for node in NodeId::all(n) {
            let client = u64::from(node.0);
            let at = (1 + number * p.get("gap") + client * p.get("apart")) * MILLIS;
            let is_writer = p.get("writers") == 0 || client < p.get("writers");
            let turn = u64::from(n) - 1 - client;
            let sets = is_writer && (p.get("turns") == 0 || number / 2 % u64::from(n) == turn);
            let value = number * u64::from(n) + client + 1;
            let call = match number % 2 {
                0 if sets => RegisterOp::Set('x', value),
                _ => RegisterOp::Get('x'),
            };
            ask(at, node, call);
        }
    }
    if p.get("last_get") > 0 {
        ask(p.get("last_get") * MILLIS, A, RegisterOp::Get('x'));
    }
    workload
}

/// Short calm runs, of which all small changes can be tried.
fn scenes(subject: &Subject) -> Vec<Run> {
    let run = Run::new(subject, 0).with_script(Script::calm()).with("operations", 2);
    vec![
        run.clone().with("gap", 60),
        run.clone().with("gap", 30).with("apart", 0),
        run.with("writers", 1).with("last_get", 300),
    ]
}

/// Runs in which bugs come to light, all of them within the model of the subject.
fn hunts(subject: &Subject) -> Vec<Run> {
    let lossy = Network::fair_loss();
    let slow = Network { delay: Delay::HeavyTailed(20 * MILLIS), ..lossy };
    let menu = FaultMenu::of_network(lossy);
    let run = Run::new(subject, 0).with_faults(menu.clone());
    let partitions = Partitions::symmetric(2);
    let partition = FaultMenu { partitions, until: 300 * MILLIS, ..menu.clone() };
    let crashes = FaultMenu { crashes: 4, recovery: true, until: 300 * MILLIS, ..menu.clone() };
    // Where many packets are lost, sets and gets meet different replicas.
    let worse = Network { loss: Rate::percent(40), ..slow };
    let worse = run.clone().with("gap", 60).with_faults(FaultMenu::of_network(worse));
    let many = run.clone().with("operations", 6);
    vec![
        run.clone().with("gap", 100),
        run.clone().with_faults(FaultMenu::of_network(slow)),
        many.clone().with("gap", 20).with("apart", 4),
        many.clone().with("turns", 1).with("gap", 100),
        run.clone().with("nodes", 4).with("gap", 80),
        run.clone().with("nodes", 5).with_faults(FaultMenu::of_network(slow)),
        many.clone().with("writers", 1).with_faults(FaultMenu::of_network(slow)),
        many.clone().with_faults(FaultMenu { pauses: 2, ..menu }),
        many.clone().with_faults(partition),
        many.clone().with("gap", 80).with_faults(crashes.clone()),
        many.with("nodes", 5).with_faults(crashes),
        worse.clone(),
        worse.with("nodes", 4).with("operations", 8),
        apart(subject, 3, 2, 2),
        apart(subject, 4, 2, 2),
        forgetful(subject),
        left_out(subject),
        left_out(subject).with("writers", 2).with("apart", 0),
    ]
}

/// C does not hear of the first set, and A gets when all is over.
fn left_out(subject: &Subject) -> Run {
    let lost = PacketId { from: A, to: C, ordinal: 1, copy: 0 };
    let script = Script { fates: [(lost, Fate::Lost)].into(), ..Script::calm() };
    let run = Run::new(subject, 0).with_script(script).with("writers", 1);
    run.with("operations", 1).with("last_get", 300)
}

/// A sets and gets, of so many replicas. Its set reaches the last `w` at once, and its get the first
/// `r`; all other packets of the first try are lost.
pub fn apart(subject: &Subject, n: u32, w: u32, r: u32) -> Run {
    let lost = |to, ordinal| (PacketId { from: A, to, ordinal, copy: 0 }, Fate::Lost);
    let sets = NodeId::all(n).take((n - w) as usize).map(|to| lost(to, 1));
    let gets = NodeId::all(n).skip(r as usize).map(|to| lost(to, 2));
    let script = Script { fates: sets.chain(gets).collect(), ..Script::calm() };
    alone(subject, n).with_script(script)
}

/// B crashes when it has acknowledged the set of A, before it does anything else.
fn forgetful(subject: &Subject) -> Run {
    let apart = apart(subject, 3, 2, 2);
    let faults = [(2 * MILLIS, Fault::CrashWithin(B, 1)), (50 * MILLIS, Fault::Recover(B))];
    let script = Script { faults: Some(faults.to_vec()), ..apart.script.clone() };
    apart.with_script(script)
}

/// A sets once and gets once; the others get much later.
fn alone(subject: &Subject, n: u32) -> Run {
    let run = Run::new(subject, 0).with("nodes", u64::from(n)).with("operations", 2);
    run.with("writers", 1).with("gap", 70).with("apart", 1_000)
}
