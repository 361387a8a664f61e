//! What is promised of requests that are sent again (notes, section 5.1).

use crate::node::NodeId;
use crate::service::likes::{Act, LikesEvent};
use crate::sim::trace::{Terms, Trace, What};
use crate::spec::{Verdict, Violation, ms};
use std::collections::{BTreeMap, BTreeSet};

// ANCHOR: at_most_once
/// At most once: a server does no request twice.
pub fn at_most_once<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Act, Indication = LikesEvent>,
{
    let mut done = BTreeMap::new();
    for (index, record) in (0..).zip(&trace.records) {
        if let What::Deliver { indication: LikesEvent::Did(client, number, post) } = &record.what
            && let Some(first) = done.insert((record.node, *client, *number), index)
        {
            let (at, node) = (ms(record.at), record.node);
            let explanation = format!(
                "at {at} node {node} does request {number} of {client} again, and has {post:?} then"
            );
            return Err(Violation { explanation, records: vec![first, index] });
        }
    }
    Ok(())
}
// ANCHOR_END: at_most_once

// ANCHOR: at_least_once
/// At least once: what a client has said it is going to ask for, some server has done in the end,
/// if client and servers are up then. Runs in which a node crashes in the middle of a step are left
/// out: it may have done it, and kept that on disk, and not have got so far as to say so.
///
/// A liveness property: judge it only when faults have stopped and the run is over.
pub fn at_least_once<V>(trace: &Trace<V>) -> Verdict
where
    V: Terms<Request = Act, Indication = LikesEvent>,
{
    let mut down = BTreeSet::new();
    let (mut asked, mut done) = (Vec::new(), BTreeSet::new());
    for (index, record) in (0..).zip(&trace.records) {
        match &record.what {
            // Then a server may have done it without saying so.
            What::Crash { after_effects: Some(_), .. } => return Ok(()),
            What::Crash { .. } | What::Pause => _ = down.insert(record.node),
            What::Recover | What::Resume => _ = down.remove(&record.node),
            What::Deliver { indication: LikesEvent::Asked(number) } => {
                asked.push((record.node, *number, index));
            }
            What::Deliver { indication: LikesEvent::Did(client, number, _) } => {
                done.insert((*client, *number));
            }
            _ => {}
        }
    }
    // Which nodes serve is not to be seen here: if any is down, nothing is promised.
    let missing = |it: &&(NodeId, u64, u64)| !done.contains(&(it.0, it.1));
    match asked.iter().find(missing) {
        Some((client, number, record)) if down.is_empty() => {
            let explanation = format!("request {number} of node {client} is never done");
            Err(Violation { explanation, records: vec![*record] })
        }
        _ => Ok(()),
    }
}
// ANCHOR_END: at_least_once
