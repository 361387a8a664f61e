//! Pictures of histories: operations as bars, a line a client, and where they take effect.

mod layout;
mod svg;
mod text;

pub use svg::{CSS, figure, inline, svg};
pub use text::text;

use crate::history::Sequential;
use crate::history::linearizability::{OperationOf, Point, Verdict, VerdictOf, explain, summarise};
use crate::history::sequential::Effect;
use std::collections::BTreeMap;

/// What is drawn of a history: the operations that a verdict is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// The title, for screen readers.
    pub title: String,
    /// The verdict in words, in short.
    pub summary: String,
    /// The verdict in words, in full.
    pub why: String,
    /// The bars, in the order in which the operations were asked for.
    pub bars: Vec<Bar>,
    /// How many operations of the history are not shown.
    pub hidden: usize,
}

/// An operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// Whose it is.
    pub client: u32,
    /// What was asked and what came of it.
    pub label: String,
    /// Where in the history it was asked for.
    pub invoked: u64,
    /// Where it returned, if it did.
    pub returned: Option<u64>,
    /// What is said about it.
    pub place: Place,
}

/// Where an operation takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Just before the event at this position, and as the how-manieth of those shown.
    Before(u64, u32),
    /// Before all of those that have a place in the picture.
    Earlier,
    /// Nowhere: it cannot be placed.
    Nowhere,
    /// It is not said.
    Open,
}

/// As many operations of an order are shown: the last ones.
const MOST_PLACED: usize = 12;
/// As many others are shown that were under way.
const MOST_OTHERS: usize = 6;

/// What is to be drawn for this verdict.
pub fn window<S: Sequential>(
    object: &S,
    operations: &[OperationOf<S>],
    verdict: &VerdictOf<S>,
) -> Window {
    let why = explain(object, operations, verdict);
    let (order, misfit) = match verdict {
        Verdict::Linearizable(order) => (order.as_slice(), None),
        Verdict::NotLinearizable(rejection) => {
            (rejection.order.as_slice(), Some(rejection.operation))
        }
        Verdict::NotDecided(_) => (&[][..], None),
    };
    let mut shown = last_placed(order);
    if let Some(misfit) = misfit {
        shown.insert(misfit, Place::Nowhere);
    }
    for index in under_way(object, operations, misfit) {
        let is_earlier = order.iter().any(|point| point.operation == index);
        let place = if is_earlier { Place::Earlier } else { Place::Open };
        shown.entry(index).or_insert(place);
    }
    let bar = |(&index, &place): (&usize, &Place)| {
        let operation = &operations[index];
        Bar {
            client: operation.op.client,
            label: object.words(&operation.call, operation.result.as_ref()),
            invoked: operation.invoked.position,
            returned: operation.returned.map(|at| at.position.max(operation.invoked.position)),
            place,
        }
    };
    let mut bars: Vec<Bar> = shown.iter().map(bar).collect();
    bars.sort_by_key(|bar| bar.invoked);
    let summary = summarise(object, operations, verdict);
    let title = summary.lines().next().unwrap_or_default().to_string();
    Window { title, summary, why, hidden: operations.len() - bars.len(), bars }
}

/// The last operations of the order, with their places.
fn last_placed(order: &[Point]) -> BTreeMap<usize, Place> {
    let last = &order[order.len().saturating_sub(MOST_PLACED)..];
    let numbered = last.iter().zip(1..);
    numbered.map(|(point, number)| (point.operation, Place::Before(point.before, number))).collect()
}

/// The first operations that were open just before the one returned that cannot be placed, of the
/// same part of the object; without such a one, the first of all.
fn under_way<S: Sequential>(
    object: &S,
    operations: &[OperationOf<S>],
    misfit: Option<usize>,
) -> Vec<usize> {
    let Some(misfit) = misfit.map(|index| &operations[index]) else {
        return (0..operations.len().min(MOST_OTHERS)).collect();
    };
    let key = object.key(&misfit.call);
    let end = misfit.returned.map_or(u64::MAX, |at| at.position);
    let is_open = |operation: &OperationOf<S>| {
        operation.invoked.position < end
            && operation.returned.is_none_or(|at| at.position > misfit.invoked.position)
            && object.key(&operation.call) == key
            && !(operation.result.is_none() && object.effect(&operation.call, None) == Effect::None)
    };
    let open = operations.iter().enumerate().filter(|(_, operation)| is_open(operation));
    open.map(|(index, _)| index).take(MOST_OTHERS).collect()
}
