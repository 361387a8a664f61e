//! Raft: entries committed for each second of one core, in memory, without a network and without a
//! disk.

mod ours;
mod raft_rs;
mod workload;

use benches::{Section, Wanted, by_turns, nanos};
use distsys::raft::Options;
use ours::Ours;
use raft_rs::RaftRs;
use workload::{Cluster, Workload};

/// Entries in a measurement.
const ENTRIES: u64 = 1 << 17;

/// Entries a second, in thousands.
fn rate<C: Cluster>(new: impl Fn() -> C + 'static, workload: Workload) -> Box<dyn FnMut() -> f64> {
    Box::new(move || {
        let mut cluster = new();
        let (nanos, ()) = nanos(|| workload.run(&mut cluster, ENTRIES));
        ENTRIES as f64 / nanos * 1e6
    })
}

fn main() -> Result<(), String> {
    let workloads = [
        ("one at a time", Workload::OneAtATime),
        ("64 in flight", Workload::InFlight(64)),
        ("batches of 256", Workload::Batches(256)),
    ];
    let mut contestants = Vec::new();
    for nodes in [3, 5] {
        for (name, workload) in workloads {
            let batch = !matches!(workload, Workload::OneAtATime);
            let theirs = rate(move || RaftRs::new(nodes, batch), workload);
            let ours = rate(move || Ours::new(nodes as u32, Options::all()), workload);
            contestants.push((format!("raft 0.7, {nodes} nodes, {name}"), theirs));
            contestants.push((format!("ours, {nodes} nodes, {name}"), ours));
        }
    }
    let names: Vec<_> = contestants.iter().map(|(name, _)| name.clone()).collect();
    let contestants = contestants.iter_mut().map(|(name, run)| (name.as_str(), Box::new(run) as _));
    let figures = by_turns("thousand entries a second", 5, contestants.collect());
    let mut section = Section::new(
        "Entries committed for each second of one core by nodes in one thread, with a queue of packets between them: no \
         network, no disk, entries of eight bytes.",
        "cd code/benches/peers && cargo run --release --bin raft -- --record",
        figures,
    );
    for pair in names.chunks(2) {
        let [theirs, ours] = pair else { continue };
        let claim = format!("at least twice as many: {}", &ours["ours, ".len()..]);
        section.claim(&claim, ours, theirs, Wanted::AtLeast(2.0));
    }
    section.finish("raft")
}
