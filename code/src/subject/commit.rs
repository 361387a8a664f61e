//! Atomic commitment of chapter 7 as subjects.

use crate::beside::{Beside, Both};
use crate::broadcast::{Eager, Fifo, Leader};
use crate::commit::{FaultTolerantCommit, TwoPhaseCommit, fault_tolerant};
use crate::detector::Heartbeats;
use crate::draw::{Show, Style, label};
use crate::layer::{Layer, MILLIS, NodeId, SECONDS, Service, Time, Value};
use crate::link;
use crate::model::{Links, Nodes, Timing};
use crate::node::names::{A, B};
use crate::service::*;
use crate::sim::{Delay, Fault, FaultMenu, Network, Node, Partitions, Rate, Script, Synchrony};
use crate::spec::atomic_commit;
use crate::subject::broadcasts::OwnLate;
use crate::subject::{Parameter, Parameters, Property, Run, Subject};

/// The algorithms as the notebook explains them.
pub fn subjects() -> Vec<Subject> {
    vec![
        two_phase("two-phase-commit", TwoPhaseCommit::new),
        fault_tolerant::<_, fault_tolerant::Packet, fault_tolerant::Vote, _>(
            "fault-tolerant-commit",
            FaultTolerantCommit::new,
        ),
    ]
}

/// How long a coordinator waits for answers.
pub const PATIENCE: Time = 200 * MILLIS;

