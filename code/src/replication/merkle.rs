//! A tree of hashes over records, so that two replicas find out cheaply where they differ.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

// ANCHOR: part
/// A part of all keys: those whose hash begins with these digits of four bits.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Part(pub Vec<u8>);

/// Into how many parts a part is split: one for each next digit.
pub const PARTS: u8 = 16;
/// So many records are not worth another hash.
pub const FEW: usize = 2;
/// How many digits the hash of a key has.
const DIGITS: usize = 16;

impl Part {
    /// The smaller parts of this one.
    pub fn parts(&self) -> impl Iterator<Item = Part> + '_ {
        (0..PARTS).map(|digit| Part(self.0.iter().copied().chain([digit]).collect()))
    }
    /// Whether it cannot be split.
    pub fn is_smallest(&self) -> bool {
        self.0.len() == DIGITS
    }
    fn contains(&self, hash: u64) -> bool {
        let digit = |place: usize| (hash >> (60 - 4 * place)) as u8 & 15;
        self.0.iter().enumerate().all(|(place, wanted)| digit(place) == *wanted)
    }
}
// ANCHOR_END: part

// ANCHOR: hash
/// The records of a part.
pub fn records_in<'a, K: Hash, R>(
    records: &'a BTreeMap<K, R>,
    part: &'a Part,
) -> impl Iterator<Item = (&'a K, &'a R)> {
    records.iter().filter(|(key, _)| part.contains(hash(key)))
}

/// The hash of a part: if it has few records, of those; else of the hashes of its parts.
pub fn hash_of<K: Hash, R: Hash>(records: &BTreeMap<K, R>, part: &Part) -> u64 {
    let inside: Vec<_> = records_in(records, part).collect();
    if inside.len() <= FEW || part.is_smallest() {
        return hash(&inside);
    }
    let inside: Vec<_> = inside.iter().map(|record| (hash(record.0), record)).collect();
    tree(&inside, part)
}

fn tree<T: Hash>(records: &[(u64, &T)], part: &Part) -> u64 {
    let inside = |part: &Part| -> Vec<_> {
        records.iter().filter(|(key, _)| part.contains(*key)).copied().collect()
    };
    let hashes = part.parts().map(|part| match &inside(&part)[..] {
        few if few.len() <= FEW || part.is_smallest() => {
            hash(&few.iter().map(|(_, record)| record).collect::<Vec<_>>())
        }
        many => tree(many, &part),
    });
    hash(&hashes.collect::<Vec<_>>())
}
// ANCHOR_END: hash

/// The hash of a value: the same on every machine.
fn hash<T: Hash>(value: &T) -> u64 {
    let mut hasher = Mixer(0xcbf2_9ce4_8422_2325);
    value.hash(&mut hasher);
    hasher.finish()
}

/// FNV-1a, and at the end its bits are mixed. It is no protection against people who mean harm.
struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    fn write_u32(&mut self, number: u32) {
        self.write(&number.to_le_bytes());
    }
    fn write_u64(&mut self, number: u64) {
        self.write(&number.to_le_bytes());
    }
    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }
    fn write_isize(&mut self, number: isize) {
        self.write_u64(number as u64);
    }
    fn finish(&self) -> u64 {
        let mixed = (self.0 ^ (self.0 >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ (mixed >> 29)
    }
}
