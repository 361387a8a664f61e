//! Small systems of broadcasts, explored to the end.

use distsys::beside::Beside;
use distsys::broadcast::{Causal, Direct, Eager, Fifo, LamportOrder, Leader, Named, NobodyCrashes};
use distsys::check::{Explorable, Explored, Order, Packets, Situation};
use distsys::layer::{Layer, NodeId, Service, Value};
use distsys::link;
use distsys::node::names::{A, B, C};
use distsys::service::{Broadcast, Deliver};
use distsys::sim::Trace;
use distsys::spec::{Verdict, causal_broadcast, fifo_broadcast, reliable_broadcast, total_order};
use distsys::stack::Stack;

/// A broadcast of letters that can be explored.
trait Letters: Service<Request = Broadcast<char>, Indication = Deliver<char>> {}
impl<S: Service<Request = Broadcast<char>, Indication = Deliver<char>>> Letters for S {}

/// These nodes on links that lose nothing, where A broadcasts the first word letter by letter, and so on.
fn saying<N: Explorable + Layer<Implements: Letters>>(
    nodes: Vec<N>,
    words: &[&str],
) -> Explored<N> {
    let mut system = Explored::new(nodes);
    system.packets = Packets::Reliable;
    system.recovery = false;
    for (node, word) in (0..).map(NodeId).zip(words) {
        for msg in word.chars() {
            system = system.asking(node, Broadcast { msg });
        }
    }
    system
        .always("no creation", |_, now| reliable_broadcast::no_creation(&now.seen).is_ok())
        .always("no duplication", |_, now| reliable_broadcast::no_duplication(&now.seen).is_ok())
        .sometimes("all delivered", |all, now| {
            now.hosts.nodes().all(|node| now.seen.delivered(node).len() == all.requests.len())
        })
}

/// Whether the promise is kept at the end.
fn ends_with<N: Explorable>(
    all: &Explored<N>,
    now: &Situation<N>,
    promise: impl Fn(&Trace<N>) -> Verdict,
) -> bool {
    all.finish(now).is_ok_and(|end| promise(&end.seen).is_ok())
}

fn reliable<N: Explorable + Layer<Implements: Letters>>(system: Explored<N>) -> Explored<N> {
    system
        .always("validity", |all, now| ends_with(all, now, reliable_broadcast::validity))
        .always("agreement", |all, now| ends_with(all, now, reliable_broadcast::agreement))
}

fn fifo<N: Explorable + Layer<Implements: Letters>>(system: Explored<N>) -> Explored<N> {
    reliable(system).always("FIFO", |_, now| fifo_broadcast::order(&now.seen).is_ok())
}

fn causal<N: Explorable + Layer<Implements: Letters>>(system: Explored<N>) -> Explored<N> {
    fifo(system).always("causal", |_, now| causal_broadcast::order(&now.seen).is_ok())
}

