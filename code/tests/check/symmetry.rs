//! Nodes that are alike: one situation stands for all that differ in names only.

use crate::Random;
use crate::confirmed;
use crate::stages::{alike, election};
use crate::toys::Gossip;
use distsys::check::{
    ACT_ALIKE, Explorable, Explored, Order, Rename, Renaming, Situation, symmetry,
};
use distsys::node::NodeId;
use distsys::node::names::{A, B, C};
use distsys::service::Broadcast;
use distsys::sim::{Record, What};
use stateright::Model;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::hash::Hash;
use tests::toys::vote::{Bug, Vote};

type Graph = BTreeSet<(NodeId, NodeId)>;

/// The graph of `n` nodes whose edges, among these, are the bits of `which`.
fn graph(edges: &[(u32, u32)], which: u32) -> Graph {
    let chosen = edges.iter().enumerate().filter(|(bit, _)| which >> bit & 1 == 1);
    chosen.map(|(_, (a, b))| (NodeId(*a), NodeId(*b))).collect()
}
fn classes(n: u32, edges: &[(u32, u32)], is_directed: bool) -> usize {
    let alike = [NodeId::all(n).collect()];
    let both = |graph: Graph| {
        let back = graph.iter().map(|(a, b)| (*b, *a)).collect::<Vec<_>>();
        graph.into_iter().chain(back).collect::<Graph>()
    };
    let graphs = (0..1 << edges.len()).map(|which| graph(edges, which));
    let graphs = graphs.map(|graph| if is_directed { graph } else { both(graph) });
    graphs.map(|graph| symmetry::representative(&graph, &alike)).collect::<BTreeSet<_>>().len()
}

/// Graphs are the hardest values: which nodes can be exchanged depends on all others.
#[test]
fn as_many_graphs_stand_for_all_as_there_are_graphs_but_for_names() {
    let undirected = |n| {
        let edges: Vec<_> = (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b))).collect();
        classes(n, &edges, false)
    };
    // OEIS A000088.
    assert_eq!([1, 2, 3, 4, 5, 6].map(undirected), [1, 2, 4, 11, 34, 156]);
    let directed = |n| {
        let all = (0..n).flat_map(|a| (0..n).map(move |b| (a, b)));
        classes(n, &all.filter(|(a, b)| a != b).collect::<Vec<_>>(), true)
    };
    // OEIS A000273.
    assert_eq!([1, 2, 3, 4].map(directed), [1, 3, 16, 218]);
}

fn permutations(n: u32) -> Vec<Vec<NodeId>> {
    let Some(last) = n.checked_sub(1) else { return vec![vec![]] };
    let longer = |shorter: Vec<NodeId>| {
        (0..=shorter.len()).map(move |place| {
            let mut longer = shorter.clone();
            longer.insert(place, NodeId(last));
            longer
        })
    };
    permutations(last).into_iter().flat_map(longer).collect()
}

/// Whatever the names: the same stands for it, and is itself one of the values that differ in names only.
fn stands_for_all<T: Rename + Eq + Hash + Debug>(value: &T, n: u32) {
    let alike = [NodeId::all(n).collect()];
    let representative = symmetry::representative(value, &alike);
    let renamed = permutations(n).into_iter().map(|names| value.rename(&Renaming::new(names)));
    let mut is_one = false;
    for renamed in renamed {
        assert_eq!(symmetry::representative(&renamed, &alike), representative);
        is_one |= renamed == representative;
    }
    assert!(is_one, "{representative:?} is no other form of {value:?}");
}

#[test]
fn one_graph_stands_for_all_that_differ_in_names() {
    let mut random = Random(7);
    for n in 2..=5 {
        let edges: Vec<_> = (0..n).flat_map(|a| (0..n).map(move |b| (a, b))).collect();
        for _ in 0..60 {
            let edges = edges.iter().filter(|_| random.below(3) == 0);
            let edges: Vec<_> = edges.copied().collect();
            stands_for_all(&graph(&edges, u32::MAX), n);
            let per_node: BTreeMap<_, _> =
                edges.iter().map(|(a, b)| (NodeId(*a), NodeId(*b))).collect();
            stands_for_all(&per_node, n);
        }
    }
}

#[test]
fn one_situation_stands_for_all_that_differ_in_names() {
    let system = election(Bug::None, 2);
    let mut random = Random(3);
    for _ in 0..20 {
        let mut now = system.init_states().swap_remove(0);
        for _ in 0..12 {
            let next = system.next_steps(&now);
            if next.is_empty() {
                break;
            }
            now = next[random.below(next.len())].1.clone();
            stands_for_all(&now, 3);
        }
    }
}

/// All situations that can be reached.
fn reachable<N: Explorable>(system: &Explored<N>) -> Vec<Situation<N>> {
    let mut all = system.init_states();
    let mut place = 0;
    while place < all.len() {
        for next in system.next_states(&all[place].clone()) {
            if system.within_boundary(&next) && !all.contains(&next) {
                all.push(next);
            }
        }
        place += 1;
    }
    all
}

