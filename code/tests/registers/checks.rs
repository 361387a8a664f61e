//! Small systems of registers, explored to the end: every history goes through the linearizability checker.

use distsys::beside::Beside;
use distsys::broadcast::{Direct, Fifo, Leader, NobodyCrashes};
use distsys::check::{Bound, Explorable, Explored, Goals, Order, Packets, Situation};
use distsys::draw::history as bars;
use distsys::history::History;
use distsys::history::linearizability::{Budget, linearizable};
use distsys::history::objects::KeyedRegisters;
use distsys::layer::{Layer, NodeId, Service};
use distsys::link;
use distsys::node::names::{A, B, C};
use distsys::quorum::{Abd, AbdMultiWriter, Quorum};
use distsys::replication::CompareAndSwap;
use distsys::service::*;
use distsys::sim::{Record, Trace, What};
use distsys::spec::registers;
use distsys::subject::registers::style;
use tests::golden;

const SET: RegisterOp<u8> = RegisterOp::Set('x', 1);
const GET: RegisterOp<u8> = RegisterOp::Get('x');

/// These nodes, all of them replicas, where each of these is asked for that.
fn asking<N: Client>(nodes: Vec<N>, asked: &[(NodeId, N::Call)]) -> Explored<N> {
    let mut system = Explored::new(nodes);
    system.packets = Packets::Reliable;
    // Nothing is lost, so nobody needs to ask again.
    system.timeouts = Some(0);
    for (client, (node, call)) in (0..).zip(asked) {
        let op = OpId { client, number: 0 };
        system = system.asking(*node, N::invoke(op, call.clone()));
    }
    system
        .always("linearizable", |_, now| N::is_linearizable(&now.seen))
        .sometimes("all is returned", |all, now| N::returned(&now.seen) == all.requests.len())
}

/// A node that clients use.
trait Client: Explorable {
    type Call: Clone;
    fn invoke(op: OpId, call: Self::Call) -> <Self::Implements as Service>::Request;
    fn is_linearizable(seen: &Trace<Self>) -> bool;
    fn returned(seen: &Trace<Self>) -> usize {
        let is_return = |it: &&Record<Self>| matches!(it.what, What::Deliver { .. });
        seen.records.iter().filter(is_return).count()
    }
}

impl<N: Explorable + Layer<Implements = Registers<u8>>> Client for N {
    type Call = RegisterOp<u8>;
    fn invoke(op: OpId, call: RegisterOp<u8>) -> Invoke<RegisterOp<u8>> {
        Invoke { op, call }
    }
    fn is_linearizable(seen: &Trace<Self>) -> bool {
        registers::linearizable(seen).is_ok()
    }
}

/// Explores everything; all claims must hold. Returns how many situations there are.
fn explore<N: Explorable>(system: Explored<N>) -> u64
where
    Explored<N>: Send + Sync,
    Situation<N>: Send + Sync,
{
    let report = system.search_by(Order::BreadthFirst, 2);
    // Nobody asks again; all else was looked at.
    let all = report.cut.iter().all(|cut| *cut == Bound::Timeouts);
    assert!(all && report.holds() && !report.decided, "{report}");
    report.situations
}

fn abd(n: u32) -> Vec<Abd<u8>> {
    vec![Abd::new(NodeId::all(n), 1); n as usize]
}

#[test]
fn abd_is_linearizable_whatever_comes_first() {
    let sizes = [
        explore(asking(abd(2), &[(A, SET), (B, GET)])),
        explore(asking(abd(2), &[(A, SET), (B, GET), (B, GET)])),
        explore(asking(abd(3), &[(A, SET), (B, GET)])),
    ];
    assert_eq!(sizes, [411, 15_845, 11_266]);
    // For the page.
    let rows = [
        "ABD: 2 replicas, one set, one get | 411",
        "ABD: 2 replicas, one set, two gets | 15,845",
        "ABD: 3 replicas, one set, one get | 11,266",
        "ABD with many writers: 2 replicas, two sets | 1,229",
        "ABD with many writers: 2 replicas, one set, one get | 571",
        "compare-and-swap: 2 replicas, two swaps, one get | 160",
    ];
    let table: Vec<_> = rows.iter().map(|row| format!("| {row} |")).collect();
    golden::check("registers-situations.md", &table.join("\n"));
}

#[test]
fn abd_with_many_writers_is_linearizable_whatever_comes_first() {
    let nodes = |n| vec![AbdMultiWriter::new(NodeId::all(n), 1); n as usize];
    let other = RegisterOp::Set('x', 2);
    let sizes = [
        explore(asking(nodes(2), &[(A, SET), (B, other.clone())])),
        explore(asking(nodes(2), &[(A, SET), (B, GET)])),
    ];
    assert_eq!(sizes, [1_229, 571]);
}

/// Some get has returned 1.
fn one_is_returned(_: &Explored<Quorum<u8>>, now: &Situation<Quorum<u8>>) -> bool {
    let got = RegisterResult::Got(Some(1));
    now.seen.records.iter().any(|it| match &it.what {
        What::Deliver { indication } => indication.result == got,
        _ => false,
    })
}

/// It need not be told of R7.5.
#[test]
fn plain_quorums_are_not_linearizable_and_the_checker_finds_r7_5() {
    let nodes = vec![Quorum::new(NodeId::all(3), 1); 3];
    let system = || asking(nodes.clone(), &[(A, SET), (B, GET), (C, GET)]);
    // The search begins where one get has returned the new value.
    let new = system().reach("1 is returned", one_is_returned, Goals::First).unwrap();
    let run = new.shortest("linearizable").expect("a new value, and then an old one");
    assert_eq!(run.len(), 12);
    if std::env::var_os("DISTSYS_THOROUGH").is_some() {
        let run = system().shortest("linearizable").unwrap();
        assert_eq!(run.len(), 12, "without a hint it is no shorter");
    }
    let trace = system().replay(&run).unwrap().trace();
    let caption = "Found by the checker: the shortest run of three nodes in which plain quorums are not linearizable.";
    golden::check_run("quorums-found", caption, &trace.text(), &style());
    let operations = History::of(&trace).unwrap().operations;
    let object = KeyedRegisters::default();
    let verdict = linearizable(&object, &operations, Budget::default());
    let window = bars::window(&object, &operations, &verdict);
    golden::check(
        "quorums-found-boxes.html",
        &bars::figure("quorums-found-boxes", caption, &window),
    );
}

#[test]
fn compare_and_swap_succeeds_for_one_of_two() {
    let node = || {
        let told = NobodyCrashes::new().over(Direct::new(2).over(link::Direct::new()));
        let to_leader = link::Fifo::new(2).over(link::Direct::new());
        CompareAndSwap::<u8>::new()
            .over(Leader::new(A).over(Beside::new(to_leader, Fifo::new(2).over(told))))
    };
    let mut system = Explored::new(vec![node(), node()]);
    system.packets = Packets::Reliable;
    let cas = |new| SwapOp::Cas { key: 'x', old: None, new };
    for (client, node, call) in [(0, A, cas(1)), (1, B, cas(2)), (2, B, SwapOp::Get('x'))] {
        system = system.asking(node, Invoke { op: OpId { client, number: 0 }, call });
    }
    let system = system
        .always("linearizable", |_, now| registers::linearizable(&now.seen).is_ok())
        .sometimes("B's swap succeeds", |_, now| {
            now.seen.records.iter().any(|it| {
                it.node == B
                    && matches!(&it.what, What::Deliver { indication }
                        if indication.result == SwapResult::Swapped(true))
            })
        });
    assert_eq!(explore(system), 160);
}
