//! A look ahead: from some states, one of the next reads cannot be explained any more.

use super::search::{Search, has};
use super::seen::Configuration;
use crate::history::Sequential;
use crate::history::sequential::Effect;

/// How many reads are looked ahead to.
const MOST_AHEAD: usize = 4;

impl<S: Sequential> Search<'_, S> {
    /// Whether one of the next reads will not fit: until it returns, operations can only add to the
    /// state, or to one that is put in its place.
    pub(super) fn is_hopeless(&self, it: &Configuration) -> bool {
        let now = self.part.returned[it.level as usize].returned;
        let looks = self.part.words.changes * 64;
        let waits = |read: &u32| {
            let read = &self.part.returned[*read as usize];
            read.invoked > now || !has(&self.set, looks + read.bit as usize)
        };
        let reads = self.part.next_reads(it.level as usize).filter(waits);
        reads.take(MOST_AHEAD).any(|read| {
            let state = self.states.value(it.state);
            !self.is_within_reach(state, read) && !self.may_be_replaced(it, read)
        })
    }

    fn is_within_reach(&self, state: &S::State, read: u32) -> bool {
        let operation = &self.operations[self.part.returned[read as usize].index];
        self.object.is_within_reach(state, &operation.call, operation.result.as_ref())
    }

    /// Whether an operation that is open, or will be before the read returns, may replace the state
    /// by one that can lead to the read.
    fn may_be_replaced(&self, it: &Configuration, read: u32) -> bool {
        let level = it.level as usize;
        let now = self.part.returned[level].returned;
        let leads = |effect: Effect, index: usize| match effect {
            Effect::None | Effect::Adds => false,
            Effect::Any => true,
            Effect::Replaces => {
                let state = self.states.value(it.state);
                let call = &self.operations[index].call;
                let mut replaced = self.object.apply(state, call, None).into_iter();
                replaced.any(|state| self.is_within_reach(&state, read))
            }
        };
        let open = self.part.open(level).1.iter().map(|&other| &self.part.returned[other as usize]);
        let mut open = open.filter(|other| !has(&self.set, other.bit as usize));
        let pending = self.part.pending.iter().zip(self.counts.of(it.used));
        let mut pending = pending.filter(|(kind, used)| {
            kind.invoked.get(**used as usize).is_some_and(|invoked| *invoked <= now)
        });
        let mut later = self.part.replaced_between(now, self.part.returned[read as usize].returned);
        open.any(|other| leads(other.effect, other.index))
            || pending.any(|(kind, _)| leads(kind.effect, kind.indices[0]))
            || later.any(|index| leads(Effect::Replaces, index))
    }
}
