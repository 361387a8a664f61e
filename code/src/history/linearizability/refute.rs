//! Why a history is not linearizable.

use super::search::{Outcome, Search};
use super::{Budget, OperationOf, Part, Point, Rejection};
use crate::history::Sequential;

/// How many states a rejection lists.
const MOST_STATES: usize = 16;

/// Looks for the shortest prefix of a part that is not linearizable.
struct Prefixes<'a, S: Sequential> {
    object: &'a S,
    operations: &'a [OperationOf<S>],
    indices: &'a [usize],
    /// What may still be spent.
    left: Budget,
}

/// Why there is no order for the operations of this part, as the search found out.
///
/// The search knew what operations would return that were still open. So it may have come to a stop
/// before the first return that truly cannot be explained: the last of the shortest prefix that is
/// not linearizable.
pub(super) fn rejection<S: Sequential>(
    object: &S,
    operations: &[OperationOf<S>],
    (key, indices): Part<S>,
    search: &Search<S>,
    budget: Budget,
) -> Rejection<S::Key, S::State> {
    let (level, order, _) = search.stop(MOST_STATES);
    let operation = search.part.returned[level].index;
    let returns: Vec<u64> = search.part.returned[level..].iter().map(|it| it.returned).collect();
    let key = key.clone();
    let mut prefixes = Prefixes { object, operations, indices, left: budget };
    match prefixes.shortest(&returns).and_then(|until| prefixes.explain(until)) {
        Some((operation, order, states)) => {
            Rejection { key, operation, order, states, longest: true }
        }
        None => Rejection { key, operation, order, states: Vec::new(), longest: false },
    }
}

impl<'a, S: Sequential> Prefixes<'a, S> {
    /// The search through what happened up to this position, and what came of it.
    fn search(&mut self, until: u64) -> (Search<'a, S>, Outcome) {
        let Budget { bytes, .. } = self.left;
        let mut search =
            Search::new(self.object, self.operations, self.indices, Some(until), bytes);
        let outcome = search.run(self.left);
        self.left.steps = self.left.steps.saturating_sub(search.steps());
        (search, outcome)
    }

    /// The first of these returns that cannot be explained; the last one is known not to be.
    fn shortest(&mut self, returns: &[u64]) -> Option<u64> {
        let mut is_decided = true;
        let mut is_linearizable = |until: &u64| match self.search(*until).1 {
            Outcome::Found(_) => true,
            Outcome::Refuted => false,
            Outcome::Ended(_) => {
                is_decided = false;
                false
            }
        };
        let (first, rest) = returns.split_first()?;
        // It is the very first one as a rule.
        let place = match is_linearizable(first) {
            true => rest.partition_point(is_linearizable) + 1,
            false => 0,
        };
        returns.get(place).copied().filter(|_| is_decided)
    }

    /// The operation that returns then, an order of what came before, and the states it led to.
    fn explain(&mut self, until: u64) -> Option<(usize, Vec<Point>, Vec<S::State>)> {
        let (search, _) = self.search(until);
        let last = search.part.returned.len().checked_sub(1)?;
        let operation = search.part.returned[last].index;
        let (level, order, states) = search.stop(MOST_STATES);
        if level == last {
            return Some((operation, order, states));
        }
        // Its result was already in the way of what returned before it.
        match self.search(until.checked_sub(1)?).1 {
            Outcome::Found(order) => Some((operation, order, Vec::new())),
            _ => None,
        }
    }
}
