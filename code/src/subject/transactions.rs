//! The transactions of section 8.2 as subjects.

use crate::draw::{Show, Style, label};
use crate::layer::{Layer, MILLIS, NodeId, SECONDS, Time, Value};
use crate::link::Retransmit;
use crate::node::names::{A, B, C};
use crate::service::*;
use crate::sim::clock::{EPOCH, LocalClock};
use crate::sim::{Clocks, Delay, Fault, FaultMenu, Network, Script};
use crate::spanner::CommitWait;
use crate::spec::{registers, transactions};
use crate::subject::{Parameter, Parameters, Property, Run, Subject};

/// The algorithms as the notebook explains them.
pub fn subjects() -> Vec<Subject> {
    vec![commit_wait("commit-wait", CommitWait::new)]
}

/// How far a clock may be off, as its node believes, in these runs.
pub const UNCERTAINTY: Time = 4 * MILLIS;

/// Each node has keys of its own: updates of one node's keys, and snapshots of all.
pub fn commit_wait<U, M>(name: &'static str, upper: fn(u32) -> U) -> Subject
where
    U: Layer<Implements = Transactions, Uses = ReliableLink<M>>,
    M: Value,
{
    let nodes = move |p: &Parameters| {
        vec![upper(p.nodes()).over(Retransmit::new(p.nodes())); p.nodes() as usize]
    };
    Subject::new(name, "Commit wait, and snapshots", PARAMETERS, promises, nodes, |p| {
        Ok(workload(p))
    })
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
        property!(Liveness, registers::termination_without_crash, ends),
    ]
}

/// How runs of transactions are drawn.
pub fn style() -> Style {
    let show = Show { timers: true, stores: false, choices: false, facts: false };
    Style { show, label: words, quiet: |_| false, ..Style::default() }
}

/// What a reader wants to know: no names of operations, and timestamps in milliseconds of the run.
fn words(text: &str) -> String {
    let at = field(text, "at: ").and_then(stamp).map(|at| format!("t = {at}"));
    let set = |name: &str| field(text, &format!("{name}: {{")).map_or(String::new(), values);
    if text.contains("Update {") {
        let (reads, writes) = (set("reads"), set("writes"));
        return if reads.is_empty() {
            format!("write {writes}")
        } else {
            format!("read {reads}, write {writes}")
        };
    }
    match at {
        _ if text.contains("Snapshot {") => format!("snapshot of {}", set("keys")),
        _ if text.contains("Aborted") => "aborted".to_string(),
        Some(at) if text.contains("Committed {") && set("read").is_empty() => format!("done, {at}"),
        Some(at) if text.contains("Committed {") => format!("done, {at}: {}", set("read")),
        Some(at) if text.contains("Read(") => format!("{} at {at}?", set("keys")),
        _ if text.contains("Answer(") => field(text, "{'").map_or(String::new(), values),
        _ if text.starts_with("Waited") => "waited".to_string(),
        _ => label(text),
    }
}

/// What comes after that in the text, up to the end of it.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(name)?;
    Some(&rest[..rest.find('}').unwrap_or(rest.len())])
}

/// A timestamp, in milliseconds of the run.
fn stamp(text: &str) -> Option<String> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    let micros = (digits.parse::<i64>().ok()? - EPOCH as i64) / 1_000;
    let sign = if micros < 0 { "−" } else { "" };
    let exact = format!("{}.{:03}", micros.abs() / 1_000, micros.abs() % 1_000);
    Some(format!("{sign}{}", exact.trim_end_matches('0').trim_end_matches('.')))
}

/// `'x': Some(2), 'y': None` as one would write it.
fn values(text: &str) -> String {
    let text = text.replace(['\'', ')'], "").replace(": Some(", " = ").replace(": None", " = –");
    text.replace(": ", " = ")
}

