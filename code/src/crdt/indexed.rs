//! [`Fugue`](super::Fugue) with an index, for long texts: the same changes, and the same text, without a walk over all of
//! it for every character.
//!
//! Three things make the difference. What was typed in one go is kept as one *span*. Spans lie in *chunks*, each of which
//! knows how many characters of it are shown, so that a place is found chunk by chunk. And who hangs on whom is written down
//! only where it is not plain: a character that hangs to the right of the one its author inserted just before needs no entry.

use crate::crdt::fugue::{Change, Id, Side};
use crate::node::NodeId;
use crate::service::Edit;
use std::collections::{BTreeMap, BTreeSet};

/// Characters of one author, inserted one after the other, that stand together and are all shown or all deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Span {
    author: NodeId,
    /// The number of the first.
    first: u64,
    length: u64,
    shown: bool,
}

/// Some spans in a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Chunk {
    spans: Vec<Span>,
    /// How many of their characters are shown.
    shown: u64,
}

/// A place between two characters, deleted ones included: behind so many characters of that span of that chunk.
#[derive(Clone, Copy, Debug)]
struct Place {
    chunk: usize,
    span: usize,
    behind: u64,
}

/// A sequence CRDT with an index.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Indexed {
    /// All characters in their order. There is always a chunk, and only the first can be without spans.
    chunks: Vec<Chunk>,
    /// What each author inserted, by number.
    inserted: BTreeMap<NodeId, Vec<char>>,
    /// The characters that do not simply follow the one that their author inserted before.
    apart: BTreeSet<Id>,
    /// Those characters by what they hang on.
    hanging: BTreeMap<(Option<Id>, Side), BTreeSet<Id>>,
    /// The chunk of the last edit, and how many characters are shown before it: the next edit is seldom far away.
    last: (usize, u64),
    /// The chunk of the last change that came from elsewhere: nor is the next change.
    near: usize,
}

/// A chunk with more spans is split.
const MOST: usize = 96;

impl Indexed {
    /// With nothing in it.
    #[expect(clippy::new_without_default, reason = "like the algorithm")]
    pub fn new() -> Self {
        Indexed {
            chunks: vec![Chunk::default()],
            inserted: BTreeMap::new(),
            apart: BTreeSet::new(),
            hanging: BTreeMap::new(),
            last: (0, 0),
            near: 0,
        }
    }

    /// How many characters are shown.
    pub fn len(&self) -> u64 {
        self.chunks.iter().map(|chunk| chunk.shown).sum()
    }
    /// Whether none is shown.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The text.
    pub fn text(&self) -> String {
        let spans = self.chunks.iter().flat_map(|chunk| &chunk.spans).filter(|span| span.shown);
        let mut text = String::new();
        for span in spans {
            let (first, end) = (span.first as usize, (span.first + span.length) as usize);
            text.extend(&self.inserted[&span.author][first..end]);
        }
        text
    }

    /// Makes an edit here and now; returns what others have to be told, if there is such a place.
    pub fn edit(&mut self, edit: Edit, me: NodeId) -> Option<Change> {
        match edit {
            Edit::Insert { index, value } => self.insert(index, value, me),
            Edit::Delete { index } => self.delete(index),
        }
    }

    fn insert(&mut self, index: u64, value: char, me: NodeId) -> Option<Change> {
        let (place, before) = match index {
            0 => (Place { chunk: 0, span: 0, behind: 0 }, None),
            _ => {
                let (mut place, before) = self.find(index - 1)?;
                place.behind += 1;
                (place, Some(before))
            }
        };
        if index == 0 {
            self.last = (0, 0);
        }
        let id = (me, self.inserted.get(&me).map_or(0, |all| all.len() as u64));
        let (parent, side) = match self.has_right(before) {
            false => (before, Side::Right),
            true => (Some(self.after(place)?), Side::Left),
        };
        self.add(id, parent, side, value);
        self.put(place, id);
        Some(Change::Insert { id, parent, side, value })
    }

