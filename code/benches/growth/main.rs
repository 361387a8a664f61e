//! How the costs of the simulator grow: with messages, nodes and records of a trace.

#[path = "../simulator/bursts.rs"]
mod bursts;
#[path = "../simulator/ours.rs"]
mod ours;

use benches::{Curve, Section, nanos, report::median};

fn main() -> Result<(), String> {
    let mut section = Section::new(
        "The work of the simulator's bench, ever more of it: time on one core, the median of five runs.",
        "cargo bench --manifest-path code/Cargo.toml -p benches --bench growth -- --record",
        Vec::new(),
    );
    section.curves = vec![messages(), nodes(), traces()];
    section.finish("growth")
}

/// The median of five, after one to warm up.
fn of_five(mut measure: impl FnMut() -> f64) -> f64 {
    measure();
    median(&std::array::from_fn::<_, 5, _>(|_| measure()))
}

/// Runs the bursts, and says how long that takes in nanoseconds.
fn run(nodes: u32, rounds: u32, traced: bool) -> f64 {
    let sent = bursts::messages(nodes, rounds);
    of_five(|| {
        let (time, delivered) = nanos(|| ours::run(1, nodes, rounds, traced));
        assert!(bursts::is_plausible(delivered, sent), "{delivered} of {sent} messages came");
        time
    })
}

fn messages() -> Curve {
    let points = [4, 12, 40, 120, 400, 1_200, 4_000].map(|rounds| {
        let sent = bursts::messages(bursts::NODES, rounds);
        (sent as f64, run(bursts::NODES, rounds, false) / 1e6)
    });
    Curve::new("Time of a run of five nodes", "messages", "ms", points.to_vec())
}

/// The same number of messages among ever more nodes.
fn nodes() -> Curve {
    let points = [5, 10, 20, 50, 100, 200, 500, 1_000].map(|nodes| {
        let rounds = 200_000 / nodes / bursts::BURST;
        let sent = bursts::messages(nodes, rounds) as f64;
        (f64::from(nodes), run(nodes, rounds, false) / sent)
    });
    Curve::new("Time for each of 200,000 messages", "nodes", "ns", points.to_vec())
}

fn traces() -> Curve {
    let points = [4, 12, 40, 120, 400, 1_200].map(|rounds| {
        let records = ours::records(1, bursts::NODES, rounds);
        (records as f64, run(bursts::NODES, rounds, true) / 1e6)
    });
    Curve::new("Time of a run with a trace", "records in the trace", "ms", points.to_vec())
}
