//! Four machines, one for each broadcast: what an update must satisfy so that it will do.

use crate::replication::updates::{Banking, Pinning};
use crate::service::{
    BestEffortBroadcast, CausalBroadcast, Machine, ReliableBroadcast, TotalOrderBroadcast,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

// ANCHOR: account
/// An account with interest. Deposit and then interest is not interest and then deposit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Account {
    /// How much is in it.
    pub pence: u64,
}

impl Machine for Account {
    type Update = Banking;
    type Needs = TotalOrderBroadcast<Banking>;
    fn apply(&mut self, update: &Banking) {
        match update {
            Banking::Deposit(pence) => self.pence += pence,
            Banking::Interest(percent) => self.pence += self.pence * percent / 100,
        }
    }
}
// ANCHOR_END: account

// ANCHOR: board
/// A board with notes, on which updates that are concurrent commute: nobody takes down a note that
/// he has not seen, and no note is put up twice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Board(pub BTreeSet<u32>);

impl Machine for Board {
    type Update = Pinning;
    type Needs = CausalBroadcast<Pinning>;
    fn apply(&mut self, update: &Pinning) {
        match update {
            Pinning::Pin(note) => self.0.insert(*note),
            Pinning::Unpin(note) => self.0.remove(note),
        };
    }
}
// ANCHOR_END: board

// ANCHOR: sum
/// A sum: all updates commute, but none may be lost or counted twice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sum(pub u64);

impl Machine for Sum {
    type Update = u64;
    type Needs = ReliableBroadcast<u64>;
    fn apply(&mut self, more: &u64) {
        self.0 += more;
    }
}
// ANCHOR_END: sum

// ANCHOR: highest
/// The highest number: updates commute and may come twice, and a later one makes up for one that
/// is lost.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Highest(pub u64);

impl Machine for Highest {
    type Update = u64;
    type Needs = BestEffortBroadcast<u64>;
    fn apply(&mut self, number: &u64) {
        self.0 = self.0.max(*number);
    }
}
// ANCHOR_END: highest
