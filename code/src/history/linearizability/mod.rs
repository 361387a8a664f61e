//! # Linearizability
//!
//! A history is linearizable if every operation can be given one instant between its call and its
//! return at which it takes effect at once, such that the results are those of the object used by
//! one client alone (Herlihy and Wing 1990). An operation that never returned may take effect at
//! any time after its call, or never.
//!
//! **How it works**: the object's parts are checked one by one, which together says the same
//! (Herlihy and Wing's locality). Of each part, only the returns are gone through, in order. Before
//! an operation returns it must have taken effect; operations that are open may have to take effect
//! before it, and no other operation has to take effect before it must. So a configuration (how
//! many returns are behind it, the state, which open operations have taken effect, how many of each
//! kind of those that never return) leads to others, and the history is linearizable if and only if
//! one of them has all returns behind it (`search.rs`). What need not be looked at is left out:
//!
//! - a configuration that was met before, or that is in no respect better than one that was
//!   (`seen.rs`): it has used up more of the operations that never return, or has fewer reads
//!   behind it;
//! - all orders but one of operations that are alike;
//! - orders in which a read waits though it fits;
//! - states to which more can only be added, if one of the next reads shows that it was not so.
//!
//! Configurations are compared exactly, never by their hashes alone.
//!
//! **Source**: Lowe, "Testing for linearizability" (2017) for just-in-time linearization; Wing and
//! Gong (1993); Horn and Kroening, "Faster linearizability checking via P-compositionality" (2015).

mod ahead;
mod part;
mod refute;
mod search;
mod seen;
mod tables;
mod words;

pub use words::{explain, summarise};

use self::search::{Outcome, Search};
use super::{Operation, Sequential};
use std::collections::BTreeMap;

/// What a check may cost. It is counted, not timed: the same history has the same verdict on every
/// machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// How often an operation may be tried.
    pub steps: u64,
    /// About how many bytes of memory may be used.
    pub bytes: u64,
}

impl Default for Budget {
    /// A few seconds, and half a gigabyte.
    fn default() -> Self {
        Budget { steps: 50_000_000, bytes: 512 << 20 }
    }
}

/// Whether a history is linearizable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict<K, T> {
    /// It is: in this order, a witness. Operations that never returned and need not have taken
    /// effect are not in it.
    Linearizable(Vec<Point>),
    /// It is not.
    NotLinearizable(Box<Rejection<K, T>>),
    /// The budget did not suffice to tell.
    NotDecided(Undecided<K>),
}

/// Where an operation takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// It does so just before the event at this position, a return. Several operations with the
    /// same position take effect in the order in which they are listed.
    pub before: u64,
    /// Which operation: its index in the history.
    pub operation: usize,
}

/// Why a history is not linearizable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection<K, T> {
    /// The part of the object that shows it.
    pub key: K,
    /// The operation that cannot be placed: up to its return, not included, the history of this
    /// part is linearizable; with it, it is not.
    pub operation: usize,
    /// An order that explains the longest linearizable prefix, as far as it was found.
    pub order: Vec<Point>,
    /// The states that the part can be in just before the operation returns, each once: in none of
    /// them can it return what it did. Of very many only the first are listed. Empty if its result
    /// is in the way of what returned before it, so that no such state can be reached, and if
    /// `longest` is false.
    pub states: Vec<T>,
    /// Whether no longer prefix of this part is linearizable. If false, the budget did not suffice
    /// to find out: with what is known of later results the prefix cannot be continued.
    pub longest: bool,
}

/// What the budget did not suffice for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided<K> {
    /// The parts of the object that are not decided; all others are linearizable.
    pub keys: Vec<K>,
    /// What ran out.
    pub lack: Lack,
}

/// What can run out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// [`Budget::steps`].
    Steps,
    /// [`Budget::bytes`].
    Bytes,
}

/// The verdict on a history of an object that keeps the specification `S`.
pub type VerdictOf<S> = Verdict<<S as Sequential>::Key, <S as Sequential>::State>;
/// The operations of a history of such an object.
pub type OperationOf<S> = Operation<<S as Sequential>::Call, <S as Sequential>::Return>;

