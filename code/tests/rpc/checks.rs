//! Every run of a small system.

use distsys::check::{Explorable, Explored, Order, Packets, Situation};
use distsys::layer::*;
use distsys::node::names::{A, B};
use distsys::rpc::{Dedup, Rpc, Stub, Typed};
use distsys::service::{AtMostOnce, Call, CallEvent, OpId, RemoteCall, RequestResponse};
use distsys::sim::What;
use distsys::spec::rpc;
use distsys::stack::Stack;
use distsys::subject::rpc::Till;

type Calls = RemoteCall<String, u64>;
type Plain = Stack<Stub<Till, Typed>, Rpc<String, u64>>;
type Once<D> = Stack<Stub<Till, Typed>, Stack<D, Rpc<String, u64>>>;

/// A calls "x", then "y", and so on, at B.
fn calling<N: Explorable<Implements = Calls>>(node: N, words: &[&str]) -> Explored<N> {
    let call = |(number, word): (u64, &&str)| {
        let (op, args) = (OpId { client: 0, number }, word.to_string());
        Call { op, to: B, args }
    };
    let calls = (0..).zip(words).map(call);
    calls.fold(Explored::new(vec![node; 2]), |system, call| system.asking(A, call))
}

fn with_promises<N: Explorable<Implements = Calls>>(system: Explored<N>) -> Explored<N> {
    system
        .always("no creation", |_, now| rpc::no_creation(&now.seen).is_ok())
        .always("one answer", |_, now| rpc::one_answer(&now.seen).is_ok())
        .sometimes("all answered", |all, now| results(now) == all.requests.len())
}

fn once<D>(dedup: D, words: &[&str]) -> Explored<Once<D>>
where
    D: Layer<Implements = AtMostOnce<String, u64>, Uses = RequestResponse<String, u64>, Timer: Ord>,
{
    with_promises(calling(Stub::new(Till::new(1)).over(dedup.over(Rpc::new())), words))
        .always("at most once", |_, now| rpc::at_most_once(&now.seen).is_ok())
        .always("result", |_, now| rpc::result(&now.seen).is_ok())
        .always("an end", |all, now| {
            all.finish(now).is_ok_and(|end| rpc::termination_if_server_up(&end.seen).is_ok())
        })
}

fn results<N: Explorable<Implements = Calls>>(now: &Situation<N>) -> usize {
    let result = |what: &What<N>| {
        matches!(what, What::Deliver { indication: CallEvent::Return { result: Ok(_), .. } })
    };
    now.seen.records.iter().filter(|record| result(&record.what)).count()
}

/// Explores everything. Returns how many situations there are, and the claims that came true: what
/// happens sometimes, and what should hold always and does not.
fn explore<N: Explorable>(system: Explored<N>) -> (u64, Vec<&'static str>)
where
    Explored<N>: Send + Sync,
    Situation<N>: Send + Sync,
{
    assert!(system.is_promised());
    let report = system.search_by(Order::BreadthFirst, 2);
    assert!(report.is_exhaustive(), "{report}");
    let found = report.broken.into_keys().chain(report.shown.into_keys());
    (report.situations, found.collect())
}

#[test]
fn a_call_that_is_tried_twice_ends_once_and_may_be_executed_twice() {
    let node: Plain = Stub::new(Till::new(1)).over(Rpc::new().with_tries(2));
    let mut system = with_promises(calling(node, &["x", "y"]))
        .always("an end", |all, now| {
            all.finish(now).is_ok_and(|end| rpc::termination(&end.seen).is_ok())
        })
        .sometimes("executed twice", |_, now| rpc::at_most_once(&now.seen).is_err());
    system.packets = Packets::Reliable;
    assert_eq!(explore(system), (15_565, vec!["all answered", "executed twice"]));
}

#[test]
fn a_call_is_executed_at_most_once_whatever_is_lost_or_doubled() {
    let explored =
        [&["x"][..], &["x", "y"], &["x", "x"]].map(|words| explore(once(Dedup::new(1), words)));
    assert_eq!(
        explored.map(|(situations, came_true)| {
            assert_eq!(came_true, ["all answered"]);
            situations
        }),
        [5, 21, 21]
    );
}

#[test]
fn a_call_is_executed_at_most_once_whoever_crashes() {
    let explored = [B, A].map(|node| explore(once(Dedup::new(1), &["x", "y"]).crashing(node, 1)));
    assert_eq!(
        explored.map(|(situations, came_true)| {
            assert_eq!(came_true, ["all answered"]);
            situations
        }),
        [305, 178]
    );
}

/// The shortest run that breaks the promise; the simulator confirms it.
fn steps_to_break<D>(dedup: &D, words: &[&str], crashing: NodeId, promise: &'static str) -> usize
where
    D: Layer<Implements = AtMostOnce<String, u64>, Uses = RequestResponse<String, u64>, Timer: Ord>,
    Explored<Once<D>>: Send + Sync,
    Situation<Once<D>>: Send + Sync,
    Once<D>: Explorable<Implements = Calls>,
{
    let system = || once(dedup.clone(), words).crashing(crashing, 1);
    let run = system().shortest(promise).expect("the checker finds a run that breaks it");
    system().replay(&run).expect("the simulator does the same");
    run.len()
}

#[test]
fn the_checker_rejects_the_broken_twins() {
    use zoo::broken::*;
    let once = "at most once";
    let steps = [
        steps_to_break(&dedup_table_in_memory::Dedup::new(1), &["x"], B, once),
        steps_to_break(&dedup_stores_when_done::Dedup::new(1), &["x"], B, once),
        steps_to_break(&dedup_only_the_last::Dedup::new(1), &["x", "y"], A, once),
        steps_to_break(&dedup_silent::Dedup::new(1), &["x"], A, "an end"),
        steps_to_break(&dedup_impatient::Dedup::new(1), &["x"], A, "result"),
    ];
    assert_eq!(steps, [6, 6, 8, 3, 4]);
}
