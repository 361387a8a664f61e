//! A05: what the four timestamps say; exercise 7 and run R3.1.

use distsys::clock::filter::{Sample, combine};
use distsys::clock::{Estimate, Estimated, Exchange, Ntp};
use distsys::node::names::{A, B};
use distsys::node::{MICROS, MILLIS, NodeId, SECONDS, Time};
use distsys::runs::CourseRun;
use distsys::runs::clocks::{BEHIND, WORK, exchange_style, ntp_exchange};
use distsys::sim::{Trace, What};
use tests::golden;

/// What the client concludes, and when the messages were sent and received.
fn estimated(trace: &Trace<Ntp>) -> (Estimate, Vec<(NodeId, Time)>) {
    let mut moments = Vec::new();
    for record in &trace.records {
        match &record.what {
            What::Send { .. } | What::Receive { .. } => moments.push((record.node, record.at)),
            What::Deliver { indication: Estimated::Answer(estimate) } => {
                return (*estimate, moments);
            }
            _ => {}
        }
    }
    panic!("no estimate in\n{}", trace.text());
}

#[test]
fn r3_1_has_the_times_of_the_lecture_and_estimates_exactly() {
    let (estimate, moments) = estimated(&ntp_exchange(5 * MILLIS, 5 * MILLIS));
    assert_eq!(moments, [(A, 0), (B, 5 * MILLIS), (B, 10 * MILLIS), (A, 15 * MILLIS)]);
    assert_eq!((estimate.delay, estimate.skew), (10 * MILLIS, BEHIND as i64));
    let picture = CourseRun::named("R3.1").unwrap().figure();
    for label in
        ["t1 = 16.960", "t1, t2 = 17.005, t3 = 17.010", "t4 = 16.975: δ = 10 ms, θ = 40 ms"]
    {
        assert!(picture.contains(label), "{label}");
    }
}

#[test]
fn an_exchange_whose_ways_differ_is_drawn_with_its_wrong_estimate() {
    let trace = ntp_exchange(9 * MILLIS, MILLIS);
    let (estimate, _) = estimated(&trace);
    assert_eq!((estimate.delay, estimate.skew), (10 * MILLIS, 44 * MILLIS as i64));
    let caption = "The same clocks and the same delay δ, but the request takes 9 ms and the answer 1 ms. The client \
                   still supposes 5 and 5: it takes itself to be 44 ms behind, and is 40 ms behind.";
    golden::check_run("ntp-asymmetric", caption, &trace.text(), &exchange_style());
}

#[test]
fn the_two_ways_to_compute_the_skew_agree() {
    for (t1, t2, t3, t4) in
        [(0, 45, 50, 15), (100, 20, 30, 130), (7, 7, 7, 7), (9, 1_000, 1_003, 20)]
    {
        let exchange = Exchange { t1, t2, t3, t4 };
        let [t1, t2, t3, t4] = [t1, t2, t3, t4].map(|time| time as i64);
        assert_eq!(exchange.delay(), (t4 - t1) - (t3 - t2));
        let halves = 2 * exchange.skew() - (t2 - t1 + t3 - t4);
        assert!(halves.abs() <= 1, "rounded down to a nanosecond");
    }
}

#[test]
fn the_error_is_half_the_difference_of_the_two_ways_so_at_most_half_the_delay() {
    let mut runs = 0;
    let step = 500 * MICROS;
    for there in (0..=40).map(|steps| steps * step) {
        for back in (0..=40).map(|steps| steps * step) {
            let (estimate, _) = estimated(&ntp_exchange(there, back));
            let error = estimate.skew - BEHIND as i64;
            assert_eq!(estimate.delay, there + back);
            assert_eq!(error, (there as i64 - back as i64) / 2);
            assert!(error.unsigned_abs() <= estimate.delay / 2);
            assert_eq!(error.unsigned_abs() == estimate.delay / 2, there == 0 || back == 0);
            runs += 1;
        }
    }
    assert_eq!((runs, WORK), (1_681, 5 * MILLIS));
}

fn sample(server: u32, offset: i64, error: Time) -> Sample {
    Sample { server: NodeId(server), offset, error, taken: SECONDS * u64::from(server) }
}

#[test]
fn of_each_server_the_quickest_answer_counts() {
    let samples = [sample(1, 50, 40), sample(1, 12, 2), sample(1, 90, 80)];
    let combined = combine(&samples, 1).unwrap();
    assert_eq!((combined.offset, combined.error), (12, 2));
}

#[test]
fn outliers_are_dropped_and_the_others_averaged() {
    let samples = [sample(1, 10, 3), sample(2, 9_999, 5), sample(3, 12, 3)];
    let combined = combine(&samples, 3).unwrap();
    assert_eq!((combined.offset, combined.error, combined.taken), (11, 5, SECONDS));
}

#[test]
fn without_a_majority_that_agrees_nothing_is_concluded() {
    assert_eq!(combine(&[], 1), None);
    assert_eq!(combine(&[sample(1, 0, 5), sample(2, 100, 5)], 2), None);
    assert_eq!(combine(&[sample(1, 0, 5), sample(2, 1, 5)], 4), None, "two of four are none");
    assert!(combine(&[sample(1, 0, 5), sample(2, 1, 5), sample(3, 2, 5)], 4).is_some());
    // A chain in which neighbours agree is no agreement.
    assert_eq!(combine(&[sample(1, 0, 5), sample(2, 10, 5), sample(3, 20, 5)], 4), None);
}

/// Whether the combined error covers the truth, whatever wrong servers say: a majority is right.
#[test]
fn the_error_covers_the_truth_in_every_small_case() {
    let (mut cases, mut concluded) = (0, 0);
    let offsets = -4..=4_i64;
    for (a, b, wrong) in offsets.clone().flat_map(|a| {
        let offsets = offsets.clone();
        offsets.clone().flat_map(move |b| offsets.clone().map(move |wrong| (a, b, wrong)))
    }) {
        for widths in 0..27_u64 {
            let [x, y, z] = [widths % 3, widths / 3 % 3, widths / 9].map(|it| it * 2);
            // The truth is 0, and two of three servers are right about it.
            if a.unsigned_abs() > x || b.unsigned_abs() > y {
                continue;
            }
            cases += 1;
            let samples = [sample(1, a, x), sample(2, b, y), sample(3, wrong, z)];
            let Some(combined) = combine(&samples, 3) else { panic!("two of three agree") };
            concluded += 1;
            assert!(combined.offset.unsigned_abs() <= combined.error, "{samples:?}: {combined:?}");
        }
    }
    assert_eq!((cases, concluded), (6_075, 6_075));
}
