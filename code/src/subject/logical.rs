//! The logical clocks of chapter 4 as subjects.

use crate::clock::logical::{Step, Timestamps};
use crate::clock::{DurableLamport, Lamport, Vector};
use crate::draw::{Style, label};
use crate::layer::{Layer, MILLIS, NodeId, SECONDS, Time, Value};
use crate::model::Nodes;
use crate::sim::{Delay, FaultMenu, Network, Node, Script};
use crate::spec::causality;
use crate::subject::{Parameter, Parameters, Property, Run, Subject};

/// What the nodes say to each other.
pub type Word = String;

/// The clocks as the notebook explains them.
pub fn subjects() -> Vec<Subject> {
    vec![
        lamport("lamport-clock", "Lamport clock", |_| Lamport::new()),
        lamport("lamport-clock-on-disk", "Lamport clock on disk", |_| DurableLamport::new()),
        vector("vector-clock", Vector::new),
    ]
}

/// A clock whose timestamps are numbers.
pub fn lamport<N>(name: &'static str, title: &'static str, clock: fn(u32) -> N) -> Subject
where
    N: Node + Layer<Implements = Timestamps<u64, Word>>,
{
    let promises = || vec![told(), consistent(), total_order()];
    subject(name, title, promises, clock)
}

/// A clock whose timestamps are vectors.
pub fn vector<N, T>(name: &'static str, clock: fn(u32) -> N) -> Subject
where
    N: Node + Layer<Implements = Timestamps<T, Word>>,
    T: Value + PartialOrd,
{
    subject(name, "Vector clock", || vec![told(), consistent(), characterises()], clock)
}

fn subject<N, T>(
    name: &'static str,
    title: &'static str,
    promises: fn() -> Vec<Property<Timestamps<T, Word>>>,
    clock: fn(u32) -> N,
) -> Subject
where
    N: Node + Layer<Implements = Timestamps<T, Word>>,
    T: Value,
{
    let build = move |p: &Parameters| vec![clock(p.nodes()); p.nodes() as usize];
    Subject::new(name, title, PARAMETERS, promises, build, workload)
        .with_style(style())
        .with_hunts(scenes, hunts)
}

fn told<T: Value>() -> Property<Timestamps<T, Word>> {
    property!(Safety, causality::told, "every event gets a timestamp")
}
fn consistent<T: Value + PartialOrd>() -> Property<Timestamps<T, Word>> {
    property!(Safety, causality::consistent, "what happened before has the smaller timestamp")
}
fn total_order<T: Value + Ord>() -> Property<Timestamps<T, Word>> {
    let says = "by timestamp and then by name, all events are in one order, and it is causal";
    property!(Safety, causality::total_order, says)
}
fn characterises<T: Value + PartialOrd>() -> Property<Timestamps<T, Word>> {
    let says = "one timestamp is less than another just if its event happened before";
    property!(Safety, causality::characterises, says)
}

/// How clocks are drawn: packets with their timestamps, events with theirs.
pub fn style() -> Style {
    Style { label: stamp_label, ..Style::default() }
}

/// The timestamp alone of what a clock tells; anything else as usual.
fn stamp_label(text: &str) -> String {
    let stamped = text.strip_prefix("Stamped { time: ");
    match stamped.and_then(|rest| rest.split_once(", event: ")) {
        Some((time, _)) => time.to_string(),
        None => label(text).replace("Send ", "send to "),
    }
}

/// What can be chosen for a run of a clock.
pub const PARAMETERS: &[Parameter] = &[
    Parameter { name: "nodes", about: "how many nodes", default: 3, least: 2, most: 26 },
    Parameter {
        name: "messages",
        about: "how often each node does something: sends a message, as a rule",
        default: 4,
        least: 1,
        most: 100,
    },
    Parameter {
        name: "pattern",
        about: "which steps are local and which send to whom: any number is another pattern",
        default: 1,
        least: 0,
        most: 1_000_000,
    },
];

/// At each node a step every 7 ms; the pattern says which.
fn workload(parameters: &Parameters) -> Result<Vec<(Time, NodeId, Step<Word>)>, String> {
    let n = parameters.nodes();
    let mut workload = Vec::new();
    for i in 0..parameters.get("messages") {
        for node in NodeId::all(n) {
            // Enough to tell steps apart, and the same everywhere.
            let mixed =
                (parameters.get("pattern") + i * 31 + u64::from(node.0) * 7) * 2_654_435_761;
            let choice = (mixed >> 7) % 3;
            let other = (node.0 + 1 + ((mixed >> 13) % (u64::from(n) - 1)) as u32) % n;
            let step = match choice {
                0 => Step::Local,
                _ => Step::Send { to: NodeId(other), msg: format!("{node}{}", i + 1) },
            };
            workload.push(((1 + 7 * i + u64::from(node.0)) * MILLIS, node, step));
        }
    }
    Ok(workload)
}

/// Short calm runs, of which all small changes can be tried.
fn scenes(subject: &Subject) -> Vec<Run> {
    let run = Run::new(subject, 0).with("nodes", 2).with_script(Script::calm());
    (0..6).map(|pattern| run.clone().with("messages", 2).with("pattern", pattern)).collect()
}

/// Runs in which bugs come to light.
fn hunts(subject: &Subject) -> Vec<Run> {
    let network = Network { delay: Delay::Uniform(MILLIS, 30 * MILLIS), ..Network::fair_loss() };
    let menu = FaultMenu::of_network(network);
    let run = Run::new(subject, 0).with_faults(menu.clone());
    let mut hunts = vec![
        run.clone().with("nodes", 2).with("messages", 2),
        run.clone().with("pattern", 2),
        run.clone().with("nodes", 4).with("pattern", 3),
        run.clone().with("messages", 8).with("pattern", 4),
    ];
    if subject.model.nodes == Nodes::CrashRecovery {
        let crashes = FaultMenu { crashes: 4, recovery: true, until: SECONDS / 20, ..menu };
        hunts.push(run.clone().with("messages", 8).with_faults(crashes.clone()));
        hunts.push(run.with("nodes", 2).with("messages", 12).with_faults(crashes));
    }
    hunts
}
