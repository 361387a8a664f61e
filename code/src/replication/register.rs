//! What is stored under a key, whatever the rule for concurrent writes.

use crate::layer::{NodeId, Time, Value};

// ANCHOR: register
/// What is stored under a key. A removal is a write too: it writes a tombstone, here `None`.
pub trait Register: Value + Default + Ord {
    /// What is written.
    type Written: Value + Ord;
    /// What the node `me`, which has this, writes when its clock says `now`.
    fn write(&self, me: NodeId, now: Time, value: Option<Self::Written>) -> Self;
    /// What to keep of both.
    fn merge(&self, other: &Self) -> Self;
    /// The values, in the order of their timestamps; none if nothing was ever written.
    fn values(&self) -> Vec<Option<Self::Written>>;
}
// ANCHOR_END: register
