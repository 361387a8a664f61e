//! Cycles, the worst first.

use super::graph::{Edge, Graph, Kind};
use crate::layer::Value;
use petgraph::algo::tarjan_scc;
use petgraph::graph::{EdgeIndex, NodeIndex};
use petgraph::visit::{EdgeFiltered, EdgeRef, IntoEdges};
use std::collections::{BTreeMap, VecDeque};

/// In a knot of very many transactions, as many of them are tried as the beginning of a cycle.
const TRIED: usize = 1_000;

/// The worst cycle: one of writes before one with reads, one where a single read was overwritten
/// before one with several; and one that needs no real time before one that does. Of its kind a
/// short one.
pub(super) fn worst<K: Value + Ord, V: Value + Ord>(
    graph: &Graph<K, V>,
) -> Option<Vec<Edge<K, V>>> {
    let searches = [false, true].into_iter().find_map(|real_time| {
        let time = move |kind: &Kind<&K, &V>| real_time && matches!(kind, Kind::RealTime);
        let writes = move |kind: &Kind<&K, &V>| matches!(kind, Kind::WriteWrite(..)) || time(kind);
        let flow = move |kind: &Kind<&K, &V>| matches!(kind, Kind::WriteRead(..)) || writes(kind);
        let all = move |kind: &Kind<&K, &V>| matches!(kind, Kind::ReadWrite(..)) || flow(kind);
        cycle(graph, &writes)
            .or_else(|| cycle(graph, &flow))
            .or_else(|| with_one_overwritten(graph, &flow, &all))
            .or_else(|| cycle(graph, &all))
    });
    let edges = searches.map(|edges| of_one_key(graph, edges))?;
    Some(edges.into_iter().filter_map(|edge| graph.edge(edge)).collect())
}

/// Where two transactions overwrote what they had read, or one of them did: if they did so under one
/// key, the edges that say so, since an update was lost then; otherwise the same edges.
fn of_one_key<K: Value + Ord, V: Value + Ord>(
    graph: &Graph<K, V>,
    edges: Vec<EdgeIndex>,
) -> Vec<EdgeIndex> {
    let kind = |edge: EdgeIndex| &graph.graph[edge];
    let overwrites = |edge: &EdgeIndex| matches!(kind(*edge), Kind::ReadWrite(..));
    let [first, second] = edges.as_slice() else { return edges };
    if !edges.iter().any(overwrites) {
        return edges;
    }
    let by_key = |edge: EdgeIndex| {
        let (from, to) = graph.graph.edge_endpoints(edge).unwrap_or_default();
        let alike = graph.graph.edges_connecting(from, to).filter_map(|edge| match edge.weight() {
            Kind::ReadWrite(key, _) | Kind::WriteWrite(key, ..) => Some((key, edge.id())),
            Kind::WriteRead(..) | Kind::RealTime => None,
        });
        alike.collect::<BTreeMap<_, EdgeIndex>>()
    };
    let there = by_key(*first);
    let back = by_key(*second).into_iter().find_map(|(key, back)| Some([*there.get(key)?, back]));
    back.map_or(edges, |found| found.to_vec())
}

/// A short cycle of edges of these kinds.
fn cycle<K: Value + Ord, V: Value + Ord>(
    graph: &Graph<K, V>,
    wanted: &impl Fn(&Kind<&K, &V>) -> bool,
) -> Option<Vec<EdgeIndex>> {
    let part = EdgeFiltered::from_fn(&graph.graph, |edge| wanted(edge.weight()));
    let knot = tarjan_scc(&part).into_iter().find(|knot| knot.len() > 1)?;
    let cycles = knot.iter().take(TRIED).filter_map(|&start| path(&part, start, start));
    cycles.min_by_key(Vec::len)
}

/// A short cycle in which exactly one edge is from a read to a write.
fn with_one_overwritten<K: Value + Ord, V: Value + Ord>(
    graph: &Graph<K, V>,
    flow: &impl Fn(&Kind<&K, &V>) -> bool,
    all: &impl Fn(&Kind<&K, &V>) -> bool,
) -> Option<Vec<EdgeIndex>> {
    let whole = EdgeFiltered::from_fn(&graph.graph, |edge| all(edge.weight()));
    let mut knots = vec![0; graph.graph.node_count()];
    for (number, knot) in tarjan_scc(&whole).into_iter().enumerate() {
        knot.into_iter().for_each(|node| knots[node.index()] = number);
    }
    let part = EdgeFiltered::from_fn(&graph.graph, |edge| flow(edge.weight()));
    let overwritten = graph.graph.edge_references().filter(|edge| {
        matches!(edge.weight(), Kind::ReadWrite(..))
            && knots[edge.source().index()] == knots[edge.target().index()]
    });
    let cycles = overwritten.take(TRIED).filter_map(|edge| {
        let mut cycle = path(&part, edge.target(), edge.source())?;
        cycle.insert(0, edge.id());
        Some(cycle)
    });
    cycles.min_by_key(Vec::len)
}

/// The edges of a shortest way from one node to another, of at least one edge.
fn path<G>(graph: G, from: NodeIndex, to: NodeIndex) -> Option<Vec<EdgeIndex>>
where
    G: IntoEdges<NodeId = NodeIndex, EdgeId = EdgeIndex>,
{
    let mut reached: BTreeMap<NodeIndex, (NodeIndex, EdgeIndex)> = BTreeMap::new();
    let mut next = VecDeque::from([from]);
    while let Some(node) = next.pop_front() {
        for edge in graph.edges(node) {
            let target = edge.target();
            if reached.contains_key(&target) {
                continue;
            }
            reached.insert(target, (node, edge.id()));
            if target == to {
                return Some(back(&reached, from, to));
            }
            next.push_back(target);
        }
    }
    None
}

/// The way that led to `to`.
fn back(
    reached: &BTreeMap<NodeIndex, (NodeIndex, EdgeIndex)>,
    from: NodeIndex,
    to: NodeIndex,
) -> Vec<EdgeIndex> {
    let mut edges = Vec::new();
    let mut node = to;
    while let Some(&(before, edge)) = reached.get(&node) {
        edges.push(edge);
        node = before;
        if node == from {
            break;
        }
    }
    edges.reverse();
    edges
}
