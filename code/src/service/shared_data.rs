//! Data that several nodes share: each has a copy, changes it at once, and hears of the others' changes.

use crate::layer::{Service, Value};
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// Asks something of a shared map.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MapRequest<K, V> {
    /// Set the key to the value.
    Set {
        /// The key.
        key: K,
        /// Its new value.
        value: V,
    },
    /// Say what the key holds.
    Read {
        /// The key.
        key: K,
    },
}

/// What a key of a shared map holds, at the node that says so: told when it is read, and when it may have changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Holds<K, V> {
    /// The key.
    pub key: K,
    /// Nothing, a value, or several that were set concurrently.
    pub values: Vec<V>,
}

/// A map of which each node has a copy.
#[derive(Clone, Debug)]
pub struct SharedMap<K, V>(PhantomData<(K, V)>);
impl<K: Value, V: Value> Service for SharedMap<K, V> {
    type Request = MapRequest<K, V>;
    type Indication = Holds<K, V>;
}

/// Asks for a change of a shared text. Places are counted in characters, from 0, in the text that the node shows. An edit
/// of a place that is not there changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Edit {
    /// Insert a character, so that it then stands at `index`.
    Insert {
        /// Where.
        index: u64,
        /// What.
        value: char,
    },
    /// Delete the character at `index`.
    Delete {
        /// Where.
        index: u64,
    },
}

/// What a node shows of a shared text: told when it may have changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Shows {
    /// All of the text.
    pub text: String,
}

/// A text of which each node has a copy.
#[derive(Clone, Debug)]
pub struct SharedText;
impl Service for SharedText {
    type Request = Edit;
    type Indication = Shows;
}
