//! Exercise 6: what a smeared leap second can break.
//!
//! Four clocks get the same leap second behind them: one jumps, one stands still, one is smeared
//! linearly and one along a cosine, both from noon to noon. Each of them is right before and
//! after. In between they are wrong by up to a second, and by different amounts.

use distsys::clock::smear::{HOUR, Leap};
use distsys::node::{MILLIS, SECONDS};
use lexopt::{Arg, Parser, ValueExt};
use std::process::ExitCode;

const HELP: &str = "\
Exercise 6: what a smeared leap second can break.

Usage: cargo book exercise 6 [OPTION…]

Options:
  --latency MS    how long the message of the later tables is under way (5)
  --at HOURS      when it is sent, from the leap second on, as in -3h (0h: just before it)
  --help          this text";

const HOURS: i64 = HOUR as i64;
const SECOND: i64 = SECONDS as i64;
const MS: i64 = MILLIS as i64;

/// The clocks that are compared.
const CLOCKS: [(&str, Leap); 4] = [
    ("step", Leap::Step),
    ("stop", Leap::Stop),
    ("linear", Leap::NOON_TO_NOON),
    ("cosine", Leap::Cosine { before: 12 * HOUR, after: 12 * HOUR }),
];

fn main() -> ExitCode {
    match options() {
        Ok(Some((latency, at))) => {
            half_a_second();
            hours();
            at.map_or(vec![-3 * HOURS, -1], |at| vec![at])
                .iter()
                .for_each(|&at| message(latency, at));
            trouble(latency);
            ExitCode::SUCCESS
        }
        Ok(None) => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

/// Latency and time of sending; `None` if only help was wanted.
fn options() -> Result<Option<(i64, Option<i64>)>, lexopt::Error> {
    let (mut latency, mut at) = (5, None);
    let mut parser = Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("latency") => {
                let given = parser.value()?.parse().ok().filter(|ms| (0..=100_000).contains(ms));
                latency = given.ok_or("--latency takes 0 to 100000, in milliseconds")?;
            }
            Arg::Long("at") => {
                let given = parser.value()?.string()?;
                let hours = given.strip_suffix('h').and_then(|hours| hours.parse::<i64>().ok());
                let hours = hours.filter(|hours| hours.abs() <= 24);
                let hours = hours.ok_or("--at takes hours from -24h to 24h, as in -3h")?;
                // Just before the leap second, rather than when it begins.
                at = Some(if hours == 0 { -1 } else { hours * HOURS });
            }
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            // `cargo book exercise` hands it on; nothing here is left to chance.
            Arg::Long("seed") => drop(parser.value()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some((latency * MS, at)))
}

/// Two readings of one clock.
fn half_a_second() {
    println!("Two readings of one clock, 500 ms apart: what their difference is, in ms\n");
    println!("{:>34} {}", "first reading", names(10));
    for (when, since) in [
        ("250 ms before the leap second", -250 * MS),
        ("250 ms into it", 250 * MS),
        ("750 ms into it", 750 * MS),
        ("an hour after it", HOURS),
    ] {
        let apart = |leap: Leap| leap.shows(since + 500 * MS) - leap.shows(since);
        println!("{when:>34} {}", columns(10, apart, 3));
    }
}

/// All clocks beside each other.
fn hours() {
    println!("\n\nHow many ms each clock has fallen behind, and how far apart they are at most\n");
    println!("{:>34} {} {:>10}", "hours from the leap second", names(10), "apart");
    for hour in (-12..=12).step_by(3) {
        for (label, since) in moments(hour) {
            let behind = CLOCKS.map(|(_, leap)| leap.behind(since));
            let apart = behind.iter().max().unwrap_or(&0) - behind.iter().min().unwrap_or(&0);
            println!(
                "{label:>34} {} {:>10}",
                columns(10, |leap| leap.behind(since), 1),
                ms(apart, 1)
            );
        }
    }
}

/// An hour as a moment; the leap second itself as two.
fn moments(hour: i64) -> Vec<(String, i64)> {
    match hour {
        0 => vec![("just before".to_string(), -1), ("just after".to_string(), SECOND)],
        _ => vec![(format!("{hour:+}"), hour * HOURS)],
    }
}

/// A message from each clock to each.
fn message(latency: i64, at: i64) {
    let when = match at {
        -1 => "just before the leap second".to_string(),
        _ => format!("{:+} h from the leap second", at / HOURS),
    };
    println!("\n\nA message is under way for {} ms, sent {when}:", ms(latency, 1));
    println!("receipt minus sending, each by the clock of its own node, in ms\n");
    println!("{:>34} {}", "sender (below), receiver", names(10));
    for (name, sender) in CLOCKS {
        let measured = |receiver: Leap| receiver.shows(at + latency) - sender.shows(at);
        println!("{name:>34} {}", columns(10, measured, 1));
    }
}

/// For how long effects seem to come before their causes.
fn trouble(latency: i64) {
    println!("\n\nFor how long such a message seems to arrive before it was sent, in hours\n");
    println!("{:>34} {}", "sender (below), receiver", names(10));
    for (name, sender) in CLOCKS {
        let hours = |receiver: Leap| {
            let sent = (-13 * 3_600..13 * 3_600).map(|second| second * SECOND);
            let early = |&at: &i64| receiver.shows(at + latency) < sender.shows(at);
            // A millionth of an hour for a nanosecond, so that it prints as milliseconds do.
            sent.filter(early).count() as i64 * MS / 3_600
        };
        println!("{name:>34} {}", columns(10, hours, 2));
    }
}

fn names(width: usize) -> String {
    CLOCKS.map(|(name, _)| format!("{name:>width$}")).join(" ")
}

/// A number for each clock.
fn columns(width: usize, number: impl Fn(Leap) -> i64, digits: usize) -> String {
    CLOCKS.map(|(_, leap)| format!("{:>width$}", ms(number(leap), digits))).join(" ")
}

/// Milliseconds, rounded, with so many digits behind the point.
fn ms(span: i64, digits: usize) -> String {
    let unit = 10_u64.pow(6 - digits.min(6) as u32);
    let rounded = (span.unsigned_abs() + unit / 2) / unit;
    let one = 10_u64.pow(digits as u32);
    let sign = if span < 0 && rounded > 0 { "-" } else { "" };
    format!("{sign}{}.{:0digits$}", rounded / one, rounded % one)
}
