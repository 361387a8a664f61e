//! Linearizability by its definition: try all orders.

use distsys::history::linearizability::OperationOf;
use distsys::history::{Operation, Sequential};
use std::collections::{BTreeMap, BTreeSet};

/// The state of a whole object: that of each part which is not as it was at first.
pub(crate) type Whole<S> = BTreeMap<<S as Sequential>::Key, <S as Sequential>::State>;

/// Whether some order of the operations, in which none that returned is behind one that was asked
/// for later, gives the results that they had. Those without a result may be left out. Parts of the
/// object are not told apart.
pub(crate) fn is_linearizable<S: Sequential>(object: &S, operations: &[OperationOf<S>]) -> bool {
    starts(object, operations)
        .into_iter()
        .any(|start| goes_on(object, &start, &operations.iter().collect::<Vec<_>>()))
}

/// All states that the object may begin in.
pub(crate) fn starts<S: Sequential>(object: &S, operations: &[OperationOf<S>]) -> Vec<Whole<S>> {
    let mut starts = vec![BTreeMap::new()];
    let mut keys: Vec<S::Key> =
        operations.iter().map(|operation| object.key(&operation.call)).collect();
    keys.sort();
    keys.dedup();
    for key in keys {
        let with = |state: S::State| {
            let key = key.clone();
            starts.iter().cloned().map(move |mut start: Whole<S>| {
                start.insert(key.clone(), state.clone());
                start
            })
        };
        starts = object.initial().into_iter().flat_map(with).collect();
    }
    starts
}

fn goes_on<S: Sequential>(object: &S, whole: &Whole<S>, left: &[&OperationOf<S>]) -> bool {
    if left.iter().all(|operation| is_pending(operation)) {
        return true;
    }
    (0..left.len()).any(|first| {
        let operation = left[first];
        let must_wait = left.iter().any(|other| precedes(other, operation));
        let mut rest = left.to_vec();
        rest.remove(first);
        !must_wait
            && steps(object, whole, operation).iter().any(|next| goes_on(object, next, &rest))
    })
}

/// All that the only part of the object may be after the operations, in whatever order, those that
/// are pending left out or not; as text.
pub(crate) fn ends<S: Sequential>(
    object: &S,
    starts: Vec<Whole<S>>,
    operations: &[OperationOf<S>],
) -> BTreeSet<String> {
    let mut ends = BTreeSet::new();
    let all: Vec<_> = operations.iter().collect();
    for start in starts {
        collect_ends(object, &start, &all, &mut ends);
    }
    ends
}

fn collect_ends<S: Sequential>(
    object: &S,
    whole: &Whole<S>,
    left: &[&OperationOf<S>],
    ends: &mut BTreeSet<String>,
) {
    if left.iter().all(|operation| is_pending(operation)) {
        ends.extend(whole.values().map(|state| format!("{state:?}")));
    }
    for first in 0..left.len() {
        let mut rest = left.to_vec();
        let operation = rest.remove(first);
        if !rest.iter().any(|other| precedes(other, operation)) {
            for next in steps(object, whole, operation) {
                collect_ends(object, &next, &rest, ends);
            }
        }
    }
}

/// What the whole object may be after the operation.
pub(crate) fn steps<S: Sequential>(
    object: &S,
    whole: &Whole<S>,
    operation: &OperationOf<S>,
) -> Vec<Whole<S>> {
    let Operation { call, result, .. } = operation;
    let key = object.key(call);
    let result = result.as_ref().filter(|_| !is_pending(operation));
    let states = object.apply(&whole[&key], call, result).into_iter().collect::<Vec<_>>();
    let with = |state| {
        let mut whole = whole.clone();
        whole.insert(key.clone(), state);
        whole
    };
    states.into_iter().map(with).collect()
}

pub(crate) fn is_pending<C, T>(operation: &Operation<C, T>) -> bool {
    operation.result.is_none() || operation.returned.is_none()
}

/// Whether `one` returned before `other` was asked for.
pub(crate) fn precedes<C, T>(one: &Operation<C, T>, other: &Operation<C, T>) -> bool {
    !is_pending(one)
        && one.returned.is_some_and(|returned| returned.position < other.invoked.position)
}

/// The history as far as it had come just after this position.
pub(crate) fn until<C: Clone, T: Clone>(
    operations: &[Operation<C, T>],
    position: u64,
) -> Vec<Operation<C, T>> {
    let begun = operations.iter().filter(|operation| operation.invoked.position <= position);
    begun
        .cloned()
        .map(|mut operation| {
            operation.returned = operation.returned.filter(|at| at.position <= position);
            if operation.returned.is_none() {
                operation.result = None;
            }
            operation
        })
        .collect()
}
