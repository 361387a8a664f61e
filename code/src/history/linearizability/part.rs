//! One part of an object: its operations, as the search needs them.

use super::OperationOf;
use super::tables::Numbered;
use crate::history::sequential::Effect;
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
    /// The reads: indices into `returned`.
    reads: Vec<u32>,
    /// Whether anything only adds to a state.
    may_look_ahead: bool,
    /// Where those are asked for that replace the state, in order; also the pending ones. And their
    /// indices.
    replacing: Vec<(u64, usize)>,
    /// The same for those of whose effect nothing is known.
    unknown: Vec<(u64, usize)>,
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
    /// What it does to states. What does nothing is called a read here.
    pub(super) effect: Effect,
    /// Its bit among those that are open at once, apart for reads.
    pub(super) bit: u32,
    /// The last one alike (same call, same result) that returned before it.
    pub(super) twin: Option<u32>,
}

/// A kind of operation that never returns: those of the same call.
pub(super) struct Pending {
    /// What they do to states.
    pub(super) effect: Effect,
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
            returned: Vec::with_capacity(indices.len()),
            pending: Vec::new(),
            open: Vec::with_capacity(2 * indices.len()),
            begins: Vec::with_capacity(indices.len()),
            reads: Vec::new(),
            may_look_ahead: false,
            replacing: Vec::new(),
            unknown: Vec::new(),
            words: Words { changes: 0, looks: 0 },
            is_cut_short: false,
        };
        let mut pending = Vec::new();
        for &index in indices {
            let operation = &operations[index];
            match Returned::of(object, operation, index).filter(|it| it.returned <= until) {
                Some(returned) => part.returned.push(returned),
                // One that only looks never matters if its result is not known.
                None if operation.invoked.position <= until
                    && object.effect(&operation.call, None) != Effect::None =>
                {
                    pending.push((operation.invoked.position, index));
                }
                None => {}
            }
        }
        part.returned.sort_by_key(|operation| operation.returned);
        part.find_twins(operations);
        part.sweep(bytes);
        part.sort_pending(object, operations, pending);
        part.prepare_to_look_ahead();
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

    /// The reads that return after `level` returns, in the order in which they do, up to the first
    /// operation asked for after that return of which nothing is known. None if nothing only adds.
    pub(super) fn next_reads(&self, level: usize) -> impl Iterator<Item = u32> {
        let end = match self.may_look_ahead {
            true => after(&self.unknown, self.returned[level].returned).first().copied(),
            false => Some((0, 0)),
        };
        let first = self.reads.partition_point(|read| (*read as usize) < level);
        let reads = self.reads[first..].iter().copied();
        reads.take_while(move |read| {
            end.is_none_or(|(end, _)| self.returned[*read as usize].returned < end)
        })
    }

    /// Those operations asked for after one position and before another that replace the state.
    pub(super) fn replaced_between(&self, from: u64, to: u64) -> impl Iterator<Item = usize> {
        let asked = after(&self.replacing, from).iter();
        asked.take_while(move |(asked, _)| *asked < to).map(|(_, index)| *index)
    }

    /// Prepares for looking ahead.
    fn prepare_to_look_ahead(&mut self) {
        self.may_look_ahead = self.returned.iter().any(|it| it.effect == Effect::Adds);
        if !self.may_look_ahead {
            return;
        }
        // The last to return is left out: if it is the one that cannot be placed, the states that
        // it cannot be placed in are wanted.
        let all = (0..).zip(&self.returned).take(self.returned.len().saturating_sub(1));
        self.reads = all.filter(|(_, it)| it.is_read()).map(|(number, _)| number).collect();
        let returned = self.returned.iter().map(|it| (it.effect, it.invoked, it.index));
        let pending = self.pending.iter().flat_map(|kind| {
            kind.invoked.iter().map(|invoked| (kind.effect, *invoked, kind.indices[0]))
        });
        let mut asked: Vec<_> = returned.chain(pending).collect();
        asked.sort_unstable_by_key(|(_, invoked, _)| *invoked);
        let of = |effect| {
            let these = asked.iter().filter(move |it| it.0 == effect);
            these.map(|(_, invoked, index)| (*invoked, *index)).collect()
        };
        (self.replacing, self.unknown) = (of(Effect::Replaces), of(Effect::Any));
    }

    fn find_twins<C: Eq + std::hash::Hash, T: Eq + std::hash::Hash>(
        &mut self,
        operations: &[Operation<C, T>],
    ) {
        let mut kinds = Numbered::with_room_for(self.returned.len());
        let mut last = Vec::new();
        let others = (0..).zip(&mut self.returned).filter(|(_, operation)| !operation.is_read());
        for (number, operation) in others {
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
                let open = if operation.is_read() { &mut reads } else { &mut others };
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
            let open = if operation.is_read() { &mut reads } else { &mut others };
            open.leave(level as u32, operation.bit);
        }
        self.words = Words { changes: others.words(), looks: reads.words() };
    }

    fn sort_pending<S: Sequential>(
        &mut self,
        object: &S,
        operations: &[OperationOf<S>],
        mut pending: Vec<(u64, usize)>,
    ) {
        let last = self.returned.last().map_or(0, |operation| operation.returned);
        pending.retain(|(invoked, _)| *invoked <= last);
        pending.sort_unstable();
        let mut kinds = Numbered::with_room_for(0);
        for (invoked, index) in pending {
            let (kind, is_new) = kinds.number(&operations[index].call);
            if is_new {
                let effect = object.effect(&operations[index].call, None);
                self.pending.push(Pending { effect, indices: Vec::new(), invoked: Vec::new() });
            }
            let kind = &mut self.pending[kind as usize];
            kind.indices.push(index);
            kind.invoked.push(invoked);
        }
    }
}

impl Returned {
    /// Whether it changes nothing.
    pub(super) fn is_read(&self) -> bool {
        self.effect == Effect::None
    }

    /// If it did and its result is known.
    fn of<S: Sequential>(object: &S, operation: &OperationOf<S>, index: usize) -> Option<Self> {
        let Operation { call, result, invoked, returned, .. } = operation;
        let returned = returned.filter(|_| result.is_some())?;
        Some(Returned {
            index,
            invoked: invoked.position,
            // Whatever the history says, no operation returns before its call.
            returned: returned.position.max(invoked.position),
            effect: object.effect(call, result.as_ref()),
            bit: 0,
            twin: None,
        })
    }
}

/// What was asked for after that position.
fn after(asked: &[(u64, usize)], position: u64) -> &[(u64, usize)] {
    &asked[asked.partition_point(|(asked, _)| *asked <= position)..]
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
