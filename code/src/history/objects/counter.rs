//! A counter.

use crate::history::sequential::{Effect, Sequential, arrow, done};
use serde::{Deserialize, Serialize};

/// What can be asked of a counter.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CounterCall {
    /// How much is it?
    Read,
    /// Add this, which may be negative.
    Add(i64),
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CounterReturn {
    /// It was this.
    Read(i64),
    /// It was added.
    Added,
}

/// A counter, at first 0.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counter;

impl Sequential for Counter {
    type Call = CounterCall;
    type Return = CounterReturn;
    /// Wider than what is added, so that no sum overflows.
    type State = i128;
    type Key = ();

    fn initial(&self) -> impl IntoIterator<Item = i128> {
        [0]
    }

    fn apply(
        &self,
        state: &i128,
        call: &CounterCall,
        result: Option<&CounterReturn>,
    ) -> impl IntoIterator<Item = i128> {
        match (call, result) {
            (CounterCall::Read, Some(CounterReturn::Read(value))) => {
                (i128::from(*value) == *state).then_some(*state)
            }
            (CounterCall::Read, None) => Some(*state),
            (CounterCall::Add(amount), Some(CounterReturn::Added) | None) => {
                state.checked_add(i128::from(*amount))
            }
            _ => None,
        }
    }

    fn key(&self, _: &CounterCall) {}

    fn effect(&self, call: &CounterCall, _: Option<&CounterReturn>) -> Effect {
        match call {
            CounterCall::Read => Effect::None,
            CounterCall::Add(0..) => Effect::Adds,
            CounterCall::Add(_) => Effect::Any,
        }
    }

    fn is_within_reach(
        &self,
        state: &i128,
        _: &CounterCall,
        result: Option<&CounterReturn>,
    ) -> bool {
        match result {
            Some(CounterReturn::Read(value)) => *state <= i128::from(*value),
            _ => true,
        }
    }

    fn words(&self, call: &CounterCall, result: Option<&CounterReturn>) -> String {
        match (call, result) {
            (CounterCall::Read, Some(CounterReturn::Read(value))) => arrow("read", Some(value)),
            (CounterCall::Read, _) => arrow("read", None),
            (CounterCall::Add(amount), _) => done(format!("add {amount}"), result.is_some()),
        }
    }
}
