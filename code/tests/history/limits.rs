//! Large and hard histories, and what is none: decided, or refused gracefully.

use distsys::formats::Log;
use distsys::history::linearizability::{Budget, Lack, OperationOf, Undecided, Verdict};
use distsys::history::objects::*;
use distsys::history::{Moment, Operation, linearizable};
use distsys::service::OpId;
use distsys::sim::random::{Purpose, below, draws};

const SMALL: Budget = Budget { steps: 200_000, bytes: 32 << 20 };

fn operation<C, T>(call: C, result: Option<T>, invoked: u64, returned: u64) -> Operation<C, T> {
    let at = |position| Moment { position, at: position };
    let returned = result.is_some().then(|| at(returned));
    let op = OpId { client: invoked as u32, number: 0 };
    Operation { op, node: None, call, result, invoked: at(invoked), returned }
}

/// Sixty amounts that may have been added or not, and a sum of which nobody knows whether some of
/// them make it: as hard as any problem that can be checked quickly.
fn subset_sum() -> Vec<OperationOf<Counter>> {
    let mut draws = draws(1, Purpose::Workload, 0, 0);
    let mut operations: Vec<_> = (0..60)
        .map(|at| {
            let amount = 1_000_000 + below(&mut draws, 1 << 40) as i64 * 2;
            operation(CounterCall::Add(amount), None, at, 0)
        })
        .collect();
    let odd = CounterReturn::Read(30_000_000_000_001);
    operations.push(operation(CounterCall::Read, Some(odd), 100, 101));
    operations
}

#[test]
fn sixty_pending_operations_are_not_decided_when_the_steps_are_used_up() {
    let verdict = linearizable(&Counter, &subset_sum(), SMALL);
    let undecided = Undecided { keys: vec![()], lack: Lack::Steps };
    assert_eq!(verdict, Verdict::NotDecided(undecided));
}

#[test]
fn sixty_pending_operations_are_not_decided_when_the_memory_is_used_up() {
    let budget = Budget { steps: u64::MAX, bytes: 4 << 20 };
    let verdict = linearizable(&Counter, &subset_sum(), budget);
    let undecided = Undecided { keys: vec![()], lack: Lack::Bytes };
    assert_eq!(verdict, Verdict::NotDecided(undecided));
}

#[test]
fn sixty_pending_writes_are_no_problem() {
    let register = Register::holding(0);
    let mut operations: Vec<OperationOf<Register<u64>>> =
        (0..60).map(|at| operation(RegisterCall::Write(at % 7), None, at, 0)).collect();
    for (at, value) in (100..).step_by(2).zip([3, 1, 4, 1, 5, 2, 6, 5, 3, 5]) {
        let value = RegisterReturn::Read(value);
        operations.push(operation(RegisterCall::Read, Some(value), at, at + 1));
    }
    assert!(matches!(linearizable(&register, &operations, SMALL), Verdict::Linearizable(_)));
    operations.push(operation(RegisterCall::Read, Some(RegisterReturn::Read(8)), 300, 301));
    assert!(matches!(linearizable(&register, &operations, SMALL), Verdict::NotLinearizable(_)));
}

#[test]
fn one_key_is_refuted_while_another_is_hard() {
    let counters = Each::<u8, Counter>::of(Counter);
    let of_key = |key: u8| {
        move |it: OperationOf<Counter>| Operation {
            call: (key, it.call),
            result: it.result,
            op: it.op,
            node: None,
            invoked: it.invoked,
            returned: it.returned,
        }
    };
    let wrong = operation(CounterCall::Read, Some(CounterReturn::Read(1)), 200, 201);
    for (hard, easy) in [(0, 1), (1, 0)] {
        let hard = subset_sum().into_iter().map(of_key(hard));
        let operations: Vec<_> = hard.chain([of_key(easy)(wrong.clone())]).collect();
        let Verdict::NotLinearizable(rejection) = linearizable(&counters, &operations, SMALL)
        else {
            panic!("a counter that nothing was added to is not 1")
        };
        assert_eq!(rejection.key.0, easy);
    }
}

/// What ten clients do with one key; every write or append is of another value.
fn on_one_key(count: u64, appends: bool) -> Vec<OperationOf<Map<u8, String>>> {
    let mut value = String::new();
    let mut operations = Vec::new();
    for at in 0..count {
        let (call, result) = match at % 4 {
            0 | 1 if appends => {
                value += &format!("{at} ");
                (MapCall::Append(0, format!("{at} ")), MapReturn::Done)
            }
            0 | 1 => {
                value = at.to_string();
                (MapCall::Put(0, value.clone()), MapReturn::Done)
            }
            _ => (MapCall::Get(0), MapReturn::Got(value.clone())),
        };
        // Each operation overlaps with a few others, and takes effect in the middle.
        operations.push(operation(call, Some(result), 10 * at + 10, 10 * at + 41 + at % 3));
    }
    operations
}

#[test]
fn a_hundred_thousand_operations_on_one_key_are_decided() {
    let operations = on_one_key(100_000, false);
    let map = Map::<u8, String>::default();
    let verdict = linearizable(&map, &operations, Budget::default());
    assert!(matches!(verdict, Verdict::Linearizable(order) if order.len() == 100_000));
}

#[test]
fn a_value_that_grows_without_end_uses_up_the_memory() {
    let operations = on_one_key(20_000, true);
    let verdict = linearizable(&Map::<u8, String>::default(), &operations, SMALL);
    let undecided = Undecided { keys: vec![0], lack: Lack::Bytes };
    assert_eq!(verdict, Verdict::NotDecided(undecided));
}

#[test]
fn ten_megabytes_of_junk_are_refused_with_a_line() {
    let line = "{:process 0, :type :invoke, :f :read, :value nil}\n";
    let junk = line.to_string() + &"}{#_ [[ \"\u{0}é".repeat(1_000_000);
    assert!(junk.len() > 10_000_000);
    let error = Log::read(junk.as_bytes(), None).expect_err("is junk");
    assert_eq!(error.line, 2);
}
