//! Exercise 2: how a remote call differs from a local one.
//!
//! The shop calls the payments service, and gives up after 50 ms without an answer. In some worlds
//! the request is lost, in some the answer, in some the server is slow or crashes. The program
//! compares what the shop has seen, byte for byte.

#[path = "shared/json.rs"]
mod json;

use distsys::draw::label;
use distsys::layer::names::{A, B};
use distsys::layer::{Layer, MILLIS, Time};
use distsys::rpc::payments::PaymentRequest;
use distsys::rpc::{Payments, Rpc, Stub};
use distsys::service::{Call, CallEvent, OpId};
use distsys::sim::{EventId, Fate, Fault, Network, PacketId, Script, Text, What, World};
use distsys::spec::view::{Seen, view};
use distsys::stack::Stack;
use json::Json;
use std::process::ExitCode;

const HELP: &str = "\
Exercise 2: worlds that look alike to the client of a remote call.
Options:
  --slow MS    how long the work takes in the world with a slow server, 40 to 10000 (default 100)
  --help       this text";

fn main() -> ExitCode {
    match options().and_then(|slow| slow.map_or(Ok(true), exercise)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error}\n\n{HELP}");
            ExitCode::from(2)
        }
    }
}

/// How slow the server is; `None` if only help was wanted.
fn options() -> Result<Option<Time>, String> {
    let (mut parser, mut slow) = (lexopt::Parser::from_env(), 100);
    let says = |error: lexopt::Error| error.to_string();
    while let Some(argument) = parser.next().map_err(says)? {
        match argument {
            lexopt::Arg::Long("slow") => {
                let value = parser.value().map_err(says)?;
                let number = value.to_str().and_then(|text| text.parse().ok());
                slow = number
                    .filter(|ms| (40..=10_000).contains(ms))
                    .ok_or_else(|| format!("--slow takes 40 to 10000, not {}", value.display()))?;
            }
            lexopt::Arg::Long("help") | lexopt::Arg::Short('h') => {
                println!("{HELP}");
                return Ok(None);
            }
            other => return Err(other.unexpected().to_string()),
        }
    }
    Ok(Some(slow * MILLIS))
}

type Shop = Stack<Stub<Payments, Json>, Rpc<String, String>>;

// ANCHOR: worlds
/// The worlds: what goes wrong, how long the work takes, and what is decided about the run.
fn worlds(slow: Time) -> Vec<(&'static str, Time, Script)> {
    let usual = 5 * MILLIS;
    let lost = |from, to| {
        let packet = PacketId { from, to, ordinal: 1, copy: 0 };
        Script { fates: [(packet, Fate::Lost)].into(), ..Script::default() }
    };
    // The server crashes when the work is done: before it tells so (0 effects), or after (1).
    let crash = |effects| {
        let done = EventId::Timer { node: B, timer: "First(Work(1))".to_string(), ordinal: 1 };
        Script { crashes: [(done, effects)].into(), ..Script::default() }
    };
    let down = Script { faults: Some(vec![(0, Fault::Crash(B))]), ..Script::default() };
    vec![
        ("the request is lost", usual, lost(A, B)),
        ("the answer is lost", usual, lost(B, A)),
        ("the server is down", usual, down),
        ("the server crashes before it charges", usual, crash(0)),
        ("the server crashes after it has charged", usual, crash(1)),
        ("the server is slow", slow, Script::default()),
        ("nothing goes wrong", usual, Script::default()),
    ]
}
// ANCHOR_END: worlds

/// What came of one world.
struct Outcome {
    /// All that the shop did and was told, until it gave up.
    trace: Vec<Seen<Text>>,
    /// All that it knows then.
    state: String,
    /// How often the card was charged by then, and in the end.
    charged: [usize; 2],
}

/// Whether the worlds look as alike as they should.
fn exercise(slow: Time) -> Result<bool, String> {
    let worlds = worlds(slow);
    let seen = worlds.iter().map(|(_, takes, script)| look(*takes, script.clone()));
    let seen = seen.collect::<Result<Vec<_>, _>>()?;
    println!("What the shop sees until it gives up, if the request is lost:\n");
    for (at, what) in &seen[0].trace {
        println!("   {:>3} ms  {}", at / MILLIS, short(what).replace('\\', ""));
    }
    println!("\nCard charged                               by then   in the end   the shop sees");
    let mut alike = 0;
    for ((title, ..), it) in worlds.iter().zip(&seen) {
        let same = it.trace == seen[0].trace && it.state == seen[0].state;
        alike += usize::from(same);
        let sees = if same { "the same" } else { "something else" };
        println!("{title:41} {:>5} × {:>10} ×   {sees}", it.charged[0], it.charged[1]);
    }
    let bytes = format!("{:?}", seen[0].trace).len() + seen[0].state.len();
    println!(
        "\nIn {alike} worlds, what the shop did and what it knows are alike in all {bytes} bytes."
    );
    Ok(alike == worlds.len() - 1)
}

/// Runs one world.
fn look(takes: Time, script: Script) -> Result<Outcome, String> {
    let node = |takes| Stub::new(Payments::new(takes)).over(Rpc::new().with_tries(1));
    let nodes: Vec<Shop> = vec![node(0), node(takes)];
    let mut world = World::new(0, nodes).with_network(Network::calm()).with_script(script);
    let op = OpId { client: 0, number: 0 };
    world.request(A, Call { op, to: B, args: PaymentRequest::example() });
    world.run_until(50 * MILLIS).map_err(|error| error.to_string())?;
    let trace = view(&world.trace().text(), A);
    let state = world.node(A).map(|state| format!("{state:#?}")).unwrap_or_default();
    let by_then = charged(&world);
    world.run().map_err(|error| error.to_string())?;
    Ok(Outcome { trace, state, charged: [by_then, charged(&world)] })
}

/// A line of it.
fn short(what: &What<Text>) -> String {
    match what {
        What::Start => "starts".to_string(),
        What::Request { .. } => "is asked to charge £3.99".to_string(),
        What::Send { packet, .. } => format!("sends {}", label(packet)),
        What::Receive { packet, .. } => format!("receives {}", label(packet)),
        What::SetTimer { timer, .. } => format!("sets the timer {}", label(timer)),
        What::CancelTimer { timer } => format!("cancels the timer {}", label(timer)),
        What::Timeout { timer, .. } => format!("the timer runs out: {}", label(timer)),
        What::Deliver { indication } => format!("hears: {}", label(indication)),
        other => format!("{other:?}"),
    }
}

/// How often the card was charged so far.
fn charged(world: &World<Shop>) -> usize {
    let charges = |what: &What<Shop>| {
        matches!(what, What::Deliver { indication: CallEvent::Executed { .. } })
    };
    world.trace().records.iter().filter(|record| charges(&record.what)).count()
}
