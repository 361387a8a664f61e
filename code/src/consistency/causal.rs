//! Causal memory.

use super::cycle::{Edges, path};
use super::order::Order;
use super::registers::{Access, Ambiguous, Seen};
use super::{Because, Verdict, Why};
use crate::history::linearizability::Lack;
use crate::layer::Value;

/// A history of more accesses than that is too long: what comes causally before what takes a bit for
/// each pair.
const MOST: usize = 20_000;

/// Whether each client can be given an order of its own accesses and all writes, in which every one
/// of its reads sees the last write, and what comes causally first does so: one client's accesses in
/// turn, a write before the reads that saw it, and what follows from these (causal memory).
///
/// Gives up after so many steps: comparisons of a read with a write, or changes to an order.
pub fn causal<K: Value + Ord, V: Value + Ord>(
    accesses: &[Access<K, V>],
    mut steps: u64,
) -> Result<Verdict, Ambiguous<K, V>> {
    let seen = Seen::of(accesses)?;
    if let Some(nowhere) = seen.nowhere {
        return Ok(Verdict::Broken(vec![nowhere]));
    }
    if accesses.len() > MOST {
        return Ok(Verdict::NotDecided(Lack::Bytes));
    }
    let mut view =
        View { order: Order::of(accesses.len()), because: Vec::new(), edges: Edges::new() };
    for indices in seen.clients.values() {
        for pair in indices.windows(2) {
            if let Err(steps) = view.add(pair[0], pair[1], pair.to_vec(), Why::InTurn) {
                return Ok(Verdict::Broken(steps));
            }
        }
    }
    for (&read, source) in &seen.source {
        let Some(write) = *source else { continue };
        if let Err(steps) = view.add(write, read, vec![write, read], Why::Read) {
            return Ok(Verdict::Broken(steps));
        }
    }
    // Who reads nothing sees no contradiction.
    let reads = |index: &usize| seen.source.contains_key(index);
    for indices in seen.clients.values().filter(|indices| indices.iter().any(reads)) {
        match view.clone().see(&seen, indices, &mut steps) {
            Verdict::Kept => {}
            other => return Ok(other),
        }
    }
    Ok(Verdict::Kept)
}

/// What comes before what, for all clients or as one of them sees it.
#[derive(Clone)]
struct View {
    order: Order,
    /// The steps that led there, by number.
    because: Vec<Because>,
    edges: Edges,
}

impl View {
    /// Puts `b` after `a`; if it came before already, the steps that say so, and this one.
    fn add(
        &mut self,
        a: usize,
        b: usize,
        accesses: Vec<usize>,
        why: Why,
    ) -> Result<(), Vec<Because>> {
        let because = Because { accesses, why };
        if self.order.add(a, b) {
            self.edges.entry(a).or_default().push((b, self.because.len()));
            self.because.push(because);
            return Ok(());
        }
        let way = path(&self.edges, b, a).unwrap_or_default();
        let mut steps: Vec<Because> =
            way.into_iter().map(|number| self.because[number].clone()).collect();
        steps.push(because);
        Err(steps)
    }

    /// Adds what follows for one client, of which these are the accesses: whatever came before one of
    /// its reads, and is not what it read, is older than that.
    fn see<K: Value + Ord, V: Value + Ord>(
        mut self,
        seen: &Seen<K, V>,
        indices: &[usize],
        steps: &mut u64,
    ) -> Verdict {
        let mut has_changed = true;
        while has_changed {
            has_changed = false;
            for &read in indices {
                let Some(source) = seen.source.get(&read) else { continue };
                let writes = seen.writes.get(&seen.accesses[read].key);
                // The last write first: it is often after the others, which then need nothing more.
                let writes = writes.into_iter().flatten().rev().copied();
                for other in writes.filter(|other| Some(*other) != *source) {
                    let Some(rest) = steps.checked_sub(1) else {
                        return Verdict::NotDecided(Lack::Steps);
                    };
                    *steps = rest;
                    if !self.order.has(other, read) {
                        continue;
                    }
                    let Some(source) = *source else {
                        return Verdict::Broken(self.saw_nothing(other, read));
                    };
                    if !self.order.has(other, source) {
                        let accesses = vec![other, source, read];
                        if let Err(why) = self.add(other, source, accesses, Why::Overwritten) {
                            return Verdict::Broken(self.explained(other, read, why));
                        }
                        *steps = steps.saturating_sub(seen.accesses.len() as u64);
                        has_changed = true;
                    }
                }
            }
        }
        Verdict::Kept
    }

    /// Why it is wrong that the read saw nothing.
    fn saw_nothing(&self, write: usize, read: usize) -> Vec<Because> {
        let nothing = Because { accesses: vec![write, read], why: Why::SawNothing };
        self.explained(write, read, vec![nothing])
    }

    /// These steps, and before them those that say why the write comes before the read.
    fn explained(&self, write: usize, read: usize, steps: Vec<Because>) -> Vec<Because> {
        let way = path(&self.edges, write, read).unwrap_or_default();
        let mut all: Vec<Because> =
            way.into_iter().map(|number| self.because[number].clone()).collect();
        for step in steps {
            if !all.contains(&step) {
                all.push(step);
            }
        }
        all
    }
}