    fn delete(&mut self, index: u64) -> Option<Change> {
        let (place, id) = self.find(index)?;
        self.hide(place);
        Some(Change::Delete { id })
    }

    /// Makes a change of another node.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Insert { id, parent, side, value } => {
                let place = self.place_for(id, parent, side);
                self.add(id, parent, side, value);
                self.last = (0, 0);
                self.put(place, id);
            }
            Change::Delete { id } => {
                let place = self.place_of(id);
                self.last = (0, 0);
                if self.chunks[place.chunk].spans[place.span].shown {
                    self.hide(place);
                }
            }
        }
    }

    /// The shown character at `index`: its name, and the place right before it.
    fn find(&mut self, index: u64) -> Option<(Place, Id)> {
        let (mut chunk, mut before) = self.last;
        while before > index {
            chunk -= 1;
            before -= self.chunks[chunk].shown;
        }
        while before + self.chunks[chunk].shown <= index {
            before += self.chunks[chunk].shown;
            chunk += 1;
            if chunk == self.chunks.len() {
                return None;
            }
        }
        self.last = (chunk, before);
        let mut behind = index - before;
        for (i, span) in self.chunks[chunk].spans.iter().enumerate() {
            match span.shown {
                true if behind < span.length => {
                    let id = (span.author, span.first + behind);
                    return Some((Place { chunk, span: i, behind }, id));
                }
                true => behind -= span.length,
                false => {}
            }
        }
        None
    }

    /// The name of the character after this place.
    fn after(&self, Place { chunk, span, behind }: Place) -> Option<Id> {
        let spans = &self.chunks[chunk].spans;
        if let Some(span) = spans.get(span).filter(|span| behind < span.length) {
            return Some((span.author, span.first + behind));
        }
        let next = spans.get(span + 1).or_else(|| self.chunks.get(chunk + 1)?.spans.first())?;
        Some((next.author, next.first))
    }
}

/// The tree.
impl Indexed {
    /// The character that simply follows this one, if there is one.
    fn follower(&self, (author, number): Id) -> Option<Id> {
        let follower = (author, number + 1);
        let exists = self.inserted.get(&author).is_some_and(|all| number + 1 < all.len() as u64);
        (exists && !self.apart.contains(&follower)).then_some(follower)
    }

    /// Whether something hangs to the right of this character, or of the beginning.
    fn has_right(&self, id: Option<Id>) -> bool {
        id.is_some_and(|id| self.follower(id).is_some())
            || self.hanging.contains_key(&(id, Side::Right))
    }

    /// What hangs on that side of it, in order.
    fn children(&self, id: Option<Id>, side: Side) -> BTreeSet<Id> {
        let mut children = self.hanging.get(&(id, side)).cloned().unwrap_or_default();
        if side == Side::Right {
            children.extend(id.and_then(|id| self.follower(id)));
        }
        children
    }

    /// Notes a new character.
    fn add(&mut self, id: Id, parent: Option<Id>, side: Side, value: char) {
        self.inserted.entry(id.0).or_default().push(value);
        let follows = id.1.checked_sub(1).map(|number| (id.0, number));
        if follows.is_none() || parent != follows || side == Side::Left {
            self.apart.insert(id);
            self.hanging.entry((parent, side)).or_default().insert(id);
        }
    }

    /// Where the new character `id` comes that hangs there.
    fn place_for(&mut self, id: Id, parent: Option<Id>, side: Side) -> Place {
        let siblings = self.children(parent, side);
        if let Some(&next) = siblings.range(id..).next() {
            // Right before all that hangs on the next sibling.
            let mut leftmost = next;
            while let Some(&left) = self.children(Some(leftmost), Side::Left).first() {
                leftmost = left;
            }
            return self.place_of(leftmost);
        }
        match (side, siblings.last().copied().or(parent)) {
            (Side::Left, _) => parent
                .map_or(Place { chunk: 0, span: 0, behind: 0 }, |parent| self.place_of(parent)),
            (Side::Right, None) => Place { chunk: 0, span: 0, behind: 0 },
            (Side::Right, Some(before)) => {
                // Right behind all that hangs on the sibling before.
                let mut rightmost = before;
                let on_parent = siblings.is_empty();
                while !on_parent
                    && let Some(&right) = self.children(Some(rightmost), Side::Right).last()
                {
                    rightmost = right;
                }
                let mut place = self.place_of(rightmost);
                place.behind += 1;
                place
            }
        }
    }

