//! Clocks: how their uncertainty grows; every combination of errors on a grid; and one that is further off than it says.

use distsys::clock::ReadClock;
use distsys::draw::figure;
use distsys::layer::names::{A, B};
use distsys::layer::{Layer, MICROS, MILLIS, SECONDS, Time};
use distsys::link::Retransmit;
use distsys::service::{Invoke, OpId, Tx};
use distsys::sim::clock::LocalClock;
use distsys::sim::{Fault, Network, Script, World};
use distsys::spanner::{CommitWait, TrueTime};
use distsys::spec::transactions::{
    external_consistency, in_timestamp_order, interval_holds_true_time, stamped_while_open,
};
use distsys::subject::{Run, Subject, smallest, transactions};
use tests::golden;

/// A write of x at A, and so long after its start, in microseconds, one of y at B.
fn two_updates(offsets: [i64; 2], uncertainty: Time, apart: Time) -> [bool; 3] {
    let node = CommitWait::new(2).over(Retransmit::new(2));
    let mut world = World::new(0, vec![node; 2]).with_network(Network::calm());
    for (node, offset) in [A, B].into_iter().zip(offsets) {
        world.set_clock(node, LocalClock { offset: offset * 1_000, drift_ppm: 0, uncertainty });
    }
    for (client, (at, node, key)) in
        (0..).zip([(MILLIS, A, 'x'), (MILLIS + apart * MICROS, B, 'y')])
    {
        let call = Tx::Update { reads: [key].into(), writes: [(key, 1)].into() };
        let op = OpId { client, number: 0 };
        world.request_at(at, node, Invoke { op, call });
    }
    world.run().unwrap();
    let trace = world.trace();
    [
        external_consistency(&trace).is_ok(),
        stamped_while_open(&trace).is_ok(),
        in_timestamp_order(&trace).is_ok(),
    ]
}

#[test]
fn whatever_two_clocks_say_within_their_bounds_timestamps_follow_true_time() {
    let (mut tried, mut wrong) = ([0, 0], [0, 0]);
    for a in (-5_000..=5_000_i64).step_by(500) {
        for b in (-5_000..=5_000_i64).step_by(500) {
            for apart in (0..=20_000).step_by(500) {
                let within = a.abs() <= 4_000 && b.abs() <= 4_000;
                let kept = two_updates([a, b], 4 * MILLIS, apart);
                tried[usize::from(within)] += 1;
                wrong[usize::from(within)] += u32::from(!kept[0]);
                assert!(!within || kept == [true; 3], "{a} {b} {apart}");
            }
        }
    }
    assert_eq!(tried, [6_232, 11_849]);
    // A clock that is half a millisecond or a millisecond further off than it says does harm only beside one that is
    // at the other end.
    assert_eq!(wrong, [20, 0]);
}

#[test]
fn a_clock_outside_its_bound_is_found_out_and_drawn() {
    let subject = subject();
    let beyond = |seed| {
        let clock = |node, offset| {
            (0, Fault::Clock(node, LocalClock { offset, drift_ppm: 0, uncertainty: 4 * MILLIS }))
        };
        let off = (seed as i64 % 40 + 1) * 1_000_000;
        let clocks = vec![clock(A, off), clock(B, 0)];
        let script = Script { faults: Some(clocks), ..Script::calm() };
        Run::new(&subject, seed).with("nodes", 2).with("snapshots", 0).with_script(script)
    };
    let broken = "transactions::external_consistency";
    let breaks = |seed: &u64| beyond(*seed).broken(&subject).unwrap().contains(&broken);
    let seed = (0..40).find(breaks).unwrap();
    let run = beyond(seed);
    let report = run.report(&subject).unwrap();
    assert!(!report.promised, "a clock outside its bound is outside the model");
    let (_, report) = smallest(&subject, &run, broken).unwrap();
    let violation = report.breaks(broken).unwrap();
    let caption = format!(
        "Found by the search: A's clock is {} ms ahead, and A believes that 4 ms are the most. {}.",
        seed + 1,
        capitalised(&violation.explanation)
    );
    golden::check(
        "commit-wait-clock-outside.html",
        &figure("commit-wait-clock-outside", &caption, &report.trace, &subject.style),
    );
}

fn subject() -> Subject {
    transactions::subjects().into_iter().find(|it| it.name == "commit-wait").unwrap()
}

/// The interval is right as long as the quartz is no worse than assumed, whatever is lost.
#[test]
fn true_time_is_in_the_interval_and_the_interval_of_a_bad_quartz_misses_it() {
    let run = |seed, drift_ppm, network| {
        let node = |server| TrueTime::new(server);
        let mut world = World::new(seed, vec![node(Some(B)), node(None)]).with_network(network);
        world.set_clock(A, LocalClock { offset: 0, drift_ppm, uncertainty: 0 });
        world.set_clock(B, LocalClock { offset: 300_000, drift_ppm: 0, uncertainty: 500_000 });
        for second in 0..200 {
            world.request_at(second * SECONDS + MILLIS, A, ReadClock);
        }
        world.run_until(200 * SECONDS).unwrap();
        let trace = world.trace();
        (interval_holds_true_time(&trace), trace)
    };
    for seed in 0..20 {
        for drift_ppm in [-200, -60, 0, 60, 200] {
            assert_eq!(run(seed, drift_ppm, Network::fair_loss()).0, Ok(()), "{seed} {drift_ppm}");
        }
    }
    let (verdict, _) = run(0, 1_000, Network::calm());
    assert!(verdict.is_err(), "a quartz worse than assumed gets outside");
}

fn capitalised(text: &str) -> String {
    text.replacen("a transaction", "A transaction", 1)
}
