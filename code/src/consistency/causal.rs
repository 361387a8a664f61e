//! Causal memory.

use super::cycle::{Edges, path};
use super::order::Order;
use super::registers::{Access, Ambiguous, Seen};
use super::{Because, Verdict, Why};
use crate::layer::Value;

/// A history of more accesses than that is too long: what comes causally before what takes a bit for
/// each pair.
const MOST: usize = 20_000;

/// Whether each client can be given an order of its own accesses and all writes, in which every one
/// of its reads sees the last write, and what comes causally first does so: one client's accesses in
/// turn, a write before the reads that saw it, and what follows from these (causal memory).
pub fn causal<K: Value + Ord, V: Value + Ord>(
    accesses: &[Access<K, V>],
) -> Result<Verdict, Ambiguous<K, V>> {
    let seen = Seen::of(accesses)?;
    if let Some(nowhere) = seen.nowhere {
        return Ok(Verdict::Broken(vec![nowhere]));
    }
    if accesses.len() > MOST {
        return Ok(Verdict::NotDecided);
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
    for &client in seen.clients.keys() {
        if let Err(steps) = view.clone().see(&seen, client) {
            return Ok(Verdict::Broken(steps));
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

    /// Adds what follows for one client: whatever came before one of its reads, and is not what it
    /// read, is older than that.
    fn see<K: Value + Ord, V: Value + Ord>(
        mut self,
        seen: &Seen<K, V>,
        client: u32,
    ) -> Result<(), Vec<Because>> {
        let mut has_changed = true;
        while has_changed {
            has_changed = false;
            for &read in &seen.clients[&client] {
                let Some(source) = seen.source.get(&read) else { continue };
                let writes = seen.writes.get(&seen.accesses[read].key);
                for &other in writes.into_iter().flatten().filter(|&other| Some(*other) != *source)
                {
                    if !self.order.has(other, read) {
                        continue;
                    }
                    let Some(source) = *source else {
                        return Err(self.saw_nothing(other, read));
                    };
                    if !self.order.has(other, source) {
                        let accesses = vec![other, source, read];
                        let added = self.add(other, source, accesses, Why::Overwritten);
                        added.map_err(|steps| self.explained(other, read, steps))?;
                        has_changed = true;
                    }
                }
            }
        }
        Ok(())
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
