//! The plumbing allocates nothing per message.

use distsys::layer::*;
use distsys::node::names::{A, B};
use distsys::service::{Deliver, SendTo};
use distsys::sim::step::{Event, step};
use distsys::sim::{Network, Node, World};
use std::collections::VecDeque;
use tests::toys::Pass;
use tests::toys::pass::Player;

fn pass() -> Pass<u64> {
    Pass::new()
}

/// How often memory is allocated while `messages` messages go to and fro in a world that has done so before.
fn allocations<N>(node: N, messages: u64) -> u64
where
    N: Node<Packet = u64> + Layer<Implements = distsys::service::FairLossLink<u64>>,
{
    let mut world = World::new(1, vec![node.clone(), node]).untraced();
    world.network = Network::fair_loss();
    world.network.loss = distsys::sim::Rate::NEVER;
    // Every duplicate starts a rally of its own; they would fill the world.
    world.network.duplication = distsys::sim::Rate::NEVER;
    let mut rally = |bounces| {
        world.request(A, SendTo { to: B, msg: bounces });
        world.run().expect("a rally ends");
    };
    rally(10);
    allocation_counter::measure(|| rally(messages)).count_total
}

#[test]
fn a_world_of_stacks_allocates_nothing_per_message() {
    let node = || Player.over(pass()).over(pass().over(pass()));
    assert_eq!(allocations(node(), 1_000), 0);
    assert_eq!(allocations(node(), 2_000), 0);
}

#[test]
fn a_stack_allocates_nothing_per_event() {
    let mut node = Player.over(pass().over(pass())).over(pass());
    let mut effects = VecDeque::new();
    let mut serve = |msg| {
        let mut env = Env::new(A, Reading::default(), Choices::drawn(1, 0, msg));
        let event = Event::Receive(Deliver { from: B, msg });
        step(&mut node, event, &mut env, &mut effects);
        assert_eq!(effects.drain(..).count(), 1);
    };
    serve(1);
    let allocated = allocation_counter::measure(|| (0..1_000).for_each(&mut serve));
    assert_eq!(allocated.count_total, 0);
}
