//! A register: what is read is what was written last.

use crate::history::sequential::{Effect, Sequential, arrow, done};
use crate::layer::Value;
use serde::{Deserialize, Serialize};

/// What can be asked of a register.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RegisterCall<V> {
    /// What is in it?
    Read,
    /// Put this in it.
    Write(V),
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RegisterReturn<V> {
    /// This was in it.
    Read(V),
    /// The value was written.
    Written,
}

/// A register of values `V`.
#[derive(Clone, Debug)]
pub struct Register<V> {
    initial: Vec<V>,
}

impl<V> Register<V> {
    /// A register that holds `value` at first.
    pub fn holding(value: V) -> Self {
        Register { initial: vec![value] }
    }
    /// A register that holds one of these values at first, nobody knows which.
    pub fn holding_one_of(initial: Vec<V>) -> Self {
        Register { initial }
    }
}

impl<V: Value> Sequential for Register<V> {
    type Call = RegisterCall<V>;
    type Return = RegisterReturn<V>;
    type State = V;
    type Key = ();

    fn initial(&self) -> impl IntoIterator<Item = V> {
        self.initial.iter().cloned()
    }

    fn apply(
        &self,
        state: &V,
        call: &RegisterCall<V>,
        result: Option<&RegisterReturn<V>>,
    ) -> impl IntoIterator<Item = V> {
        match (call, result) {
            (RegisterCall::Read, Some(RegisterReturn::Read(value))) => {
                (value == state).then(|| state.clone())
            }
            (RegisterCall::Read, None) => Some(state.clone()),
            (RegisterCall::Write(value), Some(RegisterReturn::Written) | None) => {
                Some(value.clone())
            }
            _ => None,
        }
    }

    fn key(&self, _: &RegisterCall<V>) {}

    fn effect(&self, call: &RegisterCall<V>, _: Option<&RegisterReturn<V>>) -> Effect {
        match call {
            RegisterCall::Read => Effect::None,
            RegisterCall::Write(_) => Effect::Replaces,
        }
    }

    fn words(&self, call: &RegisterCall<V>, result: Option<&RegisterReturn<V>>) -> String {
        match (call, result) {
            (RegisterCall::Read, Some(RegisterReturn::Read(value))) => arrow("read", Some(value)),
            (RegisterCall::Read, _) => arrow("read", None),
            (RegisterCall::Write(value), _) => done(format!("write {value:?}"), result.is_some()),
        }
    }
}
