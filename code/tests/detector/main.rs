//! Failure detectors: perfect where the system is synchronous, eventually perfect where it is partially so.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use distsys::check::{Bound, Explored, Order, Packets, Situation};
use distsys::detector::Heartbeats;
use distsys::detector::heartbeat::Heartbeat;
use distsys::layer::names::{A, B};
use distsys::layer::{Layer, MILLIS, SECONDS, Time};
use distsys::link::Direct;
use distsys::service::{FailureDetector, Suspicion};
use distsys::sim::{
    Delay, Fate, Fault, Network, Node, PacketId, Script, Synchrony, Trace, What, World,
};
use distsys::spec::failure_detector;
use distsys::stack::Stack;
use distsys::subject::detectors::{BOUND, PERIOD, style};
use distsys::subject::{Subject, detectors};
use tests::{golden, mutants};

type Detector = Stack<Heartbeats, Direct<Heartbeat>>;

fn detector(n: u32, timeout: Time) -> Detector {
    Heartbeats::new(n, PERIOD, timeout).over(Direct::new())
}

/// Two nodes on a calm network, with these faults, until that time.
fn two(timeout: Time, faults: Vec<(Time, Fault)>, until: Time) -> Trace<Detector> {
    let script = Script { faults: Some(faults), ..Script::calm() };
    let mut world = World::new(0, vec![detector(2, timeout); 2]).with_script(script);
    world.run_until(until).unwrap();
    world.trace()
}

/// What A said, and when in milliseconds.
fn said(trace: &Trace<Detector>) -> Vec<(u64, Suspicion)> {
    let said = trace.records.iter().filter(|record| record.node == A);
    said.filter_map(|record| match record.what {
        What::Deliver { indication } => Some((record.at / MILLIS, indication)),
        _ => None,
    })
    .collect()
}

// Scripts: one situation each; the page shows the golden files.

#[test]
fn failure_detector_suspects_a_node_that_has_crashed() {
    let trace = two(1_600 * MILLIS, vec![(1_500 * MILLIS, Fault::Crash(B))], 3_300 * MILLIS);
    // The last heartbeat of B came at 1010 ms.
    assert_eq!(said(&trace), [(2_610, Suspicion::Suspect(B))]);
    assert_eq!(failure_detector::strong_accuracy(&trace), Ok(()));
    assert_eq!(failure_detector::strong_completeness(&trace), Ok(()));
    let caption = "B says that it is alive each second, until it crashes. A waits for 1600 ms after the last heartbeat, and \
                   then suspects B.";
    golden::check_run("detector-crash", caption, &trace.text(), &style());
}

#[test]
fn failure_detector_takes_a_false_suspicion_back_and_waits_longer_from_then_on() {
    let pauses = vec![
        (500 * MILLIS, Fault::Pause(B)),
        (1_500 * MILLIS, Fault::Resume(B)),
        (2_700 * MILLIS, Fault::Pause(B)),
        (3_100 * MILLIS, Fault::Resume(B)),
    ];
    let trace = two(1_200 * MILLIS, pauses, 4_200 * MILLIS);
    // The first pause makes B half a second late, the second one six tenths: but by then A has
    // learnt to wait for 1700 ms.
    assert_eq!(said(&trace), [(1_210, Suspicion::Suspect(B)), (1_510, Suspicion::Restore(B))]);
    assert!(failure_detector::strong_accuracy(&trace).is_err());
    let caption = "B stands still, and its second heartbeat is late: A, which waits for 1200 ms, suspects B falsely. Then the \
                   heartbeat comes; A takes the suspicion back, and waits for 1700 ms from then on. B stands still again, and is \
                   not suspected.";
    golden::check_run("detector-false-suspicion", caption, &trace.text(), &style());
}

// Seeds: many random runs with faults.

#[test]
fn detectors_keep_their_promises_in_every_hunt() {
    for subject in detectors::subjects() {
        for hunt in subject.hunts() {
            for seed in 0..100 {
                for run in hunt.with_seed(seed).endings(hunt_nodes(&subject, &hunt)) {
                    let report = run.report(&subject).unwrap();
                    assert!(report.promised, "{} is asked for too much", subject.name);
                    let broken = report.broken();
                    let replay = || serde_json::to_string(&run).unwrap();
                    assert!(broken.is_none(), "{}: {broken:?} in {}", subject.name, replay());
                }
            }
        }
    }
}

fn hunt_nodes(subject: &Subject, run: &distsys::subject::Run) -> u32 {
    subject.parameters(&run.parameters).unwrap().nodes()
}

/// How many false suspicions there are in each half minute of a run of two minutes, in which every
/// packet takes up to a second.
fn false_suspicions<N: Node<Implements = FailureDetector>>(node: N, seed: u64) -> [usize; 4] {
    let mut world = World::new(seed, vec![node; 2]);
    world.network = Network { delay: Delay::Uniform(MILLIS, SECONDS), ..Network::reliable() };
    world.run_until(120 * SECONDS - 1).unwrap();
    let mut quarters = [0; 4];
    for record in &world.trace().records {
        if let What::Deliver { indication: Suspicion::Suspect(_) } = record.what {
            quarters[(record.at / (30 * SECONDS)) as usize] += 1;
        }
    }
    quarters
}

