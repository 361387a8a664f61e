//! What is still to come in a run, by time.

use crate::node::Time;

/// Items with the time at which each is due. Of two that are due at once, the one entered first
/// comes first.
///
/// A heap with four children a node, which is flatter than one with two and finds the first of
/// four neighbours in one line of the cache. It orders small keys; the items stay where they are.
#[derive(Clone, Debug)]
pub(crate) struct Agenda<T> {
    /// No key comes before that of its parent, which is at `(index - 1) / CHILDREN`.
    heap: Vec<Key>,
    slots: Vec<Option<T>>,
    free: Vec<u32>,
    entered: u64,
}

/// What the order depends on, and where the item is: in the high half of the number when it is due,
/// then which entry it was, and in the lowest bits its slot. Numbers compare without a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key(u128);

const CHILDREN: usize = 4;
const SLOT_BITS: u32 = 28;

impl Key {
    fn new(due: Time, entered: u64, slot: u32) -> Self {
        Key(u128::from(due) << 64 | u128::from(entered << SLOT_BITS | u64::from(slot)))
    }
    fn due(self) -> Time {
        (self.0 >> 64) as Time
    }
    fn slot(self) -> usize {
        self.0 as usize & ((1 << SLOT_BITS) - 1)
    }
}

impl<T> Agenda<T> {
    pub(crate) fn new() -> Self {
        Agenda { heap: Vec::new(), slots: Vec::new(), free: Vec::new(), entered: 0 }
    }

    pub(crate) fn enter(&mut self, due: Time, item: T) {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() as u32 - 1
        });
        assert!(slot >> SLOT_BITS == 0, "too much is still to come");
        self.slots[slot as usize] = Some(item);
        self.entered += 1;
        self.heap.push(Key::new(due, self.entered, slot));
        self.rise(self.heap.len() - 1);
    }

    /// The next item, with the time at which it was due.
    pub(crate) fn next(&mut self) -> Option<(Time, T)> {
        self.next_by(Time::MAX)
    }

    /// The next item, if it is due by then, with the time at which it was due.
    pub(crate) fn next_by(&mut self, until: Time) -> Option<(Time, T)> {
        let first = *self.heap.first().filter(|key| key.due() <= until)?;
        self.remove(0);
        Some((first.due(), self.empty(first)?))
    }

    /// The next item, with the time at which it is due.
    pub(crate) fn peek(&self) -> Option<(Time, &T)> {
        let first = self.heap.first()?;
        Some((first.due(), self.slots[first.slot()].as_ref()?))
    }

    /// All items with their times, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Time, &T)> {
        let mut keys = self.heap.clone();
        keys.sort_unstable();
        keys.into_iter().filter_map(|key| Some((key.due(), self.slots[key.slot()].as_ref()?)))
    }

    /// Takes out the first item of which `wanted` holds.
    pub(crate) fn take(&mut self, wanted: impl Fn(&T) -> bool) -> Option<(Time, T)> {
        let found = |(_, key): &(usize, Key)| self.slots[key.slot()].as_ref().is_some_and(&wanted);
        let keys = self.heap.iter().copied().enumerate();
        let (index, key) = keys.filter(found).min_by_key(|(_, key)| *key)?;
        self.remove(index);
        Some((key.due(), self.empty(key)?))
    }

    fn empty(&mut self, key: Key) -> Option<T> {
        self.free.push(key.slot() as u32);
        self.slots[key.slot()].take()
    }

    /// Removes a key from the heap.
    fn remove(&mut self, index: usize) {
        self.heap.swap_remove(index);
        if index < self.heap.len() {
            self.sink(index);
            self.rise(index);
        }
    }

    /// Moves a key up to where its parent comes before it.
    fn rise(&mut self, mut index: usize) {
        let key = self.heap[index];
        while index > 0 {
            let parent = (index - 1) / CHILDREN;
            if self.heap[parent] < key {
                break;
            }
            self.heap[index] = self.heap[parent];
            index = parent;
        }
        self.heap[index] = key;
    }

    /// Moves a key down to where it comes before its children.
    fn sink(&mut self, mut index: usize) {
        let key = self.heap[index];
        loop {
            let first = index * CHILDREN + 1;
            let child = match self.heap.get(first..) {
                Some(&[a, b, c, d, ..]) => {
                    let left = (a.min(b), first + usize::from(b < a));
                    let right = (c.min(d), first + 2 + usize::from(d < c));
                    if right.0 < left.0 { right.1 } else { left.1 }
                }
                Some(few @ [_, ..]) => {
                    first
                        + (1..few.len())
                            .fold(0, |best, i| if few[i] < few[best] { i } else { best })
                }
                _ => break,
            };
            if key < self.heap[child] {
                break;
            }
            self.heap[index] = self.heap[child];
            index = child;
        }
        self.heap[index] = key;
    }
}
