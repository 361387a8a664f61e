//! Which messages arrived where they were to go, and were never delivered there.
//!
//! Whether such a message is held back for ever or was dropped, a trace cannot tell. That it came and was never delivered
//! can be told, and is true in both cases.

use super::label::{contains, message, sender};
use crate::node::NodeId;
use crate::sim::trace::{Text, Trace, What};
use std::collections::{BTreeMap, BTreeSet};

/// The receipts that brought a message for the first time which that node never delivers.
///
/// Only messages that an application asked to send are looked for, and only in packets straight from their senders:
/// of others one cannot be sure.
pub(super) fn find(trace: &Trace<Text>) -> BTreeSet<usize> {
    let (wishes, delivered) = (wishes(trace), delivered(trace));
    let mut missing: BTreeMap<(NodeId, NodeId), Vec<&Wish>> = BTreeMap::new();
    let mut found = BTreeSet::new();
    for (index, record) in trace.records.iter().enumerate() {
        let What::Receive { id, packet } = &record.what else { continue };
        let missing = missing.entry((id.from, id.to)).or_insert_with(|| {
            let from = id.from.to_string();
            let is_missing = |wish: &&Wish| {
                let heard = |from| delivered.contains(&(id.to, from, wish.message));
                wish.is_for(id.to) && !heard(Some(from.as_str())) && !heard(None)
            };
            wishes.get(&id.from).into_iter().flatten().filter(is_missing).collect()
        });
        let before = missing.len();
        missing.retain(|wish| wish.index > index || !contains(packet, wish.message));
        if missing.len() < before {
            found.insert(index);
        }
    }
    found
}

/// A request to send a message to one node, or to all.
struct Wish<'a> {
    index: usize,
    to: Option<&'a str>,
    message: &'a str,
}

impl Wish<'_> {
    fn is_for(&self, node: NodeId) -> bool {
        self.to.is_none_or(|to| to == node.to_string())
    }
}

/// The requests to send, by the node that was asked.
fn wishes(trace: &Trace<Text>) -> BTreeMap<NodeId, Vec<Wish<'_>>> {
    let mut wishes: BTreeMap<NodeId, Vec<Wish>> = BTreeMap::new();
    for (index, record) in trace.records.iter().enumerate() {
        let What::Request { request, .. } = &record.what else { continue };
        let Some((before, _)) = request.split_once("msg: ") else { continue };
        let to = before.split_once("to: ").and_then(|(_, to)| to.strip_suffix(", "));
        let message = message(request);
        // A number might be in a packet for other reasons.
        if message.chars().any(char::is_alphabetic) {
            wishes.entry(record.node).or_default().push(Wish { index, to, message });
        }
    }
    wishes
}

/// Who delivered what, and from whom, if that is said.
fn delivered(trace: &Trace<Text>) -> BTreeSet<(NodeId, Option<&str>, &str)> {
    let deliveries = trace.records.iter().filter_map(|record| match &record.what {
        What::Deliver { indication } => {
            Some((record.node, sender(indication), message(indication)))
        }
        _ => None,
    });
    deliveries.collect()
}
