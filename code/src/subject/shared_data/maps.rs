//! Shared maps.

use super::{Ground, PARAMETERS, hunts, scenes};
use crate::draw::Style;
use crate::layer::{Layer, MICROS, MILLIS};
use crate::node::{NodeId, Time};
use crate::runs::shared_data::shared_label;
use crate::service::AtLeast;
use crate::service::shared_data::{MapRequest, SharedMap};
use crate::sim::random::{Purpose, below, draws};
use crate::spec::shared_map;
use crate::stack::Stack;
use crate::subject::{Parameters, Property, Subject};

/// What the examples put into maps, and under which keys.
type Word = String;
/// What is asked of the nodes of a run: when, of whom, and what.
pub(super) type Changes<A> = Vec<(Time, NodeId, A)>;
/// A map of words.
pub type Words = SharedMap<Word, Word>;

/// A shared map over what it uses.
pub fn map<U>(
    name: &'static str,
    title: &'static str,
    promises: fn() -> Vec<Property<Words>>,
    upper: fn() -> U,
) -> Subject
where
    U: Layer<Implements = Words, Uses: Ground>,
    <<U::Uses as Ground>::Stack as Layer>::Implements: AtLeast<U::Uses>,
{
    let nodes = move |p: &Parameters| {
        let node = upper().over(<U::Uses as Ground>::stack(p.nodes()));
        vec![node; p.nodes() as usize]
    };
    Subject::new::<Stack<U, <U::Uses as Ground>::Stack>>(
        name, title, PARAMETERS, promises, nodes, workload,
    )
    .with_hunts(scenes, hunts)
    .with_style(Style { label: shared_label, width: 36, ..Style::default() })
}

/// Every node sets one of two keys now and then, each time to another value.
fn workload(parameters: &Parameters) -> Result<Changes<MapRequest<Word, Word>>, String> {
    let make = |node: NodeId, i: u64, draw: &mut dyn FnMut(u64) -> u64| -> MapRequest<Word, Word> {
        let key = ["title", "time"][draw(2) as usize].to_string();
        let value = format!("{}{}", node.to_string().to_lowercase(), i + 1);
        MapRequest::Set { key, value }
    };
    changes(parameters, make)
}

/// The changes of a run: what each node does as its `i`-th is made by `make`, which may draw numbers.
pub(super) fn changes<A>(
    parameters: &Parameters,
    make: impl Fn(NodeId, u64, &mut dyn FnMut(u64) -> u64) -> A,
) -> Result<Changes<A>, String> {
    const MOST: u64 = 20_000;
    let (n, number, apart) =
        (parameters.nodes(), parameters.get("changes"), parameters.get("apart"));
    let changers = match parameters.get("changers") as u32 {
        0 => n,
        some => some.min(n),
    };
    let told = number * u64::from(changers) * u64::from(n);
    if told > MOST {
        return Err(format!(
            "that makes {told} changes at all nodes, and a run has {MOST} at most"
        ));
    }
    let mut workload = Vec::new();
    for i in 0..number {
        for node in NodeId::all(changers) {
            let mut numbers =
                draws(parameters.get("plan"), Purpose::Workload, u64::from(node.0), i);
            // At some moment of the run, so that one node may change something twice before another does once.
            let micros = below(&mut numbers, 1 + number * apart * 1_000);
            let change = make(node, i, &mut |bound| below(&mut numbers, bound));
            workload.push((MILLIS + micros * MICROS, node, change));
        }
    }
    workload.sort_by_key(|(at, ..)| *at);
    Ok(workload)
}

/// Of every shared map.
fn safe() -> Vec<Property<Words>> {
    vec![
        property!(Safety, shared_map::no_creation, "what a key holds, somebody had set it to"),
        property!(
            Liveness,
            shared_map::overwritten,
            "what a node saw when it set a key again, nobody holds in the end"
        ),
    ]
}

/// Of maps that need all messages.
pub fn convergent() -> Vec<Property<Words>> {
    let mut promises = safe();
    promises.push(property!(
        Liveness,
        shared_map::convergence,
        "in the end all correct nodes hold the same"
    ));
    promises
}

/// Of maps that keep concurrent values.
pub fn multi_value() -> Vec<Property<Words>> {
    let mut promises = convergent();
    promises.push(property!(
        Liveness,
        shared_map::all_kept,
        "what a correct node set and nobody replaced, all correct nodes hold in the end"
    ));
    promises
}

/// Of maps whose states are exchanged.
pub fn exchanged() -> Vec<Property<Words>> {
    let mut promises = safe();
    promises.push(property!(
        Liveness,
        shared_map::convergence_without_crash,
        "in the end all nodes hold the same, if nobody crashes"
    ));
    promises
}
