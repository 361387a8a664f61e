//! A trace as replicated logs see it: what could be observed of each node after each event.

use crate::facts::{COMMIT_LENGTH, Fact, FactValue, LEADER, LOG, ROLE, TERM};
use crate::node::{NodeId, PerNode, Time};
use crate::sim::trace::{Terms, Trace, What};
use crate::spec::Verdict;

/// What can be observed of a node.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct State<'a> {
    /// The record that says so.
    pub(crate) record: u64,
    /// When it came to be so.
    pub(crate) at: Time,
    pub(crate) role: &'a str,
    pub(crate) leads: bool,
    pub(crate) term: u64,
    /// The entries, such as `"m1"/2`: the message, and the term last.
    pub(crate) log: &'a [String],
    pub(crate) commit_length: usize,
    /// The node has crashed within an event since: nobody saw what that event wrote.
    pub(crate) may_have_more: bool,
}

impl<'a> State<'a> {
    /// What these facts say.
    pub(crate) fn of(record: u64, at: Time, facts: &'a [Fact]) -> Self {
        let mut state = State { record, at, ..State::default() };
        for fact in facts {
            match (&*fact.name, &fact.value) {
                (ROLE, FactValue::Text(role)) => (state.role, state.leads) = (role, role == LEADER),
                (TERM, FactValue::Number(term)) => state.term = *term,
                (LOG, FactValue::List(log)) => state.log = log,
                (COMMIT_LENGTH, FactValue::Number(length)) => {
                    state.commit_length = *length as usize;
                }
                _ => {}
            }
        }
        state
    }
    /// The entries that the node takes to be committed.
    pub(crate) fn committed(&self) -> &'a [String] {
        &self.log[..self.commit_length.min(self.log.len())]
    }
}

/// The term of an entry.
pub(crate) fn term_of(entry: &str) -> u64 {
    entry.rsplit_once('/').and_then(|(_, term)| term.parse().ok()).unwrap_or(0)
}

/// The message of an entry.
pub(crate) fn message_of(entry: &str) -> &str {
    entry.rsplit_once('/').map_or(entry, |(msg, _)| msg)
}

/// What is known at one moment of a run.
#[derive(Debug)]
pub(crate) struct Moment<'a> {
    /// What was last observed of each node; of one that is down, what it has on disk.
    pub(crate) states: PerNode<State<'a>>,
    /// The node that changed …
    pub(crate) node: NodeId,
    /// … and how it was before.
    pub(crate) before: State<'a>,
    /// The entries that some node takes to be committed, in order.
    pub(crate) committed: Vec<Committed<'a>>,
}

/// An entry that is committed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Committed<'a> {
    pub(crate) entry: &'a str,
    /// The term of the node that was the first to know …
    pub(crate) term: u64,
    /// … its name, and the record that says so.
    pub(crate) by: NodeId,
    pub(crate) record: u64,
}

impl<'a> Moment<'a> {
    /// The node that changed, as it is now.
    pub(crate) fn now(&self) -> State<'a> {
        self.states[self.node]
    }
}

/// Judges every moment at which what can be observed of a node has changed.
pub(crate) fn at_every_change<'a, V: Terms>(
    trace: &'a Trace<V>,
    mut judge: impl FnMut(&Moment<'a>) -> Verdict,
) -> Verdict {
    let mut moment = Moment {
        states: PerNode::new(trace.nodes, State::default()),
        node: NodeId(0),
        before: State::default(),
        committed: Vec::new(),
    };
    for (index, record) in (0..).zip(&trace.records) {
        let node = record.node;
        match &record.what {
            What::Facts { facts } => {
                let state = State::of(index, record.at, facts);
                moment.node = node;
                moment.before = std::mem::replace(&mut moment.states[node], state);
                let known = moment.committed.len();
                let (term, by, record) = (state.term, node, index);
                let new = state.committed().iter().skip(known);
                let new = new.map(|entry| Committed { entry, term, by, record });
                moment.committed.extend(new);
                judge(&moment)?;
            }
            What::Crash { after_effects, .. } => {
                (moment.states[node].role, moment.states[node].leads) = ("down", false);
                moment.states[node].may_have_more |= after_effects.is_some();
            }
            _ => {}
        }
    }
    Ok(())
}
