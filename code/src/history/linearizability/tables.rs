//! Numbers for things that are equal: tables that compare exactly.

use std::hash::{Hash, Hasher};

/// Finds the number of a thing by its hash. The things themselves are elsewhere; whoever asks says
/// whether the one with a given number is equal.
#[derive(Default)]
pub(super) struct Index {
    /// Part of the hash, and the number; a power of two of them, less than 3/4 of them taken.
    slots: Vec<(u32, u32)>,
    taken: usize,
}

/// The number of nothing.
pub(super) const NONE: u32 = u32::MAX;

impl Index {
    /// With room for so many before it has to grow.
    pub(super) fn with_room_for(count: usize) -> Self {
        let size = (count * 4 / 3 + 1).next_power_of_two();
        Index { slots: vec![(0, NONE); size], taken: 0 }
    }

    /// Where the number of the thing with this hash is. If it holds [`NONE`], there is none yet,
    /// and the caller has to put one in.
    pub(super) fn at(&mut self, hash: u64, equal: impl Fn(u32) -> bool) -> &mut u32 {
        if self.taken * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        let hash = (hash >> 32) as u32;
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while self.slots[slot].1 != NONE {
            let (other, number) = self.slots[slot];
            if other == hash && equal(number) {
                return &mut self.slots[slot].1;
            }
            slot = (slot + 1) & mask;
        }
        self.taken += 1;
        self.slots[slot].0 = hash;
        &mut self.slots[slot].1
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(16);
        let old = std::mem::replace(&mut self.slots, vec![(0, NONE); size]);
        for (hash, number) in old.into_iter().filter(|(_, number)| *number != NONE) {
            let mut slot = hash as usize & (size - 1);
            while self.slots[slot].1 != NONE {
                slot = (slot + 1) & (size - 1);
            }
            self.slots[slot] = (hash, number);
        }
    }
}

/// A table of different values, with their numbers.
pub(super) struct Numbered<T> {
    values: Vec<T>,
    index: Index,
}

impl<T: Eq + Hash> Numbered<T> {
    pub(super) fn with_room_for(count: usize) -> Self {
        Numbered { values: Vec::with_capacity(count), index: Index::with_room_for(count) }
    }
    /// The number of the value, and whether it is new.
    pub(super) fn number(&mut self, value: T) -> (u32, bool) {
        let at = self.index.at(hash(&value), |number| self.values[number as usize] == value);
        let is_new = *at == NONE;
        if is_new {
            *at = self.values.len() as u32;
            self.values.push(value);
        }
        (*at, is_new)
    }
    pub(super) fn value(&self, number: u32) -> &T {
        &self.values[number as usize]
    }
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }
}

/// How often each kind of operation that never returns was used up: a table of such counts.
pub(super) struct Counts {
    kinds: usize,
    /// The counts, one after the other. Number 0 is that nothing was used up.
    counts: Vec<u32>,
    /// Their sums.
    totals: Vec<u32>,
    index: Index,
    scratch: Vec<u32>,
}

impl Counts {
    pub(super) fn new(kinds: usize) -> Self {
        let mut all = Counts {
            kinds,
            counts: Vec::new(),
            totals: Vec::new(),
            index: Index::default(),
            scratch: vec![0; kinds],
        };
        all.enter(0);
        all
    }
    /// How often each kind was used up.
    pub(super) fn of(&self, number: u32) -> &[u32] {
        &self.counts[number as usize * self.kinds..][..self.kinds]
    }
    /// How many were used up in all.
    pub(super) fn total(&self, number: u32) -> u32 {
        self.totals[number as usize]
    }
    /// Whether no kind was used up more often than in `other`.
    pub(super) fn at_most(&self, number: u32, other: u32) -> bool {
        number == other || self.of(number).iter().zip(self.of(other)).all(|(a, b)| a <= b)
    }
    /// The number of these counts and one more of this kind.
    pub(super) fn one_more(&mut self, number: u32, kind: usize) -> u32 {
        let total = self.total(number) + 1;
        let from = number as usize * self.kinds;
        self.scratch.copy_from_slice(&self.counts[from..from + self.kinds]);
        self.scratch[kind] += 1;
        self.enter(total)
    }
    pub(super) fn bytes(&self) -> u64 {
        (size_of_val(&*self.counts) + self.totals.len() * 16) as u64
    }

    fn enter(&mut self, total: u32) -> u32 {
        let (counts, scratch, kinds) = (&self.counts, &self.scratch, self.kinds);
        let equal = |number: u32| counts[number as usize * kinds..][..kinds] == scratch[..];
        let at = self.index.at(hash(scratch), equal);
        if *at == NONE {
            *at = self.totals.len() as u32;
            self.counts.extend_from_slice(&self.scratch);
            self.totals.push(total);
        }
        *at
    }
}

/// A quick hash. What is equal by it alone is never taken to be equal.
pub(super) fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    let mut mix = Mix(0x243f_6a88_85a3_08d3);
    value.hash(&mut mix);
    mix.finish()
}

struct Mix(u64);

/// 2^64 divided by the golden ratio: its multiples are spread evenly.
const ODD: u64 = 0x9e37_79b9_7f4a_7c15;

impl Mix {
    fn add(&mut self, word: u64) {
        let wide = u128::from(self.0 ^ word) * u128::from(ODD);
        self.0 = (wide >> 64) as u64 ^ wide as u64;
    }
}

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0.wrapping_mul(ODD)
    }
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            self.add(chunk.try_into().map_or(0, u64::from_le_bytes));
        }
        let mut last = [0; 8];
        last[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
        self.add(u64::from_le_bytes(last));
    }
    fn write_u8(&mut self, n: u8) {
        self.add(n.into());
    }
    fn write_u32(&mut self, n: u32) {
        self.add(n.into());
    }
    fn write_u64(&mut self, n: u64) {
        self.add(n);
    }
    fn write_usize(&mut self, n: usize) {
        self.add(n as u64);
    }
}
