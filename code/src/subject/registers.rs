//! The registers of chapter 7 as subjects: reads and writes by quorums, and compare-and-swap.

use crate::beside::Beside;
use crate::broadcast::{Eager, Fifo, Leader};
use crate::draw::{Show, Style, label};
use crate::layer::{Layer, MILLIS, NodeId, SECONDS, Service, Time, Value};
use crate::link::{self, Retransmit};
use crate::model::{Links, Nodes};
use crate::node::names::{A, B, C};
use crate::quorum::{Abd, AbdMultiWriter};
use crate::replication::{CompareAndSwap, LocalCopy};
use crate::service::*;
use crate::sim::{Delay, Fate, FaultMenu, Network, Node, PacketId, Partitions, Rate, Script};
use crate::spec::registers;
use crate::subject::broadcasts::OwnLate;
use crate::subject::{Parameter, Parameters, Property, Run, Subject, Workload};

/// The algorithms as the notebook explains them.
pub fn subjects() -> Vec<Subject> {
    vec![
        abd("abd", Abd::new),
        abd_multi_writer("abd-multi-writer", AbdMultiWriter::new),
        swaps::<_, (OpId, SwapOp<u64>), _>("compare-and-swap", CompareAndSwap::new),
        copies("local-copy", LocalCopy::new),
    ]
}

/// After how long a client asks again.
pub const PATIENCE: Time = 100 * MILLIS;

/// Makes a node, with these replicas and that patience.
type Build<N> = fn(Vec<NodeId>, Time) -> N;

