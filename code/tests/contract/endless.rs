//! Two layers that keep each other busy without end make the run end in an error.

use distsys::layer::*;
use distsys::node::names::{A, B};
use distsys::service::SendTo;
use distsys::sim::{Node, RunError, What, World};
use tests::toys::Pass;
use tests::toys::endless::{Echo, Insistent};

/// A sends B something harmless, then B does what never ends.
fn provoke<N>(node: N) -> World<N>
where
    N: Node<Packet = u32> + Layer<Implements = distsys::service::FairLossLink<u32>>,
{
    let mut world = World::new(1, vec![node.clone(), node]);
    world.request_at(1, A, SendTo { to: B, msg: 0 });
    world.request_at(50 * MILLIS, B, SendTo { to: A, msg: 1 });
    world.request_at(60 * MILLIS, A, SendTo { to: B, msg: 0 });
    assert_eq!(world.run(), Err(RunError::Endless(B)));
    world
}

fn pass() -> Pass<u32> {
    Pass::new()
}

#[test]
fn it_is_an_error_that_names_the_node() {
    provoke(Insistent.over(Echo));
    let message = RunError::Endless(B).to_string();
    assert!(message.contains("node B") && message.contains("without end"), "{message}");
}

#[test]
fn it_is_found_wherever_in_a_stack_the_two_layers_are() {
    provoke(Insistent.over(pass()).over(Echo));
    provoke(Insistent.over(pass().over(Echo)));
    provoke(pass().over(Insistent.over(Echo)));
    provoke(pass().over(Insistent).over(Echo).over(pass()));
    provoke(pass().over(pass().over(Insistent.over(Echo.over(pass())))));
}

#[test]
fn the_trace_ends_with_it_and_what_came_before_can_still_be_seen() {
    let trace = provoke(Insistent.over(Echo)).trace();
    let happened = |wanted: fn(&What<_>) -> bool| {
        trace.records.iter().filter(|record| wanted(&record.what)).count()
    };
    assert_eq!(happened(|what| matches!(what, What::Endless)), 1);
    assert_eq!(happened(|what| matches!(what, What::Receive { .. })), 1);
    assert!(trace.text().to_string().contains(" B endless <- "));
}

#[test]
fn the_run_stays_in_error() {
    let mut world = provoke(Insistent.over(Echo));
    assert_eq!(world.run(), Err(RunError::Endless(B)));
    assert_eq!(world.step(), Err(RunError::Endless(B)));
    assert!(world.node(A).is_some() && world.node(B).is_some());
}

#[test]
fn many_calls_that_do_end_are_no_error() {
    let mut world = World::new(1, vec![Insistent.over(Echo)]);
    for at in 0..10_000 {
        world.request_at(at, A, SendTo { to: A, msg: 0 });
    }
    assert_eq!(world.run(), Ok(()));
}
