//! UTC: calendars, leap seconds, and the two ways to write a time down.
//!
//! Source: notes, section 3.1. The table of leap seconds is that of the International Earth Rotation
//! and Reference Systems Service (Bulletin C).

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

// ANCHOR: leap_year
/// The Gregorian rule: every fourth year, but not every hundredth, but every
/// four-hundredth.
pub fn is_leap_year(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}
// ANCHOR_END: leap_year

/// A moment in UTC, as a calendar and a clock on the wall say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Utc {
    /// The year.
    pub year: i64,
    /// From 1.
    pub month: u8,
    /// From 1.
    pub day: u8,
    /// From 0 to 23.
    pub hour: u8,
    /// From 0 to 59.
    pub minute: u8,
    /// From 0 to 59; 60 in a leap second.
    pub second: u8,
}

/// Seconds in a day, but for those in which there is a leap second.
pub const DAY: i64 = 86_400;

// ANCHOR: unix
impl Utc {
    /// The Unix time: seconds since the beginning of 1970, leap seconds not
    /// counted. So a leap second has the number of the second after it.
    pub fn unix(&self) -> i64 {
        let [hour, minute, second] = [self.hour, self.minute, self.second].map(i64::from);
        day_number(self.year, self.month, self.day) * DAY + hour * 3_600 + minute * 60 + second
    }
    /// The moment with this Unix time. It is never a leap second.
    pub fn from_unix(unix: i64) -> Self {
        let (days, rest) = (unix.div_euclid(DAY), unix.rem_euclid(DAY));
        let (year, month, day) = calendar_day(days);
        let (hour, minute) = ((rest / 3_600) as u8, (rest / 60 % 60) as u8);
        Utc { year, month, day, hour, minute, second: (rest % 60) as u8 }
    }
}

/// How many days after the first of January 1970.
fn day_number(year: i64, month: u8, day: u8) -> i64 {
    let months = (1..month).map(|earlier| days_in(year, earlier)).sum::<i64>();
    days_before(year) - days_before(1970) + months + i64::from(day) - 1
}

/// How many days there are before this year, from the year 1 on, as if the rule had
/// always held.
fn days_before(year: i64) -> i64 {
    let past = year - 1;
    past * 365 + past.div_euclid(4) - past.div_euclid(100) + past.div_euclid(400)
}

fn days_in(year: i64, month: u8) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap_year(year) => 29,
        2 => 28,
        _ => 31,
    }
}

fn calendar_day(days: i64) -> (i64, u8, u8) {
    // 400 years have 146,097 days; the guess may be off by one.
    let guess = 1970 + (days * 400).div_euclid(146_097);
    let has_begun = |year: &i64| day_number(*year, 1, 1) <= days;
    let year = (guess - 1..=guess + 1).rfind(has_begun).unwrap_or(guess);
    let month = (1..=12).rfind(|&month| day_number(year, month, 1) <= days).unwrap_or(1);
    (year, month, (days - day_number(year, month, 1) + 1) as u8)
}
// ANCHOR_END: unix

impl fmt::Display for Utc {
    /// As ISO 8601 has it.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Utc { year, month, day, hour, minute, second } = self;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+00:00")
    }
}

impl FromStr for Utc {
    type Err = String;
    /// Reads `2021-11-09T09:50:17+00:00`, with any offset from UTC; `Z` stands for
    /// none.
    fn from_str(text: &str) -> Result<Self, String> {
        read(text).ok_or_else(|| {
            format!("{text:?} is no time in ISO 8601 such as 2021-11-09T09:50:17+00:00")
        })
    }
}

fn read(text: &str) -> Option<Utc> {
    let (fields, zone) = (text.get(..19)?, text.get(19..)?);
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if separators.iter().any(|&(place, separator)| fields.as_bytes()[place] != separator) {
        return None;
    }
    let number = |range| two_digits(fields.get(range)?);
    let year = i64::from(number(0..2)?) * 100 + i64::from(number(2..4)?);
    let local = Utc {
        year,
        month: number(5..7)?,
        day: number(8..10)?,
        hour: number(11..13)?,
        minute: number(14..16)?,
        second: number(17..19)?,
    };
    let is_day = (1..=12).contains(&local.month)
        && (1..=days_in(year, local.month)).contains(&i64::from(local.day));
    let is_time = local.hour < 24 && local.minute < 60 && local.second <= 60;
    let ahead = offset(zone).filter(|_| is_day && is_time)?;
    // A leap second comes everywhere at once, and stays one in every zone.
    let leaps = u8::from(local.second == 60);
    let utc = Utc { second: local.second - leaps, ..local }.unix() - ahead;
    let utc = Utc::from_unix(utc);
    Some(Utc { second: utc.second + leaps, ..utc })
}

