//! Small systems, explored to the end.

use distsys::beside::Beside;
use distsys::broadcast::{Direct, Fifo, LamportOrder, Leader, NobodyCrashes};
use distsys::check::{Explorable, Explored, Order, Packets, Situation};
use distsys::consensus::{FromTotalOrder, ToTotalOrder};
use distsys::layer::{Layer, NodeId, Value};
use distsys::link;
use distsys::node::names::{A, B, C};
use distsys::service::{Broadcast, Consensus, FifoTotalOrderBroadcast, Propose};
use distsys::spec::{consensus, fifo_broadcast, reliable_broadcast, total_order};
use distsys::stack::Stack;
use tests::golden;

type Told<M> =
    Stack<Fifo<M>, Stack<NobodyCrashes<(M, u64)>, Stack<Direct<(M, u64)>, link::Direct<(M, u64)>>>>;

fn told<M: Value>(n: u32) -> Told<M> {
    Fifo::new(n).over(NobodyCrashes::new().over(Direct::new(n).over(link::Direct::new())))
}

/// Consensus over a leader's total order. Its type is for the compiler only.
macro_rules! led {
    ($n:expr) => {{
        let link = link::Fifo::new($n).over(link::Direct::new());
        FromTotalOrder::new().over(Leader::new(A).over(Beside::new(link, told($n))))
    }};
}

fn calm<N: Explorable>(nodes: Vec<N>) -> Explored<N> {
    let mut system = Explored::new(nodes);
    system.packets = Packets::Reliable;
    system.recovery = false;
    system
}

/// These nodes propose these letters, each in the instance of that number.
fn proposing<N>(nodes: Vec<N>, proposals: &[(NodeId, u64, char)]) -> Explored<N>
where
    N: Explorable + Layer<Implements = Consensus<char>>,
{
    let mut system = calm(nodes);
    for &(node, instance, value) in proposals {
        system = system.asking(node, Propose { instance, value });
    }
    system
        .always("agreement", |_, now| consensus::uniform_agreement(&now.seen).is_ok())
        .always("validity", |_, now| consensus::validity(&now.seen).is_ok())
        .always("integrity", |_, now| consensus::integrity(&now.seen).is_ok())
        .always("termination", |all, now| {
            all.finish(now).is_ok_and(|end| consensus::termination_without_crash(&end.seen).is_ok())
        })
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

#[test]
fn the_first_message_of_a_leader_is_the_decision() {
    let sizes = [
        explore(proposing(vec![led!(3); 3], &[(B, 1, 'x'), (C, 1, 'y')])),
        explore(proposing(vec![led!(3); 3], &[(A, 1, 'x'), (B, 1, 'y'), (A, 2, 'z')])),
        // The leader may die: then there may be no decision, but never two.
        explore(proposing(vec![led!(3); 3], &[(A, 1, 'x'), (B, 1, 'y')]).crashing(A, 1)),
    ];
    assert_eq!(sizes, [225, 2_826, 611]);
}

#[test]
fn the_first_message_by_lamport_clocks_is_the_decision() {
    let node = |n| FromTotalOrder::new().over(LamportOrder::new(n).over(told(n)));
    let sizes = [
        explore(proposing(vec![node(2); 2], &[(A, 1, 'x'), (B, 1, 'y'), (B, 2, 'z')])),
        explore(proposing(vec![node(3); 3], &[(B, 1, 'x')])),
    ];
    assert_eq!(sizes, [720, 60]);
}

/// There and back: a total order of a consensus of a total order keeps all the promises of a total
/// order.
#[test]
fn a_message_that_loses_its_position_gets_a_later_one() {
    fn saying<N>(node: N, n: u32, messages: &[(NodeId, char)]) -> Explored<N>
    where
        N: Explorable + Layer<Implements = FifoTotalOrderBroadcast<char>>,
    {
        let mut system = calm(vec![node; n as usize]);
        for &(node, msg) in messages {
            system = system.asking(node, Broadcast { msg });
        }
        system
            .always("no creation", |_, now| reliable_broadcast::no_creation(&now.seen).is_ok())
            .always("once", |_, now| reliable_broadcast::no_duplication(&now.seen).is_ok())
            .always("FIFO", |_, now| fifo_broadcast::order(&now.seen).is_ok())
            .always("prefix", |_, now| total_order::prefix(&now.seen).is_ok())
            .always("validity", |all, now| {
                all.finish(now)
                    .is_ok_and(|end| total_order::validity_without_crash(&end.seen).is_ok())
            })
            .always("agreement", |all, now| {
                all.finish(now)
                    .is_ok_and(|end| total_order::agreement_without_crash(&end.seen).is_ok())
            })
    }
    let node = |n| ToTotalOrder::new().over(led!(n));
    let sizes = [
        explore(saying(node(2), 2, &[(A, 'x'), (B, 'y')])),
        explore(saying(node(2), 2, &[(A, 'x'), (B, 'y'), (B, 'z')])),
        explore(saying(node(3), 3, &[(B, 'x'), (C, 'y')])),
        explore(saying(node(2), 2, &[(A, 'x'), (B, 'y')]).crashing(A, 1)),
    ];
    assert_eq!(sizes, [37, 256, 749, 165]);
    golden::check("consensus-situations.txt", &sizes.iter().sum::<u64>().to_string());
}
