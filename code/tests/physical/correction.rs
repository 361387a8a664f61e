//! A06: what is done about a skew.

use distsys::clock::discipline::{PANIC_FROM, STEP_FROM, slew_time};
use distsys::clock::{Correction, Disciplined, correction};
use distsys::node::{MILLIS, SECONDS};

const MS: i64 = MILLIS as i64;
const S: i64 = SECONDS as i64;

#[test]
fn the_boundaries_are_those_of_the_lecture_to_the_nanosecond() {
    assert_eq!((STEP_FROM, PANIC_FROM), (125 * MILLIS, 1_000 * SECONDS));
    for sign in [1, -1] {
        for (skew, expected) in [
            (0, Correction::Slew),
            (125 * MS - 1, Correction::Slew),
            (125 * MS, Correction::Step),
            (1_000 * S - 1, Correction::Step),
            (1_000 * S, Correction::Panic),
        ] {
            assert_eq!(correction(sign * skew), expected, "{}", sign * skew);
        }
    }
    assert_eq!(correction(i64::MIN), Correction::Panic);
}

#[test]
fn the_longest_slew_takes_about_five_minutes() {
    assert_eq!(slew_time(125 * MS), 250 * SECONDS);
    let mut clock = Disciplined::new(0, 0);
    assert_eq!(clock.correct(0, 125 * MS - 1), Correction::Slew);
    assert!(clock.to_slew(250 * SECONDS - SECONDS) > 0);
    assert_eq!(clock.to_slew(250 * SECONDS), 0);
    assert_eq!(clock.time_of_day(300 * SECONDS), 300 * SECONDS + 125 * MILLIS - 1);
}

#[test]
fn a_slewed_clock_runs_500_ppm_faster_or_slower_and_both_clocks_do() {
    for (skew, after_a_second) in [(100 * MS, 1_000_500_000), (-100 * MS, 999_500_000)] {
        let mut clock = Disciplined::new(0, 7 * SECONDS);
        clock.correct(0, skew);
        assert_eq!(clock.time_of_day(SECONDS), 7 * SECONDS + after_a_second);
        assert_eq!(clock.monotonic(SECONDS), after_a_second);
    }
}

#[test]
fn a_step_moves_the_time_of_day_and_leaves_the_monotonic_clock_alone() {
    let mut clock = Disciplined::new(5 * SECONDS, 100 * SECONDS);
    assert_eq!(clock.correct(10 * SECONDS, -3 * S), Correction::Step);
    assert_eq!(clock.time_of_day(10 * SECONDS), 102 * SECONDS);
    assert_eq!(clock.monotonic(10 * SECONDS), 10 * SECONDS);
    assert_eq!(clock.time_of_day(11 * SECONDS), 103 * SECONDS);
}

#[test]
fn a_panic_changes_nothing() {
    let clock = Disciplined::new(0, 9_999 * SECONDS);
    let mut other = clock;
    assert_eq!(other.correct(0, -1_000 * S), Correction::Panic);
    assert_eq!(other, clock);
}

#[test]
fn a_new_skew_replaces_what_was_left_of_the_last_one() {
    let mut clock = Disciplined::new(0, 0);
    clock.correct(0, 100 * MS);
    // After 100 s half is slewed; then the clock turns out to be right.
    clock.correct(100 * SECONDS, 0);
    assert_eq!(clock.time_of_day(200 * SECONDS), 200 * SECONDS + 50 * MILLIS);
    // A step ends a slew.
    clock.correct(200 * SECONDS, 100 * MS);
    clock.correct(200 * SECONDS, -S);
    assert_eq!(clock.time_of_day(300 * SECONDS), 299 * SECONDS + 50 * MILLIS);
}

#[test]
fn being_set_to_what_it_shows_changes_nothing() {
    let mut clock = Disciplined::new(0, 0);
    clock.correct(0, 3 * MS);
    let mut often = clock;
    for counter in (0..=10 * SECONDS).step_by(2_000_000) {
        // Every two milliseconds a whole microsecond is slewed: nothing is lost by rounding.
        often.correct(counter, often.to_slew(counter));
        assert_eq!(often.time_of_day(counter), clock.time_of_day(counter));
        assert_eq!(often.monotonic(counter), clock.monotonic(counter));
    }
}

#[test]
fn elapsed_time_is_negative_or_far_too_long_by_a_time_of_day_that_is_stepped() {
    for (skew, by_time_of_day) in [(-3 * S, -2 * S), (900 * S, 901 * S)] {
        let mut clock = Disciplined::new(0, 1_000 * SECONDS);
        let read = |clock: &Disciplined, counter| {
            (clock.time_of_day(counter) as i64, clock.monotonic(counter) as i64)
        };
        let before = read(&clock, 0);
        clock.correct(SECONDS / 2, skew);
        let after = read(&clock, SECONDS);
        assert_eq!(after.0 - before.0, by_time_of_day);
        assert_eq!(after.1 - before.1, S);
    }
}
