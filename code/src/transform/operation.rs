//! Edits as operational transformation sees them, and how one is rewritten to come after another.

use crate::node::NodeId;
use serde::{Deserialize, Serialize};

// ANCHOR: operation
/// A change of a text, at a place that is counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Operation {
    /// Insert a character, so that it then stands at this index.
    Insert(usize, char, NodeId),
    /// Delete the character at this index.
    Delete(usize),
    /// Change nothing: what was to be deleted is gone already.
    Nothing,
}
// ANCHOR_END: operation

impl Operation {
    /// Does it to the text. A place that is not there is an error of whoever made or transformed the operation; nothing is
    /// done then.
    pub fn apply(self, text: &mut Vec<char>) {
        match self {
            Operation::Insert(index, value, _) if index <= text.len() => text.insert(index, value),
            Operation::Delete(index) if index < text.len() => _ = text.remove(index),
            _ => {}
        }
    }
}

// ANCHOR: transform
/// `op1`, rewritten so that it does after `op2` what it was meant to do without it.
pub fn transform(op1: Operation, op2: Operation) -> Operation {
    use Operation::{Delete, Insert, Nothing};
    match (op1, op2) {
        // Something comes before it: one place to the right. At the same place, the names of the nodes decide.
        (Insert(i, value, node), Insert(j, _, other)) if (j, other) < (i, node) => {
            Insert(i + 1, value, node)
        }
        (Delete(i), Insert(j, ..)) if j <= i => Delete(i + 1),
        // Something before it goes: one place to the left.
        (Insert(i, value, node), Delete(j)) if j < i => Insert(i - 1, value, node),
        (Delete(i), Delete(j)) if j < i => Delete(i - 1),
        // Both delete the same character.
        (Delete(i), Delete(j)) if j == i => Nothing,
        _ => op1,
    }
}
// ANCHOR_END: transform
