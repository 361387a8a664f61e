//! A map of registers, each of its own: what happens to one key concerns no other.

use crate::history::sequential::{Effect, Sequential, arrow, done};
use crate::layer::Value;
use serde::{Deserialize, Serialize};
use std::fmt::Debug;
use std::marker::PhantomData;

/// What can be asked of a map.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MapCall<K, V> {
    /// What is under this key?
    Get(K),
    /// Put this value under this key.
    Put(K, V),
    /// Append this to what is under this key.
    Append(K, V),
    /// If `from` is under the key, put `to` there.
    Cas {
        /// The key.
        key: K,
        /// What must be there.
        from: V,
        /// What to put there.
        to: V,
    },
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum MapReturn<V> {
    /// This was there.
    Got(V),
    /// The value was put, or appended.
    Done,
    /// Whether the values were swapped.
    Swapped(bool),
}

/// Values that can be appended to.
pub trait Append {
    /// Appends `other`.
    fn append(&mut self, other: &Self);
    /// Whether `other` may become this value by what is appended to it.
    fn begins_with(&self, other: &Self) -> bool;
    /// How many bytes the value takes apart from its own.
    fn heap(&self) -> usize;
}

impl Append for String {
    fn append(&mut self, other: &Self) {
        *self += other;
    }
    fn begins_with(&self, other: &Self) -> bool {
        self.starts_with(other.as_str())
    }
    fn heap(&self) -> usize {
        self.capacity()
    }
}

impl<T: Clone + PartialEq> Append for Vec<T> {
    fn append(&mut self, other: &Self) {
        self.extend_from_slice(other);
    }
    fn begins_with(&self, other: &Self) -> bool {
        self.starts_with(other)
    }
    fn heap(&self) -> usize {
        self.capacity() * size_of::<T>()
    }
}

/// A map from keys `K` to values `V`. Under a key that nothing was put under is `V::default()`.
#[derive(Clone, Debug)]
pub struct Map<K, V>(PhantomData<(K, V)>);

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Map(PhantomData)
    }
}

impl<K: Value + Ord, V: Value + Append + Default> Sequential for Map<K, V> {
    type Call = MapCall<K, V>;
    type Return = MapReturn<V>;
    type State = V;
    type Key = K;

    fn initial(&self) -> impl IntoIterator<Item = V> {
        [V::default()]
    }

    fn apply(
        &self,
        state: &V,
        call: &MapCall<K, V>,
        result: Option<&MapReturn<V>>,
    ) -> impl IntoIterator<Item = V> {
        let fits = match (call, result) {
            (MapCall::Get(_), Some(MapReturn::Got(value))) => value == state,
            (MapCall::Put(..) | MapCall::Append(..), Some(MapReturn::Done)) | (_, None) => true,
            (MapCall::Cas { from, .. }, Some(MapReturn::Swapped(swapped))) => {
                *swapped == (from == state)
            }
            _ => false,
        };
        fits.then(|| after(state, call))
    }

    fn key(&self, call: &MapCall<K, V>) -> K {
        match call {
            MapCall::Get(key)
            | MapCall::Put(key, _)
            | MapCall::Append(key, _)
            | MapCall::Cas { key, .. } => key.clone(),
        }
    }

    fn effect(&self, call: &MapCall<K, V>, result: Option<&MapReturn<V>>) -> Effect {
        match call {
            MapCall::Get(_) => Effect::None,
            MapCall::Put(..) => Effect::Replaces,
            MapCall::Append(..) => Effect::Adds,
            MapCall::Cas { .. } if result == Some(&MapReturn::Swapped(false)) => Effect::None,
            MapCall::Cas { .. } => Effect::Any,
        }
    }

    fn is_within_reach(&self, state: &V, _: &MapCall<K, V>, result: Option<&MapReturn<V>>) -> bool {
        match result {
            Some(MapReturn::Got(value)) => value.begins_with(state),
            _ => true,
        }
    }

    fn size(&self, state: &V) -> usize {
        size_of::<V>() + state.heap()
    }

    fn words(&self, call: &MapCall<K, V>, result: Option<&MapReturn<V>>) -> String {
        let answer: Option<&dyn Debug> = match result {
            Some(MapReturn::Got(value)) => Some(value),
            Some(MapReturn::Swapped(swapped)) => Some(swapped),
            Some(MapReturn::Done) | None => None,
        };
        match call {
            MapCall::Get(key) => arrow(&format!("get {key:?}"), answer),
            MapCall::Put(key, value) => done(format!("put {key:?} {value:?}"), result.is_some()),
            MapCall::Append(key, value) => {
                done(format!("append {key:?} {value:?}"), result.is_some())
            }
            MapCall::Cas { key, from, to } => {
                arrow(&format!("cas {key:?} {from:?} {to:?}"), answer)
            }
        }
    }
}

/// What is under the key after the call.
fn after<K, V: Clone + Append + PartialEq>(state: &V, call: &MapCall<K, V>) -> V {
    match call {
        MapCall::Put(_, value) => value.clone(),
        MapCall::Append(_, value) => {
            let mut longer = state.clone();
            longer.append(value);
            longer
        }
        MapCall::Cas { from, to, .. } if from == state => to.clone(),
        MapCall::Cas { .. } | MapCall::Get(_) => state.clone(),
    }
}
