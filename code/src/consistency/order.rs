//! What comes after what: a set of bits for each thing.

/// A partial order of things with small numbers.
#[derive(Clone)]
pub(crate) struct Order {
    words: usize,
    after: Vec<u64>,
}

impl Order {
    /// As many things, none of which comes after any other.
    pub(crate) fn of(number: usize) -> Self {
        let words = number.div_ceil(64);
        Order { words, after: vec![0; words * number] }
    }

    /// How many bytes the order of so many things takes.
    #[cfg(feature = "txn")]
    pub(crate) fn bytes(number: usize) -> usize {
        number.div_ceil(64).saturating_mul(8).saturating_mul(number)
    }

    /// Whether `b` comes after `a`.
    pub(crate) fn has(&self, a: usize, b: usize) -> bool {
        (self.after[a * self.words + b / 64] >> (b % 64)) & 1 == 1
    }

    /// How many come after `a`.
    #[cfg(feature = "txn")]
    pub(crate) fn count_after(&self, a: usize) -> u32 {
        let after = &self.after[a * self.words..(a + 1) * self.words];
        after.iter().map(|word| word.count_ones()).sum()
    }

    /// Puts `b` after `a`, and with it all that follows; `false` if that cannot be.
    pub(crate) fn add(&mut self, a: usize, b: usize) -> bool {
        if a == b || self.has(b, a) {
            return false;
        }
        if self.has(a, b) {
            return true;
        }
        let words = self.words;
        let mut later = self.after[b * words..(b + 1) * words].to_vec();
        later[b / 64] |= 1 << (b % 64);
        for earlier in 0..self.after.len() / words {
            if earlier == a || self.has(earlier, a) {
                let after = &mut self.after[earlier * words..(earlier + 1) * words];
                after.iter_mut().zip(&later).for_each(|(word, more)| *word |= more);
            }
        }
        true
    }
}
