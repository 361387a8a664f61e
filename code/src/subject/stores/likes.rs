//! Requests that are sent again, as a subject.

use crate::draw::{Show, Style, label};
use crate::layer::{Layer, MILLIS, NodeId, Time};
use crate::node::names::A;
use crate::service::likes::{Act, Likes};
use crate::sim::{FaultMenu, Network, Node, Script};
use crate::spec::likes;
use crate::subject::{Parameter, Parameters, Property, Run, Subject};

/// After how long a client sends again.
const PATIENCE: Time = 60 * MILLIS;

/// A server, A, and clients.
pub fn retry<N>(name: &'static str, node: fn([NodeId; 1], Time) -> N) -> Subject
where
    N: Node + Layer<Implements = Likes>,
{
    let nodes = move |p: &Parameters| vec![node([A], PATIENCE); p.nodes() as usize];
    Subject::new(name, "Retries with deduplication", PARAMETERS, promises, nodes, |p| {
        Ok(workload(p))
    })
    .with_hunts(scenes, hunts)
    .with_style(style(&[]))
}

fn promises() -> Vec<Property<Likes>> {
    vec![
        property!(Safety, likes::at_most_once, "no request is done twice"),
        property!(Liveness, likes::at_least_once, "each request is done in the end"),
    ]
}

/// How these runs are drawn.
pub fn style(names: &[&str]) -> Style {
    let show = Show { timers: false, stores: false, choices: false, facts: false };
    let names = names.iter().map(ToString::to_string).collect();
    Style { names, show, label: words, quiet: |_| false, ..Style::default() }
}

/// What a reader wants to know: what is asked for, and what the post looks like.
fn words(text: &str) -> String {
    let post = |text: &str| {
        let (count, likers) = text.split_once(", likers: ")?;
        let count = count.rsplit("count: ").next()?;
        let likers = likers.trim_end_matches([')', '}', ' ']).trim_start_matches('{');
        let likers = likers.replace('\'', "");
        Some(match (count, &*likers) {
            ("0", "") => "nobody likes it".to_string(),
            ("0", likers) => format!("liked by {likers}"),
            (count, _) => count.to_string(),
        })
    };
    match post(text) {
        Some(post) => post,
        None => label(&text.replace("Request(", "(").replace("Asked(", "request(")),
    }
}

/// What can be chosen for a run.
const PARAMETERS: &[Parameter] = &[
    Parameter { name: "nodes", about: "how many nodes; A serves", default: 3, least: 2, most: 9 },
    Parameter {
        name: "requests",
        about: "how many requests each client makes",
        default: 2,
        least: 1,
        most: 50,
    },
];

/// Each client asks for increments.
fn workload(p: &Parameters) -> Vec<(Time, NodeId, Act)> {
    let mut workload = Vec::new();
    for number in 0..p.get("requests") {
        for node in NodeId::all(p.nodes()).skip(1) {
            let at = (1 + number * 30 + 5 * u64::from(node.0)) * MILLIS;
            workload.push((at, node, Act::Increment));
        }
    }
    workload
}

/// Short calm runs, of which all small changes can be tried.
fn scenes(subject: &Subject) -> Vec<Run> {
    let run = Run::new(subject, 0).with_script(Script::calm()).with("nodes", 2);
    vec![run.clone().with("requests", 1), run]
}

/// Runs in which bugs come to light, all of them within the model of the subject.
fn hunts(subject: &Subject) -> Vec<Run> {
    let menu = FaultMenu::of_network(Network::fair_loss());
    let crashes = FaultMenu { crashes: 3, recovery: true, until: 300 * MILLIS, ..menu.clone() };
    let run = Run::new(subject, 0).with_faults(menu);
    vec![run.clone(), run.clone().with("requests", 4), run.with_faults(crashes)]
}