    /// The place right before the character of that name.
    fn place_of(&mut self, (author, number): Id) -> Place {
        let holds = |span: &Span| {
            span.author == author && (span.first..span.first + span.length).contains(&number)
        };
        // From where the last change was, outwards.
        let near = self.near;
        let outwards = |far| [near.checked_sub(far), Some(near + far + 1)];
        for chunk in (0..=self.chunks.len()).flat_map(outwards).flatten() {
            let Some(it) = self.chunks.get(chunk) else { continue };
            if let Some(span) = it.spans.iter().position(holds) {
                self.near = chunk;
                return Place { chunk, span, behind: number - it.spans[span].first };
            }
        }
        // Causal broadcast brings a character before what hangs on it.
        Place { chunk: 0, span: 0, behind: 0 }
    }
}

/// The spans.
impl Indexed {
    /// Puts a new character at the place.
    fn put(&mut self, Place { chunk, span, behind }: Place, (author, number): Id) {
        let new = Span { author, first: number, length: 1, shown: true };
        let it = &mut self.chunks[chunk];
        it.shown += 1;
        match it.spans.get_mut(span) {
            // At the end of what was typed just before.
            Some(old)
                if behind == old.length
                    && old.shown
                    && (old.author, old.first + old.length) == (author, number) =>
            {
                old.length += 1;
            }
            Some(old) if behind > 0 && behind < old.length => {
                let rest = Span { first: old.first + behind, length: old.length - behind, ..*old };
                old.length = behind;
                it.spans.splice(span + 1..span + 1, [new, rest]);
            }
            Some(_) if behind > 0 => it.spans.insert(span + 1, new),
            _ => it.spans.insert(span, new),
        }
        self.split(chunk);
    }

    /// Deletes the character after the place.
    fn hide(&mut self, Place { chunk, span, behind }: Place) {
        let it = &mut self.chunks[chunk];
        it.shown -= 1;
        let old = it.spans[span];
        let part = |from: u64, to: u64, shown| Span {
            first: old.first + from,
            length: to - from,
            shown,
            ..old
        };
        let parts = [
            part(0, behind, true),
            part(behind, behind + 1, false),
            part(behind + 1, old.length, true),
        ];
        it.spans.splice(span..=span, parts.into_iter().filter(|part| part.length > 0));
        // What was deleted stands together now, perhaps.
        let hidden = span + usize::from(behind > 0);
        join(&mut it.spans, hidden);
        if let Some(before) = hidden.checked_sub(1) {
            join(&mut it.spans, before);
        }
        self.split(chunk);
    }

    /// Splits a chunk that has become too long.
    fn split(&mut self, chunk: usize) {
        let it = &mut self.chunks[chunk];
        if it.spans.len() <= MOST {
            return;
        }
        let spans = it.spans.split_off(MOST / 2);
        let shown = spans.iter().filter(|span| span.shown).map(|span| span.length).sum();
        it.shown -= shown;
        self.chunks.insert(chunk + 1, Chunk { spans, shown });
    }
}

/// Makes one span of this one and the next, if both are of one piece.
fn join(spans: &mut Vec<Span>, at: usize) {
    if let [one, next] = spans[at..].iter().take(2).collect::<Vec<_>>()[..]
        && (one.author, one.first + one.length, one.shown) == (next.author, next.first, next.shown)
    {
        let length = one.length + next.length;
        spans[at].length = length;
        spans.remove(at + 1);
    }
}
