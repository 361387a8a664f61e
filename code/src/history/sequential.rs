//! Sequential specifications: what an object does when one operation comes after another.

use crate::layer::Value;
use std::fmt::Debug;

// ANCHOR: sequential
/// An object as one client alone would see it. A checker asks whether a history of many clients can
/// be explained by it.
///
/// An object may consist of independent parts, each with a key, such as the keys of a map. An
/// operation concerns one part, and a state is the state of one part; the parts are then checked
/// one by one. An object that is one whole has the key `()`.
pub trait Sequential {
    /// What can be asked of the object.
    type Call: Value;
    /// What comes of it.
    type Return: Value;
    /// What a part of the object remembers.
    type State: Value;
    /// The name of a part.
    type Key: Value + Ord;

    /// The states in which each part may begin: one as a rule, several if it is not known which.
    fn initial(&self) -> impl IntoIterator<Item = Self::State>;

    /// The states that `call` may lead to from `state`, given what came of it: none if it cannot
    /// have given this result, one as a rule, several if the object is free to choose. The result
    /// of an operation that never returned is not known (`None`): then any will do.
    fn apply(
        &self,
        state: &Self::State,
        call: &Self::Call,
        result: Option<&Self::Return>,
    ) -> impl IntoIterator<Item = Self::State>;

    /// The part that `call` concerns.
    fn key(&self, call: &Self::Call) -> Self::Key;

    /// What is known about how an operation with this result changes states. It makes checking
    /// faster, and nothing else.
    fn effect(&self, _call: &Self::Call, _result: Option<&Self::Return>) -> Effect {
        Effect::Any
    }

    /// Whether `state` may be one in which `call` has this result, or become one by operations that
    /// only add to it. To say no where that is so makes checking faster, and nothing else.
    fn is_within_reach(
        &self,
        _state: &Self::State,
        _call: &Self::Call,
        _result: Option<&Self::Return>,
    ) -> bool {
        true
    }

    /// About how many bytes `state` takes: a check has a budget of memory.
    fn size(&self, state: &Self::State) -> usize {
        size_of_val(state)
    }

    /// The operation in words, such as `read → 3`.
    fn words(&self, call: &Self::Call, result: Option<&Self::Return>) -> String {
        arrow(&format!("{call:?}"), result.map(|result| result as &dyn Debug))
    }
}
// ANCHOR_END: sequential

/// How an operation changes states, as far as that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It changes no state in which it is possible, such as a read.
    None,
    /// It adds to the state, such as an append.
    Adds,
    /// What the state was does not matter for what it becomes, such as by a write.
    Replaces,
    /// Anything else.
    Any,
}

/// A call and its result in words, `?` if it is not known.
pub(super) fn arrow(call: &str, result: Option<&dyn Debug>) -> String {
    match result {
        Some(result) => format!("{call} → {result:?}"),
        None => format!("{call} → ?"),
    }
}

/// The words for a call whose result says no more than that it is done.
pub(super) fn done(call: String, is_done: bool) -> String {
    if is_done { call } else { arrow(&call, None) }
}
