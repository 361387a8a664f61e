//! Exercise 17: what physical timestamps do to a replicated store.
//!
//! Three replicas; somebody writes every so often, always to one of them, and never two at a time. Of
//! each write the writer is told that it is done. In between all replicas hear of it. The clocks are
//! wrong by so much. How many writes are lost, without anybody being told?

use distsys::node::{MILLIS, NodeId, PerNode, SECONDS, Time};
use distsys::replication::register::Register;
use distsys::replication::timestamped::ByTimeOfDay;
use distsys::replication::{AntiEntropy, LastWriterWins};
use distsys::service::shared_data::{Holds, MapRequest};
use distsys::sim::clock::LocalClock;
use distsys::sim::random::{Purpose, below, draws};
use distsys::sim::{Delay, Network, What, World};
use lexopt::{Arg, Parser, ValueExt};
use std::process::ExitCode;

const HELP: &str = "\
Exercise 17: what physical timestamps do to a replicated store.

Usage: cargo book exercise 17 [OPTION…]

Options:
  --writes N    how many writes there are, 1 to 10000 (1000)
  --every MS    how many milliseconds lie between two writes, 5 to 1000 (10)
  --seed N      who writes when (1)
  --help        this text";

fn main() -> ExitCode {
    match options() {
        Ok(Some(options)) => match print(options) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: {error}");
                ExitCode::FAILURE
            }
        },
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

#[derive(Clone, Copy)]
struct Options {
    writes: u64,
    every: Time,
    seed: u64,
}

/// `None` if only help was wanted.
fn options() -> Result<Option<Options>, lexopt::Error> {
    let mut options = Options { writes: 1_000, every: 10, seed: 1 };
    let mut parser = Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("writes") => options.writes = number(&mut parser, "--writes", 1, 10_000)?,
            Arg::Long("every") => options.every = number(&mut parser, "--every", 5, 1_000)?,
            Arg::Long("seed") => options.seed = number(&mut parser, "--seed", 0, u64::MAX)?,
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Some(options))
}

fn number(parser: &mut Parser, name: &str, least: u64, most: u64) -> Result<u64, lexopt::Error> {
    let number = parser.value()?.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("{name} takes {least} to {most}").into())
}

// ANCHOR: print
fn print(options: Options) -> Result<(), String> {
    let Options { writes, every, .. } = options;
    println!("{writes} writes, one every {every} ms, each acknowledged. Of them are lost:\n");
    println!("clocks differ by   time of day   logical timestamps");
    for skew in [0, 1, 5, 10, 20, 50, 100, 500] {
        let physical = lost::<ByTimeOfDay<u64>>(options, skew)?;
        let logical = lost::<LastWriterWins<u64>>(options, skew)?;
        println!("{:>13} ms {physical:>13} {logical:>20}", 2 * skew);
    }
    Ok(())
}

/// How many writes are lost: at the end of their time, just before the next one, the replica that
/// took the write does not hold it. A is right, B is ahead by the skew, and C is behind.
fn lost<R: Register<Written = u64>>(options: Options, skew: i64) -> Result<u64, String> {
    let replicas = || NodeId::all(3);
    let mut world = World::new(options.seed, vec![AntiEntropy::<char, R>::new(replicas(), 0); 3]);
    world.network = Network { delay: Delay::Fixed(MILLIS), ..Network::calm() };
    for (node, times) in replicas().zip([0, 1, -1]) {
        let offset = times * skew * MILLIS as i64;
        world.set_clock(node, LocalClock { offset, ..LocalClock::default() });
    }
    for number in 0..options.writes {
        let node = NodeId(below(&mut draws(options.seed, Purpose::Workload, number, 0), 3) as u32);
        let at = (1 + number) * options.every * MILLIS;
        world.request_at(at, node, MapRequest::Set { key: 'x', value: Some(number) });
    }
    world
        .run_until((2 + options.writes) * options.every * MILLIS + SECONDS)
        .map_err(|error| error.to_string())?;

    let (mut holds, mut lost) = (PerNode::new(3, None), 0);
    let mut before: Option<(NodeId, u64)> = None;
    let mut judge = |write: Option<(NodeId, u64)>, holds: &PerNode<Option<u64>>| {
        let is_lost = write.is_some_and(|(node, value)| holds[node] != Some(value));
        lost += u64::from(is_lost);
    };
    for record in &world.trace().records {
        match &record.what {
            What::Request { request: MapRequest::Set { value: Some(value), .. }, .. } => {
                judge(before.replace((record.node, *value)), &holds);
            }
            What::Deliver { indication: Holds { values, .. } } => {
                holds[record.node] = values.first().copied().flatten();
            }
            _ => {}
        }
    }
    judge(before, &holds);
    Ok(lost)
}
// ANCHOR_END: print
