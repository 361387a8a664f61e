//! Replication using broadcast, section 5.3, as subjects.

mod below;
mod database;

pub use database::{database, style as database_style};

use crate::beside::Beside;
use crate::broadcast::{Causal, Eager, Fifo, LamportOrder, Leader};
use crate::consensus::{FromTotalOrder, ToTotalOrder};
use crate::draw::{Style, label};
use crate::layer::{Layer, MILLIS, NodeId, SECONDS, Time};
use crate::link::{self, Retransmit};
use crate::node::names::A;
use crate::replication::machines::{Account, Board, Highest, Sum};
use crate::replication::updates::{Banking, Pinning};
use crate::replication::{PrimaryBackup, StateMachine};
use crate::service::*;
use crate::sim::{FaultMenu, Network, Node, Partitions, Script};
use crate::spec::replicated_state;
use crate::subject::{Parameter, Parameters, Property, Run, Subject, Workload, broadcasts};
use below::{Once, SeenFirst};

/// The algorithms as the notebook explains them.
pub fn subjects() -> Vec<Subject> {
    vec![
        account("state-machine", StateMachine::new),
        by_leader("state-machine-by-leader", StateMachine::new),
        by_consensus("state-machine-by-consensus", StateMachine::new),
        board("state-machine-causal", Board::default()),
        sum("state-machine-reliable", Sum::default(), StateMachine::new),
        highest("state-machine-best-effort", Highest::default()),
        database("primary-backup", PrimaryBackup::new),
    ]
}

/// What is in the account at first: else interest on nothing would commute with anything.
pub const START: Account = Account { pence: 10_000 };

