//! What registers promise (notes, section 7.2): a property of the operations of clients.

use crate::history::linearizability::{
    Budget, Verdict as Judged, linearizable as judge, summarise,
};
use crate::history::objects::{KeyedRegisters, OnRegister};
use crate::history::sequential::Effect;
use crate::history::{History, Operation};
use crate::layer::Value;
use crate::node::{NodeId, SECONDS};
use crate::service::{Invoke, Return};
use crate::sim::trace::{Terms, Trace, What};
use crate::spec::{Verdict, Violation, ms};
use std::collections::BTreeSet;

// ANCHOR: linearizable
/// Linearizability: each operation takes effect at one moment between its start and its end, as if
/// there were one copy of each register. Nothing is returned that was not asked for, nor twice.
pub fn linearizable<V, C: OnRegister>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Invoke<C>, Indication = Return<C::Result>>,
{
    let broken = |explanation: String| Violation { explanation, records: Vec::new() };
    let history = History::of(trace).map_err(|error| broken(error.to_string()))?;
    let (object, operations) = (KeyedRegisters::<C>::default(), history.operations);
    match judge(&object, &operations, Budget::default()) {
        Judged::Linearizable(_) => Ok(()),
        Judged::NotLinearizable(rejection) => {
            let operation = &operations[rejection.operation];
            let ends = operation.returned.map(|returned| returned.position);
            let words = summarise(&object, &operations, &Judged::NotLinearizable(rejection));
            let explanation = words.trim_end().trim_end_matches('.').replace('\n', ". ");
            let records = std::iter::once(operation.invoked.position).chain(ends).collect();
            Err(Violation { explanation, records })
        }
        undecided @ Judged::NotDecided(_) => {
            Err(broken(summarise(&object, &operations, &undecided)))
        }
    }
}
// ANCHOR_END: linearizable

// ANCHOR: termination
/// Termination: an operation ends if the node that was asked stays up, and a majority of all nodes
/// is up in the end.
///
/// A liveness property: judge it only when faults have stopped and the run is over.
pub fn termination<V, C: Value, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Invoke<C>, Indication = Return<T>>,
{
    let up = up_in_the_end(trace);
    if up.len() <= trace.nodes as usize / 2 {
        return Ok(());
    }
    let Ok(history) = History::of(trace) else { return Ok(()) };
    let stays_up = |operation: &&Operation<C, T>| {
        let after = &trace.records[operation.invoked.position as usize..];
        let crashes = after.iter().any(|record| {
            Some(record.node) == operation.node && matches!(record.what, What::Crash { .. })
        });
        !crashes && operation.node.is_some_and(|node| up.contains(&node))
    };
    let open = history.operations.iter().filter(|it| it.returned.is_none()).find(stays_up);
    open.map_or(Ok(()), |it| {
        let (call, at) = (&it.call, ms(it.invoked.at));
        let explanation = format!("{call:?}, asked for at {at}, never ends");
        Err(Violation { explanation, records: vec![it.invoked.position] })
    })
}
// ANCHOR_END: termination

/// [Termination](termination), which algorithms that tolerate no crash promise for runs without one.
///
/// A liveness property.
pub fn termination_without_crash<V, C: Value, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Invoke<C>, Indication = Return<T>>,
{
    let crashes = trace.records.iter().any(|record| matches!(record.what, What::Crash { .. }));
    if crashes { Ok(()) } else { termination(trace) }
}

// ANCHOR: returns_at_once
/// Availability, as the CAP theorem has it, and more: an operation returns at the very moment at
/// which it is asked for, if its node is up.
pub fn returns_at_once<V, C: Value, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Invoke<C>, Indication = Return<T>>,
{
    let Ok(history) = History::of(trace) else { return Ok(()) };
    let fell = |position: u64| {
        let rest = trace.records.iter().skip(position as usize);
        let node = trace.records.get(position as usize).map(|record| record.node);
        rest.clone().any(|it| Some(it.node) == node && matches!(it.what, What::Crash { .. }))
    };
    let late = history.operations.iter().find(|it: &&Operation<C, T>| {
        it.returned.map_or(!fell(it.invoked.position), |returned| returned.at > it.invoked.at)
    });
    late.map_or(Ok(()), |it| {
        let explanation = format!("{:?}, asked for at {}, had to wait", it.call, ms(it.invoked.at));
        Err(Violation { explanation, records: vec![it.invoked.position] })
    })
}
// ANCHOR_END: returns_at_once

// ANCHOR: convergence
/// Convergence: of the operations that are asked for when all else is over, a second after the last
/// change, those with equal calls give equal results at all nodes.
///
/// A liveness property: judge it only when faults have stopped and the run is over.
pub fn convergence<V, C: OnRegister>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Invoke<C>, Indication = Return<C::Result>>,
{
    let Ok(history) = History::<C, C::Result>::of(trace) else { return Ok(()) };
    let changes = |it: &&Operation<C, C::Result>| it.call.effect(None) != Effect::None;
    let last = history.operations.iter().filter(changes).map(|it| it.invoked.at).max().unwrap_or(0);
    let late = history.operations.iter().filter(|it| it.invoked.at > last + SECONDS);
    let late: Vec<_> = late.filter(|it| it.result.is_some()).collect();
    for (one, other) in late.iter().zip(late.iter().skip(1)) {
        if one.call == other.call && one.result != other.result {
            let node =
                |it: &Operation<C, C::Result>| it.node.map_or(String::new(), |n| n.to_string());
            let explanation = format!(
                "in the end {:?} gives {:?} at {}, and {:?} at {}",
                one.call,
                one.result,
                node(one),
                other.result,
                node(other)
            );
            let records = vec![one.invoked.position, other.invoked.position];
            return Err(Violation { explanation, records });
        }
    }
    Ok(())
}
// ANCHOR_END: convergence

/// [Convergence](convergence), where a writer that crashes may have told some and not others: judged
/// only of runs without a crash.
///
/// A liveness property.
pub fn convergence_without_crash<V, C: OnRegister>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Invoke<C>, Indication = Return<C::Result>>,
{
    let crashes = trace.records.iter().any(|record| matches!(record.what, What::Crash { .. }));
    if crashes { Ok(()) } else { convergence(trace) }
}

/// The nodes that are up, and not paused, when the trace ends.
fn up_in_the_end<V: Terms>(trace: &Trace<V>) -> BTreeSet<NodeId> {
    let mut up: BTreeSet<_> = NodeId::all(trace.nodes).collect();
    for record in &trace.records {
        match record.what {
            What::Crash { .. } | What::Pause => {
                up.remove(&record.node);
            }
            What::Recover | What::Resume => {
                up.insert(record.node);
            }
            _ => {}
        }
    }
    up
}
