//! What a map promises of which every node has a copy (notes, sections 7.3 and 8.1).

use crate::layer::Value;
use crate::node::NodeId;
use crate::service::shared_data::{Holds, MapRequest};
use crate::sim::trace::{Terms, Trace, What};
use crate::spec::shared_data::{correct, has_crash};
use crate::spec::{Verdict, Violation, ms};
use std::collections::{BTreeMap, BTreeSet};

/// What each key holds.
type Held<K, V> = BTreeMap<K, Vec<V>>;

/// A key was set.
struct Update<K, V> {
    by: NodeId,
    key: K,
    value: V,
    /// What the key held at that node then.
    saw: Vec<V>,
    record: u64,
}

/// A run as the properties of maps see it. Values that are set are taken to be different ones.
struct Maps<K, V> {
    updates: Vec<Update<K, V>>,
    /// What each correct node holds in the end.
    finally: BTreeMap<NodeId, Held<K, V>>,
}

impl<K: Value + Ord, T: Value> Maps<K, T> {
    fn of<V>(trace: &Trace<V>) -> Self
    where
        V: Terms<Request = MapRequest<K, T>, Indication = Holds<K, T>>,
    {
        let mut held: BTreeMap<NodeId, Held<K, T>> = BTreeMap::new();
        let mut updates = Vec::new();
        for (index, record) in (0..).zip(&trace.records) {
            let now = held.entry(record.node).or_default();
            match &record.what {
                What::Request { request: MapRequest::Set { key, value }, .. } => {
                    let saw = now.get(key).cloned().unwrap_or_default();
                    let (key, value) = (key.clone(), value.clone());
                    updates.push(Update { by: record.node, key, value, saw, record: index });
                }
                What::Deliver { indication: Holds { key, values } } => {
                    now.insert(key.clone(), values.clone());
                }
                _ => {}
            }
        }
        let finally = correct(trace).map(|node| (node, held.remove(&node).unwrap_or_default()));
        Maps { updates, finally: finally.collect() }
    }

    /// Whether a correct node did it.
    fn counts(&self, update: &Update<K, T>) -> bool {
        self.finally.contains_key(&update.by)
    }
}

// ANCHOR: convergence
/// Convergence: in the end all correct nodes hold the same.
///
/// A liveness property: judge it only when faults have stopped and the run is over.
pub fn convergence<V, K: Value + Ord, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = MapRequest<K, T>, Indication = Holds<K, T>>,
{
    let finally = Maps::of(trace).finally;
    let keys: BTreeSet<_> = finally.values().flat_map(Held::keys).collect();
    for key in keys {
        let held = |node: &NodeId| finally[node].get(key).map_or(&[][..], Vec::as_slice);
        let mut nodes = finally.keys();
        let Some(first) = nodes.next() else { continue };
        if let Some(other) = nodes.find(|other| held(other) != held(first)) {
            let explanation = format!(
                "in the end {key:?} holds {:?} at node {first}, and {:?} at node {other}",
                held(first),
                held(other)
            );
            return Err(Violation { explanation, records: Vec::new() });
        }
    }
    Ok(())
}
// ANCHOR_END: convergence

/// [Convergence](convergence), of runs in which nobody crashes.
pub fn convergence_without_crash<V, K: Value + Ord, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = MapRequest<K, T>, Indication = Holds<K, T>>,
{
    if has_crash(trace) { Ok(()) } else { convergence(trace) }
}

/// No creation: what a key holds, somebody had set it to.
pub fn no_creation<V, K: Value + Ord, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = MapRequest<K, T>, Indication = Holds<K, T>>,
{
    let mut set = Vec::new();
    for (index, record) in (0..).zip(&trace.records) {
        match &record.what {
            What::Request { request: MapRequest::Set { key, value }, .. } => set.push((key, value)),
            What::Deliver { indication: Holds { key, values } } => {
                if let Some(value) = values.iter().find(|value| !set.contains(&(key, value))) {
                    let (at, node) = (ms(record.at), record.node);
                    let explanation = format!(
                        "at {at} {key:?} holds {value:?} at node {node}, to which nobody had set it"
                    );
                    return Err(Violation { explanation, records: vec![index] });
                }
            }
            _ => {}
        }
    }
    Ok(())
}

// ANCHOR: overwritten
/// No return of the overwritten: what a correct node saw of a key when it set it again, nobody holds in the end.
///
/// A liveness property: judge it only when faults have stopped and the run is over.
pub fn overwritten<V, K: Value + Ord, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = MapRequest<K, T>, Indication = Holds<K, T>>,
{
    let maps = Maps::of(trace);
    for update in maps.updates.iter().filter(|update| maps.counts(update)) {
        let Update { by, key, value, saw, record } = update;
        for (node, held) in &maps.finally {
            let held = held.get(key).into_iter().flatten();
            if let Some(old) = held.into_iter().find(|it| saw.contains(it)) {
                let explanation = format!(
                    "node {by} replaced {old:?} with {value:?}, and in the end {key:?} holds {old:?} at node {node}"
                );
                return Err(Violation { explanation, records: vec![*record] });
            }
        }
    }
    Ok(())
}
// ANCHOR_END: overwritten

/// All concurrent values: what a correct node set and nobody saw when setting the key again, all correct nodes hold in
/// the end. Runs in which a node crashes in the middle of a step and comes back are left out: it may
/// have kept what it was told, and not have got so far as to say so.
///
/// A liveness property: judge it only when faults have stopped and the run is over.
pub fn all_kept<V, K: Value + Ord, T: Value>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = MapRequest<K, T>, Indication = Holds<K, T>>,
{
    if knows_more_than_it_said(trace) {
        return Ok(());
    }
    let maps = Maps::of(trace);
    for update in maps.updates.iter().filter(|update| maps.counts(update)) {
        let Update { by, key, value, record, .. } = update;
        let replaced = |it: &Update<K, T>| it.key == *key && it.saw.contains(value);
        if maps.updates.iter().any(replaced) {
            continue;
        }
        let holds = |held: &Held<K, T>| held.get(key).is_some_and(|held| held.contains(value));
        if let Some((node, _)) = maps.finally.iter().find(|(_, held)| !holds(held)) {
            let explanation = format!(
                "node {by} set {key:?} to {value:?}, nobody replaced it, and in the end node {node} does not hold it"
            );
            return Err(Violation { explanation, records: vec![*record] });
        }
    }
    Ok(())
}

/// Whether a node comes back that crashed in the middle of a step.
fn knows_more_than_it_said<V: Terms>(trace: &Trace<V>) -> bool {
    let mut torn = BTreeSet::new();
    trace.records.iter().any(|record| match record.what {
        What::Crash { after_effects: Some(_), .. } => !torn.insert(record.node),
        What::Recover => torn.contains(&record.node),
        _ => false,
    })
}
