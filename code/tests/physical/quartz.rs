//! Quartz: the numbers of the lecture, and pictures of clocks over days.

use distsys::clock::days::{Computer, corrections, week};
use distsys::clock::quartz::DAY;
use distsys::clock::{Oscillator, Quartz};
use distsys::node::{MILLIS, SECONDS};
use tests::golden;

/// How far a clock that drifts by so many parts per million is ahead after so many days, in
/// milliseconds.
fn ahead_ms(ppm: i64, days: u64) -> i64 {
    let mut counter = Oscillator::new(Quartz::drifting(ppm));
    let counted = counter.pass(days * DAY, 250);
    (counted as i64 - (days * DAY) as i64) / MILLIS as i64
}

#[test]
fn a_part_per_million_is_86_ms_a_day_and_32_s_a_year() {
    let mut counter = Oscillator::new(Quartz::drifting(1));
    assert_eq!(counter.pass(SECONDS, 250) - SECONDS, 1_000, "1 µs a second");
    assert_eq!(ahead_ms(1, 1), 86);
    assert_eq!(ahead_ms(-1, 1), -86);
    assert_eq!((ahead_ms(1, 365) + 500) / 1_000, 32);
    assert_eq!(ahead_ms(50, 1), 4_320);
}

#[test]
fn no_rounding_adds_up() {
    let quartz = Quartz { manufacture_ppb: 333, ..Quartz::default() };
    let (mut once, mut often) = (Oscillator::new(quartz), Oscillator::new(quartz));
    let all = once.pass(1_000_003 * 7, 250);
    let counted = (0..1_000_003).map(|_| often.pass(7, 250)).last().unwrap();
    assert_eq!(counted, all);
}

#[test]
fn a_crystal_is_slower_where_it_is_hotter_and_where_it_is_colder() {
    let quartz = Quartz { curve_ppb: 35, ..Quartz::drifting(0) };
    let at = |degrees: i64| quartz.drift_ppb(0, degrees * 10);
    assert_eq!(at(25), 0);
    assert_eq!((at(15), at(35)), (-3_500, -3_500));
    assert_eq!((at(-15), at(65)), (-56_000, -56_000));
}

#[test]
fn a_crystal_ages() {
    let quartz = Quartz { ageing_ppb: 3, ..Quartz::drifting(1) };
    assert_eq!(quartz.drift_ppb(0, 250), 1_000);
    assert_eq!(quartz.drift_ppb(100 * DAY, 250), 1_300);
}

#[test]
fn a_week_alone_is_half_a_minute_and_with_a_server_a_few_milliseconds() {
    let hour = 3_600 * SECONDS;
    let worst = |computer: Computer| {
        let errors = computer.errors(7 * DAY, 64 * SECONDS);
        errors.into_iter().map(|(_, ahead)| ahead.unsigned_abs()).max().unwrap()
    };
    let alone = worst(Computer::drifting(50));
    assert!((30 * SECONDS..31 * SECONDS).contains(&alone), "{alone}");
    // An hour at 50 ppm is 180 ms.
    let hourly = worst(Computer::drifting(50).polling(hour));
    assert!((180 * MILLIS..200 * MILLIS).contains(&hourly), "{hourly}");
    let often = worst(Computer::drifting(50).polling(64 * SECONDS));
    assert!(often < 20 * MILLIS, "{often}");
}

#[test]
fn the_pictures_of_clocks_over_days_are_as_on_the_page() {
    let caption = "How far clocks are ahead of true time, computed from their crystals. The slope is the drift. \
                   One crystal is right at 25 °C, but it gets as cold as 5 °C and as hot as 45 °C every day. \
                   The clock that asks a time server is never off by more than a fifth of a second.";
    golden::check("clock-week.html", &week().figure("clock-week", caption));
    let caption = "Three clocks that run 50 ppm too fast. Two of them ask a time server every 64 seconds, for \
                   the first time after 64 seconds. 100 ms are slewed, which takes about 200 s; 150 ms are \
                   stepped. What is left comes from ways there and back that differ, and from drift.";
    golden::check("clock-corrections.html", &corrections().figure("clock-corrections", caption));
}
