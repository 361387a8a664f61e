//! The configurations that were met.

use super::part::Words;
use super::tables::{Counts, Index, NONE, hash};

/// What a part of the object may have come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Configuration {
    /// How many returns are behind it.
    pub(super) level: u32,
    /// The number of its state.
    pub(super) state: u32,
    /// The number of the counts of operations used up that never return.
    pub(super) used: u32,
    /// The last entry in the log of what took effect.
    pub(super) tail: u32,
}

/// All configurations met, except those that are in no respect better than another.
pub(super) struct Seen {
    words: Words,
    configurations: Vec<Configuration>,
    /// Of each configuration: the one met before it that is equal but for reads and used up
    /// operations.
    before: Vec<u32>,
    /// Of each configuration, the open operations that took effect: first those that change
    /// something, then the reads.
    sets: Vec<u64>,
    /// The last of all that are equal but for reads and used up operations.
    last: Index,
}

impl Seen {
    /// None yet; `likely` many are to come.
    pub(super) fn new(words: Words, likely: usize) -> Self {
        Seen {
            words,
            configurations: Vec::with_capacity(likely),
            before: Vec::with_capacity(likely),
            sets: Vec::with_capacity(likely * (words.changes + words.looks)),
            last: Index::with_room_for(likely),
        }
    }

    /// The number of this configuration; none if one that is at least as good was met before.
    pub(super) fn enter(&mut self, it: Configuration, set: &[u64], counts: &Counts) -> Option<u32> {
        let (changes, looks) = set.split_at(self.words.changes);
        let (configurations, sets) = (&self.configurations, &self.sets);
        let width = set.len();
        let set_of = |number: u32| &sets[number as usize * width..][..width];
        let equal = |number: u32| {
            let other = &configurations[number as usize];
            (other.level, other.state) == (it.level, it.state)
                && set_of(number)[..changes.len()] == *changes
        };
        let last = self.last.at(hash(&(it.level, it.state, changes)), equal);
        let mut other = *last;
        while other != NONE {
            let looked = &set_of(other)[changes.len()..];
            let has_looked = looks.iter().zip(looked).all(|(new, old)| new & !old == 0);
            if has_looked && counts.at_most(configurations[other as usize].used, it.used) {
                return None;
            }
            other = self.before[other as usize];
        }
        let number = self.configurations.len() as u32;
        self.before.push(std::mem::replace(last, number));
        self.configurations.push(it);
        self.sets.extend_from_slice(set);
        Some(number)
    }

    pub(super) fn get(&self, number: u32) -> (Configuration, &[u64]) {
        let width = self.words.changes + self.words.looks;
        let set = &self.sets[number as usize * width..][..width];
        (self.configurations[number as usize], set)
    }

    pub(super) fn all(&self) -> &[Configuration] {
        &self.configurations
    }

    pub(super) fn bytes(&self) -> u64 {
        // The index has at most two slots and two thirds for each.
        let each = size_of::<Configuration>() + size_of::<u32>() + 24;
        (self.configurations.len() * each + size_of_val(&*self.sets)) as u64
    }
}
