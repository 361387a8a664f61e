//! A trace as the links see it: what was sent and what was delivered, for each pair
//! of nodes.

use crate::layer::Value;
use crate::node::{NodeId, Time};
use crate::service::{Deliver, SendTo};
use crate::sim::trace::{Terms, Trace, What};
use std::collections::{BTreeMap, BTreeSet};

/// Everything on the way from one node to another.
#[derive(Debug)]
pub(crate) struct Link<M> {
    pub(crate) sent: Vec<Sent<M>>,
    pub(crate) delivered: Vec<Delivered<M>>,
}

/// The application asked to send.
#[derive(Debug)]
pub(crate) struct Sent<M> {
    pub(crate) record: u64,
    pub(crate) msg: M,
    /// The sender crashed within this request, and nothing of it is on its disk.
    pub(crate) interrupted: bool,
}

/// A message was delivered to the application.
#[derive(Debug)]
pub(crate) struct Delivered<M> {
    pub(crate) record: u64,
    pub(crate) at: Time,
    pub(crate) msg: M,
    /// How often the receiver had crashed before.
    pub(crate) life: usize,
}

/// What a property of links needs to know about a run.
#[derive(Debug)]
pub(crate) struct Links<M> {
    pub(crate) links: BTreeMap<(NodeId, NodeId), Link<M>>,
    crashes: BTreeMap<NodeId, Vec<u64>>,
    down: BTreeMap<NodeId, bool>,
}

impl<M: Value> Links<M> {
    pub(crate) fn of<V>(trace: &Trace<V>) -> Self
    where
        V: Terms<Request = SendTo<M>, Indication = Deliver<M>>,
    {
        let mut view =
            Links { links: BTreeMap::new(), crashes: BTreeMap::new(), down: BTreeMap::new() };
        let mut stored = BTreeSet::new();
        for (index, record) in (0..).zip(&trace.records) {
            let node = record.node;
            match &record.what {
                What::Request { request: SendTo { to, msg }, .. } => {
                    let sent = Sent { record: index, msg: msg.clone(), interrupted: false };
                    view.link(node, *to).sent.push(sent);
                }
                What::Deliver { indication: Deliver { from, msg } } => {
                    let (life, msg) = (view.crashes.get(&node).map_or(0, Vec::len), msg.clone());
                    let delivered = Delivered { record: index, at: record.at, msg, life };
                    view.link(*from, node).delivered.push(delivered);
                }
                What::Crash { .. } => {
                    view.crashes.entry(node).or_default().push(index);
                    view.down.insert(node, true);
                    if !record.cause.is_some_and(|cause| stored.contains(&cause)) {
                        view.interrupt(node, record.cause);
                    }
                }
                What::Store { .. } => stored.extend(record.cause),
                What::Pause => {
                    view.down.insert(node, true);
                }
                What::Resume | What::Recover => {
                    view.down.insert(node, false);
                }
                _ => {}
            }
        }
        view.forget_interrupted();
        view
    }

    /// What a node was about to send when it crashed may count as sent or not: as
    /// not, unless it was delivered.
    fn forget_interrupted(&mut self) {
        for link in self.links.values_mut() {
            let Link { sent, delivered } = link;
            sent.retain(|sent| !sent.interrupted || delivered.iter().any(|d| d.msg == sent.msg));
        }
    }

    fn link(&mut self, from: NodeId, to: NodeId) -> &mut Link<M> {
        let empty = || Link { sent: Vec::new(), delivered: Vec::new() };
        self.links.entry((from, to)).or_insert_with(empty)
    }

    /// The node crashed within the event of this record.
    fn interrupt(&mut self, node: NodeId, record: Option<u64>) {
        for ((from, _), link) in &mut self.links {
            if *from == node
                && let Some(sent) = link.sent.last_mut()
                && Some(sent.record) == record
            {
                sent.interrupted = true;
            }
        }
    }

    /// Whether the node is up from this record to the end of the trace.
    pub(crate) fn stays_up(&self, node: NodeId, record: u64) -> bool {
        self.is_up(node) && !self.crashed_after(node, record)
    }

    fn crashed_after(&self, node: NodeId, record: u64) -> bool {
        self.crashes.get(&node).is_some_and(|crashes| crashes.iter().any(|&crash| crash > record))
    }

    /// The last crash of the node before this record.
    pub(crate) fn last_crash(&self, node: NodeId, record: u64) -> Option<u64> {
        let crashes = self.crashes.get(&node)?;
        crashes.iter().copied().rfind(|&crash| crash < record)
    }

    /// Whether the node is up, and not paused, when the trace ends.
    pub(crate) fn is_up(&self, node: NodeId) -> bool {
        !self.down.get(&node).copied().unwrap_or(false)
    }
}
