//! Leap seconds as clocks show them.

use distsys::clock::smear::{HOUR, Leap};
use distsys::node::{MILLIS, SECONDS};

const SECOND: i64 = SECONDS as i64;
const HALF: i64 = 500 * MILLIS as i64;
const COSINE: Leap = Leap::Cosine { before: 10 * HOUR, after: 10 * HOUR };
const ALL: [Leap; 4] = [Leap::Step, Leap::Stop, Leap::NOON_TO_NOON, COSINE];

#[test]
fn before_and_after_all_clocks_agree() {
    for leap in ALL {
        for away in [12, 13, 100].map(|hours| hours * 3_600 * SECOND) {
            assert_eq!(leap.behind(-away), 0);
            assert_eq!(leap.behind(away), SECOND);
        }
    }
}

#[test]
fn two_readings_half_a_second_apart_differ_by_half_a_second_by_nothing_or_by_less() {
    let between = |leap: Leap, since: i64| leap.shows(since + HALF) - leap.shows(since);
    // The first reading is a quarter of a second before the leap second begins.
    assert_eq!(between(Leap::Step, -HALF / 2), -HALF);
    assert_eq!(between(Leap::Stop, -HALF / 2), HALF / 2);
    // Both are within it.
    assert_eq!(between(Leap::Step, HALF / 2), HALF);
    assert_eq!(between(Leap::Stop, HALF / 2), 0);
    // A smeared clock runs 11.6 ppm slower: half a second is 6 µs too short.
    let smeared = HALF - between(Leap::NOON_TO_NOON, HALF / 2);
    assert!((5_700..5_900).contains(&smeared), "{smeared}");
}

#[test]
fn only_the_step_goes_back() {
    for leap in ALL {
        let steps = (-13 * 3_600..13 * 3_600).map(|second| second * SECOND);
        let back = steps.filter(|&at| leap.shows(at + SECOND / 2) < leap.shows(at)).count();
        assert_eq!(back, 0, "{leap:?}");
        let quarters = (-8..8).map(|quarter| quarter * HALF / 2);
        let back = quarters.filter(|&at| leap.shows(at + HALF / 2) < leap.shows(at)).count();
        assert_eq!(back, usize::from(leap == Leap::Step), "{leap:?}");
    }
}

#[test]
fn the_table_of_the_cosine_is_right_within_a_fifth_of_a_millisecond() {
    for permille in 0..=1_000 {
        let since = 20 * 3_600 * SECOND / 1_000 * permille - 10 * 3_600 * SECOND;
        let exact = (1.0 - (std::f64::consts::PI * permille as f64 / 1_000.0).cos()) / 2.0;
        let off = COSINE.behind(since) as f64 / 1e9 - exact;
        assert!(off.abs() < 0.000_2, "{permille}: {off}");
    }
}

#[test]
fn half_way_through_every_smear_is_half_a_second_behind() {
    assert_eq!(Leap::NOON_TO_NOON.behind(0), SECOND / 2);
    assert_eq!(COSINE.behind(0), SECOND / 2);
}
