//! Small systems, explored to the end.

use distsys::beside::Beside;
use distsys::broadcast::{Causal, Direct, Fifo, LamportOrder, Leader, NobodyCrashes};
use distsys::check::{Explorable, Explored, Order, Packets, Situation};
use distsys::layer::{Layer, NodeId, Value};
use distsys::link;
use distsys::node::names::{A, B, C, D};
use distsys::replication::machines::{Board, Highest, Sum};
use distsys::replication::updates::{Banking, Pinning};
use distsys::replication::{PrimaryBackup, StateMachine};
use distsys::service::{Machine, Perform, ReplicatedState, Work};
use distsys::spec::{replicated_database, replicated_state};
use distsys::stack::Stack;
use distsys::subject::replicated::START;

type Reliable<M> = Stack<NobodyCrashes<M>, Stack<Direct<M>, link::Direct<M>>>;
type Told<M> = Stack<Fifo<M>, Reliable<(M, u64)>>;

fn told<M: Value>(n: u32) -> Told<M> {
    Fifo::new(n).over(NobodyCrashes::new().over(Direct::new(n).over(link::Direct::new())))
}

fn calm<N: Explorable>(nodes: Vec<N>) -> Explored<N> {
    let mut system = Explored::new(nodes);
    system.packets = Packets::Reliable;
    system.recovery = false;
    system
}

/// These nodes ask for these updates.
fn asking<N, S: Machine>(node: N, n: u32, updates: &[(NodeId, S::Update)]) -> Explored<N>
where
    N: Explorable + Layer<Implements = ReplicatedState<S>>,
{
    let mut system = calm(vec![node; n as usize]);
    for (node, update) in updates {
        system = system.asking(*node, Perform(update.clone()));
    }
    system
        .always("same updates, same state", |_, now| {
            replicated_state::same_updates_same_state(&now.seen).is_ok()
        })
        .always("as asked", |_, now| replicated_state::applied_as_asked(&now.seen).is_ok())
        .always("all", |all, now| {
            all.finish(now).is_ok_and(|end| replicated_state::all_without_crash(&end.seen).is_ok())
        })
}

/// And these go through the same states.
fn in_order<N, S: Machine>(system: Explored<N>) -> Explored<N>
where
    N: Explorable + Layer<Implements = ReplicatedState<S>>,
{
    system.always("one order", |_, now| replicated_state::one_order(&now.seen).is_ok())
}

/// Explores everything; all claims must hold. Returns how many situations there are.
fn explore<N: Explorable>(system: Explored<N>) -> u64
where
    Explored<N>: Send + Sync,
    Situation<N>: Send + Sync,
{
    let report = system.search_by(Order::BreadthFirst, 2);
    assert!(report.is_exhaustive() && report.holds(), "{report}");
    report.situations
}

const IN: Banking = Banking::Deposit(1_000);
const INTEREST: Banking = Banking::Interest(10);

#[test]
fn an_account_is_the_same_everywhere_over_either_total_order() {
    let by_clocks = |n| StateMachine::new(START).over(LamportOrder::new(n).over(told(n)));
    let by_leader = |n| {
        let links = link::Fifo::new(n).over(link::Direct::new());
        StateMachine::new(START).over(Leader::new(A).over(Beside::new(links, told(n))))
    };
    let sizes = [
        explore(in_order(asking(by_clocks(2), 2, &[(A, IN), (B, INTEREST)]))),
        explore(in_order(asking(by_clocks(3), 3, &[(B, IN)]))),
        explore(in_order(asking(by_leader(3), 3, &[(B, IN), (C, INTEREST)]))),
        explore(in_order(asking(by_leader(2), 2, &[(A, IN), (B, INTEREST), (B, IN)]))),
    ];
    assert_eq!(sizes, [49, 60, 489, 419]);
}

#[test]
fn updates_that_commute_do_with_less() {
    fn reliable<M: Value>() -> Reliable<M> {
        NobodyCrashes::new().over(Direct::new(3).over(link::Direct::new()))
    }
    let board = StateMachine::new(Board::default()).over(Causal::new(3).over(reliable()));
    let sum = StateMachine::new(Sum::default()).over(reliable());
    let sizes = [
        explore(asking(
            board,
            3,
            &[(A, Pinning::Pin(1)), (A, Pinning::Unpin(1)), (B, Pinning::Pin(2))],
        )),
        explore(asking(sum, 3, &[(A, 1), (A, 2), (B, 3)])),
    ];
    assert_eq!(sizes, [7_922, 18_491]);
}

#[test]
fn a_highest_number_may_be_lost_and_repeated() {
    let node = StateMachine::new(Highest::default());
    let node = node.over(Direct::new(2).over(link::Direct::new()));
    let mut system = Explored::new(vec![node; 2]);
    system.packets = Packets::FairLoss;
    system.recovery = false;
    let ask = |system: Explored<_>, node, number| system.asking(node, Perform(number));
    let system = ask(ask(system, A, 1), B, 2);
    let system = system.always("same updates, same state", |_, now| {
        replicated_state::same_updates_same_state(&now.seen).is_ok()
    });
    let report = system
        .bounded(distsys::check::Bounds { steps: Some(9), ..Default::default() })
        .search_by(Order::BreadthFirst, 2);
    assert!(report.holds(), "{report}");
    assert_eq!(report.situations, 1_023);
}

#[test]
fn followers_commit_in_the_order_of_the_leader() {
    let node = PrimaryBackup::new(A, [B]).over(link::Fifo::new(4).over(link::Direct::new()));
    let work = |name, keys: &str| Work { name, takes: 1, keys: keys.chars().collect() };
    let system = calm(vec![node; 4]).asking(C, work(1, "x")).asking(D, work(2, "x"));
    let system = system
        .always("follows", |_, now| replicated_database::follows_leader(&now.seen).is_ok())
        .always("done", |_, now| replicated_database::done_is_committed(&now.seen).is_ok())
        .always("all", |all, now| {
            let end = all.finish(now);
            end.is_ok_and(|end| replicated_database::all_commit_without_crash(&end.seen).is_ok())
        });
    assert_eq!(explore(system), 663);
}