/// A state machine over a total order broadcast by Lamport clocks.
pub fn account<U>(name: &'static str, upper: fn(Account) -> U) -> Subject
where
    U: Layer<Implements = ReplicatedState<Account>, Uses = TotalOrderBroadcast<Banking>>,
{
    ordered(name, "State machine replication", move |p| {
        let n = p.nodes();
        upper(START).over(LamportOrder::new(n).over(Fifo::new(n).over(broadcasts::below(p))))
    })
}

/// The same over a total order broadcast by a leader.
pub fn by_leader<U>(name: &'static str, upper: fn(Account) -> U) -> Subject
where
    U: Layer<Implements = ReplicatedState<Account>, Uses = TotalOrderBroadcast<Banking>>,
{
    ordered(name, "State machine replication, ordered by a leader", move |p| {
        let n = p.nodes();
        let link = link::Fifo::new(n).over(Retransmit::new(n));
        let told = Fifo::new(n).over(broadcasts::below(p));
        upper(START).over(Leader::new(A).over(Beside::new(link, told)))
    })
}

/// The same over a total order broadcast from consensus.
pub fn by_consensus<U>(name: &'static str, upper: fn(Account) -> U) -> Subject
where
    U: Layer<Implements = ReplicatedState<Account>, Uses = TotalOrderBroadcast<Banking>>,
{
    ordered(name, "State machine replication, ordered by consensus", move |p| {
        let n = p.nodes();
        let total = LamportOrder::new(n).over(Fifo::new(n).over(broadcasts::below(p)));
        upper(START).over(ToTotalOrder::new().over(FromTotalOrder::new().over(total)))
    })
}

/// A state machine over any total order.
pub fn ordered<N, S>(
    name: &'static str,
    title: &'static str,
    build: impl Fn(&Parameters) -> N + Send + Sync + 'static,
) -> Subject
where
    S: Machine<Update = Banking>,
    N: Node + Layer<Implements = ReplicatedState<S>>,
{
    subject(name, title, ordered_promises, build, |p| Ok(workload(p, banking)))
        .with_hunts(scenes, calm_hunts)
}

/// A machine whose concurrent updates commute, over a causal broadcast.
pub fn board<S>(name: &'static str, start: S) -> Subject
where
    S: Machine<Update = Pinning> + Send + Sync,
    CausalBroadcast<Pinning>: AtLeast<S::Needs>,
{
    let build = move |p: &Parameters| {
        let n = p.nodes();
        let machine = StateMachine::new(start.clone());
        SeenFirst::new().over(machine.over(Causal::new(n).over(broadcasts::below(p))))
    };
    let title = "State machine replication over causal broadcast";
    subject(name, title, seen_promises, build, |p| Ok(workload(p, pinning)))
        .with_hunts(scenes, hunts)
}

/// A machine whose updates all commute, over a reliable broadcast.
pub fn sum<U, S>(name: &'static str, start: S, upper: fn(S) -> U) -> Subject
where
    S: Machine<Update = u64> + Send + Sync,
    U: Layer<Implements = ReplicatedState<S>, Uses = ReliableBroadcast<u64>>,
{
    let build = move |p: &Parameters| {
        let n = p.nodes();
        upper(start.clone()).over(Eager::new(n).over(Retransmit::new(n)))
    };
    let title = "State machine replication over reliable broadcast";
    subject(name, title, promises, build, |p| Ok(workload(p, number))).with_hunts(scenes, hunts)
}

/// A machine that loss and repetition do not harm, over a best-effort broadcast.
pub fn highest<S>(name: &'static str, start: S) -> Subject
where
    S: Machine<Update = u64> + Send + Sync,
    BestEffortBroadcast<u64>: AtLeast<S::Needs>,
{
    let build = move |p: &Parameters| StateMachine::new(start.clone()).over(Once::new(p.nodes()));
    let title = "State machine replication over best-effort broadcast";
    subject(name, title, weakest_promises, build, |p| Ok(workload(p, number)))
        .with_hunts(scenes, hunts)
}

/// Deposits and interest in turn.
const fn banking(node: u64, number: u64) -> Banking {
    match (node + number) % 2 {
        0 => Banking::Deposit(1_000 + number),
        _ => Banking::Interest(10 + number),
    }
}

/// A note goes up; and then down goes the one that the node before has put up.
const fn pinning(node: u64, number: u64) -> Pinning {
    match number % 2 {
        0 => Pinning::Pin((10 * number + node) as u32),
        _ => Pinning::Unpin((10 * (number - 1) + node.saturating_sub(1)) as u32),
    }
}

/// A number for each request; none comes twice.
const fn number(node: u64, number: u64) -> u64 {
    100 * number + node + 1
}

fn subject<N, S: Machine>(
    name: &'static str,
    title: &'static str,
    promises: fn() -> Vec<Property<ReplicatedState<S>>>,
    build: impl Fn(&Parameters) -> N + Send + Sync + 'static,
    workload: fn(&Parameters) -> Result<Workload<N>, String>,
) -> Subject
where
    N: Node + Layer<Implements = ReplicatedState<S>>,
{
    let nodes = move |p: &Parameters| vec![build(p); p.nodes() as usize];
    Subject::new(name, title, PARAMETERS, promises, nodes, workload).with_style(style())
}

fn weakest_promises<S: Machine>() -> Vec<Property<ReplicatedState<S>>> {
    let equal = "nodes that have applied the same updates are in the same state";
    vec![property!(Safety, replicated_state::same_updates_same_state, equal)]
}

fn once_promises<S: Machine>() -> Vec<Property<ReplicatedState<S>>> {
    let asked = "what is applied was asked for, and is applied once";
    let asked = property!(Safety, replicated_state::applied_as_asked, asked);
    weakest_promises().into_iter().chain([asked]).collect()
}

fn promises<S: Machine>() -> Vec<Property<ReplicatedState<S>>> {
    let own = "in the end a correct node has applied all that it was asked for";
    let own = property!(Liveness, replicated_state::all_applied, own);
    seen_promises().into_iter().chain([own]).collect()
}

fn seen_promises<S: Machine>() -> Vec<Property<ReplicatedState<S>>> {
    let same = "in the end all correct nodes have applied the same updates";
    let same = property!(Liveness, replicated_state::convergence, same);
    once_promises().into_iter().chain([same]).collect()
}

fn ordered_promises<S: Machine>() -> Vec<Property<ReplicatedState<S>>> {
    let order = "all nodes apply the updates in one order";
    let all = "if nobody crashes, all nodes apply all updates";
    let more = [
        property!(Safety, replicated_state::one_order, order),
        property!(Liveness, replicated_state::all_without_crash, all),
    ];
    once_promises().into_iter().chain(more).collect()
}

/// How runs of state machines are drawn.
pub fn style() -> Style {
    Style { width: 36, label: words, ..Style::default() }
}

/// What a reader wants to know: which update, and the state that it led to.
fn words(text: &str) -> String {
    if let Some(rest) = text.strip_prefix("Applied { ")
        && let Some((update, state)) = rest.split_once(", state: ")
    {
        let update = update.split_once("update: ").map_or(update, |(_, update)| update);
        let state = state.strip_suffix(" }").unwrap_or(state);
        return format!("{}: {}", label(update), label(state));
    }
    label(&text.replace("Perform(", "("))
}

/// What can be chosen for a run of a state machine.
pub const PARAMETERS: &[Parameter] = &[
    Parameter { name: "nodes", about: "how many nodes", default: 3, least: 2, most: 26 },
    Parameter {
        name: "updates",
        about: "how many updates each node is asked for",
        default: 2,
        least: 1,
        most: 50,
    },
    Parameter {
        name: "askers",
        about: "how many nodes are asked for updates; 0: all",
        default: 0,
        least: 0,
        most: 26,
    },
    Parameter {
        name: "apart",
        about: "how many milliseconds lie between a node's updates",
        default: 12,
        least: 0,
        most: 1_000,
    },
    Parameter {
        name: "own_late",
        about: "1: a node's own messages come back to it late, where another broadcast stands below",
        default: 0,
        least: 0,
        most: 1,
    },
];

/// Each node is asked for its updates, one after the other.
fn workload<U>(p: &Parameters, update: fn(u64, u64) -> U) -> Vec<(Time, NodeId, Perform<U>)> {
    let (n, apart) = (p.nodes(), p.get("apart"));
    let askers = match p.get("askers") as u32 {
        0 => n,
        some => some.min(n),
    };
    let mut workload = Vec::new();
    for number in 0..p.get("updates") {
        for node in NodeId::all(askers) {
            let later = u64::from(node.0) * apart / u64::from(askers);
            let at = (1 + number * apart + later) * MILLIS;
            workload.push((at, node, Perform(update(u64::from(node.0), number))));
        }
    }
    workload
}

/// Short calm runs, of which all small changes can be tried.
fn scenes(subject: &Subject) -> Vec<Run> {
    let run = Run::new(subject, 0).with_script(Script::calm());
    vec![
        run.clone().with("updates", 1).with("askers", 2).with("apart", 0),
        run.clone().with("askers", 1),
        run.with("askers", 2).with("apart", 15),
    ]
}

/// Runs in which bugs come to light, some of them with crashes.
fn hunts(subject: &Subject) -> Vec<Run> {
    let menu = FaultMenu::of_network(Network::fair_loss());
    let crashes = |most| FaultMenu { crashes: most, until: 60 * MILLIS, ..menu.clone() };
    let run = Run::new(subject, 0);
    let one = run.clone().with("apart", 7).with_faults(crashes(1));
    let three = run.with("nodes", 4).with("apart", 7).with_faults(crashes(3));
    calm_hunts(subject).into_iter().chain([one, three]).collect()
}

/// Runs in which bugs come to light, and nobody crashes before the end.
fn calm_hunts(subject: &Subject) -> Vec<Run> {
    let menu = FaultMenu::of_network(Network::fair_loss());
    let partition = FaultMenu {
        partitions: Partitions::symmetric(2),
        pauses: 1,
        until: SECONDS,
        ..menu.clone()
    };
    let run = Run::new(subject, 0).with_faults(menu);
    vec![
        run.clone(),
        run.clone().with("apart", 2),
        run.clone().with("updates", 4).with("apart", 30),
        run.clone().with("nodes", 4).with("own_late", 1),
        run.with("updates", 4).with("apart", 150).with_faults(partition),
    ]
}
