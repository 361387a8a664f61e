//! Serializability: anomalies by example, each beside a near miss, and agreement with brute force.

#![allow(clippy::unwrap_used, reason = "a test may")]

mod agreement;
mod anomalies;
mod brute;
mod inference;

use distsys::txn::{Action, Level, Outcome, STEPS, Store, Transaction, check, explain};

type Keys = &'static str;

/// A transaction: `r x 1 2` reads, `w x 1` writes; before it who began and ended when.
fn transaction(text: &str, place: u64) -> Transaction<String, u32> {
    let (outcome, actions) = match text.split_once(": ") {
        Some(("failed", actions)) => (Outcome::Aborted, actions),
        Some(("open", actions)) => (Outcome::Unknown, actions),
        _ => (Outcome::Committed, text),
    };
    let actions = actions.split(", ").map(|action| {
        let mut words = action.split(' ');
        let (f, key) = (words.next().unwrap(), words.next().unwrap().to_string());
        let values: Vec<u32> = words.map(|word| word.parse().unwrap()).collect();
        if f == "r" { Action::Read(key, values) } else { Action::Write(key, values[0]) }
    });
    Transaction { actions: actions.collect(), outcome, invoked: 2 * place, returned: None }
}

/// Transactions all at once.
fn at_once(texts: &[Keys]) -> Vec<Transaction<String, u32>> {
    let all = texts.len() as u64;
    let mut transactions: Vec<_> = texts.iter().map(|text| transaction(text, 0)).collect();
    for (place, transaction) in (0..).zip(&mut transactions) {
        transaction.invoked = place;
        transaction.returned =
            Some(all + place).filter(|_| transaction.outcome != Outcome::Unknown);
    }
    transactions
}

/// Transactions one after the other.
fn in_turn(texts: &[Keys]) -> Vec<Transaction<String, u32>> {
    let mut transactions = at_once(texts);
    for (place, transaction) in (0..).zip(&mut transactions) {
        transaction.invoked = 2 * place;
        transaction.returned = transaction.returned.map(|_| 2 * place + 1);
    }
    transactions
}

/// The verdict in words.
fn judged(store: Store, level: Level, transactions: &[Transaction<String, u32>]) -> String {
    let verdict = check(store, level, transactions, STEPS).unwrap();
    let promise = match level {
        Level::Serializable => "serializable",
        Level::StrictSerializable => "strictly serializable",
    };
    explain(store, promise, &verdict, |index| format!("T{}", index + 1))
}
