//! What a database with a leader promises (notes, section 5.3).

use crate::node::NodeId;
use crate::service::{Data, DatabaseEvent, Work};
use crate::sim::trace::{Terms, Trace, What};
use crate::spec::shared_data::has_crash;
use crate::spec::{Verdict, Violation, ms};
use std::collections::{BTreeMap, BTreeSet};

/// What a replica has committed: each transaction, what was in the database then, and the record.
type Commits<'a> = Vec<(u32, &'a Data, u64)>;

// ANCHOR: follows_leader
/// A follower follows the leader: it commits the transactions that the leader has committed, in the
/// same order, and has the same data after each.
///
/// The leader is the node that commits first.
pub fn follows_leader<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Work, Indication = DatabaseEvent>,
{
    let mut commits: BTreeMap<NodeId, Commits> = BTreeMap::new();
    let mut leader = None;
    for (index, record) in (0..).zip(&trace.records) {
        let What::Deliver { indication: DatabaseEvent::Committed(name, data) } = &record.what
        else {
            continue;
        };
        let (node, at) = (record.node, ms(record.at));
        let own = commits.entry(node).or_default();
        own.push((*name, data, index));
        let position = own.len() - 1;
        let leader = *leader.get_or_insert(node);
        let (says, mut records) = match commits[&leader].get(position) {
            Some((first, there, _)) if (first, *there) == (name, data) => continue,
            Some((first, there, record)) => (format!("T{first} and {there:?}"), vec![*record]),
            None => ("nothing yet".to_string(), vec![]),
        };
        records.push(index);
        let explanation = format!(
            "at {at} node {node} has T{name} as commit {} and {data:?} then; the leader {leader} has {says} there",
            position + 1
        );
        return Err(Violation { explanation, records });
    }
    Ok(())
}
// ANCHOR_END: follows_leader

// ANCHOR: done_is_committed
/// A client hears that its transaction is done only when a replica has committed it.
pub fn done_is_committed<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Work, Indication = DatabaseEvent>,
{
    let mut committed = BTreeSet::new();
    for (index, record) in (0..).zip(&trace.records) {
        match &record.what {
            What::Deliver { indication: DatabaseEvent::Committed(name, _) } => {
                committed.insert(*name);
            }
            What::Deliver { indication: DatabaseEvent::Done(name) }
                if !committed.contains(name) =>
            {
                let (at, node) = (ms(record.at), record.node);
                let explanation = format!(
                    "at {at} node {node} hears that T{name} is done; nobody has committed it"
                );
                return Err(Violation { explanation, records: vec![index] });
            }
            _ => {}
        }
    }
    Ok(())
}
// ANCHOR_END: done_is_committed

// ANCHOR: all_commit
/// If nobody crashes, every transaction commits, at every node that asks for none, and its client
/// hears of it.
///
/// A liveness property: judge it only when faults have stopped and the run is over.
pub fn all_commit_without_crash<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Work, Indication = DatabaseEvent>,
{
    if has_crash(trace) {
        return Ok(());
    }
    let (mut asked, mut done) = (Vec::new(), BTreeSet::new());
    let mut committed: BTreeMap<NodeId, BTreeSet<u32>> = BTreeMap::new();
    for (index, record) in (0..).zip(&trace.records) {
        match &record.what {
            What::Request { request, .. } => asked.push((request.name, record.node, index)),
            What::Deliver { indication: DatabaseEvent::Committed(name, _) } => {
                committed.entry(record.node).or_default().insert(*name);
            }
            What::Deliver { indication: DatabaseEvent::Done(name) } => {
                done.insert((*name, record.node));
            }
            _ => {}
        }
    }
    let clients: BTreeSet<_> = asked.iter().map(|(_, client, _)| *client).collect();
    for node in NodeId::all(trace.nodes).filter(|node| !clients.contains(node)) {
        committed.entry(node).or_default();
    }
    for (name, client, record) in asked {
        let missing = committed.iter().find(|(_, names)| !names.contains(&name));
        let explanation = match missing {
            Some((node, _)) => format!("node {node} never commits T{name}"),
            None if !done.contains(&(name, client)) => {
                format!("node {client} never hears what became of its transaction T{name}")
            }
            None => continue,
        };
        return Err(Violation { explanation, records: vec![record] });
    }
    Ok(())
}
// ANCHOR_END: all_commit
