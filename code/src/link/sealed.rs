//! Messages with a seal, as they travel between [authenticated](super) links.

use crate::link::SeqNo;
use serde::{Deserialize, Serialize};
use std::fmt;

// ANCHOR: sealed
/// A message with its number and its seal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Sealed<M> {
    /// Its number among the messages from its sender to its receiver, from 1.
    pub number: SeqNo,
    /// The seal: who does not have the key can neither make it nor carry it over to another message.
    pub seal: Seal,
    /// The message.
    pub msg: M,
}
// ANCHOR_END: sealed

/// A message authentication code of 256 bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Seal(pub [u8; 32]);

impl fmt::Debug for Seal {
    /// Its beginning, which is enough to tell two of them apart: `3fa9…`.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let [first, second, ..] = self.0;
        write!(f, "{first:02x}{second:02x}…")
    }
}
