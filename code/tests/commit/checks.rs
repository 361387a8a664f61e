//! Small systems that commit, explored to the end.

use crate::doubts::Doubts;
use distsys::beside::Beside;
use distsys::broadcast::{Direct, Fifo, Leader, NobodyCrashes, SeqNo};
use distsys::check::{Explorable, Explored, Goals, Order, Packets, Situation};
use distsys::commit::{FaultTolerantCommit, TwoPhaseCommit};
use distsys::layer::{Layer, NodeId, Service, Value};
use distsys::link;
use distsys::node::names::{A, B, C};
use distsys::service::*;
use distsys::sim::{Trace, What};
use distsys::spec::{Verdict, atomic_commit};
use distsys::stack::Stack;
use distsys::subject::commit;
use std::collections::BTreeMap;
use tests::golden;

/// These nodes, where A begins a transaction at all of them but the first `without`, and asks to commit it.
fn committing<N: Explorable + Layer<Implements = AtomicCommit>>(
    nodes: Vec<N>,
    without: usize,
) -> Explored<N> {
    let work = NodeId::all(nodes.len() as u32).skip(without);
    let work: BTreeMap<_, _> =
        work.map(|node| (node, vec![Write { key: 'x', value: 1 }])).collect();
    let mut system = Explored::new(nodes);
    system = system.asking(A, CommitRequest::Begin(Transaction(1), work));
    system
        .asking(A, CommitRequest::Commit(Transaction(1)))
        .always("agreement", |_, now| atomic_commit::agreement(&now.seen).is_ok())
        .always("validity", |_, now| atomic_commit::validity(&now.seen).is_ok())
        .always("once", |_, now| atomic_commit::once(&now.seen).is_ok())
        .always("durability", |_, now| atomic_commit::durability(&now.seen).is_ok())
        .sometimes("commit", |all, now| ends(all, now, Outcome::Commit))
        .sometimes("abort", |all, now| ends(all, now, Outcome::Abort))
}

