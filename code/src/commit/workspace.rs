//! What a participant does for transactions that are not over: their writes, and so their locks.

use crate::service::{Transaction, Write};
use std::collections::BTreeMap;

/// The writes of transactions that are not over. A key that is written is locked until then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Workspace {
    writes: BTreeMap<Transaction, Vec<Write>>,
}

impl Workspace {
    /// With the writes of these transactions.
    pub fn new(writes: BTreeMap<Transaction, Vec<Write>>) -> Self {
        Workspace { writes }
    }

    // ANCHOR: workspace
    /// Does the work of a transaction, unless another holds a lock that it needs.
    pub fn execute(&mut self, tx: Transaction, writes: Vec<Write>) {
        let free = |write: &Write| self.holder(write.key).is_none_or(|holder| holder == tx);
        if writes.iter().all(free) {
            self.writes.insert(tx, writes);
        }
    }

    /// Whether the transaction can commit here: its work is done. It is not if the request was
    /// lost, if a crash has wiped it out, or for want of a lock.
    pub fn can_commit(&self, tx: Transaction) -> bool {
        self.writes.contains_key(&tx)
    }

    /// The transaction is over: its locks are free.
    pub fn release(&mut self, tx: Transaction) {
        self.writes.remove(&tx);
    }
    // ANCHOR_END: workspace

    /// The writes of the transaction.
    pub fn writes(&self, tx: Transaction) -> Vec<Write> {
        self.writes.get(&tx).cloned().unwrap_or_default()
    }

    /// Which transaction has locked the key.
    fn holder(&self, key: char) -> Option<Transaction> {
        let locks = |writes: &[Write]| writes.iter().any(|write| write.key == key);
        self.writes.iter().find(|(_, writes)| locks(writes)).map(|(tx, _)| *tx)
    }
}
