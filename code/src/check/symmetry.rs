//! Situations that differ only in which of several alike nodes has which name: one stands for all.
//!
//! The *representative* of a value is the same for the value and for whatever becomes of it by
//! exchanging names of nodes that are alike, and is itself one of these. So there are exactly as
//! many representatives as there are classes of values. (Sorting the nodes by some part of their
//! state, as is often done, gives more: nodes that tie in that part keep whatever order they had.)
//!
//! It is found as canonical forms of graphs are (McKay, 1981): nodes are told apart by what the
//! value looks like with one of them marked; where that leaves nodes that look the same, one after
//! the other is taken to be the first of them, unless exchanging it with one tried before changes
//! nothing; of all orders that come about, the one counts that gives the least value.

use crate::check::rename::{Renamable, Rename, Renaming};
use crate::check::shared::hash;
use crate::check::{Explorable, Explored, Situation};
use crate::layer::*;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Which nodes of an explored system are alike, and how to exchange them.
#[derive(Clone, Debug)]
pub(super) struct Symmetry<N: Explorable> {
    alike: Vec<Vec<NodeId>>,
    /// The requests of each node, in order, by their ordinals.
    requests: Arc<Vec<Vec<u32>>>,
    rename: fn(&Situation<N>, &Renaming) -> Situation<N>,
}

/// The name of the property that nodes that are said to be alike act alike.
pub const ACT_ALIKE: &str = "alike nodes act alike";

/// The value that stands for all that come of `value` by exchanging names within the groups of
/// `alike` nodes. No node may be in two groups.
pub fn representative<T: Rename + Eq + Hash>(value: &T, alike: &[Vec<NodeId>]) -> T {
    least(value, alike, &|value, names| value.rename(&Renaming::new(names)))
}

/// The value with two names exchanged.
pub fn exchange<T: Rename>(value: &T, a: NodeId, b: NodeId) -> T {
    value.rename(&Renaming::new(exchanged(a, b)))
}

impl<N: Renamable> Explored<N> {
    /// These nodes are alike: situations that differ only in their names are explored as one.
    ///
    /// Whatever is claimed must be so for each of them, not for a certain one. In error if they
    /// differ in how they are built, in what is asked of them or in how often they may crash. That
    /// they also act alike, compare no names for example, is claimed as [`ACT_ALIKE`].
    ///
    /// Over reliable links, nodes that send to each other in the order of their names and may crash
    /// in between do not act alike.
    pub fn alike(mut self, nodes: &[NodeId]) -> Result<Self, String> {
        let ordinals = |node: NodeId| {
            let requests = (0..).zip(&self.requests).filter(move |(_, (at, _))| *at == node);
            requests.map(|(ordinal, _)| ordinal).collect::<Vec<u32>>()
        };
        let requests: Vec<_> = NodeId::all(self.nodes.len() as u32).map(ordinals).collect();
        for pair in nodes.windows(2) {
            self.built_alike(pair[0], pair[1], &requests)?;
        }
        let is_first = self.symmetry.is_none();
        let mut alike = self.symmetry.map(|symmetry| symmetry.alike).unwrap_or_default();
        if nodes.iter().any(|node| alike.iter().flatten().any(|other| other == node)) {
            return Err(format!("one of {nodes:?} is already in another group of alike nodes"));
        }
        alike.push(nodes.to_vec());
        let requests = Arc::new(requests);
        self.symmetry = Some(Symmetry { alike, requests, rename: Rename::rename });
        Ok(if is_first { self.always(ACT_ALIKE, Self::act_alike) } else { self })
    }

    fn built_alike(&self, a: NodeId, b: NodeId, requests: &[Vec<u32>]) -> Result<(), String> {
        let swap = Renaming::new(exchanged(a, b));
        let asked = |node: NodeId| {
            let of_node = requests.get(node.0 as usize).into_iter().flatten();
            of_node.map(|&i| self.requests[i as usize].1.clone()).collect::<Vec<_>>()
        };
        let nodes = PerNode(self.nodes.clone());
        let differ = |what| Err(format!("nodes {a} and {b} are not alike: they differ in {what}"));
        let is_node = |node: NodeId| (node.0 as usize) < self.nodes.len();
        if a == b || !is_node(a) || !is_node(b) {
            return Err(format!("{a} and {b} are not two nodes of the system"));
        }
        if nodes.0.iter().any(|node| node.rename(&swap) != *node) || nodes[a] != nodes[b] {
            return differ("how they are built");
        }
        if asked(a).rename(&swap) != asked(b) {
            return differ("what is asked of them");
        }
        if self.crashes[a] != self.crashes[b] {
            return differ("how often they may crash");
        }
        Ok(())
    }
}

impl<N: Explorable> Explored<N> {
    /// The situation that stands for this one: itself, if no nodes are alike.
    pub fn representative(&self, now: &Situation<N>) -> Situation<N> {
        match &self.symmetry {
            None => now.clone(),
            Some(symmetry) => {
                least(now, &symmetry.alike, &|now, names| symmetry.renamed(now, names))
            }
        }
    }

    /// With what stands for it, where nodes are alike.
    pub(super) fn classed(&self, now: Situation<N>) -> Situation<N> {
        if self.symmetry.is_none() {
            return now;
        }
        let class = Some(hash(&self.representative(&Situation { class: None, ..now.clone() })));
        Situation { class, ..now }
    }

