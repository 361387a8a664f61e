//! Sequential consistency, of any object.

use crate::history::linearizability::{Budget, Lack, OperationOf};
use crate::history::sequential::{Effect, Sequential};
use std::collections::BTreeMap;
#[expect(
    clippy::disallowed_types,
    reason = "only asked whether it has a thing, never gone through"
)]
use std::collections::HashSet;

/// Whether a history is sequentially consistent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sequence {
    /// It is: in this order of operations, by their indices. Operations that never returned and need
    /// not have taken effect are not in it.
    Sequential(Vec<usize>),
    /// It is not.
    NotSequential(Rejection),
    /// The budget did not suffice to tell.
    NotDecided(Lack),
}

/// Why a history is not sequentially consistent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// As many operations as can be put in order, of each client its first.
    pub order: Vec<usize>,
    /// What each client did next: none of it can come next.
    pub next: Vec<usize>,
}

/// Whether the operations have one order, in which those of each client come in turn, and which
/// gives every result.
///
/// The operations of each client are in the order in which they are listed; real time does not
/// matter. Keys matter: an order for each key is not enough, so the object is taken as a whole.
pub fn sequential<S: Sequential>(
    object: &S,
    operations: &[OperationOf<S>],
    budget: Budget,
) -> Sequence {
    let mut clients: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (index, operation) in operations.iter().enumerate() {
        clients.entry(operation.op.client).or_default().push(index);
    }
    let clients: Vec<Vec<usize>> = clients.into_values().collect();
    // The parts of the object have numbers, so that a key takes no more memory than that.
    let mut numbers: BTreeMap<S::Key, usize> = BTreeMap::new();
    let mut number = |operation: &OperationOf<S>| {
        let next = numbers.len();
        *numbers.entry(object.key(&operation.call)).or_insert(next)
    };
    let parts = operations.iter().map(&mut number).collect();
    Search { object, operations, parts, clients, budget, orders: Vec::new() }.run()
}

struct Search<'a, S: Sequential> {
    object: &'a S,
    operations: &'a [OperationOf<S>],
    /// Which part of the object each operation is about.
    parts: Vec<usize>,
    /// The operations of each client.
    clients: Vec<Vec<usize>>,
    /// What is left.
    budget: Budget,
    /// All orders looked at: the last operation of each, and which order it continues.
    orders: Vec<(usize, Option<usize>)>,
}

/// What an order led to.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Reached<T> {
    /// How many operations of each client are behind it.
    done: Vec<usize>,
    /// The state of each part that something happened to.
    states: BTreeMap<usize, T>,
}

/// Where an order led, and which one it was.
type Open<S> = (Reached<<S as Sequential>::State>, Option<usize>);

impl<S: Sequential> Search<'_, S> {
    fn run(mut self) -> Sequence {
        #[expect(clippy::disallowed_types, reason = "see above")]
        let mut met: HashSet<Reached<S::State>> = HashSet::new();
        let first = Reached { done: vec![0; self.clients.len()], states: BTreeMap::new() };
        let mut open: Vec<Open<S>> = vec![(first, None)];
        let (mut furthest, mut longest) = (0, (vec![0; self.clients.len()], None));
        while let Some((reached, order)) = open.pop() {
            if met.contains(&reached) {
                self.budget.bytes += self.size(&reached);
                continue;
            }
            let behind = reached.done.iter().sum();
            if furthest < behind {
                (furthest, longest) = (behind, (reached.done.clone(), order));
            }
            if self.is_complete(&reached) {
                return Sequence::Sequential(self.order(order));
            }
            if let Err(lack) = self.continue_order(&reached, order, &mut open) {
                return Sequence::NotDecided(lack);
            }
            met.insert(reached);
        }
        let next = (0..)
            .zip(&longest.0)
            .filter_map(|(client, &done): (usize, _)| self.clients[client].get(done).copied());
        let next = next.collect();
        Sequence::NotSequential(Rejection { order: self.order(longest.1), next })
    }

    /// Whether only operations that never returned are left.
    fn is_complete(&self, reached: &Reached<S::State>) -> bool {
        let left = self.clients.iter().zip(&reached.done).flat_map(|(all, &done)| &all[done..]);
        left.into_iter().all(|&index| self.operations[index].result.is_none())
    }

    /// About how many bytes it takes, with what is around it.
    fn size(&self, reached: &Reached<S::State>) -> u64 {
        let states: usize = reached.states.values().map(|state| 32 + self.object.size(state)).sum();
        (states + 8 * reached.done.len() + 200) as u64
    }

    /// Adds the orders that are longer by one operation. One that changes nothing and fits may come
    /// at once, and then no other needs to be tried.
    fn continue_order(
        &mut self,
        reached: &Reached<S::State>,
        order: Option<usize>,
        open: &mut Vec<Open<S>>,
    ) -> Result<(), Lack> {
        let begin = open.len();
        for client in 0..self.clients.len() {
            let Some(&index) = self.clients[client].get(reached.done[client]) else { continue };
            self.budget.steps = self.budget.steps.checked_sub(1).ok_or(Lack::Steps)?;
            let operation = &self.operations[index];
            let (call, result) = (&operation.call, operation.result.as_ref());
            let only_looks = result.is_some() && self.object.effect(call, result) == Effect::None;
            let part = self.parts[index];
            let before: Vec<S::State> = match reached.states.get(&part) {
                Some(state) => vec![state.clone()],
                None => self.object.initial().into_iter().collect(),
            };
            // Where it is not known how the part began, to look tells.
            let is_certain = before.len() == 1;
            let others = open.len();
            for after in before.iter().flat_map(|state| self.object.apply(state, call, result)) {
                let mut next = reached.clone();
                next.done[client] += 1;
                next.states.insert(part, after);
                let bytes = self.size(&next);
                self.budget.bytes = self.budget.bytes.checked_sub(bytes).ok_or(Lack::Bytes)?;
                self.orders.push((index, order));
                open.push((next, Some(self.orders.len() - 1)));
            }
            if only_looks && is_certain && open.len() > others {
                for (left_out, _) in open.drain(begin..others) {
                    self.budget.bytes += self.size(&left_out);
                }
                break;
            }
        }
        Ok(())
    }

    /// The operations of an order.
    fn order(&self, mut at: Option<usize>) -> Vec<usize> {
        let mut order = Vec::new();
        while let Some(number) = at {
            let (index, before) = self.orders[number];
            order.push(index);
            at = before;
        }
        order.reverse();
        order
    }
}
