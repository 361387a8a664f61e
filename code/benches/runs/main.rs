//! Whole runs of a broadcast with faults, 10,000 deliveries each: how many a second, on one core and
//! on two.

mod broadcast;

use benches::{Section, Wanted, by_turns, nanos, wall_nanos};
use distsys::subject::{Run, search_in_parallel};
use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Runs in a measurement.
const RUNS: u64 = 128;

fn main() -> Result<(), String> {
    for traced in [false, true] {
        assert_eq!(broadcast::run(1, traced), broadcast::DELIVERIES, "every message is delivered");
    }
    let pools = [pool(1)?, pool(2)?];
    let [one, two] = &pools;
    let contestants: Vec<benches::measure::Contestant> = vec![
        ("one core", Box::new(|| a_second(wall_nanos(|| runs(one)).0))),
        ("two cores", Box::new(|| a_second(wall_nanos(|| runs(two)).0))),
        ("search on one core", Box::new(|| a_second(wall_nanos(|| search(one)).0))),
        ("search on two cores", Box::new(|| a_second(wall_nanos(|| search(two)).0))),
        ("with a trace", Box::new(|| a_second(nanos(|| alone(true)).0))),
        ("without one", Box::new(|| a_second(nanos(|| alone(false)).0))),
    ];
    let figures = by_turns("runs a second", 5, contestants);
    let mut section = Section::new(
        "Whole runs of five nodes with a stack of four layers (a tally over a toy broadcast over FIFO links over \
         retransmission) on links that lose 5 %, duplicate 2 % and reorder 5 % of the packets, with two partitions and \
         two pauses: 10,000 deliveries a run. A search judges each seed twice, with either end, and keeps traces. The \
         first four are by the clock on the wall, the last two by the time of one core.",
        "cargo bench --manifest-path code/Cargo.toml -p benches --bench runs -- --record",
        figures,
    );
    let scales = Wanted::AtLeast(1.8);
    section.claim("runs side by side, on two cores", "two cores", "one core", scales);
    section.claim("a search, on two cores", "search on two cores", "search on one core", scales);
    section.claim(
        "a full trace slows runs down",
        "without one",
        "with a trace",
        Wanted::AtMost(3.0),
    );
    section.finish("runs")
}

fn pool(threads: usize) -> Result<ThreadPool, String> {
    let pool = ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| error.to_string())
}

/// What so many nanoseconds for all runs come to.
fn a_second(nanos: f64) -> f64 {
    RUNS as f64 / nanos * 1e9
}

fn alone(traced: bool) -> u64 {
    (0..RUNS).map(|seed| broadcast::run(seed, traced)).sum()
}

fn runs(pool: &ThreadPool) {
    let delivered: u64 =
        pool.install(|| (0..RUNS).into_par_iter().map(|seed| broadcast::run(seed, false)).sum());
    assert_eq!(delivered, RUNS * broadcast::DELIVERIES);
}

/// Looks for what no run is, with so many seeds that it makes as many runs.
fn search(pool: &ThreadPool) {
    let subject = broadcast::subject();
    let run = Run::new(&subject, 0).with_faults(broadcast::menu());
    let found = pool.install(|| search_in_parallel(&subject, &run, 0..RUNS / 2, |_| false));
    assert!(matches!(found, Ok(None)), "nothing is wanted, so nothing is found");
}
