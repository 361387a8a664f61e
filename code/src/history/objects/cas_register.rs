//! A register with compare-and-swap.

use crate::history::sequential::{Effect, Sequential, arrow, done};
use crate::layer::Value;
use serde::{Deserialize, Serialize};

/// What can be asked of a register with compare-and-swap.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CasCall<V> {
    /// What is in it?
    Read,
    /// Put this in it.
    Write(V),
    /// If `from` is in it, put `to` in it.
    Cas {
        /// What must be in it.
        from: V,
        /// What to put in it.
        to: V,
    },
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum CasReturn<V> {
    /// This was in it.
    Read(V),
    /// The value was written.
    Written,
    /// Whether the values were swapped.
    Swapped(bool),
}

/// A register of values `V` with compare-and-swap.
#[derive(Clone, Debug)]
pub struct CasRegister<V> {
    initial: Vec<V>,
}

impl<V> CasRegister<V> {
    /// A register that holds `value` at first.
    pub fn holding(value: V) -> Self {
        CasRegister { initial: vec![value] }
    }
    /// A register that holds one of these values at first, nobody knows which.
    pub fn holding_one_of(initial: Vec<V>) -> Self {
        CasRegister { initial }
    }
}

impl<V: Value> Sequential for CasRegister<V> {
    type Call = CasCall<V>;
    type Return = CasReturn<V>;
    type State = V;
    type Key = ();

    fn initial(&self) -> impl IntoIterator<Item = V> {
        self.initial.iter().cloned()
    }

    // ANCHOR: apply
    fn apply(
        &self,
        state: &V,
        call: &CasCall<V>,
        result: Option<&CasReturn<V>>,
    ) -> impl IntoIterator<Item = V> {
        let (answer, next) = match call {
            CasCall::Read => (CasReturn::Read(state.clone()), state),
            CasCall::Write(value) => (CasReturn::Written, value),
            CasCall::Cas { from, to } if from == state => (CasReturn::Swapped(true), to),
            CasCall::Cas { .. } => (CasReturn::Swapped(false), state),
        };
        result.is_none_or(|result| *result == answer).then(|| next.clone())
    }
    // ANCHOR_END: apply

    fn key(&self, _: &CasCall<V>) {}

    fn effect(&self, call: &CasCall<V>, result: Option<&CasReturn<V>>) -> Effect {
        match call {
            CasCall::Read => Effect::None,
            CasCall::Write(_) => Effect::Replaces,
            CasCall::Cas { .. } if result == Some(&CasReturn::Swapped(false)) => Effect::None,
            CasCall::Cas { .. } => Effect::Any,
        }
    }

    fn words(&self, call: &CasCall<V>, result: Option<&CasReturn<V>>) -> String {
        match (call, result) {
            (CasCall::Read, Some(CasReturn::Read(value))) => arrow("read", Some(value)),
            (CasCall::Read, _) => arrow("read", None),
            (CasCall::Write(value), _) => done(format!("write {value:?}"), result.is_some()),
            (CasCall::Cas { from, to }, _) => {
                let call = format!("cas {from:?} {to:?}");
                match result {
                    Some(CasReturn::Swapped(swapped)) => arrow(&call, Some(swapped)),
                    _ => arrow(&call, None),
                }
            }
        }
    }
}
