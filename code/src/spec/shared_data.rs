//! What the properties of shared maps and texts have in common.

use crate::node::NodeId;
use crate::sim::trace::{Terms, Trace, What};
use std::collections::BTreeSet;

/// The nodes that never crash, and are not paused at the end.
pub(crate) fn correct<V: Terms>(trace: &Trace<V>) -> impl Iterator<Item = NodeId> + use<V> {
    let mut away = BTreeSet::new();
    let mut crashed = BTreeSet::new();
    for record in &trace.records {
        match record.what {
            What::Crash { .. } => _ = crashed.insert(record.node),
            What::Pause => _ = away.insert(record.node),
            What::Resume => _ = away.remove(&record.node),
            _ => {}
        }
    }
    let is_correct = move |node: &NodeId| !crashed.contains(node) && !away.contains(node);
    NodeId::all(trace.nodes).filter(is_correct)
}

/// Whether some node crashed.
pub(crate) fn has_crash<V: Terms>(trace: &Trace<V>) -> bool {
    trace.records.iter().any(|record| matches!(record.what, What::Crash { .. }))
}
