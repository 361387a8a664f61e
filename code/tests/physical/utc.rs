//! UTC: calendars, leap seconds, and how times are written.

use distsys::clock::Utc;
use distsys::clock::utc::{DAY, LeapSecond, elapsed, is_leap_year, leap_seconds, utc};

fn at(text: &str) -> Utc {
    text.parse().unwrap()
}

#[test]
fn the_lectures_example_is_written_and_read_back() {
    let lecture = at("2021-11-09T09:50:17+00:00");
    assert_eq!(lecture.unix(), 1_636_451_417);
    assert_eq!(Utc::from_unix(1_636_451_417), lecture);
    assert_eq!(lecture.to_string(), "2021-11-09T09:50:17+00:00");
    // The same moment on another clock on the wall.
    assert_eq!(at("2021-11-09T10:50:17+01:00"), lecture);
    assert_eq!(at("2021-11-08T23:50:17-10:00"), lecture);
    assert_eq!(at("2021-11-09T09:50:17Z"), lecture);
}

#[test]
fn every_day_from_1583_to_2800_is_converted_there_and_back() {
    let (mut year, mut month, mut day) = (1583, 1, 1);
    let first = at("1583-01-01T00:00:00Z").unix() / DAY;
    for number in first..first + 444_000 {
        let midnight = Utc { year, month, day, hour: 0, minute: 0, second: 0 };
        assert_eq!(midnight.unix(), number * DAY);
        assert_eq!(Utc::from_unix(number * DAY + DAY - 1).unix(), number * DAY + DAY - 1);
        assert_eq!(Utc::from_unix(number * DAY), midnight);
        // The next day, by the rhyme about the days of the months.
        let days = match month {
            2 => 28 + u8::from(is_leap_year(year)),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        day += 1;
        if day > days {
            (month, day) = (month + 1, 1);
        }
        if month > 12 {
            (year, month) = (year + 1, 1);
        }
    }
    assert_eq!(year, 2798);
}

/// Days from 1970 to the beginning of a year, if that rule says which years have 366.
fn days_to(year: i64, is_leap: fn(i64) -> bool) -> i64 {
    (1970..year).map(|year| 365 + i64::from(is_leap(year))).sum()
}

#[test]
fn a_rule_without_one_of_its_parts_is_a_day_off() {
    let right =
        |year: i64| Utc { year, month: 1, day: 1, hour: 0, minute: 0, second: 0 }.unix() / DAY;
    assert_eq!(days_to(2021, is_leap_year), right(2021));
    // 2000 was a leap year, since 400 divides it; 2100 will be none, since 100 does.
    assert_eq!(days_to(2021, |year| year % 4 == 0 && year % 100 != 0), right(2021) - 1);
    assert_eq!(days_to(2101, |year| year % 4 == 0), right(2101) + 1);
    assert_eq!(days_to(2100, |year| year % 4 == 0), right(2100), "nobody notices until then");
}

#[test]
fn there_were_27_leap_seconds_since_1972_all_of_them_positive() {
    let leaps = leap_seconds();
    assert_eq!(leaps.len(), 27);
    assert!(leaps.iter().all(|leap| !leap.negative) && leaps.is_sorted());
    for leap in &leaps {
        let before = Utc::from_unix(leap.midnight - 1);
        assert!([(6, 30), (12, 31)].contains(&(before.month, before.day)), "{before}");
    }
    assert_eq!(Utc::from_unix(leaps[0].midnight - 1), at("1972-06-30T23:59:59Z"));
    assert_eq!(Utc::from_unix(leaps[26].midnight - 1), at("2016-12-31T23:59:59Z"));
}

/// What UTC shows, second by second, around this midnight.
fn around(midnight: &str, leaps: &[LeapSecond]) -> Vec<String> {
    let middle = elapsed(at(midnight), leaps).unwrap();
    let show = |second| utc(second, leaps).to_string()[8..19].to_string();
    (middle - 3..=middle).map(show).collect()
}

#[test]
fn a_day_has_86_399_or_86_400_or_86_401_seconds() {
    let leap = |negative| LeapSecond { midnight: at("2012-07-01T00:00:00Z").unix(), negative };
    let days = [vec![leap(true)], vec![], vec![leap(false)]].map(|leaps| {
        let [from, to] = ["2012-06-30T00:00:00Z", "2012-07-01T00:00:00Z"]
            .map(|midnight| elapsed(at(midnight), &leaps).unwrap());
        (to - from, around("2012-07-01T00:00:00Z", &leaps)[1..].join(" "))
    });
    assert_eq!(days[0], (86_399, "30T23:59:57 30T23:59:58 01T00:00:00".to_string()));
    assert_eq!(days[1], (86_400, "30T23:59:58 30T23:59:59 01T00:00:00".to_string()));
    assert_eq!(days[2], (86_401, "30T23:59:59 30T23:59:60 01T00:00:00".to_string()));
}

#[test]
fn elapsed_seconds_and_utc_are_inverse_around_all_leap_seconds_and_negative_ones() {
    let mut negative = leap_seconds();
    negative.push(LeapSecond { midnight: at("2030-01-01T00:00:00Z").unix(), negative: true });
    negative.push(LeapSecond { midnight: at("2031-07-01T00:00:00Z").unix(), negative: false });
    for leaps in [leap_seconds(), negative] {
        for (place, leap) in (0..).zip(&leaps) {
            for second in leap.midnight + place - 4..leap.midnight + place + 4 {
                let shown = utc(second, &leaps);
                assert_eq!(elapsed(shown, &leaps), Some(second), "{shown}");
                assert!(utc(second + 1, &leaps) > shown);
            }
        }
    }
    let missing = at("2029-12-31T23:59:59Z");
    let leaps = [LeapSecond { midnight: missing.unix() + 1, negative: true }];
    assert_eq!(elapsed(missing, &leaps), None, "that second never was");
    assert_eq!(elapsed(at("2029-12-31T23:59:60Z"), &[]), None, "nor that one");
}

#[test]
fn unix_time_gives_the_leap_second_and_the_second_after_it_one_number() {
    let [leap, after] = ["2012-06-30T23:59:60Z", "2012-07-01T00:00:00Z"].map(at);
    assert_eq!(leap.unix(), after.unix());
    let leaps = leap_seconds();
    assert_eq!(elapsed(after, &leaps).unwrap() - elapsed(leap, &leaps).unwrap(), 1);
    assert_eq!(leap, at("2012-07-01T00:59:60+01:00"));
}

#[test]
fn what_is_no_time_is_refused() {
    for text in [
        "",
        "2021",
        "2021-11-09 09:50:17Z",
        "2021-13-09T09:50:17Z",
        "2021-02-29T09:50:17Z",
        "2021-11-09T24:50:17Z",
        "2021-11-09T09:60:17Z",
        "2021-11-09T09:50:61Z",
        "2021-11-09T09:50:17",
        "2021-11-09T09:50:17+1:00",
        "2021-11-09T09:50:17+24:00",
        "2021-11-09T09:50:17+00:00Z",
        "２021-11-09T09:50:17Z",
        "+021-11-09T09:50:17Z",
    ] {
        let error = text.parse::<Utc>().unwrap_err();
        assert!(error.contains("ISO 8601"), "{text}: {error}");
    }
}
