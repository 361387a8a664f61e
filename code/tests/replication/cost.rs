//! What reconciling costs: with a tree of hashes, and by exchanging everything.

use distsys::draw::plot::{Axis, Plot};
use distsys::layer::NodeId;
use distsys::node::names::{A, B};
use distsys::node::{MILLIS, SECONDS};
use distsys::replication::anti_entropy::Packet;
use distsys::replication::register::Register;
use distsys::replication::{AntiEntropy, LastWriterWins};
use distsys::sim::{Network, What, World};
use std::collections::BTreeMap;
use tests::golden;

type Record = LastWriterWins<u64>;

/// How many records both replicas have.
const RECORDS: u32 = 1_000;
/// Of what a packet carries, a hash takes 8 bytes, and a record with its key and timestamp 24.
const HASH: usize = 8;
const RECORD: usize = 24;

/// Packets and bytes of one comparison, where B has missed the last write to so many keys, and both have the same afterwards.
fn cost(differing: u32) -> (u64, u64) {
    let once = |key| Record::default().write(NodeId(key % 2), 0, Some(u64::from(key)));
    let new: BTreeMap<_, _> = (0..RECORDS)
        .map(|key| (key, if key < differing { once(key).write(A, 0, Some(0)) } else { once(key) }))
        .collect();
    let old = (0..RECORDS).map(|key| (key, once(key))).collect();
    let node = |records, every| AntiEntropy::new([A, B], every).holding(records);
    let nodes = vec![node(new, SECONDS), node(old, 1_000 * SECONDS)];
    let mut world = World::new(1, nodes);
    world.network = Network::calm();
    world.run_until(2 * SECONDS + 500 * MILLIS).unwrap();
    let trace = world.trace();
    let compared = |what: &&What<_>| matches!(what, What::Timeout { .. });
    let rounds = trace.records.iter().map(|it| &it.what).filter(compared).count() as u64;
    let (mut packets, mut bytes) = (0, 0);
    for record in &trace.records {
        let What::Send { packet, .. } = &record.what else { continue };
        packets += 1;
        bytes += match packet {
            Packet::Write(..) => 0,
            Packet::Hashes(part, hashes) => part.0.len() + HASH * hashes.len(),
            Packet::Ours(part, records) => part.0.len() + RECORD * records.len(),
            Packet::Theirs(records) => RECORD * records.len(),
        };
    }
    // Another comparison may have begun: then there was nothing left to say but the hashes of all.
    packets -= rounds - 1;
    bytes -= (rounds as usize - 1) * 16 * HASH;
    let written = trace.records.iter().map(|it| match &it.what {
        What::Store { changes } => changes.len() as u32,
        _ => 0,
    });
    assert_eq!(written.sum::<u32>(), differing, "B takes over what it has missed");
    (packets, bytes as u64)
}

#[test]
fn reconciling_costs_in_proportion_to_the_difference() {
    let all = u64::from(RECORDS) * RECORD as u64;
    let differing = [0, 1, 2, 4, 8, 16, 32, 64, 100, 150, 200, 300];
    let costs: Vec<_> = differing.iter().map(|&d| (d, cost(d))).collect();
    let mut table = String::from(
        "| differing keys | packets | bytes | bytes, everything exchanged |\n| --- | --- | --- | --- |\n",
    );
    for (d, (packets, bytes)) in &costs {
        table += &format!("| {d} | {packets} | {bytes} | {} |\n", 2 * all);
    }
    golden::check("merkle-cost.md", &table);
    assert_eq!(costs[0].1.0, 1, "equal replicas: one packet");
    for (d, (_, bytes)) in &costs[1..] {
        assert!(*bytes <= 128 + u64::from(*d) * 700, "{d} keys cost {bytes} bytes");
    }
    let points = |of: fn(&(u64, u64)) -> u64| {
        costs.iter().map(|(d, cost)| (i64::from(*d), of(cost) as i64)).collect::<Vec<_>>()
    };
    let most = i64::from(*differing.last().unwrap());
    let plot = Plot::new(
        "What it costs to reconcile two replicas",
        Axis::new("keys that differ, of 1,000"),
        Axis::new("bytes").at_least(0, 2 * all as i64),
    )
    .line("tree of hashes", points(|cost| cost.1))
    .line("everything, both ways", vec![(0, 2 * all as i64), (most, 2 * all as i64)]);
    let caption = "One comparison of two replicas with 1,000 records each, of which one has missed some writes. A hash counts \
                   8 bytes, a record 24.";
    golden::check("merkle-plot.html", &plot.figure("merkle-plot", caption));
}
