//! A look ahead: from some states, one of the next reads cannot be explained any more.

use super::search::{Search, has};
use super::seen::Configuration;
use crate::history::sequential::Effect;
use crate::history::{Operation, Sequential};

/// How many reads are looked ahead to.
const MOST_AHEAD: usize = 4;

impl<S: Sequential> Search<'_, S> {
    /// Whether one of the next reads will not fit: until then, only operations can take effect that
    /// add to the state, or to one that an operation which is now open puts in its place.
    pub(super) fn is_hopeless(&self, it: &Configuration) -> bool {
        let level = it.level as usize;
        let mut reads = self.part.next_reads(level).peekable();
        if reads.peek().is_none() {
            return false;
        }
        let Some(starts) = self.starts(it) else { return false };
        let now = self.part.returned[level].returned;
        let looks = self.part.words.changes * 64;
        let waits = |read: &u32| {
            let returned = &self.part.returned[*read as usize];
            returned.invoked > now || !has(&self.set, looks + returned.bit as usize)
        };
        let state = self.states.value(it.state);
        reads.filter(waits).take(MOST_AHEAD).any(|read| {
            let operation = &self.operations[self.part.returned[read as usize].index];
            let (call, result) = (&operation.call, operation.result.as_ref());
            let fits = |state| self.object.is_within_reach(state, call, result);
            !fits(state) && !starts.iter().any(fits)
        })
    }

    /// The states that operations which are now open may put in the place of this one; none if
    /// there is no telling.
    fn starts(&self, it: &Configuration) -> Option<Vec<S::State>> {
        let level = it.level as usize;
        let now = self.part.returned[level].returned;
        let state = self.states.value(it.state);
        let mut starts = Vec::new();
        for &other in self.part.open(level).1 {
            let returned = &self.part.returned[other as usize];
            if !has(&self.set, returned.bit as usize) {
                let Operation { call, result, .. } = &self.operations[returned.index];
                match returned.effect {
                    Effect::Any => return None,
                    Effect::Replaces => {
                        starts.extend(self.object.apply(state, call, result.as_ref()));
                    }
                    Effect::None | Effect::Adds => {}
                }
            }
        }
        for (kind, used) in self.part.pending.iter().zip(self.counts.of(it.used)) {
            let next = kind.invoked.get(*used as usize);
            if next.is_some_and(|invoked| *invoked <= now) {
                match kind.effect {
                    Effect::Any => return None,
                    Effect::Replaces => {
                        let call = &self.operations[kind.indices[0]].call;
                        starts.extend(self.object.apply(state, call, None));
                    }
                    Effect::None | Effect::Adds => {}
                }
            }
        }
        Some(starts)
    }
}
