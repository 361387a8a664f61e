//! What quorum reads and writes promise (notes, section 5.2).

use crate::facts::Fact;
use crate::history::{History, Operation};
use crate::layer::Value;
use crate::node::NodeId;
use crate::service::{Invoke, RegisterOp, RegisterResult, Return};
use crate::sim::trace::{Terms, Trace, What};
use crate::spec::{Verdict, Violation, ms};
use std::collections::BTreeMap;

/// One get or set.
type Op<T> = Operation<RegisterOp<T>, RegisterResult<T>>;

// ANCHOR: read_after_write
/// Read-after-write: once a node's set is over, its gets return that value or a later one. What the
/// node had set or got *before* that set is not later, and nor is nothing at all.
///
/// It takes values to tell sets apart: where a value is set twice, it may miss something.
pub fn read_after_write<V, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Invoke<RegisterOp<T>>, Indication = Return<RegisterResult<T>>>,
{
    let operations = operations(trace)?;
    for get in &operations {
        let (RegisterOp::Get(key), Some(RegisterResult::Got(got))) = (&get.call, &get.result)
        else {
            continue;
        };
        let Some((set, value)) = last_set_before(&operations, get, *key) else { continue };
        let is_older = |value: &T| is_older(&operations, set, *key, value);
        if got.as_ref() != Some(value) && got.as_ref().is_none_or(is_older) {
            let got = got.as_ref().map_or("nothing".to_string(), |got| format!("{got:?}"));
            let (node, at) = (node(get), returned(get).map_or(get.invoked.at, |it| it.1));
            let explanation = format!(
                "node {node} gets {got} at {}, which is older than {value:?}: it had set that before",
                ms(at)
            );
            let records = [set, get].iter().filter_map(|it| Some(returned(it)?.0)).collect();
            return Err(Violation { explanation, records });
        }
    }
    Ok(())
}

/// The last of the node's own sets that was over when it asked for this get.
fn last_set_before<'a, T>(
    operations: &'a [Op<T>],
    get: &Op<T>,
    key: char,
) -> Option<(&'a Op<T>, &'a T)> {
    let own = operations.iter().filter(|it| it.node == get.node);
    let over = own.filter(|it| returned(it).is_some_and(|(end, _)| end < get.invoked.position));
    over.filter_map(|it| match &it.call {
        RegisterOp::Set(of, value) if *of == key => Some((it, value)),
        _ => None,
    })
    .last()
}

/// Whether the node of this set had set that value, or got it, before; or it was there at first, as
/// nobody sets it. If it is set again later, nobody can tell.
fn is_older<T: Value>(operations: &[Op<T>], set: &Op<T>, key: char, value: &T) -> bool {
    let sets = |it: &&Op<T>| matches!(&it.call, RegisterOp::Set(of, v) if *of == key && v == value);
    let got = |it: &&Op<T>| {
        let is_it = matches!(&it.result, Some(RegisterResult::Got(Some(got))) if got == value);
        is_it && matches!(&it.call, RegisterOp::Get(of) if *of == key)
    };
    let began = set.invoked.position;
    let mut own = operations.iter().filter(|it| it.node == set.node);
    let knew = own.any(|it| {
        let had_got = got(&it) && returned(it).is_some_and(|(end, _)| end < began);
        had_got || sets(&it) && it.invoked.position < began
    });
    let mut setting = operations.iter().filter(sets).peekable();
    setting.peek().is_none() || knew && !setting.any(|it| it.invoked.position > began)
}
// ANCHOR_END: read_after_write

// ANCHOR: repaired
/// Read repair: after a get all replicas have the same, if nothing else was going on then: no set
/// was open, none came later, and nothing was lost any more.
///
/// A liveness property. It reads what replicas show of themselves.
pub fn repaired<V, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Invoke<RegisterOp<T>>, Indication = Return<RegisterResult<T>>>,
{
    let goes_wrong = |what: &What<V>| matches!(what, What::Lose { .. } | What::Crash { .. });
    let wrong = trace.records.iter().rposition(|record| goes_wrong(&record.what));
    let operations = operations(trace)?;
    let is_set = |it: &&Op<T>| matches!(it.call, RegisterOp::Set(..));
    let sets = operations.iter().filter(is_set);
    let last = sets.map(|it| returned(it).map_or(u64::MAX, |(end, _)| end)).max();
    let since = last.into_iter().chain(wrong.map(|index| index as u64)).max().unwrap_or(0);
    let mut gets = operations.iter().filter(|it| matches!(it.call, RegisterOp::Get(_)));
    let get = gets.find(|it| it.invoked.position > since && it.returned.is_some());
    let Some(get) = get else { return Ok(()) };
    let RegisterOp::Get(key) = get.call else { return Ok(()) };
    let shown = shown_in_the_end(trace, &format!("register {key}"));
    let shows = |node| shown.get(&node);
    let mut others = NodeId::all(trace.nodes).skip(1);
    match others.find(|&node| shows(node) != shows(NodeId(0))) {
        None => Ok(()),
        Some(node) => {
            let at = ms(get.invoked.at);
            let explanation = format!(
                "after the get of {at}, nodes A and {node} still do not have the same in {key}"
            );
            Err(Violation { explanation, records: vec![get.invoked.position] })
        }
    }
}
// ANCHOR_END: repaired

/// The operations of a run.
fn operations<V, T: Value>(trace: &Trace<V>) -> Result<Vec<Op<T>>, Violation>
where
    V: Terms<Request = Invoke<RegisterOp<T>>, Indication = Return<RegisterResult<T>>>,
{
    let broken = |error: crate::history::HistoryError| Violation {
        explanation: error.to_string(),
        records: Vec::new(),
    };
    Ok(History::of(trace).map_err(broken)?.operations)
}

/// Where and when it was over.
fn returned<T>(operation: &Op<T>) -> Option<(u64, u64)> {
    operation.returned.map(|moment| (moment.position, moment.at))
}

/// The node that was asked. In a run it is known.
fn node<T>(operation: &Op<T>) -> NodeId {
    operation.node.unwrap_or(NodeId(0))
}

/// What each node shows in the end under that name.
fn shown_in_the_end<V: Terms>(trace: &Trace<V>, name: &str) -> BTreeMap<NodeId, Fact> {
    let mut shown = BTreeMap::new();
    for record in &trace.records {
        if let What::Facts { facts } = &record.what
            && let Some(fact) = facts.iter().find(|fact| fact.name == name)
        {
            shown.insert(record.node, fact.clone());
        }
    }
    shown
}
