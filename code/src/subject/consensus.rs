//! Consensus and total order broadcast, each made of the other, as subjects.

use crate::beside::Beside;
use crate::broadcast::{Fifo, LamportOrder, Leader};
use crate::consensus::{FromTotalOrder, ToTotalOrder};
use crate::draw::{Style, label};
use crate::layer::*;
use crate::link::{self, Retransmit};
use crate::node::names::A;
use crate::service::{AtLeast, TotalOrderBroadcast};
use crate::service::{Consensus, Decide, FifoTotalOrderBroadcast, Instance, Propose};
use crate::sim::{FaultMenu, Network, Node, Partitions, Script};
use crate::spec::consensus;
use crate::subject::broadcasts::{Word, below, ordered};
use crate::subject::{Parameter, Parameters, Property, Run, Subject, Workload};
use std::collections::BTreeMap;

/// The algorithms as the notebook explains them.
pub fn subjects() -> Vec<Subject> {
    vec![
        decided::<_, TotalOrderBroadcast<_>>("consensus-from-total-order", FromTotalOrder::new),
        positioned("total-order-from-consensus", ToTotalOrder::new),
    ]
}

/// Consensus over a total order broadcast by Lamport clocks.
pub fn decided<U, P>(name: &'static str, upper: fn() -> U) -> Subject
where
    U: Layer<Implements = Consensus<Word>, Uses = P>,
    P: Service,
    FifoTotalOrderBroadcast<(Instance, Word)>: AtLeast<P>,
{
    let build = move |p: &Parameters| {
        let n = p.nodes();
        upper().over(LamportOrder::new(n).over(Fifo::new(n).over(below(p))))
    };
    subject(name, "Consensus from total order broadcast", build)
}

fn subject<N>(
    name: &'static str,
    title: &'static str,
    build: impl Fn(&Parameters) -> N + Send + Sync + 'static,
) -> Subject
where
    N: Node + Layer<Implements = Consensus<Word>>,
{
    let nodes = move |p: &Parameters| vec![build(p); p.nodes() as usize];
    Subject::new(name, title, PARAMETERS, promises, nodes, workload::<N>)
        .with_hunts(scenes, hunts)
        .with_style(style())
}

/// How runs of consensus are drawn.
pub fn style() -> Style {
    Style { width: 36, label: words, ..Style::default() }
}

/// What a reader wants to know of a proposal, however deep it is wrapped up: "m1 for 2".
fn words(text: &str) -> String {
    let (verb, rest) = match text.split_once(" { instance: ") {
        Some((verb, rest)) => (format!("{} ", verb.to_lowercase()), rest.replace("value: ", "")),
        None => match text.split('(').find(|part| part.starts_with(|c: char| c.is_ascii_digit())) {
            Some(part) if !text.contains("Ack") => (String::new(), part.to_string()),
            _ => return label(text),
        },
    };
    let (instance, value) = rest.split_once(", ").unwrap_or_default();
    let value = value.rsplit("msg: ").next().unwrap_or(value);
    match value.split('"').nth(1) {
        Some(value) => format!("{verb}{value} for {instance}"),
        None => label(text),
    }
}

/// Total order broadcast over consensus over a total order broadcast by a leader: there and back.
/// The decisions come late, and not in the order of their instances.
pub fn positioned<U, V: Value>(name: &'static str, upper: fn() -> U) -> Subject
where
    U: Layer<Implements = FifoTotalOrderBroadcast<Word>, Uses = Consensus<V>>,
{
    ordered(name, "Total order broadcast from consensus", move |p| {
        let n = p.nodes();
        let link = link::Fifo::new(n).over(Retransmit::new(n));
        let leader = Leader::new(A).over(Beside::new(link, Fifo::new(n).over(below(p))));
        let late = p.get("own_late") == 1;
        upper().over(DecidedLate::new(late).over(FromTotalOrder::<V>::new().over(leader)))
    })
    .with_style(style())
}

/// A consensus that tells its decisions late, each after another while.
///
/// Consensus promises that a node hears of each decision, not in which order; and algorithms that
/// rely on more than that break here. It does nothing unless it is told to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct DecidedLate<V> {
    late: bool,
    decided: BTreeMap<Instance, V>,
}

impl<V> DecidedLate<V> {
    /// Does so, or passes everything on at once.
    pub const fn new(late: bool) -> Self {
        DecidedLate { late, decided: BTreeMap::new() }
    }
}

impl<V: Value> Layer for DecidedLate<V> {
    type Implements = Consensus<V>;
    type Uses = Consensus<V>;
    type Timer = Instance;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    /// The layer above proposes something.
    fn on_request(&mut self, request: Propose<V>, ctx: &mut Context<Self>) {
        ctx.request(request);
    }

    /// Something is decided; it waits.
    fn on_receive(&mut self, decision: Decide<V>, ctx: &mut Context<Self>) {
        if self.late {
            ctx.set_timer(decision.instance, MILLIS..60 * MILLIS);
            self.decided.insert(decision.instance, decision.value);
        } else {
            ctx.indicate(decision);
        }
    }

    /// A decision has waited long enough.
    fn on_timeout(&mut self, instance: Instance, ctx: &mut Context<Self>) {
        if let Some(value) = self.decided.remove(&instance) {
            ctx.indicate(Decide { instance, value });
        }
    }

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

fn promises() -> Vec<Property<Consensus<Word>>> {
    vec![
        property!(Safety, consensus::uniform_agreement, "no two nodes decide differently"),
        property!(Safety, consensus::validity, "what is decided had been proposed there"),
        property!(Safety, consensus::integrity, "a node decides once"),
        property!(
            Liveness,
            consensus::termination_without_crash,
            "where a node has proposed, all nodes decide, if nobody crashes"
        ),
    ]
}

/// What can be chosen for a run of consensus.
pub const PARAMETERS: &[Parameter] = &[
    Parameter { name: "nodes", about: "how many nodes", default: 3, least: 2, most: 26 },
    Parameter {
        name: "instances",
        about: "how many decisions are made",
        default: 2,
        least: 1,
        most: 1_000,
    },
    Parameter {
        name: "proposers",
        about: "how many nodes propose something; 0: all",
        default: 0,
        least: 0,
        most: 26,
    },
    Parameter {
        name: "apart",
        about: "how many milliseconds lie between a node's proposals",
        default: 4,
        least: 0,
        most: 1_000,
    },
    Parameter {
        name: "own_late",
        about: "1: a node's own messages come back to it late, far below",
        default: 0,
        least: 0,
        most: 1,
    },
];

/// Each proposer proposes its word in each instance, one after the other.
fn workload<N>(parameters: &Parameters) -> Result<Workload<N>, String>
where
    N: Layer<Implements = Consensus<Word>>,
{
    let (n, apart) = (parameters.nodes(), parameters.get("apart"));
    let proposers = match parameters.get("proposers") as u32 {
        0 => n,
        some => some.min(n),
    };
    let mut workload = Vec::new();
    for instance in 1..=parameters.get("instances") {
        for node in NodeId::all(proposers) {
            let later = u64::from(node.0) * apart / u64::from(proposers);
            let value = format!("{}{instance}", node.to_string().to_lowercase());
            let at = (1 + (instance - 1) * apart + later) * MILLIS;
            workload.push((at, node, Propose { instance, value }));
        }
    }
    Ok(workload)
}

/// Short calm runs, of which all small changes can be tried.
fn scenes(subject: &Subject) -> Vec<Run> {
    let run = Run::new(subject, 0).with_script(Script::calm());
    vec![
        run.clone().with("instances", 1),
        run.clone().with("instances", 1).with("proposers", 1),
        run.with("apart", 15),
    ]
}

/// Runs in which bugs come to light, all of them within the model of the subject.
fn hunts(subject: &Subject) -> Vec<Run> {
    let menu = FaultMenu::of_network(Network::fair_loss());
    let partition = FaultMenu {
        partitions: Partitions::symmetric(2),
        pauses: 1,
        until: SECONDS,
        ..menu.clone()
    };
    let crashes = FaultMenu { crashes: 1, until: 60 * MILLIS, ..menu.clone() };
    let run = Run::new(subject, 0).with_faults(menu);
    vec![
        run.clone(),
        run.clone().with("instances", 4).with("apart", 12),
        run.clone().with("instances", 3).with("apart", 0).with("own_late", 1),
        run.clone().with("proposers", 1),
        run.clone().with("nodes", 5).with("proposers", 2).with_faults(partition),
        run.with("nodes", 4).with("apart", 7).with_faults(crashes),
    ]
}
