//! The promises themselves: what they reject, and what they excuse.

use distsys::layer::names::{A, B};
use distsys::layer::{Layer, NodeId};
use distsys::rpc::{Rpc, Stub, Typed};
use distsys::service::{Call, CallEvent, Failure, OpId};
use distsys::sim::{Record, Trace, What};
use distsys::spec::rpc;
use distsys::stack::Stack;
use distsys::subject::rpc::Till;

type Node = Stack<Stub<Till, Typed>, Rpc<String, u64>>;

#[derive(Clone)]
enum Event {
    /// A calls B for the word.
    Calls(&'static str),
    /// B does it, with that result.
    Executes(&'static str, u64),
    /// The call of that number ends.
    Ends(u64, Result<u64, Failure>),
    /// The node crashes.
    Crashes(NodeId),
    /// It comes back.
    Recovers(NodeId),
}
use Event::{Calls, Crashes, Ends, Executes, Recovers};

fn trace(events: &[Event]) -> Trace<Node> {
    let (mut trace, mut number) = (Trace::new(2), 0);
    for event in events.iter().cloned() {
        let (node, what) = match event {
            Calls(args) => {
                let op = OpId { client: 0, number };
                number += 1;
                (A, What::Request { ordinal: 0, request: Call { op, to: B, args: args.into() } })
            }
            Executes(args, result) => {
                let args = args.to_string();
                (B, What::Deliver { indication: CallEvent::Executed { client: A, args, result } })
            }
            Ends(number, result) => {
                let op = OpId { client: 0, number };
                (A, What::Deliver { indication: CallEvent::Return { op, result } })
            }
            Crashes(node) => (node, What::Crash { after_effects: None, undone: Vec::new() }),
            Recovers(node) => (node, What::Recover),
        };
        let at = trace.records.len() as u64;
        trace.records.push(Record { at, node, cause: None, what });
    }
    trace
}

#[test]
fn no_creation_counts_executions_and_compares_results() {
    let good = [Calls("x"), Executes("x", 1), Ends(0, Ok(1))];
    assert_eq!(rpc::no_creation(&trace(&good)), Ok(()));
    for bad in [
        vec![Executes("x", 1), Calls("x")],
        vec![Calls("x"), Executes("y", 1)],
        vec![Calls("x"), Executes("x", 1), Ends(0, Ok(2))],
        vec![Calls("x"), Ends(0, Ok(1)), Executes("x", 1)],
        vec![Calls("x"), Calls("x"), Executes("x", 1), Ends(0, Ok(1)), Ends(1, Ok(1))],
        vec![Calls("x"), Calls("y"), Executes("x", 1), Ends(1, Ok(1))],
    ] {
        assert!(rpc::no_creation(&trace(&bad)).is_err());
    }
    // A failure says nothing, so it cannot be wrong.
    assert_eq!(rpc::no_creation(&trace(&[Calls("x"), Ends(0, Err(Failure::TimedOut))])), Ok(()));
}

#[test]
fn at_most_once_excuses_nothing() {
    let twice = [Calls("x"), Executes("x", 1), Executes("x", 2)];
    assert!(rpc::at_most_once(&trace(&twice)).is_err());
    let crash = [Calls("x"), Executes("x", 1), Crashes(B), Recovers(B), Executes("x", 1)];
    let violation = rpc::at_most_once(&trace(&crash)).unwrap_err();
    assert_eq!(violation.records, [1, 4]);
    let early = [Calls("x"), Executes("x", 1), Executes("x", 2), Calls("x")];
    assert!(rpc::at_most_once(&trace(&early)).is_err(), "the second call came too late");
    let two = [Calls("x"), Calls("x"), Executes("x", 1), Executes("x", 2)];
    assert_eq!(rpc::at_most_once(&trace(&two)), Ok(()));
}

#[test]
fn one_answer_rejects_a_second_one_and_one_to_nothing() {
    let twice = [Calls("x"), Executes("x", 1), Ends(0, Ok(1)), Ends(0, Ok(1))];
    assert!(rpc::one_answer(&trace(&twice)).is_err());
    assert!(rpc::one_answer(&trace(&[Calls("x"), Ends(7, Err(Failure::TimedOut))])).is_err());
    assert_eq!(rpc::one_answer(&trace(&twice[..3])), Ok(()));
}

#[test]
fn each_kind_of_termination_excuses_what_it_says() {
    let check = |events: &[Event]| {
        let trace = trace(events);
        [
            rpc::termination(&trace).is_ok(),
            rpc::termination_if_server_up(&trace).is_ok(),
            rpc::termination_if_nobody_crashes(&trace).is_ok(),
        ]
    };
    assert_eq!(check(&[Calls("x")]), [false, false, false]);
    assert_eq!(check(&[Calls("x"), Crashes(A), Recovers(A)]), [true, true, true]);
    assert_eq!(check(&[Calls("x"), Crashes(B)]), [false, true, true]);
    assert_eq!(check(&[Calls("x"), Crashes(B), Recovers(B)]), [false, false, true]);
    assert_eq!(check(&[Calls("x"), Ends(0, Err(Failure::TimedOut))]), [true, true, true]);
}

#[test]
fn no_result_is_excused_by_a_crash_of_the_server_after_the_call() {
    let failed = Ends(0, Err(Failure::Unknown));
    assert!(rpc::result(&trace(&[Calls("x"), failed.clone()])).is_err());
    assert!(rpc::result(&trace(&[Crashes(B), Recovers(B), Calls("x"), failed.clone()])).is_err());
    assert_eq!(rpc::result(&trace(&[Calls("x"), Crashes(B), Recovers(B), failed])), Ok(()));
}

/// The type is only here for its words.
#[test]
fn the_words_are_those_of_a_node() {
    let _: Node = Stub::new(Till::new(0)).over(Rpc::new());
}
