//! A queue: first in, first out.

use crate::history::sequential::{Effect, Sequential, arrow, done};
use crate::layer::Value;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::marker::PhantomData;

/// What can be asked of a queue.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum QueueCall<V> {
    /// Add this at the end.
    Enqueue(V),
    /// Take the first, if there is any.
    Dequeue,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum QueueReturn<V> {
    /// It was added.
    Enqueued,
    /// What was taken; `None` if the queue was empty.
    Dequeued(Option<V>),
}

/// A queue of values `V`, at first empty.
#[derive(Clone, Debug)]
pub struct Queue<V>(PhantomData<V>);

impl<V> Default for Queue<V> {
    fn default() -> Self {
        Queue(PhantomData)
    }
}

impl<V: Value> Sequential for Queue<V> {
    type Call = QueueCall<V>;
    type Return = QueueReturn<V>;
    type State = VecDeque<V>;
    type Key = ();

    fn initial(&self) -> impl IntoIterator<Item = VecDeque<V>> {
        [VecDeque::new()]
    }

    fn apply(
        &self,
        state: &VecDeque<V>,
        call: &QueueCall<V>,
        result: Option<&QueueReturn<V>>,
    ) -> impl IntoIterator<Item = VecDeque<V>> {
        let fits = match (call, result) {
            (QueueCall::Enqueue(_), Some(QueueReturn::Enqueued)) | (_, None) => true,
            (QueueCall::Dequeue, Some(QueueReturn::Dequeued(taken))) => {
                taken.as_ref() == state.front()
            }
            _ => false,
        };
        fits.then(|| {
            let mut queue = state.clone();
            match call {
                QueueCall::Enqueue(value) => queue.push_back(value.clone()),
                QueueCall::Dequeue => drop(queue.pop_front()),
            }
            queue
        })
    }

    fn key(&self, _: &QueueCall<V>) {}

    fn effect(&self, call: &QueueCall<V>, result: Option<&QueueReturn<V>>) -> Effect {
        match (call, result) {
            (_, Some(QueueReturn::Dequeued(None))) => Effect::None,
            (QueueCall::Enqueue(_), _) => Effect::Adds,
            (QueueCall::Dequeue, _) => Effect::Any,
        }
    }

    fn size(&self, state: &VecDeque<V>) -> usize {
        size_of_val(state) + state.capacity() * size_of::<V>()
    }

    fn words(&self, call: &QueueCall<V>, result: Option<&QueueReturn<V>>) -> String {
        match (call, result) {
            (QueueCall::Enqueue(value), _) => done(format!("enqueue {value:?}"), result.is_some()),
            (QueueCall::Dequeue, Some(QueueReturn::Dequeued(None))) => "dequeue → nothing".into(),
            (QueueCall::Dequeue, Some(QueueReturn::Dequeued(Some(value)))) => {
                arrow("dequeue", Some(value))
            }
            (QueueCall::Dequeue, _) => arrow("dequeue", None),
        }
    }
}
