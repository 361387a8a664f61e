//! Small systems, explored to the end: every order in which changes are made and messages come.

use distsys::broadcast::{Causal, Direct, Fifo, LamportOrder, NobodyCrashes};
use distsys::check::{Explorable, Explored, Order, Packets, Situation};
use distsys::crdt::{Fugue, MultiValueMap, OperationMap, StateMap, Text};
use distsys::layer::{Layer, NodeId, Value};
use distsys::link;
use distsys::node::names::{A, B};
use distsys::service::{Edit, MapRequest, SharedMap, SharedText};
use distsys::sim::Trace;
use distsys::spec::{Verdict, shared_map, shared_text};
use distsys::stack::Stack;
use distsys::transform::ServerOrder;

type Map = SharedMap<char, u32>;

/// These nodes on links that lose nothing, where A sets the keys of the first word, letter by letter, to a number that nobody
/// else sets anything to; and so on.
fn setting<N: Explorable + Layer<Implements = Map>>(node: N, words: &[&str]) -> Explored<N> {
    let mut system = Explored::new(vec![node; words.len()]);
    system.packets = Packets::Reliable;
    system.recovery = false;
    for (node, word) in (0..).map(NodeId).zip(words) {
        for (i, key) in (0..).zip(word.chars()) {
            system = system.asking(node, MapRequest::Set { key, value: 10 * node.0 + i });
        }
    }
    system.always("no creation", |_, now| shared_map::no_creation(&now.seen).is_ok())
}

/// Whether the promise is kept at the end.
pub(crate) fn ends_with<N: Explorable>(
    all: &Explored<N>,
    now: &Situation<N>,
    promise: impl Fn(&Trace<N>) -> Verdict,
) -> bool {
    all.finish(now).is_ok_and(|end| promise(&end.seen).is_ok())
}

fn converging<N: Explorable + Layer<Implements = Map>>(system: Explored<N>) -> Explored<N> {
    system
        .always("convergence", |all, now| ends_with(all, now, shared_map::convergence))
        .always("overwritten", |all, now| ends_with(all, now, shared_map::overwritten))
}

/// Explores everything; all claims must hold. Returns how many situations there are.
pub(crate) fn explore<N: Explorable>(system: Explored<N>) -> u64
where
    Explored<N>: Send + Sync,
    Situation<N>: Send + Sync,
{
    let report = system.search_by(Order::BreadthFirst, 2);
    assert!(report.is_exhaustive() && report.holds(), "{report}");
    report.situations
}

type DirectStack<M> = Stack<Direct<M>, link::Direct<M>>;

fn direct<M: Value>(n: u32) -> DirectStack<M> {
    Direct::new(n).over(link::Direct::new())
}
fn unfailing<M: Value>(n: u32) -> Stack<NobodyCrashes<M>, DirectStack<M>> {
    NobodyCrashes::new().over(direct(n))
}

#[test]
fn the_map_by_operations_converges_in_every_order() {
    let node = |n| OperationMap::new().over(unfailing(n));
    let sizes = [
        explore(converging(setting(node(2), &["xx", "x"]))),
        explore(converging(setting(node(2), &["xy", "yx"]))),
        explore(converging(setting(node(3), &["x", "x", "x"]))),
    ];
    assert_eq!(sizes, [137, 1_851, 31_942]);
}

#[test]
fn the_map_by_states_converges_in_every_order() {
    let node = |n| StateMap::new().over(direct(n));
    let sizes = [
        explore(converging(setting(node(2), &["xx", "x"]))),
        explore(converging(setting(node(2), &["xy", "yx"]))),
        explore(converging(setting(node(3), &["x", "x", "x"]))),
    ];
    assert_eq!(sizes, [85, 820, 5_538]);
}

#[test]
fn the_multi_value_map_keeps_all_concurrent_values_in_every_order() {
    let node = |n| MultiValueMap::new().over(Causal::new(n).over(unfailing(n)));
    let kept = |system: Explored<_>| {
        converging(system).always("kept", |all, now| ends_with(all, now, shared_map::all_kept))
    };
    let sizes = [
        explore(kept(setting(node(2), &["xx", "x"]))),
        explore(converging(setting(node(2), &["xy", "yx"]))),
        explore(converging(setting(node(3), &["x", "x", "x"]))),
    ];
    assert_eq!(sizes, [111, 1_067, 30_670]);
}

/// Everything that can happen when two nodes make these edits.
fn editing<N: Explorable + Layer<Implements = SharedText>>(
    node: N,
    edits: &[(NodeId, Edit)],
) -> Explored<N> {
    let mut system = Explored::new(vec![node; 2]);
    system.packets = Packets::Reliable;
    system.recovery = false;
    for &(node, edit) in edits {
        system = system.asking(node, edit);
    }
    system
        .always("convergence", |all, now| ends_with(all, now, shared_text::convergence))
        .always("own edits", |_, now| shared_text::own_edits(&now.seen).is_ok())
}

/// Of each node, three edits: letters at one place, and a delete.
fn edits() -> Vec<(NodeId, Edit)> {
    let of = |node, [x, y]: [char; 2]| {
        let insert = |value| (node, Edit::Insert { index: 0, value });
        [insert(x), insert(y), (node, Edit::Delete { index: 1 })]
    };
    [of(A, ['a', 'b']), of(B, ['c', 'd'])].concat()
}

#[test]
fn texts_and_sequences_converge_in_every_order() {
    if std::env::var_os("DISTSYS_THOROUGH").is_none() {
        return; // a hundred thousand situations each
    }
    let text = Text::new().over(Causal::new(2).over(unfailing(2)));
    let sequence = Fugue::new().over(Causal::new(2).over(unfailing(2)));
    let sizes = [
        explore(
            editing(text, &edits())
                .always("one order", |_, now| shared_text::one_order(&now.seen).is_ok()),
        ),
        explore(
            editing(sequence, &edits())
                .always("one order", |_, now| shared_text::one_order(&now.seen).is_ok()),
        ),
    ];
    assert_eq!(sizes, [101_569, 101_569]);
}

#[test]
fn operational_transformation_converges_in_every_order() {
    let lower = || LamportOrder::new(2).over(Fifo::new(2).over(unfailing(2)));
    let edits = [
        (A, Edit::Insert { index: 0, value: 'a' }),
        (A, Edit::Delete { index: 0 }),
        (B, Edit::Insert { index: 0, value: 'b' }),
    ];
    let size = explore(editing(ServerOrder::new(2).over(lower()), &edits));
    assert_eq!(size, 573);
}
