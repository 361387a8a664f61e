//! Histories: what clients asked for, what came of it, and when.

mod client;
pub mod linearizability;
pub mod objects;
pub mod sequential;

pub use linearizability::linearizable;
pub use sequential::Sequential;

use crate::node::{NodeId, Time};
use crate::service::{Invoke, OpId, Return};
use crate::sim::trace::{Terms, Trace, What};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// One operation of one client.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Operation<C, T> {
    /// Its name.
    pub op: OpId,
    /// The node that was asked, if that is known.
    pub node: Option<NodeId>,
    /// What was to be done.
    pub call: C,
    /// What came of it; `None` as long as it is pending.
    pub result: Option<T>,
    /// When it was asked for.
    pub invoked: Moment,
    /// When it was done; `None` as long as it is pending. A crash leaves it so: it may have taken
    /// effect, or not.
    pub returned: Option<Moment>,
}

/// When an operation began or ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Moment {
    /// Its place among all events: in a run, the index of its record in the trace. What comes
    /// first is decided by this alone, since two events at the same time still have an order.
    pub position: u64,
    /// The time; for people, not for checkers.
    pub at: Time,
}

/// The operations of a run, in the order in which they were asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct History<C, T> {
    /// The operations.
    pub operations: Vec<Operation<C, T>>,
}

/// Why a trace or a request makes no history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HistoryError {
    /// A node returned an operation that it had not been asked for.
    Unknown(OpId, NodeId),
    /// An operation returned a second time.
    ReturnedTwice(OpId),
    /// A client asked for the second operation while the first was open.
    Open(OpId, OpId),
    /// There is no such node.
    NoNode(NodeId),
    /// The world keeps no trace.
    Untraced,
}

impl<C: Clone, T: Clone> History<C, T> {
    /// What a trace says about operations. There is no other source of histories.
    pub fn of<V>(trace: &Trace<V>) -> Result<Self, HistoryError>
    where
        V: Terms<Request = Invoke<C>, Indication = Return<T>>,
    {
        let mut history = History { operations: Vec::new() };
        // Where in the history each client's last operation is.
        let mut last = BTreeMap::new();
        for (position, record) in (0..).zip(&trace.records) {
            let now = Moment { position, at: record.at };
            match &record.what {
                What::Request { request, .. } => {
                    let open = last.insert(request.op.client, history.operations.len());
                    if let Some(open) = open.map(|index| &history.operations[index])
                        && open.returned.is_none()
                    {
                        return Err(HistoryError::Open(open.op, request.op));
                    }
                    history.operations.push(Operation::new(request, record.node, now));
                }
                What::Deliver { indication: Return { op, result } } => {
                    let index = last.get(&op.client).copied();
                    let operation = index.map(|index| &mut history.operations[index]);
                    let asked = operation
                        .filter(|asked| asked.op == *op && asked.node == Some(record.node));
                    let asked = asked.ok_or(HistoryError::Unknown(*op, record.node))?;
                    if asked.returned.replace(now).is_some() {
                        return Err(HistoryError::ReturnedTwice(*op));
                    }
                    asked.result = Some(result.clone());
                }
                _ => {}
            }
        }
        Ok(history)
    }
}

impl<C: Clone, T> Operation<C, T> {
    fn new(Invoke { op, call }: &Invoke<C>, node: NodeId, invoked: Moment) -> Self {
        let node = Some(node);
        Operation { op: *op, node, call: call.clone(), result: None, invoked, returned: None }
    }
}

impl fmt::Display for OpId {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "operation {} of client {}", self.number, self.client)
    }
}

impl fmt::Display for HistoryError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            HistoryError::Unknown(op, node) => {
                write!(
                    f,
                    "node {node} returned {op}, which is not the open operation that this client had asked it for"
                )
            }
            HistoryError::ReturnedTwice(op) => write!(f, "{op} returned twice"),
            HistoryError::Open(open, next) => {
                write!(
                    f,
                    "{next} was asked for while {open} was open: a client does one thing at a time; use another client"
                )
            }
            HistoryError::NoNode(node) => write!(f, "there is no node {node} in this run"),
            HistoryError::Untraced => {
                write!(
                    f,
                    "operations need a world with a trace: histories are made from nothing else"
                )
            }
        }
    }
}

impl std::error::Error for HistoryError {}
