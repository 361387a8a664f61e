//! Operations and histories: a client has one operation open, and a crash leaves it pending.

use distsys::history::{History, HistoryError, Moment, Operation};
use distsys::layer::{MILLIS, NodeId};
use distsys::node::names::{A, B, C};
use distsys::service::{Invoke, OpId, Return};
use distsys::sim::{Fault, Network, Record, Trace, What, World};
use tests::toys::register::{Call, Register};

const FIRST: OpId = OpId { client: 7, number: 0 };
const SECOND: OpId = OpId { client: 7, number: 1 };

fn registers(n: usize) -> World<Register> {
    World::new(1, vec![Register::default(); n]).with_network(Network::calm())
}

fn history(world: &World<Register>) -> Result<History<Call, u32>, HistoryError> {
    History::of(&world.trace())
}

#[test]
fn a_history_says_what_was_asked_and_returned_and_when() {
    let mut world = registers(2);
    world.run_until(0).expect("starts");
    assert_eq!(world.invoke(7, B, Call::Write(5)), Ok(FIRST));
    world.run().expect("ends");
    assert_eq!(world.invoke(7, B, Call::Read), Ok(SECOND));
    world.run().expect("ends");
    let done = |op, call, invoked: Moment, position| Operation {
        op,
        node: Some(B),
        call,
        result: Some(5),
        invoked,
        returned: Some(Moment { position, at: invoked.at + 20 * MILLIS }),
    };
    // The positions are those of the records: two starts, then for each operation a request, two
    // packets sent and received, and a delivery.
    let expected = [
        done(FIRST, Call::Write(5), Moment { position: 2, at: 0 }, 7),
        done(SECOND, Call::Read, Moment { position: 8, at: 20 * MILLIS }, 13),
    ];
    assert_eq!(history(&world).expect("is a history").operations, expected);
}

#[test]
fn operations_of_two_clients_may_overlap() {
    let mut world = registers(2);
    world.invoke(1, B, Call::Write(5)).expect("client 1 has none open");
    world.invoke(2, B, Call::Write(6)).expect("client 2 has none open");
    world.run().expect("ends");
    let operations = history(&world).expect("is a history").operations;
    assert!(operations.iter().all(|operation| operation.returned.is_some()));
    assert_eq!(operations.len(), 2);
}

#[test]
fn a_client_has_one_operation_open_at_a_time() {
    let mut world = registers(2);
    world.invoke(7, B, Call::Read).expect("none is open");
    let refused = Err(HistoryError::Open(FIRST, SECOND));
    assert_eq!(world.invoke(7, B, Call::Read), refused, "while it waits to be asked");
    world.run_until(10 * MILLIS).expect("goes on");
    assert_eq!(world.invoke(7, A, Call::Read), refused, "while it waits for its answer");
    world.run().expect("ends");
    assert_eq!(world.invoke(7, B, Call::Read), Ok(SECOND));
}

#[test]
fn a_crash_leaves_the_operation_pending() {
    // Either the client's node crashes, or the one that keeps the register.
    for crashing in [A, B] {
        let mut world = registers(2);
        world.invoke(7, B, Call::Write(5)).expect("none is open");
        world.fault_at(5 * MILLIS, Fault::Crash(crashing));
        world.fault_at(40 * MILLIS, Fault::Recover(crashing));
        world.run().expect("ends");
        let expected = Operation {
            op: FIRST,
            node: Some(B),
            call: Call::Write(5),
            result: None,
            invoked: Moment { position: 2, at: 0 },
            returned: None,
        };
        assert_eq!(history(&world).expect("is a history").operations, [expected]);
        assert_eq!(world.invoke(7, B, Call::Read), Err(HistoryError::Open(FIRST, SECOND)));
        assert_eq!(world.invoke(8, B, Call::Read), Ok(OpId { client: 8, number: 0 }));
    }
}

#[test]
fn an_operation_that_no_node_was_there_to_hear_is_in_no_history() {
    let mut world = registers(2);
    world.fault_at(0, Fault::Crash(B));
    world.run().expect("ends");
    world.invoke(7, B, Call::Write(5)).expect("none is open");
    world.run().expect("ends");
    assert_eq!(history(&world).expect("is a history").operations, []);
    assert!(world.invoke(7, A, Call::Read).is_err(), "the client still waits");
}

#[test]
fn a_node_that_returns_twice_is_found() {
    let mut world = World::new(1, vec![Register::stuttering()]);
    world.invoke(7, A, Call::Read).expect("none is open");
    world.run().expect("ends");
    assert_eq!(history(&world), Err(HistoryError::ReturnedTwice(FIRST)));
}

/// What history a trace of only requests and deliveries makes.
fn of(events: Vec<(NodeId, What<Register>)>) -> Result<History<Call, u32>, HistoryError> {
    let mut trace = Trace::new(3);
    trace.records =
        events.into_iter().map(|(node, what)| Record { at: 1, node, cause: None, what }).collect();
    History::of(&trace)
}

fn asked(node: NodeId, op: OpId) -> (NodeId, What<Register>) {
    (node, What::Request { ordinal: 0, request: Invoke { op, call: Call::Read } })
}

fn returned(node: NodeId, op: OpId) -> (NodeId, What<Register>) {
    (node, What::Deliver { indication: Return { op, result: 0 } })
}

#[test]
fn a_return_of_what_nobody_asked_of_this_node_is_an_error() {
    assert_eq!(of(vec![returned(B, FIRST)]), Err(HistoryError::Unknown(FIRST, B)));
    let elsewhere = of(vec![asked(B, FIRST), returned(C, FIRST)]);
    assert_eq!(elsewhere, Err(HistoryError::Unknown(FIRST, C)));
    let too_early = of(vec![asked(B, FIRST), returned(B, SECOND)]);
    assert_eq!(too_early, Err(HistoryError::Unknown(SECOND, B)));
    assert!(of(vec![asked(B, FIRST), returned(B, FIRST)]).is_ok());
}

#[test]
fn a_second_operation_while_one_is_open_is_an_error() {
    let two = of(vec![asked(B, FIRST), asked(C, SECOND)]);
    assert_eq!(two, Err(HistoryError::Open(FIRST, SECOND)));
    assert!(of(vec![asked(B, FIRST), returned(B, FIRST), asked(C, SECOND)]).is_ok());
}

#[test]
fn an_operation_needs_a_node_that_exists_and_a_world_that_keeps_a_trace() {
    assert_eq!(registers(2).invoke(7, C, Call::Read), Err(HistoryError::NoNode(C)));
    assert_eq!(registers(2).untraced().invoke(7, A, Call::Read), Err(HistoryError::Untraced));
}

#[test]
fn every_error_says_which_operation_it_is_about() {
    let text = HistoryError::Open(FIRST, SECOND).to_string();
    assert!(text.contains("operation 1 of client 7"), "{text}");
    assert!(text.contains("operation 0 of client 7"), "{text}");
    assert!(HistoryError::Unknown(FIRST, B).to_string().contains("node B"));
}
