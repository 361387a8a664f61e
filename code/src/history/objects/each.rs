//! Many objects of one kind, each with a name: what happens to one concerns no other.

use crate::history::sequential::{Effect, Sequential};
use crate::layer::Value;
use std::marker::PhantomData;

/// An object `O` under each key `K`. A call is the key, and what is asked of the object there.
#[derive(Clone, Debug)]
pub struct Each<K, O> {
    object: O,
    keys: PhantomData<K>,
}

impl<K, O> Each<K, O> {
    /// Under each key such an object.
    pub fn of(object: O) -> Self {
        Each { object, keys: PhantomData }
    }

    /// The object under a key.
    pub fn object(&self) -> &O {
        &self.object
    }
}

impl<K: Value + Ord, O: Sequential> Sequential for Each<K, O> {
    type Call = (K, O::Call);
    type Return = O::Return;
    type State = O::State;
    type Key = (K, O::Key);

    fn initial(&self) -> impl IntoIterator<Item = O::State> {
        self.object.initial()
    }

    fn apply(
        &self,
        state: &O::State,
        (_, call): &(K, O::Call),
        result: Option<&O::Return>,
    ) -> impl IntoIterator<Item = O::State> {
        self.object.apply(state, call, result)
    }

    fn key(&self, (key, call): &(K, O::Call)) -> (K, O::Key) {
        (key.clone(), self.object.key(call))
    }

    fn effect(&self, (_, call): &(K, O::Call), result: Option<&O::Return>) -> Effect {
        self.object.effect(call, result)
    }

    fn is_within_reach(
        &self,
        state: &O::State,
        (_, call): &(K, O::Call),
        result: Option<&O::Return>,
    ) -> bool {
        self.object.is_within_reach(state, call, result)
    }

    fn size(&self, state: &O::State) -> usize {
        self.object.size(state)
    }

    fn words(&self, (key, call): &(K, O::Call), result: Option<&O::Return>) -> String {
        format!("{key:?}: {}", self.object.words(call, result))
    }
}
