//! What a node of Raft keeps on stable storage.

use super::{Entry, Forward, Term};
use crate::layer::*;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// What is on stable storage.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Kept<M> {
    pub(super) current_term: Term,
    pub(super) voted_for: Option<NodeId>,
    pub(super) log: Vec<Entry<M>>,
    pub(super) commit_length: u64,
    pub(super) waiting: VecDeque<Forward<M>>,
}

// ANCHOR: steps
/// One step of what is on stable storage.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Step<M> {
    /// The term, and the vote in it.
    Vote(Term, Option<NodeId>),
    /// The application broadcasts this.
    Wait(Forward<M>),
    /// One more entry.
    Append(Entry<M>),
    /// Only so many entries are left.
    Truncate(u64),
    /// So many entries are committed. Of the messages that wait here, the first `own` are among
    /// them.
    Commit {
        /// How many entries.
        length: u64,
        /// How many of the messages that wait.
        own: u64,
    },
}
// ANCHOR_END: steps

impl<M> Default for Kept<M> {
    fn default() -> Self {
        Kept {
            current_term: 0,
            voted_for: None,
            log: Vec::new(),
            commit_length: 0,
            waiting: VecDeque::new(),
        }
    }
}

impl<M: Value> Stable for Kept<M> {
    type Change = Step<M>;
    fn apply(&mut self, step: Step<M>) {
        match step {
            Step::Vote(term, candidate) => {
                (self.current_term, self.voted_for) = (term, candidate);
            }
            Step::Wait(forward) => self.waiting.push_back(forward),
            Step::Append(entry) => self.log.push(entry),
            Step::Truncate(length) => self.log.truncate(length as usize),
            Step::Commit { length, own } => {
                self.commit_length = length;
                self.waiting.drain(..self.waiting.len().min(own as usize));
            }
        }
    }
    /// It is written step by step.
    fn tears(steps: &[&Step<M>]) -> Vec<u32> {
        log_tears(steps)
    }
}
