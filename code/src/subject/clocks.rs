//! What runs on physical clocks, as subjects.

use crate::clock::label::clock_label;
use crate::clock::ntp::Packet;
use crate::clock::{ClockSync, Discipline, Ntp, ReadClock, TimeEstimates};
use crate::draw::{Show, Style};
use crate::layer::Layer;
use crate::node::{MILLIS, NodeId, SECONDS, Time};
use crate::sim::clock::LocalClock;
use crate::sim::random::{Draws, below};
use crate::sim::{Clocks, Delay, Fault, FaultMenu, Network, Node, Script};
use crate::spec::clock_sync;
use crate::subject::{Parameter, Parameters, Property, Run, Subject};

/// The algorithms as the notebook explains them.
pub fn subjects() -> Vec<Subject> {
    vec![ntp("ntp", Discipline::new, |servers, requests, work| {
        Ntp::new(servers, requests).with_work(work)
    })]
}

/// A client, node A, and its time servers.
pub fn ntp<U, L>(
    name: &'static str,
    upper: fn() -> U,
    lower: fn(Vec<NodeId>, u32, Time) -> L,
) -> Subject
where
    U: Layer<Implements = ClockSync, Uses = TimeEstimates>,
    L: Node + Layer<Implements = TimeEstimates>,
{
    let build = move |p: &Parameters| {
        let servers = |node: NodeId| match node {
            NodeId(0) => NodeId::all(p.nodes()).skip(1).collect(),
            _ => Vec::new(),
        };
        let (requests, work) = (p.get("requests") as u32, p.get("work") * MILLIS);
        let node = |node| upper().over(lower(servers(node), requests, work));
        NodeId::all(p.nodes()).map(node).collect()
    };
    Subject::new(name, "A clock set by NTP", PARAMETERS, promises, build, workload)
        .with_style(style())
        .with_mutator::<Packet>(other_time)
        .with_hunts(scenes, hunts)
}

/// With times as people write them; which timer it was that ran out says nothing more.
fn style() -> Style {
    let show = Show { timers: false, ..Style::default().show };
    Style { label: clock_label, show, width: 50, ..Style::default() }
}

const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "nodes",
        about: "how many nodes: A asks all others for the time",
        default: 2,
        least: 2,
        most: 26,
    },
    Parameter {
        name: "requests",
        about: "how many requests each server gets in a round",
        default: 4,
        least: 1,
        most: 100,
    },
    Parameter {
        name: "work",
        about: "how many milliseconds a server takes to answer",
        default: 5,
        least: 0,
        most: 1_000,
    },
    Parameter {
        name: "reads",
        about: "how many times A reads its clock",
        default: 6,
        least: 1,
        most: 10_000,
    },
    Parameter {
        name: "every",
        about: "how many milliseconds lie between two readings",
        default: 300,
        least: 1,
        most: 1_000_000,
    },
];

/// A reads its clock now and then.
fn workload(parameters: &Parameters) -> Result<Vec<(Time, NodeId, ReadClock)>, String> {
    let every = parameters.get("every") * MILLIS;
    let at = |read: u64| MILLIS + read * every;
    Ok((0..parameters.get("reads")).map(|read| (at(read), NodeId(0), ReadClock)).collect())
}

/// The packet with one of its times a little different.
fn other_time(packet: &Packet, draws: &mut Draws) -> Packet {
    let mut packet = *packet;
    let other = |time: &mut Time, draws: &mut Draws| {
        *time = time.saturating_add(1 + below(draws, 10 * SECONDS)).saturating_sub(5 * SECONDS);
    };
    match &mut packet {
        Packet::Request { t1 } => other(t1, draws),
        Packet::Answer { t2, t3, .. } => match below(draws, 2) {
            0 => other(t2, draws),
            _ => other(t3, draws),
        },
    }
    packet
}

fn promises() -> Vec<Property<ClockSync>> {
    vec![
        property!(
            Safety,
            clock_sync::half_the_delay,
            "an estimate is wrong by half the delay at most"
        ),
        property!(
            Safety,
            clock_sync::error_is_bounded,
            "the time of day is as right as it is said to be"
        ),
        property!(
            Safety,
            clock_sync::correction_by_the_rule,
            "small skews are slewed, larger ones stepped"
        ),
        property!(Safety, clock_sync::monotonic_keeps_its_rate, "the monotonic clock never jumps"),
        property!(
            Liveness,
            clock_sync::corrected_in_the_end,
            "sooner or later the clock is corrected"
        ),
    ]
}

/// A's clock is so far ahead of true time, and drifts.
fn clock(node: u32, offset: i64, drift_ppm: i32) -> (Time, Fault) {
    (0, Fault::Clock(NodeId(node), LocalClock { offset, drift_ppm, uncertainty: 0 }))
}

fn with_faults(run: &Run, faults: Vec<(Time, Fault)>) -> Run {
    run.clone().with_script(Script { faults: Some(faults), ..Script::default() })
}

/// Short calm runs, of which all small changes can be tried.
fn scenes(subject: &Subject) -> Vec<Run> {
    let run =
        Run::new(subject, 0).with("reads", 2).with("every", 1_000).with_script(Script::calm());
    vec![run.clone().with("requests", 1), run.with("requests", 2)]
}

const MS: i64 = MILLIS as i64;
const S: i64 = SECONDS as i64;

/// Runs in which bugs come to light, all of them within the model.
fn hunts(subject: &Subject) -> Vec<Run> {
    let run = Run::new(subject, 0).with_faults(FaultMenu::of_network(Network::fair_loss()));
    let calm = FaultMenu { until: 0, ..FaultMenu::of_network(Network::calm()) };
    let exact = run.clone().with_faults(calm).with("requests", 1);
    let long = run.clone().with("reads", 8).with("every", 40_000);
    let wrong_server = clock(3, 2 * S, 0);
    let cut = Fault::Cut(vec![NodeId(0)], vec![NodeId(1)]);
    let heal = Fault::Heal(vec![NodeId(0)], vec![NodeId(1)]);
    let alone = vec![clock(0, -80 * MS, 50), (SECONDS, cut), (500 * SECONDS, heal)];
    let menu = FaultMenu {
        clocks: Clocks { offset: 400 * MILLIS, drift_ppm: 50, ..Clocks::default() },
        crashes: 2,
        pauses: 2,
        recovery: true,
        ..FaultMenu::of_network(Network::fair_loss())
    };
    let slow = Network { delay: Delay::HeavyTailed(30 * MILLIS), ..Network::fair_loss() };
    vec![
        run.clone(),
        run.clone().with("nodes", 4).with_faults(menu),
        with_faults(&long, vec![clock(0, -80 * MS, 50)]),
        with_faults(&run, vec![clock(0, 3 * S, -50)]),
        with_faults(&run, vec![clock(0, 2_000 * S, 0)]),
        with_faults(&exact, vec![clock(0, 125 * MS, 0)]),
        with_faults(&exact, vec![clock(0, -1_000 * S, 0)]),
        with_faults(&run.clone().with("nodes", 4), vec![clock(0, -80 * MS, 20), wrong_server]),
        with_faults(&long.with("every", 60_000), alone),
        with_faults(&run, vec![clock(0, -300 * MS, 50)]).with_faults(FaultMenu::of_network(slow)),
    ]
}
