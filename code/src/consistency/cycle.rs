//! Ways and cycles in graphs of numbered edges.

use std::collections::{BTreeMap, VecDeque};

/// Edges by where they begin: where each ends, and its number.
pub(super) type Edges = BTreeMap<usize, Vec<(usize, usize)>>;

/// The numbers of the edges of a short way from one node to another, of at least one edge.
pub(super) fn path(edges: &Edges, from: usize, to: usize) -> Option<Vec<usize>> {
    let mut reached: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    let mut next = VecDeque::from([from]);
    while let Some(node) = next.pop_front() {
        for &(target, edge) in edges.get(&node).map(Vec::as_slice).unwrap_or_default() {
            if reached.contains_key(&target) {
                continue;
            }
            reached.insert(target, (node, edge));
            if target == to {
                return Some(back(&reached, from, to));
            }
            next.push_back(target);
        }
    }
    None
}

/// The way that led to `to`.
fn back(reached: &BTreeMap<usize, (usize, usize)>, from: usize, to: usize) -> Vec<usize> {
    let mut way = Vec::new();
    let mut node = to;
    while let Some(&(before, edge)) = reached.get(&node) {
        way.push(edge);
        node = before;
        if node == from {
            break;
        }
    }
    way.reverse();
    way
}

/// The numbers of the edges of a cycle, a short one through one of its nodes.
pub(super) fn cycle(edges: &Edges) -> Option<Vec<usize>> {
    // Whatever nothing leads to is on no cycle, and so on: what is left in the end is on or behind
    // one. The same from the other end leaves what is between.
    let mut degree: BTreeMap<usize, usize> = edges.keys().map(|&node| (node, 0)).collect();
    for (target, _) in edges.values().flatten() {
        *degree.entry(*target).or_default() += 1;
    }
    let mut free: Vec<usize> =
        degree.iter().filter(|(_, degree)| **degree == 0).map(|(node, _)| *node).collect();
    while let Some(node) = free.pop() {
        degree.remove(&node);
        for (target, _) in edges.get(&node).into_iter().flatten() {
            if let Some(left) = degree.get_mut(target) {
                *left -= 1;
                if *left == 0 {
                    free.push(*target);
                }
            }
        }
    }
    degree.keys().find_map(|&node| path(edges, node, node))
}