/// Two-phase commit: A is the client, B the coordinator, all others are participants.
pub fn two_phase<N>(name: &'static str, node: fn(NodeId, Time) -> N) -> Subject
where
    N: Node + Layer<Implements = AtomicCommit>,
{
    let nodes = move |p: &Parameters| vec![node(B, PATIENCE); p.nodes() as usize];
    let workload = |p: &Parameters| workload(p, 2);
    Subject::new(name, "Two-phase commit", PARAMETERS, two_phase_promises, nodes, workload)
        .with_hunts(scenes, hunts)
        .with_style(style(&["client", "coordinator"]))
}

/// What fault-tolerant commit stands on: links, a total order broadcast and a failure detector.
pub type Lines<K, V> = Both<ReliableLink<K>, Both<FifoTotalOrderBroadcast<V>, FailureDetector>>;

/// Fault-tolerant commit, with packets `K` and votes `V`: A is the client, and orders the
/// broadcast; all others are participants.
pub fn fault_tolerant<U, K, V, P>(name: &'static str, upper: fn() -> U) -> Subject
where
    U: Layer<Implements = AtomicCommit, Uses = P>,
    K: Value,
    V: Value,
    P: Service,
    Lines<K, V>: AtLeast<P>,
{
    let build = move |p: &Parameters| {
        let n = p.nodes();
        let reliable = Eager::new(n).over(link::Direct::new());
        let told = Fifo::new(n).over(OwnLate::new(p.get("own_late") == 1).over(reliable));
        let ordered = Leader::<V>::new(A)
            .over(Beside::new(link::Fifo::new(n).over(link::Direct::new()), told));
        let detector =
            Heartbeats::new(n, BEAT, p.get("timeout") * MILLIS).over(link::Direct::new());
        upper().over(Beside::new(link::Direct::<K>::new(), Beside::new(ordered, detector)))
    };
    let nodes = move |p: &Parameters| vec![build(p); p.nodes() as usize];
    let workload = |p: &Parameters| workload(p, 1);
    let title = "Fault-tolerant two-phase commit";
    Subject::new(name, title, FAULT_TOLERANT, fault_tolerant_promises, nodes, workload)
        .with_hunts(scenes, hunts)
        .with_style(style(&["client"]))
}

/// How often nodes say that they are alive.
pub const BEAT: Time = 500 * MILLIS;

fn safe() -> Vec<Property<AtomicCommit>> {
    vec![
        property!(Safety, atomic_commit::agreement, "nobody commits what another aborts"),
        property!(
            Safety,
            atomic_commit::validity,
            "what commits was asked for, and all its participants voted yes"
        ),
        property!(Safety, atomic_commit::once, "no transaction ends twice at a participant"),
        property!(Safety, atomic_commit::isolation, "locks are held until a transaction is over"),
        property!(
            Safety,
            atomic_commit::commits_when_calm,
            "if all vote yes and nothing goes wrong, it commits"
        ),
    ]
}

fn two_phase_promises() -> Vec<Property<AtomicCommit>> {
    let says = "whoever voted hears the end, once all nodes are up";
    let ends = property!(Liveness, atomic_commit::termination_after_recovery, says);
    let says = "who is ready to commit stays so, whatever crashes";
    let durable = property!(Safety, atomic_commit::durability, says);
    safe().into_iter().chain([durable, ends]).collect()
}

fn fault_tolerant_promises() -> Vec<Property<AtomicCommit>> {
    let says = "whoever voted hears the end, whoever crashes but the node that orders the votes";
    let ends = property!(Liveness, atomic_commit::termination_while_ordered, says);
    safe().into_iter().chain([ends]).collect()
}

/// How runs of commitment are drawn.
pub fn style(names: &[&str]) -> Style {
    let show = Show { timers: true, stores: false, choices: false, facts: false };
    let names = names.iter().map(ToString::to_string).collect();
    let quiet =
        |text: &str| ["Ack", "Heartbeat", "Work"].iter().any(|word| label(text).contains(word));
    Style { names, show, label: words, quiet, ..Style::default() }
}

/// What a reader wants to know of the words in these runs.
fn words(text: &str) -> String {
    let after = |start| text.split_once(start).map(|(_, rest)| rest);
    let name = |text: &str| text.split([',', ' ', ')']).next().unwrap_or_default().to_string();
    if let (Some(tx), Some(of)) = (after("Vote { tx: "), after(", of: ")) {
        let vote = if of.contains("yes: true") { "yes" } else { "no" };
        return format!("{}, {}: {vote}", name(tx), name(of));
    }
    let outcome = if text.contains("Commit)") { "commit" } else { "abort" };
    let vote = if text.contains("true") { "yes" } else { "no" };
    let events = [
        ("Begin(", "begin", ""),
        ("Work(", "do the work of", ""),
        ("Prepare(", "prepare", ""),
        ("Vote(", vote, " to"),
        ("Decision(", outcome, ""),
        ("Decided(", "decide: ", outcome),
        ("Ended(", outcome, ""),
        ("WasOver(", "was over: ", outcome),
        ("Ready(", "ready for", ""),
        ("Commit(", "please commit", ""),
    ];
    let event = events.iter().find_map(|(start, verb, more)| {
        let tx = name(after(start)?);
        Some(format!("{verb}{more} {tx}"))
    });
    event.unwrap_or_else(|| label(text))
}

const NODES: Parameter =
    Parameter { name: "nodes", about: "how many nodes", default: 4, least: 3, most: 26 };
const TRANSACTIONS: Parameter = Parameter {
    name: "transactions",
    about: "how many transactions the client makes",
    default: 2,
    least: 1,
    most: 100,
};
const GAP: Parameter = Parameter {
    name: "gap",
    about: "how many milliseconds lie between the beginnings of two transactions",
    default: 15,
    least: 0,
    most: 10_000,
};
const WORK: Parameter = Parameter {
    name: "work",
    about: "how many milliseconds after its beginning a transaction is to be committed",
    default: 30,
    least: 0,
    most: 10_000,
};
const KEYS: Parameter = Parameter {
    name: "keys",
    about: "how many keys there are: fewer make more conflicts",
    default: 2,
    least: 1,
    most: 26,
};
const CONTENDED: Parameter = Parameter {
    name: "contended",
    about: "1: all transactions write the same key at the first participant; 0: they never meet",
    default: 1,
    least: 0,
    most: 1,
};
const TIMEOUT: Parameter = Parameter {
    name: "timeout",
    about: "how long to wait for a heartbeat at first, in ms",
    default: 600,
    least: 500,
    most: 60_000,
};

const OWN_LATE: Parameter = Parameter {
    name: "own_late",
    about: "1: the votes come late to the node that orders them",
    default: 0,
    least: 0,
    most: 1,
};

/// What can be chosen for a run of two-phase commit.
pub const PARAMETERS: &[Parameter] = &[NODES, TRANSACTIONS, GAP, WORK, KEYS, CONTENDED];
/// What can be chosen for a run of fault-tolerant commit.
pub const FAULT_TOLERANT: &[Parameter] =
    &[NODES, TRANSACTIONS, GAP, WORK, KEYS, CONTENDED, TIMEOUT, OWN_LATE];

/// The client begins its transactions one after the other, and asks to commit each. All nodes from
/// `first` on take part in each, and each write is on the key that is its turn; but at the first
/// participant all are on the same key, so that one may be refused there and nowhere else.
fn workload(
    parameters: &Parameters,
    first: u32,
) -> Result<Vec<(Time, NodeId, CommitRequest)>, String> {
    let contended = parameters.get("contended") == 1;
    let keys = if contended { parameters.get("keys") } else { 26 };
    let key = |number: u64| char::from(b'a' + (number % keys) as u8);
    let mut workload = Vec::new();
    for number in 0..parameters.get("transactions") {
        let tx = Transaction(number as u32 + 1);
        let write = |node: NodeId| Write {
            key: key(if contended && node.0 == first { 0 } else { number }),
            value: number + 1,
        };
        let participants = NodeId::all(parameters.nodes()).filter(|node| node.0 >= first);
        let work = participants.map(|node| (node, vec![write(node)])).collect();
        let begins = (1 + number * parameters.get("gap")) * MILLIS;
        workload.push((begins, A, CommitRequest::Begin(tx, work)));
        let asks = begins + parameters.get("work") * MILLIS;
        workload.push((asks, A, CommitRequest::Commit(tx)));
    }
    workload.sort_by_key(|(at, ..)| *at);
    Ok(workload)
}

/// Short calm runs, of which all small changes can be tried.
fn scenes(subject: &Subject) -> Vec<Run> {
    let menu = FaultMenu { synchrony: synchrony(subject), ..FaultMenu::default() };
    let run = Run::new(subject, 0).with_faults(menu).with_script(Script::calm());
    vec![
        run.clone().with("transactions", 1),
        run.clone(),
        run.clone().with("gap", 100),
        run.with("transactions", 1).with("nodes", 5),
    ]
}

/// How far such a subject can rely on time.
fn synchrony(subject: &Subject) -> Synchrony {
    match subject.model.timing {
        Timing::Asynchronous => Synchrony::Asynchronous,
        _ => Synchrony::PartiallySynchronous { bound: 50 * MILLIS, stable_from: SECONDS },
    }
}

/// Runs in which bugs come to light, all of them within the model of the subject.
fn hunts(subject: &Subject) -> Vec<Run> {
    let lossy = |percent| match subject.model.links {
        Links::Reliable => Network { reordering: Rate::percent(10), ..Network::reliable() },
        _ => Network { loss: Rate::percent(percent), ..Network::fair_loss() },
    };
    let until = 400 * MILLIS;
    let menu = |network| FaultMenu {
        synchrony: synchrony(subject),
        until,
        ..FaultMenu::of_network(network)
    };
    let slow = Network { delay: Delay::HeavyTailed(30 * MILLIS), ..lossy(3) };
    let partitions = Partitions::symmetric(1);
    let run = Run::new(subject, 0).with_faults(menu(lossy(5)));
    let mut hunts = vec![
        run.clone().with_faults(menu(Network::reliable())),
        run.clone(),
        run.clone().with("nodes", 5).with("transactions", 3),
        run.clone().with("transactions", 4).with("keys", 4).with("gap", 200),
        run.clone().with_faults(menu(slow)),
        run.clone().with_faults(FaultMenu { pauses: 2, ..menu(lossy(5)) }),
    ];
    if subject.model.links == Links::FairLoss {
        hunts.push(run.clone().with_faults(FaultMenu { partitions, ..menu(lossy(5)) }));
    }
    if subject.model.nodes == Nodes::CrashRecovery {
        let crashes = FaultMenu { crashes: 3, recovery: true, ..menu(lossy(5)) };
        hunts.extend(recovering(&run, &crashes));
    } else {
        hunts.extend(dying(&run));
    }
    hunts
}

/// Runs in which nodes crash and come back.
fn recovering(run: &Run, crashes: &FaultMenu) -> Vec<Run> {
    let until = |until| FaultMenu { until, ..crashes.clone() };
    // Crashes that come between two effects are rare unless there are many.
    let often = FaultMenu { crashes: 8, ..until(300 * MILLIS) };
    let contended = run.clone().with("transactions", 6).with("keys", 1).with("gap", 50);
    let mut hunts = vec![
        contended.with_faults(often),
        run.clone().with("transactions", 4).with_faults(crashes.clone()),
        run.clone().with("nodes", 5).with_faults(until(120 * MILLIS)),
    ];
    // The coordinator crashes while it tells its decision, or about then.
    for ms in [40, 50, 60] {
        let within = (ms * MILLIS, Fault::CrashWithin(B, 2));
        let faults = Some(vec![within, (500 * MILLIS, Fault::Recover(B))]);
        let script = Script { faults, ..Script::default() };
        hunts.push(run.clone().with("transactions", 1).with_script(script));
    }
    hunts
}

/// Runs in which a participant dies: while the votes are cast, or before it is asked.
fn dying(run: &Run) -> Vec<Run> {
    let dies = |ms| {
        let faults = Some(vec![(ms * MILLIS, Fault::Crash(B))]);
        run.clone().with_script(Script { faults, ..Script::default() })
    };
    let later = dies(100).with("transactions", 4).with("gap", 300);
    [35, 45, 55].map(dies).into_iter().chain([later]).collect()
}