/// Whether the history of these operations is linearizable.
///
/// What precedes what is decided by [`Moment::position`](super::Moment) alone. An operation without
/// a result or without a return is pending for ever. One that is known not to have taken effect
/// must be left out. If positions are equal, the operations overlap.
pub fn linearizable<S: Sequential>(
    object: &S,
    operations: &[OperationOf<S>],
    budget: Budget,
) -> VerdictOf<S> {
    let parts = by_key(object, operations);
    let open = parts.iter().map(|part| (part, None)).collect();
    let mut check = Check { object, operations, open, order: Vec::new(), budget };
    let mut slice = FIRST_SLICE;
    // All parts in turn, with a budget that grows: one may be hard while another is refuted at once.
    let lack = loop {
        match check.round(slice) {
            Round::Refuted(part, search) => {
                let rejection = refute::rejection(object, operations, part, &search, budget);
                return Verdict::NotLinearizable(Box::new(rejection));
            }
            Round::Over if check.open.is_empty() => break None,
            Round::Over => slice = slice.saturating_mul(4),
            Round::Stuck(lack) => break Some(lack),
        }
    };
    match lack {
        None => {
            // Points of one part are in order already, and no event is of two parts.
            check.order.sort_by_key(|point| point.before);
            Verdict::Linearizable(check.order)
        }
        Some(lack) => {
            let keys = check.open.iter().map(|((key, _), _)| (*key).clone()).collect();
            Verdict::NotDecided(Undecided { keys, lack })
        }
    }
}

/// A part of the object, and the indices of its operations.
type Part<'a, S> = (&'a <S as Sequential>::Key, &'a Vec<usize>);

/// A check under way.
struct Check<'a, S: Sequential> {
    object: &'a S,
    operations: &'a [OperationOf<S>],
    /// The parts that are not decided yet, each with its search if that has begun.
    open: Vec<(Part<'a, S>, Option<Search<'a, S>>)>,
    /// The order of the operations of the others.
    order: Vec<Point>,
    /// What is left.
    budget: Budget,
}

/// How a round came out.
enum Round<'a, S: Sequential> {
    /// A part is not linearizable.
    Refuted(Part<'a, S>, Box<Search<'a, S>>),
    /// No part is refuted yet.
    Over,
    /// Nothing can be done any more for lack of this.
    Stuck(Lack),
}

impl<'a, S: Sequential> Check<'a, S> {
    /// Goes on with each part that is not decided, for so many steps.
    fn round(&mut self, slice: u64) -> Round<'a, S> {
        let (parts, steps) = (self.open.len() as u64, self.budget.steps);
        let bytes = self.budget.bytes / parts.max(1);
        let mut lack = None;
        for (part, search) in std::mem::take(&mut self.open) {
            // Searches that are decided at once take no memory beside each other.
            let mut search = search.unwrap_or_else(|| {
                Search::new(self.object, self.operations, part.1, None, self.budget.bytes)
            });
            let before = search.steps();
            let outcome = search.run(Budget { steps: slice.min(self.budget.steps), bytes });
            self.budget.steps = self.budget.steps.saturating_sub(search.steps() - before);
            match outcome {
                Outcome::Found(order) => self.order.extend(order),
                Outcome::Refuted => return Round::Refuted(part, Box::new(search)),
                Outcome::Ended(what) => {
                    lack = Some(what);
                    self.open.push((part, Some(search)));
                }
            }
        }
        // What was short of memory may have more once other parts are done.
        let has_moved = self.budget.steps < steps || (self.open.len() as u64) < parts;
        match lack {
            Some(lack) if self.budget.steps == 0 || !has_moved => Round::Stuck(lack),
            _ => Round::Over,
        }
    }
}

/// How many steps each part has in the first round.
const FIRST_SLICE: u64 = 10_000;

/// The operations of each part of the object, by their indices.
fn by_key<S: Sequential>(
    object: &S,
    operations: &[OperationOf<S>],
) -> BTreeMap<S::Key, Vec<usize>> {
    let mut parts = BTreeMap::<_, Vec<_>>::new();
    for (index, operation) in operations.iter().enumerate() {
        parts.entry(object.key(&operation.call)).or_default().push(index);
    }
    parts
}
