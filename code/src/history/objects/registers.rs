//! Registers with keys, as the services have them: each key is a part of its own.

use crate::history::sequential::{Effect, Sequential, arrow, done};
use crate::layer::Value;
use crate::service::{Key, RegisterOp, RegisterResult, SwapOp, SwapResult};
use std::fmt::{self, Debug, Formatter};

/// What registers do, with or without compare-and-swap.
#[derive(Clone, Debug)]
pub struct KeyedRegisters<C: OnRegister> {
    initial: Vec<Holds<C::Content>>,
}

/// What is in a register, if anything was ever put there.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Holds<V>(pub Option<V>);

impl<V: Debug> Debug for Holds<V> {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match &self.0 {
            Some(value) => value.fmt(f),
            None => f.write_str("nothing"),
        }
    }
}

impl<C: OnRegister> Default for KeyedRegisters<C> {
    /// Nothing is in them at first.
    fn default() -> Self {
        KeyedRegisters { initial: vec![Holds(None)] }
    }
}

impl<C: OnRegister> KeyedRegisters<C> {
    /// Each holds this at first.
    pub fn holding(value: C::Content) -> Self {
        KeyedRegisters { initial: vec![Holds(Some(value))] }
    }
}

/// What can be asked of registers: what it gives where this is in the register, and what it leaves.
pub trait OnRegister: Value {
    /// What is in a register.
    type Content: Value;
    /// What comes of it.
    type Result: Value;
    /// The register.
    fn key(&self) -> Key;
    /// What comes of it, and what is in the register then.
    fn act(&self, content: &Option<Self::Content>) -> (Self::Result, Option<Self::Content>);
    /// How it changes what is there.
    fn effect(&self, result: Option<&Self::Result>) -> Effect;
    /// It, and what came of it, in words.
    fn words(&self, result: Option<&Self::Result>) -> String;
}

impl<V: Value> OnRegister for RegisterOp<V> {
    type Content = V;
    type Result = RegisterResult<V>;
    fn key(&self) -> Key {
        let (RegisterOp::Get(key) | RegisterOp::Set(key, _)) = self;
        *key
    }
    // ANCHOR: act
    fn act(&self, content: &Option<V>) -> (RegisterResult<V>, Option<V>) {
        match self {
            RegisterOp::Get(_) => (RegisterResult::Got(content.clone()), content.clone()),
            RegisterOp::Set(_, value) => (RegisterResult::Done, Some(value.clone())),
        }
    }
    // ANCHOR_END: act
    fn effect(&self, _: Option<&RegisterResult<V>>) -> Effect {
        match self {
            RegisterOp::Get(_) => Effect::None,
            RegisterOp::Set(..) => Effect::Replaces,
        }
    }
    fn words(&self, result: Option<&RegisterResult<V>>) -> String {
        match (self, result) {
            (RegisterOp::Get(key), Some(RegisterResult::Got(content))) => got(*key, content),
            (RegisterOp::Get(key), _) => arrow(&format!("get {key}"), None),
            (RegisterOp::Set(key, value), _) => {
                done(format!("set {key} {value:?}"), result.is_some())
            }
        }
    }
}

impl<V: Value> OnRegister for SwapOp<V> {
    type Content = V;
    type Result = SwapResult<V>;
    fn key(&self) -> Key {
        let (SwapOp::Get(key) | SwapOp::Set(key, _) | SwapOp::Cas { key, .. }) = self;
        *key
    }
    fn act(&self, content: &Option<V>) -> (SwapResult<V>, Option<V>) {
        match self {
            SwapOp::Get(_) => (SwapResult::Got(content.clone()), content.clone()),
            SwapOp::Set(_, value) => (SwapResult::Done, Some(value.clone())),
            SwapOp::Cas { old, new, .. } if old == content => {
                (SwapResult::Swapped(true), Some(new.clone()))
            }
            SwapOp::Cas { .. } => (SwapResult::Swapped(false), content.clone()),
        }
    }
    fn effect(&self, result: Option<&SwapResult<V>>) -> Effect {
        match self {
            SwapOp::Get(_) => Effect::None,
            SwapOp::Set(..) => Effect::Replaces,
            SwapOp::Cas { .. } if result == Some(&SwapResult::Swapped(false)) => Effect::None,
            SwapOp::Cas { .. } => Effect::Any,
        }
    }
    fn words(&self, result: Option<&SwapResult<V>>) -> String {
        match (self, result) {
            (SwapOp::Get(key), Some(SwapResult::Got(content))) => got(*key, content),
            (SwapOp::Get(key), _) => arrow(&format!("get {key}"), None),
            (SwapOp::Set(key, value), _) => done(format!("set {key} {value:?}"), result.is_some()),
            (SwapOp::Cas { key, old, new }, _) => {
                let old = old.as_ref().map_or("nothing".to_string(), |old| format!("{old:?}"));
                let call = format!("cas {key} {old} {new:?}");
                match result {
                    Some(SwapResult::Swapped(swapped)) => arrow(&call, Some(swapped)),
                    _ => arrow(&call, None),
                }
            }
        }
    }
}

/// A get with what it got.
fn got<V: Value>(key: Key, content: &Option<V>) -> String {
    match content {
        Some(value) => arrow(&format!("get {key}"), Some(value)),
        None => format!("get {key} → nothing"),
    }
}

impl<C: OnRegister> Sequential for KeyedRegisters<C> {
    type Call = C;
    type Return = C::Result;
    type State = Holds<C::Content>;
    type Key = Key;

    fn initial(&self) -> impl IntoIterator<Item = Self::State> {
        self.initial.iter().cloned()
    }
    fn apply(
        &self,
        state: &Self::State,
        call: &C,
        result: Option<&C::Result>,
    ) -> impl IntoIterator<Item = Self::State> {
        let (answer, next) = call.act(&state.0);
        result.is_none_or(|result| *result == answer).then_some(Holds(next))
    }
    fn key(&self, call: &C) -> Key {
        call.key()
    }
    fn effect(&self, call: &C, result: Option<&C::Result>) -> Effect {
        call.effect(result)
    }
    fn words(&self, call: &C, result: Option<&C::Result>) -> String {
        call.words(result)
    }
}
