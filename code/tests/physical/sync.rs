//! The whole stack: scripts, seeds, twins.

use distsys::clock::{Correction, Told};
use distsys::clock::{Discipline, Ntp, ReadClock};
use distsys::layer::Layer;
use distsys::node::names::{A, B, C, D};
use distsys::node::{MILLIS, NodeId, SECONDS, Time};
use distsys::sim::clock::{EPOCH, LocalClock};
use distsys::sim::{Fault, FaultMenu, Network, Trace, What, World};
use distsys::spec::clock_sync;
use distsys::stack::Stack;
use distsys::subject::{Run, Subject, Systematic, clocks};
use tests::mutants;

type Node = Stack<Discipline, Ntp>;

const MS: i64 = MILLIS as i64;
const S: i64 = SECONDS as i64;

/// A asks three servers on a calm network; these clocks are wrong; A reads its clock at these times.
fn told(wrong: &[(NodeId, i64, i32)], reads: &[Time]) -> (Vec<Told>, Trace<Node>) {
    let client = Discipline::new().over(Ntp::new(vec![B, C, D], 2));
    let server = Discipline::new().over(Ntp::new(vec![], 1));
    let nodes = vec![client, server.clone(), server.clone(), server];
    let mut world = World::new(0, nodes).with_network(Network::calm());
    for &(node, offset, drift_ppm) in wrong {
        world.fault_at(0, Fault::Clock(node, LocalClock { offset, drift_ppm, uncertainty: 0 }));
    }
    for &read in reads {
        world.request_at(read, A, ReadClock);
    }
    world.run_until(reads.iter().max().unwrap() + 1).unwrap();
    let trace = world.trace();
    let of_a = trace.records.iter().filter(|record| record.node == A);
    let told = of_a.filter_map(|record| match &record.what {
        What::Deliver { indication } => Some(*indication),
        _ => None,
    });
    (told.filter(|told| !matches!(told, Told::Estimate(_))).collect(), trace)
}

/// The error of a time of day that was read then, and what it was said to be at most.
fn error(told: Told, at: Time) -> (i64, Option<Time>) {
    let Told::Clocks { time_of_day, error, .. } = told else { panic!("{told:?}") };
    (time_of_day as i64 - (EPOCH + at) as i64, error)
}

#[test]
fn a_clock_that_is_3_s_behind_is_stepped_at_once() {
    let (told, _) = told(&[(A, -3 * S, 0)], &[MILLIS, SECONDS]);
    assert_eq!(error(told[0], MILLIS), (-3 * S, None));
    assert_eq!(told[1], Told::Corrected { skew: 3 * S, correction: Correction::Step });
    let (off, known) = error(told[2], SECONDS);
    assert_eq!(off, 0);
    assert!(known.unwrap() < 11 * MILLIS, "half of 20 ms, and a little drift");
}

#[test]
fn a_clock_that_is_100_ms_ahead_is_slewed_within_200_s() {
    let reads = [SECONDS, 100 * SECONDS, 300 * SECONDS];
    let (told, _) = told(&[(A, 100 * MS, 0)], &reads);
    assert_eq!(told[0], Told::Corrected { skew: -100 * MS, correction: Correction::Slew });
    let clocks = told.iter().filter(|it| matches!(it, Told::Clocks { .. }));
    let off: Vec<i64> = clocks.zip(reads).map(|(&told, at)| error(told, at).0 / MS).collect();
    assert_eq!(off, [99, 50, 0]);
}

#[test]
fn a_clock_that_is_1000_s_off_is_left_to_a_human() {
    for offset in [1_000 * S, -1_000 * S] {
        let (told, _) = told(&[(A, offset, 0)], &[10 * SECONDS]);
        assert_eq!(told[0], Told::Corrected { skew: -offset, correction: Correction::Panic });
        assert_eq!(error(told[1], 10 * SECONDS), (offset, None));
    }
}

#[test]
fn one_wrong_server_of_three_is_outvoted_and_two_are_not() {
    let (one, _) = told(&[(C, 7 * S, 0)], &[SECONDS]);
    assert_eq!(one[0], Told::Corrected { skew: 0, correction: Correction::Slew });
    let (two, _) = told(&[(C, 7 * S, 0), (D, 7 * S, 0)], &[SECONDS]);
    assert_eq!(two[0], Told::Corrected { skew: 7 * S, correction: Correction::Step });
    let (apart, _) = told(&[(B, 7 * S, 0), (D, -7 * S, 0)], &[3 * SECONDS]);
    assert!(matches!(apart[0], Told::Clocks { error: None, .. }), "nobody agrees: {apart:?}");
}

