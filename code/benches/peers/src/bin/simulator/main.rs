//! Simulators: ours, the least that any does, turmoil and madsim, by turns.

mod madsim;
#[path = "../../../../simulator/mod.rs"]
mod simulator;
mod turmoil;

use benches::{Section, Wanted, by_turns, nanos};
use simulator::{bursts, heap, ours};

/// Rounds of bursts in a run: 10,000 messages.
const ROUNDS: u32 = 40;
/// Runs in a measurement.
const RUNS: u64 = 20;

/// Rounds of bursts in a long run: 100,000 messages.
const LONG: u32 = 400;

fn cost(run: impl Fn(u64, u32) -> u64 + 'static) -> Box<dyn FnMut() -> f64> {
    cost_of(RUNS, ROUNDS, run)
}

/// The cost of a message, measured in so many runs of so many rounds.
fn cost_of(
    runs: u64,
    rounds: u32,
    run: impl Fn(u64, u32) -> u64 + 'static,
) -> Box<dyn FnMut() -> f64> {
    let mut seed = 0;
    Box::new(move || {
        let seeds = seed..seed + runs;
        seed += runs;
        let (nanos, delivered) = nanos(|| seeds.map(|seed| run(seed, rounds)).sum());
        let sent = bursts::messages(bursts::NODES, rounds) * runs;
        assert!(bursts::is_plausible(delivered, sent), "{delivered} of {sent} messages came");
        nanos / delivered as f64
    })
}

fn main() -> Result<(), String> {
    let figures = by_turns(
        "ns a message",
        5,
        vec![
            ("bare heap loop", cost(heap::run)),
            ("ours", cost(|seed, rounds| ours::run(seed, bursts::NODES, rounds, false))),
            (
                "ours, with a trace",
                cost(|seed, rounds| ours::run(seed, bursts::NODES, rounds, true)),
            ),
            (
                "ours, long runs",
                cost_of(2, LONG, |seed, rounds| ours::run(seed, bursts::NODES, rounds, false)),
            ),
            (
                "ours, long runs with a trace",
                cost_of(2, LONG, |seed, rounds| ours::run(seed, bursts::NODES, rounds, true)),
            ),
            ("turmoil 0.7", cost(turmoil::run)),
            ("madsim 0.2", cost(madsim::run)),
        ],
    );
    let mut section = Section::new(
        "Five nodes, each of which sends bursts of 50 messages round-robin to the others, over links that take 1 to 10 ms \
         and lose 1 %, in runs of 10,000 messages (long runs: 100,000): the time on one core for each message delivered.",
        "cd code/benches/peers && cargo run --release --bin simulator -- --record",
        figures,
    );
    use Wanted::{AtLeast, AtMost};
    section.claim(
        "ours costs at most twice the bare heap loop",
        "ours",
        "bare heap loop",
        AtMost(2.0),
    );
    section.claim(
        "a full trace costs at most three times as much",
        "ours, with a trace",
        "ours",
        AtMost(3.0),
    );
    section.claim(
        "a full trace costs at most three times as much in long runs, too",
        "ours, long runs with a trace",
        "ours, long runs",
        AtMost(3.0),
    );
    section.claim(
        "ours has at least 4 times turmoil's throughput",
        "turmoil 0.7",
        "ours",
        AtLeast(4.0),
    );
    section.claim(
        "ours has at least 12 times madsim's throughput",
        "madsim 0.2",
        "ours",
        AtLeast(12.0),
    );
    section.finish("simulator")
}
