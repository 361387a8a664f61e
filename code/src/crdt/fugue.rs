//! # Sequence CRDT (Fugue)
//!
//! **Implements** [`SharedText`]. **Uses** [`CausalBroadcast`].
//!
//! **Model**: asynchronous, crash-stop; any number of crashes.
//!
//! **Guarantees**: [convergence](crate::spec::shared_text::convergence): in the end all
//! correct nodes show the same; [own edits](crate::spec::shared_text::own_edits): an
//! edit does, where it is made, what was asked for; [nothing
//! lost](crate::spec::shared_text::nothing_lost): what was inserted and not deleted is
//! there, and what was deleted is not; [one order](crate::spec::shared_text::one_order):
//! two characters never change places. And two words typed at one place at the same
//! time stand one after the other, unlike with [positions](super::text).
//!
//! **How it works**: characters form a tree. A character hangs to the right of the one
//! that it was typed after, or, if something hangs there already, to the left of the
//! one that it was typed before. The text is the tree read from left to right; those
//! who hang on one side of the same character stand in the order of their names. A
//! deleted character stays, as a tombstone, because others may hang on it.
//!
//! **Source**: beyond the notes; Weidner and Kleppmann 2023, *The Art of the Fugue*.
//!
//! **Departures**: from the paper, none. [`Indexed`](super::Indexed) does the same
//! with an index, for long texts.

use crate::layer::*;
use crate::service::{CausalBroadcast, Deliver, Edit, SharedText, Shows};
use std::collections::{BTreeMap, BTreeSet};

// ANCHOR: state
/// The name of a character: who inserted it, and as which of its insertions.
pub type Id = (NodeId, u64);

/// On which side of another a character hangs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// It stands before the other.
    Left,
    /// It stands after the other.
    Right,
}

/// What is broadcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// This character hangs on that side of the parent: of the beginning of the text, if there is none.
    Insert {
        /// The name of the new character.
        id: Id,
        /// What it hangs on.
        parent: Option<Id>,
        /// On which side.
        side: Side,
        /// The character.
        value: char,
    },
    /// The character of this name is no longer shown.
    Delete {
        /// Which.
        id: Id,
    },
}

/// A character with those that hang on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Element {
    /// Nothing if it is deleted, or the beginning of the text.
    value: Option<char>,
    left: BTreeSet<Id>,
    right: BTreeSet<Id>,
}

/// A sequence CRDT: characters hang on one another as they were typed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fugue {
    /// All characters ever inserted, and the beginning of the text, which has no name.
    elements: BTreeMap<Option<Id>, Element>,
    /// How many characters this node has inserted.
    inserted: u64,
}
// ANCHOR_END: state

impl Fugue {
    /// With nothing in it.
    #[expect(clippy::new_without_default, reason = "layers are built with `new`")]
    pub fn new() -> Self {
        Fugue { elements: BTreeMap::from([(None, Element::default())]), inserted: 0 }
    }
    /// The text.
    pub fn text(&self) -> String {
        self.order().iter().filter_map(|id| self.elements[id].value).collect()
    }
}

impl Layer for Fugue {
    // ANCHOR: layer
    type Implements = SharedText;
    type Uses = CausalBroadcast<Change>;
    // ANCHOR_END: layer
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: handlers
    /// Asked for an edit.
    fn on_request(&mut self, edit: Edit, ctx: &mut Context<Self>) {
        if let Some(change) = self.change(edit, ctx.me) {
            ctx.broadcast(change);
        }
    }

    /// A node has changed the text, perhaps this one.
    fn on_receive(&mut self, Deliver { msg, .. }: Deliver<Change>, ctx: &mut Context<Self>) {
        self.apply(msg);
        ctx.indicate(Shows { text: self.text() });
    }
    // ANCHOR_END: handlers

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

impl Fugue {
    // ANCHOR: change
    /// What the edit is in terms of names, if there is such a place.
    pub fn change(&mut self, edit: Edit, me: NodeId) -> Option<Change> {
        let order = self.order();
        // Where in the order the shown characters are.
        let shown = |place: &usize| self.elements[&order[*place]].value.is_some();
        let mut shown = (0..order.len()).filter(shown);
        match edit {
            Edit::Delete { index } => {
                let id = order[shown.nth(index as usize)?]?;
                Some(Change::Delete { id })
            }
            Edit::Insert { index: 0, value } => Some(self.hang(&order, 0, value, me)),
            Edit::Insert { index, value } => {
                let before = shown.nth(index as usize - 1)?;
                Some(self.hang(&order, before, value, me))
            }
        }
    }

    /// Where a new character hangs that is typed after the one at the place `before` of the order.
    fn hang(&mut self, order: &[Option<Id>], before: usize, value: char, me: NodeId) -> Change {
        let id = (me, self.inserted);
        self.inserted += 1;
        if self.elements[&order[before]].right.is_empty() {
            return Change::Insert { id, parent: order[before], side: Side::Right, value };
        }
        Change::Insert { id, parent: order[before + 1], side: Side::Left, value }
    }
    // ANCHOR_END: change

    // ANCHOR: apply
    /// Makes a change, of whatever node.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Insert { id, parent, side, value } => {
                let parent = self.elements.entry(parent).or_default();
                match side {
                    Side::Left => parent.left.insert(id),
                    Side::Right => parent.right.insert(id),
                };
                let inserted = Element { value: Some(value), ..Element::default() };
                self.elements.insert(Some(id), inserted);
            }
            Change::Delete { id } => {
                self.elements.entry(Some(id)).and_modify(|element| element.value = None);
            }
        }
    }
    // ANCHOR_END: apply

    // ANCHOR: order
    /// The tree from left to right: what hangs to the left of a character, itself, what hangs to the right.
    fn order(&self) -> Vec<Option<Id>> {
        let mut order = Vec::new();
        // What is still to be read, the next one last; of some, what hangs on them is in here already.
        let mut ahead = vec![(None, false)];
        while let Some((id, opened)) = ahead.pop() {
            if opened {
                order.push(id);
                continue;
            }
            let Some(element) = self.elements.get(&id) else { continue };
            ahead.extend(element.right.iter().rev().map(|&id| (Some(id), false)));
            ahead.push((id, true));
            ahead.extend(element.left.iter().rev().map(|&id| (Some(id), false)));
        }
        order
    }
    // ANCHOR_END: order
}