#[test]
fn two_days_with_a_time_server_leave_a_few_milliseconds() {
    let reads: Vec<Time> = (1..200).map(|read| read * 900 * SECONDS).collect();
    let (told, _) = told(&[(A, 300 * MS, 50)], &reads);
    let clocks = told.iter().filter(|it| matches!(it, Told::Clocks { .. }));
    for (&told, at) in clocks.zip(reads) {
        let (off, known) = error(told, at);
        assert!(off.unsigned_abs() <= known.unwrap() && off.unsigned_abs() < 5 * MILLIS, "{off}");
    }
}

fn ntp() -> Subject {
    clocks::subjects().remove(0)
}

#[test]
fn the_clock_keeps_its_promises_in_every_hunt() {
    let subject = ntp();
    for hunt in subject.hunts() {
        let nodes = hunt.parameters.get("nodes").map_or(2, |&nodes| nodes as u32);
        for seed in 0..100 {
            for run in hunt.with_seed(seed).endings(nodes) {
                let report = run.report(&subject).unwrap();
                assert!(report.promised, "the clock is asked for more than it promises");
                assert_eq!(report.error, None);
                let replay = || serde_json::to_string(&run).unwrap();
                assert_eq!(report.broken(), None, "{}", replay());
            }
        }
    }
}

#[test]
fn the_clock_keeps_its_promises_where_nodes_come_and_go_and_clocks_are_set_by_hand() {
    let subject = ntp();
    let menu = "loss=30% stale-duplicate=10% partitions=1 pauses=2 crashes=3 recovery slow=1 \
                clock-offset=2s clock-drift=50ppm clock-steps=2 clock-step=3s until=3s";
    let faults: FaultMenu = menu.parse().unwrap();
    let run = Run::new(&subject, 0).with("nodes", 4).with_faults(faults);
    for seed in 0..100 {
        let report = run.with_seed(seed).report(&subject).unwrap();
        assert!(report.promised && report.error.is_none());
        assert_eq!(report.broken(), None, "seed {seed}");
    }
}

#[test]
fn the_clock_keeps_its_promises_in_every_small_change_of_a_calm_run() {
    let subject = ntp();
    let mut number = 0;
    for scene in subject.scenes() {
        for next in Systematic::of(&subject, 2).at_most(1_000).of_run(&subject, &scene) {
            let run = next.unwrap().run;
            assert_eq!(run.broken(&subject).unwrap(), Vec::<&str>::new(), "{run:?}");
            number += 1;
        }
    }
    assert_eq!(number, 2_000);
}

#[test]
fn every_twin_breaks_its_property_and_the_smallest_run_is_pinned() {
    mutants::each_breaks_its_property(mutants::topic("clocks"));
}

#[test]
fn the_original_survives_the_smallest_run_of_each_twin() {
    mutants::the_originals_survive(mutants::topic("clocks"));
}

#[test]
fn every_property_of_clocks_rejects_some_twin() {
    let topic = mutants::topic("clocks");
    mutants::each_promise_rejects_some_twin(topic, &clocks::subjects(), &[]);
}

/// The trace with what A told changed.
fn changed(trace: &Trace<Node>, change: impl Fn(&mut Told)) -> Trace<Node> {
    let mut trace = trace.clone();
    for record in &mut trace.records {
        if let What::Deliver { indication } = &mut record.what {
            change(indication);
        }
    }
    trace
}

#[test]
fn the_bounds_of_the_properties_are_tight() {
    let (_, trace) = told(&[(A, -80 * MS, 0)], &[SECONDS, 2 * SECONDS]);
    let at_most = |late: Time| {
        changed(&trace, |told| {
            if let Told::Estimate(estimate) = told {
                estimate.time += late;
            }
        })
    };
    // Both ways took 10 ms, so the estimate was exact, and may be wrong by 10 ms and a little drift.
    assert_eq!(clock_sync::half_the_delay(&at_most(10 * MILLIS)), Ok(()));
    assert!(clock_sync::half_the_delay(&at_most(10 * MILLIS + 5_000)).is_err());
    let jump = |by: Time| {
        changed(&trace, |told| {
            if let Told::Clocks { monotonic, .. } = told
                && *monotonic > 3 * SECONDS / 2
            {
                *monotonic += by;
            }
        })
    };
    assert_eq!(clock_sync::monotonic_keeps_its_rate(&jump(0)), Ok(()));
    assert!(clock_sync::monotonic_keeps_its_rate(&jump(MILLIS)).is_err());
    assert!(clock_sync::correction_by_the_rule(&jump(1)).is_err());
}
