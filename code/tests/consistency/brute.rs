//! The models as their definitions have them: all orders are tried.

use distsys::consistency::{Access, What};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) type Accesses = [Access<u8, u32>];

/// Which write each access saw, if it is a read of something that was written; `None` if a read saw
/// what nobody wrote.
fn sources(accesses: &Accesses) -> Option<Vec<Option<usize>>> {
    let source = |access: &Access<u8, u32>| match access.what {
        What::Read(Some(value)) => {
            let wrote = |other: &Access<u8, u32>| {
                other.key == access.key
                    && matches!(other.what, What::Write(it) | What::MaybeWrite(it) if it == value)
            };
            accesses.iter().position(wrote).map(Some)
        }
        _ => Some(None),
    };
    accesses.iter().map(source).collect()
}

fn is_write(access: &Access<u8, u32>) -> bool {
    !matches!(access.what, What::Read(_))
}

/// Accesses that took effect: of writes that may have, those that somebody read.
fn effective(accesses: &Accesses, sources: &[Option<usize>]) -> Vec<usize> {
    let took = |index: &usize| {
        !matches!(accesses[*index].what, What::MaybeWrite(_)) || sources.contains(&Some(*index))
    };
    (0..accesses.len()).filter(took).collect()
}

/// Whether these have an order in which nothing comes after what it must come before, and every read
/// that is `checked` sees the last write.
fn has_order(
    accesses: &Accesses,
    left: &[usize],
    before: &dyn Fn(usize, usize) -> bool,
    checked: &dyn Fn(usize) -> bool,
    state: &BTreeMap<u8, u32>,
) -> bool {
    left.is_empty()
        || left.iter().any(|&next| {
            let Access { key, what, .. } = &accesses[next];
            let waits = left.iter().any(|&other| other != next && before(other, next));
            let fits = match what {
                What::Read(value) => !checked(next) || state.get(key).copied() == *value,
                _ => true,
            };
            if waits || !fits {
                return false;
            }
            let mut state = state.clone();
            if let What::Write(value) | What::MaybeWrite(value) = what {
                state.insert(*key, *value);
            }
            let rest: Vec<usize> = left.iter().copied().filter(|&other| other != next).collect();
            has_order(accesses, &rest, before, checked, &state)
        })
}

pub(crate) fn is_sequential(accesses: &Accesses) -> bool {
    let Some(sources) = sources(accesses) else { return false };
    let left = effective(accesses, &sources);
    let in_turn = |a: usize, b: usize| a < b && accesses[a].client == accesses[b].client;
    has_order(accesses, &left, &in_turn, &|_| true, &BTreeMap::new())
}

/// Causal memory: an order for each client of its accesses and all writes.
pub(crate) fn is_causal(accesses: &Accesses) -> bool {
    let Some(sources) = sources(accesses) else { return false };
    let all = effective(accesses, &sources);
    let number = accesses.len();
    let mut before = vec![vec![false; number]; number];
    for &a in &all {
        for &b in &all {
            let in_turn = a < b && accesses[a].client == accesses[b].client;
            before[a][b] = in_turn || sources[b] == Some(a);
        }
    }
    for via in 0..number {
        for a in 0..number {
            for b in 0..number {
                before[a][b] |= before[a][via] && before[via][b];
            }
        }
    }
    let is_before = |a: usize, b: usize| before[a][b];
    let clients: Vec<u32> = accesses.iter().map(|access| access.client).collect();
    (0..number).all(|index| !before[index][index])
        && clients.iter().all(|&client| {
            let own =
                |index: &usize| accesses[*index].client == client || is_write(&accesses[*index]);
            let left: Vec<usize> = all.iter().copied().filter(own).collect();
            has_order(accesses, &left, &is_before, &|_| true, &BTreeMap::new())
        })
}

/// Which earlier access of the same client to the same key a read must not be older than.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guarantee {
    Writes,
    Reads,
}

/// Whether for each client some order of the writes to each key, in which each client's come in turn,
/// keeps the guarantee.
pub(crate) fn keeps(accesses: &Accesses, guarantee: Guarantee) -> bool {
    let Some(sources) = sources(accesses) else { return false };
    let all = effective(accesses, &sources);
    let keys: BTreeSet<u8> = accesses.iter().map(|access| access.key).collect();
    let clients: BTreeSet<u32> = accesses.iter().map(|access| access.client).collect();
    let clients = clients.into_iter();
    let sessions = clients.flat_map(|client| keys.iter().map(move |key| (client, key)));
    sessions.into_iter().all(|(client, key)| {
        let of_key: Vec<usize> =
            all.iter().copied().filter(|&index| accesses[index].key == *key).collect();
        let writes: Vec<usize> =
            of_key.iter().copied().filter(|&index| is_write(&accesses[index])).collect();
        any_order_of(&mut Vec::new(), &writes, &mut |order| {
            // What was there at first is older than all.
            let age = |write: Option<usize>| {
                write.map_or(0, |write| 1 + order.iter().position(|other| *other == write).unwrap())
            };
            let pairs = of_key.iter().flat_map(|a| of_key.iter().map(move |b| (*a, *b)));
            pairs.filter(|(a, b)| a < b && accesses[*a].client == accesses[*b].client).all(
                |(a, b)| match (is_write(&accesses[a]), is_write(&accesses[b])) {
                    (true, true) => age(Some(a)) < age(Some(b)),
                    _ if accesses[a].client != client => true,
                    (true, false) if guarantee == Guarantee::Writes => {
                        age(Some(a)) <= age(sources[b])
                    }
                    (false, false) if guarantee == Guarantee::Reads => {
                        age(sources[a]) <= age(sources[b])
                    }
                    _ => true,
                },
            )
        })
    })
}

fn any_order_of(
    order: &mut Vec<usize>,
    left: &[usize],
    fits: &mut dyn FnMut(&[usize]) -> bool,
) -> bool {
    if left.is_empty() {
        return fits(order);
    }
    left.iter().any(|&next| {
        let rest: Vec<usize> = left.iter().copied().filter(|&other| other != next).collect();
        order.push(next);
        let found = any_order_of(order, &rest, fits);
        order.pop();
        found
    })
}
