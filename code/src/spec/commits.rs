//! A trace as atomic commitment sees it: what was asked, who was ready, and how it ended.

use crate::node::{MILLIS, NodeId, Time};
use crate::service::{CommitEvent, CommitRequest, Outcome, Transaction, Write};
use crate::sim::event::PacketId;
use crate::sim::trace::{Terms, Trace, What};
use crate::spec::calls::Place;
use std::collections::{BTreeMap, BTreeSet};

/// What a property of atomic commitment needs to know about a run.
pub(crate) struct Commits<'a> {
    /// The work of each transaction.
    pub(crate) begun: BTreeMap<Transaction, &'a BTreeMap<NodeId, Vec<Write>>>,
    /// When its client asked to commit it.
    pub(crate) asked: BTreeMap<Transaction, Place>,
    /// What was told, in order.
    pub(crate) told: Vec<(Place, CommitEvent)>,
    nodes: u32,
    crashes: BTreeMap<NodeId, Vec<u64>>,
    down: BTreeSet<NodeId>,
    calm: bool,
}

/// A packet that takes no longer than this is prompt.
const PROMPT: Time = 50 * MILLIS;

impl<'a> Commits<'a> {
    pub(crate) fn of<V>(trace: &'a Trace<V>) -> Self
    where
        V: Terms<Request = CommitRequest, Indication = CommitEvent>,
    {
        let mut commits = Commits {
            begun: BTreeMap::new(),
            asked: BTreeMap::new(),
            told: Vec::new(),
            nodes: trace.nodes,
            crashes: BTreeMap::new(),
            down: BTreeSet::new(),
            calm: is_calm(trace),
        };
        for (record, it) in (0..).zip(&trace.records) {
            let place = Place { record, at: it.at, node: it.node };
            match &it.what {
                What::Request { request: CommitRequest::Begin(tx, work), .. } => {
                    commits.begun.insert(*tx, work);
                }
                What::Request { request: CommitRequest::Commit(tx), .. } => {
                    commits.asked.entry(*tx).or_insert(place);
                }
                What::Deliver { indication } => commits.told.push((place, *indication)),
                What::Crash { .. } => {
                    commits.crashes.entry(it.node).or_default().push(record);
                    commits.down.insert(it.node);
                }
                What::Pause => {
                    commits.down.insert(it.node);
                }
                What::Resume | What::Recover => {
                    commits.down.remove(&it.node);
                }
                _ => {}
            }
        }
        commits
    }

    /// When that node said that it was ready to commit that transaction, each time.
    pub(crate) fn readies(&self, node: NodeId, tx: Transaction) -> impl Iterator<Item = Place> {
        let it = move |(place, event): &&(Place, CommitEvent)| {
            place.node == node && *event == CommitEvent::Ready(tx)
        };
        self.told.iter().filter(it).map(|(place, _)| *place)
    }
    /// When that node said so for the first time.
    pub(crate) fn ready(&self, node: NodeId, tx: Transaction) -> Option<Place> {
        self.readies(node, tx).next()
    }
    /// What was decided, or came about, for which transaction.
    pub(crate) fn outcomes(&self) -> impl Iterator<Item = (Place, Transaction, Outcome)> {
        self.told.iter().filter_map(|(place, event)| match *event {
            CommitEvent::Decided(tx, outcome)
            | CommitEvent::Ended(tx, outcome)
            | CommitEvent::WasOver(tx, outcome) => Some((*place, tx, outcome)),
            CommitEvent::Ready(_) => None,
        })
    }
    /// When the transaction was over at that node.
    pub(crate) fn ended(&self, node: NodeId, tx: Transaction) -> Option<Place> {
        let it = move |(place, event): &&(Place, CommitEvent)| match event {
            CommitEvent::Ended(it, _) | CommitEvent::WasOver(it, _) => {
                place.node == node && *it == tx
            }
            _ => false,
        };
        self.told.iter().find(it).map(|(place, _)| *place)
    }
    /// The participants of a transaction.
    pub(crate) fn participants(&self, tx: Transaction) -> impl Iterator<Item = NodeId> {
        self.begun.get(&tx).into_iter().flat_map(|work| work.keys().copied())
    }
    /// The keys that the transaction writes at that node.
    pub(crate) fn keys(&self, node: NodeId, tx: Transaction) -> BTreeSet<char> {
        let writes = self.begun.get(&tx).and_then(|work| work.get(&node));
        writes.into_iter().flatten().map(|write| write.key).collect()
    }
    /// Whether the node has crashed between these two records.
    pub(crate) fn crashes_between(&self, node: NodeId, first: u64, second: u64) -> bool {
        let crashes = self.crashes.get(&node);
        crashes.is_some_and(|all| all.iter().any(|crash| (first..second).contains(crash)))
    }
    /// Whether the node never crashes, and is not paused at the end.
    pub(crate) fn is_correct(&self, node: NodeId) -> bool {
        !self.crashes.contains_key(&node) && !self.down.contains(&node)
    }
    /// Whether all nodes are up when the trace ends.
    pub(crate) fn all_are_up(&self) -> bool {
        self.down.is_empty()
    }
    /// Whether nothing went wrong: nothing was lost, nobody crashed, everything was prompt.
    pub(crate) fn is_calm(&self) -> bool {
        self.calm
    }
    /// All nodes.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = NodeId> + use<> {
        NodeId::all(self.nodes)
    }
}

/// Whether nothing went wrong in a run.
fn is_calm<V: Terms>(trace: &Trace<V>) -> bool {
    let mut under_way: BTreeMap<PacketId, Time> = BTreeMap::new();
    let end = trace.records.last().map_or(0, |record| record.at);
    for record in &trace.records {
        match &record.what {
            What::Send { id, .. } => {
                under_way.insert(*id, record.at);
            }
            What::Receive { id, .. } => match under_way.remove(id) {
                Some(sent) if record.at - sent <= PROMPT => {}
                _ => return false,
            },
            What::Crash { .. } | What::Pause | What::Slow { .. } | What::Clock { .. } => {
                return false;
            }
            What::Lose { .. } | What::Duplicate { .. } | What::Cut { .. } => return false,
            _ => {}
        }
    }
    under_way.values().all(|sent| end - sent <= PROMPT)
}
