//! The search through configurations.

use super::part::Part;
use super::seen::{Configuration, Seen};
use super::tables::{Counts, NONE, Numbered};
use super::{Budget, Lack, OperationOf, Point};
use crate::history::Sequential;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A search for an order of the operations on one part of an object. It can be interrupted.
pub(super) struct Search<'a, S: Sequential> {
    pub(super) object: &'a S,
    pub(super) operations: &'a [OperationOf<S>],
    pub(super) part: Part,
    pub(super) states: Numbered<S::State>,
    pub(super) counts: Counts,
    seen: Seen,
    /// Every step ever taken, each with the one before it.
    log: Vec<Taken>,
    /// What is to be looked at. The best comes first: what has most returns behind it, then what
    /// used up the fewest operations that never return.
    frontier: BinaryHeap<Next>,
    /// The open operations that took effect in the configuration that is being made.
    pub(super) set: Vec<u64>,
    steps: u64,
    bytes_of_states: u64,
    found: Option<u32>,
    has_begun: bool,
}

/// An operation took effect.
#[derive(Clone, Copy)]
struct Taken {
    /// What took effect before: an index in the log.
    before: u32,
    /// How many returns were behind it.
    level: u32,
    operation: usize,
}

type Next = (u32, Reverse<u32>, Reverse<Turn>, Reverse<u32>);

/// What is done with a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    /// First the operation that must take effect now is tried …
    Due,
    /// … later, and only if that leads nowhere, everything else.
    Others,
}

/// How a search came out.
pub(super) enum Outcome {
    /// There is an order.
    Found(Vec<Point>),
    /// There is none.
    Refuted,
    /// It is not finished.
    Ended(Lack),
}

impl<'a, S: Sequential> Search<'a, S> {
    /// Of an order of the operations with these indices, up to a position if one is given. There
    /// will be no more memory for it than this.
    pub(super) fn new(
        object: &'a S,
        operations: &'a [OperationOf<S>],
        indices: &[usize],
        until: Option<u64>,
        bytes: u64,
    ) -> Self {
        let part = Part::new(object, operations, indices, until, bytes);
        let likely = part.returned.len();
        Search {
            object,
            operations,
            states: Numbered::with_room_for(likely),
            counts: Counts::new(part.pending.len()),
            seen: Seen::new(part.words, likely),
            log: Vec::with_capacity(likely),
            frontier: BinaryHeap::new(),
            set: vec![0; part.words.changes + part.words.looks],
            part,
            steps: 0,
            bytes_of_states: 0,
            found: None,
            has_begun: false,
        }
    }

    /// How many steps were made in all.
    pub(super) fn steps(&self) -> u64 {
        self.steps
    }

    /// Goes on for so many steps, within so much memory.
    pub(super) fn run(&mut self, budget: Budget) -> Outcome {
        if self.part.is_cut_short {
            return Outcome::Ended(Lack::Bytes);
        }
        let end = self.steps.saturating_add(budget.steps);
        if !std::mem::replace(&mut self.has_begun, true) {
            for state in self.object.initial() {
                self.set.fill(0);
                let (state, used) = (self.number(state), 0);
                self.enter(Configuration { level: 0, state, used, tail: NONE });
            }
        }
        while self.found.is_none() {
            if self.bytes() > budget.bytes {
                return Outcome::Ended(Lack::Bytes);
            }
            if self.steps >= end {
                return Outcome::Ended(Lack::Steps);
            }
            match self.frontier.pop() {
                Some((.., Reverse(turn), Reverse(number))) => {
                    self.expand(number, turn, budget.bytes);
                }
                None => return Outcome::Refuted,
            }
        }
        Outcome::Found(self.order(self.found))
    }

    /// Enters the configurations that this one leads to.
    fn expand(&mut self, number: u32, turn: Turn, bytes: u64) {
        let (from, _) = self.seen.get(number);
        let level = from.level as usize;
        if turn == Turn::Due && !self.part.returned[level].is_read() {
            self.take(number, from.level);
            self.wait(number, Turn::Others);
            return;
        }
        // A read that is due did not fit: only another operation can help.
        for place in 0..self.part.open(level).1.len() {
            let other = self.part.open(level).1[place];
            if other != from.level && !self.has_taken(number, other) && self.is_first(number, other)
            {
                self.take(number, other);
            }
        }
        for kind in 0..self.part.pending.len() {
            if self.bytes() > bytes {
                // Nothing is lost: with more memory, it is looked at again.
                return self.wait(number, Turn::Others);
            }
            self.take_pending(number, kind);
        }
    }

    /// Lets an operation that returns take effect.
    fn take(&mut self, number: u32, taken: u32) {
        let (from, _) = self.seen.get(number);
        let returned = &self.part.returned[taken as usize];
        let (index, bit) = (returned.index, returned.bit as usize);
        let operation = &self.operations[index];
        let (call, result) = (&operation.call, operation.result.as_ref());
        self.steps += 1;
        let object = self.object;
        let mut states = object.apply(self.states.value(from.state), call, result).into_iter();
        let (first, others) = (states.next(), states.collect::<Vec<_>>());
        for state in first.into_iter().chain(others) {
            self.set.copy_from_slice(self.seen.get(number).1);
            self.set[bit / 64] |= 1 << (bit % 64);
            let (state, tail) = (self.number(state), self.log(from.tail, from.level, index));
            self.enter(Configuration { state, tail, ..from });
        }
    }

