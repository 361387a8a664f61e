//! Stable storage: what survives a crash.

use crate::layer::{Never, Value};
use crate::stack::Either;

/// What is on stable storage: a value that changes by small steps and survives a crash.
pub trait Stable: Value + Default {
    /// One step, such as an entry appended to a log.
    type Change: Value;
    /// Makes one step.
    fn apply(&mut self, change: Self::Change);
    /// Where a crash can tear what one event writes: after how many of its `changes`, in rising
    /// order, from 1 to one less than all.
    ///
    /// Nowhere, unless a layer says otherwise: all of it is written, or nothing. A log that is
    /// written entry by entry declares so with [`log_tears`].
    fn tears(_changes: &[&Self::Change]) -> Vec<u32> {
        Vec::new()
    }
}

/// The [`Stable::tears`] of a log: after each of its entries.
pub fn log_tears<C>(changes: &[&C]) -> Vec<u32> {
    (1..changes.len() as u32).collect()
}

/// Nothing is kept.
impl Stable for () {
    type Change = Never;
    fn apply(&mut self, change: Never) {
        match change {}
    }
}

/// A stack keeps what both its layers keep.
impl<A: Stable, B: Stable> Stable for (A, B) {
    type Change = Either<A::Change, B::Change>;
    fn apply(&mut self, change: Self::Change) {
        match change {
            Either::First(change) => self.0.apply(change),
            Either::Second(change) => self.1.apply(change),
        }
    }
    /// Where what one of them writes is torn, and nothing is torn that must not be.
    fn tears(changes: &[&Self::Change]) -> Vec<u32> {
        let firsts: Vec<_> = changes.iter().filter_map(|change| change.first()).collect();
        let seconds: Vec<_> = changes.iter().filter_map(|change| change.second()).collect();
        let (torn_firsts, torn_seconds) = (A::tears(&firsts), B::tears(&seconds));
        let mut tears = Vec::new();
        for written in 1..changes.len() {
            let first = changes[..written].iter().filter_map(|change| change.first()).count();
            let second = written - first;
            let tears_first = torn_firsts.contains(&(first as u32));
            let tears_second = torn_seconds.contains(&(second as u32));
            let first_may = tears_first || first == 0 || first == firsts.len();
            let second_may = tears_second || second == 0 || second == seconds.len();
            if first_may && second_may && (tears_first || tears_second) {
                tears.push(written as u32);
            }
        }
        tears
    }
}
