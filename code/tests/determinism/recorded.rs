//! A run that is written down depends on no seed.

use distsys::layer::{Layer, MILLIS};
use distsys::link::{Fifo, Retransmit};
use distsys::sim::{FaultMenu, Network, Partitions, Script, World};
use distsys::stack::Stack;
use tests::toys::Chatter;

type Chat = Stack<Stack<Chatter, Fifo<u32>>, Retransmit<(u32, u64)>>;

/// Three nodes that set timers of random length, choose, send and store.
fn chat(seed: u64, script: Script) -> World<Chat> {
    let node = Chatter::new(3, 40).over(Fifo::new(3)).over(Retransmit::new(3));
    let mut world = World::new(seed, vec![node; 3]);
    world.network = Network::fair_loss();
    let mut world = world.with_script(script);
    world.run_until(20_000 * MILLIS).unwrap();
    world
}

#[test]
fn what_is_written_down_happens_again_whatever_the_seed() {
    let menu = FaultMenu {
        partitions: Partitions::symmetric(2),
        crashes: 4,
        recovery: true,
        slow_nodes: 2,
        until: 1_000 * MILLIS,
        ..FaultMenu::default()
    };
    let plan = menu.plan(5, 3);
    let drawn = Script { faults: Some(plan.clone()), ..Script::default() };
    let trace = chat(5, drawn.clone()).trace().text();
    let other = chat(6, drawn.clone()).trace().text();
    assert_ne!(trace, other, "the seed decides a lot");
    let recorded = drawn.recorded(&trace, plan);
    assert!(!recorded.choices.is_empty() && !recorded.timers.is_empty());
    for seed in [5, 6, 7] {
        let again = chat(seed, recorded.clone()).trace().text().to_string();
        let same = trace.to_string().lines().zip(again.lines()).take_while(|(a, b)| a == b).count();
        assert!(trace.to_string() == again, "with seed {seed} they part after line {same}");
    }
    // And without one of its decisions it is another run.
    let mut less = recorded;
    less.timers.pop_first();
    assert_ne!(chat(5, less).trace().text(), trace);
}
