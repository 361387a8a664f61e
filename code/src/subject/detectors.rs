//! Failure detectors of chapter 2 as subjects.

use crate::detector::Heartbeats;
use crate::draw::{Style, label};
use crate::layer::{Layer, MILLIS, SECONDS, Time, Value};
use crate::link::Direct;
use crate::model::{Model, Timing};
use crate::node::names::C;
use crate::service::{FailureDetector, ReliableLink};
use crate::sim::{Delay, FaultMenu, Network, Script, Synchrony};
use crate::spec::failure_detector;
use crate::subject::{Parameter, Parameters, Property, Run, Subject};

/// The algorithms as the notebook explains them.
pub fn subjects() -> Vec<Subject> {
    vec![
        perfect("failure-detector-perfect", Heartbeats::new),
        eventually_perfect("failure-detector", Heartbeats::new),
    ]
}

/// How often nodes say that they are alive.
pub const PERIOD: Time = SECONDS;
/// By when packets arrive where the system is synchronous.
pub const BOUND: Time = 200 * MILLIS;

/// What such nodes promise.
type Promises = fn() -> Vec<Property<FailureDetector>>;

/// Makes a detector for so many nodes, with this period and timeout.
type Build<D> = fn(u32, Time, Time) -> D;

/// A detector in a synchronous system, with a timeout that no node which is up exceeds.
pub fn perfect<D, M: Value>(name: &'static str, detector: Build<D>) -> Subject
where
    D: Layer<Implements = FailureDetector, Uses = ReliableLink<M>>,
{
    let subject = subject(name, "Perfect failure detector", &[NODES], perfect_promises, detector);
    let model = Model { timing: Timing::Synchronous, ..subject.model };
    Subject { model, ..subject }
        .with_hunts(scenes, |subject| hunts(subject, Synchrony::Synchronous { bound: BOUND }))
}

/// A detector in a partially synchronous system.
pub fn eventually_perfect<D, M: Value>(name: &'static str, detector: Build<D>) -> Subject
where
    D: Layer<Implements = FailureDetector, Uses = ReliableLink<M>>,
{
    let title = "Eventually perfect failure detector";
    subject(name, title, EVENTUALLY_PERFECT, eventually_perfect_promises, detector).with_hunts(
        scenes,
        |subject| {
            let stable_from = 2 * SECONDS;
            hunts(subject, Synchrony::PartiallySynchronous { bound: BOUND, stable_from })
        },
    )
}

fn subject<D, M: Value>(
    name: &'static str,
    title: &'static str,
    parameters: &'static [Parameter],
    promises: Promises,
    detector: Build<D>,
) -> Subject
where
    D: Layer<Implements = FailureDetector, Uses = ReliableLink<M>>,
{
    let build = move |parameters: &Parameters| {
        let n = parameters.nodes();
        let timeout = match parameters.get("timeout") {
            0 => Heartbeats::longest_silence(PERIOD, BOUND),
            millis => millis * MILLIS,
        };
        vec![detector(n, PERIOD, timeout).over(Direct::new()); n as usize]
    };
    Subject::new(name, title, parameters, promises, build, |_| Ok(Vec::new())).with_style(style())
}

/// How runs of detectors are drawn: heartbeats are faint, and suspicion is a verb.
pub fn style() -> Style {
    let verbs = |text: &str| {
        let text = label(text);
        let verb = |name: &str, verb: &str| {
            let node = text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')')?;
            Some(format!("{verb} {node}"))
        };
        verb("Suspect", "suspect")
            .or_else(|| verb("Restore", "restore"))
            .or_else(|| verb("Silence", "silence of"))
            .unwrap_or(text)
    };
    Style { label: verbs, quiet: |_| true, ..Style::default() }
}

fn perfect_promises() -> Vec<Property<FailureDetector>> {
    vec![
        property!(
            Safety,
            failure_detector::strong_accuracy,
            "no node is suspected before it has crashed"
        ),
        property!(Safety, failure_detector::turns, "suspicion and restoration take turns"),
        property!(
            Liveness,
            failure_detector::strong_completeness,
            "in the end every crashed node is suspected by every correct one"
        ),
    ]
}

fn eventually_perfect_promises() -> Vec<Property<FailureDetector>> {
    vec![
        property!(Safety, failure_detector::turns, "suspicion and restoration take turns"),
        property!(
            Liveness,
            failure_detector::eventual_strong_accuracy,
            "from some moment on no node is suspected before it has crashed"
        ),
        property!(
            Liveness,
            failure_detector::strong_completeness,
            "in the end every crashed node is suspected by every correct one"
        ),
    ]
}

const NODES: Parameter =
    Parameter { name: "nodes", about: "how many nodes", default: 2, least: 2, most: 26 };

const EVENTUALLY_PERFECT: &[Parameter] = &[
    NODES,
    Parameter {
        name: "timeout",
        about: "how long to wait for a heartbeat at first, in ms",
        default: 900,
        least: 500,
        most: 60_000,
    },
];

/// Short calm runs.
fn scenes(subject: &Subject) -> Vec<Run> {
    let run = Run::new(subject, 0).with_script(Script::calm());
    vec![run.clone(), run.with("nodes", 3)]
}

/// Runs in which bugs come to light: nodes stop, stand still and are slow, packets take as long as
/// they may.
fn hunts(subject: &Subject, synchrony: Synchrony) -> Vec<Run> {
    let delay = Delay::Uniform(MILLIS, SECONDS);
    let menu = FaultMenu {
        network: Network { delay, ..Network::reliable() },
        synchrony,
        pauses: 2,
        slow_nodes: 2,
        until: 2 * SECONDS,
        ..FaultMenu::default()
    };
    let crashes = FaultMenu { crashes: 2, ..menu.clone() };
    let quick = Network { delay: Delay::Uniform(MILLIS, BOUND), ..Network::reliable() };
    let crashes_only =
        FaultMenu { crashes: 1, pauses: 0, slow_nodes: 0, network: quick, ..crashes.clone() };
    let absent = Script { absent: [C].into(), ..Script::default() };
    let run = Run::new(subject, 0).with_faults(menu);
    vec![
        run.clone(),
        run.clone().with_faults(crashes_only),
        run.clone().with("nodes", 3).with_script(absent),
        run.with("nodes", 5).with_faults(crashes),
    ]
}