/// How many seconds a zone is ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let sign = match zone.as_bytes() {
        [b'+', _, _, b':', _, _] => 1,
        [b'-', _, _, b':', _, _] => -1,
        _ => return None,
    };
    let (hours, minutes) = (two_digits(zone.get(1..3)?)?, two_digits(zone.get(4..6)?)?);
    (hours < 24 && minutes < 60).then(|| sign * (i64::from(hours) * 60 + i64::from(minutes)) * 60)
}

fn two_digits(text: &str) -> Option<u8> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

// ANCHOR: leap
/// The end of a day in UTC at which a second is inserted, or left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LeapSecond {
    /// The Unix time of the midnight that follows.
    pub midnight: i64,
    /// Whether it was left out: the day went from 23:59:58 straight to 00:00:00.
    pub negative: bool,
}

/// All leap seconds so far: 27, and every one of them was inserted.
pub fn leap_seconds() -> Vec<LeapSecond> {
    let positive = |&(year, month)| {
        let midnight = day_number(year, month, 1) * DAY;
        LeapSecond { midnight, negative: false }
    };
    MIDNIGHTS.iter().map(positive).collect()
}

/// The months before which a second was inserted: the last of June or of December.
const MIDNIGHTS: [(i64, u8); 27] = [
    (1972, 7),
    (1973, 1),
    (1974, 1),
    (1975, 1),
    (1976, 1),
    (1977, 1),
    (1978, 1),
    (1979, 1),
    (1980, 1),
    (1981, 7),
    (1982, 7),
    (1983, 7),
    (1985, 7),
    (1988, 1),
    (1990, 1),
    (1991, 1),
    (1992, 7),
    (1993, 7),
    (1994, 7),
    (1996, 1),
    (1997, 7),
    (1999, 1),
    (2006, 1),
    (2009, 1),
    (2012, 7),
    (2015, 7),
    (2017, 1),
];
// ANCHOR_END: leap

// ANCHOR: elapsed
/// How many seconds have passed since the beginning of 1970, leap seconds counted,
/// when UTC says this; `None` if such a second never was.
pub fn elapsed(utc: Utc, leaps: &[LeapSecond]) -> Option<i64> {
    let unix = utc.unix();
    let before = |leap: &&LeapSecond| leap.midnight <= unix;
    let passed = leaps.iter().filter(before).map(LeapSecond::seconds).sum::<i64>();
    let at_midnight = leaps.iter().find(|leap| leap.midnight == unix);
    match (utc.second, at_midnight) {
        // 23:59:60 has the Unix time of the midnight after it, but comes a second
        // before.
        (60, Some(LeapSecond { negative: false, .. })) => Some(unix + passed - 1),
        (60, _) => None,
        _ if leaps.iter().any(|it| it.negative && it.midnight - 1 == unix) => None,
        _ => Some(unix + passed),
    }
}

/// What UTC says when so many seconds have passed since the beginning of 1970.
pub fn utc(elapsed: i64, leaps: &[LeapSecond]) -> Utc {
    let mut passed = 0;
    for leap in leaps {
        let midnight = leap.midnight + passed + leap.seconds();
        if !leap.negative && elapsed == midnight - 1 {
            let second = Utc::from_unix(leap.midnight - 1);
            return Utc { second: 60, ..second };
        }
        if elapsed < midnight {
            break;
        }
        passed += leap.seconds();
    }
    Utc::from_unix(elapsed - passed)
}
// ANCHOR_END: elapsed

impl LeapSecond {
    /// By how much it makes its day longer.
    pub fn seconds(&self) -> i64 {
        if self.negative { -1 } else { 1 }
    }
}
