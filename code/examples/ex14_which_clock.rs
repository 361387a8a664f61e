//! Exercise 14: which clock for which task. For each task, what happens with each clock.
//!
//! Everything is read off runs of the simulator, whose nodes have clocks of every kind.

use distsys::clock::logical::{Step, Timestamps};
use distsys::clock::{Lamport, Vector, Wall};
use distsys::layer::names::{A, B};
use distsys::layer::{Layer, MILLIS, NodeId, SECONDS, Time, Value};
use distsys::sim::clock::LocalClock;
use distsys::sim::{Fault, Node, World};
use distsys::spec::causality::Stamps;
use std::cmp::Ordering;
use std::process::ExitCode;

const HELP: &str = "\
Exercise 14: which clock for which task. Shows what happens with each clock.

Options:
  --help        this text
Exit status: 0 if the right clock works and a wrong one fails for each task, 1 if not, 2 if the options make no sense.";

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        None => {}
        Some("--help" | "-h") => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Some(other) => {
            eprintln!("error: there is no option {other}\n\n{HELP}");
            return ExitCode::from(2);
        }
    }
    let tasks = [scheduling(), disk(), files(), certificates(), updates()];
    let shown = tasks.iter().all(|task| {
        let works = |good| task.iter().any(|outcome| outcome.good == good);
        works(true) && works(false)
    });
    if shown { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// What comes of a task with one clock.
struct Outcome {
    good: bool,
}

fn task(title: &str) {
    println!("{title}\n");
}

fn outcome(clock: &str, good: bool, says: &str) -> Outcome {
    println!("  {}  {clock:<12}  {says}", if good { "right" } else { "WRONG" });
    Outcome { good }
}

/// The timestamps of what happens in a run: at that time, at that node, this step.
fn stamps<T: Value, N>(
    clock: &N,
    steps: &[(Time, NodeId, Step<()>)],
    faults: &[(Time, Fault)],
) -> Vec<T>
where
    N: Node + Layer<Implements = Timestamps<T, ()>>,
{
    let mut world = World::new(0, vec![clock.clone(); 2]);
    world.network = distsys::sim::Network::calm();
    for (at, fault) in faults {
        world.fault_at(*at, fault.clone());
    }
    for (at, node, step) in steps {
        world.request_at(*at, *node, step.clone());
    }
    // Nothing here goes on for ever: it cannot fail.
    let _ = world.run_until(24 * 3_600 * SECONDS);
    let stamps = Stamps::of(&world.trace());
    stamps.stamped().map(|(_, time)| time.clone()).collect()
}

/// What happens at A at these times.
fn at_a(times: &[Time]) -> Vec<(Time, NodeId, Step<()>)> {
    times.iter().map(|&at| (at, A, Step::Local)).collect()
}

/// A span in milliseconds, or that it is negative.
fn span(from: Time, to: Time) -> i64 {
    (to as i64 - from as i64) / MILLIS as i64
}

// ANCHOR: scheduling
/// A process may run for 100 ms. While it runs, NTP sets the clock back by 80 ms.
fn scheduling() -> Vec<Outcome> {
    task(
        "Process scheduling: stop a process after 100 ms; after 30 ms NTP steps the clock back by 80 ms",
    );
    let ticks: Vec<Time> = (0..=300).map(|ms| ms * MILLIS).collect();
    let step = [(30 * MILLIS + 1, Fault::Step(A, -80 * MILLIS as i64))];
    let stopped = |readings: &[Time]| {
        readings.iter().position(|&now| span(readings[0], now) >= 100).unwrap_or(readings.len())
    };
    let monotonic = stopped(&stamps(&Wall::monotonic(), &at_a(&ticks), &step));
    let of_day = stopped(&stamps(&Wall::new(), &at_a(&ticks), &step));
    // A process that only computes makes no event that a logical clock could count.
    let counted = stamps(&Lamport::new(), &at_a(&ticks[..1]), &step);
    vec![
        outcome("monotonic", monotonic == 100, &format!("it runs for {monotonic} ms")),
        outcome("time of day", of_day == 100, &format!("it runs for {of_day} ms")),
        outcome(
            "logical",
            false,
            &format!(
                "it computes, sends nothing, and the clock stays at {}: it is never stopped",
                counted[0]
            ),
        ),
    ]
}
// ANCHOR_END: scheduling

// ANCHOR: disk
/// A disk answers after 30 ms. In between, NTP sets the clock forward by 5 s.
fn disk() -> Vec<Outcome> {
    println!();
    task(
        "I/O: give up after 1 s; the disk answers after 30 ms, and NTP steps the clock forward by 5 s meanwhile",
    );
    let (asked, answered) = (0, 30 * MILLIS);
    let step = [(10 * MILLIS, Fault::Step(A, 5 * SECONDS as i64))];
    let steps = at_a(&[asked, answered]);
    let judge = |clock, readings: &[Time]| {
        let took = span(readings[0], readings[1]);
        let verdict = if took < 1_000 { "in time" } else { "given up" };
        outcome(clock, took < 1_000, &format!("the answer took {took} ms: {verdict}"))
    };
    let silent = stamps(&Lamport::new(), &at_a(&[asked]), &step);
    vec![
        judge("monotonic", &stamps(&Wall::monotonic(), &steps, &step)),
        judge("time of day", &stamps(&Wall::new(), &steps, &step)),
        outcome(
            "logical",
            false,
            &format!(
                "if the disk is dead, nothing happens and the clock stays at {}: no timeout ever",
                silent[0]
            ),
        ),
    ]
}
// ANCHOR_END: disk

/// B builds a program, tells A, and then A changes the source. A's clock is 20 s behind.
const EDITED: [(Time, NodeId, Step<()>); 3] = [
    (1_000 * MILLIS, B, Step::Local),
    (1_001 * MILLIS, B, Step::Send { to: A, msg: () }),
    (5_000 * MILLIS, A, Step::Local),
];

/// How the first event of a run compares with its last, by this clock.
fn first_and_last<T: Value + PartialOrd, N>(
    clock: &N,
    steps: &[(Time, NodeId, Step<()>)],
) -> Option<Ordering>
where
    N: Node + Layer<Implements = Timestamps<T, ()>>,
{
    let behind = LocalClock { offset: -20 * SECONDS as i64, ..LocalClock::default() };
    let stamps = stamps(clock, steps, &[(0, Fault::Clock(A, behind))]);
    stamps.first()?.partial_cmp(stamps.last()?)
}

// ANCHOR: files
fn files() -> Vec<Outcome> {
    println!();
    task(
        "Distributed file system: is the program older than its source? B built it and told A; then A changed the source.\nA's clock is 20 s behind B's",
    );
    let judge = |clock, built_first: Option<Ordering>| {
        let (good, says) = match built_first {
            Some(Ordering::Less) => (true, "older: build it again"),
            _ => (false, "not older: nothing to do, and the change is left out"),
        };
        outcome(clock, good, says)
    };
    // Monotonic clocks count from when a computer was switched on: B three days ago, A an hour ago.
    let since_boot = stamps(&Wall::monotonic(), &EDITED, &[]);
    let hours = 3_600 * SECONDS;
    let (built, edited) = (since_boot[0] + 72 * hours, since_boot[since_boot.len() - 1] + hours);
    vec![
        judge("vector", first_and_last(&Vector::new(2), &EDITED)),
        judge("Lamport", first_and_last(&Lamport::new(), &EDITED)),
        judge("time of day", first_and_last(&Wall::new(), &EDITED)),
        judge("monotonic", Some(built.cmp(&edited))),
    ]
}
// ANCHOR_END: files

// ANCHOR: certificates
/// A certificate is good for an hour. After two hours, of which the computer was off for most, it is
/// shown again.
fn certificates() -> Vec<Outcome> {
    println!();
    task(
        "Certificates: one is good for an hour. Two hours later, of which the computer was off for most, it is shown again",
    );
    let hour = 3_600 * SECONDS;
    let readings = stamps(&Wall::new(), &at_a(&[0, 2 * hour]), &[]);
    let (issued, now) = (readings[0], readings[1]);
    // The monotonic clock begins again when the computer is switched on, five minutes ago.
    let monotonic = stamps(&Wall::monotonic(), &at_a(&[0, 300 * SECONDS]), &[]);
    let counted = stamps(&Lamport::new(), &at_a(&[0, 2 * hour]), &[]);
    let judge = |clock, expired: bool, age: &str| {
        let verdict = if expired { "refused" } else { "accepted" };
        outcome(clock, expired, &format!("{age}: {verdict}"))
    };
    let minutes = |ms: i64| format!("{} min old", ms / 60_000);
    let (age, up) = (span(issued, now), span(monotonic[0], monotonic[1]));
    vec![
        judge("time of day", age > 3_600_000, &minutes(age)),
        judge("monotonic", up > 3_600_000, &minutes(up)),
        judge(
            "logical",
            false,
            &format!(
                "{} event old, and how long is an event? It is good for ever",
                counted[1] - counted[0]
            ),
        ),
    ]
}
// ANCHOR_END: certificates

// ANCHOR: updates
/// B writes, tells A, and A writes over it; or both write, and neither knows of the other.
fn updates() -> Vec<Outcome> {
    println!();
    task(
        "Database, one update after the other: B wrote x = 1 and told A; A wrote x = 2 over it. A's clock is 20 s behind",
    );
    let last_wins = |clock, first: Option<Ordering>| match first {
        Some(Ordering::Less) => outcome(clock, true, "x = 2: the later update stays"),
        _ => outcome(clock, false, "x = 1: the later update is lost"),
    };
    let mut outcomes = vec![
        last_wins("vector", first_and_last(&Vector::new(2), &EDITED)),
        last_wins("Lamport", first_and_last(&Lamport::new(), &EDITED)),
        last_wins("time of day", first_and_last(&Wall::new(), &EDITED)),
    ];
    println!();
    task(
        "Database, concurrent updates: B wrote x = 1 and A wrote x = 2, and neither had heard of the other",
    );
    let apart = [EDITED[0].clone(), EDITED[2].clone()];
    let kept = |clock, first: Option<Ordering>| match first {
        None => outcome(clock, true, "a conflict: both are kept, and somebody can merge them"),
        Some(Ordering::Equal) => outcome(
            clock,
            false,
            "equal numbers: the name of a node decides, and one update is dropped unseen",
        ),
        Some(Ordering::Less) => outcome(clock, false, "x = 2: the update of B is dropped unseen"),
        Some(Ordering::Greater) => {
            outcome(clock, false, "x = 1: the update of A is dropped unseen")
        }
    };
    outcomes.push(kept("vector", first_and_last(&Vector::new(2), &apart)));
    outcomes.push(kept("Lamport", first_and_last(&Lamport::new(), &apart)));
    outcomes.push(kept("time of day", first_and_last(&Wall::new(), &apart)));
    outcomes
}
// ANCHOR_END: updates