/// A register that only A sets: all nodes are replicas, and clients.
pub fn abd<N>(name: &'static str, node: Build<N>) -> Subject
where
    N: Node + Layer<Implements = Registers<u64>>,
{
    registers_of(name, "ABD, one writer", node, |p| Ok(workload(p, one_writer)))
}

/// A register that all set.
pub fn abd_multi_writer<N>(name: &'static str, node: Build<N>) -> Subject
where
    N: Node + Layer<Implements = Registers<u64>>,
{
    registers_of(name, "ABD, many writers", node, |p| Ok(workload(p, many_writers)))
}

/// What one client of so many asks for as one of its operations.
type Choose<C> = fn(client: u32, number: u64, clients: u32) -> C;

fn registers_of<N>(
    name: &'static str,
    title: &'static str,
    node: Build<N>,
    workload: fn(&Parameters) -> Result<Workload<N>, String>,
) -> Subject
where
    N: Node + Layer<Implements = Registers<u64>>,
{
    let nodes = move |p: &Parameters| {
        vec![node(NodeId::all(p.nodes()).collect(), PATIENCE); p.nodes() as usize]
    };
    Subject::new(name, title, PARAMETERS, promises, nodes, workload)
        .with_hunts(scenes, hunts)
        .with_style(style())
}

/// What compare-and-swap stands on: a total order broadcast of `M`.
pub type Ordered<M> = FifoTotalOrderBroadcast<M>;

/// Registers with compare-and-swap over a total order broadcast that A orders.
pub fn swaps<U, M, P>(name: &'static str, upper: fn() -> U) -> Subject
where
    U: Layer<Implements = SwapRegisters<u64>, Uses = P>,
    M: Value,
    P: Service,
    Ordered<M>: AtLeast<P>,
{
    let build = move |p: &Parameters| {
        let n = p.nodes();
        let reliable = Eager::new(n).over(link::Direct::new());
        let told = Fifo::new(n).over(OwnLate::new(true).over(reliable));
        let to_leader = link::Fifo::new(n).over(link::Direct::new());
        upper().over(Leader::<M>::new(A).over(Beside::new(to_leader, told)))
    };
    let nodes = move |p: &Parameters| vec![build(p); p.nodes() as usize];
    let title = "Compare-and-swap over total order broadcast";
    Subject::new(name, title, PARAMETERS, swap_promises, nodes, |p| Ok(workload(p, swapping)))
        .with_hunts(scenes, hunts)
        .with_style(style())
}

/// A register with a copy at every node, over links that send again.
pub fn copies<U, M>(name: &'static str, upper: fn(u32) -> U) -> Subject
where
    U: Layer<Implements = Registers<u64>, Uses = ReliableLink<M>>,
    M: Value,
{
    let nodes = move |p: &Parameters| {
        vec![upper(p.nodes()).over(Retransmit::new(p.nodes())); p.nodes() as usize]
    };
    let workload = |p: &Parameters| {
        let mut asked = workload(p, many_writers);
        // In the end, all look once more.
        let end = asked.iter().map(|(at, ..)| *at).max().unwrap_or(0) + 5 * SECONDS;
        for node in NodeId::all(p.nodes()) {
            let op = OpId { client: asked.len() as u32, number: 0 };
            asked.push((end, node, Invoke { op, call: RegisterOp::Get('x') }));
        }
        Ok(asked)
    };
    let title = "A copy at every node";
    Subject::new(name, title, PARAMETERS, copy_promises, nodes, workload)
        .with_hunts(scenes, hunts)
        .with_style(style())
}

fn copy_promises() -> Vec<Property<Registers<u64>>> {
    let now = "an operation returns at once";
    let alike = "in the end all nodes answer alike, if nobody crashes";
    vec![
        property!(Safety, registers::returns_at_once, now),
        property!(Liveness, registers::convergence_without_crash, alike),
    ]
}

fn promises() -> Vec<Property<Registers<u64>>> {
    let once = "every operation takes effect at one moment, as if there were one copy";
    let ends = "an operation ends, if its node stays up and a majority is up";
    vec![
        property!(Safety, registers::linearizable, once),
        property!(Liveness, registers::termination, ends),
    ]
}

fn swap_promises() -> Vec<Property<SwapRegisters<u64>>> {
    let once = "every operation takes effect at one moment, as if there were one copy";
    let ends = "an operation ends, if nobody crashes";
    vec![
        property!(Safety, registers::linearizable, once),
        property!(Liveness, registers::termination_without_crash, ends),
    ]
}

/// How runs of registers are drawn.
pub fn style() -> Style {
    let show = Show { timers: true, stores: false, choices: false, facts: false };
    Style { show, label: words, quiet: |_| false, ..Style::default() }
}

/// What a reader wants to know of the words in these runs: not the names of operations, and of a
/// timestamp the number, with the node if that is not the first.
fn words(text: &str) -> String {
    if text.starts_with("OpId") {
        return "ask again".to_string();
    }
    let mut text = text.replace("value: None", "nothing").replace("Stamped", "");
    let is_packet = !text.starts_with("Invoke") && !text.starts_with("Return");
    while let Some(at) = text.find("OpId {").filter(|_| is_packet) {
        let rest = text[at..].split_once('}').map_or("", |(_, rest)| rest);
        text = format!("{}{}", &text[..at], rest.strip_prefix(", ").unwrap_or(rest));
    }
    let label = label(&stamped(&text)).replace("Done", "ok").replace("Ok()", "ok");
    match label.strip_prefix("return Got(").and_then(|rest| rest.strip_suffix(')')) {
        Some("–") => "return nothing".to_string(),
        Some(value) => format!("return {value}"),
        None => label,
    }
}

/// With timestamps as in "t1".
fn stamped(text: &str) -> String {
    let Some((before, stamp)) = text.split_once("stamp: ") else { return text.to_string() };
    let Some((stamp, after)) = stamp.split_once(", value").or(stamp.split_once(", nothing")) else {
        return text.to_string();
    };
    let value = if text.contains(", nothing") { "nothing" } else { "value" };
    let both = stamp.strip_prefix("Timestamp(").and_then(|both| both.strip_suffix(')'));
    let stamp = match both.and_then(|both| both.split_once(", ")) {
        Some((number, "0")) => format!("t{number}"),
        Some((number, node)) => {
            let node = node.parse().map_or(String::new(), |node| NodeId(node).to_string());
            format!("t{number}{node}")
        }
        None => format!("t{stamp}"),
    };
    format!("{before}stamp: {stamp}, {value}{after}")
}

/// What can be chosen for a run of registers.
pub const PARAMETERS: &[Parameter] = &[
    Parameter { name: "nodes", about: "how many nodes", default: 3, least: 2, most: 9 },
    Parameter {
        name: "operations",
        about: "how many operations each node is asked for",
        default: 3,
        least: 1,
        most: 50,
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
];

/// Each node is asked for its operations, one after the other, whether it is done with the one
/// before or not: each is of a client of its own.
fn workload<C>(parameters: &Parameters, choose: Choose<C>) -> Vec<(Time, NodeId, Invoke<C>)> {
    let n = parameters.nodes();
    let mut workload = Vec::new();
    for number in 0..parameters.get("operations") {
        for node in NodeId::all(n) {
            let apart = u64::from(node.0) * parameters.get("apart");
            let at = (1 + number * parameters.get("gap") + apart) * MILLIS;
            let op = OpId { client: number as u32 * n + node.0, number: 0 };
            workload.push((at, node, Invoke { op, call: choose(node.0, number, n) }));
        }
    }
    workload
}

/// A sets, all others get.
fn one_writer(client: u32, number: u64, _: u32) -> RegisterOp<u64> {
    if client == 0 { RegisterOp::Set('x', number + 1) } else { RegisterOp::Get('x') }
}

/// All set and get in turn.
fn many_writers(client: u32, number: u64, clients: u32) -> RegisterOp<u64> {
    if (number + u64::from(client)).is_multiple_of(2) {
        RegisterOp::Set('x', number * u64::from(clients) + u64::from(client) + 1)
    } else {
        RegisterOp::Get('x')
    }
}

/// All count up from what the others should have put there, and get in between.
fn swapping(client: u32, number: u64, clients: u32) -> SwapOp<u64> {
    let (key, turn) = ('x', number + u64::from(client));
    match turn % 3 {
        0 => SwapOp::Cas { key, old: (number > 0).then_some(number), new: number + 1 },
        1 => SwapOp::Get(key),
        _ => SwapOp::Set(key, number % u64::from(clients) + 1),
    }
}

/// Short calm runs, of which all small changes can be tried.
fn scenes(subject: &Subject) -> Vec<Run> {
    let run = Run::new(subject, 0).with_script(Script::calm());
    vec![
        run.clone().with("operations", 1).with("apart", 25),
        run.clone().with("operations", 1).with("apart", 0),
        run.with("operations", 2).with("gap", 15).with("apart", 5),
    ]
}

/// What A sends first reaches the others late, and what it then says to itself comes twice.
fn first_set_late() -> Script {
    let packet = |to, ordinal| PacketId { from: A, to, ordinal, copy: 0 };
    let late = || Fate::After(vec![150 * MILLIS]);
    let twice = Fate::After(vec![5 * MILLIS, 6 * MILLIS]);
    let fates = [(packet(B, 1), late()), (packet(C, 1), late()), (packet(A, 2), twice)].into();
    Script { fates, ..Script::default() }
}

/// A sets; B hears of it from A, and whatever it then sends is late; C asks all but A.
fn new_value_known_to_two() -> Script {
    let late = |(from, to, ordinal)| {
        let packet = PacketId { from, to, ordinal, copy: 0 };
        (packet, Fate::After(vec![300 * MILLIS]))
    };
    let set = [(A, B, 1), (A, C, 1)];
    let (asks, writes_back) = ([(B, C, 1), (C, A, 1)], [(B, B, 3), (B, C, 2)]);
    let fates = set.into_iter().chain(asks).chain(writes_back).map(late).collect();
    Script { fates, ..Script::calm() }
}

/// Runs in which bugs come to light, all of them within the model of the subject.
fn hunts(subject: &Subject) -> Vec<Run> {
    let lossy = match subject.model.links {
        Links::Reliable => Network { reordering: Rate::percent(20), ..Network::reliable() },
        _ => Network::fair_loss(),
    };
    let menu = FaultMenu::of_network(lossy);
    let slow = Network { delay: Delay::HeavyTailed(20 * MILLIS), ..lossy };
    let run = Run::new(subject, 0).with_faults(menu.clone());
    // Where a new value is known to some and not to others, many look at once.
    let crowded = run.clone().with("gap", 3).with("apart", 1).with("operations", 6);
    let mut hunts = vec![
        crowded.clone().with_faults(FaultMenu::of_network(slow)),
        crowded.with("nodes", 5).with_faults(FaultMenu::of_network(slow)),
        run.clone(),
        run.clone().with("operations", 6).with("gap", 15).with("apart", 4),
        run.clone().with("nodes", 4).with("operations", 4),
        run.clone().with("nodes", 5),
        run.clone().with("operations", 6).with_faults(FaultMenu::of_network(slow)),
        run.clone().with_faults(FaultMenu { pauses: 2, ..menu.clone() }),
    ];
    if subject.model.links == Links::FairLoss {
        let two = run.clone().with("operations", 2).with("gap", 60).with("apart", 3);
        hunts.push(two.with_script(first_set_late()));
        let one = run.clone().with("operations", 1).with("apart", 25);
        hunts.push(one.with_script(new_value_known_to_two()));
        let partitions = Partitions::symmetric(2);
        let partition = FaultMenu { partitions, until: 200 * MILLIS, ..menu.clone() };
        hunts.push(run.clone().with("operations", 5).with_faults(partition));
    }
    if subject.model.nodes == Nodes::CrashRecovery {
        let crashes = FaultMenu { crashes: 4, recovery: true, until: 300 * MILLIS, ..menu };
        hunts.push(run.clone().with("operations", 6).with_faults(crashes.clone()));
        hunts.push(run.with("operations", 6).with("nodes", 5).with_faults(crashes));
    }
    hunts
}
