//! What can be done to the [machines](super::machines).

use serde::{Deserialize, Serialize};

// ANCHOR: banking
/// What happens to an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Banking {
    /// So much is paid in.
    Deposit(u64),
    /// The balance grows by so many per cent.
    Interest(u64),
}
// ANCHOR_END: banking

/// What happens to a board with notes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Pinning {
    /// This note is put up.
    Pin(u32),
    /// It is taken down.
    Unpin(u32),
}
