//! Which transaction must come before which, and why.

use super::observed::{Observed, Read, Writes};
use super::{Anomaly, Seen, Transaction};
use crate::layer::Value;
use petgraph::algo::toposort;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use std::collections::{BTreeMap, BTreeSet};

/// One transaction must come before another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge<K, V> {
    /// The one that comes first: its index in the history.
    pub from: usize,
    /// The other.
    pub to: usize,
    /// Why.
    pub kind: Kind<K, V>,
}

/// Why one transaction must come before another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind<K, V> {
    /// Under this key the first wrote the first value, the second the second, which came later.
    WriteWrite(K, V, V),
    /// Under this key the second read this value of the first.
    WriteRead(K, V),
    /// Under this key the second wrote this value, and the first had read what was there before.
    ReadWrite(K, V),
    /// The first ended before the second began.
    RealTime,
}

/// The edges between the transactions that happened.
pub(super) struct Graph<'a, K, V> {
    transactions: &'a [Transaction<K, V>],
    /// Each node is the index of a transaction.
    pub(super) graph: DiGraph<usize, Kind<&'a K, &'a V>>,
    nodes: BTreeMap<usize, NodeIndex>,
    /// Whether edges were left out, because there were too many.
    pub(super) is_full: bool,
}

/// So many edges are kept at most: about 200 MiB.
const EDGES: usize = 1 << 22;

type Found<K, V> = Result<(), Box<Anomaly<K, V>>>;

impl<'a, K: Value + Ord, V: Value + Ord> Graph<'a, K, V> {
    pub(super) fn new(transactions: &'a [Transaction<K, V>], happened: &[usize]) -> Self {
        let mut graph = DiGraph::new();
        let nodes = happened.iter().map(|&index| (index, graph.add_node(index))).collect();
        Graph { transactions, graph, nodes, is_full: false }
    }

    fn add(&mut self, from: usize, to: usize, kind: Kind<&'a K, &'a V>) {
        self.is_full |= self.graph.edge_count() == EDGES;
        if from != to && !self.is_full {
            self.graph.add_edge(self.nodes[&from], self.nodes[&to], kind);
        }
    }

    /// The edge at this place, in terms of transactions.
    pub(super) fn edge(&self, id: petgraph::graph::EdgeIndex) -> Option<Edge<K, V>> {
        let (from, to) = self.graph.edge_endpoints(id)?;
        let kind = match self.graph[id] {
            Kind::WriteWrite(key, before, after) => {
                Kind::WriteWrite(key.clone(), before.clone(), after.clone())
            }
            Kind::WriteRead(key, value) => Kind::WriteRead(key.clone(), value.clone()),
            Kind::ReadWrite(key, value) => Kind::ReadWrite(key.clone(), value.clone()),
            Kind::RealTime => Kind::RealTime,
        };
        Some(Edge { from: self.graph[from], to: self.graph[to], kind })
    }

    /// All transactions in an order along the edges. There must be no cycle.
    pub(super) fn order(&self) -> Vec<usize> {
        let order = toposort(&self.graph, None).unwrap_or_default();
        order.into_iter().map(|node| self.graph[node]).collect()
    }

