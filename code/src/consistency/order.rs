//! What comes after what: a set of bits for each thing.

/// A partial order of things with small numbers.
#[derive(Clone)]
pub(crate) struct Order {
    words: usize,
    after: Vec<u64>,
    /// What words of `after` were before they changed, where that is to be kept.
    trail: Option<Vec<(usize, u64)>>,
}

impl Order {
    /// As many things, none of which comes after any other.
    pub(crate) fn of(number: usize) -> Self {
        let words = number.div_ceil(64);
        Order { words, after: vec![0; words * number], trail: None }
    }

    /// Whether `b` comes after `a`.
    pub(crate) fn has(&self, a: usize, b: usize) -> bool {
        (self.after[a * self.words + b / 64] >> (b % 64)) & 1 == 1
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
                if let Some(trail) = &mut self.trail {
                    let old = (earlier * words..).zip(after.iter().copied()).zip(&later);
                    let changed = old.filter(|((_, word), more)| *more & !word != 0);
                    trail.extend(changed.map(|(old, _)| old));
                }
                after.iter_mut().zip(&later).for_each(|(word, more)| *word |= more);
            }
        }
        true
    }
}

/// What a search needs, which tries one order and then another.
#[cfg(feature = "txn")]
impl Order {
    /// How many bytes the order of so many things takes.
    pub(crate) fn bytes(number: usize) -> usize {
        number.div_ceil(64).saturating_mul(8).saturating_mul(number)
    }

    /// How many bytes this takes, with what is kept to undo changes.
    pub(crate) fn size(&self) -> usize {
        8 * self.after.len() + 16 * self.trail.as_ref().map_or(0, Vec::len)
    }

    /// What comes after `a`.
    pub(crate) fn after(&self, a: usize) -> impl Iterator<Item = usize> {
        let words = self.after[a * self.words..(a + 1) * self.words].iter();
        let bits = |(word, at): (&u64, usize)| {
            let word = *word;
            (0..64).filter(move |bit| (word >> bit) & 1 == 1).map(move |bit| 64 * at + bit)
        };
        words.zip(0..).filter(|(word, _)| **word != 0).flat_map(bits)
    }

    /// Marks what is so now, to come back to.
    pub(crate) fn mark(&mut self) -> usize {
        self.trail.get_or_insert_default().len()
    }

    /// Takes back all that was added since the mark.
    pub(crate) fn undo(&mut self, mark: usize) {
        for (place, word) in self.trail.iter_mut().flat_map(|trail| trail.drain(mark..).rev()) {
            self.after[place] = word;
        }
    }
}