const PARAMETERS: &[Parameter] = &[
    Parameter { name: "nodes", about: "how many nodes", default: 3, least: 2, most: 3 },
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
        default: 30,
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
        name: "snapshots",
        about: "one in so many transactions is a snapshot; 0 for none",
        default: 3,
        least: 0,
        most: 10,
    },
];

/// The keys, one for each node.
const KEYS: [Key; 3] = ['x', 'y', 'z'];

/// Each node is asked for its transactions, one after the other, whether it is done with the one
/// before or not: each is of a client of its own. Updates are of its own key.
fn workload(parameters: &Parameters) -> Vec<(Time, NodeId, Invoke<Tx>)> {
    let n = parameters.nodes();
    let mut workload = Vec::new();
    for number in 0..parameters.get("operations") {
        for node in NodeId::all(n) {
            let apart = u64::from(node.0) * parameters.get("apart");
            let at = (1 + number * parameters.get("gap") + apart) * MILLIS;
            let client = number as u32 * n + node.0;
            let op = OpId { client, number: 0 };
            workload.push((at, node, Invoke { op, call: transaction(client, node, parameters) }));
        }
    }
    workload
}

/// What a node is asked for as this one of all transactions.
fn transaction(turn: u32, node: NodeId, parameters: &Parameters) -> Tx {
    let (every, n) = (parameters.get("snapshots") as u32, parameters.nodes());
    if every > 0 && (turn + 1).is_multiple_of(every + u32::from(every == n)) {
        return Tx::Snapshot { keys: KEYS.into_iter().take(n as usize).collect(), at: None };
    }
    let key = KEYS[node.0 as usize % KEYS.len()];
    Tx::Update { reads: [key].into(), writes: [(key, u64::from(turn) + 1)].into() }
}

/// Clocks that know how far off they may be: by so much at most.
fn clocks(offset: Time) -> FaultMenu {
    let clocks = Clocks { offset, uncertainty: UNCERTAINTY, ..Clocks::default() };
    FaultMenu { clocks, ..FaultMenu::of_network(Network::fair_loss()) }
}

/// A clock that is so far off, in microseconds, and knows that it may be.
fn clock(node: NodeId, micros: i64) -> (Time, Fault) {
    let clock = LocalClock { offset: micros * 1_000, drift_ppm: 0, uncertainty: UNCERTAINTY };
    (0, Fault::Clock(node, clock))
}

/// A's clock is as far ahead as it may be, all others are as far behind.
fn far_apart() -> Script {
    let clocks = vec![clock(A, 4_000), clock(B, -4_000), clock(C, -4_000)];
    Script { faults: Some(clocks), ..Script::default() }
}

/// Short calm runs, of which all small changes can be tried.
fn scenes(subject: &Subject) -> Vec<Run> {
    let run = Run::new(subject, 0).with("nodes", 2).with_script(Script::calm());
    vec![
        run.clone().with("operations", 2),
        run.with("operations", 2).with("gap", 3).with("apart", 1),
    ]
}

/// Runs in which bugs come to light, all of them within the model of the subject.
fn hunts(subject: &Subject) -> Vec<Run> {
    let menu = clocks(UNCERTAINTY);
    let slow = Network { delay: Delay::HeavyTailed(20 * MILLIS), ..Network::fair_loss() };
    let run = Run::new(subject, 0).with_faults(menu.clone());
    let crashes = FaultMenu { crashes: 2, pauses: 2, until: SECONDS / 2, ..menu.clone() };
    let updates = run.clone().with("snapshots", 0);
    vec![
        run.clone(),
        updates.clone().with("apart", 9).with_script(far_apart()),
        updates.clone().with("apart", 9),
        updates.with("apart", 3).with("gap", 11).with("operations", 8),
        run.clone().with("apart", 1).with("gap", 5).with("operations", 8),
        run.clone().with("apart", 2).with("gap", 7).with("operations", 12).with("snapshots", 2),
        run.clone().with("operations", 8).with_faults(FaultMenu { network: slow, ..menu }),
        run.with("operations", 8).with_faults(crashes),
    ]
}
