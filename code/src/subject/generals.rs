//! Generals, and a shop, as subjects.

use crate::draw::{Style, label};
use crate::generals::{Command, OralMessages, Order, Plan, Report, Sale, Trade};
use crate::layer::{Layer, MILLIS, SECONDS, Time};
use crate::link::Direct;
use crate::node::NodeId;
use crate::node::names::A;
use crate::service::ReliableLink;
use crate::sim::random::{Draws, below};
use crate::sim::{Delay, FaultMenu, Network, Node, Partitions, Rate, Script, Synchrony};
use crate::spec::{generals, sale};
use crate::subject::{Parameter, Parameters, Property, Run, Subject, Workload};

/// The algorithms as the notebook explains them.
pub fn subjects() -> Vec<Subject> {
    vec![oral("oral-messages", OralMessages::new), trade("sale", Trade::both)]
}

/// How long a round of oral messages is.
pub const ROUND: Time = SECONDS;
/// By when packets arrive.
pub const BOUND: Time = 200 * MILLIS;

/// Generals with as many traitors as they cope with, which is less than a third.
pub fn oral<L>(name: &'static str, general: fn(u32, u32, Time) -> L) -> Subject
where
    L: Layer<Implements = Command, Uses = ReliableLink<Report>>,
{
    let build = move |p: &Parameters| {
        let n = p.nodes();
        vec![general(n, (n - 1) / 3, ROUND).over(Direct::new()); n as usize]
    };
    let asked = |p: &Parameters| {
        let plan = if p.get("attack") == 1 { Plan::Attack } else { Plan::Retreat };
        // Traitors are traitors by then.
        Ok(vec![(MILLIS, A, plan)])
    };
    Subject::new(name, "Byzantine generals", GENERALS, oral_promises, build, asked)
        .with_style(style())
        .with_hunts(oral_scenes, oral_hunts)
        .with_mutator(lie)
}

/// A shop and a payments service.
pub fn trade<N: Node<Implements = Sale>>(name: &'static str, both: fn() -> Vec<N>) -> Subject {
    let build = move |_: &Parameters| both();
    Subject::new(name, "Goods for money", ORDERS, sale_promises, build, orders::<N>)
        .with_style(trade_style())
        .with_hunts(sale_scenes, sale_hunts)
}

/// Another report that a traitor could send: of another plan, or in the name of another.
pub fn lie(report: &Report, draws: &mut Draws) -> Report {
    let mut report = report.clone();
    report.plan = match report.plan {
        Plan::Attack => Plan::Retreat,
        Plan::Retreat => Plan::Attack,
    };
    if let (0, Some(last)) = (below(draws, 4), report.path.last_mut()) {
        *last = NodeId(below(draws, 4) as u32);
    }
    report
}

/// How runs of generals are drawn: as what they say.
pub fn style() -> Style {
    let words = |text: &str| {
        let text = label(text);
        match text.strip_prefix("Report ").and_then(|rest| rest.split_once("] ")) {
            Some((path, plan)) => {
                let path: Vec<_> = path.trim_start_matches('[').split(", ").collect();
                let said = path[..path.len() - 1].iter().map(|node| format!("{node} said "));
                said.collect::<String>() + plan
            }
            None => text,
        }
    };
    Style { label: words, quiet: |_| false, ..Style::default() }
}

/// How runs of a shop are drawn.
pub fn trade_style() -> Style {
    let words = |text: &str| {
        let text = label(text);
        match text.rsplit_once(' ') {
            Some((order, "true")) => format!("{order}, sold out"),
            Some((order, "false")) => order.to_string(),
            _ => text,
        }
    };
    let names = vec!["shop".to_string(), "payments".to_string()];
    Style { names, label: words, quiet: |_| false, ..Style::default() }
}

/// A promise, and the function of `spec` that judges it.
macro_rules! among_few {
    ($kind:ident, $module:ident::$name:ident, $says:expr) => {
        Property {
            check: |trace| match generals::too_many_are_faulty(trace) {
                true => Ok(()),
                false => $module::$name(trace),
            },
            ..property!($kind, $module::$name, $says)
        }
    };
}

fn oral_promises() -> Vec<Property<Command>> {
    vec![
        among_few!(Safety, generals::agreement, "all honest generals decide on the same"),
        among_few!(
            Safety,
            generals::obedience,
            "if the commander is honest, honest generals do what it says"
        ),
        among_few!(Liveness, generals::decision, "every honest general decides"),
    ]
}

fn sale_promises() -> Vec<Property<Sale>> {
    vec![
        property!(Safety, sale::goods_are_paid, "goods are sent only if they are paid"),
        property!(Safety, sale::nobody_pays_twice, "nothing is done twice for one order"),
        property!(Liveness, sale::settlement, "in the end the goods are sent and paid, or neither"),
    ]
}

const GENERALS: &[Parameter] = &[
    Parameter { name: "nodes", about: "how many generals", default: 4, least: 4, most: 10 },
    Parameter {
        name: "attack",
        about: "1: the commander says attack; 0: retreat",
        default: 1,
        least: 0,
        most: 1,
    },
];

const ORDERS: &[Parameter] = &[
    Parameter { name: "nodes", about: "the shop and payments", default: 2, least: 2, most: 2 },
    Parameter { name: "orders", about: "how many orders", default: 3, least: 1, most: 1_000 },
    Parameter {
        name: "sold-out",
        about: "1: every second order is for goods that are sold out",
        default: 1,
        least: 0,
        most: 1,
    },
];

/// A customer orders something every 100 ms.
fn orders<N: Node<Implements = Sale>>(p: &Parameters) -> Result<Workload<N>, String> {
    let order = |i: u64| {
        let sold_out = p.get("sold-out") == 1 && i.is_multiple_of(2);
        (100 * i * MILLIS, A, Order { number: i as u32, sold_out })
    };
    Ok((1..=p.get("orders")).map(order).collect())
}

/// Short calm runs.
fn oral_scenes(subject: &Subject) -> Vec<Run> {
    vec![Run::new(subject, 0).with_script(Script::calm())]
}

/// Runs with a traitor, in a synchronous system.
fn oral_hunts(subject: &Subject) -> Vec<Run> {
    let delay = Delay::Uniform(MILLIS, 300 * MILLIS);
    let menu = FaultMenu {
        network: Network { delay, ..Network::reliable() },
        synchrony: Synchrony::Synchronous { bound: BOUND },
        byzantine: 1,
        // When all have decided.
        until: 4 * ROUND,
        ..FaultMenu::default()
    };
    let late = FaultMenu { pauses: 3, slow_nodes: 2, ..menu.clone() };
    let run = Run::new(subject, 0).with_faults(menu);
    vec![
        run.clone(),
        run.clone().with("attack", 0),
        run.clone().with_faults(late),
        run.with("nodes", 5),
    ]
}

/// Short calm runs.
fn sale_scenes(subject: &Subject) -> Vec<Run> {
    let run = Run::new(subject, 0).with_script(Script::calm());
    vec![run.clone().with("orders", 1), run.with("orders", 2)]
}

/// Runs on a network that loses, doubles, delays and falls apart for a while.
fn sale_hunts(subject: &Subject) -> Vec<Run> {
    let run = Run::new(subject, 0).with("orders", 6);
    let slow = Network { delay: Delay::HeavyTailed(40 * MILLIS), ..Network::fair_loss() };
    let lossy = Network { loss: Rate::percent(70), ..slow };
    let parted = FaultMenu {
        partitions: Partitions { symmetric: 1, one_way: 1, ..Partitions::default() },
        until: SECONDS,
        ..FaultMenu::of_network(slow)
    };
    vec![
        run.clone().with_faults(FaultMenu::of_network(slow)),
        run.clone().with_faults(FaultMenu::of_network(lossy)),
        run.with_faults(parted),
    ]
}
