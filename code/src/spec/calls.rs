//! A trace as remote calls see it: what was called, what was executed, and what came back.

use crate::layer::Value;
use crate::node::{NodeId, Time};
use crate::service::{Call, CallEvent, Failure, OpId};
use crate::sim::trace::{Terms, Trace, What};
use crate::spec::{Violation, ms};
use std::collections::BTreeMap;

/// Where and when something happened.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) record: u64,
    pub(crate) at: Time,
    pub(crate) node: NodeId,
}

/// A client called.
#[derive(Debug)]
pub(crate) struct Asked<'a, C> {
    pub(crate) place: Place,
    pub(crate) op: OpId,
    pub(crate) to: NodeId,
    pub(crate) args: &'a C,
}

/// A server did the work of a call.
#[derive(Debug)]
pub(crate) struct Execution<'a, C, T> {
    pub(crate) place: Place,
    pub(crate) client: NodeId,
    pub(crate) args: &'a C,
    pub(crate) result: &'a T,
}

/// A call ended.
#[derive(Debug)]
pub(crate) struct Ended<'a, T> {
    pub(crate) place: Place,
    pub(crate) op: OpId,
    pub(crate) result: &'a Result<T, Failure>,
}

/// What a property of calls needs to know about a run.
#[derive(Debug)]
pub(crate) struct Calls<'a, C, T> {
    pub(crate) asked: Vec<Asked<'a, C>>,
    pub(crate) executions: Vec<Execution<'a, C, T>>,
    pub(crate) ended: Vec<Ended<'a, T>>,
    crashes: BTreeMap<NodeId, Vec<u64>>,
    down: BTreeMap<NodeId, bool>,
}

impl<'a, C: Value, T: Value> Calls<'a, C, T> {
    pub(crate) fn of<V>(trace: &'a Trace<V>) -> Self
    where
        V: Terms<Request = Call<C>, Indication = CallEvent<C, T>>,
    {
        let (asked, executions, ended) = (Vec::new(), Vec::new(), Vec::new());
        let (crashes, down) = (BTreeMap::new(), BTreeMap::new());
        let mut calls = Calls { asked, executions, ended, crashes, down };
        for (record, it) in (0..).zip(&trace.records) {
            let place = Place { record, at: it.at, node: it.node };
            match &it.what {
                What::Request { request: Call { op, to, args }, .. } => {
                    calls.asked.push(Asked { place, op: *op, to: *to, args });
                }
                What::Deliver { indication: CallEvent::Executed { client, args, result } } => {
                    calls.executions.push(Execution { place, client: *client, args, result });
                }
                What::Deliver { indication: CallEvent::Return { op, result } } => {
                    calls.ended.push(Ended { place, op: *op, result });
                }
                What::Crash { .. } => {
                    calls.crashes.entry(it.node).or_default().push(record);
                    calls.down.insert(it.node, true);
                }
                What::Pause => {
                    calls.down.insert(it.node, true);
                }
                What::Resume | What::Recover => {
                    calls.down.insert(it.node, false);
                }
                _ => {}
            }
        }
        calls
    }

    /// The call of that name.
    pub(crate) fn call(&self, op: OpId) -> Option<&Asked<'a, C>> {
        self.asked.iter().find(|call| call.op == op)
    }
    /// How often that node had called this before that record.
    pub(crate) fn times_called(&self, client: NodeId, args: &C, before: u64) -> usize {
        let alike = |call: &&Asked<C>| {
            call.place.node == client && call.args == args && call.place.record < before
        };
        self.asked.iter().filter(alike).count()
    }
    /// The executions of this call of that node before that record.
    pub(crate) fn executed(
        &self,
        client: NodeId,
        args: &C,
        before: u64,
    ) -> impl Iterator<Item = &Execution<'a, C, T>> {
        self.executions.iter().filter(move |run| {
            run.client == client && run.args == args && run.place.record < before
        })
    }
    /// How many calls of that node like this one had ended with a result before that record.
    pub(crate) fn times_answered(&self, client: NodeId, args: &C, before: u64) -> usize {
        let alike = |end: &&Ended<T>| {
            end.result.is_ok()
                && end.place.record < before
                && self
                    .call(end.op)
                    .is_some_and(|call| call.place.node == client && call.args == args)
        };
        self.ended.iter().filter(alike).count()
    }

    /// Whether the node crashes after this record.
    pub(crate) fn crashes_after(&self, node: NodeId, record: u64) -> bool {
        self.crashes.get(&node).is_some_and(|crashes| crashes.iter().any(|&crash| crash > record))
    }
    /// Whether the node is up, and not paused, when the trace ends.
    pub(crate) fn is_up(&self, node: NodeId) -> bool {
        !self.down.get(&node).copied().unwrap_or(false)
    }
    /// Whether the node is up from this record to the end of the trace.
    pub(crate) fn stays_up(&self, node: NodeId, record: u64) -> bool {
        self.is_up(node) && !self.crashes_after(node, record)
    }
}

impl Place {
    /// What went wrong here, and the other records that show it.
    pub(crate) fn violates(&self, what: &str, others: &[u64]) -> Violation {
        let mut records: Vec<_> = others.iter().copied().chain([self.record]).collect();
        records.sort_unstable();
        records.dedup();
        Violation { explanation: format!("at {} node {} {what}", ms(self.at), self.node), records }
    }
}