#[test]
fn as_many_situations_are_explored_as_there_are_but_for_names() {
    let all = reachable(&election(Bug::None, 1));
    let least_name = |now: &Situation<Vote>| {
        let forms = permutations(3).into_iter().map(|names| now.rename(&Renaming::new(names)));
        forms.map(|form| format!("{form:?}")).min()
    };
    let classes: BTreeSet<_> = all.iter().map(least_name).collect();
    assert_eq!((all.len(), classes.len()), (914, 170));
    for order in [Order::BreadthFirst, Order::DepthFirst] {
        for threads in [1, 2] {
            let report = alike(election(Bug::None, 1)).search_by(order, threads);
            assert_eq!(report.situations, 170, "{order:?} {threads}");
        }
    }
}

/// How often the rumour was heard.
fn heard(now: &Situation<Gossip>, rumour: u32) -> usize {
    let is_heard = |record: &&Record<Gossip>| matches!(&record.what, What::Deliver { indication } if indication.msg == rumour);
    now.seen.records.iter().filter(is_heard).count()
}

/// B and C are asked to tell the same, A something else; nothing runs out.
fn gossip() -> Explored<Gossip> {
    let gossip = Explored::new(vec![Gossip::new(3, 1); 3]);
    let asked = [(A, 7), (B, 1), (C, 1)];
    let mut gossip = asked
        .into_iter()
        .fold(gossip, |gossip, (node, msg)| gossip.asking(node, Broadcast { msg }));
    gossip.timeouts = Some(0);
    gossip
        .always("at most two hear of 7", |_, now| heard(now, 7) <= 2)
        .always("nobody hears of 1", |_, now| heard(now, 1) == 0)
        .sometimes("two hear of 7", |_, now| heard(now, 7) == 2)
        .sometimes("three hear of 1", |_, now| heard(now, 1) == 3)
}

/// The length of the shortest run that breaks or shows each claim, if there is one.
fn verdicts<N: Explorable>(system: impl Fn() -> Explored<N>) -> Vec<(&'static str, Option<usize>)>
where
    Explored<N>: Send + Sync,
    Situation<N>: Send + Sync,
{
    let names: Vec<_> = system().properties.iter().map(|property| property.name).collect();
    let verdict = |name| (name, system().shortest(name).map(|run| run.len()));
    names.into_iter().filter(|name| *name != ACT_ALIKE).map(verdict).collect()
}

#[test]
fn claims_are_judged_the_same_with_and_without_symmetry() {
    for bug in [Bug::None, Bug::ForgetsItsVote] {
        let plain = verdicts(|| election(bug, 1));
        assert_eq!(verdicts(|| alike(election(bug, 1))), plain);
        assert_eq!(plain[1], ("one leader a term", (bug != Bug::None).then_some(8)));
    }
    let alike = || gossip().alike(&[B, C]).expect("B and C are alike");
    assert_eq!((gossip().search().situations, alike().search().situations), (8_936, 4_470));
    let plain = verdicts(gossip);
    assert_eq!(verdicts(alike), plain);
    assert_eq!(plain.iter().filter(|(_, run)| run.is_some()).count(), 2, "{plain:?}");
}

#[test]
fn a_run_among_alike_nodes_is_a_run_of_the_system() {
    let run = confirmed(|| alike(election(Bug::ForgetsItsVote, 1)), "one leader a term");
    assert_eq!(run.len(), 8);
}

#[test]
fn nodes_that_go_by_names_do_not_act_alike() {
    assert!(alike(election(Bug::None, 1)).search().holds());
    let unlike = alike(election(Bug::PrefersNames, 1)).search();
    assert_eq!(unlike.broken.into_keys().collect::<Vec<_>>(), [ACT_ALIKE]);
}

#[test]
fn nodes_that_differ_are_refused_as_alike() {
    let refused = |system: Explored<Vote>, nodes: &[NodeId]| system.alike(nodes).err();
    let told = |what| Some(format!("nodes A and B are not alike: they differ in {what}"));
    let mut built = election(Bug::None, 1);
    built.nodes[1] = Vote::new(3, Bug::PrefersNames);
    assert_eq!(refused(built, &[A, B, C]), told("how they are built"));
    let crashes = election(Bug::None, 1).crashing(B, 2);
    assert_eq!(refused(crashes, &[A, B, C]), told("how often they may crash"));
    assert_eq!(gossip().alike(&[A, B]).err(), told("what is asked of them"));
    let twice = election(Bug::None, 1).alike(&[A, B]).expect("they are alike");
    let overlap = refused(twice, &[B, C]);
    assert_eq!(
        overlap.as_deref(),
        Some("one of [B, C] is already in another group of alike nodes")
    );
    let nobody = refused(election(Bug::None, 1), &[A, NodeId(7)]);
    assert_eq!(nobody.as_deref(), Some("A and H are not two nodes of the system"));
}