/// Whether the transaction is over at the last node like this.
fn ends<N: Explorable + Layer<Implements = AtomicCommit>>(
    all: &Explored<N>,
    now: &Situation<N>,
    outcome: Outcome,
) -> bool {
    let last = NodeId(all.nodes.len() as u32 - 1);
    now.seen.records.iter().any(|record| {
        let event = CommitEvent::Ended(Transaction(1), outcome);
        record.node == last
            && matches!(&record.what, What::Deliver { indication } if *indication == event)
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

fn two_phase(nodes: usize) -> Vec<TwoPhaseCommit> {
    vec![TwoPhaseCommit::new(B, 1); nodes]
}

#[test]
fn two_phase_commit_agrees_wherever_its_nodes_crash() {
    let system = |crashes: &[(NodeId, u32)]| {
        let mut system = committing(two_phase(4), 2);
        system.packets = Packets::FairLoss;
        for &(node, times) in crashes {
            system = system.crashing(node, times);
        }
        system.always("termination", |all, now| {
            ends_with(all, now, atomic_commit::termination_after_recovery)
        })
    };
    let sizes = [explore(system(&[])), explore(system(&[(B, 1)]))];
    assert_eq!(sizes, [571, 9_789]);
    if std::env::var_os("DISTSYS_THOROUGH").is_some() {
        assert_eq!(explore(system(&[(B, 1), (C, 1)])), 315_184);
    }
}

/// A broadcast that is reliable because nobody crashes.
type Unfailing<M> = Stack<NobodyCrashes<M>, Stack<Direct<M>, link::Direct<M>>>;
/// A total order of votes `V`.
type Ordered<V> = Stack<
    Leader<V>,
    Beside<
        Stack<link::Fifo<V>, link::Direct<(V, SeqNo)>>,
        Stack<Fifo<(V, NodeId)>, Unfailing<((V, NodeId), SeqNo)>>,
    >,
>;
/// What fault-tolerant commit stands on here.
type Lines<K, V> = Beside<link::Direct<K>, Beside<Ordered<V>, Doubts>>;

/// Nodes that do not crash; A orders the votes.
fn fault_tolerant<U, K, V, P>(
    n: u32,
    upper: fn() -> U,
    doubts: &Doubts,
) -> Vec<Stack<U, Lines<K, V>>>
where
    U: Layer<Implements = AtomicCommit, Uses = P>,
    K: Value,
    V: Value,
    P: Service,
    <Lines<K, V> as Layer>::Implements: AtLeast<P>,
{
    let told = || NobodyCrashes::new().over(Direct::new(n).over(link::Direct::new()));
    let ordered = || {
        let link = link::Fifo::new(n).over(link::Direct::new());
        Leader::new(A).over(Beside::new(link, Fifo::new(n).over(told())))
    };
    let lines = || Beside::new(link::Direct::new(), Beside::new(ordered(), doubts.clone()));
    (0..n).map(|_| upper().over(lines())).collect()
}

/// Two participants have voted yes.
fn two_are_ready<N: Explorable + Layer<Implements = AtomicCommit>>(
    _: &Explored<N>,
    now: &Situation<N>,
) -> bool {
    let ready = now.seen.records.iter().filter(|record| {
        matches!(&record.what, What::Deliver { indication: CommitEvent::Ready(_) })
    });
    ready.count() == 2
}

mod ft {
    pub(super) use distsys::commit::fault_tolerant::{Packet, Vote};
}
mod literal {
    pub(super) use zoo::broken::ft_early_votes_dropped::{FaultTolerantCommit, Packet, Vote};
}

#[test]
fn fault_tolerant_commit_agrees_whoever_is_suspected_and_whatever_comes_first() {
    let system = |n, doubts: &Doubts| {
        let nodes =
            fault_tolerant::<_, ft::Packet, ft::Vote, _>(n, FaultTolerantCommit::new, doubts);
        let mut system = committing(nodes, 0);
        system.packets = Packets::Reliable;
        system.recovery = false;
        system.always("termination", |all, now| ends_with(all, now, atomic_commit::termination))
    };
    let nobody = Doubts { by: A, whom: None, after: 1 };
    let doubts = Doubts { by: A, whom: Some(B), after: 1 };
    assert_eq!([explore(system(2, &nobody)), explore(system(2, &doubts))], [187, 760]);
    let doubts = Doubts { by: C, ..doubts };
    let late = system(3, &doubts).reach("two are ready", two_are_ready, Goals::First).unwrap();
    let report = late.search_by(Order::BreadthFirst, 2);
    assert!(report.broken.is_empty(), "{report}");
    assert_eq!(report.situations, 10_253);
    // What a thorough test finds, for the page.
    golden::check("commit-situations.txt", "668,909");
    if std::env::var_os("DISTSYS_THOROUGH").is_some() {
        assert_eq!(explore(system(3, &doubts)), 668_909);
    }
}

/// The notes by the letter: no fault is needed to leave a node undecided, and one false suspicion to split the outcome.
#[test]
fn votes_that_are_dropped_before_the_prepare_are_found_missing() {
    let system = |n, doubts: &Doubts| {
        let new = literal::FaultTolerantCommit::new;
        let nodes = fault_tolerant::<_, literal::Packet, literal::Vote, _>(n, new, doubts);
        let mut system = committing(nodes, 0);
        system.packets = Packets::Reliable;
        system.recovery = false;
        system.always("termination", |all, now| ends_with(all, now, atomic_commit::termination))
    };
    let nobody = Doubts { by: A, whom: None, after: 1 };
    let undecided = system(2, &nobody).shortest("termination").expect("one node is left undecided");
    let all = || system(3, &Doubts { by: C, whom: Some(B), after: 1 });
    let late = all().reach("two are ready", two_are_ready, Goals::First).unwrap();
    let split = late.shortest("agreement").expect("one commits, one aborts");
    assert_eq!((undecided.len(), split.len()), (4, 16), "{undecided:#?}\n{split:#?}");
    if std::env::var_os("DISTSYS_THOROUGH").is_some() {
        assert_eq!(all().shortest("agreement").unwrap().len(), 15);
    }
    let caption = "Found by the checker: a run of three nodes in which fault-tolerant commit, by the letter of the \
                   notes, does not agree. A is client too, and orders the votes.";
    let trace = all().replay(&split).unwrap().trace();
    golden::check_run("commit-early-votes", caption, &trace.text(), &commit::style(&[]));
}