    /// The edges by their ends.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (usize, usize)> {
        let ends = |edge: petgraph::graph::EdgeReference<_>| {
            (self.graph[edge.source()], self.graph[edge.target()])
        };
        self.graph.edge_references().map(ends)
    }

    /// What the lists tell: in which order each was written.
    pub(super) fn add_lists(
        &mut self,
        seen: &Observed<'a, K, V>,
        writes: &Writes<'a, K, V>,
    ) -> Found<K, V> {
        let mut reads: BTreeMap<&K, Vec<&Read<'a, K, V>>> = BTreeMap::new();
        for read in &seen.reads {
            reads.entry(read.key).or_default().push(read);
        }
        for (&key, written) in &seen.written {
            let reads = reads.get(key).map(Vec::as_slice).unwrap_or_default();
            let longest = longest(reads)?;
            let writers = longest.iter().filter_map(|value| writes.writer(key, value));
            let known: Vec<(usize, &'a V)> = writers.zip(longest).collect();
            let shown: BTreeSet<&V> = longest.iter().collect();
            // What nobody saw came after all that somebody saw.
            let unseen = written.iter().filter(|(_, value)| !shown.contains(value));
            let unseen: Vec<(usize, &'a V)> = unseen.copied().collect();
            for pair in known.windows(2) {
                self.add_write_write(key, pair[0], pair[1]);
            }
            for &later in &unseen {
                known.last().into_iter().for_each(|&last| self.add_write_write(key, last, later));
            }
            for read in reads {
                self.add_read(read, known.get(read.content.len()..).unwrap_or_default(), &unseen);
            }
        }
        Ok(())
    }

    fn add_write_write(&mut self, key: &'a K, first: (usize, &'a V), second: (usize, &'a V)) {
        self.add(first.0, second.0, Kind::WriteWrite(key, first.1, second.1));
    }

    /// The edges of a read: from whom it read, and to whoever wrote next.
    fn add_read(
        &mut self,
        read: &Read<'a, K, V>,
        later: &[(usize, &'a V)],
        unseen: &[(usize, &'a V)],
    ) {
        let Read { reader, key, content, writer } = *read;
        if let (Some(writer), Some(value)) = (writer, content.last()) {
            self.add(writer, reader, Kind::WriteRead(key, value));
        }
        let next = if later.is_empty() { unseen } else { &later[..1] };
        if self.is_full {
            return;
        }
        for &(writer, value) in next {
            self.add(reader, writer, Kind::ReadWrite(key, value));
        }
    }

    /// What registers tell: that nothing was there at first, and that who read a value and then
    /// wrote another wrote the later one.
    pub(super) fn add_registers(&mut self, seen: &Observed<'a, K, V>) -> Found<K, V> {
        let mut wrote: BTreeMap<(usize, &K), &V> = BTreeMap::new();
        for (key, written) in &seen.written {
            wrote.extend(written.iter().map(|&(writer, value)| ((writer, *key), value)));
        }
        // Who overwrote what a writer, or nobody, had written.
        let mut next: BTreeMap<_, Vec<(usize, &'a V)>> = BTreeMap::new();
        for read in &seen.reads {
            if let Some(&value) = wrote.get(&(read.reader, read.key)) {
                next.entry((read.writer, read.key)).or_default().push((read.reader, value));
                if let (Some(writer), Some(before)) = (read.writer, read.content.last()) {
                    self.add_write_write(read.key, (writer, before), (read.reader, value));
                }
            }
        }
        for read in &seen.reads {
            let later = match read.writer {
                None => seen.written.get(read.key),
                Some(_) => next.get(&(read.writer, read.key)),
            };
            self.add_read(read, &[], later.map(Vec::as_slice).unwrap_or_default());
        }
        Ok(())
    }

    /// What ended before what began; what follows from other such edges is left out.
    pub(super) fn add_real_time(&mut self) {
        // Of events at the same place the beginnings come first, so that the two overlap.
        let mut events: Vec<(u64, bool, usize)> = Vec::new();
        for &index in self.nodes.keys() {
            let transaction = &self.transactions[index];
            events.push((transaction.invoked, false, index));
            events.extend(transaction.returned.map(|returned| (returned, true, index)));
        }
        events.sort_unstable();
        // Those that ended and that no other one began after and ended since; what each found there.
        let mut ended: BTreeSet<usize> = BTreeSet::new();
        let mut found: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        for (_, ends, index) in events {
            if self.is_full {
                return;
            }
            if !ends {
                for &before in &ended {
                    self.add(before, index, Kind::RealTime);
                }
                found.insert(index, ended.clone());
            } else {
                let before = found.remove(&index).unwrap_or_default();
                ended.retain(|other| !before.contains(other));
                ended.insert(index);
            }
        }
    }
}

/// The longest of the lists that were read, if each of the others is its beginning.
fn longest<'a, K: Value, V: Value>(
    reads: &[&Read<'a, K, V>],
) -> Result<&'a [V], Box<Anomaly<K, V>>> {
    let Some(longest) = reads.iter().max_by_key(|read| read.content.len()) else { return Ok(&[]) };
    match reads.iter().find(|read| !longest.content.starts_with(read.content)) {
        None => Ok(longest.content),
        Some(other) => {
            let seen = |read: &Read<K, V>| Seen {
                reader: read.reader,
                key: read.key.clone(),
                content: read.content.to_vec(),
                of: None,
            };
            Err(Box::new(Anomaly::Incompatible(seen(other), seen(longest))))
        }
    }
}
