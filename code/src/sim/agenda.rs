//! What is still to come in a run, by time.

use crate::node::Time;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Items with the time at which each is due. Of two that are due at once, the one entered first
/// comes first.
#[derive(Clone, Debug)]
pub(crate) struct Agenda<T> {
    /// The order; entries whose slot has been emptied or used again are skipped.
    heap: BinaryHeap<Reverse<(Time, u64, u32)>>,
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
    entered: u64,
}

#[derive(Clone, Debug)]
struct Slot<T> {
    entered: u64,
    due: Time,
    item: Option<T>,
}

impl<T> Agenda<T> {
    pub(crate) fn new() -> Self {
        Agenda { heap: BinaryHeap::new(), slots: Vec::new(), free: Vec::new(), entered: 0 }
    }

    pub(crate) fn enter(&mut self, due: Time, item: T) {
        self.entered += 1;
        let slot = Slot { entered: self.entered, due, item: Some(item) };
        let index = if let Some(index) = self.free.pop() {
            self.slots[index as usize] = slot;
            index
        } else {
            self.slots.push(slot);
            self.slots.len() as u32 - 1
        };
        self.heap.push(Reverse((due, self.entered, index)));
    }

    /// The next item, with the time at which it was due.
    pub(crate) fn next(&mut self) -> Option<(Time, T)> {
        loop {
            let Reverse((due, entered, index)) = self.heap.pop()?;
            if let Some(item) = self.remove(index, entered) {
                return Some((due, item));
            }
        }
    }

    /// When the next item is due.
    pub(crate) fn next_due(&mut self) -> Option<Time> {
        self.drop_stale();
        self.heap.peek().map(|Reverse((due, ..))| *due)
    }

    /// The next item, with the time at which it is due.
    pub(crate) fn peek(&self) -> Option<(Time, &T)> {
        let Reverse((due, _, index)) = self.heap.peek()?;
        Some((*due, self.slots[*index as usize].item.as_ref()?))
    }

    /// Removes entries from the top of the heap whose item is gone.
    fn drop_stale(&mut self) {
        while let Some(Reverse((_, entered, index))) = self.heap.peek() {
            let slot = &self.slots[*index as usize];
            if slot.entered == *entered && slot.item.is_some() {
                return;
            }
            self.heap.pop();
        }
    }

    /// All items with their times, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Time, &T)> {
        let mut slots: Vec<_> = self.slots.iter().filter(|slot| slot.item.is_some()).collect();
        slots.sort_by_key(|slot| (slot.due, slot.entered));
        slots.into_iter().filter_map(|slot| Some((slot.due, slot.item.as_ref()?)))
    }

    /// Takes out the first item of which `wanted` holds.
    pub(crate) fn take(&mut self, wanted: impl Fn(&T) -> bool) -> Option<(Time, T)> {
        let found = |slot: &&Slot<T>| slot.item.as_ref().is_some_and(&wanted);
        let slot = self.slots.iter().filter(found).min_by_key(|slot| (slot.due, slot.entered))?;
        let (due, entered) = (slot.due, slot.entered);
        let index = self.slots.iter().position(|slot| slot.entered == entered)?;
        self.remove(index as u32, entered).map(|item| (due, item))
    }

    fn remove(&mut self, index: u32, entered: u64) -> Option<T> {
        let slot = &mut self.slots[index as usize];
        if slot.entered != entered {
            return None;
        }
        let item = slot.item.take()?;
        self.free.push(index);
        Some(item)
    }
}
