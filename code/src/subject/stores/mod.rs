//! Stores of section 5.1: requests that are sent again, and replicas that compare notes.

mod likes;

pub use likes::{retry, style as likes_style};

use crate::draw::{Show, Style, label};
use crate::layer::{Layer, MILLIS, NodeId, Time};
use crate::replication::retry::{Retry, Semantics};
use crate::replication::{AntiEntropy, LastWriterWins, MultiValue};
use crate::service::shared_data::{MapRequest, SharedMap};
use crate::sim::{FaultMenu, Network, Node, Partitions, Script};
use crate::spec::shared_map;
use crate::subject::{Parameter, Parameters, Property, Run, Subject};

/// The algorithms as the notebook explains them.
pub fn subjects() -> Vec<Subject> {
    vec![
        retry("retry", |servers, patience| Retry::new(servers, Semantics::ExactlyOnce, patience)),
        last_writer("anti-entropy", AntiEntropy::<char, LastWriterWins<u64>>::new),
        multi_value("anti-entropy-multi-value", AntiEntropy::<char, MultiValue<u64>>::new),
    ]
}

/// A map: what a key holds, or that it was removed.
type Store = SharedMap<char, Option<u64>>;

/// After how long a replica compares what it has with another one, at least.
pub const EVERY: Time = 500 * MILLIS;

/// Replicas of which the last writer wins.
pub fn last_writer<N>(name: &'static str, node: fn(Vec<NodeId>, Time) -> N) -> Subject
where
    N: Node + Layer<Implements = Store>,
{
    subject(name, "Anti-entropy, last writer wins", promises, node)
}

/// Replicas that keep all concurrent values.
pub fn multi_value<N>(name: &'static str, node: fn(Vec<NodeId>, Time) -> N) -> Subject
where
    N: Node + Layer<Implements = Store>,
{
    subject(name, "Anti-entropy, all concurrent values", multi_promises, node)
}

fn subject<N>(
    name: &'static str,
    title: &'static str,
    promises: fn() -> Vec<Property<Store>>,
    node: fn(Vec<NodeId>, Time) -> N,
) -> Subject
where
    N: Node + Layer<Implements = Store>,
{
    let nodes = move |p: &Parameters| {
        vec![node(NodeId::all(p.nodes()).collect(), EVERY); p.nodes() as usize]
    };
    Subject::new(name, title, PARAMETERS, promises, nodes, |p| Ok(workload(p)))
        .with_hunts(scenes, hunts)
        .with_style(style(&[]))
}

fn promises() -> Vec<Property<Store>> {
    vec![
        property!(
            Liveness,
            shared_map::convergence,
            "in the end all nodes that never crashed hold the same"
        ),
        property!(Safety, shared_map::no_creation, "what a key holds, somebody had written"),
        property!(
            Liveness,
            shared_map::overwritten,
            "what was seen when the key was written again does not come back"
        ),
    ]
}

fn multi_promises() -> Vec<Property<Store>> {
    let all = "a value that nobody has overwritten is held";
    let all = property!(Liveness, shared_map::all_kept, all);
    promises().into_iter().chain([all]).collect()
}

/// How runs of stores are drawn.
pub fn style(names: &[&str]) -> Style {
    let show = Show { timers: false, stores: false, choices: false, facts: false };
    let names = names.iter().map(ToString::to_string).collect();
    Style { names, show, label: words, width: 34, ..Style::default() }
}

/// What a reader wants to know: key, timestamp and value.
fn words(text: &str) -> String {
    let text = text.replace("LastWriterWins { stamp: ", "Stamped(").replace(" }", "}");
    let text = text.replace("Hashes(Part([]), ", "Hashes(all, ").replace("Part(", "part(");
    let short = |text: &str| match text.split_once("Hashes(") {
        Some((_, rest)) => format!("hashes of {}", rest.split(", [").next().unwrap_or("parts")),
        None => text.replace("None", "removed").replace("Some(", "(").replace('\'', ""),
    };
    let text = short(&text);
    let text = text.replace("Stamped((", "(t").replace(", value: ", ", ").replace('}', ")");
    let text = text.replace("MapRequest::", "").replace("{ key: ", "(").replace("values: ", "");
    label(&text.replace("Holds (", "holds ("))
}

/// What can be chosen for a run of a store.
const PARAMETERS: &[Parameter] = &[
    Parameter { name: "nodes", about: "how many nodes", default: 3, least: 2, most: 9 },
    Parameter {
        name: "writes",
        about: "how many writes each node is asked for",
        default: 3,
        least: 1,
        most: 50,
    },
    Parameter {
        name: "apart",
        about: "how many milliseconds lie between a node's writes",
        default: 40,
        least: 0,
        most: 10_000,
    },
    Parameter { name: "keys", about: "how many keys there are", default: 1, least: 1, most: 26 },
];

/// Each node writes to the keys in turn; A removes each key once, at last.
fn workload(p: &Parameters) -> Vec<(Time, NodeId, MapRequest<char, Option<u64>>)> {
    let (n, apart, keys) = (p.nodes(), p.get("apart"), p.get("keys"));
    let key = |number: u64| (b'a' + (number % keys) as u8) as char;
    let mut workload = Vec::new();
    for number in 0..p.get("writes") {
        for node in NodeId::all(n) {
            let later = u64::from(node.0) * apart / u64::from(n);
            let value = Some(number * u64::from(n) + u64::from(node.0) + 1);
            let set = MapRequest::Set { key: key(number), value };
            workload.push(((1 + number * apart + later) * MILLIS, node, set));
        }
    }
    for number in 0..keys {
        let at = (1 + (p.get("writes") + number) * apart) * MILLIS;
        workload.push((at, NodeId(0), MapRequest::Set { key: key(number), value: None }));
    }
    workload
}

/// Short calm runs, of which all small changes can be tried.
fn scenes(subject: &Subject) -> Vec<Run> {
    let run = Run::new(subject, 0).with_script(Script::calm()).with("nodes", 2);
    vec![
        run.clone().with("writes", 1),
        run.clone().with("writes", 1).with("apart", 0),
        run.with("nodes", 3).with("writes", 1).with("keys", 2),
    ]
}

/// Runs in which bugs come to light, all of them within the model of the subject.
fn hunts(subject: &Subject) -> Vec<Run> {
    let menu = FaultMenu::of_network(Network::fair_loss());
    let partitions = Partitions::symmetric(2);
    let partition = FaultMenu { partitions, pauses: 1, until: 800 * MILLIS, ..menu.clone() };
    let crashes = FaultMenu { crashes: 3, recovery: true, until: 400 * MILLIS, ..menu.clone() };
    let run = Run::new(subject, 0).with_faults(menu);
    vec![
        run.clone().with("writes", 1),
        run.clone().with("apart", 2),
        run.clone().with("nodes", 4).with("keys", 2),
        run.clone().with("writes", 2).with("apart", 700).with_faults(partition),
        run.with("keys", 3).with("apart", 60).with_faults(crashes),
    ]
}