    /// Lets an operation take effect that never returns.
    fn take_pending(&mut self, number: u32, kind: usize) {
        let (from, _) = self.seen.get(number);
        let pending = &self.part.pending[kind];
        let used_up = self.counts.of(from.used)[kind] as usize;
        let now = self.part.returned[from.level as usize].returned;
        if pending.invoked.get(used_up).is_none_or(|invoked| *invoked > now) {
            return;
        }
        let index = pending.indices[used_up];
        self.steps += 1;
        let call = &self.operations[index].call;
        let object = self.object;
        let mut states = object.apply(self.states.value(from.state), call, None).into_iter();
        let (first, others) = (states.next(), states.collect::<Vec<_>>());
        for state in first.into_iter().chain(others) {
            let state = self.number(state);
            // What changes nothing is not worth an operation.
            if state != from.state {
                self.set.copy_from_slice(self.seen.get(number).1);
                let used = self.counts.one_more(from.used, kind);
                let tail = self.log(from.tail, from.level, index);
                self.enter(Configuration { state, used, tail, ..from });
            }
        }
    }

    /// Enters a configuration, whose set is `self.set`, unless one at least as good was met.
    fn enter(&mut self, mut it: Configuration) {
        let levels = self.part.returned.len();
        let mut news = 0;
        while (it.level as usize) < levels {
            self.look(&mut it, news);
            let due = &self.part.returned[it.level as usize];
            let start = if due.is_read() { self.part.words.changes } else { 0 };
            let (word, bit) = (start + due.bit as usize / 64, 1 << (due.bit % 64));
            if self.set[word] & bit == 0 {
                if self.is_hopeless(&it) {
                    return;
                }
                if let Some(number) = self.seen.enter(it, &self.set, &self.counts) {
                    self.wait(number, Turn::Due);
                }
                return;
            }
            self.set[word] &= !bit;
            news = due.returned;
            it.level += 1;
        }
        self.found = Some(it.tail);
    }

    /// Lets all reads take effect that fit, of those asked for after `news`.
    fn look(&mut self, it: &mut Configuration, news: u64) {
        let (reads, _) = self.part.open(it.level as usize);
        for &read in reads {
            let returned = &self.part.returned[read as usize];
            let word = self.part.words.changes + returned.bit as usize / 64;
            let bit = 1 << (returned.bit % 64);
            if self.set[word] & bit == 0 && returned.invoked >= news {
                let operation = &self.operations[returned.index];
                let (call, result) = (&operation.call, operation.result.as_ref());
                self.steps += 1;
                let state = self.states.value(it.state);
                if self.object.apply(state, call, result).into_iter().next().is_some() {
                    self.set[word] |= bit;
                    let taken =
                        Taken { before: it.tail, level: it.level, operation: returned.index };
                    it.tail = self.log.len() as u32;
                    self.log.push(taken);
                }
            }
        }
    }

    fn has_taken(&self, number: u32, other: u32) -> bool {
        has(self.seen.get(number).1, self.part.returned[other as usize].bit as usize)
    }

    /// Whether no operation that is alike, also open, and returns earlier, has yet to take effect:
    /// of those alike, the first to return may as well be the first to take effect.
    fn is_first(&self, number: u32, other: u32) -> bool {
        let (from, _) = self.seen.get(number);
        let now = self.part.returned[from.level as usize].returned;
        self.part.returned[other as usize].twin.is_none_or(|twin| {
            let is_open = twin >= from.level && self.part.returned[twin as usize].invoked <= now;
            !is_open || self.has_taken(number, twin)
        })
    }

    fn wait(&mut self, number: u32, turn: Turn) {
        let (it, _) = self.seen.get(number);
        let used = self.counts.total(it.used);
        self.frontier.push((it.level, Reverse(used), Reverse(turn), Reverse(number)));
    }

    fn number(&mut self, state: S::State) -> u32 {
        let size = self.object.size(&state) as u64;
        let (number, is_new) = self.states.number(state);
        if is_new {
            self.bytes_of_states += size;
        }
        number
    }

    fn log(&mut self, before: u32, level: u32, operation: usize) -> u32 {
        self.log.push(Taken { before, level, operation });
        self.log.len() as u32 - 1
    }

    /// About how much memory is used.
    fn bytes(&self) -> u64 {
        let fixed = self.log.len() * size_of::<Taken>()
            + self.frontier.len() * size_of::<Next>()
            + self.states.len() * 24;
        fixed as u64
            + self.bytes_of_states
            + self.seen.bytes()
            + self.counts.bytes()
            + self.part.bytes()
    }

    /// What took effect up to this entry of the log, in order.
    fn order(&self, tail: Option<u32>) -> Vec<Point> {
        let mut order = Vec::new();
        let mut tail = tail.unwrap_or(NONE);
        while tail != NONE {
            let Taken { before, level, operation } = self.log[tail as usize];
            order.push(Point { before: self.part.returned[level as usize].returned, operation });
            tail = before;
        }
        order.reverse();
        order
    }

    /// Where a search that found no order came to a stop: how many returns were behind it, the
    /// order up to there, and the states just before the next return.
    pub(super) fn stop(&self, most: usize) -> (usize, Vec<Point>, Vec<S::State>) {
        let all = self.seen.all();
        let level = all.iter().map(|it| it.level).max().unwrap_or(0);
        let mut at_stop = all.iter().filter(|it| it.level == level);
        let mut states: Vec<u32> = at_stop.clone().map(|it| it.state).collect();
        states.sort_unstable();
        states.dedup();
        let first = at_stop.next().map(|it| it.tail);
        let states = states.iter().take(most).map(|&state| self.states.value(state).clone());
        (level as usize, self.order(first), states.collect())
    }
}

/// Whether the set has this bit.
pub(super) fn has(set: &[u64], bit: usize) -> bool {
    set[bit / 64] >> (bit % 64) & 1 == 1
}
