//! Values that know their hash: situations share what they have in common, and hash it once.
//!
//! A search compares and hashes millions of situations, of which each differs from the one before
//! in a node or two. The hashes are 64 bits, as those of Stateright itself are: of `n` situations,
//! two are taken for one with a chance of about n² / 2⁶⁵, 1 in 37 million for a million of them.

use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

/// A shared value with its hash.
#[derive(Clone, Debug)]
pub struct Shared<T>(Arc<Hashed<T>>);

#[derive(Debug)]
struct Hashed<T> {
    hash: u64,
    value: T,
}

impl<T: Hash> Shared<T> {
    /// Shares `value`.
    pub fn new(value: T) -> Self {
        Shared(Arc::new(Hashed { hash: hash(&value), value }))
    }
}
impl<T> Deref for Shared<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0.value
    }
}
impl<T: PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (&self.0, &other.0);
        Arc::ptr_eq(a, b) || (a.hash == b.hash && a.value == b.value)
    }
}
impl<T: Eq> Eq for Shared<T> {}
impl<T> Hash for Shared<T> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.0.hash);
    }
}

/// Values in ascending order, each as often as it was put in.
#[derive(Clone, Debug)]
pub struct Bag<T> {
    items: Vec<(T, u32)>,
    /// The sum of the hashes of all items, so that one more or less changes it at once.
    hash: u64,
}

impl<T: Ord + Hash> Bag<T> {
    /// How often it is in here.
    pub fn count(&self, item: &T) -> u32 {
        self.place(item).map_or(0, |place| self.items[place].1)
    }
    /// Puts it in, once.
    pub fn insert(&mut self, item: T) {
        self.hash = self.hash.wrapping_add(hash(&item));
        match self.place(&item) {
            Ok(place) => self.items[place].1 += 1,
            Err(place) => self.items.insert(place, (item, 1)),
        }
    }
    /// Takes it out, once, if it is in here.
    pub fn remove(&mut self, item: &T) {
        let Ok(place) = self.place(item) else { return };
        self.hash = self.hash.wrapping_sub(hash(item));
        self.items[place].1 -= 1;
        if self.items[place].1 == 0 {
            self.items.remove(place);
        }
    }
    fn place(&self, item: &T) -> Result<usize, usize> {
        self.items.binary_search_by(|(other, _)| other.cmp(item))
    }
}
impl<T> Bag<T> {
    /// Each value, and how often it is in here.
    pub fn iter(&self) -> impl Iterator<Item = (&T, u32)> {
        self.items.iter().map(|(item, count)| (item, *count))
    }
    /// Each value, once.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.items.iter().map(|(item, _)| item)
    }
    /// How many there are, each as often as it is in here.
    pub fn total(&self) -> u64 {
        self.items.iter().map(|(_, count)| u64::from(*count)).sum()
    }
}
impl<T> Default for Bag<T> {
    fn default() -> Self {
        Bag { items: Vec::new(), hash: 0 }
    }
}
impl<T: PartialEq> PartialEq for Bag<T> {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash && self.items == other.items
    }
}
impl<T: Eq> Eq for Bag<T> {}
impl<T> Hash for Bag<T> {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.hash);
    }
}
impl<T: Ord + Hash> FromIterator<T> for Bag<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut bag = Bag::default();
        items.into_iter().for_each(|item| bag.insert(item));
        bag
    }
}

/// The hash of a value: the same in every run.
pub(super) fn hash<T: Hash>(value: &T) -> u64 {
    let mut mixer = Mixer(0x2436_a88f_85a3_08d3);
    value.hash(&mut mixer);
    mixer.finish()
}

/// Multiplies and folds, as wyhash does (Yi, 2019): fast for the short values of which states are
/// made.
struct Mixer(u64);

impl Mixer {
    fn mix(&mut self, word: u64) {
        self.0 = fold(self.0 ^ word, 0x9e37_79b9_7f4a_7c15).rotate_left(23);
    }
}
/// Both halves of a product of 128 bits, one on the other.
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    product as u64 ^ (product >> 64) as u64
}

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.mix(u64::from_le_bytes(word));
        }
        self.mix(bytes.len() as u64);
    }
    fn write_u8(&mut self, value: u8) {
        self.mix(u64::from(value));
    }
    fn write_u16(&mut self, value: u16) {
        self.mix(u64::from(value));
    }
    fn write_u32(&mut self, value: u32) {
        self.mix(u64::from(value));
    }
    fn write_u64(&mut self, value: u64) {
        self.mix(value);
    }
    fn write_usize(&mut self, value: usize) {
        self.mix(value as u64);
    }
    fn write_isize(&mut self, value: isize) {
        self.mix(value as u64);
    }
    fn finish(&self) -> u64 {
        // Twice, so that each bit of the last word reaches every bit of the hash.
        fold(fold(self.0, 0xd6e8_feb8_6659_fd93) ^ self.0, 0xa076_1d64_78bd_642f)
    }
}
