//! The order of writes to registers, where it is not known: all are tried.

use super::graph::Graph;
use super::observed::Observed;
use super::{Anomaly, Clash, Store, Transaction, Verdict, witness};
use crate::consistency::order::Order;
use crate::history::linearizability::Lack;
use crate::layer::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How many bytes the order that is tried may take, with what it takes to undo it.
const BYTES: usize = 512 << 20;

/// Looks for an order in which every read sees the last write before it. What the order of the file
/// suggests is tried first.
pub(super) fn search<K: Value + Ord, V: Value + Ord>(
    transactions: &[Transaction<K, V>],
    graph: &Graph<K, V>,
    seen: &Observed<K, V>,
    mut steps: u64,
) -> Verdict<K, V> {
    let problem = Problem::of(seen);
    if Order::bytes(problem.transactions.len()) > BYTES {
        return Verdict::NotDecided(Lack::Bytes);
    }
    let mut order = problem.start(graph);
    // Of the choices that led here: what was so before, and what else may be chosen.
    let mut choices = Vec::new();
    let (mut tried, mut first_clash) = (0, None);
    loop {
        match problem.settle(&mut order, &mut steps) {
            Settled::OutOfSteps => return Verdict::NotDecided(Lack::Steps),
            Settled::Clash(clash) => {
                tried += 1;
                let clash = first_clash.get_or_insert(clash);
                let Some((mark, first, second)) = choices.pop() else {
                    let clash = clash.clone();
                    return Verdict::NotSerializable(Anomaly::NoOrder { tried, clash });
                };
                order.undo(mark);
                order.add(first, second);
            }
            Settled::Open(a, b) => {
                let guess = problem.line_up(&order);
                if witness::fits(Store::Registers, transactions, &guess) {
                    return Verdict::Serializable(guess);
                }
                let (first, second) = (a.min(b), a.max(b));
                choices.push((order.mark(), second, first));
                order.add(first, second);
            }
            Settled::Order => return Verdict::Serializable(problem.line_up(&order)),
        }
        if order.size() > BYTES {
            return Verdict::NotDecided(Lack::Bytes);
        }
    }
}

/// What must hold of an order of transactions, which have small numbers here.
struct Problem<'a, K> {
    /// The transactions, in the order of the file.
    transactions: &'a [usize],
    /// The number of each.
    numbers: BTreeMap<usize, usize>,
    /// Each key, and who wrote to it.
    keys: Vec<(&'a K, Vec<usize>)>,
    /// Reads of what somebody wrote: writer, reader, and which key.
    reads: Vec<(usize, usize, usize)>,
}

/// What became of an order once all that follows was added.
enum Settled<K> {
    /// It cannot be.
    Clash(Clash<K>),
    /// Every way to complete it will do.
    Order,
    /// It is open which of these two comes first.
    Open(usize, usize),
    /// Nobody knows: too much work.
    OutOfSteps,
}

impl<'a, K: Value + Ord> Problem<'a, K> {
    fn of<V: Value + Ord>(seen: &'a Observed<K, V>) -> Self {
        let transactions = seen.happened.as_slice();
        let numbers: BTreeMap<usize, usize> = transactions.iter().copied().zip(0..).collect();
        let writers = |written: &[(usize, &V)]| written.iter().map(|it| numbers[&it.0]).collect();
        let keys: Vec<(&K, Vec<usize>)> =
            seen.written.iter().map(|(key, written)| (*key, writers(written))).collect();
        let places: BTreeMap<&K, usize> = keys.iter().map(|(key, _)| *key).zip(0..).collect();
        let reads = seen.reads.iter().filter_map(|read| {
            Some((numbers[&read.writer?], numbers[&read.reader], *places.get(read.key)?))
        });
        let reads = reads.collect();
        Problem { transactions, numbers, keys, reads }
    }

    /// What is known of the order: there is no cycle in it.
    fn start<V: Value + Ord>(&self, graph: &Graph<K, V>) -> Order {
        let mut order = Order::of(self.transactions.len());
        for (from, to) in graph.pairs() {
            order.add(self.numbers[&from], self.numbers[&to]);
        }
        order
    }

    /// Adds what follows: a write is before the write that a read saw, or after that read.
    fn settle(&self, order: &mut Order, left: &mut u64) -> Settled<K> {
        loop {
            let mut open = None;
            let mut has_changed = false;
            for &(writer, reader, key) in &self.reads {
                let others = self.keys[key].1.iter().copied();
                for other in others.filter(|&other| other != writer && other != reader) {
                    let Some(rest) = left.checked_sub(1) else { return Settled::OutOfSteps };
                    *left = rest;
                    match (order.has(writer, other), order.has(other, reader)) {
                        (true, true) => {
                            return Settled::Clash(self.clash(writer, reader, other, key));
                        }
                        (true, false) if !order.has(reader, other) => order.add(reader, other),
                        (false, true) if !order.has(other, writer) => order.add(other, writer),
                        (false, false) => {
                            open = open.or(Some((other, writer)));
                            continue;
                        }
                        _ => continue,
                    };
                    has_changed = true;
                }
            }
            match open {
                _ if has_changed => {}
                Some((a, b)) => return Settled::Open(a, b),
                None => return Settled::Order,
            }
        }
    }

    fn clash(&self, writer: usize, reader: usize, other: usize, key: usize) -> Clash<K> {
        let [writer, reader, other] = [writer, reader, other].map(|it| self.transactions[it]);
        Clash { key: self.keys[key].0.clone(), writer, reader, other }
    }

    /// All transactions, each after all that must come before it, and else in the order of the file.
    fn line_up(&self, order: &Order) -> Vec<usize> {
        let all = self.transactions.len();
        let mut waits: Vec<usize> = vec![0; all];
        for after in (0..all).flat_map(|number| order.after(number)) {
            waits[after] += 1;
        }
        let mut free: BTreeSet<usize> = (0..all).filter(|&number| waits[number] == 0).collect();
        let mut line = Vec::new();
        while let Some(number) = free.pop_first() {
            line.push(self.transactions[number]);
            for after in order.after(number) {
                waits[after] -= 1;
                if waits[after] == 0 {
                    free.insert(after);
                }
            }
        }
        line
    }
}
