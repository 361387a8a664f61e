//! # Text CRDT by operations
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
//! two characters never change places.
//!
//! **How it works**: each character has a position between those of its neighbours,
//! which never changes: halfway between them. Where two nodes take the same position,
//! their names decide which comes first.
//!
//! **Source**: notes, section 8.1 (A35), slide "Operation-based text CRDT"; for the
//! positions in several steps, Weiss, Urso and Molli 2009 (Logoot).
//!
//! **Departures**: two, and both are repairs. A node also counts its insertions, so
//! that no identifier is used again after a delete. And a position has as many steps
//! as it takes: between two characters of equal fractions there is none, so what comes
//! between them goes one step below the first. Elements are looked up in a sorted set,
//! not by removing the smallest again and again.

use crate::crdt::Fraction;
use crate::layer::*;
use crate::service::{CausalBroadcast, Deliver, Edit, SharedText, Shows};
use std::collections::BTreeSet;

// ANCHOR: state
/// Who inserted a character, and as which of its insertions. Nobody inserted what was there from the start.
pub type Inserted = Option<(NodeId, u64)>;

/// Where a character stands: a fraction, and who chose it; then, if need be, a fraction of the room below that, and so on.
pub type Position = Vec<(Fraction, Inserted)>;

/// What is broadcast.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// A character comes to this position.
    Insert(Position, char),
    /// The character of this position goes.
    Delete(Position),
}

/// A text CRDT: each character has a position that never changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Text {
    /// The characters in order, between the mark of the beginning and that of the end.
    chars: BTreeSet<(Position, char)>,
    /// How many characters this node has inserted.
    inserted: u64,
}

const BEGIN: char = '⊢';
const END: char = '⊣';
// ANCHOR_END: state

impl Text {
    /// With nothing in it.
    #[expect(clippy::new_without_default, reason = "layers are built with `new`")]
    pub fn new() -> Self {
        let begin = (vec![(Fraction::ZERO, None)], BEGIN);
        let end = (vec![(Fraction::one(), None)], END);
        Text { chars: BTreeSet::from([begin, end]), inserted: 0 }
    }
    /// With this text in it, at every node: each character halfway between the one before it and the end.
    pub fn holding(text: &str) -> Self {
        let mut holding = Text::new();
        for (index, value) in text.chars().enumerate() {
            if let Some([before, after]) = holding.neighbours(index as u64) {
                holding.chars.insert((between(before, after, None), value));
            }
        }
        holding
    }
    /// The text.
    pub fn text(&self) -> String {
        self.chars
            .iter()
            .map(|(_, value)| value)
            .filter(|it| ![&BEGIN, &END].contains(it))
            .collect()
    }
    /// The characters with their positions, marks included.
    pub fn chars(&self) -> impl Iterator<Item = &(Position, char)> {
        self.chars.iter()
    }
}

impl Layer for Text {
    // ANCHOR: layer
    type Implements = SharedText;
    type Uses = CausalBroadcast<Change>;
    // ANCHOR_END: layer
    type Timer = NoTimer;
    type Stable = ();
    const MODEL: Model = Model::any_links(Nodes::CrashStop, Timing::Asynchronous);

    // ANCHOR: handlers
    fn on_request(&mut self, edit: Edit, ctx: &mut Context<Self>) {
        match edit {
            // Asked to insert a character.
            Edit::Insert { index, value } => {
                let Some([before, after]) = self.neighbours(index) else { return };
                let new = Some((ctx.me, self.inserted));
                let position = between(before, after, new);
                self.inserted += 1;
                ctx.broadcast(Change::Insert(position, value));
            }
            // Asked to delete a character.
            Edit::Delete { index } => {
                let Some([_, position]) = self.neighbours(index) else { return };
                if *position != [(Fraction::one(), None)] {
                    ctx.broadcast(Change::Delete(position.clone()));
                }
            }
        }
    }

    /// A node has changed the text, perhaps this one.
    fn on_receive(&mut self, Deliver { msg, .. }: Deliver<Change>, ctx: &mut Context<Self>) {
        match msg {
            Change::Insert(position, value) => {
                self.chars.insert((position, value));
            }
            Change::Delete(position) => self.chars.retain(|(of, _)| *of != position),
        }
        ctx.indicate(Shows { text: self.text() });
    }
    // ANCHOR_END: handlers

    /// Crash-stop: a node that comes back is a new one.
    fn on_recovery(fresh: Self, (): (), _: &mut Context<Self>) -> Self {
        fresh
    }
}

impl Text {
    // ANCHOR: neighbours
    /// The positions of what stands before the place `index` of the text and of what stands there, marks included.
    fn neighbours(&self, index: u64) -> Option<[&Position; 2]> {
        let mut from_there = self.chars.iter().skip(usize::try_from(index).ok()?);
        let (before, after) = (from_there.next()?, from_there.next()?);
        Some([&before.0, &after.0])
    }
    // ANCHOR_END: neighbours
}

// ANCHOR: between
/// A position between these two, for the character `new`.
pub fn between(before: &Position, after: &Position, new: Inserted) -> Position {
    let same = before.iter().zip(after).take_while(|(one, other)| one == other).count();
    let fraction = |position: &Position, step: usize| position.get(step).map(|(p, _)| p.clone());
    let mut position = before[..same].to_vec();
    let (mut p1, mut p2) = (fraction(before, same), fraction(after, same));
    if p1 == p2 {
        // Of two names: there is no room between them, but below the first there is.
        position.extend(before.get(same).cloned());
        (p1, p2) = (fraction(before, same + 1), None);
    }
    let (p1, p2) = (p1.unwrap_or_default(), p2.unwrap_or(Fraction::one()));
    position.push((Fraction::halfway(&p1, &p2), new));
    position
}
// ANCHOR_END: between
