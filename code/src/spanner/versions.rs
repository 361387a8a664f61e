//! A store that keeps old versions (notes, section 8.2; A36), so that a reader can have all keys as
//! they were at one time while others go on writing.

use crate::node::Time;
use crate::service::Key;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

// ANCHOR: versions
/// Of each key all versions that were ever committed, each with the timestamp of its transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Versions(BTreeMap<Key, BTreeMap<Time, u64>>);

impl Versions {
    /// A transaction with that timestamp wrote this. What was there before stays there.
    pub fn write(&mut self, at: Time, writes: &BTreeMap<Key, u64>) {
        for (&key, &value) in writes {
            self.0.entry(key).or_default().insert(at, value);
        }
    }

    /// The snapshot at that time: of each key the latest version that is not later.
    pub fn read(
        &self,
        at: Time,
        keys: impl IntoIterator<Item = Key>,
    ) -> BTreeMap<Key, Option<u64>> {
        let version = |key| Some(*self.0.get(&key)?.range(..=at).next_back()?.1);
        keys.into_iter().map(|key| (key, version(key))).collect()
    }
}
// ANCHOR_END: versions
