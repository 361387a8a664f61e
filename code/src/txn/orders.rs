//! The order of writes to registers, where it is not known: all are tried.

use super::graph::Graph;
use super::observed::Observed;
use super::{Anomaly, Verdict};
use crate::consistency::order::Order;
use crate::layer::Value;
use std::collections::BTreeMap;

/// How many bytes the orders that are still to be tried may take.
const BYTES: usize = 512 << 20;

/// Looks for an order in which every read sees the last write before it.
pub(super) fn search<K: Value + Ord, V: Value + Ord>(
    graph: &Graph<K, V>,
    seen: &Observed<K, V>,
    steps: u64,
) -> Verdict<K, V> {
    let problem = Problem::of(graph, seen);
    let all = problem.transactions.len();
    let bytes = Order::bytes(all);
    if bytes > BYTES {
        return Verdict::NotDecided;
    }
    let Some(first) = problem.start(graph) else {
        return Verdict::NotSerializable(Anomaly::NoOrder(1));
    };
    let mut open = vec![first];
    let (mut left, mut tried) = (steps, 0);
    while let Some(mut order) = open.pop() {
        match problem.settle(&mut order, &mut left) {
            Settled::Contradiction => tried += 1,
            Settled::Order => return Verdict::Serializable(problem.line_up(&order)),
            Settled::OutOfSteps => return Verdict::NotDecided,
            Settled::Open(a, b) => {
                if (open.len() + 2).saturating_mul(bytes) > BYTES {
                    return Verdict::NotDecided;
                }
                for (first, second) in [(b, a), (a, b)] {
                    let mut next = order.clone();
                    if next.add(first, second) {
                        open.push(next);
                    } else {
                        tried += 1;
                    }
                }
            }
        }
    }
    Verdict::NotSerializable(Anomaly::NoOrder(tried))
}

/// What must hold of an order of transactions, which have small numbers here.
struct Problem {
    /// The transactions.
    transactions: Vec<usize>,
    /// Reads of what somebody wrote: writer, reader, and the others that wrote to the same key.
    reads: Vec<(usize, usize, Vec<usize>)>,
}

/// What became of an order once all that follows was added.
enum Settled {
    /// It cannot be.
    Contradiction,
    /// Every way to complete it will do.
    Order,
    /// It is open which of these two comes first.
    Open(usize, usize),
    /// Nobody knows: too much work.
    OutOfSteps,
}

impl Problem {
    fn of<K: Value + Ord, V: Value + Ord>(graph: &Graph<K, V>, seen: &Observed<K, V>) -> Self {
        // In an order that fits what is known, so that a first guess is often right.
        let transactions = graph.order();
        let number: BTreeMap<usize, usize> = transactions.iter().copied().zip(0..).collect();
        let mut reads = Vec::new();
        for read in &seen.reads {
            let Some(writer) = read.writer else { continue };
            let all = seen.written.get(read.key).map(Vec::as_slice).unwrap_or_default();
            let others = all.iter().map(|(other, _)| *other);
            let others = others.filter(|other| *other != writer && *other != read.reader);
            let others = others.map(|other| number[&other]).collect();
            reads.push((number[&writer], number[&read.reader], others));
        }
        Problem { transactions, reads }
    }

    /// What is known of the order.
    fn start<K: Value + Ord, V: Value + Ord>(&self, graph: &Graph<K, V>) -> Option<Order> {
        let number: BTreeMap<usize, usize> = self.transactions.iter().copied().zip(0..).collect();
        let mut order = Order::of(self.transactions.len());
        graph.pairs().all(|(from, to)| order.add(number[&from], number[&to])).then_some(order)
    }

    /// Adds what follows: a write is before the write that a read saw, or after that read.
    fn settle(&self, order: &mut Order, left: &mut u64) -> Settled {
        loop {
            let mut open = None;
            let mut has_changed = false;
            for (writer, reader, others) in &self.reads {
                for &other in others {
                    let Some(rest) = left.checked_sub(1) else { return Settled::OutOfSteps };
                    *left = rest;
                    let follows = match (order.has(*writer, other), order.has(other, *reader)) {
                        (true, true) => return Settled::Contradiction,
                        (true, false) if !order.has(*reader, other) => (*reader, other),
                        (false, true) if !order.has(other, *writer) => (other, *writer),
                        (false, false)
                            if !order.has(*reader, other) && !order.has(other, *writer) =>
                        {
                            open = open.or(Some((other, *writer)));
                            continue;
                        }
                        _ => continue,
                    };
                    if !order.add(follows.0, follows.1) {
                        return Settled::Contradiction;
                    }
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

    /// All transactions, each after all that must come before it.
    fn line_up(&self, order: &Order) -> Vec<usize> {
        let all = self.transactions.len();
        let mut numbers: Vec<usize> = (0..all).collect();
        // Whatever comes later has fewer after it.
        numbers.sort_by_key(|&number| std::cmp::Reverse(order.count_after(number)));
        numbers.into_iter().map(|number| self.transactions[number]).collect()
    }
}
