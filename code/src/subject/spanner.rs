//! The small Spanner of section 8.2 as subjects: over broadcasts that one node orders, and over Raft.

use crate::beside::{Beside, Both};
use crate::broadcast::{Eager, Fifo, Leader};
use crate::layer::{Layer, MILLIS, NodeId, SECONDS, Time};
use crate::link;
use crate::model::Links;
use crate::node::names::{A, B};
use crate::raft::{Options, Raft};
use crate::service::*;
use crate::sim::{Clocks, Delay, FaultMenu, Network, Rate, Script, Synchrony};
use crate::spanner::SmallSpanner;
use crate::spanner::commands::Command;
use crate::spec::{registers, transactions};
use crate::subject::broadcasts::OwnLate;
use crate::subject::transactions::{UNCERTAINTY, style};
use crate::subject::{Parameter, Parameters, Property, Run, Subject};

/// The algorithm as the notebook explains it, over two different broadcasts.
pub fn subjects() -> Vec<Subject> {
    vec![
        small("small-spanner", SmallSpanner::new),
        on_raft("small-spanner-raft", SmallSpanner::new),
    ]
}

/// Two shards, of which A orders one, and B the other. Every node has a replica of both.
pub fn small<U>(name: &'static str, upper: fn() -> U) -> Subject
where
    U: Layer<Implements = Transactions, Uses = Shards<Command>>,
{
    let build = move |p: &Parameters| {
        let order = |leader| {
            let n = p.nodes();
            let reliable = Eager::new(n).over(link::Direct::new());
            let told = Fifo::new(n).over(OwnLate::new(true).over(reliable));
            let to_leader = link::Fifo::new(n).over(link::Direct::new());
            Leader::<Command>::new(leader).over(Beside::new(to_leader, told))
        };
        upper().over(Beside::new(order(A), order(B)))
    };
    let nodes = move |p: &Parameters| vec![build(p); p.nodes() as usize];
    let title = "A small Spanner, over broadcasts that a leader orders";
    Subject::new(name, title, PARAMETERS, promises, nodes, |p| Ok(workload(p)))
        .with_hunts(scenes, hunts)
        .with_style(style())
}

/// Two shards, each replicated by Raft.
pub fn on_raft<U>(name: &'static str, upper: fn() -> U) -> Subject
where
    U: Layer<Implements = Transactions, Uses = Shards<Command>>,
    Both<FifoTotalOrderBroadcast<Command>, FifoTotalOrderBroadcast<Command>>:
        AtLeast<Shards<Command>>,
{
    // ANCHOR: stack
    let build = move |p: &Parameters| {
        // A new leader appends something of its own, so that what is there is committed.
        let options = || Options { no_op: Some(Command::Pass(0)), ..Options::default() };
        let raft = || Raft::new(p.nodes()).with(options());
        upper().over(Beside::new(raft(), raft()))
    };
    // ANCHOR_END: stack
    let nodes = move |p: &Parameters| vec![build(p); p.nodes() as usize];
    let title = "A small Spanner, over Raft";
    Subject::new(name, title, PARAMETERS, promises, nodes, |p| Ok(workload(p)))
        .with_hunts(scenes, hunts)
        .with_style(style())
}

fn promises() -> Vec<Property<Transactions>> {
    let order = "what ended before something else began has the smaller timestamp";
    let open = "a timestamp is a moment at which its transaction was open";
    let explains = "the order of timestamps explains what each transaction read";
    let ends = "a transaction ends, if nobody crashes";
    vec![
        property!(Safety, transactions::external_consistency, order),
        property!(Safety, transactions::stamped_while_open, open),
        property!(Safety, transactions::in_timestamp_order, explains),
        #[cfg(feature = "txn")]
        property!(
            Safety,
            transactions::strictly_serializable,
            "as if all ran one after the other, in an order that agrees with time"
        ),
        property!(Liveness, registers::termination_without_crash, ends),
    ]
}

const PARAMETERS: &[Parameter] = &[
    Parameter { name: "nodes", about: "how many nodes", default: 3, least: 2, most: 5 },
    Parameter {
        name: "operations",
        about: "how many transactions each node is asked for",
        default: 4,
        least: 1,
        most: 50,
    },
    Parameter {
        name: "gap",
        about: "how many milliseconds lie between the transactions of a node",
        default: 60,
        least: 0,
        most: 10_000,
    },
    Parameter {
        name: "apart",
        about: "how many milliseconds lie between the first transactions of two nodes",
        default: 9,
        least: 0,
        most: 10_000,
    },
    Parameter {
        name: "kind",
        about: "what the transactions are: 0 for all kinds, 1 to 6 for one",
        default: 0,
        least: 0,
        most: 6,
    },
];

/// Each node is asked for its transactions, one after the other, whether it is done with the one
/// before or not: each is of a client of its own.
fn workload(parameters: &Parameters) -> Vec<(Time, NodeId, Invoke<Tx>)> {
    let n = parameters.nodes();
    let mut workload = Vec::new();
    for number in 0..parameters.get("operations") {
        for node in NodeId::all(n) {
            let apart = u64::from(node.0) * parameters.get("apart");
            let at = (1 + number * parameters.get("gap") + apart) * MILLIS;
            let client = number as u32 * n + node.0;
            let call = match parameters.get("kind") {
                0 => transaction(client % 6, client),
                kind => transaction(kind as u32 - 1, client),
            };
            workload.push((at, node, Invoke { op: OpId { client, number: 0 }, call }));
        }
    }
    workload
}

/// A transaction of that kind. Each writes what no other does; x and z are of one shard, y of the
/// other.
fn transaction(kind: u32, client: u32) -> Tx {
    let update = |reads: &[Key], writes: &[Key]| Tx::Update {
        reads: reads.iter().copied().collect(),
        writes: writes.iter().map(|key| (*key, u64::from(client) + 1)).collect(),
    };
    match kind {
        // Adds something to x.
        0 => update(&['x'], &['x']),
        // One of two that each change one key, and look at both.
        1 => update(&['x', 'y'], &['x']),
        2 => update(&['x', 'y'], &['y']),
        3 => Tx::Snapshot { keys: ['x', 'y', 'z'].into(), at: None },
        // From one shard to the other.
        4 => update(&['x', 'y'], &['x', 'y']),
        _ => update(&['y', 'z'], &['y', 'z']),
    }
}

/// Short calm runs, of which all small changes can be tried.
fn scenes(subject: &Subject) -> Vec<Run> {
    let run = Run::new(subject, 0).with("nodes", 2).with_script(Script::calm());
    vec![
        run.clone().with("operations", 1).with("apart", 0).with("kind", 5),
        run.with("operations", 2).with("gap", 20).with("apart", 3),
    ]
}

/// Runs in which bugs come to light, all of them within the model of the subject.
fn hunts(subject: &Subject) -> Vec<Run> {
    let clocks = Clocks { offset: UNCERTAINTY, uncertainty: UNCERTAINTY, ..Clocks::default() };
    let network = match subject.model.links {
        Links::Reliable => Network { reordering: Rate::percent(20), ..Network::reliable() },
        _ => Network { delay: Delay::Uniform(MILLIS, 20 * MILLIS), ..Network::fair_loss() },
    };
    let until = 3 * SECONDS;
    let synchrony = Synchrony::PartiallySynchronous { bound: 100 * MILLIS, stable_from: until };
    let menu = FaultMenu { synchrony, clocks, until, ..FaultMenu::of_network(network) };
    let crashes = FaultMenu { crashes: 1, pauses: 2, ..menu.clone() };
    let run = Run::new(subject, 0).with_faults(menu);
    let busy = run.clone().with("operations", 8).with("gap", 25).with("apart", 4);
    vec![
        run.clone().with("gap", 25).with("apart", 2).with("operations", 6),
        run.clone().with("gap", 100).with("apart", 31).with("operations", 8),
        busy.clone(),
        run.clone().with("kind", 1).with("gap", 40).with("apart", 5),
        run.clone().with("kind", 5).with("gap", 40).with("apart", 5),
        busy.with_faults(crashes),
    ]
}
