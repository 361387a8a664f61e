//! What a text promises of which every node has a copy (notes, sections 7.3 and 8.1).
//!
//! The properties that follow single characters can tell them apart only if all that are inserted in a run differ.

use crate::node::NodeId;
use crate::service::{Edit, Shows};
use crate::sim::trace::{Record, Terms, Trace, What};
use crate::spec::shared_data::{correct, has_crash};
use crate::spec::{Verdict, Violation, ms};
use std::collections::{BTreeMap, BTreeSet};

/// What each correct node shows in the end, of those that show anything.
fn finally<V: Terms<Indication = Shows>>(trace: &Trace<V>) -> BTreeMap<NodeId, &str> {
    let mut last = BTreeMap::new();
    for record in &trace.records {
        if let What::Deliver { indication: Shows { text } } = &record.what {
            last.insert(record.node, text.as_str());
        }
    }
    correct(trace).map(|node| (node, last.get(&node).copied().unwrap_or_default())).collect()
}

// ANCHOR: convergence
/// Convergence: in the end all correct nodes show the same.
///
/// A liveness property: judge it only when faults have stopped and the run is over.
pub fn convergence<V: Terms<Indication = Shows>>(trace: &Trace<V>) -> Verdict {
    let finally = finally(trace);
    let Some((first, text)) = finally.first_key_value() else { return Ok(()) };
    match finally.iter().find(|(_, other)| *other != text) {
        None => Ok(()),
        Some((node, other)) => Err(Violation {
            explanation: format!(
                "in the end node {first} shows {text:?}, and node {node} shows {other:?}"
            ),
            records: Vec::new(),
        }),
    }
}
// ANCHOR_END: convergence

/// [Convergence](convergence), of runs in which nobody crashes.
pub fn convergence_without_crash<V: Terms<Indication = Shows>>(trace: &Trace<V>) -> Verdict {
    if has_crash(trace) { Ok(()) } else { convergence(trace) }
}

// ANCHOR: own-edits
/// Own edits: the first thing that a node shows after an edit of its own is what it showed before, with that edit made, and
/// no other change.
pub fn own_edits<V: Terms<Request = Edit, Indication = Shows>>(trace: &Trace<V>) -> Verdict {
    let mut shown: BTreeMap<NodeId, Vec<char>> = BTreeMap::new();
    let mut wanted: BTreeMap<NodeId, (Edit, Vec<char>)> = BTreeMap::new();
    for (index, Record { at, node, what, .. }) in (0..).zip(&trace.records) {
        let now = shown.entry(*node).or_default();
        match what {
            What::Request { request, .. } => {
                let edited = edited(now, request);
                wanted.extend(edited.map(|text| (*node, (*request, text))));
            }
            What::Deliver { indication: Shows { text } } => {
                let before = std::mem::replace(now, text.chars().collect());
                let Some((edit, wanted)) = wanted.remove(node) else { continue };
                if *now != wanted {
                    let [before, wanted] = [before, wanted].map(String::from_iter);
                    let explanation = format!(
                        "at {} node {node} had {before:?} and asked for {edit:?}, which makes {wanted:?}; it shows {text:?}",
                        ms(*at)
                    );
                    return Err(Violation { explanation, records: vec![index] });
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The text with the edit made, if there is such a place.
fn edited(text: &[char], edit: &Edit) -> Option<Vec<char>> {
    let mut text = text.to_vec();
    match *edit {
        Edit::Insert { index, value } if index as usize <= text.len() => {
            text.insert(index as usize, value);
        }
        Edit::Delete { index } if (index as usize) < text.len() => _ = text.remove(index as usize),
        _ => return None,
    }
    Some(text)
}
// ANCHOR_END: own-edits

// ANCHOR: nothing-lost
/// Nothing lost: in the end every correct node shows each character that a correct node inserted and nobody deleted, and
/// none that a correct node deleted.
///
/// A liveness property: judge it only when faults have stopped and the run is over.
pub fn nothing_lost<V: Terms<Request = Edit, Indication = Shows>>(trace: &Trace<V>) -> Verdict {
    let finally = finally(trace);
    let mut shown: BTreeMap<NodeId, Vec<char>> = BTreeMap::new();
    let (mut inserted, mut deleted, mut gone) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for Record { node, what, .. } in &trace.records {
        let now = shown.entry(*node).or_default();
        match what {
            What::Deliver { indication: Shows { text } } => *now = text.chars().collect(),
            What::Request { request, .. } if edited(now, request).is_some() => match request {
                Edit::Insert { value, .. } if finally.contains_key(node) => {
                    inserted.insert(*value);
                }
                Edit::Insert { .. } => {}
                Edit::Delete { index } => {
                    deleted.insert(now[*index as usize]);
                    if finally.contains_key(node) {
                        gone.insert(now[*index as usize]);
                    }
                }
            },
            _ => {}
        }
    }
    for (node, text) in &finally {
        let lost = inserted.difference(&deleted).find(|&&value| !text.contains(value));
        let back = gone.iter().find(|&&value| text.contains(value));
        let wrong = lost.map(|value| format!("nobody deleted {value:?}, and it is not there"));
        let wrong =
            wrong.or_else(|| back.map(|value| format!("{value:?} was deleted, and it is there")));
        if let Some(wrong) = wrong {
            let explanation = format!("in the end node {node} shows {text:?}: {wrong}");
            return Err(Violation { explanation, records: Vec::new() });
        }
    }
    Ok(())
}
// ANCHOR_END: nothing-lost

// ANCHOR: one-order
/// One order: where one character was ever shown before another, the other is never shown before it, at any node.
pub fn one_order<V: Terms<Indication = Shows>>(trace: &Trace<V>) -> Verdict {
    let mut before: BTreeMap<(char, char), (NodeId, &str)> = BTreeMap::new();
    for (index, Record { node, what, .. }) in (0..).zip(&trace.records) {
        let What::Deliver { indication: Shows { text } } = what else { continue };
        for (i, first) in text.char_indices() {
            for second in text[i..].chars().skip(1) {
                if let Some((other, earlier)) = before.get(&(second, first)) {
                    let explanation = format!(
                        "node {other} showed {earlier:?}, and node {node} shows {text:?}, where {first:?} and \
                         {second:?} have changed places"
                    );
                    return Err(Violation { explanation, records: vec![index] });
                }
                before.entry((first, second)).or_insert((*node, text));
            }
        }
    }
    Ok(())
}
// ANCHOR_END: one-order
