//! One part of an object: its operations, as the search needs them.

use super::OperationOf;
use super::tables::Numbered;
use crate::history::{Operation, Sequential};

/// The operations on one part of an object.
pub(super) struct Part {
    /// Those that returned, in the order in which they did. So the n-th of them is the one whose
    /// return is the next after n returns.
    pub(super) returned: Vec<Returned>,
    /// Those that never return, by kind: alike are those of the same call.
    pub(super) pending: Vec<Pending>,
    /// The operations open at each return, itself included: indices into `returned`, reads first.
    open: Vec<u32>,
    /// Where in `open` those of each return begin, and where its reads end.
    begins: Vec<(usize, usize)>,
    /// How many words hold a bit for each read that is open at once, or for each other operation.
    pub(super) words: Words,
    /// Whether there is no memory for more.
    pub(super) is_cut_short: bool,
}

/// An operation that returned.
pub(super) struct Returned {
    /// Its index in the history.
    pub(super) index: usize,
    /// Where in the history it was asked for.
    pub(super) invoked: u64,
    /// Where in the history it returned.
    pub(super) returned: u64,
    /// Whether it changes nothing: a read.
    pub(super) only_looks: bool,
    /// Its bit among those that are open at once, apart for reads.
    pub(super) bit: u32,
    /// The last one alike (same call, same result) that returned before it.
    pub(super) twin: Option<u32>,
}

/// A kind of operation that never returns: those of the same call.
pub(super) struct Pending {
    /// Their indices in the history, in the order in which they were asked for.
    pub(super) indices: Vec<usize>,
    /// Where they were asked for.
    pub(super) invoked: Vec<u64>,
}

/// How many words the sets of open operations need.
#[derive(Clone, Copy)]
pub(super) struct Words {
    pub(super) changes: usize,
    pub(super) looks: usize,
}

impl Part {
    /// Of the operations with these indices. If `until` is given, only what happened up to that
    /// position is looked at: what is open then is pending.
    pub(super) fn new<S: Sequential>(
        object: &S,
        operations: &[OperationOf<S>],
        indices: &[usize],
        until: Option<u64>,
        bytes: u64,
    ) -> Self {
        let until = until.unwrap_or(u64::MAX);
        let mut part = Part {
            returned: Vec::new(),
            pending: Vec::new(),
            open: Vec::new(),
            begins: Vec::new(),
            words: Words { changes: 0, looks: 0 },
            is_cut_short: false,
        };
        let mut pending = Vec::new();
        for &index in indices {
            let operation = &operations[index];
            let invoked = operation.invoked.position;
            match returned_at(operation).filter(|returned| *returned <= until) {
                Some(returned) => {
                    let only_looks = object.only_looks(&operation.call, operation.result.as_ref());
                    let (bit, twin) = (0, None);
                    let returned = Returned { index, invoked, returned, only_looks, bit, twin };
                    part.returned.push(returned);
                }
                // One that only looks never matters.
                None if invoked <= until && !object.only_looks(&operation.call, None) => {
                    pending.push((invoked, index));
                }
                None => {}
            }
        }
        part.returned.sort_by_key(|operation| operation.returned);
        part.find_twins(operations);
        part.sweep(bytes);
        part.sort_pending(operations, pending);
        part
    }

    /// The operations open at the return number `level`: the reads, and the others.
    pub(super) fn open(&self, level: usize) -> (&[u32], &[u32]) {
        let (begin, changes) = self.begins[level];
        let end = self.begins.get(level + 1).map_or(self.open.len(), |(begin, _)| *begin);
        (&self.open[begin..changes], &self.open[changes..end])
    }

    /// About how much memory it takes.
    pub(super) fn bytes(&self) -> u64 {
        let each = size_of::<Returned>() + size_of::<(usize, usize)>();
        (self.returned.len() * each + size_of_val(&*self.open)) as u64
    }

    fn find_twins<C: Eq + std::hash::Hash, T: Eq + std::hash::Hash>(
        &mut self,
        operations: &[Operation<C, T>],
    ) {
        let mut kinds = Numbered::new();
        let mut last = Vec::new();
        for (number, operation) in (0..).zip(&mut self.returned) {
            let Operation { call, result, .. } = &operations[operation.index];
            let (kind, is_new) = kinds.number((call, result));
            if is_new {
                last.push(number);
            } else {
                operation.twin = Some(std::mem::replace(&mut last[kind as usize], number));
            }
        }
    }

    /// Goes through all calls and returns in order, to find out what is open when.
    fn sweep(&mut self, bytes: u64) {
        let mut by_call: Vec<u32> = (0..self.returned.len() as u32).collect();
        by_call.sort_by_key(|&number| self.returned[number as usize].invoked);
        let mut calls = by_call.into_iter().peekable();
        let (mut reads, mut others) = (Open::default(), Open::default());
        for level in 0..self.returned.len() {
            let now = self.returned[level].returned;
            while let Some(number) =
                calls.next_if(|&number| self.returned[number as usize].invoked <= now)
            {
                let operation = &mut self.returned[number as usize];
                let open = if operation.only_looks { &mut reads } else { &mut others };
                operation.bit = open.enter(number);
            }
            let begin = self.open.len();
            self.open.extend_from_slice(&reads.numbers);
            self.begins.push((begin, self.open.len()));
            self.open.extend_from_slice(&others.numbers);
            if self.open.len() as u64 * 4 > bytes {
                self.is_cut_short = true;
                return;
            }
            let operation = &self.returned[level];
            let open = if operation.only_looks { &mut reads } else { &mut others };
            open.leave(level as u32, operation.bit);
        }
        self.words = Words { changes: others.words(), looks: reads.words() };
    }

    fn sort_pending<C: Eq + std::hash::Hash, T>(
        &mut self,
        operations: &[Operation<C, T>],
        mut pending: Vec<(u64, usize)>,
    ) {
        let last = self.returned.last().map_or(0, |operation| operation.returned);
        pending.retain(|(invoked, _)| *invoked <= last);
        pending.sort_unstable();
        let mut kinds = Numbered::new();
        for (invoked, index) in pending {
            let (kind, is_new) = kinds.number(&operations[index].call);
            if is_new {
                self.pending.push(Pending { indices: Vec::new(), invoked: Vec::new() });
            }
            let kind = &mut self.pending[kind as usize];
            kind.indices.push(index);
            kind.invoked.push(invoked);
        }
    }
}

/// Where the operation returned, if it did and is known to have.
pub(super) fn returned_at<C, T>(operation: &Operation<C, T>) -> Option<u64> {
    let returned = operation.returned.filter(|_| operation.result.is_some())?;
    // Whatever the history says, no operation returns before its call.
    Some(returned.position.max(operation.invoked.position))
}

/// What is open at one moment, with a bit for each.
#[derive(Default)]
struct Open {
    numbers: Vec<u32>,
    free: Vec<u32>,
    bits: u32,
}

impl Open {
    fn enter(&mut self, number: u32) -> u32 {
        self.numbers.push(number);
        self.free.pop().unwrap_or_else(|| {
            self.bits += 1;
            self.bits - 1
        })
    }
    fn leave(&mut self, number: u32, bit: u32) {
        self.numbers.retain(|other| *other != number);
        self.free.push(bit);
    }
    fn words(&self) -> usize {
        self.bits.div_ceil(64) as usize
    }
}
