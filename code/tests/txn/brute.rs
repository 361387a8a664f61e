//! Serializability by trying every order: slow, and obviously right.

use distsys::txn::{Action, Level, Outcome, Store, Transaction};
use std::collections::BTreeMap;

pub(crate) type History = Vec<Transaction<u8, u32>>;

/// Whether some of the transactions, all that committed among them, have an order that gives every
/// result.
pub(crate) fn holds(store: Store, level: Level, history: &History) -> bool {
    let open: Vec<usize> =
        (0..history.len()).filter(|&i| history[i].outcome == Outcome::Unknown).collect();
    // Every choice of those of which nobody knows.
    (0..1u32 << open.len()).any(|chosen| {
        let takes_part = |index: &usize| match history[*index].outcome {
            Outcome::Committed => true,
            Outcome::Aborted => false,
            Outcome::Unknown => {
                let place = open.iter().position(|other| other == index).unwrap();
                chosen >> place & 1 == 1
            }
        };
        let left: Vec<usize> = (0..history.len()).filter(takes_part).collect();
        any_order(store, level, history, &left, &BTreeMap::new())
    })
}

/// Whether the transactions that are left can follow, in some order, on this state.
fn any_order(
    store: Store,
    level: Level,
    history: &History,
    left: &[usize],
    state: &BTreeMap<u8, Vec<u32>>,
) -> bool {
    left.is_empty()
        || left.iter().any(|&next| {
            let waits = |other: &usize| {
                history[*other].returned.is_some_and(|returned| returned < history[next].invoked)
            };
            if level == Level::StrictSerializable && left.iter().any(waits) {
                return false;
            }
            let rest: Vec<usize> = left.iter().copied().filter(|&other| other != next).collect();
            let after = carry_out(store, &history[next], state.clone());
            after.is_some_and(|state| any_order(store, level, history, &rest, &state))
        })
}

/// The state after the transaction, if it gives its results.
pub(crate) fn carry_out(
    store: Store,
    transaction: &Transaction<u8, u32>,
    mut state: BTreeMap<u8, Vec<u32>>,
) -> Option<BTreeMap<u8, Vec<u32>>> {
    for action in &transaction.actions {
        match action {
            Action::Read(key, content) => {
                let there = state.get(key).map(Vec::as_slice).unwrap_or_default();
                if there != content.as_slice() {
                    return None;
                }
            }
            Action::Write(key, value) => {
                let content = state.entry(*key).or_default();
                if store == Store::Registers {
                    content.clear();
                }
                content.push(*value);
            }
        }
    }
    Some(state)
}