    /// Whether alike nodes also act alike here: what can happen next is the same when two of them
    /// exchange their names.
    pub fn act_alike(&self, now: &Situation<N>) -> bool {
        let Some(symmetry) = &self.symmetry else { return true };
        let next = |now: &Situation<N>, names: &Vec<NodeId>| {
            let mut actions = Vec::new();
            self.possible(now, &mut actions);
            let next = actions.iter().map(|action| self.after(now, action));
            let mut next: Vec<_> =
                next.map(|next| hash(&symmetry.renamed(&next, names.clone()))).collect();
            next.sort_unstable();
            next
        };
        symmetry.alike.iter().flat_map(|group| group.windows(2)).all(|pair| {
            let swap = exchanged(pair[0], pair[1]);
            next(now, &swap) == next(&symmetry.renamed(now, swap), &Vec::new())
        })
    }
}

impl<N: Explorable> Symmetry<N> {
    fn renamed(&self, now: &Situation<N>, names: Vec<NodeId>) -> Situation<N> {
        (self.rename)(now, &Renaming::new(names).with_requests(&self.requests))
    }
}

/// The names of all nodes up to the greater of the two, with these exchanged.
fn exchanged(a: NodeId, b: NodeId) -> Vec<NodeId> {
    let mut names: Vec<_> = NodeId::all(a.0.max(b.0) + 1).collect();
    names.swap(a.0 as usize, b.0 as usize);
    names
}

/// Nodes in order, those that are not told apart together. The names to give are the same nodes
/// group by group in ascending order: a cell gets the names at its place.
type Cells = Vec<Vec<NodeId>>;

struct Search<'a, T> {
    value: &'a T,
    /// The names to give, in the order of the cells.
    names: Vec<NodeId>,
    rename: &'a dyn Fn(&T, Vec<NodeId>) -> T,
    least: Option<(Vec<u8>, T)>,
}

fn least<T: Eq + Hash + Clone>(
    value: &T,
    alike: &[Vec<NodeId>],
    rename: &dyn Fn(&T, Vec<NodeId>) -> T,
) -> T {
    let sorted = |group: &Vec<NodeId>| {
        let mut group = group.clone();
        group.sort_unstable();
        group
    };
    let cells: Cells = alike.iter().map(sorted).collect();
    let names = cells.concat();
    let mut search = Search { value, names, rename, least: None };
    search.order(cells);
    search.least.map_or_else(|| value.clone(), |(_, least)| least)
}

impl<T: Eq + Hash> Search<'_, T> {
    /// Tries all orders that these cells allow.
    fn order(&mut self, cells: Cells) {
        let cells = self.tell_apart(cells);
        let Some(place) = cells.iter().position(|cell| cell.len() > 1) else {
            let renamed = (self.rename)(self.value, self.renaming(&cells, None));
            let bytes = bytes(&renamed);
            if self.least.as_ref().is_none_or(|(least, _)| bytes < *least) {
                self.least = Some((bytes, renamed));
            }
            return;
        };
        let mut tried: Vec<NodeId> = Vec::new();
        for &node in &cells[place] {
            let same =
                |&other: &NodeId| (self.rename)(self.value, exchanged(node, other)) == *self.value;
            if !tried.iter().any(same) {
                tried.push(node);
                let rest = cells[place].iter().copied().filter(|&other| other != node).collect();
                let mut cells = cells.clone();
                cells.splice(place..=place, [vec![node], rest]);
                self.order(cells);
            }
        }
    }

    /// Splits cells by what the value looks like with one node of the cell marked, until nothing
    /// more can be told apart.
    fn tell_apart(&self, mut cells: Cells) -> Cells {
        loop {
            let split = |cell: &Vec<NodeId>| match cell.as_slice() {
                [_] => vec![cell.clone()],
                nodes => {
                    let look = |&node| (self.look(&cells, node), node);
                    let mut looks: Vec<_> = nodes.iter().map(look).collect();
                    looks.sort_unstable();
                    let same = looks.chunk_by(|(a, _), (b, _)| a == b);
                    same.map(|same| same.iter().map(|(_, node)| *node).collect()).collect()
                }
            };
            let finer: Cells = cells.iter().flat_map(split).collect();
            if finer.len() == cells.len() {
                return cells;
            }
            cells = finer;
        }
    }
    fn look(&self, cells: &Cells, node: NodeId) -> u64 {
        hash(&(self.rename)(self.value, self.renaming(cells, Some(node))))
    }

    /// Each node gets the first of the names of its cell, but for the marked one.
    fn renaming(&self, cells: &Cells, marked: Option<NodeId>) -> Vec<NodeId> {
        let most = self.names.iter().map(|node| node.0 + 1).max().unwrap_or(0);
        let mut renaming: Vec<_> = NodeId::all(most).collect();
        let mut place = 0;
        for cell in cells {
            cell.iter().for_each(|node| renaming[node.0 as usize] = self.names[place]);
            place += cell.len();
        }
        if let Some(marked) = marked {
            renaming[marked.0 as usize] = NodeId(u32::MAX);
        }
        renaming
    }
}

/// All that a value is made of, as bytes: an order for values that have none of their own.
fn bytes<T: Hash>(value: &T) -> Vec<u8> {
    struct Bytes(Vec<u8>);
    impl Hasher for Bytes {
        fn write(&mut self, bytes: &[u8]) {
            self.0.extend_from_slice(bytes);
        }
        fn finish(&self) -> u64 {
            0
        }
    }
    let mut written = Bytes(Vec::new());
    value.hash(&mut written);
    written.0
}
