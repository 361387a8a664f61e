//! Exercise 7: how wrong the NTP estimate can be, for a given delay.
//!
//! A client that is 40 ms behind asks a server for the time. Request and answer are under way for
//! so long together, split between them in every way. Each split is a run of the simulator; the
//! table says what the client concludes.

use distsys::clock::{Estimate, Estimated};
use distsys::node::{MILLIS, Time};
use distsys::runs::clocks::{BEHIND, ntp_exchange};
use distsys::sim::What;
use lexopt::{Arg, Parser, ValueExt};
use std::process::ExitCode;

const HELP: &str = "\
Exercise 7: how wrong the NTP estimate can be, for a given delay.

Usage: cargo book exercise 7 [OPTION…]

Options:
  --delay MS    how long request and answer are under way together (10)
  --splits N    in how many steps it goes from one to the other (10)
  --help        this text";

fn main() -> ExitCode {
    match options() {
        Ok(Some((delay, splits))) => {
            print(delay, splits);
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

/// The delay and the number of steps; `None` if only help was wanted.
fn options() -> Result<Option<(Time, u64)>, lexopt::Error> {
    let (mut delay, mut splits) = (10, 10);
    let mut parser = Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("delay") => delay = number(&mut parser, "--delay", 0, 100_000)?,
            Arg::Long("splits") => splits = number(&mut parser, "--splits", 1, 100)?,
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            // `cargo book exercise` hands it on; nothing here is left to chance.
            Arg::Long("seed") => drop(parser.value()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some((delay * MILLIS, splits)))
}

fn number(parser: &mut Parser, name: &str, least: u64, most: u64) -> Result<u64, lexopt::Error> {
    let number = parser.value()?.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("{name} takes {least} to {most}").into())
}

// ANCHOR: print
fn print(delay: Time, splits: u64) {
    println!("Request and answer are under way for {} ms together.", ms(delay as i64));
    println!("The client is {} ms behind the server.\n", ms(BEHIND as i64));
    println!(" request   answer    delta    theta    error      (ms)");
    let mut worst = 0;
    for step in 0..=splits {
        let there = delay * step / splits;
        let Some(estimate) = estimate(there, delay - there) else { continue };
        let error = estimate.skew - BEHIND as i64;
        worst = worst.max(error.unsigned_abs());
        let columns = [there as i64, (delay - there) as i64, estimate.delay as i64, estimate.skew];
        let columns = columns.map(|column| format!("{:>8}", ms(column))).join(" ");
        println!("{columns} {:>8}", signed(error));
    }
    println!(
        "\nworst error: {} ms, and half of delta is {} ms",
        ms(worst as i64),
        ms(delay as i64 / 2)
    );
}

/// What the client concludes if request and answer take this long.
fn estimate(there: Time, back: Time) -> Option<Estimate> {
    let trace = ntp_exchange(there, back);
    trace.records.iter().find_map(|record| match record.what {
        What::Deliver { indication: Estimated::Answer(estimate) } => Some(estimate),
        _ => None,
    })
}
// ANCHOR_END: print

/// Milliseconds, with as many digits behind the point as it needs.
fn ms(span: i64) -> String {
    let micros = span.unsigned_abs() / 1_000;
    let sign = if span < 0 { "-" } else { "" };
    match micros % 1_000 {
        0 => format!("{sign}{}", micros / 1_000),
        rest => format!("{sign}{}.{}", micros / 1_000, format!("{rest:03}").trim_end_matches('0')),
    }
}

fn signed(span: i64) -> String {
    if span > 0 { format!("+{}", ms(span)) } else { ms(span) }
}