/// A row of a table: what each half minute of 100 runs has, each of them at most so many in all.
fn row<N: Node<Implements = FailureDetector>>(
    name: &str,
    node: &N,
    most: usize,
) -> ([usize; 4], String) {
    let mut sums = [0; 4];
    for seed in 0..100 {
        let counts = false_suspicions(node.clone(), seed);
        assert!(
            counts.iter().sum::<usize>() <= most,
            "{name}: {counts:?} in the run of seed {seed}"
        );
        sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    let [a, b, c, d] = sums;
    (sums, format!("| {name} | {a} | {b} | {c} | {d} |\n"))
}

#[test]
fn a_timeout_that_grows_ends_false_suspicions() {
    let timeout = 900 * MILLIS;
    let fixed = zoo::broken::detector_fixed_timeout::Heartbeats::new(2, PERIOD, timeout);
    let (fixed, fixed_row) = row("stays at 900 ms", &fixed.over(Direct::new()), 240);
    // From 900 to 2400 ms are three steps, and no silence is longer than 2000 ms.
    let (grows, grows_row) = row("grows by 500 ms", &detector(2, timeout), 2 * 3);
    assert!(fixed[3] > 1_000 && grows[0] > 100, "{fixed:?} {grows:?}");
    assert!(grows[3] < grows[0] / 5);
    golden::check(
        "detector-false-suspicions.md",
        &format!(
            "| timeout | 0 to 30 s | 30 to 60 s | 60 to 90 s | 90 to 120 s |\n| --- | --- | --- | --- | --- |\n{fixed_row}{grows_row}"
        ),
    );
}

#[test]
fn the_longest_silence_of_a_correct_node_can_be_reached_and_not_exceeded() {
    // B's timer is late by a bound, B stands still for a bound, and the packet takes a bound.
    let silence = |timeout| {
        let script = Script {
            faults: Some(vec![
                (500 * MILLIS, Fault::Slow(B, BOUND)),
                (1_100 * MILLIS, Fault::Slow(B, 0)),
                (2_200 * MILLIS - 1, Fault::Pause(B)),
                (2_400 * MILLIS - 1, Fault::Resume(B)),
            ]),
            fates: [(heartbeat(2), Fate::After(vec![0])), (heartbeat(3), Fate::After(vec![BOUND]))]
                .into(),
            ..Script::calm()
        };
        let mut world = World::new(0, vec![detector(2, timeout); 2]).with_script(script);
        world.synchrony = Synchrony::Synchronous { bound: BOUND };
        world.run_until(3 * SECONDS).unwrap();
        said(&world.trace())
    };
    let longest = Heartbeats::longest_silence(PERIOD, BOUND);
    assert_eq!(silence(longest), []);
    // All but a nanosecond, since the node must be up when its timer is due, or else it is not late.
    let suspected = [(2_599, Suspicion::Suspect(B)), (2_599, Suspicion::Restore(B))];
    assert_eq!(silence(longest - 2), suspected);
}

/// A heartbeat from B to A.
fn heartbeat(ordinal: u64) -> PacketId {
    PacketId { from: B, to: A, ordinal, copy: 0 }
}

// Checks: every run of a small system.

/// Whether something like this has happened.
fn seen(now: &Situation<Detector>, what: fn(&What<Detector>) -> bool) -> bool {
    now.seen.records.iter().any(|record| what(&record.what))
}

/// Two nodes of which B may crash, and five timers may run out.
fn small() -> Explored<Detector> {
    let mut system = Explored::new(vec![detector(2, PERIOD); 2])
        .always("turns", |_, now| failure_detector::turns(&now.seen).is_ok())
        .always("accuracy", |_, now| failure_detector::strong_accuracy(&now.seen).is_ok())
        .sometimes("restored", |_, now| {
            seen(now, |what| matches!(what, What::Deliver { indication: Suspicion::Restore(_) }))
        })
        .sometimes("crash suspected", |_, now| {
            seen(now, |what| matches!(what, What::Crash { .. }))
                && failure_detector::strong_completeness(&now.seen).is_ok()
        })
        .crashing(B, 1);
    system.recovery = false;
    system.timeouts = Some(5);
    system.packets = Packets::Reliable;
    system
}

#[test]
fn suspicion_and_restoration_take_turns_in_every_run_and_no_clock_means_no_accuracy() {
    let report = small().search_by(Order::BreadthFirst, 1);
    assert_eq!(report.cut, [Bound::Timeouts], "nothing else is left out");
    assert_eq!(report.broken.keys().collect::<Vec<_>>(), [&"accuracy"]);
    assert_eq!(report.shown.len(), 2);
    assert_eq!(report.situations, 4_400);
    // Where any timer may run out at any time, silence means nothing: one timer, and that is it.
    let shortest = small().shortest("accuracy").unwrap();
    assert_eq!(shortest.len(), 1, "{shortest:?}");
    small().replay(&shortest).unwrap();
}

// Mutants: each twin, with the property that must reject it.

#[test]
fn every_twin_breaks_its_property_and_the_smallest_run_is_pinned() {
    mutants::each_breaks_its_property(mutants::topic("detectors"));
}

#[test]
fn the_original_survives_the_smallest_run_of_each_twin() {
    mutants::the_originals_survive(mutants::topic("detectors"));
}

#[test]
fn every_property_of_detectors_rejects_some_twin() {
    mutants::each_promise_rejects_some_twin(
        mutants::topic("detectors"),
        &detectors::subjects(),
        &[],
    );
}
