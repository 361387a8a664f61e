//! The hash of a long run: the same on every machine, in debug and in release.

use distsys::layer::{Layer, MILLIS};
use distsys::link::{Fifo, Retransmit};
use distsys::sim::trace::Loss;
use distsys::sim::{FaultMenu, Network, Partitions, Text, Trace, What, World};
use distsys::stack::Stack;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use tests::toys::Chatter;

/// Change it only together with what a run is made of: draws, the order of events, the form of a trace, the links.
const GOLDEN: &str = "5b9973881486b53bf562543f06e6d7427194232417c3b4df1d8b6dfcf8351990";

/// A node that talks over FIFO links.
pub(crate) type Chat = Stack<Stack<Chatter, Fifo<u32>>, Retransmit<(u32, u64)>>;

/// A run of three nodes that say so many numbers each, with these faults.
pub(crate) fn chat(numbers: u32, faults: &FaultMenu) -> World<Chat> {
    let node = Chatter::new(3, numbers).over(Fifo::new(3)).over(Retransmit::new(3));
    let mut world = World::new(2024, vec![node; 3]).with_network(faults.network);
    for (at, fault) in faults.plan(2024, 3) {
        world.fault_at(at, fault);
    }
    world.run_until(60_000 * MILLIS).expect("goes on");
    world
}

/// All kinds of faults.
pub(crate) fn plan() -> FaultMenu {
    FaultMenu {
        network: Network::fair_loss(),
        partitions: Partitions::symmetric(10),
        crashes: 12,
        recovery: true,
        pauses: 10,
        until: 8_000 * MILLIS,
        ..FaultMenu::default()
    }
}

/// Which kinds of records and of losses a trace has.
fn kinds(trace: &Trace<Text>) -> BTreeSet<String> {
    let records = trace.records.iter();
    let kinds = records.map(|record| match &record.what {
        What::Lose { why, .. } => format!("Lose {why:?}"),
        what => {
            let text = format!("{what:?}");
            text.split([' ', '{']).next().unwrap_or_default().to_string()
        }
    });
    kinds.collect()
}

#[test]
fn a_long_run_with_all_kinds_of_faults_has_the_pinned_hash() {
    let trace = chat(500, &plan()).trace().text();
    assert!(trace.records.len() >= 20_000, "only {} records", trace.records.len());
    let lost = [Loss::Network, Loss::Cut, Loss::Down].map(|why| format!("Lose {why:?}"));
    let happened = [
        "Start",
        "Send",
        "Duplicate",
        "Receive",
        "Deliver",
        "Store",
        "SetTimer",
        "CancelTimer",
        "Timeout",
        "Choose",
        "Facts",
        "Crash",
        "Recover",
        "Pause",
        "Resume",
        "Cut",
        "Heal",
    ];
    let expected: BTreeSet<String> = happened.map(str::to_string).into_iter().chain(lost).collect();
    assert_eq!(kinds(&trace), expected);
    assert_eq!(hash(&trace), GOLDEN, "the trace has {} records", trace.records.len());
}

/// As [`GOLDEN`], of a run with something for every knob of the menu.
const GOLDEN_OF_EVERYTHING: &str =
    "f205f2dcefc364973d8e20364f98a4f4a59cac733254b983eafc41b951b3aec7";

#[test]
fn a_run_with_everything_in_it_has_the_pinned_hash() {
    let trace = crate::marks::everything(7).trace().text();
    let new = ["Forge", "Slow", "Clock", "Betray", "Aim"].map(str::to_string);
    assert!(kinds(&trace).is_superset(&new.into()), "{:?}", kinds(&trace));
    assert_eq!(hash(&trace), GOLDEN_OF_EVERYTHING, "it has {} records", trace.records.len());
}

fn hash(trace: &Trace<Text>) -> String {
    let digest = Sha256::digest(trace.to_string());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
