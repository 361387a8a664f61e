//! Histories of registers that run in the simulator: a correct one, and broken ones.

use distsys::history::linearizability::{Budget, Verdict, VerdictOf};
use distsys::history::objects::{Register, RegisterCall, RegisterReturn};
use distsys::history::{History, linearizable};
use distsys::layer::{MILLIS, NodeId};
use distsys::sim::random::{Purpose, below, draws};
use distsys::sim::{Delay, Fault, Network, Rate, World};
use tests::toys::quorum::{Quorum, Reads};

pub(crate) type Operations = History<RegisterCall<u32>, RegisterReturn<u32>>;

const NODES: u32 = 5;

/// What clients see, four at a time, who write and read through nodes of the register, one of which may crash.
pub(crate) fn run(reads: Reads, seed: u64) -> Operations {
    // Packets are lost, so that often only a minority of the nodes gets to know of a write.
    let (delay, loss) = (Delay::Uniform(MILLIS / 2, 2 * MILLIS), Rate::percent(20));
    let network = Network { delay, loss, ..Network::calm() };
    let mut world = World::new(seed, vec![Quorum::new(NODES, reads); NODES as usize]);
    world = world.with_network(network);
    let mut draws = draws(seed, Purpose::Workload, 0, 0);
    if seed.is_multiple_of(3) {
        let node = NodeId(below(&mut draws, NODES.into()) as u32);
        world.fault_at(below(&mut draws, 100) * MILLIS, Fault::Crash(node));
    }
    let mut written = 0;
    for tick in 1..40 {
        world.run_until(tick * 3 * MILLIS).expect("goes on");
        // Many never hear of what they asked for: every 24 ms, others take their places.
        for client in 4 * (tick / 8)..4 * (tick / 8) + 4 {
            let node = NodeId(below(&mut draws, NODES.into()) as u32);
            let writes = below(&mut draws, 8) == 0;
            let call = if writes { RegisterCall::Write(written + 1) } else { RegisterCall::Read };
            if below(&mut draws, 2) == 0
                && world.invoke(client as u32, node, call).is_ok()
                && writes
            {
                written += 1;
            }
        }
    }
    world.run().expect("ends");
    History::of(&world.trace()).expect("is a history")
}

pub(crate) fn verdict(history: &Operations) -> VerdictOf<Register<u32>> {
    linearizable(&Register::holding(0), &history.operations, Budget::default())
}

/// How many of so many runs are rejected, and how many operations they have, and how many of these
/// never returned.
fn rejected(reads: Reads, runs: u64) -> (u64, usize, usize) {
    let (mut rejected, mut operations, mut pending) = (0, 0, 0);
    for seed in 0..runs {
        let history = run(reads, seed);
        operations += history.operations.len();
        pending += history.operations.iter().filter(|it| it.returned.is_none()).count();
        match verdict(&history) {
            Verdict::Linearizable(_) => {}
            Verdict::NotLinearizable(_) => rejected += 1,
            Verdict::NotDecided(why) => panic!("seed {seed}: {why:?}"),
        }
    }
    println!(
        "{reads:?}: {rejected} of {runs} rejected, {operations} operations, {pending} pending"
    );
    (rejected, operations, pending)
}

#[test]
fn the_correct_register_is_always_accepted() {
    let (rejected, operations, pending) = rejected(Reads::WithWriteBack, 300);
    assert_eq!(rejected, 0);
    assert!(operations > 300 * 20 && pending > 30, "the runs are worth checking");
}

#[test]
fn a_register_that_reads_without_writing_back_is_found_out() {
    assert!(rejected(Reads::WithoutWriteBack, 300).0 > 0);
}

#[test]
fn a_register_that_reads_what_the_node_itself_has_is_found_out() {
    assert!(rejected(Reads::Locally, 300).0 > 200);
}
