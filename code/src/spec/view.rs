//! What one node has seen of a run, and so all that it can know.

use crate::node::{NodeId, Time};
use crate::sim::trace::{Terms, Trace, What};

/// One thing that came to a node, or that it did, and when.
pub type Seen<V> = (Time, What<V>);

// ANCHOR: view
/// Everything that came to the node, and everything that it did, in order. Two runs in which this is
/// the same are the same to the node.
///
/// Times are true ones here; runs whose clocks differ need more care.
pub fn view<V: Terms>(trace: &Trace<V>, node: NodeId) -> Vec<Seen<V>>
where
    What<V>: Clone,
{
    let of_node = trace.records.iter().filter(|record| record.node == node);
    let seen = of_node.filter(|record| {
        let what = &record.what;
        // What happens to a packet on its way, or to the node behind its back, it does not see.
        matches!(
            what,
            What::Start
                | What::Request { .. }
                | What::Receive { .. }
                | What::Timeout { .. }
                | What::Recover
        ) || record.is_effect()
            || matches!(what, What::Choose { .. })
    });
    seen.map(|record| (record.at, record.what.clone())).collect()
}
// ANCHOR_END: view