fn total<N: Explorable + Layer<Implements: Letters>>(system: Explored<N>) -> Explored<N> {
    causal(system)
        .always("same order", |_, now| total_order::same_order(&now.seen).is_ok())
        .always("prefix", |_, now| total_order::prefix(&now.seen).is_ok())
        .always("uniform agreement", |all, now| ends_with(all, now, total_order::agreement))
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

type DirectStack<M> = Stack<Direct<M>, link::Direct<M>>;
type EagerStack<M> = Stack<Eager<M>, link::Direct<Named<M>>>;
type Unfailing<M> = Stack<NobodyCrashes<M>, DirectStack<M>>;

fn direct<M: Value>(n: u32) -> DirectStack<M> {
    Direct::new(n).over(link::Direct::new())
}
fn eager<M: Value>(n: u32) -> EagerStack<M> {
    Eager::new(n).over(link::Direct::new())
}
fn unfailing<M: Value>(n: u32) -> Unfailing<M> {
    NobodyCrashes::new().over(direct(n))
}

#[test]
fn direct_broadcast_keeps_delivery_and_breaks_agreement_when_its_sender_crashes() {
    let system = || saying(vec![direct(3); 3], &["x"]).crashing(A, 1);
    let delivers =
        system().always("delivery", |all, now| ends_with(all, now, reliable_broadcast::delivery));
    let run = reliable(system()).shortest("agreement").expect("the crash is found");
    assert_eq!((explore(delivers), run.len()), (26, 1), "{run:?}");
}

#[test]
fn eager_broadcast_agrees_wherever_its_sender_and_others_crash() {
    let one = || saying(vec![eager(3); 3], &["x"]);
    let mut all = one().crashing(A, 1).crashing(B, 1).crashing(C, 1);
    all.crashes_in_all = Some(2);
    let sizes = [
        explore(reliable(one())),
        explore(reliable(one().crashing(A, 1))),
        explore(reliable(all)),
        explore(reliable(saying(vec![eager(2); 2], &["xy", "u"]))),
    ];
    assert_eq!(sizes, [54, 265, 2_234, 643]);
}

#[test]
fn fifo_broadcast_keeps_order() {
    let node = |n| Fifo::<char>::new(n).over(unfailing(n));
    let relayed = Fifo::new(2).over(eager(2));
    let sizes = [
        explore(fifo(saying(vec![node(3); 3], &["xyz"]))),
        explore(fifo(saying(vec![node(3); 3], &["xy", "u"]))),
        explore(fifo(saying(vec![relayed; 2], &["xy", "u"]))),
    ];
    assert_eq!(sizes, [967, 8_661, 481]);
}

/// It need not be told of R4.3.
#[test]
fn fifo_broadcast_is_not_causal_and_the_checker_finds_the_reply_that_overtakes() {
    let node = Fifo::<char>::new(3).over(unfailing(3));
    let run = causal(saying(vec![node; 3], &["x", "y"])).shortest("causal");
    assert_eq!(run.expect("a reply that overtakes").len(), 4);
}

#[test]
fn causal_broadcast_keeps_causal_order() {
    let node = |n| Causal::new(n).over(unfailing(n));
    let sizes = [
        explore(causal(saying(vec![node(3); 3], &["x", "y"]))),
        explore(causal(saying(vec![node(3); 3], &["xy", "u"]))),
    ];
    assert_eq!(sizes, [215, 7_922]);
    // It is no total order.
    let run = total(saying(vec![node(2); 2], &["x", "y"])).shortest("same order");
    assert_eq!(run.expect("two messages, two orders").len(), 4);
}

#[test]
fn the_leader_makes_one_order() {
    let node = |n| {
        let link = link::Fifo::new(n).over(link::Direct::new());
        Leader::new(A).over(Beside::new(link, Fifo::new(n).over(unfailing(n))))
    };
    let sizes = [
        explore(total(saying(vec![node(3); 3], &["", "x", "y"]))),
        explore(total(saying(vec![node(3); 3], &["x", "yz"]))),
    ];
    assert_eq!(sizes, [489, 17_658]);
}

#[test]
fn lamport_clocks_make_one_order() {
    let node = |n| LamportOrder::new(n).over(Fifo::new(n).over(unfailing(n)));
    let sizes = [
        explore(total(saying(vec![node(2); 2], &["xy", "u"]))),
        explore(total(saying(vec![node(3); 3], &["x"]))),
    ];
    assert_eq!(sizes, [762, 60]);
}

#[test]
fn without_acknowledgements_an_idle_node_blocks_all() {
    let silent = LamportOrder::new(2).without_acknowledgements();
    let node = silent.over(Fifo::new(2).over(unfailing(2)));
    let run = total(saying(vec![node.clone(); 2], &["x"])).shortest("validity");
    // From the very beginning: whatever happens, it ends like that.
    assert_eq!(run.expect("B has nothing to say").len(), 0);
    // If both go on saying something, order is kept, and things do come out.
    let both = saying(vec![node; 2], &["xy", "uv"])
        .always("prefix", |_, now| total_order::prefix(&now.seen).is_ok())
        .always("causal", |_, now| causal_broadcast::order(&now.seen).is_ok());
    explore(both);
}
