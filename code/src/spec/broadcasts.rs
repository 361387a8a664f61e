//! A trace as the broadcasts see it: what each node broadcast and delivered, in order.

use crate::layer::Value;
use crate::node::{NodeId, Time};
use crate::service::{Broadcast, Deliver};
use crate::sim::trace::{Terms, Trace, What};
use crate::spec::{Violation, ms};
use std::collections::{BTreeMap, BTreeSet};

/// What a property of broadcasts needs to know about a run.
#[derive(Debug)]
pub(crate) struct Broadcasts<M> {
    /// All broadcasts, in order of time.
    pub(crate) sent: Vec<Sent<M>>,
    /// What happened at each node, in order.
    pub(crate) nodes: BTreeMap<NodeId, Vec<Step<M>>>,
    crashed: BTreeSet<NodeId>,
    paused: BTreeSet<NodeId>,
}

/// The application asked to broadcast.
#[derive(Debug)]
pub(crate) struct Sent<M> {
    pub(crate) record: u64,
    pub(crate) at: Time,
    pub(crate) by: NodeId,
    pub(crate) msg: M,
}

/// One thing that the application of a node saw.
#[derive(Debug)]
pub(crate) enum Step<M> {
    /// It broadcast the message of that number in [`Broadcasts::sent`].
    Broadcast(usize),
    /// A message was delivered to it.
    Deliver(Delivered<M>),
}

/// A message was delivered to the application.
#[derive(Debug)]
pub(crate) struct Delivered<M> {
    pub(crate) record: u64,
    pub(crate) at: Time,
    pub(crate) from: NodeId,
    pub(crate) msg: M,
    /// Its number in [`Broadcasts::sent`]: a message that is delivered for the second time is the
    /// second alike that was broadcast. `None` if there is none.
    pub(crate) sent: Option<usize>,
}

impl<M: Value> Broadcasts<M> {
    pub(crate) fn of<V>(trace: &Trace<V>) -> Self
    where
        V: Terms<Request = Broadcast<M>, Indication = Deliver<M>>,
    {
        let mut view = Broadcasts {
            sent: Vec::new(),
            nodes: NodeId::all(trace.nodes).map(|node| (node, Vec::new())).collect(),
            crashed: BTreeSet::new(),
            paused: BTreeSet::new(),
        };
        for (index, record) in (0..).zip(&trace.records) {
            let (by, at) = (record.node, record.at);
            match &record.what {
                What::Request { request: Broadcast { msg }, .. } => {
                    view.step(by, Step::Broadcast(view.sent.len()));
                    view.sent.push(Sent { record: index, at, by, msg: msg.clone() });
                }
                What::Deliver { indication: Deliver { from, msg } } => {
                    let sent = view.which(by, *from, msg);
                    let (from, msg) = (*from, msg.clone());
                    let delivered = Delivered { record: index, at, from, msg, sent };
                    view.step(by, Step::Deliver(delivered));
                }
                What::Crash { .. } => {
                    view.crashed.insert(by);
                }
                What::Pause => {
                    view.paused.insert(by);
                }
                What::Resume => {
                    view.paused.remove(&by);
                }
                _ => {}
            }
        }
        view
    }

    fn step(&mut self, node: NodeId, step: Step<M>) {
        self.nodes.entry(node).or_default().push(step);
    }

    /// Which broadcast it is that `node` delivers now.
    fn which(&self, node: NodeId, from: NodeId, msg: &M) -> Option<usize> {
        let before = self.delivered(node).filter(|it| it.from == from && it.msg == *msg).count();
        let alike = (0..).zip(&self.sent).filter(|(_, sent)| sent.by == from && sent.msg == *msg);
        alike.map(|(number, _)| number).nth(before)
    }

    /// What the node delivered, in order.
    pub(crate) fn delivered(&self, node: NodeId) -> impl Iterator<Item = &Delivered<M>> {
        self.nodes.get(&node).into_iter().flatten().filter_map(|step| match step {
            Step::Deliver(delivered) => Some(delivered),
            Step::Broadcast(_) => None,
        })
    }
    /// All deliveries at all nodes.
    pub(crate) fn deliveries(&self) -> impl Iterator<Item = (NodeId, &Delivered<M>)> {
        self.nodes.keys().flat_map(|&node| self.delivered(node).map(move |it| (node, it)))
    }
    /// Whether the node delivered the broadcast of that number.
    pub(crate) fn has(&self, node: NodeId, sent: usize) -> bool {
        self.delivered(node).any(|delivered| delivered.sent == Some(sent))
    }
    /// The nodes that never crash, and are not paused at the end.
    pub(crate) fn correct(&self) -> impl Iterator<Item = NodeId> {
        self.nodes.keys().copied().filter(|&node| self.is_correct(node))
    }
    /// Whether the node never crashes, and is not paused at the end.
    pub(crate) fn is_correct(&self, node: NodeId) -> bool {
        !self.crashed.contains(&node) && !self.paused.contains(&node)
    }
    /// Whether some node crashed.
    pub(crate) fn has_crash(&self) -> bool {
        !self.crashed.is_empty()
    }

    /// The node delivered `got`, and not `missing` before it, as it should have.
    pub(crate) fn skipped(
        &self,
        node: NodeId,
        got: &Delivered<M>,
        missing: usize,
        why: &str,
    ) -> Violation {
        let missing = &self.sent[missing];
        Violation {
            explanation: format!(
                "at {} node {node} delivered {:?} from {}, but not yet {:?} from {}, {why}",
                ms(got.at),
                got.msg,
                got.from,
                missing.msg,
                missing.by
            ),
            records: vec![missing.record, got.record],
        }
    }
}
